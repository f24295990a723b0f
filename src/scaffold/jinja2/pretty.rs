//! Values over several lines where one is too short, as Python's `pprint` prints them.

use minijinja::Value;

use super::compare;
use super::dict::Dict;
use super::print;
use super::sequence::{Sequence, Shape};
use super::value::{DEEPEST, Kind, kind};

const WIDTH: usize = 80;

pub(super) fn printed(value: &Value) -> String {
    let value = sorted(value, 0);
    let mut out = String::new();
    write(&mut out, &value, 0, 0, 0);
    out
}

/// The same with dictionaries in the order of their keys.
fn sorted(value: &Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return value.clone();
    }
    match kind(value) {
        Kind::Dict(dict) => {
            let pairs = dict.pairs();
            let keys: Vec<Value> = pairs.iter().map(|(key, _)| key.clone()).collect();
            let places = compare::sorted(&keys, false).unwrap_or_else(|_| (0..keys.len()).collect());
            let pairs = places
                .into_iter()
                .map(|place| (keys[place].clone(), sorted(&pairs[place].1, depth + 1)));
            Dict::value(pairs).unwrap_or_else(|_| value.clone())
        }
        Kind::Sequence(sequence) if sequence.is_indexed() => {
            let items = sequence.items().iter().map(|item| sorted(item, depth + 1)).collect();
            Sequence::value(sequence.shape(), items)
        }
        _ => value.clone(),
    }
}

/// `allowance` is what has to fit behind the value on its last line.
fn write(out: &mut String, value: &Value, indent: usize, allowance: usize, depth: usize) {
    let flat = print::repr(value);
    let room = WIDTH.saturating_sub(indent + allowance);
    if flat.chars().count() <= room || depth > DEEPEST {
        return out.push_str(&flat);
    }
    match kind(value) {
        Kind::Sequence(sequence) if matches!(sequence.shape(), Shape::List | Shape::Tuple | Shape::Group) => {
            let items = sequence.items();
            let (open, close) = match (sequence.shape(), items.len()) {
                (Shape::List, _) => ("[", "]"),
                (_, 1) => ("(", ",)"),
                _ => ("(", ")"),
            };
            out.push_str(open);
            for (index, item) in items.iter().enumerate() {
                let is_last = index + 1 == items.len();
                let allowance = if is_last { allowance + close.len() } else { 1 };
                write(out, item, indent + 1, allowance, depth + 1);
                if !is_last {
                    out.push_str(",\n");
                    out.push_str(&" ".repeat(indent + 1));
                }
            }
            out.push_str(close);
        }
        Kind::Dict(dict) => {
            let pairs = dict.pairs();
            out.push('{');
            for (index, (key, value)) in pairs.iter().enumerate() {
                let is_last = index + 1 == pairs.len();
                let key = print::repr(key);
                out.push_str(&key);
                out.push_str(": ");
                let allowance = if is_last { allowance + 1 } else { 1 };
                write(out, value, indent + key.chars().count() + 3, allowance, depth + 1);
                if !is_last {
                    out.push_str(",\n");
                    out.push_str(&" ".repeat(indent + 1));
                }
            }
            out.push('}');
        }
        Kind::Text(text) => long_text(out, text, indent, allowance, depth),
        _ => out.push_str(&flat),
    }
}

/// A text over several lines: one literal behind the other.
fn long_text(out: &mut String, text: &str, indent: usize, allowance: usize, depth: usize) {
    let lines = super::parts::lines(text, true);
    let (mut indent, mut allowance) = (indent, allowance);
    if depth == 0 {
        indent += 1;
        allowance += 1;
    }
    let repr = |text: &str| print::repr(&Value::from(text));
    let mut chunks = Vec::new();
    let wide = WIDTH.saturating_sub(indent);
    let mut room = wide;
    for (index, line) in lines.iter().enumerate() {
        let is_last = index + 1 == lines.len();
        if is_last {
            room = room.saturating_sub(allowance);
        }
        if repr(line).chars().count() <= room {
            chunks.push(repr(line));
            continue;
        }
        // Whitespace stays with the word in front of it.
        let parts = words_with_space(line);
        let mut current = String::new();
        let mut most = wide;
        for (index, part) in parts.iter().enumerate() {
            let candidate = format!("{current}{part}");
            if index + 1 == parts.len() && is_last {
                most = most.saturating_sub(allowance);
            }
            if repr(&candidate).chars().count() > most {
                if !current.is_empty() {
                    chunks.push(repr(&current));
                }
                current = (*part).to_string();
            } else {
                current = candidate;
            }
        }
        if !current.is_empty() {
            chunks.push(repr(&current));
        }
    }
    let parenthesised = depth == 0 && chunks.len() > 1;
    out.push_str(if parenthesised { "(" } else { "" });
    let separator = format!("\n{}", " ".repeat(if chunks.len() == 1 { 0 } else { indent }));
    out.push_str(&chunks.join(&separator));
    out.push_str(if parenthesised { ")" } else { "" });
}

fn words_with_space(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let word = rest.find(super::letters::is_space).unwrap_or(rest.len());
        let space = rest[word..]
            .find(|char| !super::letters::is_space(char))
            .map_or(rest.len(), |end| word + end);
        parts.push(&rest[..space]);
        rest = &rest[space..];
    }
    parts
}
