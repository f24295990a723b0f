//! Equality, order and membership as Python has them.

use std::cmp::Ordering;

use minijinja::value::{DynObject, ValueKind};
use minijinja::{Error, Value};

use super::sequence::Sequence;
use super::value::{DEEPEST, Kind, defined, fail, items, kind, text, type_name, undefined};

pub(super) fn apply(operator: &str, left: &Value, right: &Value) -> Result<bool, Error> {
    match operator {
        "in" => contains(right, left),
        "notin" => contains(right, left).map(|is_in| !is_in),
        "==" => equal(left, right),
        "!=" => equal(left, right).map(|is_equal| !is_equal),
        _ => {
            let Some(order) = order(left, right)? else {
                return Ok(false);
            };
            match operator {
                "<" => Ok(order == Ordering::Less),
                "<=" => Ok(order != Ordering::Greater),
                ">" => Ok(order == Ordering::Greater),
                ">=" => Ok(order != Ordering::Less),
                _ => fail(format!("unknown operator {operator}")),
            }
        }
    }
}

pub(super) fn equal(left: &Value, right: &Value) -> Result<bool, Error> {
    equal_within(left, right, 0)
}

fn equal_within(left: &Value, right: &Value, depth: usize) -> Result<bool, Error> {
    if depth > DEEPEST {
        return fail("maximum recursion depth exceeded in comparison");
    }
    Ok(match (kind(left), kind(right)) {
        (Kind::Undefined, _) => return Err(undefined(left)),
        (_, Kind::Undefined) => return Err(undefined(right)),
        (Kind::None, Kind::None) | (Kind::Nothing, Kind::Nothing) => true,
        (Kind::Text(left), Kind::Text(right)) => left == right,
        (Kind::Sequence(first), Kind::Sequence(second)) => {
            if std::ptr::eq(first, second) {
                return Ok(true);
            }
            let comparable = first.shape() == second.shape() || (first.is_tuple() && second.is_tuple());
            if !comparable || !first.is_indexed() {
                return Ok(false);
            }
            let (first, second) = (first.items(), second.items());
            if first.len() != second.len() {
                return Ok(false);
            }
            for (first, second) in first.iter().zip(&second) {
                if !same(first, second) && !equal_within(first, second, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Kind::Dict(first), Kind::Dict(second)) => {
            if std::ptr::eq(first, second) {
                return Ok(true);
            }
            if first.len() != second.len() {
                return Ok(false);
            }
            for (key, value) in first.pairs() {
                match second.get(&key)? {
                    Some(other) if same(&value, &other) || equal_within(&value, &other, depth + 1)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (Kind::Range(first), Kind::Range(second)) => first.iter().eq(second.iter()),
        (Kind::Other, Kind::Other) => same(left, right),
        _ => numeric(left, right).is_some_and(|order| order == Some(Ordering::Equal)),
    })
}

/// Whether minijinja is to take two objects for equal: it would follow what they hold without an end.
pub(super) fn object_order(this: &Value, other: &DynObject) -> Option<Ordering> {
    match equal(this, &Value::from_dyn_object(other.clone())) {
        Ok(true) => Some(Ordering::Equal),
        _ => Some(Ordering::Less),
    }
}

/// Whether both are one object: Python finds that in a list without asking whether it equals itself.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (kind(left), kind(right)) {
        (Kind::None, Kind::None) => true,
        (Kind::Bool(left), Kind::Bool(right)) => left == right,
        (Kind::Int(left), Kind::Int(right)) => left == right,
        (Kind::Float(left), Kind::Float(right)) => left == right,
        (Kind::Text(left), Kind::Text(right)) => left == right,
        (Kind::Sequence(left), Kind::Sequence(right)) => std::ptr::eq(left, right),
        (Kind::Dict(left), Kind::Dict(right)) => std::ptr::eq(left, right),
        (Kind::Range(left), Kind::Range(right)) => std::ptr::eq(left, right),
        (Kind::Other, Kind::Other) => left.kind() == right.kind() && left.kind() != ValueKind::Invalid && left == right,
        _ => false,
    }
}

/// The order of two numbers, which `nan` has none of.
fn numeric(left: &Value, right: &Value) -> Option<Option<Ordering>> {
    let whole = |value: &Value| match kind(value) {
        Kind::Bool(answer) => Some(answer.into()),
        Kind::Int(number) => Some(number),
        _ => None,
    };
    let real = |value: &Value| match kind(value) {
        Kind::Float(number) => Some(number),
        _ => whole(value).map(|number: i128| number as f64),
    };
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(Some(left.cmp(&right))),
        _ => Some(real(left)?.partial_cmp(&real(right)?)),
    }
}

/// The order of two values, if they have one; an error if Python would not compare them.
pub(super) fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, Error> {
    order_within(left, right, 0)
}

fn order_within(left: &Value, right: &Value, depth: usize) -> Result<Option<Ordering>, Error> {
    if depth > DEEPEST {
        return fail("maximum recursion depth exceeded in comparison");
    }
    defined(left)?;
    defined(right)?;
    if let Some(order) = numeric(left, right) {
        return Ok(order);
    }
    match (kind(left), kind(right)) {
        (Kind::Text(left), Kind::Text(right)) => Ok(Some(left.cmp(right))),
        (Kind::Sequence(first), Kind::Sequence(second)) if comparable(first, second) => {
            let (first, second) = (first.items(), second.items());
            for (first, second) in first.iter().zip(&second) {
                if !same(first, second) && !equal_within(first, second, depth + 1)? {
                    return order_within(first, second, depth + 1);
                }
            }
            Ok(Some(first.len().cmp(&second.len())))
        }
        _ => fail(format!(
            "'<' not supported between instances of '{}' and '{}'",
            type_name(left),
            type_name(right)
        )),
    }
}

fn comparable(left: &Sequence, right: &Sequence) -> bool {
    left.is_indexed() && right.is_indexed() && left.is_tuple() == right.is_tuple()
}

pub(super) fn contains(container: &Value, value: &Value) -> Result<bool, Error> {
    match kind(defined(container)?) {
        Kind::Text(whole) => Ok(whole.contains(text(value)?)),
        Kind::Dict(dict) => Ok(dict.get(value)?.is_some()),
        Kind::Range(range) => match kind(value) {
            Kind::Int(number) => Ok(range.contains(number)),
            Kind::Bool(answer) => Ok(range.contains(answer.into())),
            Kind::Float(number) if number.fract() == 0.0 => Ok(range.contains(number as i128)),
            _ => defined(value).map(|_| false),
        },
        Kind::Other if container.kind() == ValueKind::Map => Ok(!container.get_item(value)?.is_undefined()),
        _ => {
            for item in items(container)? {
                if same(&item, value) || equal(&item, value)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

/// Sorts stably by keys that Python would compare; gives the places in their new order.
pub(super) fn sorted(keys: &[Value], reverse: bool) -> Result<Vec<usize>, Error> {
    let mut places: Vec<usize> = (0..keys.len()).collect();
    let mut merged = Vec::with_capacity(keys.len());
    let mut run = 1;
    // The library's sort panics where the order is none, as that of `nan`.
    while run < places.len() {
        merged.clear();
        for pair in places.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some((first, lefts)), Some((second, rights))) = (left.split_first(), right.split_first()) {
                let (smaller, larger) = if reverse { (first, second) } else { (second, first) };
                if order(&keys[*smaller], &keys[*larger])? == Some(Ordering::Less) {
                    merged.push(*second);
                    right = rights;
                } else {
                    merged.push(*first);
                    left = lefts;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut places, &mut merged);
        run *= 2;
    }
    Ok(places)
}
