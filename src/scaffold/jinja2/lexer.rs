//! A text taken apart as Jinja2 takes it apart.

use std::borrow::Cow;

use super::Syntax;
use super::letters::{is_identifier, is_space};
use super::literals;
use super::scanner::{Found, Scanner, Tag};
use super::tokens::{Placed, Problem, Token};

/// What Jinja2 asks of its delimiters.
pub(super) fn check(syntax: &Syntax) -> Result<(), String> {
    let pairs = [&syntax.block, &syntax.variable, &syntax.comment];
    if pairs.iter().any(|pair| pair.0.is_empty() || pair.1.is_empty()) {
        return Err("a delimiter is empty".to_string());
    }
    if [&syntax.line_statement, &syntax.line_comment]
        .into_iter()
        .flatten()
        .any(String::is_empty)
    {
        return Err("a line's prefix is empty".to_string());
    }
    if syntax.block.0 == syntax.variable.0
        || syntax.block.0 == syntax.comment.0
        || syntax.variable.0 == syntax.comment.0
    {
        return Err("block, variable and comment start strings must be different".to_string());
    }
    match ["\n", "\r\n", "\r"].contains(&syntax.newline.as_str()) {
        true => Ok(()),
        false => Err("newline_sequence must be one of '\\n', '\\r\\n', or '\\r'".to_string()),
    }
}

/// Whether nothing in the text is anything but text, to Jinja2 and to minijinja.
pub(super) fn is_plain(source: &str, syntax: &Syntax) -> bool {
    let own = [&syntax.block.0, &syntax.variable.0, &syntax.comment.0];
    syntax.line_statement.is_none()
        && syntax.line_comment.is_none()
        && (syntax.newline == "\n" || !source.contains('\n'))
        && memchr::memchr(b'\r', source.as_bytes()).is_none()
        && !memchr::memchr_iter(b'{', source.as_bytes()).any(|place| is_mark(&source[place..], &own))
        && !own
            .iter()
            .any(|mark| !mark.starts_with('{') && source.contains(mark.as_str()))
}

/// Whether one of the marks that begin with a brace stands here: the usual ones, or these.
fn is_mark(rest: &str, own: &[&String]) -> bool {
    let usual = matches!(rest.as_bytes().get(1), Some(b'{' | b'%' | b'#'));
    usual || own.iter().any(|mark| rest.starts_with(mark.as_str()))
}

pub(super) fn normalised(source: &str) -> Cow<'_, str> {
    match memchr::memchr(b'\r', source.as_bytes()) {
        Some(_) => Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n")),
        None => Cow::Borrowed(source),
    }
}

pub(super) fn line_breaks(text: &str) -> u32 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
}

/// The byte in the text as it was before its line breaks were made alike.
pub(super) fn original(source: &str, at: usize) -> usize {
    let mut normalised = 0;
    for (place, char) in source.char_indices() {
        let is_dropped = char == '\n' && source[..place].ends_with('\r');
        if normalised >= at && !is_dropped {
            return place;
        }
        normalised += if is_dropped { 0 } else { char.len_utf8() };
    }
    source.len()
}

const OPERATORS: [&str; 26] = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".",
    ":", "|", ",", ";",
];

struct Lexer<'a> {
    source: &'a str,
    newline: &'a str,
    scanner: Scanner<'a>,
    tokens: Vec<Placed>,
    at: usize,
    line: u32,
    /// The byte up to which lines are counted.
    counted: usize,
}

pub(super) fn tokens(source: &str, syntax: &Syntax) -> Result<Vec<Placed>, Problem> {
    let mut lexer = Lexer {
        source,
        newline: &syntax.newline,
        scanner: Scanner::new(source, syntax),
        tokens: Vec::new(),
        at: 0,
        line: 1,
        counted: 0,
    };
    lexer.run()?;
    lexer.push(Token::End, source.len());
    Ok(lexer.tokens)
}

