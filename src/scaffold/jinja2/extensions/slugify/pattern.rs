//! A pattern of Python's `re` as one of regex-lite that means the same, or an error.

use minijinja::Error;

use super::super::wrong;

/// `is_ascii` tells whether the text that is searched is: beyond ASCII regex-lite knows no kinds of characters.
pub(super) fn translated(pattern: &str, is_ascii: bool) -> Result<String, Error> {
    let mut result = String::new();
    let mut chars = pattern.chars().peekable();
    let mut set = None;
    let mut repeated = false;
    while let Some(char) = chars.next() {
        if repeated && "*+{".contains(char) {
            return Err(unusable("a repetition must not be repeated"));
        }
        repeated = set.is_none() && "*+?}".contains(char);
        let place = set;
        if let Some(place) = &mut set {
            *place += 1;
        }
        match char {
            '\\' => {
                let escaped = chars.next().ok_or_else(|| unusable("it ends with a backslash"))?;
                escape(escaped, is_ascii, &mut result)?;
            }
            '[' if place.is_none() => {
                set = Some(0);
                result.push('[');
                if let Some(not) = chars.next_if_eq(&'^') {
                    result.push(not);
                }
            }
            // One that comes first belongs to the set.
            ']' if place.is_some_and(|place| place > 0) => {
                set = None;
                result.push(']');
            }
            '[' | ']' | '&' | '~' if place.is_some() => result.extend(['\\', char]),
            '(' if place.is_none() && chars.next_if_eq(&'?').is_some() => {
                chars
                    .next_if_eq(&':')
                    .ok_or_else(|| unusable("of groups with a question mark it may have only (?:...)"))?;
                result.push_str("(?:");
            }
            '{' if place.is_none() && !chars.peek().is_some_and(char::is_ascii_digit) => {
                return Err(unusable("a brace must be escaped, or begin a number"));
            }
            _ => result.push(char),
        }
    }
    Ok(result)
}

fn unusable(why: &str) -> Error {
    wrong(format!("the regex_pattern of slugify cannot be used: {why}"))
}

fn escape(char: char, is_ascii: bool, result: &mut String) -> Result<(), Error> {
    match char {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' if !is_ascii => {
            return Err(unusable(&format!("\\{char} is known for ASCII texts only")));
        }
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' | 'n' | 't' | 'r' | 'f' | 'v' | 'a' | 'A' | 'x' | 'u' | 'U' => {
            result.extend(['\\', char]);
        }
        'Z' => result.push_str("\\z"),
        _ if char.is_ascii_alphanumeric() => return Err(unusable(&format!("\\{char} is unknown"))),
        '<' | '>' => result.push(char),
        _ if char.is_ascii_punctuation() => result.extend(['\\', char]),
        _ => result.push(char),
    }
    Ok(())
}
