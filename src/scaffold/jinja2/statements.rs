//! The tags of a text, each read by Jinja2's grammar and written for minijinja.
//!
//! Where Jinja2 keeps what is set within a tag to itself and minijinja does not, a `{% with %}` is put around it.

use super::Syntax;
use super::ast::{Expression, Link, Node};
use super::lexer;
use super::parser::Parser;
use super::tokens::{Placed, Problem, Token};
use super::writer::Writer;

/// A tag that waits for its end.
pub(super) struct Open {
    pub name: &'static str,
    /// It has had its `else`.
    pub in_else: bool,
    /// What minijinja needs in front of the end.
    pub inner: &'static str,
    /// What minijinja needs behind the end.
    pub after: String,
    /// The name that a block may end with.
    pub label: String,
}

pub(super) struct Statements<'a> {
    pub syntax: &'a Syntax,
    pub parser: Parser,
    pub writer: Writer,
    pub(super) open: Vec<Open>,
    /// The text extends another: what it prints outside of blocks is never asked for.
    pub(super) extends: bool,
    /// The parent is named at the end, as what is included here comes out in front of it.
    pub(super) extends_late: bool,
}

/// How deep tags may stand in one another.
const DEEPEST: usize = 100;

/// How many branches an `if` may have: minijinja nests them.
const MOST_BRANCHES: usize = 200;

pub(super) fn translated(text: &str, syntax: &Syntax) -> Result<String, Problem> {
    let mut statements = Statements {
        syntax,
        parser: Parser::new(lexer::tokens(text, syntax)?),
        writer: Writer::new(),
        open: Vec::new(),
        extends: false,
        extends_late: false,
    };
    statements.run()?;
    Ok(statements.writer.out)
}

type Done = Result<(), Problem>;

