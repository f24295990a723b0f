//! The methods of Python's `dict`.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};

use super::arguments::Arguments;
use super::dict::{Dict, Key};
use super::lookup;
use super::sequence::{Sequence, Shape};
use super::value::{Kind, fail, items, kind};

pub(super) const NAMES: [&str; 11] = [
    "clear",
    "copy",
    "fromkeys",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
];

pub(super) fn call(dict: &Dict, name: &str, args: &[Value]) -> Result<Value, Error> {
    if !NAMES.contains(&name) {
        return Err(Error::from(ErrorKind::UnknownMethod));
    }
    let mut arguments = Arguments::of(args);
    if name == "update" {
        let named = std::mem::take(&mut arguments.named);
        update(dict, arguments.positional.first())?;
        for (name, value) in named {
            dict.insert(Value::from(name), value)?;
        }
        return match arguments.positional.len() {
            0 | 1 => Ok(Value::from(())),
            _ => fail("update expected at most 1 argument"),
        };
    }
    if !arguments.named.is_empty() {
        return fail(format!("dict.{name}() takes no keyword arguments"));
    }
    let none = Value::from(());
    match (name, &arguments.positional[..]) {
        ("items", []) => Ok(Sequence::value(Shape::Items, dict.items())),
        ("keys", []) => Ok(Sequence::value(Shape::Keys, dict.keys())),
        ("values", []) => Ok(Sequence::value(Shape::Values, dict.values())),
        ("copy", []) => Dict::value(dict.pairs()),
        ("clear", []) => {
            drop(dict.empty());
            Ok(none)
        }
        ("get", [key]) => Ok(dict.get(key)?.unwrap_or(none)),
        ("get", [key, otherwise]) => Ok(dict.get(key)?.unwrap_or_else(|| otherwise.clone())),
        ("setdefault", [key, rest @ ..]) if rest.len() < 2 => match dict.get(key)? {
            Some(value) => Ok(value),
            None => {
                let value = rest.first().cloned().unwrap_or(none);
                dict.insert(key.clone(), value.clone())?;
                Ok(value)
            }
        },
        ("pop", [key, rest @ ..]) if rest.len() < 2 => {
            let id = Key::of(key)?;
            let removed = dict.hold().remove(&id);
            match (removed, rest.first()) {
                (Some((_, value)), _) => Ok(value),
                (None, Some(otherwise)) => Ok(otherwise.clone()),
                (None, None) => fail("KeyError: the key is not in the dict"),
            }
        }
        ("popitem", []) => match dict.hold().pop() {
            Some((key, value)) => Ok(Sequence::tuple(vec![key, value])),
            None => fail("popitem(): dictionary is empty"),
        },
        ("fromkeys", [keys, rest @ ..]) if rest.len() < 2 => {
            let value = rest.first().cloned().unwrap_or(none);
            Dict::value(items(keys)?.into_iter().map(|key| (key, value.clone())))
        }
        _ => fail(format!("dict.{name}() takes other arguments")),
    }
}

pub(super) fn update(dict: &Dict, more: Option<&Value>) -> Result<(), Error> {
    let Some(more) = more else {
        return Ok(());
    };
    for (key, value) in pairs(more)? {
        dict.insert(key, value)?;
    }
    Ok(())
}

/// The pairs of what a dictionary can be made of: another one, or pairs.
pub(super) fn pairs(value: &Value) -> Result<Vec<(Value, Value)>, Error> {
    if let Kind::Dict(dict) = kind(value) {
        return Ok(dict.pairs());
    }
    let keys = items(value)?;
    if value.kind() == ValueKind::Map {
        return keys
            .into_iter()
            .map(|key| Ok((key.clone(), lookup::item(value, &key)?)))
            .collect();
    }
    let pair = |pair: &Value| match <[Value; 2]>::try_from(items(pair)?) {
        Ok([key, value]) => Ok((key, value)),
        Err(_) => fail("dictionary update sequence element has not length 2"),
    };
    keys.iter().map(pair).collect()
}
