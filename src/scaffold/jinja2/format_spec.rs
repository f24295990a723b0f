//! What stands behind the colon of a replacement field: `{:>8}`, `{:+.2f}`, `{:#010x}`.

use minijinja::{Error, Value};

use super::number_format::{float, grouped};
use super::print;
use super::value::{Kind, MOST, defined, fail, kind, type_name};

struct Spec {
    fill: char,
    align: Option<char>,
    sign: char,
    alternate: bool,
    width: usize,
    separator: Option<char>,
    precision: Option<usize>,
    form: Option<char>,
}

fn parse(text: &str) -> Result<Spec, Error> {
    let chars: Vec<char> = text.chars().collect();
    let at = |place: usize| chars.get(place).copied();
    let is_align = |char: Option<char>| char.is_some_and(|char| "<>=^".contains(char));
    let mut place = 0;
    let mut spec = Spec {
        fill: ' ',
        align: None,
        sign: '-',
        alternate: false,
        width: 0,
        separator: None,
        precision: None,
        form: None,
    };
    if is_align(at(1)) {
        (spec.fill, spec.align) = (chars[0], at(1));
        place = 2;
    } else if is_align(at(0)) {
        spec.align = at(0);
        place = 1;
    }
    let filled = place == 2;
    if let Some(sign @ ('+' | '-' | ' ')) = at(place) {
        spec.sign = sign;
        place += 1;
    }
    if at(place) == Some('z') {
        place += 1;
    }
    if at(place) == Some('#') {
        spec.alternate = true;
        place += 1;
    }
    if at(place) == Some('0') {
        place += 1;
        if !filled {
            spec.fill = '0';
        }
        spec.align = spec.align.or(Some('='));
    }
    let number = |place: &mut usize| -> Result<Option<usize>, Error> {
        let start = *place;
        while at(*place).is_some_and(|char| char.is_ascii_digit()) {
            *place += 1;
        }
        let digits: String = chars[start..*place].iter().collect();
        match (digits.is_empty(), digits.parse()) {
            (true, _) => Ok(None),
            (false, Ok(number)) if number <= MOST => Ok(Some(number)),
            _ => fail("Too many decimal digits in format string"),
        }
    };
    spec.width = number(&mut place)?.unwrap_or(0);
    if let Some(separator @ (',' | '_')) = at(place) {
        spec.separator = Some(separator);
        place += 1;
    }
    if at(place) == Some('.') {
        place += 1;
        spec.precision = number(&mut place)?;
        if spec.precision.is_none() {
            return fail("Format specifier missing precision");
        }
    }
    spec.form = at(place);
    match chars.len() > place + 1 {
        true => fail(format!("Invalid format specifier '{text}'")),
        false => Ok(spec),
    }
}

pub(super) fn format(value: &Value, text: &str) -> Result<String, Error> {
    defined(value)?;
    if text.is_empty() {
        return Ok(print::str(value));
    }
    let spec = parse(text)?;
    let unknown = |form: char| {
        fail(format!(
            "Unknown format code '{form}' for object of type '{}'",
            type_name(value)
        ))
    };
    match (kind(value), spec.form) {
        (Kind::Text(text), None | Some('s')) => {
            if spec.sign != '-'
                || spec.alternate
                || spec.separator.is_some()
                || spec.align == Some('=') && spec.fill != '0'
            {
                return fail("the format does not go with a str");
            }
            let cut: String = text.chars().take(spec.precision.unwrap_or(usize::MAX)).collect();
            Ok(aligned(&spec, "", &cut, '<'))
        }
        (Kind::Text(_), Some(form)) => unknown(form),
        (Kind::Bool(answer), form) => {
            let form = form.unwrap_or('d');
            integer(&spec, answer.into(), form).unwrap_or_else(|| unknown(form))
        }
        (Kind::Int(number), form) => {
            let form = form.unwrap_or('d');
            integer(&spec, number, form).unwrap_or_else(|| unknown(form))
        }
        (Kind::Float(number), None) => Ok(real(&spec, number, None)),
        (Kind::Float(number), Some(form)) if "eEfFgGn%".contains(form) => Ok(real(&spec, number, Some(form))),
        (Kind::Float(_), Some(form)) => unknown(form),
        _ => fail(format!(
            "unsupported format string passed to {}.__format__",
            type_name(value)
        )),
    }
}

