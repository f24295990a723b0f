//! `"%s-%02d" % (name, number)`.

use std::iter::Peekable;
use std::str::Chars;

use minijinja::{Error, Value};

use super::lookup;
use super::markup;
use super::number_format::float;
use super::print;
use super::value::{Kind, MOST, defined, fail, kind, size, type_name, whole};

#[derive(Default)]
struct Directive {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
}

/// What the directives take, one after the other or by name.
struct Given<'a> {
    values: Vec<Value>,
    next: usize,
    named: Option<&'a Value>,
}

impl Given<'_> {
    fn next(&mut self) -> Result<Value, Error> {
        self.next += 1;
        match self.values.get(self.next - 1) {
            Some(value) => Ok(value.clone()),
            None => fail("not enough arguments for format string"),
        }
    }
}

pub(super) fn format(text: &Value, given: &Value) -> Result<Value, Error> {
    let is_safe = text.is_safe();
    let pattern = text.as_str().unwrap_or_default();
    let (values, named) = match kind(given) {
        Kind::Sequence(tuple) if tuple.is_tuple() => (tuple.items(), None),
        // To Python everything that takes a key may be one with names.
        Kind::Dict(_) | Kind::Range(_) | Kind::Undefined | Kind::Nothing => (vec![given.clone()], Some(given)),
        Kind::Sequence(list) if list.is_indexed() => (vec![given.clone()], Some(given)),
        _ => (vec![given.clone()], None),
    };
    let is_one = !matches!(kind(given), Kind::Sequence(tuple) if tuple.is_tuple());
    let mut given = Given { values, next: 0, named };
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    let mut by_name = false;
    while let Some(char) = chars.next() {
        if char != '%' {
            out.push(char);
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            out.push('%');
            continue;
        }
        let key = key(&mut chars)?;
        let directive = directive(&mut chars, &mut given)?;
        while matches!(chars.peek(), Some('h' | 'l' | 'L')) {
            chars.next();
        }
        let Some(form) = chars.next() else {
            return fail("incomplete format");
        };

        let value = match key {
            Some(key) => {
                by_name = true;
                let Some(mapping) = given.named else {
                    return fail("format requires a mapping");
                };
                match lookup::item(mapping, &Value::from(&key))? {
                    value if value.is_undefined() => return fail(format!("KeyError: '{key}'")),
                    value => value,
                }
            }
            None => given.next()?,
        };
        out.push_str(&converted(&directive, form, &value, is_safe)?);
        if out.len() > MOST {
            return fail("the text is too large");
        }
    }
    let all_used = by_name || given.next >= given.values.len() || (is_one && given.named.is_some());
    match all_used {
        true => Ok(lookup::like(text, out)),
        false => fail("not all arguments converted during string formatting"),
    }
}

fn key(chars: &mut Peekable<Chars<'_>>) -> Result<Option<String>, Error> {
    if chars.peek() != Some(&'(') {
        return Ok(None);
    }
    chars.next();
    let mut key = String::new();
    let mut depth = 1;
    for char in chars.by_ref() {
        depth += match char {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth == 0 {
            return Ok(Some(key));
        }
        key.push(char);
    }
    fail("incomplete format key")
}

fn directive(chars: &mut Peekable<Chars<'_>>, given: &mut Given<'_>) -> Result<Directive, Error> {
    let mut directive = Directive::default();
    loop {
        match chars.peek() {
            Some('-') => directive.left = true,
            Some('0') => directive.zero = true,
            Some('+') => directive.plus = true,
            Some(' ') => directive.space = true,
            Some('#') => directive.alternate = true,
            _ => break,
        }
        chars.next();
    }
    let mut number = |chars: &mut Peekable<Chars<'_>>| -> Result<(bool, usize), Error> {
        if chars.peek() == Some(&'*') {
            chars.next();
            let value = given.next()?;
            return Ok((whole(&value)? < 0, size(&super::value::int(whole(&value)?.abs()))?));
        }
        let mut number = 0;
        while let Some(digit) = chars.peek().and_then(|char| char.to_digit(10)) {
            chars.next();
            number = number * 10 + digit as usize;
            if number > MOST {
                return fail("width too big");
            }
        }
        Ok((false, number))
    };
    let (negative, width) = number(chars)?;
    directive.left |= negative;
    directive.width = width;
    if chars.peek() == Some(&'.') {
        chars.next();
        let (negative, precision) = number(chars)?;
        directive.precision = Some(if negative { 0 } else { precision });
    }
    Ok(directive)
}

