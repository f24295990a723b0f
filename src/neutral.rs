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

/// The same as one line, for what is quoted in the middle of one: a name, a path, a label.
pub fn neutral_line(text: &str) -> String {
    let escape = |char| match char {
        '\n' => "\\n".to_string(),
        '\r' => "\\r".to_string(),
        '\t' => "\\t".to_string(),
        char if is_unprintable(char) => char.escape_unicode().to_string(),
        char => char.to_string(),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_seen_is_escaped() {
        let text = "a\n\t\r\u{1b}\u{202e}\\ 'b' \"ü\"";
        assert_eq!(neutral_line(text), r#"a\n\t\r\u{1b}\u{202e}\ 'b' "ü""#);
        assert_eq!(neutral(text), "a\n\t\\u{d}\\u{1b}\\u{202e}\\ 'b' \"ü\"");
    }
}
