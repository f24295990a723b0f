//! Jinja2's filters for numbers.

use minijinja::{Error, State, Value};

use super::arguments::{Arguments, flag};
use super::arithmetic;
use super::number_format;
use super::number_methods::{read_float, read_int, truncated};
use super::selection::Getter;
use super::value::{Kind, defined, fail, int as int_value, items, kind, text, type_name, undefined, whole};

type Filtered = Result<Value, Error>;

pub(super) fn abs(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("abs", [], 0)?;
    match kind(defined(value)?) {
        Kind::Float(number) => Ok(Value::from(number.abs())),
        Kind::Int(number) if number < 0 => arithmetic::negative(value),
        Kind::Int(_) | Kind::Bool(_) => arithmetic::positive(value),
        _ => fail(format!("bad operand type for abs(): '{}'", type_name(value))),
    }
}

fn read_real(value: &Value) -> Result<Option<f64>, Error> {
    match kind(value) {
        Kind::Undefined => Err(undefined(value)),
        Kind::Float(number) => Ok(Some(number)),
        Kind::Bool(_) | Kind::Int(_) => Ok(Some(whole(value)? as f64)),
        Kind::Text(text) => Ok(read_float(text)),
        _ => Ok(None),
    }
}

pub(super) fn int(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [default, base] = Arguments::of(args).bind("int", ["default", "base"], 0)?;
    let base = base.as_ref().map_or(Ok(10), whole)?;
    let number = match kind(value) {
        Kind::Text(text) => u32::try_from(base).ok().and_then(|base| read_int(text, base)),
        Kind::Bool(_) | Kind::Int(_) => Some(whole(value)?),
        Kind::Float(number) if number.is_infinite() => return truncated(number).map(int_value),
        Kind::Float(number) => truncated(number).ok(),
        _ => None,
    };
    // So that "42.23" is 42.
    let number = match number {
        None => read_real(value)?.and_then(|number| truncated(number).ok()),
        number => number,
    };
    Ok(number.map_or_else(|| default.unwrap_or_else(|| int_value(0)), int_value))
}

pub(super) fn float(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [default] = Arguments::of(args).bind("float", ["default"], 0)?;
    let number = read_real(value)?;
    Ok(number.map_or_else(|| default.unwrap_or_else(|| Value::from(0.0)), Value::from))
}

pub(super) fn round(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [precision, method] = Arguments::of(args).bind("round", ["precision", "method"], 0)?;
    let precision = precision.as_ref().map_or(Ok(0), whole)?.clamp(-400, 400) as i32;
    let method = method.as_ref().map_or(Ok("common"), text)?;
    if !["common", "ceil", "floor"].contains(&method) {
        return fail("method must be common, ceil or floor");
    }
    let number = match (kind(defined(value)?), method) {
        (Kind::Bool(_) | Kind::Int(_), "common") => return round_int(whole(value)?, precision),
        (Kind::Bool(_) | Kind::Int(_), _) => whole(value)? as f64,
        (Kind::Float(number), _) => number,
        _ => return fail(format!("type {} doesn't define __round__ method", type_name(value))),
    };
    if method == "common" {
        return Ok(Value::from(round_float(number, precision)));
    }
    let scale = 10_f64.powi(precision);
    let scaled = number * scale;
    truncated(scaled)?;
    let cut = if method == "ceil" {
        scaled.ceil()
    } else {
        scaled.floor()
    };
    // Python's whole numbers have no negative zero.
    Ok(Value::from((cut + 0.0) / scale))
}

fn round_int(number: i128, precision: i32) -> Filtered {
    let Some(unit) = u32::try_from(-precision).ok().filter(|digits| *digits > 0) else {
        return Ok(int_value(number));
    };
    let Some(unit) = 10_i128.checked_pow(unit) else {
        return Ok(int_value(0));
    };
    let rest = number.rem_euclid(unit);
    let below = number - rest;
    let up = match rest.cmp(&(unit - rest)) {
        std::cmp::Ordering::Equal => (below / unit) % 2 != 0,
        order => order == std::cmp::Ordering::Greater,
    };
    Ok(int_value(if up { below + unit } else { below }))
}

fn round_float(number: f64, precision: i32) -> f64 {
    if !number.is_finite() {
        return number;
    }
    match usize::try_from(precision) {
        Ok(digits) => format!("{number:.digits$}").parse().unwrap_or(number),
        Err(_) => {
            let scale = 10_f64.powi(-precision);
            (number / scale).round_ties_even() * scale
        }
    }
}

pub(super) fn filesizeformat(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [binary] = Arguments::of(args).bind("filesizeformat", ["binary"], 0)?;
    let Some(bytes) = read_real(value)? else {
        return fail("could not convert to float");
    };
    let binary = flag(binary.as_ref())?;
    let base: f64 = if binary { 1024.0 } else { 1000.0 };
    if bytes == 1.0 {
        return Ok(Value::from("1 Byte"));
    }
    if bytes < base {
        return Ok(Value::from(format!("{} Bytes", truncated(bytes)?)));
    }
    let prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
    let place = (0..prefixes.len()).find(|place| bytes < base.powi(*place as i32 + 2));
    let place = place.unwrap_or(prefixes.len() - 1);
    let size = number_format::float(base * bytes / base.powi(place as i32 + 2), 'f', 1, false);
    let prefix = if binary && place == 0 { "K" } else { prefixes[place] };
    let sign = if bytes < 0.0 { "-" } else { "" };
    Ok(Value::from(format!(
        "{sign}{size} {prefix}{}",
        if binary { "iB" } else { "B" }
    )))
}

pub(super) fn sum(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [attribute, start] = Arguments::of(args).bind("sum", ["attribute", "start"], 0)?;
    let getter = Getter::of(attribute.as_ref())?;
    let mut sum = start.unwrap_or_else(|| int_value(0));
    if sum.as_str().is_some() {
        return fail("sum() can't sum strings [use ''.join(seq) instead]");
    }
    for item in items(value)? {
        sum = arithmetic::apply("+", &sum, &getter.get(&item)?)?;
    }
    Ok(sum)
}
