//! What a value is to Python, and the questions every part asks of values: is it true, what is in it, how long is it.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, Value};

use super::dict::Dict;
use super::range::Range;
use super::sequence::Sequence;

/// Nothing a template makes in one step gets longer than this, in bytes or items.
pub(super) const MOST: usize = 50_000_000;

/// How deep values may hold one another where that is followed by calls of calls.
pub(super) const DEEPEST: usize = 200;

pub(super) enum Kind<'a> {
    Undefined,
    /// What a condition without an `else` gives: undefined, but to be printed and gone through.
    Nothing,
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(&'a str),
    Sequence(&'a Sequence),
    Dict(&'a Dict),
    Range(&'a Range),
    Other,
}

pub(super) fn kind(value: &Value) -> Kind<'_> {
    match value.kind() {
        ValueKind::Undefined => Kind::Undefined,
        ValueKind::None => Kind::None,
        ValueKind::Bool => Kind::Bool(value.is_true()),
        ValueKind::Number if value.is_integer() => i128::try_from(value.clone()).map_or(Kind::Other, Kind::Int),
        ValueKind::Number => f64::try_from(value.clone()).map_or(Kind::Other, Kind::Float),
        ValueKind::String => value.as_str().map_or(Kind::Other, Kind::Text),
        _ => {
            if value.downcast_object_ref::<Nothing>().is_some() {
                Kind::Nothing
            } else if let Some(sequence) = value.downcast_object_ref::<Sequence>() {
                Kind::Sequence(sequence)
            } else if let Some(dict) = value.downcast_object_ref::<Dict>() {
                Kind::Dict(dict)
            } else if let Some(range) = value.downcast_object_ref::<Range>() {
                Kind::Range(range)
            } else {
                Kind::Other
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Nothing;

impl Object for Nothing {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

pub(super) fn is_defined(value: &Value) -> bool {
    !matches!(kind(value), Kind::Undefined | Kind::Nothing)
}

/// How Python calls the value's type.
pub(super) fn type_name(value: &Value) -> &'static str {
    match kind(value) {
        Kind::Undefined | Kind::Nothing => "Undefined",
        Kind::None => "NoneType",
        Kind::Bool(_) => "bool",
        Kind::Int(_) => "int",
        Kind::Float(_) => "float",
        Kind::Text(_) => "str",
        Kind::Sequence(sequence) => sequence.shape().name(),
        Kind::Dict(_) => "dict",
        Kind::Range(_) => "range",
        Kind::Other => "object",
    }
}

pub(super) fn fail<T>(message: impl Into<Cow<'static, str>>) -> Result<T, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message))
}

/// The error of using an undefined value, which knows what was undefined.
pub(super) fn undefined(value: &Value) -> Error {
    match value.get_attr("") {
        Err(error) => error,
        Ok(_) => Error::from(ErrorKind::UndefinedError),
    }
}

pub(super) fn defined(value: &Value) -> Result<&Value, Error> {
    match value.is_undefined() {
        true => Err(undefined(value)),
        false => Ok(value),
    }
}

pub(super) fn truth(value: &Value) -> Result<bool, Error> {
    defined(value).map(Value::is_true)
}

pub(super) fn int(number: i128) -> Value {
    i64::try_from(number).map_or_else(|_| Value::from(number), Value::from)
}

/// A whole number as Python's functions take it: `True` is one too.
pub(super) fn whole(value: &Value) -> Result<i128, Error> {
    match kind(value) {
        Kind::Bool(answer) => Ok(answer.into()),
        Kind::Int(number) => Ok(number),
        Kind::Undefined => Err(undefined(value)),
        _ => fail(format!(
            "'{}' object cannot be interpreted as an integer",
            type_name(value)
        )),
    }
}

/// A length or a count: what is below zero is zero.
pub(super) fn size(value: &Value) -> Result<usize, Error> {
    let number = whole(value)?.max(0);
    match usize::try_from(number) {
        Ok(size) if size <= MOST => Ok(size),
        _ => fail(format!("{number} is too large")),
    }
}

pub(super) fn text(value: &Value) -> Result<&str, Error> {
    match kind(value) {
        Kind::Text(text) => Ok(text),
        Kind::Undefined => Err(undefined(value)),
        _ => fail(format!("expected str, not {}", type_name(value))),
    }
}

/// What a loop over the value gives.
pub(super) fn items(value: &Value) -> Result<Vec<Value>, Error> {
    match kind(value) {
        Kind::Undefined => Err(undefined(value)),
        Kind::Nothing => Ok(Vec::new()),
        Kind::Text(text) => Ok(text.chars().map(Value::from).collect()),
        Kind::Sequence(sequence) => sequence.consume(),
        Kind::Dict(dict) => Ok(dict.keys()),
        Kind::Range(range) => match range.len() <= MOST {
            true => Ok(range.iter().collect()),
            false => fail("the range is too long"),
        },
        Kind::Other if value.as_object().is_some() => value.try_iter()?.checked().collect(),
        _ => fail(format!("'{}' object is not iterable", type_name(value))),
    }
}

pub(super) fn length(value: &Value) -> Result<usize, Error> {
    let length = match kind(value) {
        Kind::Undefined => return Err(undefined(value)),
        Kind::Nothing => Some(0),
        Kind::Text(text) => Some(text.chars().count()),
        Kind::Sequence(sequence) => sequence.len(),
        Kind::Dict(dict) => Some(dict.len()),
        Kind::Range(range) => Some(range.len()),
        Kind::Other => value.len(),
        _ => None,
    };
    match length {
        Some(length) => Ok(length),
        None => fail(format!("object of type '{}' has no len()", type_name(value))),
    }
}
