//! Text from elsewhere, a template, a path or another program, must not move the cursor or colour what it does not own.

use std::borrow::Cow;

use crate::scaffold::rule::is_unprintable;

/// The beginning of a text that is too long to be told, such as a name of nine million letters.
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::from(format!("{}...", &text[..end])),
        None => Cow::from(text),
    }
}

/// Text with what could control a terminal made visible.
pub fn neutral(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' | '\t' => safe.push(char),
            char if is_unprintable(char) => safe.extend(char.escape_unicode()),
            char => safe.push(char),
        }
    }
    safe
}
