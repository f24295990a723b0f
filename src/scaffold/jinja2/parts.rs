//! Parts of texts: at separators, at lines, without their ends, between two places.

use minijinja::{Error, Value};

use super::letters::is_space;
use super::value::whole;

/// The text between two places counted in characters, and the first of them.
pub(super) fn within<'a>(text: &'a str, range: &[Value]) -> Result<Option<(&'a str, usize)>, Error> {
    if range.is_empty() {
        return Ok(Some((text, 0)));
    }
    let length = text.chars().count() as i128;
    let bound = |place: usize, otherwise: i128| match range.get(place).filter(|value| !value.is_none()) {
        None => Ok(otherwise),
        Some(value) => whole(value).map(|bound| if bound < 0 { (bound + length).max(0) } else { bound }),
    };
    let (start, end) = (bound(0, 0)?, bound(1, length)?.min(length));
    if start > end {
        return Ok(None);
    }
    let byte = |place: i128| {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        text.char_indices().nth(place).map_or(text.len(), |(byte, _)| byte)
    };
    Ok(Some((&text[byte(start)..byte(end)], start as usize)))
}

pub(super) fn stripped<'a>(name: &str, text: &'a str, chars: Option<&str>) -> &'a str {
    let is_cut = |char: char| chars.map_or_else(|| is_space(char), |chars| chars.contains(char));
    match name {
        "lstrip" => text.trim_start_matches(is_cut),
        "rstrip" => text.trim_end_matches(is_cut),
        _ => text.trim_matches(is_cut),
    }
}

pub(super) fn partitioned<'a>(text: &'a str, separator: &'a str, from_right: bool) -> [&'a str; 3] {
    let parts = if from_right {
        text.rsplit_once(separator)
    } else {
        text.split_once(separator)
    };
    match parts {
        Some((before, after)) => [before, separator, after],
        None if from_right => ["", "", text],
        None => [text, "", ""],
    }
}

pub(super) fn split<'a>(text: &'a str, separator: &str, most: usize, from_right: bool) -> Vec<&'a str> {
    let most = most.saturating_add(1);
    match from_right {
        true => {
            let mut parts: Vec<&str> = text.rsplitn(most, separator).collect();
            parts.reverse();
            parts
        }
        false => text.splitn(most, separator).collect(),
    }
}

/// Parts between runs of whitespace.
pub(super) fn words(text: &str, most: usize, from_right: bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        rest = if from_right {
            rest.trim_end_matches(is_space)
        } else {
            rest.trim_start_matches(is_space)
        };
        if rest.is_empty() {
            break;
        }
        let space = if from_right {
            rest.rfind(is_space)
        } else {
            rest.find(is_space)
        };
        let Some(space) = space.filter(|_| parts.len() < most) else {
            parts.push(if from_right {
                rest.trim_start_matches(is_space)
            } else {
                rest.trim_end_matches(is_space)
            });
            break;
        };
        let width = rest[space..].chars().next().map_or(1, char::len_utf8);
        if from_right {
            parts.push(&rest[space + width..]);
            rest = &rest[..space];
        } else {
            parts.push(&rest[..space]);
            rest = &rest[space..];
        }
    }
    if parts.len() > most
        && let Some(last) = parts.last_mut()
    {
        // The part that is not split any more keeps the whitespace at its other end.
        let start = last.as_ptr() as usize - text.as_ptr() as usize;
        let end = start + last.len();
        *last = if from_right { &text[..end] } else { &text[start..] };
    }
    if from_right {
        parts.reverse();
    }
    parts
}

/// Lines at everything that Python takes for the end of one.
pub(super) fn lines(text: &str, keep: bool) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((place, char)) = chars.next() {
        if !matches!(
            char,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        ) {
            continue;
        }
        if char == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n') {
            chars.next();
        }
        let next = chars.peek().map_or(text.len(), |(next, _)| *next);
        lines.push(&text[start..if keep { next } else { place }]);
        start = next;
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}
