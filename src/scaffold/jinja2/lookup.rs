//! `value.name`, `value[key]` and `value[from:to:step]`.

use minijinja::{Error, ErrorKind, Value};

use super::bound_method::BoundMethod;
use super::bytes::{self, is_bytes};
use super::list_methods;
use super::number_methods;
use super::sequence::{Sequence, Shape};
use super::str_methods;
use super::value::{Kind, defined, fail, kind, type_name, whole};

/// What stands behind a dot: an attribute, or else an item.
pub(super) fn attribute(value: &Value, name: &str) -> Result<Value, Error> {
    match kind(defined(value)?) {
        Kind::Text(_) if str_methods::NAMES.contains(&name) => Ok(BoundMethod::of(value.clone(), name)),
        Kind::Int(_) | Kind::Bool(_) | Kind::Float(_) => Ok(match number_methods::attribute(value, name) {
            Some(attribute) => attribute,
            None if number_methods::NAMES.contains(&name) => BoundMethod::of(value.clone(), name),
            None => Value::UNDEFINED,
        }),
        Kind::Nothing => Err(Error::from(ErrorKind::UndefinedError)),
        _ => value.get_attr(name),
    }
}

/// An attribute and nothing else, as the filter `attr` takes it.
pub(super) fn only_attribute(value: &Value, name: &str) -> Result<Value, Error> {
    match kind(value) {
        Kind::Dict(_) if !super::dict_methods::NAMES.contains(&name) => Ok(Value::UNDEFINED),
        _ => attribute(value, name),
    }
}

/// What stands in brackets: an item, or else an attribute.
pub(super) fn item(value: &Value, key: &Value) -> Result<Value, Error> {
    let found = match kind(defined(value)?) {
        Kind::Nothing => return Err(Error::from(ErrorKind::UndefinedError)),
        Kind::Dict(_) => return value.get_item(key),
        Kind::Other => value.get_item(key)?,
        Kind::Text(text) => match place(key, || text.chars().count()) {
            Some(place) => text
                .chars()
                .nth(place)
                .map_or(Value::UNDEFINED, |char| like(value, char.to_string())),
            None => Value::UNDEFINED,
        },
        Kind::Sequence(sequence) => match place(key, || sequence.len().unwrap_or(0)) {
            Some(place) => sequence.at(place).unwrap_or(Value::UNDEFINED),
            None => Value::UNDEFINED,
        },
        Kind::Range(range) => match place(key, || range.len()) {
            Some(place) => range.at(place).unwrap_or(Value::UNDEFINED),
            None => Value::UNDEFINED,
        },
        _ => Value::UNDEFINED,
    };
    match key.as_str() {
        Some(name) if found.is_undefined() => attribute(value, name),
        _ => Ok(found),
    }
}

/// A text that is as safe as the one it was taken from.
pub(super) fn like(value: &Value, text: String) -> Value {
    match value.is_safe() {
        true => Value::from_safe_string(text),
        false => Value::from(text),
    }
}

fn place(key: &Value, length: impl Fn() -> usize) -> Option<usize> {
    let number = match kind(key) {
        Kind::Int(_) | Kind::Bool(_) => whole(key).ok()?,
        _ => return None,
    };
    match number < 0 {
        true => usize::try_from(number + length() as i128).ok(),
        false => usize::try_from(number).ok(),
    }
}

pub(super) fn slice(value: &Value, from: &Value, to: &Value, step: &Value) -> Result<Value, Error> {
    match kind(defined(value)?) {
        Kind::Text(text) => {
            let chars: Vec<char> = text.chars().collect();
            let places = places(chars.len(), from, to, step)?;
            Ok(like(value, places.map(|place| chars[place]).collect()))
        }
        Kind::Sequence(sequence) if sequence.is_indexed() => {
            let items = sequence.items();
            let places = places(items.len(), from, to, step)?;
            let shape = if sequence.is_tuple() { Shape::Tuple } else { Shape::List };
            Ok(Sequence::value(
                shape,
                places.map(|place| items[place].clone()).collect(),
            ))
        }
        Kind::Range(range) => {
            let bounds = bounds(range.len(), from, to, step)?;
            Ok(Value::from_object(range.sliced(bounds)))
        }
        Kind::Nothing => Err(Error::from(ErrorKind::UndefinedError)),
        _ => fail(format!("'{}' object cannot be sliced", type_name(value))),
    }
}

/// Where a slice begins and ends, and its step.
fn bounds(length: usize, from: &Value, to: &Value, step: &Value) -> Result<[i128; 3], Error> {
    let length = length as i128;
    let optional = |value: &Value| match value.is_none() {
        true => Ok(None),
        false => whole(value).map(Some),
    };
    let step = optional(step)?
        .unwrap_or(1)
        .clamp(-i128::from(i64::MAX), i128::from(i64::MAX));
    if step == 0 {
        return fail("slice step cannot be zero");
    }
    let (lowest, highest) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let bound = |bound: Option<i128>, otherwise: i128| match bound {
        None => otherwise,
        Some(bound) if bound < 0 => bound.saturating_add(length).clamp(lowest, highest),
        Some(bound) => bound.clamp(lowest, highest),
    };
    let (first, last) = if step > 0 { (lowest, highest) } else { (highest, lowest) };
    Ok([bound(optional(from)?, first), bound(optional(to)?, last), step])
}

fn places(length: usize, from: &Value, to: &Value, step: &Value) -> Result<impl Iterator<Item = usize> + use<>, Error> {
    let [mut place, to, step] = bounds(length, from, to, step)?;
    Ok(std::iter::from_fn(move || {
        let inside = if step > 0 { place < to } else { place > to };
        inside.then(|| {
            let current = place as usize;
            place += step;
            current
        })
    }))
}

/// `value.name(...)` of a value that is no object of ours.
pub(super) fn call(value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    match kind(defined(value)?) {
        Kind::Text(_) => str_methods::call(value, name, args),
        Kind::Int(_) | Kind::Bool(_) | Kind::Float(_) => number_methods::call(value, name, args),
        Kind::Range(range) => list_methods::call_range(range, name, args),
        Kind::Other if is_bytes(value) => bytes::call(value, name, args),
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}
