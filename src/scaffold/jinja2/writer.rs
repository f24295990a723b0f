//! Expressions in the part of minijinja's grammar that means the same, with filters of ours for what does not.
//!
//! Nothing is nested that need not be: minijinja follows what is nested with calls of calls.

use std::fmt::Write;

use super::ast::{Call, Expression, Link, Node};
use super::lexer::line_breaks;
use super::targets::is_name;
use super::{dict_methods, print, str_methods};

/// A text for minijinja, in which every tag stays on its line.
pub(super) struct Writer {
    pub out: String,
    line: u32,
}

impl Writer {
    pub(super) fn new() -> Writer {
        Writer {
            out: String::new(),
            line: 1,
        }
    }

    /// Goes on within a tag, at the line its original stands on.
    pub(super) fn at(&mut self, line: u32) {
        while self.line < line {
            self.out.push('\n');
            self.line += 1;
        }
    }

    pub(super) fn word(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Text outside of tags.
    pub(super) fn data(&mut self, text: &str) {
        let mut rest = text;
        // A brace is no part of a tag, neither with what follows in the text nor with a tag that follows it.
        while let Some(place) = rest.find('{') {
            let next = rest.as_bytes().get(place + 1);
            if matches!(next, None | Some(b'{' | b'%' | b'#')) {
                self.plain(&rest[..place]);
                self.out.push_str("{{ \"{\"|__raw }}");
            } else {
                self.plain(&rest[..=place]);
            }
            rest = &rest[place + 1..];
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        self.line += line_breaks(text);
        self.out.push_str(text);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            match char {
                '"' | '\\' => {
                    self.out.push('\\');
                    self.out.push(char);
                }
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                _ => self.out.push(char),
            }
        }
        self.out.push('"');
    }

    /// An expression that anything can be put behind.
    pub(super) fn node(&mut self, node: &Node) {
        self.at(node.line);
        match &node.expression {
            Expression::None => self.word("none"),
            Expression::Bool(answer) => self.word(if *answer { "true" } else { "false" }),
            Expression::Int(number) => {
                let _ = write!(self.out, "{number}");
            }
            Expression::Float(number) if number.is_finite() => {
                let _ = write!(self.out, "{number:?}");
            }
            Expression::Float(number) => {
                self.text(&print::float(*number));
                self.word("|float");
            }
            Expression::Text(text) => self.text(text),
            Expression::Name(name) if is_name(name) => self.word(name),
            Expression::Name(name) => {
                self.text(name);
                self.word("|__name");
            }
            Expression::Tuple(items) => self.row(items.iter(), "__tuple"),
            Expression::List(items) => self.row(items.iter(), "__list"),
            Expression::Dict(pairs) => self.row(pairs.iter().flat_map(|(key, value)| [key, value]), "__dict"),
            Expression::Slice(parts) => {
                self.word("[");
                for part in parts {
                    self.optional(part.as_deref());
                    self.word(", ");
                }
                self.word("]|__bounds");
            }
            Expression::Chain(base, links) => self.chain(base, links),
            Expression::Not(operand) => {
                self.word("(not ");
                self.node(operand);
                self.word(")");
            }
            Expression::Sign(sign, operand) => {
                self.node(operand);
                self.word(if *sign == "-" { "|__negative" } else { "|__positive" });
            }
            Expression::Calculation(first, others) => self.calculation(first, others, "__calculate"),
            Expression::Comparison(first, others) => self.calculation(first, others, "__compare"),
            Expression::Concatenation(parts) => {
                if let Some((first, others)) = parts.split_first() {
                    self.node(first);
                    self.word("|__concatenate(");
                    self.listed(others.iter());
                    self.word(")");
                }
            }
            Expression::And(operands) => self.joined(operands, " and "),
            Expression::Or(operands) => self.joined(operands, " or "),
            Expression::Condition { test, then, otherwise } => {
                self.word("(");
                self.node(then);
                self.word(" if ");
                self.node(test);
                self.word(" else ");
                match otherwise {
                    Some(otherwise) => self.node(otherwise),
                    None => self.word("__nothing"),
                }
                self.word(")");
            }
        }
    }

    fn optional(&mut self, node: Option<&Node>) {
        match node {
            Some(node) => self.node(node),
            None => self.word("none"),
        }
    }

    fn listed<'a>(&mut self, nodes: impl Iterator<Item = &'a Node>) {
        for (index, node) in nodes.enumerate() {
            self.word(if index == 0 { "" } else { ", " });
            self.node(node);
        }
    }

