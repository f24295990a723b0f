//! The methods of Python's numbers, and numbers read from texts.

use minijinja::{Error, ErrorKind, Value};

use super::sequence::Sequence;
use super::value::{Kind, fail, int, kind, whole};

pub(super) const NAMES: [&str; 6] = [
    "as_integer_ratio",
    "bit_count",
    "bit_length",
    "conjugate",
    "hex",
    "is_integer",
];

pub(super) fn attribute(value: &Value, name: &str) -> Option<Value> {
    let number = whole(value).ok();
    match name {
        "real" => Some(value.clone()),
        "imag" => Some(number.map_or(Value::from(0.0), |_| int(0))),
        "numerator" => number.map(int),
        "denominator" => number.map(|_| int(1)),
        _ => None,
    }
}

pub(super) fn call(value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    if !args.is_empty() {
        return Err(Error::from(ErrorKind::UnknownMethod));
    }
    match (kind(value), name) {
        (Kind::Float(number), "is_integer") => Ok(Value::from(number.fract() == 0.0)),
        (_, "conjugate") => Ok(value.clone()),
        (Kind::Float(_), _) => Err(Error::from(ErrorKind::UnknownMethod)),
        (_, "bit_length") => Ok(int(i128::from(128 - whole(value)?.unsigned_abs().leading_zeros()))),
        (_, "bit_count") => Ok(int(i128::from(whole(value)?.unsigned_abs().count_ones()))),
        (_, "as_integer_ratio") => Ok(Sequence::tuple(vec![int(whole(value)?), int(1)])),
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

/// Digits without the underscores that may stand between two of them.
fn digits(text: &str) -> Option<String> {
    let misplaced = text.starts_with('_') || text.ends_with('_') || text.contains("__");
    (!misplaced && !text.is_empty()).then(|| text.replace('_', ""))
}

/// `int(text, base)`.
pub(super) fn read_int(text: &str, base: u32) -> Option<i128> {
    let text = super::parts::stripped("strip", text, None);
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefixes: &[(&str, u32)] = &[("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)];
    let prefix = prefixes
        .iter()
        .find(|(prefix, of)| (base == *of || base == 0) && rest.starts_with(prefix));
    let (rest, base) = match prefix {
        Some((prefix, of)) => {
            let rest = &rest[prefix.len()..];
            (rest.strip_prefix('_').unwrap_or(rest), *of)
        }
        None if base == 0 && rest.starts_with('0') && !rest.trim_matches(['0', '_']).is_empty() => return None,
        None => (rest, if base == 0 { 10 } else { base }),
    };
    if !(2..=36).contains(&base) || rest.starts_with(['+', '-']) {
        return None;
    }
    let number = i128::from_str_radix(&digits(rest)?, base).ok()?;
    Some(if negative { -number } else { number })
}

/// `float(text)`.
pub(super) fn read_float(text: &str) -> Option<f64> {
    let text = super::parts::stripped("strip", text, None);
    let bare = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    match bare.as_str() {
        "inf" | "infinity" | "nan" => {}
        _ if !bare.starts_with(|char: char| char.is_ascii_digit() || char == '.') => return None,
        _ => {}
    }
    let between = |pair: &[u8]| pair.contains(&b'_') && pair.iter().any(|byte| !byte.is_ascii_digit() && *byte != b'_');
    if text.as_bytes().windows(2).any(between) {
        return None;
    }
    digits(text)?.parse().ok()
}

/// What a float is cut down to.
pub(super) fn truncated(number: f64) -> Result<i128, Error> {
    match number.is_finite() && number.abs() < 1e38 {
        true => Ok(number.trunc() as i128),
        false => fail(format!(
            "cannot convert float {} to integer",
            super::print::float(number)
        )),
    }
}
