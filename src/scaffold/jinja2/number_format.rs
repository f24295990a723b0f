//! Digits of numbers in the forms `f`, `e` and `g` of Python's formats.

/// The absolute value in the form `f`, `e` or `g` (or their capitals), without a sign.
pub(super) fn float(number: f64, form: char, precision: usize, alternate: bool) -> String {
    let upper = form.is_ascii_uppercase();
    let number = number.abs();
    let plain = if number.is_nan() {
        "nan".to_string()
    } else if number.is_infinite() {
        "inf".to_string()
    } else {
        match form.to_ascii_lowercase() {
            'f' => fixed(number, precision, alternate),
            'e' => exponential(number, precision, alternate),
            _ => general(number, precision, alternate),
        }
    };
    match upper {
        true => plain.to_ascii_uppercase(),
        false => plain,
    }
}

fn fixed(number: f64, precision: usize, alternate: bool) -> String {
    let digits = format!("{number:.precision$}");
    match alternate && precision == 0 {
        true => digits + ".",
        false => digits,
    }
}

fn exponential(number: f64, precision: usize, alternate: bool) -> String {
    let text = format!("{number:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if alternate && precision == 0 { "." } else { "" };
    format!("{digits}{point}e{}", signed(exponent.parse().unwrap_or(0)))
}

fn signed(exponent: i32) -> String {
    format!("{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

fn general(number: f64, precision: usize, alternate: bool) -> String {
    let precision = precision.max(1);
    let text = format!("{number:.*e}", precision - 1);
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trimmed = |digits: &str| match digits.contains('.') && !alternate {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => digits.to_string(),
    };
    if (-4..precision as i32).contains(&exponent) {
        let after = usize::try_from(precision as i32 - 1 - exponent).unwrap_or(0);
        trimmed(&fixed(number, after, alternate))
    } else {
        format!("{}e{}", trimmed(digits), signed(exponent))
    }
}

/// Puts a separator between groups of digits in front of the point.
pub(super) fn grouped(digits: &str, separator: char, group: usize) -> String {
    let end = digits
        .find(|char: char| !char.is_ascii_alphanumeric())
        .unwrap_or(digits.len());
    let end = digits[..end].find('e').filter(|_| group == 3).unwrap_or(end);
    let mut out = String::new();
    for (index, char) in digits[..end].chars().enumerate() {
        if index > 0 && (end - index).is_multiple_of(group) {
            out.push(separator);
        }
        out.push(char);
    }
    out + &digits[end..]
}
