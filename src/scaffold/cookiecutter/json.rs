//! The text of `cookiecutter.json` -> its variables, and the line that each is in.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::FILE;
use crate::failure::Problem;
use crate::limits::{LARGEST_MANIFEST, MOST_ENTRIES};

/// Every variable, in the order of the text.
pub(super) fn parse(text: &str) -> Result<Map<String, Json>, Problem> {
    if text.len() > LARGEST_MANIFEST {
        return Err(Problem::new(
            FILE,
            format!("is larger than {} MiB", LARGEST_MANIFEST >> 20),
        ));
    }
    if text.starts_with('\u{feff}') {
        return Err(Problem::new(FILE, "begins with a byte order mark").hint("save it as UTF-8 without one"));
    }
    let parsed: Json = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_string();
        Problem::new(format!("{FILE}:{}:{}", error.line(), error.column()), message)
            .hint("the file is JSON: an object with a default for each variable")
    })?;
    match parsed {
        Json::Object(variables) if variables.len() <= MOST_ENTRIES => Ok(variables),
        Json::Object(_) => Err(Problem::new(FILE, format!("has more than {MOST_ENTRIES} variables"))),
        _ => Err(Problem::new(FILE, "must be a JSON object").hint("write `{\"project_name\": \"My project\"}`")),
    }
}

/// The place of a variable, as `cookiecutter.json:LINE`.
pub(super) fn place(text: &str, key: &str) -> String {
    Places::of(text).place(key)
}

/// The lines of all variables, by how these are written; of one that is there twice the first.
pub(super) struct Places<'t>(HashMap<&'t str, usize>);

impl<'t> Places<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut lines = HashMap::new();
        for (line, key) in keys(text) {
            lines.entry(key).or_insert(line);
        }
        Places(lines)
    }

    pub(super) fn place(&self, key: &str) -> String {
        match self.0.get(Json::from(key).to_string().as_str()) {
            Some(line) => format!("{FILE}:{line}"),
            None => FILE.to_string(),
        }
    }
}

/// The keys of the outermost object as they are written, each with its line.
fn keys(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut bytes = text.bytes().enumerate().peekable();
    let (mut depth, mut line) = (0, 1);
    std::iter::from_fn(move || {
        while let Some((start, byte)) = bytes.next() {
            match byte {
                b'\n' => line += 1,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' => {
                    let mut end = start;
                    while let Some((at, byte)) = bytes.next() {
                        match byte {
                            b'\\' => drop(bytes.next()),
                            b'"' => {
                                end = at + 1;
                                break;
                            }
                            _ => {}
                        }
                    }
                    let is_key = text.get(end..).is_some_and(|rest| rest.trim_start().starts_with(':'));
                    if depth == 1 && is_key {
                        return Some((line, text.get(start..end).unwrap_or_default()));
                    }
                }
                _ => {}
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_found_where_it_is_written() {
        let text = "{\n  \"a\": {\"b\": \"b\\\": 1\"},\n\n  \"b\" : 1,\n \"\\u00e9\": 2, \"é\": 3}";
        let places = ["a", "b", "é", "c"].map(|key| place(text, key));
        assert_eq!(
            places,
            [
                "cookiecutter.json:2",
                "cookiecutter.json:4",
                "cookiecutter.json:5",
                "cookiecutter.json"
            ]
        );
    }

    #[test]
    fn what_is_no_object_is_told_with_its_place() {
        for (text, at) in [
            ("{\n \"a\": }", "cookiecutter.json:2:7"),
            ("[]", "cookiecutter.json"),
            ("\u{feff}{}", "cookiecutter.json"),
            ("", "cookiecutter.json:1:0"),
        ] {
            assert_eq!(parse(text).unwrap_err().at, at, "{text:?}");
        }
        let variables = parse(r#"{"b": 1, "a": 2, "b": 3}"#).unwrap();
        assert_eq!(serde_json::to_string(&variables).unwrap(), r#"{"b":3,"a":2}"#);
    }
}
