//! Upper and lower case, and what kinds of characters there are, as Python's `str` knows them.

use minijinja::Error;

use super::print::is_printable;
use super::value::{MOST, fail};

/// What Python takes for whitespace: a few control characters more than Unicode does.
pub(super) fn is_space(char: char) -> bool {
    char.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&char)
}

/// The form of a letter at the start of a title, which for some is not the capital.
fn title_case(char: char) -> String {
    match char {
        'Ǆ'..='ǆ' => "ǅ".to_string(),
        'Ǉ'..='ǉ' => "ǈ".to_string(),
        'Ǌ'..='ǌ' => "ǋ".to_string(),
        'Ǳ'..='ǳ' => "ǲ".to_string(),
        _ => {
            let mut upper = char.to_uppercase();
            let first = upper.next().unwrap_or(char);
            std::iter::once(first)
                .chain(upper.flat_map(char::to_lowercase))
                .collect()
        }
    }
}

pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => {
            // As one text, or the end of a word would not be known.
            let lower = text.to_lowercase();
            let skipped: String = first.to_lowercase().collect();
            title_case(first)
                + lower
                    .strip_prefix(skipped.as_str())
                    .unwrap_or(&chars.as_str().to_lowercase())
        }
        None => String::new(),
    }
}

fn is_cased(char: char) -> bool {
    char.is_lowercase() || char.is_uppercase() || matches!(char, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ')
}

/// Every letter behind something that is none becomes a capital: `it's` is `It'S`.
pub(super) fn titled(text: &str) -> String {
    let lower = text.to_lowercase();
    let by_char = lower.chars().count() == text.chars().count();
    let mut lower = lower.chars();
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for char in text.chars() {
        let lower_char = lower.next().filter(|_| by_char);
        match (inside, lower_char) {
            (false, _) => out.push_str(&title_case(char)),
            (true, Some(lower)) => out.push(lower),
            (true, None) => out.extend(char.to_lowercase()),
        }
        inside = is_cased(char);
    }
    out
}

pub(super) fn swapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char.is_uppercase() {
            true => out.extend(char.to_lowercase()),
            false if char.is_lowercase() => out.extend(char.to_uppercase()),
            false => out.push(char),
        }
    }
    out
}

/// For comparisons without regard to case: `ß` is `ss`.
pub(super) fn folded(text: &str) -> String {
    let fold = |char: char| match char {
        'ı' => vec!['ı'],
        _ => char
            .to_lowercase()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
            .collect(),
    };
    text.chars().flat_map(fold).collect()
}

pub(super) fn is(question: &str, text: &str) -> bool {
    let all = |is: fn(char) -> bool| !text.is_empty() && text.chars().all(is);
    match question {
        "isalnum" => all(char::is_alphanumeric),
        "isalpha" => all(char::is_alphabetic),
        "isdecimal" => all(|char| char.is_ascii_digit() || !char.is_ascii() && is_decimal(char)),
        "isdigit" => all(|char| char.is_ascii_digit() || is_decimal(char) || is_superscript(char)),
        "isnumeric" => all(char::is_numeric),
        "isspace" => all(is_space),
        "isprintable" => text.chars().all(is_printable),
        "isidentifier" => is_identifier(text),
        "islower" => text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase),
        "isupper" => text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase),
        "istitle" => is_title(text),
        _ => false,
    }
}

/// Digits of the scripts that are still written with digits of their own.
fn is_decimal(char: char) -> bool {
    const ZEROS: [u32; 20] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
        0x1040, 0x17e0, 0x1810, 0xff10,
    ];
    let code = u32::from(char);
    ZEROS.iter().any(|zero| (*zero..zero + 10).contains(&code))
}

fn is_superscript(char: char) -> bool {
    matches!(char, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '₀'..='₉' | '①'..='⑨')
}

pub(super) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    first.is_some_and(|char| char == '_' || char.is_alphabetic())
        && chars.all(|char| char == '_' || char.is_alphanumeric())
}

fn is_title(text: &str) -> bool {
    let (mut inside, mut any) = (false, false);
    for char in text.chars() {
        let starts = char.is_uppercase() || matches!(char, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ');
        if starts && inside || char.is_lowercase() && !inside {
            return false;
        }
        inside = is_cased(char);
        any |= inside;
    }
    any
}

pub(super) fn centred(text: &str, width: usize, fill: &str) -> String {
    let missing = width.saturating_sub(text.chars().count());
    let left = missing / 2 + (missing & width & 1);
    format!("{}{text}{}", fill.repeat(left), fill.repeat(missing - left))
}

pub(super) fn expanded(text: &str, width: usize) -> Result<String, Error> {
    let mut out = String::new();
    let mut column = 0;
    for char in text.chars() {
        if char == '\t' && width > 0 {
            let spaces = width - column % width;
            out.push_str(&" ".repeat(spaces));
            column += spaces;
        } else if char != '\t' {
            out.push(char);
            column = if matches!(char, '\n' | '\r') { 0 } else { column + 1 };
        }
        if out.len() > MOST {
            return fail("the text is too large");
        }
    }
    Ok(out)
}
