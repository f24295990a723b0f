//! A method that was named but not called: `{% set add = names.append %}`.

use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, State, Value};

#[derive(Debug)]
pub(super) struct BoundMethod {
    object: Value,
    name: String,
}

impl BoundMethod {
    pub(super) fn of(object: Value, name: &str) -> Value {
        Value::from_object(BoundMethod {
            object,
            name: name.to_string(),
        })
    }
}

impl Object for BoundMethod {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        self.object.call_method(state, &self.name, args)
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<built-in method {}>", self.name)
    }
}
