//! `"{} {name!r:>8}".format(...)`.

use minijinja::{Error, Value};

use super::arguments::Arguments;
use super::format_spec;
use super::lookup;
use super::print;
use super::value::{MOST, fail};

struct Fields {
    arguments: Arguments,
    /// The next of the fields without a number.
    next: usize,
    numbered: bool,
}

/// `str.format`.
pub(super) fn format(text: &str, arguments: Arguments) -> Result<String, Error> {
    let mut fields = Fields {
        arguments,
        next: 0,
        numbered: false,
    };
    fields.format(text, 2)
}

impl Fields {
    fn format(&mut self, text: &str, depth: usize) -> Result<String, Error> {
        if depth == 0 {
            return fail("Max string recursion exceeded");
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some(place) = rest.find(['{', '}']) {
            out.push_str(&rest[..place]);
            let brace = &rest[place..=place];
            rest = &rest[place + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                out.push_str(brace);
                rest = after;
                continue;
            }
            if brace == "}" {
                return fail("Single '}' encountered in format string");
            }
            let end = end_of_field(rest)?;
            out.push_str(&self.field(&rest[..end], depth)?);
            rest = &rest[end + 1..];
            if out.len() > MOST {
                return fail("the text is too large");
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    fn field(&mut self, field: &str, depth: usize) -> Result<String, Error> {
        // A bracket may hold what would otherwise end the name.
        let mut in_brackets = false;
        let end = field.find(|char| {
            in_brackets = (in_brackets || char == '[') && char != ']';
            !in_brackets && (char == ':' || char == '!')
        });
        let (name, rest) = field.split_at(end.unwrap_or(field.len()));
        let (conversion, spec) = match rest.strip_prefix('!') {
            Some(rest) => {
                let mut chars = rest.chars();
                let conversion = chars.next();
                match chars.as_str() {
                    "" => (conversion, ""),
                    spec => match spec.strip_prefix(':') {
                        Some(spec) => (conversion, spec),
                        None => return fail("expected ':' after conversion specifier"),
                    },
                }
            }
            None => (None, rest.strip_prefix(':').unwrap_or("")),
        };
        let value = self.value(name)?;
        let value = match (rest.starts_with('!'), conversion) {
            (false, _) => value,
            (true, Some('s')) => Value::from(print::str(&value)),
            (true, Some('r')) => Value::from(print::repr(&value)),
            (true, Some('a')) => Value::from(print::ascii(&value)),
            _ => return fail("Unknown conversion specifier"),
        };
        let spec = match spec.contains(['{', '}']) {
            true => self.format(spec, depth - 1)?,
            false => spec.to_string(),
        };
        format_spec::format(&value, &spec)
    }

    fn value(&mut self, name: &str) -> Result<Value, Error> {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (first, mut rest) = name.split_at(end);
        let mut value = self.argument(first)?;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                value = lookup::only_attribute(&value, &after[..end])?;
                rest = &after[end..];
            } else {
                let Some((key, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
                    return fail("Only '.' or '[' may follow ']' in format field specifier");
                };
                let key = key.parse::<i64>().map_or_else(|_| Value::from(key), Value::from);
                value = lookup::item(&value, &key)?;
                rest = after;
            }
            super::value::defined(&value)?;
        }
        Ok(value)
    }

    fn argument(&mut self, name: &str) -> Result<Value, Error> {
        let place = if name.is_empty() {
            if self.numbered {
                return fail("cannot switch from manual field specification to automatic field numbering");
            }
            self.next += 1;
            self.next - 1
        } else if name.bytes().all(|byte| byte.is_ascii_digit()) {
            if self.next > 0 {
                return fail("cannot switch from automatic field numbering to manual field specification");
            }
            self.numbered = true;
            name.parse().unwrap_or(usize::MAX)
        } else {
            let named = self.arguments.named.iter().find(|(known, _)| known == name);
            return match named {
                Some((_, value)) => Ok(value.clone()),
                None => fail(format!("KeyError: '{name}'")),
            };
        };
        match self.arguments.positional.get(place) {
            Some(value) => Ok(value.clone()),
            None => fail(format!(
                "Replacement index {place} out of range for positional args tuple"
            )),
        }
    }
}

fn end_of_field(text: &str) -> Result<usize, Error> {
    let mut depth = 1;
    for (place, char) in text.char_indices() {
        depth += match char {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth == 0 {
            return Ok(place);
        }
    }
    fail("expected '}' before end of string")
}

/// `str.format_map`.
pub(super) fn format_map(text: &str, mapping: &Value) -> Result<String, Error> {
    let mut named = Vec::new();
    for key in super::value::items(mapping)? {
        if let Some(name) = key.as_str() {
            named.push((name.to_string(), lookup::item(mapping, &key)?));
        }
    }
    let positional = Vec::new();
    format(text, Arguments { positional, named })
}
