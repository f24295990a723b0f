//! Jinja2's filters for rows of values.

use minijinja::{Error, State, Value};

use super::arguments::{Arguments, flag, given};
use super::compare;
use super::globals;
use super::lookup::like;
use super::markup;
use super::operators::escapes;
use super::print;
use super::selection::Getter;
use super::sequence::{Sequence, Shape};
use super::value::{
    Kind, MOST, defined, fail, int, items as items_of, kind, length as length_of, size, text, type_name,
};

type Filtered = Result<Value, Error>;

pub(super) fn length(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("length", [], 0)?;
    length_of(value).map(|length| int(length as i128))
}

pub(super) fn list(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("list", [], 0)?;
    items_of(value).map(Sequence::list)
}

pub(super) fn items(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("items", [], 0)?;
    match kind(value) {
        Kind::Undefined | Kind::Nothing => Ok(Sequence::generator(|_| Ok(()))),
        Kind::Dict(dict) => Ok(Sequence::generator(|items| {
            *items = dict.items();
            Ok(())
        })),
        _ => Ok(Sequence::generator(|_| fail("Can only get item pairs from a mapping."))),
    }
}

pub(super) fn first(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("first", [], 0)?;
    if let Kind::Sequence(generator) = kind(value)
        && generator.shape() == Shape::Generator
    {
        let next = {
            let mut items = generator.hold();
            (!items.is_empty()).then(|| items.remove(0))
        };
        if let Some(next) = next {
            return Ok(next);
        }
    }
    if let Kind::Range(range) = kind(value) {
        return Ok(range.at(0).unwrap_or(Value::UNDEFINED));
    }
    Ok(items_of(value)?.into_iter().next().unwrap_or(Value::UNDEFINED))
}

/// The items, if Python can go through them backwards.
fn reversible(value: &Value) -> Result<Option<Vec<Value>>, Error> {
    Ok(match kind(defined(value)?) {
        Kind::Text(_) | Kind::Dict(_) | Kind::Range(_) => Some(items_of(value)?),
        Kind::Sequence(sequence) if sequence.shape() != Shape::Generator => Some(sequence.items()),
        _ => None,
    })
}

pub(super) fn last(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("last", [], 0)?;
    match reversible(value)? {
        Some(items) => Ok(items.into_iter().next_back().unwrap_or(Value::UNDEFINED)),
        None => fail(format!("'{}' object is not reversible", type_name(value))),
    }
}

pub(super) fn reverse(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("reverse", [], 0)?;
    if let Kind::Text(text) = kind(value) {
        return Ok(like(value, text.chars().rev().collect()));
    }
    match reversible(value)? {
        Some(mut items) => {
            items.reverse();
            Ok(Sequence::generator(|reversed| {
                *reversed = items;
                Ok(())
            }))
        }
        None => {
            let mut items = items_of(value)?;
            items.reverse();
            Ok(Sequence::list(items))
        }
    }
}

pub(super) fn random(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("random", [], 0)?;
    length_of(value)?;
    let items = items_of(value)?;
    Ok(items
        .get(globals::random(items.len()))
        .cloned()
        .unwrap_or(Value::UNDEFINED))
}

pub(super) fn join(state: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [separator, attribute] = Arguments::of(args).bind("join", ["d", "attribute"], 0)?;
    let getter = Getter::of(given(attribute).as_ref())?;
    let separator = separator.unwrap_or_else(|| Value::from(""));
    let mut parts = Vec::new();
    for item in items_of(value)? {
        parts.push(getter.get(&item)?);
    }
    let is_markup = escapes(state) && (separator.is_safe() || parts.iter().any(Value::is_safe));
    let written = |value: &Value| match is_markup {
        true => defined(value).map(markup::escaped),
        false => defined(value).map(print::str),
    };
    let separator = written(&separator)?;
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { &separator });
        out.push_str(&written(part)?);
        if out.len() > MOST {
            return fail("the text is too large");
        }
    }
    Ok(match is_markup {
        true => Value::from_safe_string(out),
        false => Value::from(out),
    })
}

pub(super) fn batch(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [count, fill] = Arguments::of(args).bind("batch", ["linecount", "fill_with"], 1)?;
    let (count, fill) = (count.unwrap_or_default(), given(fill));
    Ok(Sequence::generator(|batches| {
        let mut rows: Vec<Vec<Value>> = Vec::new();
        let count = size(&count)?;
        for item in items_of(value)? {
            match rows.last_mut() {
                Some(row) if row.len() != count => row.push(item),
                _ => rows.push(vec![item]),
            }
        }
        if let (Some(row), Some(fill)) = (rows.last_mut(), fill) {
            row.resize(row.len().max(count), fill);
        }
        batches.extend(rows.into_iter().map(Sequence::list));
        Ok(())
    }))
}

pub(super) fn slice(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [slices, fill] = Arguments::of(args).bind("slice", ["slices", "fill_with"], 1)?;
    let (slices, fill) = (slices.unwrap_or_default(), given(fill));
    Ok(Sequence::generator(|rows| {
        let items = items_of(value)?;
        let slices = size(&slices)?;
        if slices == 0 {
            return fail("integer division or modulo by zero");
        }
        let (each, longer) = (items.len() / slices, items.len() % slices);
        let mut rest = items.into_iter();
        for slice in 0..slices {
            let mut row: Vec<Value> = rest.by_ref().take(each + usize::from(slice < longer)).collect();
            if slice >= longer {
                row.extend(fill.clone());
            }
            rows.push(Sequence::list(row));
        }
        Ok(())
    }))
}

pub(super) fn dictsort(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let names = ["case_sensitive", "by", "reverse"];
    let [case_sensitive, by, reverse] = Arguments::of(args).bind("dictsort", names, 0)?;
    let by_value = match by.as_ref().map_or(Ok("key"), text)? {
        "key" => false,
        "value" => true,
        _ => return fail("You can only sort by either \"key\" or \"value\""),
    };
    let Kind::Dict(dict) = kind(defined(value)?) else {
        return fail(format!("'{}' object has no attribute 'items'", type_name(value)));
    };
    let case_sensitive = flag(case_sensitive.as_ref())?;
    let pairs = dict.pairs();
    let keys = pairs.iter().map(|(key, value)| {
        let key = if by_value { value } else { key };
        if case_sensitive { key.clone() } else { without_case(key) }
    });
    let places = compare::sorted(&keys.collect::<Vec<_>>(), flag(reverse.as_ref())?)?;
    let sorted = places.into_iter().map(|place| {
        let (key, value) = &pairs[place];
        Sequence::tuple(vec![key.clone(), value.clone()])
    });
    Ok(Sequence::list(sorted.collect()))
}

/// Texts are compared without regard to case.
pub(super) fn without_case(value: &Value) -> Value {
    match value.as_str() {
        Some(text) => Value::from(text.to_lowercase()),
        None => value.clone(),
    }
}
