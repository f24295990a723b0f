//! Values as Python's `str()` and `repr()` print them.

use std::fmt::Write;

use minijinja::Value;

use super::bytes::{self, is_bytes};
use super::sequence::Shape;
use super::value::{DEEPEST, Kind, MOST, kind};

pub(super) fn str(value: &Value) -> String {
    match kind(value) {
        Kind::Text(text) => text.to_string(),
        Kind::Undefined | Kind::Nothing => String::new(),
        _ => repr(value),
    }
}

pub(super) fn repr(value: &Value) -> String {
    let mut out = String::new();
    write_repr(&mut out, value, &mut Vec::new());
    out
}

/// `outer` are the containers around the value, which may be in it again.
fn write_repr(out: &mut String, value: &Value, outer: &mut Vec<*const ()>) {
    if out.len() > MOST {
        return;
    }
    match kind(value) {
        Kind::Undefined | Kind::Nothing => out.push_str("Undefined"),
        Kind::None => out.push_str("None"),
        Kind::Bool(answer) => out.push_str(if answer { "True" } else { "False" }),
        Kind::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Kind::Float(number) => out.push_str(&float(number)),
        Kind::Text(text) if value.is_safe() => {
            let _ = write!(out, "Markup({})", quoted(text));
        }
        Kind::Text(text) => out.push_str(&quoted(text)),
        Kind::Sequence(sequence) => {
            let id = std::ptr::from_ref(sequence).cast::<()>();
            let (open, close) = match sequence.shape() {
                Shape::List => ("[", "]"),
                Shape::Tuple | Shape::Group => ("(", ")"),
                Shape::Keys => ("dict_keys([", "])"),
                Shape::Values => ("dict_values([", "])"),
                Shape::Items => ("dict_items([", "])"),
                Shape::Generator => return out.push_str("<generator object>"),
            };
            out.push_str(open);
            if outer.contains(&id) || outer.len() > DEEPEST {
                out.push_str("...");
            } else {
                outer.push(id);
                let items = sequence.items();
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    write_repr(out, item, outer);
                }
                if sequence.is_tuple() && items.len() == 1 {
                    out.push(',');
                }
                outer.pop();
            }
            out.push_str(close);
        }
        Kind::Dict(dict) => {
            let id = std::ptr::from_ref(dict).cast::<()>();
            if outer.contains(&id) || outer.len() > DEEPEST {
                return out.push_str("{...}");
            }
            outer.push(id);
            out.push('{');
            for (index, (key, value)) in dict.pairs().iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_repr(out, key, outer);
                out.push_str(": ");
                write_repr(out, value, outer);
            }
            out.push('}');
            outer.pop();
        }
        Kind::Range(range) => {
            let _ = match range.step {
                1 => write!(out, "range({}, {})", range.start, range.stop),
                step => write!(out, "range({}, {}, {step})", range.start, range.stop),
            };
        }
        Kind::Other if is_bytes(value) => out.push_str(&bytes::repr(value)),
        Kind::Other => {
            let text = value.to_string();
            let name = text.strip_prefix("<macro ").and_then(|text| text.strip_suffix('>'));
            let _ = match name {
                Some(name) => write!(out, "<Macro '{name}'>"),
                None => write!(out, "{text}"),
            };
        }
    }
}

/// The shortest digits that give the same number again, in Python's form.
pub(super) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_string();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_string();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{number}");
        return match plain.contains('.') {
            true => plain,
            false => plain + ".0",
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for char in text.chars() {
        match char {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if char == quote => {
                out.push('\\');
                out.push(char);
            }
            _ if is_printable(char) => out.push(char),
            _ => escape(&mut out, char),
        }
    }
    out.push(quote);
    out
}

/// `\x07`, `\u200b` or `\U000e0001`.
pub(super) fn escape(out: &mut String, char: char) {
    let code = u32::from(char);
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

pub(super) fn is_printable(char: char) -> bool {
    if char.is_ascii() {
        return char == ' ' || char.is_ascii_graphic();
    }
    // Behind another character the library escapes those that cannot be printed, and only those.
    let mut pair = String::from("a");
    pair.push(char);
    pair.escape_debug().count() == 2
}

/// The same with everything beyond ASCII escaped.
pub(super) fn ascii(value: &Value) -> String {
    let mut out = String::new();
    for char in repr(value).chars() {
        match char.is_ascii() {
            true => out.push(char),
            false => escape(&mut out, char),
        }
    }
    out
}
