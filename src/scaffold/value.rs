//! What an answer can be: a text, yes or no, a list of texts, or data such as a dictionary.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Bool(bool),
    List(Vec<String>),
    /// What else JSON can hold: a cookiecutter template may ask for a dictionary, and keep data for itself.
    Data(serde_json::Value),
}

impl Value {
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Nothing said: no text, an empty list.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Text(text) => text.is_empty(),
            Value::Bool(_) => false,
            Value::List(items) => items.is_empty(),
            Value::Data(data) => data.is_null(),
        }
    }
}

impl fmt::Display for Value {
    /// As a person would type it: `yes`, `one, two`, `{"key":"value"}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Bool(true) => f.write_str("yes"),
            Value::Bool(false) => f.write_str("no"),
            Value::List(items) => f.write_str(&items.join(", ")),
            Value::Data(serde_json::Value::Null) => Ok(()),
            Value::Data(data) => write!(f, "{data}"),
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => text.as_str().into(),
            Value::Bool(answer) => (*answer).into(),
            Value::List(items) => items.clone().into(),
            Value::Data(data) => data.clone(),
        }
    }
}

impl From<serde_json::Value> for Value {
    fn from(data: serde_json::Value) -> Self {
        match data {
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Bool(answer) => Value::Bool(answer),
            data => Value::Data(data),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::text(text)
    }
}

/// What counts as yes or no when it is typed, in a flag or at a prompt.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "on" | "1" => Some(true),
        "no" | "n" | "false" | "f" | "off" | "0" => Some(false),
        _ => None,
    }
}
