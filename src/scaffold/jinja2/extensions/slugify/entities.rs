//! `&amp;`, `&#38;` and `&#x26;`, as python-slugify decodes them.

use super::characters::digit;

/// The 252 names of HTML 4 with their characters: those that Python has in `html.entities.name2codepoint`.
const NAMED: &str = include_str!("entities.txt");

const LONGEST_NAME: usize = 8;

/// More digits Python makes no number of.
const MOST_DIGITS: usize = 4300;

pub(super) fn decoded(mut text: String, named: bool, decimal: bool, hexadecimal: bool) -> String {
    if named {
        text = substituted(&text, name).unwrap_or(text);
    }
    // One reference that is no character, and all of its kind stay as they are.
    if decimal {
        text = substituted(&text, |rest| number(rest.strip_prefix("&#")?, 10)).unwrap_or(text);
    }
    if hexadecimal {
        text = substituted(&text, |rest| number(rest.strip_prefix("&#x")?, 16)).unwrap_or(text);
    }
    text
}

enum Reference {
    /// The character, and what follows the `;`.
    To(char, usize),
    Invalid,
}

/// None if a reference is invalid. `read` is given what begins at an `&`, and tells how much is left behind it.
fn substituted(text: &str, read: impl Fn(&str) -> Option<Reference>) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        match read(rest) {
            Some(Reference::To(char, left)) => {
                result.push(char);
                rest = &rest[rest.len() - left..];
            }
            Some(Reference::Invalid) => return None,
            None => {
                result.push('&');
                rest = &rest[1..];
            }
        }
    }
    result.push_str(rest);
    Some(result)
}

fn name(rest: &str) -> Option<Reference> {
    let rest = rest.strip_prefix('&')?;
    let length = rest.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b';')?;
    let name = &rest[..length];
    let mut known = NAMED
        .split([',', '\n'])
        .filter_map(|entry| entry.trim().split_once(' '));
    let (_, code) = known.find(|(known, _)| *known == name)?;
    let char = code.parse().ok().and_then(char::from_u32)?;
    Some(Reference::To(char, rest.len() - length - 1))
}

fn number(rest: &str, base: u32) -> Option<Reference> {
    let value = |char: char| digit(char).or_else(|| char.to_digit(base));
    let length = rest.find(|char| value(char).is_none())?;
    let left = rest[length..].strip_prefix(';')?.len();
    let digits = &rest[..length];
    if digits.is_empty() {
        return None;
    }
    // Only where the base is no power of two is the length of a number limited.
    if base == 10 && digits.chars().count() > MOST_DIGITS {
        return Some(Reference::Invalid);
    }
    let values = digits.chars().filter_map(value);
    let code = values.fold(0_u32, |code, digit| code.saturating_mul(base).saturating_add(digit));
    Some(match code {
        // Python has characters for these, which are no letters either.
        0xD800..=0xDFFF => Reference::To(char::REPLACEMENT_CHARACTER, left),
        _ => char::from_u32(code).map_or(Reference::Invalid, |char| Reference::To(char, left)),
    })
}
