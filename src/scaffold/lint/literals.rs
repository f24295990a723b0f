//! Placeholders that come out as quoted literals where the author has thought of the bare text.

use super::super::engine::OPERATORS;
use super::super::escape::Format;
use super::super::template::ENDING;
use super::super::words::{Role, Tag, tags};

/// A placeholder at the wrong place.
pub(super) struct Misplaced {
    /// In bytes.
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) hint: String,
}

/// What stands in front of a name in Python.
const BEFORE_NAMES: [&str; 4] = ["class ", "def ", "from ", "import "];

/// Filters that make another text of a text.
const KEEP_TEXT: [&str; 11] = [
    "capitalize",
    "class_name",
    "default",
    "format",
    "lower",
    "module_name",
    "replace",
    "slug",
    "title",
    "trim",
    "upper",
];

/// The placeholders of texts with quotes around them, and those where a name is needed; `path` is the file's, `is_text`
/// tells the names whose values are texts.
pub(super) fn misplaced(path: &str, source: &str, is_text: impl Fn(&str) -> bool) -> Vec<Misplaced> {
    let format = Format::of(path.strip_suffix(ENDING).unwrap_or(path));
    if !matches!(format, Format::Quoted | Format::Python) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for tag in tags(source)
        .iter()
        .filter(|tag| tag.is_value && is_literal(tag, source, &is_text))
    {
        let (before, behind) = (&source[..tag.start], &source[tag.end..]);
        let expression = source[tag.start..tag.end].trim_matches(['{', '}', '-', '+', ' ']);
        let raw = format!("`{{{{ {expression} | raw }}}}` writes a plain name");
        let quote = before.chars().next_back().filter(|char| ['"', '\''].contains(char));
        let is_quoted = quote.is_some_and(|quote| behind.starts_with(quote));
        let is_name = format == Format::Python && BEFORE_NAMES.iter().any(|word| ends_line(before, word));
        let (message, hint) = if is_quoted {
            (
                format!("`{expression}` is written with its quotes, and there are quotes around it"),
                format!("take these out; or {raw}"),
            )
        } else if is_name {
            (
                format!("`{expression}` is written as a quoted text, and a name is needed"),
                raw,
            )
        } else {
            continue;
        };
        found.push(Misplaced {
            offset: tag.start,
            message,
            hint,
        });
    }
    found
}

/// Whether a tag is one text and nothing more, which is written as a literal of its own.
fn is_literal(tag: &Tag<'_>, source: &str, is_text: impl Fn(&str) -> bool) -> bool {
    let Some(name) = tag.words.first().filter(|word| is_text(word.text)) else {
        return false;
    };
    let before = source[tag.start..name.offset].trim_start_matches(['{', '-', '+']);
    let behind = source[name.offset + name.text.len()..tag.end].trim_start_matches([' ', '-', '+']);
    let mut filters = tag.words.iter().filter(|word| word.role == Role::Filter);
    before.trim().is_empty()
        && (behind.starts_with('|') || behind.starts_with('}'))
        && !["~", "==", "!=", "<", ">"].iter().any(|sign| behind.contains(sign))
        && !tag.words.iter().any(|word| OPERATORS.contains(&word.text))
        && filters.all(|filter| KEEP_TEXT.contains(&filter.text))
}

/// Whether the text before a place is nothing but blanks and this word on its line.
fn ends_line(before: &str, word: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before);
    line.trim_start() == word
}