fn converted(directive: &Directive, form: char, value: &Value, is_safe: bool) -> Result<String, Error> {
    defined(value).or_else(|error| {
        if form == 'r' || form == 'a' {
            Ok(value)
        } else {
            Err(error)
        }
    })?;
    let text = match form {
        's' if is_safe => markup::escaped(value),
        's' => print::str(value),
        'r' if is_safe => markup::escape(&print::repr(value)),
        'r' => print::repr(value),
        'a' => print::ascii(value),
        'c' => match kind(value) {
            Kind::Text(text) if text.chars().count() == 1 => text.to_string(),
            Kind::Int(_) | Kind::Bool(_) => match u32::try_from(whole(value)?).ok().and_then(char::from_u32) {
                Some(char) => char.to_string(),
                None => return fail("%c arg not in range(0x110000)"),
            },
            _ => return fail("%c requires int or char"),
        },
        _ => return number(directive, form, value),
    };
    let cut = match (form, directive.precision) {
        ('c', _) | (_, None) => text,
        (_, Some(precision)) => text.chars().take(precision).collect(),
    };
    Ok(padded(directive, "", &cut, false))
}

fn number(directive: &Directive, form: char, value: &Value) -> Result<String, Error> {
    let required = || {
        fail(format!(
            "%{form} format: a real number is required, not {}",
            type_name(value)
        ))
    };
    let (negative, prefix, digits) = match form {
        'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
            let number = match (kind(value), form) {
                (Kind::Bool(_) | Kind::Int(_), _) => whole(value)?,
                (Kind::Float(number), 'd' | 'i' | 'u') if number.is_finite() => number.trunc() as i128,
                _ => return required(),
            };
            let magnitude = number.unsigned_abs();
            let (prefix, digits) = match form {
                'x' => ("0x", format!("{magnitude:x}")),
                'X' => ("0X", format!("{magnitude:X}")),
                'o' => ("0o", format!("{magnitude:o}")),
                _ => ("", magnitude.to_string()),
            };
            let zeros = "0".repeat(directive.precision.unwrap_or(0).saturating_sub(digits.len()));
            let prefix = if directive.alternate { prefix } else { "" };
            (number < 0, prefix, zeros + &digits)
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let number = match kind(value) {
                Kind::Float(number) => number,
                Kind::Bool(_) | Kind::Int(_) => whole(value)? as f64,
                _ => return required(),
            };
            let negative = number.is_sign_negative() && !number.is_nan();
            let digits = float(number, form, directive.precision.unwrap_or(6), directive.alternate);
            (negative, "", digits)
        }
        _ => return fail(format!("unsupported format character '{form}'")),
    };
    let sign = match (negative, directive.plus, directive.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    };
    Ok(padded(directive, &format!("{sign}{prefix}"), &digits, true))
}

fn padded(directive: &Directive, before: &str, text: &str, is_number: bool) -> String {
    let missing = directive.width.saturating_sub(before.len() + text.chars().count());
    match (directive.left, directive.zero && is_number) {
        (true, _) => format!("{before}{text}{}", " ".repeat(missing)),
        (false, true) => format!("{before}{}{text}", "0".repeat(missing)),
        (false, false) => format!("{}{before}{text}", " ".repeat(missing)),
    }
}
