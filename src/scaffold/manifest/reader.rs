//! Walking a TOML document that may be wrong anywhere, without stopping at the first problem.

use std::ops::Range;

use serde_json::{Map, Value as Json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::engine::{Engine, Unknown, root};
use super::super::snippet::Snippet;
use super::{CIRCUMSTANCES, FILE, ITEM, ONLY_IN_DEFAULTS, PROVIDED};
use crate::failure::{MOST_PROBLEMS, Problem, did_you_mean};

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// Where each line begins: a place is noted for every text of thousands.
    lines: Vec<usize>,
    /// The names of what must not be told: questions, and what is computed from them.
    pub(super) secret: Vec<String>,
    /// The texts are Jinja2, where a name is any of Python's.
    pub(super) is_jinja2: bool,
    /// Values of the manifest's own that texts may use.
    pub(super) data: Map<String, Json>,
    /// What checks the code; without it none is looked at.
    pub(super) engine: Option<&'a Engine>,
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
    pub(super) fn new(text: &'a str, engine: Option<&'a Engine>) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Reader {
            text,
            lines: std::iter::once(0).chain(ends).collect(),
            secret: Vec::new(),
            is_jinja2: false,
            data: Map::new(),
            engine,
            problems: Vec::new(),
        }
    }

    /// Whether nothing was found so far.
    pub(super) fn is_content(&self) -> bool {
        self.problems.is_empty()
    }

    /// How many problems were found so far.
    pub(super) fn count(&self) -> usize {
        self.problems.len()
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
        let problem = Problem::new(self.at(span), message).hint(hint);
        self.problems.push((span.start, problem));
    }

    /// The place of a span as `template.toml:LINE:COLUMN`.
    pub(super) fn at(&self, span: &Range<usize>) -> String {
        let line = self.lines.partition_point(|start| *start <= span.start);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let column = self.text.get(start..span.start).unwrap_or_default().chars().count();
        format!("{FILE}:{line}:{}", column + 1)
    }

    pub(super) fn string(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref().as_str() {
            Some(text) => Some(text.to_string()),
            None => {
                let hint = match value.get_ref() {
                    DeValue::Array(_) | DeValue::Table(_) => "write one text in quotes",
                    _ => "write it in quotes",
                };
                self.wrong_type(value, "a string", hint);
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

    /// The table at a key that may be missing.
    pub(super) fn table_at<'t, 'i>(&mut self, table: &'t DeTable<'i>, key: &str) -> Option<&'t DeTable<'i>> {
        let hint = format!("write `[{key}]` on a line of its own, once, and its keys below");
        self.table(table.get(key)?, &hint)
    }

    pub(super) fn table<'t, 'i>(&mut self, value: &'t Spanned<DeValue<'i>>, hint: &str) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, "a table", hint);
        }
        table
    }

    /// The tables of `[[key]]`, each with its place.
    pub(super) fn tables<'t, 'i>(&mut self, table: &'t DeTable<'i>, key: &str) -> Vec<(&'t DeTable<'i>, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let hint = format!("write `[[{key}]]` above each of them");
        let Some(array) = value.get_ref().as_array() else {
            self.problem(&value.span(), &format!("`{key}` is a list of tables"), &hint);
            return Vec::new();
        };
        let entry = |entry: &'t Spanned<DeValue<'i>>| Some((self.table(entry, &hint)?, entry.span()));
        array.iter().filter_map(entry).collect()
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
        let small = |char: char| char.is_ascii_lowercase() || (self.is_jinja2 && (char.is_alphabetic() || char == '_'));
        let letters = |char: char| small(char) || char.is_ascii_digit() || char == '_';
        let is_own = PROVIDED.contains(&key) || CIRCUMSTANCES.contains(&key) || key == ITEM;
        if key.is_empty() {
            // Told where it was read.
        } else if !key.starts_with(small) || !key.chars().all(letters) {
            let message = format!("`{key}` is not a key: letters a-z, digits and `_`, a letter first");
            self.problem(span, &message, "write it like `project_name`");
        } else if WORDS.contains(&key) && !self.is_jinja2 {
            let message = format!("the key `{key}` is a word of the template language");
            self.problem(span, &message, "take another name");
        } else if earlier.iter().any(|known| known == key) {
            self.problem(
                span,
                &format!("the key `{key}` is there twice"),
                "give each its own name",
            );
        } else if is_own && !self.is_jinja2 {
            self.problem(
                span,
                &format!("the key `{key}` is the program's own"),
                "take another name",
            );
        }
    }

    /// A template text, which must parse and use only what is known at its place.
    pub(super) fn checked_text(&mut self, code: String, span: &Range<usize>, known: &Known<'_>) -> Snippet {
        let mut names = Vec::new();
        if let Some(engine) = self.engine {
            names = self.checked_names(engine.references(&code), span, known);
            self.check_words(engine.unknown(&code, |name| known.contains(name)), span);
        }
        let at = self.at(span);
        Snippet { code, at, names }
    }

    /// The same for an expression.
    pub(super) fn checked_expression(&mut self, code: String, span: &Range<usize>, known: &Known<'_>) -> Snippet {
        let mut names = Vec::new();
        if let Some(engine) = self.engine {
            names = self.checked_names(engine.references_of_expression(&code), span, known);
            self.check_words(engine.unknown_of_expression(&code, |name| known.contains(name)), span);
        }
        let at = self.at(span);
        Snippet { code, at, names }
    }

    /// What `tells` its snippet must not be made of a secret.
    pub(super) fn refuse_secret(&mut self, snippet: &Snippet, span: &Range<usize>, tells: &str, hint: &str) {
        let secret = snippet.names.iter().find(|name| self.secret.contains(name)).cloned();
        if let Some(name) = secret {
            self.problem(span, &format!("{tells} `{name}`, which is secret"), hint);
        }
    }

    fn check_words(&mut self, unknown: Vec<Unknown>, span: &Range<usize>) {
        for unknown in unknown {
            self.problem(span, &unknown.message, &unknown.hint);
        }
    }

    /// The names a snippet refers to, each of which must be known.
    fn checked_names(
        &mut self,
        names: Result<Vec<String>, String>,
        span: &Range<usize>,
        known: &Known<'_>,
    ) -> Vec<String> {
        let names = names.unwrap_or_else(|reason| {
            let hint = "texts hold `{{ expressions }}`, and expressions are like `kind == 'container'`";
            self.problem(span, &reason, hint);
            Vec::new()
        });
        let mut told: Vec<&str> = Vec::new();
        for name in names.iter().map(|name| root(name)) {
            if known.contains(name) || told.contains(&name) || self.data.contains_key(name) {
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
        names
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