fn integer(spec: &Spec, number: i128, form: char) -> Option<Result<String, Error>> {
    let magnitude = number.unsigned_abs();
    let (prefix, digits, group) = match form {
        'd' | 'n' => ("", magnitude.to_string(), 3),
        'x' => ("0x", format!("{magnitude:x}"), 4),
        'X' => ("0X", format!("{magnitude:X}"), 4),
        'o' => ("0o", format!("{magnitude:o}"), 4),
        'b' => ("0b", format!("{magnitude:b}"), 4),
        'c' => {
            let char = u32::try_from(number).ok().and_then(char::from_u32);
            return Some(match char {
                Some(char) => Ok(aligned(spec, "", &char.to_string(), '<')),
                None => fail("%c arg not in range(0x110000)"),
            });
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => return Some(Ok(real(spec, number as f64, Some(form)))),
        _ => return None,
    };
    if spec.precision.is_some() {
        return Some(fail("Precision not allowed in integer format specifier"));
    }
    let prefix = if spec.alternate { prefix } else { "" };
    Some(Ok(numeric(spec, number < 0, prefix, digits, group)))
}

fn real(spec: &Spec, number: f64, form: Option<char>) -> String {
    let negative = number.is_sign_negative() && !number.is_nan();
    let digits = match (form, spec.precision) {
        (None, None) => print::float(number.abs()),
        // As `g`, but with a digit behind the point, and one digit earlier with an exponent.
        (None, Some(precision)) => {
            let digits = float(number, 'g', precision, spec.alternate);
            let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
            match whole && digits.len() < precision.max(1) {
                true => digits + ".0",
                false if whole => float(number, 'e', precision.max(1) - 1, spec.alternate),
                false => digits,
            }
        }
        (Some('%'), precision) => float(number * 100.0, 'f', precision.unwrap_or(6), spec.alternate) + "%",
        (Some('n'), precision) => float(number, 'g', precision.unwrap_or(6), spec.alternate),
        (Some(form), precision) => float(number, form, precision.unwrap_or(6), spec.alternate),
    };
    numeric(spec, negative, "", digits, 3)
}

fn numeric(spec: &Spec, negative: bool, prefix: &str, digits: String, group: usize) -> String {
    let sign = match (negative, spec.sign) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        _ => "",
    };
    let before = format!("{sign}{prefix}");
    let Some(separator) = spec.separator else {
        return aligned(spec, &before, &digits, '>');
    };
    // Zeros in front are digits too: they are grouped, and may make it one longer.
    let mut digits = digits;
    if spec.fill == '0' && spec.align == Some('=') {
        while before.len() + grouped(&digits, separator, group).len() < spec.width {
            digits.insert(0, '0');
        }
    }
    aligned(spec, &before, &grouped(&digits, separator, group), '>')
}

fn aligned(spec: &Spec, before: &str, text: &str, otherwise: char) -> String {
    let length = before.chars().count() + text.chars().count();
    let missing = spec.width.saturating_sub(length);
    let fill = |count: usize| spec.fill.to_string().repeat(count);
    match spec.align.unwrap_or(otherwise) {
        '<' => format!("{before}{text}{}", fill(missing)),
        '^' => format!("{}{before}{text}{}", fill(missing / 2), fill(missing - missing / 2)),
        '=' if before.is_empty() && otherwise == '<' => format!("{text}{}", fill(missing)),
        '=' => format!("{before}{}{text}", fill(missing)),
        _ => format!("{}{before}{text}", fill(missing)),
    }
}
