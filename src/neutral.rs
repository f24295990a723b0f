//! Text from elsewhere, a template, a path or another program, must not move the cursor or colour what it does not own.

use crate::scaffold::rule::is_unprintable;

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
