//! Placeholders that come out as quoted literals where the author has thought of the bare text.

use super::super::engine::Engine;
use super::super::escape::Format;
use super::super::manifest::Manifest;
use super::super::question::Kind;
use super::super::template::ENDING;

/// A placeholder at the wrong place.
pub(super) struct Misplaced {
    /// In bytes.
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) hint: String,
}

/// What stands in front of a name in Python.
const BEFORE_NAMES: [&str; 4] = ["class ", "def ", "from ", "import "];

/// Filters that give no text, or the text without quotes.
const NO_LITERALS: [&str; 6] = ["raw", "length", "int", "float", "list", "tojson"];

/// The placeholders of texts with quotes around them, and those where a name is needed; `path` is the file's.
pub(super) fn misplaced(path: &str, source: &str, manifest: &Manifest, engine: &Engine) -> Vec<Misplaced> {
    let format = Format::of(path.strip_suffix(ENDING).unwrap_or(path));
    if !matches!(format, Format::Quoted | Format::Python) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (start, _) in source.match_indices("{{") {
        let Some((expression, behind)) = source[start + 2..].split_once("}}") else {
            continue;
        };
        let expression = expression.trim_matches(['-', '+', ' ']);
        if !is_literal(expression, manifest, engine) {
            continue;
        }
        let before = &source[..start];
        let quote = before.chars().next_back().filter(|char| ['"', '\''].contains(char));
        let raw = format!("`{{{{ {expression} | raw }}}}` writes a plain name");
        let (message, hint) = match quote {
            Some(quote) if behind.starts_with(quote) => (
                format!("`{expression}` is written with its quotes, and there are quotes around it"),
                format!("take these out; or {raw}"),
            ),
            _ if format == Format::Python && BEFORE_NAMES.iter().any(|word| ends_line(before, word)) => (
                format!("`{expression}` is written as a quoted text, and a name is needed"),
                raw,
            ),
            _ => continue,
        };
        found.push(Misplaced {
            offset: start,
            message,
            hint,
        });
    }
    found
}

/// Whether an expression is one text and nothing more, which is written as a literal of its own.
fn is_literal(expression: &str, manifest: &Manifest, engine: &Engine) -> bool {
    let mut filters = expression.split('|').map(str::trim);
    let name = filters.next().unwrap_or_default();
    if filters.any(|filter| NO_LITERALS.iter().any(|other| filter.starts_with(other))) {
        return false;
    }
    let is_text = match manifest.question(name) {
        Some(question) => matches!(question.kind, Kind::Text { .. } | Kind::Choice(_)),
        None => manifest.computed.iter().any(|(key, _)| key == name),
    };
    is_text && engine.references_of_expression(expression).is_ok()
}

/// Whether the text before a place is nothing but blanks and this word on its line.
fn ends_line(before: &str, word: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before);
    line.trim_start() == word
}
