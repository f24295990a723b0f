//! Python's lists, tuples and what else is a row of values.

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use super::bound_method::BoundMethod;
use super::compare;
use super::dict::Dict;
use super::list_methods;
use super::print;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    List,
    Tuple,
    /// A tuple of `groupby`, whose two items have names.
    Group,
    /// Can be gone through once.
    Generator,
    Keys,
    Values,
    Items,
}

impl Shape {
    pub(super) fn name(self) -> &'static str {
        match self {
            Shape::List => "list",
            Shape::Tuple | Shape::Group => "tuple",
            Shape::Generator => "generator",
            Shape::Keys => "dict_keys",
            Shape::Values => "dict_values",
            Shape::Items => "dict_items",
        }
    }
}

pub(super) struct Sequence {
    shape: Shape,
    items: Mutex<Vec<Value>>,
    /// What a generator meets behind its last item.
    failure: Mutex<Option<Error>>,
}

impl Sequence {
    pub(super) fn value(shape: Shape, items: Vec<Value>) -> Value {
        Value::from_object(Sequence {
            shape,
            items: Mutex::new(items),
            failure: Mutex::new(None),
        })
    }

    pub(super) fn list(items: Vec<Value>) -> Value {
        Self::value(Shape::List, items)
    }

    pub(super) fn tuple(items: Vec<Value>) -> Value {
        Self::value(Shape::Tuple, items)
    }

    /// Python makes the items one by one when they are asked for; whether that fails is seen only then.
    pub(super) fn generator(made: impl FnOnce(&mut Vec<Value>) -> Result<(), Error>) -> Value {
        let mut items = Vec::new();
        let failure = made(&mut items).err();
        Value::from_object(Sequence {
            shape: Shape::Generator,
            items: Mutex::new(items),
            failure: Mutex::new(failure),
        })
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    pub(super) fn is_tuple(&self) -> bool {
        matches!(self.shape, Shape::Tuple | Shape::Group)
    }

    pub(super) fn is_indexed(&self) -> bool {
        matches!(self.shape, Shape::List | Shape::Tuple | Shape::Group)
    }

    /// The items themselves. Nothing may be called while they are held: they may hold this sequence.
    pub(super) fn hold(&self) -> MutexGuard<'_, Vec<Value>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn items(&self) -> Vec<Value> {
        self.hold().clone()
    }

    /// The items as a loop takes them.
    pub(super) fn consume(&self) -> Result<Vec<Value>, Error> {
        if self.shape != Shape::Generator {
            return Ok(self.items());
        }
        let items = std::mem::take(&mut *self.hold());
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(items), Err)
    }

    pub(super) fn len(&self) -> Option<usize> {
        match self.shape {
            Shape::Generator => None,
            _ => Some(self.hold().len()),
        }
    }

    pub(super) fn at(&self, index: usize) -> Option<Value> {
        match self.is_indexed() {
            true => self.hold().get(index).cloned(),
            false => None,
        }
    }

    /// A name after a dot.
    pub(super) fn attribute(&self, name: &str) -> Option<Value> {
        match (self.shape, name) {
            (Shape::Group, "grouper") => self.at(0),
            (Shape::Group, "list") => self.at(1),
            _ => None,
        }
    }
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shape.name())
    }
}

impl Object for Sequence {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.is_indexed() {
            true => ObjectRepr::Seq,
            false => ObjectRepr::Iterable,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.at(key.as_usize()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        self.attribute(name).or_else(|| {
            list_methods::has(self.shape, name).then(|| BoundMethod::of(Value::from_dyn_object(self.clone()), name))
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.consume().unwrap_or_else(|error| vec![Value::from(error)]))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        self.len()
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.len() != Some(0)
    }

    fn call_method(self: &Arc<Self>, state: &mut State<'_, '_>, name: &str, args: &[Value]) -> Result<Value, Error> {
        list_methods::call(self, state, name, args)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let this = Value::from_dyn_object(self.clone());
        compare::object_order(&this, other)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print::str(&Value::from_dyn_object(self.clone())))
    }
}

impl Drop for Sequence {
    fn drop(&mut self) {
        let items = std::mem::take(self.items.get_mut().unwrap_or_else(PoisonError::into_inner));
        dismantle(items);
    }
}

/// Drops values one after the other, however deep they hold one another.
pub(super) fn dismantle(mut values: Vec<Value>) {
    while let Some(value) = values.pop() {
        if value.as_object().is_none() {
            continue;
        }
        if let Some(sequence) = value.downcast_object::<Sequence>() {
            drop(value);
            if let Some(mut only) = Arc::into_inner(sequence) {
                values.append(only.items.get_mut().unwrap_or_else(PoisonError::into_inner));
            }
        } else if let Some(dict) = value.downcast_object::<Dict>() {
            drop(value);
            if let Some(only) = Arc::into_inner(dict) {
                values.append(&mut only.empty());
            }
        }
    }
}
