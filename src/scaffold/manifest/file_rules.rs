//! `[[file]]`: which files are written, and how.

use glob::Pattern;
use toml::de::{DeTable, DeValue};

use super::super::file_rule::FileRule;
use super::super::snippet::Snippet;
use super::ITEM;
use super::reader::{Known, Reader, span_of};

const KEYS: [&str; 5] = ["match", "when", "copy", "executable", "each"];

impl Reader<'_> {
    pub(super) fn file_rules(&mut self, document: &DeTable<'_>, names: &[String]) -> Vec<FileRule> {
        let mut rules = Vec::new();
        for (table, place) in self.tables(document, "file") {
            self.known_keys(table, &KEYS);
            if !table.contains_key("match") {
                self.problem(&place, "`match` is missing", "add a line like `match = \"docs/**\"`");
            }
            if !KEYS.iter().skip(1).any(|key| table.contains_key(*key)) {
                let hint = format!("give one of {}", KEYS[1..].join(", "));
                self.problem(&place, "says nothing about its files", &hint);
            }
            let mut patterns = Vec::new();
            let texts = self.texts(table, "match");
            let is_empty = |value: &DeValue<'_>| {
                value.as_str() == Some("") || value.as_array().is_some_and(|items| items.is_empty())
            };
            if let Some(value) = table.get("match").filter(|value| is_empty(value.get_ref())) {
                self.problem(
                    &value.span(),
                    "matches nothing",
                    "write a pattern like `docs/**`, or several in a list",
                );
            }
            for (text, span) in texts {
                match Pattern::new(&text) {
                    Ok(pattern) => patterns.push((pattern, self.at(&span))),
                    Err(error) => {
                        let message = format!("`{text}` is not a pattern: {} (character {})", error.msg, error.pos + 1);
                        self.problem(
                            &span,
                            &message,
                            "`*` is any part of a name, `**` any folders, `[ab]` one of two letters",
                        );
                    }
                }
            }
            let each = self.expression(table, "each", &Known::all(names));
            if let Some(each) = &each {
                let span = span_of(table, "each", &place);
                self.refuse_secret(
                    each,
                    &span,
                    "the project's files would tell",
                    "make the list of other answers",
                );
            }
            let item = [ITEM];
            let extra: &[&str] = if each.is_some() { &item } else { &[] };
            let when = self.expression(
                table,
                "when",
                &Known {
                    extra,
                    ..Known::all(names)
                },
            );
            rules.push(FileRule {
                patterns,
                when,
                copy: self.flag(table, "copy").unwrap_or_default(),
                executable: self.flag(table, "executable"),
                each,
            });
        }
        rules
    }

    fn expression(&mut self, table: &DeTable<'_>, key: &str, known: &Known<'_>) -> Option<Snippet> {
        let value = table.get(key)?;
        let expression = self.string(value)?;
        Some(self.checked_expression(expression, &value.span(), known))
    }
}
