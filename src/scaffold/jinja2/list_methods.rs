//! The methods of Python's `list`, `tuple` and `range`.

use std::sync::Arc;

use minijinja::{Error, ErrorKind, State, Value};

use super::arguments::{Arguments, flag, given};
use super::compare;
use super::range::Range;
use super::sequence::{Sequence, Shape};
use super::value::{MOST, fail, int, items, whole};

const OF_LISTS: [&str; 11] = [
    "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort",
];

pub(super) fn has(shape: Shape, name: &str) -> bool {
    match shape {
        Shape::List => OF_LISTS.contains(&name),
        Shape::Tuple | Shape::Group => matches!(name, "count" | "index"),
        _ => false,
    }
}

pub(super) fn call(
    list: &Arc<Sequence>,
    state: &mut State<'_, '_>,
    name: &str,
    args: &[Value],
) -> Result<Value, Error> {
    if !has(list.shape(), name) {
        // The item of a group that is called so.
        return match list.attribute(name) {
            Some(value) => value.call(state, args),
            None => Err(Error::from(ErrorKind::UnknownMethod)),
        };
    }
    let arguments = Arguments::of(args);
    if name == "sort" {
        return sort(list, state, arguments);
    }
    if !arguments.named.is_empty() {
        return fail(format!("list.{name}() takes no keyword arguments"));
    }
    match (name, &arguments.positional[..]) {
        ("append", [item]) => insert(list, usize::MAX, vec![item.clone()]),
        ("extend", [more]) => insert(list, usize::MAX, items(more)?),
        ("insert", [place, item]) => {
            let place = place_of(whole(place)?, list.hold().len());
            insert(list, place, vec![item.clone()])
        }
        ("clear", []) => {
            let before = std::mem::take(&mut *list.hold());
            drop(before);
            Ok(Value::from(()))
        }
        ("copy", []) => Ok(Sequence::list(list.items())),
        ("reverse", []) => {
            list.hold().reverse();
            Ok(Value::from(()))
        }
        ("pop", []) => match list.hold().pop() {
            Some(item) => Ok(item),
            None => fail("pop from empty list"),
        },
        ("pop", [place]) => {
            let place = whole(place)?;
            let mut items = list.hold();
            let place = if place < 0 { place + items.len() as i128 } else { place };
            match usize::try_from(place).ok().filter(|place| *place < items.len()) {
                Some(place) => Ok(items.remove(place)),
                None => fail("pop index out of range"),
            }
        }
        ("remove", [item]) => match find(&list.items(), item)? {
            Some(place) => {
                let removed = list.hold().remove(place);
                drop(removed);
                Ok(Value::from(()))
            }
            None => fail("list.remove(x): x not in list"),
        },
        ("count", [item]) => count(&list.items(), item),
        ("index", [item, range @ ..]) if range.len() <= 2 => {
            let items = list.items();
            let bound = |place: usize, otherwise: usize| match range.get(place) {
                Some(value) => whole(value).map(|place| place_of(place, items.len())),
                None => Ok(otherwise),
            };
            let (start, end) = (bound(0, 0)?, bound(1, items.len())?);
            match find(&items[start..end.max(start)], item)? {
                Some(place) => Ok(int((start + place) as i128)),
                None => fail("the item is not in list"),
            }
        }
        _ => fail(format!("list.{name}() takes other arguments")),
    }
}

fn place_of(place: i128, length: usize) -> usize {
    let place = if place < 0 { place + length as i128 } else { place };
    usize::try_from(place.max(0)).unwrap_or(usize::MAX).min(length)
}

fn insert(list: &Sequence, place: usize, more: Vec<Value>) -> Result<Value, Error> {
    let mut items = list.hold();
    if items.len() + more.len() > MOST {
        return fail("the list is too long");
    }
    let place = place.min(items.len());
    items.splice(place..place, more);
    Ok(Value::from(()))
}

fn find(items: &[Value], wanted: &Value) -> Result<Option<usize>, Error> {
    for (place, item) in items.iter().enumerate() {
        if compare::same(item, wanted) || compare::equal(item, wanted)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn count(items: &[Value], wanted: &Value) -> Result<Value, Error> {
    let mut count = 0;
    for item in items {
        count += i128::from(compare::same(item, wanted) || compare::equal(item, wanted)?);
    }
    Ok(int(count))
}

fn sort(list: &Sequence, state: &mut State<'_, '_>, arguments: Arguments) -> Result<Value, Error> {
    if !arguments.positional.is_empty() {
        return fail("sort() takes no positional arguments");
    }
    let [key, reverse] = arguments.bind("sort", ["key", "reverse"], 0)?;
    let items = list.items();
    let keys = match given(key) {
        None => items.clone(),
        Some(key) => {
            let keys = items.iter().map(|item| key.call(state, std::slice::from_ref(item)));
            keys.collect::<Result<_, _>>()?
        }
    };
    let places = compare::sorted(&keys, flag(reverse.as_ref())?)?;
    let sorted: Vec<Value> = places
        .into_iter()
        .filter_map(|place| items.get(place).cloned())
        .collect();
    *list.hold() = sorted;
    Ok(Value::from(()))
}

pub(super) fn call_range(range: &Range, name: &str, args: &[Value]) -> Result<Value, Error> {
    let place = |item| match whole(item) {
        Ok(number) if range.contains(number) => Some((number - range.start) / range.step),
        _ => None,
    };
    match (name, args) {
        ("count", [item]) => Ok(int(i128::from(place(item).is_some()))),
        ("index", [item]) => match place(item) {
            Some(place) => Ok(int(place)),
            None => fail("the number is not in range"),
        },
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}
