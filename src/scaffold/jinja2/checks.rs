//! Jinja2's tests: what may stand behind `is`.

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::arguments::Arguments;
use super::arithmetic;
use super::compare;
use super::dict::Key;
use super::filters;
use super::letters;
use super::print;
use super::value::{Kind, defined, fail, int, is_defined, items, kind};

pub(super) const NAMES: [&str; 39] = [
    "odd",
    "even",
    "divisibleby",
    "defined",
    "undefined",
    "filter",
    "test",
    "none",
    "boolean",
    "false",
    "true",
    "integer",
    "float",
    "lower",
    "upper",
    "string",
    "mapping",
    "number",
    "sequence",
    "iterable",
    "callable",
    "sameas",
    "escaped",
    "in",
    "==",
    "eq",
    "equalto",
    "!=",
    "ne",
    ">",
    "gt",
    "greaterthan",
    "ge",
    ">=",
    "<",
    "lt",
    "lessthan",
    "<=",
    "le",
];

pub(super) fn holds(name: &str, value: &Value, args: &[Value]) -> Result<bool, Error> {
    let arguments = Arguments::of(args);
    let parameter = match name {
        "divisibleby" => Some("num"),
        "sameas" => Some("other"),
        "in" => Some("seq"),
        "==" | "eq" | "equalto" | "!=" | "ne" | ">" | "gt" | "greaterthan" | "ge" | ">=" | "<" | "lt" | "lessthan"
        | "<=" | "le" => Some("b"),
        _ => None,
    };
    let Some(parameter) = parameter else {
        arguments.bind(name, [], 0)?;
        return alone(name, value);
    };
    let [other] = arguments.bind(name, [parameter], 1)?;
    let other = other.unwrap_or_default();
    match name {
        "divisibleby" => compare::equal(&arithmetic::apply("%", value, &other)?, &int(0)),
        "sameas" => Ok(compare::same(value, &other)),
        "in" => compare::contains(&other, value),
        "==" | "eq" | "equalto" => compare::apply("==", value, &other),
        "!=" | "ne" => compare::apply("!=", value, &other),
        ">" | "gt" | "greaterthan" => compare::apply(">", value, &other),
        ">=" | "ge" => compare::apply(">=", value, &other),
        "<" | "lt" | "lessthan" => compare::apply("<", value, &other),
        _ => compare::apply("<=", value, &other),
    }
}

fn alone(name: &str, value: &Value) -> Result<bool, Error> {
    let remainder = |of: i128| compare::equal(&arithmetic::apply("%", value, &int(2))?, &int(of));
    let this = kind(value);
    Ok(match name {
        "odd" => remainder(1)?,
        "even" => remainder(0)?,
        "defined" => is_defined(value),
        "undefined" => !is_defined(value),
        "filter" => Key::of(value)? != Key::None && value.as_str().is_some_and(filters::is_known),
        "test" => Key::of(value)? != Key::None && value.as_str().is_some_and(|name| NAMES.contains(&name)),
        "none" => value.is_none(),
        "boolean" => matches!(this, Kind::Bool(_)),
        "false" => matches!(this, Kind::Bool(false)),
        "true" => matches!(this, Kind::Bool(true)),
        "integer" => matches!(this, Kind::Int(_)),
        "float" => matches!(this, Kind::Float(_)),
        "lower" => letters::is("islower", &print::str(defined(value)?)),
        "upper" => letters::is("isupper", &print::str(defined(value)?)),
        "string" => matches!(this, Kind::Text(_)),
        "mapping" => matches!(this, Kind::Dict(_)),
        "number" => matches!(this, Kind::Bool(_) | Kind::Int(_) | Kind::Float(_)),
        "sequence" => match this {
            Kind::Text(_) | Kind::Dict(_) | Kind::Range(_) | Kind::Nothing => true,
            Kind::Sequence(sequence) => sequence.is_indexed(),
            _ => value.kind() == ValueKind::Seq,
        },
        "iterable" => match this {
            Kind::Text(_) | Kind::Dict(_) | Kind::Range(_) | Kind::Sequence(_) | Kind::Nothing => true,
            Kind::Undefined => return items(value).map(|_| true),
            _ => matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable),
        },
        // Python finds a method on an undefined value that would fail.
        "callable" => match this {
            Kind::Undefined | Kind::Nothing => true,
            Kind::Other => value.kind() == ValueKind::Plain || value.to_string().starts_with("<macro"),
            _ => false,
        },
        "escaped" => value.is_safe(),
        _ => return fail(format!("No test named '{name}'.")),
    })
}
