//! Texts in HTML: what is escaped, and what already was.

use minijinja::Value;

use super::print;

pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(char),
        }
    }
    out
}

/// The value's text, escaped if it is not yet.
pub(super) fn escaped(value: &Value) -> String {
    match value.as_str() {
        Some(text) if value.is_safe() => text.to_string(),
        _ => escape(&print::str(value)),
    }
}

/// What is left of HTML without its comments, its tags and its runs of whitespace.
pub(super) fn stripped(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let tag = &rest[start..];
        let end = match tag.strip_prefix("<!--") {
            Some(comment) => comment.find("-->").map(|end| "<!--".len() + end + "-->".len()),
            None => tag.find('>').map(|end| end + 1),
        };
        // One that is not closed ends it.
        let Some(end) = end else {
            break;
        };
        text.push_str(&rest[..start]);
        rest = &tag[end..];
    }
    text.push_str(rest);
    let words: Vec<&str> = text
        .split(super::letters::is_space)
        .filter(|word| !word.is_empty())
        .collect();
    unescape(&words.join(" "))
}

/// Python's `html.unescape` for what templates meet: numbers and the commonest names.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        let end = rest.find(';').filter(|end| *end < 12);
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((char, end)) => {
                out.push(char);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "euro" => '€',
        _ => return None,
    })
}
