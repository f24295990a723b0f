//! JSON as Python's `json` writes and reads it.

use minijinja::{Error, Value};
use serde_json::Value as Json;

use super::compare;
use super::dict::Dict;
use super::print;
use super::sequence::Sequence;
use super::value::{DEEPEST, Kind, MOST, fail, kind, type_name, undefined};

pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(answer) => Value::from(*answer),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::from(number),
            (None, Some(number)) => Value::from(i128::from(number)),
            _ => Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Sequence::list(items.iter().map(value).collect()),
        Json::Object(entries) => {
            let pairs = entries
                .iter()
                .map(|(key, json)| (Value::from(key.as_str()), value(json)));
            // A text is always a key.
            Dict::value(pairs).unwrap_or_default()
        }
    }
}

/// `json.dumps(value, sort_keys=True, indent=indent)`.
pub(super) fn dumped(value: &Value, indent: Option<&str>) -> Result<String, Error> {
    let mut out = String::new();
    write(&mut out, value, indent, 0)?;
    Ok(out)
}

/// The indentation that an argument `indent` means.
pub(super) fn indentation(indent: &Value) -> Result<Option<String>, Error> {
    match kind(indent) {
        Kind::None => Ok(None),
        Kind::Text(text) => Ok(Some(text.to_string())),
        _ => Ok(Some(" ".repeat(super::value::size(indent)?))),
    }
}

fn write(out: &mut String, value: &Value, indent: Option<&str>, depth: usize) -> Result<(), Error> {
    if depth > DEEPEST {
        return fail("Circular reference detected");
    }
    if out.len() > MOST {
        return fail("the text is too large");
    }
    match kind(value) {
        Kind::Undefined => return Err(undefined(value)),
        Kind::None => out.push_str("null"),
        Kind::Bool(answer) => out.push_str(if answer { "true" } else { "false" }),
        Kind::Int(_) => out.push_str(&print::repr(value)),
        Kind::Float(number) => out.push_str(&float(number)),
        Kind::Text(text) => quote(out, text),
        Kind::Sequence(sequence) if sequence.is_indexed() => {
            let items = sequence.items();
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(out, index, indent, depth);
                write(out, item, indent, depth + 1)?;
            }
            close(out, items.len(), indent, depth);
            out.push(']');
        }
        Kind::Dict(dict) => {
            let pairs = dict.pairs();
            let keys: Vec<Value> = pairs.iter().map(|(key, _)| key.clone()).collect();
            out.push('{');
            for (index, place) in compare::sorted(&keys, false)?.into_iter().enumerate() {
                separate(out, index, indent, depth);
                let (key, value) = &pairs[place];
                match kind(key) {
                    Kind::Text(text) => quote(out, text),
                    Kind::Bool(answer) => quote(out, if answer { "true" } else { "false" }),
                    Kind::None => quote(out, "null"),
                    Kind::Int(_) => quote(out, &print::repr(key)),
                    Kind::Float(number) => quote(out, &float(number)),
                    _ => {
                        return fail(format!(
                            "keys must be str, int, float, bool or None, not {}",
                            type_name(key)
                        ));
                    }
                }
                out.push_str(": ");
                write(out, value, indent, depth + 1)?;
            }
            close(out, pairs.len(), indent, depth);
            out.push('}');
        }
        _ => return fail(format!("Object of type {} is not JSON serializable", type_name(value))),
    }
    Ok(())
}

fn separate(out: &mut String, index: usize, indent: Option<&str>, depth: usize) {
    match indent {
        None => out.push_str(if index == 0 { "" } else { ", " }),
        Some(indent) => {
            out.push_str(if index == 0 { "\n" } else { ",\n" });
            out.push_str(&indent.repeat(depth + 1));
        }
    }
}

fn close(out: &mut String, length: usize, indent: Option<&str>, depth: usize) {
    if let Some(indent) = indent.filter(|_| length > 0) {
        out.push('\n');
        out.push_str(&indent.repeat(depth));
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_string()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_string()
    } else {
        print::float(number)
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(char),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}
