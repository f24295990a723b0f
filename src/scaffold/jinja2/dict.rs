//! Python's dictionaries: in the order of insertion, and changeable.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use super::bound_method::BoundMethod;
use super::compare;
use super::dict_methods;
use super::print;
use super::sequence::{Sequence, dismantle};
use super::value::{DEEPEST, Kind, fail, kind, type_name, undefined};

/// What tells two keys apart: in Python `1`, `1.0` and `True` are one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    None,
    Int(i128),
    Float(u64),
    Text(String),
    Tuple(Vec<Key>),
    Range(i128, i128, i128),
}

impl Key {
    pub(super) fn of(value: &Value) -> Result<Key, Error> {
        Self::within(value, 0)
    }

    fn within(value: &Value, depth: usize) -> Result<Key, Error> {
        Ok(match kind(value) {
            Kind::None => Key::None,
            Kind::Bool(answer) => Key::Int(answer.into()),
            Kind::Int(number) => Key::Int(number),
            Kind::Float(number) if number.fract() == 0.0 && number.abs() < 1e30 => Key::Int(number as i128),
            Kind::Float(number) => Key::Float(number.to_bits()),
            Kind::Text(text) => Key::Text(text.to_string()),
            Kind::Sequence(tuple) if tuple.is_tuple() && depth < DEEPEST => {
                let items = tuple.items();
                Key::Tuple(
                    items
                        .iter()
                        .map(|item| Self::within(item, depth + 1))
                        .collect::<Result<_, _>>()?,
                )
            }
            Kind::Range(range) => Key::Range(range.start, range.stop, range.step),
            Kind::Undefined => return Err(undefined(value)),
            _ => return fail(format!("unhashable type: '{}'", type_name(value))),
        })
    }
}

#[derive(Default)]
pub(super) struct Entries {
    places: HashMap<Key, usize>,
    entries: Vec<(Value, Value)>,
}

impl Entries {
    pub(super) fn get(&self, key: &Key) -> Option<Value> {
        self.places.get(key).map(|place| self.entries[*place].1.clone())
    }

    /// Gives the value that stood there, which is to be dropped outside.
    pub(super) fn insert(&mut self, id: Key, key: Value, value: Value) -> Option<Value> {
        match self.places.get(&id) {
            Some(place) => Some(std::mem::replace(&mut self.entries[*place].1, value)),
            None => {
                self.places.insert(id, self.entries.len());
                self.entries.push((key, value));
                None
            }
        }
    }

    pub(super) fn remove(&mut self, id: &Key) -> Option<(Value, Value)> {
        let place = self.places.remove(id)?;
        for other in self.places.values_mut().filter(|other| **other > place) {
            *other -= 1;
        }
        Some(self.entries.remove(place))
    }

    pub(super) fn pop(&mut self) -> Option<(Value, Value)> {
        let last = self.entries.len().checked_sub(1)?;
        self.places.retain(|_, place| *place != last);
        self.entries.pop()
    }

    pub(super) fn pairs(&self) -> &[(Value, Value)] {
        &self.entries
    }
}

#[derive(Default)]
pub(super) struct Dict {
    entries: Mutex<Entries>,
}

impl Dict {
    pub(super) fn of(pairs: impl IntoIterator<Item = (Value, Value)>) -> Result<Dict, Error> {
        let mut entries = Entries::default();
        for (key, value) in pairs {
            entries.insert(Key::of(&key)?, key, value);
        }
        Ok(Dict {
            entries: Mutex::new(entries),
        })
    }

    pub(super) fn value(pairs: impl IntoIterator<Item = (Value, Value)>) -> Result<Value, Error> {
        Ok(Value::from_object(Self::of(pairs)?))
    }

    /// The entries themselves. Nothing may be called while they are held: they may hold this dictionary.
    pub(super) fn hold(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.hold().pairs().len()
    }

    pub(super) fn pairs(&self) -> Vec<(Value, Value)> {
        self.hold().pairs().to_vec()
    }

    pub(super) fn keys(&self) -> Vec<Value> {
        self.hold().pairs().iter().map(|(key, _)| key.clone()).collect()
    }

    pub(super) fn values(&self) -> Vec<Value> {
        self.hold().pairs().iter().map(|(_, value)| value.clone()).collect()
    }

    /// The pairs as tuples.
    pub(super) fn items(&self) -> Vec<Value> {
        let pairs = self.pairs().into_iter();
        pairs.map(|(key, value)| Sequence::tuple(vec![key, value])).collect()
    }

    pub(super) fn get(&self, key: &Value) -> Result<Option<Value>, Error> {
        let key = Key::of(key)?;
        Ok(self.hold().get(&key))
    }

    pub(super) fn insert(&self, key: Value, value: Value) -> Result<(), Error> {
        let id = Key::of(&key)?;
        let before = self.hold().insert(id, key, value);
        drop(before);
        Ok(())
    }

    /// Everything that was in it.
    pub(super) fn empty(&self) -> Vec<Value> {
        let entries = std::mem::take(&mut *self.hold());
        entries
            .entries
            .into_iter()
            .flat_map(|(key, value)| [key, value])
            .collect()
    }
}

impl fmt::Debug for Dict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dict")
    }
}

impl Object for Dict {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    /// `dict["name"]`: an entry, or else what `dict.name` is.
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let entry = self.get(key).ok().flatten();
        entry.or_else(|| {
            let name = key.as_str().filter(|name| dict_methods::NAMES.contains(name))?;
            Some(BoundMethod::of(Value::from_dyn_object(self.clone()), name))
        })
    }

    /// `dict.name`: a method, or else the entry.
    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        match dict_methods::NAMES.contains(&name) {
            true => Some(BoundMethod::of(Value::from_dyn_object(self.clone()), name)),
            false => self.hold().get(&Key::Text(name.to_string())),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.keys())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.len())
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, name: &str, args: &[Value]) -> Result<Value, Error> {
        dict_methods::call(self, name, args)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let this = Value::from_dyn_object(self.clone());
        compare::object_order(&this, other)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print::str(&Value::from_dyn_object(self.clone())))
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        dismantle(self.empty());
    }
}
