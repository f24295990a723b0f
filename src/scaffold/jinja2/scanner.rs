//! Where the next tag begins, and what of the text around it is cut.

use memchr::{memchr, memchr2, memchr3};

use super::Syntax;
use super::letters::is_space;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Raw,
    Variable,
    Block,
    Comment,
    LineStatement,
    LineComment,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub tag: Tag,
    pub start: usize,
    /// The byte behind its first mark.
    pub end: usize,
    /// `-`, `+` or nothing.
    pub sign: Option<u8>,
}

pub(super) struct Scanner<'a> {
    source: &'a str,
    syntax: &'a Syntax,
    /// The longest first, as one may begin with another.
    marks: Vec<(&'a str, Tag)>,
    /// What they begin with.
    firsts: Vec<u8>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(source: &'a str, syntax: &'a Syntax) -> Scanner<'a> {
        let mut marks = vec![
            (syntax.variable.0.as_str(), Tag::Variable),
            (syntax.comment.0.as_str(), Tag::Comment),
            (syntax.block.0.as_str(), Tag::Block),
        ];
        if let Some(prefix) = &syntax.line_statement {
            marks.push((prefix.as_str(), Tag::LineStatement));
        }
        if let Some(prefix) = &syntax.line_comment {
            marks.push((prefix.as_str(), Tag::LineComment));
        }
        let rank = |tag| match tag {
            Tag::Variable => 0,
            Tag::LineStatement => 1,
            Tag::LineComment => 2,
            Tag::Comment => 3,
            _ => 4,
        };
        marks.sort_by_key(|(mark, tag)| (std::cmp::Reverse(mark.chars().count()), rank(*tag)));
        let mut firsts: Vec<u8> = marks.iter().filter_map(|(mark, _)| mark.bytes().next()).collect();
        firsts.sort_unstable();
        firsts.dedup();
        Scanner {
            source,
            syntax,
            marks,
            firsts,
        }
    }

    pub(super) fn next(&self, from: usize) -> Option<Found> {
        let mut place = from;
        loop {
            place += self.candidate(&self.source.as_bytes()[place..])?;
            if self.source.is_char_boundary(place)
                && let Some(found) = self.at(place)
            {
                return Some(found);
            }
            place += 1;
        }
    }

    /// How far it is to a place where a tag may begin.
    fn candidate(&self, rest: &[u8]) -> Option<usize> {
        if self.syntax.line_statement.is_some() || self.syntax.line_comment.is_some() {
            return (!rest.is_empty()).then_some(0);
        }
        match self.firsts[..] {
            [one] => memchr(one, rest),
            [one, two] => memchr2(one, two, rest),
            [one, two, three] => memchr3(one, two, three, rest),
            _ => None,
        }
    }

    fn at(&self, start: usize) -> Option<Found> {
        let rest = &self.source[start..];
        if let Some((end, sign)) = self.raw(rest) {
            let end = start + end;
            return Some(Found {
                tag: Tag::Raw,
                start,
                end,
                sign,
            });
        }
        for (mark, tag) in &self.marks {
            let length = match tag {
                Tag::LineStatement => self.line_statement(start, mark),
                Tag::LineComment => self.line_comment(start, mark),
                _ => rest.starts_with(mark).then_some(mark.len()),
            };
            if let Some(length) = length {
                let sign = rest
                    .as_bytes()
                    .get(length)
                    .copied()
                    .filter(|byte| matches!(byte, b'-' | b'+'));
                let end = start + length + usize::from(sign.is_some());
                return Some(Found {
                    tag: *tag,
                    start,
                    end,
                    sign,
                });
            }
        }
        None
    }

    fn line_statement(&self, start: usize, mark: &str) -> Option<usize> {
        if start > 0 && self.source.as_bytes()[start - 1] != b'\n' {
            return None;
        }
        let rest = &self.source[start..];
        let after = rest.trim_start_matches([' ', '\t', '\u{b}']);
        after.starts_with(mark).then(|| rest.len() - after.len() + mark.len())
    }

    fn line_comment(&self, start: usize, mark: &str) -> Option<usize> {
        let before = self.source[..start].chars().next_back();
        if before.is_some_and(|char| char != '\n' && is_space(char)) {
            return None;
        }
        let rest = &self.source[start..];
        let after = rest.trim_start_matches(|char| is_space(char) && char != '\n' && char != '\r');
        after.starts_with(mark).then(|| rest.len() - after.len() + mark.len())
    }

    /// The opening tag of a raw block: its length and its sign.
    fn raw(&self, rest: &str) -> Option<(usize, Option<u8>)> {
        let (after, sign) = signed(rest.strip_prefix(self.syntax.block.0.as_str())?);
        let after = after
            .trim_start_matches(is_space)
            .strip_prefix("raw")?
            .trim_start_matches(is_space);
        let end = self.syntax.block.1.as_str();
        let after = match after.strip_prefix('-').and_then(|after| after.strip_prefix(end)) {
            Some(after) => after.trim_start_matches(is_space),
            None => after.strip_prefix(end)?,
        };
        Some((rest.len() - after.len(), sign))
    }

    /// Where a raw block ends: its text's end, the end of the closing tag, and its sign.
    pub(super) fn end_of_raw(&self, from: usize) -> Option<Found> {
        let mark = self.syntax.block.0.as_str();
        let mut start = from;
        loop {
            start += self.source[start..].find(mark)?;
            let (after, sign) = signed(&self.source[start + mark.len()..]);
            let name = after.trim_start_matches(is_space).strip_prefix("endraw");
            let end = name.map(|after| self.source.len() - after.trim_start_matches(is_space).len());
            if let Some(end) = end.and_then(|end| self.end_of_block(end)) {
                let tag = Tag::Raw;
                return Some(Found { tag, start, end, sign });
            }
            start += self.source[start..].chars().next().map_or(1, char::len_utf8);
        }
    }

    /// The byte behind the end of a block's tag, if it stands here.
    pub(super) fn end_of_block(&self, at: usize) -> Option<usize> {
        self.closing(at, &self.syntax.block.1, true, true)
    }

    pub(super) fn end_of_variable(&self, at: usize) -> Option<usize> {
        self.closing(at, &self.syntax.variable.1, false, false)
    }

    /// Where the comment's text ends, and where its closing tag does.
    pub(super) fn end_of_comment(&self, from: usize) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let first = self.syntax.comment.1.bytes().next();
        (from..bytes.len())
            .filter(|at| matches!(bytes[*at], b'+' | b'-') || Some(bytes[*at]) == first)
            .filter(|at| self.source.is_char_boundary(*at))
            .find_map(|at| self.closing(at, &self.syntax.comment.1, true, true))
    }

    /// Where a line statement ends: at the last of the line breaks that only whitespace lies between.
    pub(super) fn end_of_line(&self, at: usize) -> Option<usize> {
        let rest = &self.source[at..];
        let spaces = rest.len() - rest.trim_start_matches(is_space).len();
        if spaces == rest.len() {
            return Some(self.source.len());
        }
        rest[..spaces].rfind('\n').map(|newline| at + newline + 1)
    }

    fn closing(&self, at: usize, mark: &str, may_keep: bool, may_trim: bool) -> Option<usize> {
        let rest = &self.source[at..];
        if may_keep && let Some(after) = rest.strip_prefix('+').and_then(|rest| rest.strip_prefix(mark)) {
            return Some(self.source.len() - after.len());
        }
        if let Some(after) = rest.strip_prefix('-').and_then(|rest| rest.strip_prefix(mark)) {
            return Some(self.source.len() - after.trim_start_matches(is_space).len());
        }
        let after = rest.strip_prefix(mark)?;
        let end = self.source.len() - after.len();
        Some(end + usize::from(may_trim && self.syntax.trim_blocks && after.starts_with('\n')))
    }

    /// The text in front of a tag without what the tag cuts of it.
    pub(super) fn lead(&self, from: usize, found: &Found, at_line_start: bool) -> &'a str {
        let text = &self.source[from..found.start];
        match found.sign {
            Some(b'-') => text.trim_end_matches(is_space),
            Some(_) => text,
            None if self.syntax.lstrip_blocks && found.tag != Tag::Variable => {
                let start = text.rfind('\n').map_or(0, |newline| newline + 1);
                let is_blank = start < text.len() && text[start..].chars().all(is_space);
                match is_blank && (start > 0 || at_line_start) {
                    true => &text[..start],
                    false => text,
                }
            }
            None => text,
        }
    }
}

fn signed(text: &str) -> (&str, Option<u8>) {
    match text.as_bytes().first() {
        Some(sign @ (b'-' | b'+')) => (&text[1..], Some(*sign)),
        _ => (text, None),
    }
}
