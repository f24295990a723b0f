//! What is wrong with a text, and where: the line itself with the place underlined.

use minijinja::{Error, ErrorKind};

use super::FUEL;
use crate::failure::Problem;

/// Why a text is not what Jinja2 takes.
pub(super) struct Untranslated {
    /// In bytes, from the start of the text.
    pub offset: usize,
    pub message: String,
}

impl Untranslated {
    pub(super) fn located(self, place: &str, source: &str) -> Problem {
        let at = boundary(source, self.offset);
        let before = &source[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        underlined(place, &self.message, line, line_of(source, line), column, 1)
    }
}
pub(super) fn described(error: &Error) -> String {
    if error.kind() == ErrorKind::OutOfFuel {
        return format!("takes more than {} million steps", FUEL / 1_000_000);
    }
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// The error inside the innermost text, which knows the place: it is wrapped once per including text.
pub(super) fn innermost(error: &Error) -> &Error {
    let mut cause: &Error = error;
    while let Some(inner) = std::error::Error::source(cause).and_then(|inner| inner.downcast_ref::<Error>()) {
        cause = inner;
    }
    cause
}

/// The name of the text that an error is in.
pub(super) fn text_of<'a>(cause: &'a Error, otherwise: &'a str) -> &'a str {
    cause.name().filter(|name| !name.is_empty()).unwrap_or(otherwise)
}

/// The place as `file:line:column`, and what is wrong above the line with the place underlined.
pub(super) fn located(place: &str, cause: &Error) -> Problem {
    let (Some(line), Some(source)) = (cause.line(), cause.template_source()) else {
        return Problem::new(place, described(cause));
    };
    let text = line_of(source, line);
    let (column, width) = match cause.range() {
        Some(range) => {
            // The engine counts bytes, and may point into a character or behind the end.
            let (from, to) = (boundary(source, range.start), boundary(source, range.end));
            let start = source[..from].rfind('\n').map_or(0, |newline| newline + 1);
            let spot = source[from..to.max(from)].lines().next().unwrap_or_default();
            (source[start..from].chars().count(), spot.chars().count().max(1))
        }
        None => (0, text.chars().count().max(1)),
    };
    underlined(place, &described(cause), line, text, column, width)
}

/// The same for a text that the engine has got in other words, which are nobody's: the line is that of the original, and
/// nothing in it is underlined where the words differ.
pub(super) fn located_in(place: &str, original: &str, cause: &Error) -> Problem {
    let (Some(line), Some(source)) = (cause.line(), cause.template_source()) else {
        return Problem::new(place, described(cause));
    };
    let text = line_of(original, line);
    if text == line_of(source, line) {
        return located(place, cause);
    }
    let (text, _, _) = around(text, 0, 1);
    let gutter = " ".repeat(line.to_string().len());
    let excerpt = format!("{gutter} |\n{line} | {text}\n{gutter} |");
    Problem::new(format!("{place}:{line}"), format!("{}\n{excerpt}", described(cause)))
}

fn line_of(text: &str, line: usize) -> &str {
    text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
}

fn underlined(place: &str, message: &str, line: usize, text: &str, column: usize, width: usize) -> Problem {
    let at = format!("{place}:{line}:{}", column + 1);
    let (text, column, width) = around(text, column, width);
    let gutter = " ".repeat(line.to_string().len());
    let excerpt = format!(
        "{gutter} |\n{line} | {text}\n{gutter} | {}{}",
        " ".repeat(column),
        "^".repeat(width)
    );
    Problem::new(at, format!("{message}\n{excerpt}"))
}

/// As much of a line as can be read, with the place in it: a line may be a megabyte long.
fn around(text: &str, column: usize, width: usize) -> (String, usize, usize) {
    const BEFORE: usize = 80;
    const MOST: usize = 160;
    let cut = "...";
    let skipped = column.saturating_sub(BEFORE);
    let mut shown: String = text.chars().skip(skipped).take(MOST).collect();
    let width = width.min((skipped + MOST).saturating_sub(column)).max(1);
    let is_cut = text.chars().nth(skipped + MOST).is_some();
    if is_cut {
        shown.push_str(cut);
    }
    match skipped {
        0 => (shown, column, width),
        _ => (format!("{cut}{shown}"), column - skipped + cut.len(), width),
    }
}

/// The nearest place at or before `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}