    fn row<'a>(&mut self, items: impl Iterator<Item = &'a Node>, filter: &str) {
        self.word("[");
        self.listed(items);
        self.word("]|");
        self.word(filter);
    }

    fn joined(&mut self, operands: &[Node], word: &str) {
        self.word("(");
        for (index, operand) in operands.iter().enumerate() {
            self.word(if index == 0 { "" } else { word });
            self.node(operand);
        }
        self.word(")");
    }

    fn calculation(&mut self, first: &Node, others: &[(&str, Node)], filter: &str) {
        self.node(first);
        self.word("|");
        self.word(filter);
        self.word("(");
        for (index, (operator, operand)) in others.iter().enumerate() {
            self.word(if index == 0 { "\"" } else { ", \"" });
            self.word(operator);
            self.word("\", ");
            self.node(operand);
        }
        self.word(")");
    }

    fn chain(&mut self, base: &Node, links: &[Link]) {
        self.node(base);
        // A filter cannot be followed by a dot, but by another filter.
        let mut takes_dots = matches!(&base.expression, Expression::Text(_))
            || matches!(&base.expression, Expression::Name(name) if is_name(name));
        let mut rest = links.iter().peekable();
        while let Some(link) = rest.next() {
            match link {
                Link::Attribute(name) if matches!(rest.peek(), Some(Link::Call(_))) => {
                    let Some(Link::Call(call)) = rest.next() else {
                        return;
                    };
                    takes_dots &= name.is_ascii();
                    if takes_dots {
                        self.word(".");
                        self.word(name);
                        self.call(None, call);
                    } else {
                        self.word("|__method");
                        self.call(Some(name), call);
                    }
                }
                Link::Attribute(name) => {
                    takes_dots &= name.is_ascii() && (is_loop(base) || is_plain_attribute(name));
                    self.word(if takes_dots { "." } else { "|__attribute(" });
                    if takes_dots {
                        self.word(name);
                    } else {
                        self.text(name);
                        self.word(")");
                    }
                }
                Link::Call(call) if takes_dots => {
                    // `loop` goes through what it is given, as a loop does.
                    let recurses = is_loop(base) && std::ptr::eq(link, &raw const links[0]);
                    match (recurses, &call.positional[..]) {
                        (true, [items]) if call.named.is_empty() => {
                            self.word("(");
                            self.node(items);
                            self.word("|__iterate)");
                        }
                        _ => self.call(None, call),
                    }
                }
                Link::Call(call) => {
                    self.word("|__call");
                    self.call(None, call);
                }
                Link::Item(item) => {
                    self.word("|__item(");
                    self.node(item);
                    self.word(")");
                    takes_dots = false;
                }
                Link::Filter(name, call) => {
                    self.word("|");
                    self.filter(name, call);
                    takes_dots = false;
                }
                Link::Test { name, negated, call } => {
                    self.word("|__test");
                    self.call(Some(name), call);
                    if *negated {
                        self.word("|__not");
                    }
                    takes_dots = false;
                }
            }
        }
    }

    pub(super) fn filter(&mut self, name: &str, call: &Call) {
        self.word(name);
        if !call.is_empty() {
            self.call(None, call);
        }
    }

    /// A call whose last link has to stay one, as `{% call %}` needs it.
    pub(super) fn whole_call(&mut self, base: &Node, links: &[Link], call: &Call) {
        let (name, links) = match links.split_last() {
            Some((Link::Attribute(name), links)) if name.is_ascii() => (Some(name), links),
            _ => (None, links),
        };
        if links.is_empty() {
            self.node(base);
        } else {
            self.word("(");
            self.chain(base, links);
            self.word(")");
        }
        if let Some(name) = name {
            self.word(".");
            self.word(name);
        }
        self.call(None, call);
    }

    fn call(&mut self, first: Option<&str>, call: &Call) {
        self.word("(");
        let mut is_first = true;
        let mut next = |writer: &mut Self| {
            writer.word(if is_first { "" } else { ", " });
            is_first = false;
        };
        if let Some(text) = first {
            next(self);
            self.text(text);
        }
        for argument in &call.positional {
            next(self);
            self.node(argument);
        }
        if let Some(more) = &call.more {
            next(self);
            self.word("*");
            self.node(more);
            self.word("|__iterate");
        }
        for (name, argument) in &call.named {
            next(self);
            if name.is_ascii() {
                self.word(name);
                self.word("=");
                self.node(argument);
            } else {
                self.word("**[");
                self.text(name);
                self.word(", ");
                self.node(argument);
                self.word("]|__dict");
            }
        }
        if let Some(more) = &call.more_named {
            next(self);
            self.word("**");
            self.node(more);
        }
        self.word(")");
    }
}

impl Call {
    fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.named.is_empty() && self.more.is_none() && self.more_named.is_none()
    }
}

fn is_loop(node: &Node) -> bool {
    matches!(&node.expression, Expression::Name(name) if name == "loop")
}

/// Whether minijinja finds it: the methods of texts and numbers it does not, unless they are called.
fn is_plain_attribute(name: &str) -> bool {
    dict_methods::NAMES.contains(&name) || !str_methods::NAMES.contains(&name)
}
