//! Walking a TOML document that may be wrong anywhere, without stopping at the first problem.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::engine::{Engine, Unknown, root};
use super::{CIRCUMSTANCES, FILE, ITEM, ONLY_IN_DEFAULTS, PROVIDED};
use crate::failure::{MOST_PROBLEMS, Problem, did_you_mean};

pub(super) struct Reader<'a> {
    text: &'a str,
    pub(super) engine: &'a Engine,
    /// With the place in the text each begins at.
    problems: Vec<(usize, Problem)>,
}

/// The names that a text may use at its place.
pub(super) struct Known<'a> {
    pub(super) names: &'a [String],
    pub(super) extra: &'a [&'a str],
    /// Names that come after it.
    pub(super) later: &'a [String],
    /// The name that the text itself gives a value to.
    pub(super) own: Option<&'a str>,
}

impl<'a> Known<'a> {
    pub(super) fn all(names: &'a [String]) -> Self {
        Known {
            names,
            extra: &[],
            later: &[],
            own: None,
        }
    }

    fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name) || self.extra.contains(&name)
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, engine: &'a Engine) -> Self {
        Reader {
            text,
            engine,
            problems: Vec::new(),
        }
    }

    /// Whether nothing was found so far.
    pub(super) fn is_content(&self) -> bool {
        self.problems.is_empty()
    }

    /// Everything found, in the order of the text.
    pub(super) fn problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|(start, _)| *start);
        self.problems.into_iter().map(|(_, problem)| problem).collect()
    }

    pub(super) fn problem(&mut self, span: &Range<usize>, message: &str, hint: &str) {
        if self.problems.len() >= MOST_PROBLEMS {
            return;
        }
        let problem = Problem::in_text(FILE, self.text, span.start, message).hint(hint);
        self.problems.push((span.start, problem));
    }

    pub(super) fn string(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref().as_str() {
            Some(text) => Some(text.to_string()),
            None => {
                self.wrong_type(value, "a string", "write it in quotes");
                None
            }
        }
    }

    /// The text of a key that may be missing.
    pub(super) fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        table.get(key).and_then(|value| self.string(value))
    }

    /// The text of a key that must be there.
    pub(super) fn present(&mut self, table: &DeTable<'_>, span: &Range<usize>, key: &str) -> Option<String> {
        let Some(value) = table.get(key) else {
            let hint = format!("add a line `{key} = \"...\"`");
            self.problem(span, &format!("`{key}` is missing"), &hint);
            return None;
        };
        self.string(value)
    }

    /// The text of a key that must be there, and not be empty.
    pub(super) fn required(&mut self, table: &DeTable<'_>, span: &Range<usize>, key: &str) -> Option<String> {
        let text = self.present(table, span, key)?;
        if text.trim().is_empty() {
            self.problem(
                &span_of(table, key, span),
                &format!("`{key}` is empty"),
                "write something between the quotes",
            );
        }
        Some(text)
    }

    pub(super) fn flag(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(value, "true or false", "write it without quotes");
        }
        flag
    }

    pub(super) fn table<'t, 'i>(&mut self, value: &'t Spanned<DeValue<'i>>) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(
                value,
                "a table",
                "write `[name]` on a line of its own, and its keys below",
            );
        }
        table
    }

    /// The tables of `[[key]]`.
    pub(super) fn tables<'t, 'i>(&mut self, table: &'t DeTable<'i>, key: &str) -> Vec<&'t Spanned<DeValue<'i>>> {
        let Some(value) = table.get(key) else { return Vec::new() };
        match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => {
                let hint = format!("write `[[{key}]]` above each of them");
                self.problem(&value.span(), &format!("`{key}` is a list of tables"), &hint);
                Vec::new()
            }
        }
    }

    /// One string or a list of them.
    pub(super) fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let items = match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => vec![value],
        };
        let text = |item: &Spanned<DeValue<'_>>| self.string(item).map(|text| (text, item.span()));
        items.into_iter().filter_map(text).collect()
    }

    pub(super) fn wrong_type(&mut self, value: &Spanned<DeValue<'_>>, wanted: &str, hint: &str) {
        let found = value.get_ref().type_str();
        self.problem(&value.span(), &format!("{wanted} is expected, found {found}"), hint);
    }

    pub(super) fn known_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let hint = suggestion(name, known, || format!("known are {}", known.join(", ")));
                self.problem(&key.span(), &format!("`{name}` is not known here"), &hint);
            }
        }
    }

    /// A key must be usable as a name in templates, and be there once.
    pub(super) fn check_key(&mut self, key: &str, span: &Range<usize>, earlier: &[String]) {
        let letters = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
        let is_own = PROVIDED.contains(&key) || CIRCUMSTANCES.contains(&key) || key == ITEM;
        if key.is_empty() {
            // Told where it was read.
        } else if !key.starts_with(|first: char| first.is_ascii_lowercase()) || !key.chars().all(letters) {
            let message = format!("`{key}` is not a key: letters a-z, digits and `_`, a letter first");
            self.problem(span, &message, "write it like `project_name`");
        } else if WORDS.contains(&key) {
            let message = format!("the key `{key}` is a word of the template language");
            self.problem(span, &message, "take another name");
        } else if earlier.iter().any(|known| known == key) {
            self.problem(
                span,
                &format!("the key `{key}` is there twice"),
                "give each its own name",
            );
        } else if is_own {
            self.problem(
                span,
                &format!("the key `{key}` is the program's own"),
                "take another name",
            );
        }
    }

    /// A template text must parse and use only what is known at its place.
    pub(super) fn check_text(&mut self, text: &str, span: &Range<usize>, known: &Known<'_>) {
        self.check_names(self.engine.references(text), span, known);
        self.check_words(self.engine.unknown(text), span);
    }

    /// The same for an expression.
    pub(super) fn check_expression(&mut self, expression: &str, span: &Range<usize>, known: &Known<'_>) {
        self.check_names(self.engine.references_of_expression(expression), span, known);
        self.check_words(self.engine.unknown_of_expression(expression), span);
    }

    fn check_words(&mut self, unknown: Vec<Unknown>, span: &Range<usize>) {
        for unknown in unknown {
            let hint = "`slug`, `module_name`, `class_name`, `raw` and those of Jinja are there";
            self.problem(span, &unknown.message, unknown.hint.unwrap_or(hint));
        }
    }

    fn check_names(&mut self, names: Result<Vec<String>, String>, span: &Range<usize>, known: &Known<'_>) {
        let names = match names {
            Ok(names) => names,
            Err(reason) => {
                let hint = "texts hold `{{ expressions }}`, and expressions are like `kind == 'container'`";
                return self.problem(span, &reason, hint);
            }
        };
        let mut told: Vec<&str> = Vec::new();
        for name in names.iter().map(|name| root(name)) {
            if known.contains(name) || told.contains(&name) {
                continue;
            }
            told.push(name);
            let hint = if known.own == Some(name) {
                "it cannot be made from itself".to_string()
            } else if known.later.iter().any(|later| later == name) {
                format!("`{name}` comes later: move it before this one")
            } else if CIRCUMSTANCES.contains(&name) {
                ONLY_IN_DEFAULTS.to_string()
            } else {
                let names = known.names.iter().map(String::as_str).filter(|name| !name.is_empty());
                let names: Vec<&str> = names.chain(known.extra.iter().copied()).collect();
                suggestion(name, &names, || match names.is_empty() {
                    true => "nothing is known here yet".to_string(),
                    false => format!("known are {}", names.join(", ")),
                })
            };
            self.problem(span, &format!("`{name}` is not known here"), &hint);
        }
    }
}

/// What the template language would take for something else.
const WORDS: [&str; 17] = [
    "and",
    "else",
    "false",
    "if",
    "in",
    "is",
    "loop",
    "none",
    "not",
    "or",
    "self",
    "super",
    "true",
    "caller",
    "range",
    "dict",
    "namespace",
];

fn suggestion(name: &str, known: &[&str], otherwise: impl FnOnce() -> String) -> String {
    match did_you_mean(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise(),
    }
}

pub(super) fn span_of(table: &DeTable<'_>, key: &str, otherwise: &Range<usize>) -> Range<usize> {
    table.get(key).map_or(otherwise.clone(), Spanned::span)
}
