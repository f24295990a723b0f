//! Values that stand in the code as they are.

use std::ops::Range;

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use super::bytes;

/// A value and the bytes it is written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub literal: Literal,
    pub range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Text(String),
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    Call {
        function: String,
        arguments: Vec<Value>,
        keywords: Vec<(String, Value)>,
        /// Some of it is given by `*` or `**`.
        is_open: bool,
    },
    /// `a.b.c`
    Name(String),
    Bool(bool),
    /// A number or the like, never a class.
    Plain,
    None,
    Computed,
}

/// Deeper ones are computed by nobody in their right mind.
const DEEPEST: usize = 8;

impl Value {
    pub fn of(expression: &Expr) -> Value {
        Value::within(expression, 0)
    }

    fn within(expression: &Expr, depth: usize) -> Value {
        let value = |expression: &Expr| Value::within(expression, depth + 1);
        let literal = match expression {
            _ if depth > DEEPEST => Literal::Computed,
            Expr::StringLiteral(text) => Literal::Text(text.value.to_str().to_string()),
            Expr::BooleanLiteral(literal) => Literal::Bool(literal.value),
            Expr::NoneLiteral(_) => Literal::None,
            Expr::NumberLiteral(_) | Expr::BytesLiteral(_) | Expr::EllipsisLiteral(_) => Literal::Plain,
            Expr::List(list) => Literal::List(list.elts.iter().map(value).collect()),
            Expr::Tuple(tuple) => Literal::List(tuple.elts.iter().map(value).collect()),
            Expr::Dict(dict) => {
                let pairs = dict.items.iter();
                let pairs = pairs.map(|item| Some((value(item.key.as_ref()?), value(&item.value))));
                pairs.collect::<Option<_>>().map_or(Literal::Computed, Literal::Dict)
            }
            Expr::Call(call) => match dotted(&call.func) {
                None => Literal::Computed,
                Some(function) => {
                    let keywords = call.arguments.keywords.iter();
                    let named =
                        keywords.filter_map(|keyword| Some((keyword.arg.as_ref()?.to_string(), value(&keyword.value))));
                    let is_open = call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
                        || call.arguments.args.iter().any(Expr::is_starred_expr);
                    Literal::Call {
                        function,
                        arguments: call.arguments.args.iter().map(value).collect(),
                        keywords: named.collect(),
                        is_open,
                    }
                }
            },
            other => dotted(other).map_or(Literal::Computed, Literal::Name),
        };
        Value {
            literal,
            range: bytes(expression.range()),
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.literal {
            Literal::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// `a.b.c` as it is written; of a call, what is called.
pub(super) fn dotted(expression: &Expr) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = expression;
    loop {
        match rest {
            Expr::Name(name) => {
                parts.push(name.id.as_str());
                break;
            }
            Expr::Attribute(attribute) if parts.len() < DEEPEST => {
                parts.push(attribute.attr.as_str());
                rest = &attribute.value;
            }
            Expr::Call(call) if parts.is_empty() => rest = &call.func,
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts.join("."))
}
