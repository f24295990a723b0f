//! The names that a text may use, with their values.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use minijinja::value::Value as Jinja;

use crate::scaffold::jinja2;
use crate::scaffold::value::Value;

/// The names that template texts may use, with their values.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    names: BTreeMap<String, Jinja>,
    /// Values that a text can change, so that each text has its own.
    data: Vec<(String, serde_json::Value)>,
    /// What one text changes the others see.
    is_shared: bool,
    /// The same as one value of the engine, made when it is first needed.
    context: OnceLock<Jinja>,
}

impl Scope {
    pub fn set(&mut self, name: &str, value: &Value) {
        self.put(name, jinja(value));
    }

    /// A text that stands anywhere as it is; like what follows, not in place of an answer of this name.
    pub fn set_plain(&mut self, name: &str, text: String) {
        self.put_if_free(name, Jinja::from_safe_string(text));
    }

    pub fn set_number(&mut self, name: &str, number: i64) {
        self.put_if_free(name, Jinja::from(number));
    }

    /// Values that are used as `group.name`.
    pub fn set_group<'a>(&mut self, group: &str, values: impl Iterator<Item = (&'a str, &'a str)>) {
        self.put_if_free(group, Jinja::from_pairs(values));
    }

    /// A value of JSON, as Python code would see it.
    pub fn set_data(&mut self, name: &str, data: serde_json::Value) {
        self.data.retain(|(known, _)| known != name);
        self.data.push((name.to_string(), data));
        self.context = OnceLock::new();
    }

    /// Such a value, where it is one of names and values.
    pub(super) fn data(&self, name: &str) -> Option<&serde_json::Map<String, serde_json::Value>> {
        let found = self.data.iter().find(|(known, _)| known == name);
        found?.1.as_object()
    }

    /// The same, where what one text changes is seen by all that are rendered after it.
    #[must_use]
    pub fn shared(self) -> Scope {
        Scope {
            is_shared: true,
            ..self
        }
    }

    /// The same with one name more.
    #[must_use]
    pub fn with(&self, name: &str, value: &Value) -> Scope {
        let mut scope = self.clone();
        scope.set(name, value);
        scope
    }

    fn put_if_free(&mut self, name: &str, value: Jinja) {
        if !self.names.contains_key(name) {
            self.put(name, value);
        }
    }

    fn put(&mut self, name: &str, value: Jinja) {
        self.names.insert(name.to_string(), value);
        self.context = OnceLock::new();
    }

    pub(super) fn context(&self) -> Jinja {
        match self.data.is_empty() || self.is_shared {
            true => self.context.get_or_init(|| self.values()).clone(),
            false => self.values(),
        }
    }

    fn values(&self) -> Jinja {
        let data = self
            .data
            .iter()
            .map(|(name, data)| (name.clone(), jinja2::value_of(data)));
        let names = self.names.iter().map(|(name, value)| (name.clone(), value.clone()));
        Jinja::from(names.chain(data).collect::<BTreeMap<_, _>>())
    }
}

fn jinja(value: &Value) -> Jinja {
    match value {
        Value::Text(text) => Jinja::from(text.as_str()),
        Value::Bool(answer) => Jinja::from(*answer),
        Value::List(items) => Jinja::from(items.clone()),
        Value::Data(_) => Jinja::from(value.to_string()),
    }
}
