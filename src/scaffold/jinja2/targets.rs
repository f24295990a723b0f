//! What can be assigned to: names, rows of names, and attributes of namespaces.

use super::ast::{Expression, Link, Node};
use super::parser::{Parsed, Parser};
use super::tokens::{Problem, Token};

const RESERVED: [&str; 6] = ["true", "false", "none", "True", "False", "None"];

/// A target as minijinja takes it.
pub(super) struct Target {
    pub text: String,
    pub is_row: bool,
}

impl Parser {
    pub(super) fn target(&mut self, with_namespaces: bool) -> Result<Target, Problem> {
        let at = self.current().at;
        let item = if with_namespaces {
            Parser::name_or_attribute
        } else {
            Parser::primary
        };
        let node = self.tuple(item, false)?;
        let is_row = matches!(node.expression, Expression::Tuple(_));
        match written(&node, true, with_namespaces) {
            Some(text) => Ok(Target { text, is_row }),
            None => Err(Problem::new(at, "can't assign to this")),
        }
    }

    fn name_or_attribute(&mut self) -> Parsed {
        let is_attribute = matches!(self.current().token, Token::Name(_)) && self.is_at(1, ".");
        let base = self.primary()?;
        if !is_attribute || !self.skip(".") {
            return Ok(base);
        }
        let line = base.line;
        let links = vec![Link::Attribute(self.name()?)];
        let expression = Expression::Chain(Box::new(base), links);
        Ok(Node { line, expression })
    }

    pub(super) fn target_name(&mut self) -> Result<String, Problem> {
        let at = self.current().at;
        let name = self.name()?;
        match name_as_target(&name) {
            Some(name) => Ok(name),
            None => Err(Problem::new(at, format!("can't assign to '{name}'"))),
        }
    }
}

fn name_as_target(name: &str) -> Option<String> {
    (!RESERVED.contains(&name)).then(|| internal_name(name))
}

/// Words that are operators to minijinja, also where Jinja2 takes them for names.
const OPERATORS: [&str; 7] = ["and", "else", "if", "in", "is", "not", "or"];

/// Whether minijinja takes it for a name too.
pub(super) fn is_name(name: &str) -> bool {
    name.is_ascii() && !OPERATORS.contains(&name)
}

/// What a name is called where minijinja would not take it for one.
pub(super) fn internal_name(name: &str) -> String {
    if is_name(name) {
        return name.to_string();
    }
    let codes: Vec<String> = name.chars().map(|char| format!("{:x}", u32::from(char))).collect();
    format!("__u_{}", codes.join("_"))
}

fn written(node: &Node, is_outermost: bool, with_namespaces: bool) -> Option<String> {
    match &node.expression {
        Expression::Name(name) => name_as_target(name),
        Expression::Tuple(items) if !items.is_empty() => {
            let items: Option<Vec<String>> = items.iter().map(|item| written(item, false, with_namespaces)).collect();
            let mut text = items?.join(", ");
            text.push_str(
                if matches!(&node.expression, Expression::Tuple(items) if items.len() == 1) {
                    ","
                } else {
                    ""
                },
            );
            Some(if is_outermost { text } else { format!("({text})") })
        }
        Expression::Chain(base, links) if with_namespaces => match (&base.expression, &links[..]) {
            (Expression::Name(name), [Link::Attribute(attribute)]) if attribute.is_ascii() => {
                Some(format!("{}.{attribute}", name_as_target(name)?))
            }
            _ => None,
        },
        _ => None,
    }
}