impl Statements<'_> {
    fn run(&mut self) -> Done {
        let mut branches = 0;
        loop {
            let Placed { token, line, at } = self.parser.advance();
            match token {
                Token::Data(_) if self.is_unasked() => {}
                Token::Data(text) => self.writer.data(&text),
                Token::VariableBegin => {
                    let node = self.parser.tuple(Parser::expression, false)?;
                    if !self.is_unasked() {
                        self.print(line, &node);
                    }
                    self.known(false)?;
                    self.end(&Token::VariableEnd)?;
                }
                Token::BlockBegin => {
                    branches += usize::from(self.parser.is_name("elif"));
                    if branches > MOST_BRANCHES {
                        return self.parser.problem("there are too many branches");
                    }
                    self.statement(line)?;
                    self.end(&Token::BlockEnd)?;
                }
                Token::End => break,
                other => return Err(Problem::new(at, format!("unexpected '{}'", other.described()))),
            }
        }
        if self.extends_late {
            self.writer.word("{% extends __parent %}");
        }
        match self.open.last() {
            Some(open) => self.parser.problem(format!(
                "Unexpected end of template. The innermost block that needs to be closed is '{}'.",
                open.name
            )),
            None => Ok(()),
        }
    }

    /// Whether what stands here is printed by no one.
    pub(super) fn is_unasked(&self) -> bool {
        self.extends
            && self
                .open
                .iter()
                .all(|open| matches!(open.name, "if" | "for" | "with" | "autoescape"))
    }

    pub(super) fn end(&mut self, expected: &Token) -> Done {
        match self.parser.current().token == *expected {
            true => {
                self.parser.advance();
                Ok(())
            }
            false => self.parser.unexpected(&expected.described()),
        }
    }

    /// Filters and tests have to be known, unless they stand behind a condition.
    pub(super) fn known(&mut self, behind_condition: bool) -> Done {
        let is_soft = behind_condition || self.open.last().is_some_and(|open| open.name == "if");
        let unknown = std::mem::take(&mut self.parser.unknown);
        match unknown.into_iter().next().filter(|_| !is_soft) {
            Some(problem) => Err(problem),
            None => Ok(()),
        }
    }

    pub(super) fn print(&mut self, line: u32, node: &Node) {
        self.writer.word("{{");
        self.writer.at(line);
        self.writer.word(" ");
        self.writer.node(node);
        self.writer.word(" }}");
    }

    pub(super) fn begin(&mut self, line: u32, word: &str) {
        self.writer.word("{%");
        self.writer.at(line);
        self.writer.word(" ");
        self.writer.word(word);
    }

    /// Opens a tag; its body is Jinja2's, which allows a colon in front of it.
    pub(super) fn body(&mut self, open: Open) -> Done {
        self.writer.word(" %}");
        self.writer.word(if open.inner.is_empty() { "" } else { "{% with %}" });
        self.known(open.name == "if")?;
        self.parser.skip(":");
        if self.open.len() >= DEEPEST {
            return self.parser.problem("the tags are nested too deeply");
        }
        self.open.push(open);
        Ok(())
    }

    pub(super) fn opened(name: &'static str, inner: &'static str) -> Open {
        Open {
            name,
            in_else: false,
            inner,
            after: String::new(),
            label: String::new(),
        }
    }

    fn statement(&mut self, line: u32) -> Done {
        let at = self.parser.current().at;
        let name = match &self.parser.current().token {
            Token::Name(name) => name.clone(),
            _ => return self.parser.problem("tag name expected"),
        };
        if self.closes(&name) {
            self.parser.advance();
            return self.close(line, &name);
        }
        self.parser.advance();
        match name.as_str() {
            "for" => self.for_loop(line),
            "if" => {
                let test = self.parser.tuple(Parser::or, false)?;
                self.begin(line, "if ");
                self.writer.node(&test);
                self.body(Self::opened("if", ""))
            }
            "set" => self.set(line),
            "with" => self.with(line),
            "macro" => self.macro_definition(line),
            "call" => self.call_block(line),
            "filter" => {
                let first = self.parser.filter()?;
                self.begin(line, "filter ");
                self.filters(Some(first))?;
                self.writer.word("|__text");
                self.body(Self::opened("filter", "{% endwith %}"))
            }
            "block" => self.block(line),
            "autoescape" => {
                let enabled = self.parser.expression()?;
                self.begin(line, "autoescape ");
                self.writer.node(&enabled);
                self.writer.word("|__truth");
                self.body(Self::opened("autoescape", "{% endwith %}"))
            }
            "print" => self.print_tag(line),
            "extends" => self.extends(line),
            "include" => self.include(line),
            "import" => self.import(line),
            "from" => self.import_from(line),
            "now" => self.now(line),
            "do" if self.syntax.has_do => {
                let node = self.parser.tuple(Parser::expression, false)?;
                self.begin(line, "set __done = ");
                self.writer.node(&node);
                self.writer.word(" %}");
                self.known(false)
            }
            "break" | "continue" if self.syntax.has_loop_controls => {
                // minijinja leaves a loop only from where nothing else has to be left.
                let around = self.open.iter().rev().find(|open| open.name != "if");
                if !around.is_some_and(|open| open.name == "for" && !open.in_else) {
                    return Err(Problem::new(
                        at,
                        format!("'{name}' has to stand in a loop, and in no other tag but 'if'"),
                    ));
                }
                self.begin(line, &name);
                self.writer.word(" %}");
                Ok(())
            }
            _ => Err(Problem::new(at, self.unknown_tag(&name))),
        }
    }

    fn unknown_tag(&self, name: &str) -> String {
        let innermost = self
            .open
            .last()
            .map(|open| format!(" The innermost block that needs to be closed is '{}'.", open.name));
        format!("Encountered unknown tag '{name}'.{}", innermost.unwrap_or_default())
    }

    fn closes(&self, name: &str) -> bool {
        let Some(open) = self.open.last() else {
            return false;
        };
        match name {
            "else" => matches!(open.name, "for" | "if") && !open.in_else,
            "elif" => open.name == "if" && !open.in_else,
            _ => name.strip_prefix("end").is_some_and(|name| name == open.name),
        }
    }

    fn close(&mut self, line: u32, name: &str) -> Done {
        match name {
            "elif" => {
                let test = self.parser.tuple(Parser::or, false)?;
                self.begin(line, "elif ");
                self.writer.node(&test);
                self.writer.word(" %}");
                self.parser.skip(":");
                return self.known(true);
            }
            "else" => {
                self.begin(line, "else %}");
                self.parser.skip(":");
                if let Some(open) = self.open.last_mut() {
                    open.in_else = true;
                    if open.name == "for" {
                        open.inner = "{% endwith %}";
                        self.writer.word("{% with %}");
                    }
                }
                return Ok(());
            }
            _ => {}
        }
        let Some(open) = self.open.pop() else {
            return self.parser.problem(self.unknown_tag(name));
        };
        if open.name == "block" {
            self.parser.skip_name(&open.label);
        }
        self.writer.word(open.inner);
        self.begin(line, name);
        self.writer.word(" %}");
        self.writer.word(&open.after);
        Ok(())
    }

    /// The filters of a tag, the first of which may have been read.
    pub(super) fn filters(&mut self, first: Option<Link>) -> Done {
        let mut link = first;
        loop {
            if let Some(Link::Filter(name, call)) = &link {
                self.writer.filter(name, call);
            }
            if !self.parser.skip("|") {
                return Ok(());
            }
            if link.is_some() {
                self.writer.word("|");
            }
            link = Some(self.parser.filter()?);
        }
    }

    fn now(&mut self, line: u32) -> Done {
        let time = self.parser.expression()?;
        let format = match self.parser.skip(",") {
            true => Some(self.parser.expression()?),
            false => None,
        };
        self.writer.word("{{");
        self.writer.at(line);
        self.writer.word(" __cookiecutter_now(");
        // The last `+` or `-` is no calculation here, but moves the time.
        match time.expression {
            Expression::Calculation(first, mut others) if matches!(others.last(), Some(("+" | "-", _))) => {
                let (operator, offset) = others.remove(others.len() - 1);
                let zone = match others.is_empty() {
                    true => *first,
                    false => Node {
                        line: time.line,
                        expression: Expression::Calculation(first, others),
                    },
                };
                self.writer.node(&zone);
                self.writer.word(&format!(", \"{operator}\", "));
                self.writer.node(&offset);
            }
            _ => {
                self.writer.node(&time);
                self.writer.word(", none, none");
            }
        }
        self.writer.word(", ");
        match &format {
            Some(format) => self.writer.node(format),
            None => self.writer.word("none"),
        }
        self.writer.word(") }}");
        self.known(false)
    }
}