impl Lexer<'_> {
    fn push(&mut self, token: Token, at: usize) {
        self.line += line_breaks(&self.source[self.counted..at]);
        self.counted = at;
        let line = self.line;
        self.tokens.push(Placed { token, line, at });
    }

    fn data(&mut self, text: &str, at: usize) {
        if !text.is_empty() {
            let text = match self.newline {
                "\n" => text.to_string(),
                newline => text.replace('\n', newline),
            };
            self.push(Token::Data(text), at);
        }
    }

    fn run(&mut self) -> Result<(), Problem> {
        while self.at < self.source.len() {
            let at_line_start = self.at == 0 || self.source[..self.at].ends_with('\n');
            let Some(found) = self.scanner.next(self.at) else {
                self.data(&self.source[self.at..], self.at);
                break;
            };
            let lead = self.scanner.lead(self.at, &found, at_line_start);
            self.data(lead, self.at);
            self.at = found.end;
            match found.tag {
                Tag::Raw => self.raw(&found)?,
                Tag::Comment => match self.scanner.end_of_comment(self.at) {
                    Some(end) => self.at = end,
                    None if self.at == self.source.len() => {}
                    None => return Err(Problem::new(found.start, "Missing end of comment tag")),
                },
                Tag::LineComment => {
                    let rest = &self.source[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                tag => self.tag(tag, found.start)?,
            }
        }
        Ok(())
    }

    fn raw(&mut self, found: &Found) -> Result<(), Problem> {
        let start = self.at;
        let Some(end) = self.scanner.end_of_raw(start) else {
            return match start == self.source.len() {
                true => Ok(()),
                false => Err(Problem::new(found.start, "Missing end of raw directive")),
            };
        };
        let at_line_start = self.source[..start].ends_with('\n');
        let text = self.scanner.lead(start, &end, at_line_start);
        self.data(text, start);
        self.at = end.end;
        Ok(())
    }

    fn tag(&mut self, tag: Tag, start: usize) -> Result<(), Problem> {
        let (begin, end) = match tag {
            Tag::Variable => (Token::VariableBegin, Token::VariableEnd),
            _ => (Token::BlockBegin, Token::BlockEnd),
        };
        self.push(begin, start);
        let mut open: Vec<&str> = Vec::new();
        while self.at < self.source.len() {
            if open.is_empty() {
                let closed = match tag {
                    Tag::Variable => self.scanner.end_of_variable(self.at),
                    Tag::LineStatement => self.scanner.end_of_line(self.at),
                    _ => self.scanner.end_of_block(self.at),
                };
                if let Some(closed) = closed {
                    self.push(end, self.at);
                    self.at = closed;
                    return Ok(());
                }
            }
            self.inside(&mut open)?;
        }
        // The end of the text ends a line as well.
        if tag == Tag::LineStatement && open.is_empty() {
            self.push(end, self.at);
        }
        Ok(())
    }

    /// One token within a tag.
    fn inside(&mut self, open: &mut Vec<&'static str>) -> Result<(), Problem> {
        let at = self.at;
        let rest = &self.source[at..];
        let spaces = rest.len() - rest.trim_start_matches(is_space).len();
        if spaces > 0 {
            self.at += spaces;
            return Ok(());
        }
        let behind_dot = self.source[..at].ends_with('.');
        if let Some((token, length)) = literals::number(rest, behind_dot, at)? {
            self.push(token, at);
            self.at += length;
            return Ok(());
        }
        let name = rest.len()
            - rest
                .trim_start_matches(|char: char| char == '_' || char.is_alphanumeric())
                .len();
        if name > 0 {
            if !is_identifier(&rest[..name]) {
                return Err(Problem::new(at, "Invalid character in identifier"));
            }
            self.push(Token::Name(rest[..name].to_string()), at);
            self.at += name;
            return Ok(());
        }
        if let Some(length) = literals::end_of_text(rest) {
            let text = literals::text(&rest[1..length - 1], at, self.newline)?;
            self.push(Token::Text(text), at);
            self.at += length;
            return Ok(());
        }
        let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) else {
            let char = rest.chars().next().unwrap_or_default();
            return Err(Problem::new(at, format!("unexpected char {char:?}")));
        };
        match *operator {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" => match open.pop() {
                Some(expected) if expected == *operator => {}
                Some(expected) => {
                    return Err(Problem::new(
                        at,
                        format!("unexpected '{operator}', expected '{expected}'"),
                    ));
                }
                None => return Err(Problem::new(at, format!("unexpected '{operator}'"))),
            },
            _ => {}
        }
        self.push(Token::Operator(operator), at);
        self.at += operator.len();
        Ok(())
    }
}
