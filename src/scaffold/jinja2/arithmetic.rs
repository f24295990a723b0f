//! `+ - * / // % **` with Python's results and types.

use minijinja::{Error, Value};

use super::markup;
use super::percent;
use super::sequence::{Sequence, Shape};
use super::value::{Kind, MOST, defined, fail, int, kind, type_name, whole};

enum Numbers {
    Int(i128, i128),
    Float(f64, f64),
}

fn numbers(left: &Value, right: &Value) -> Option<Numbers> {
    enum Number {
        Int(i128),
        Float(f64),
    }
    let number = |value| match kind(value) {
        Kind::Bool(answer) => Some(Number::Int(answer.into())),
        Kind::Int(number) => Some(Number::Int(number)),
        Kind::Float(number) => Some(Number::Float(number)),
        _ => None,
    };
    Some(match (number(left)?, number(right)?) {
        (Number::Int(left), Number::Int(right)) => Numbers::Int(left, right),
        (Number::Int(left), Number::Float(right)) => Numbers::Float(left as f64, right),
        (Number::Float(left), Number::Int(right)) => Numbers::Float(left, right as f64),
        (Number::Float(left), Number::Float(right)) => Numbers::Float(left, right),
    })
}

fn impossible<T>(operator: &str, left: &Value, right: &Value) -> Result<T, Error> {
    fail(format!(
        "unsupported operand type(s) for {operator}: '{}' and '{}'",
        type_name(left),
        type_name(right)
    ))
}

fn exact(number: Option<i128>) -> Result<Value, Error> {
    number.map_or_else(|| fail("the number is too large"), |number| Ok(int(number)))
}

pub(super) fn apply(operator: &str, left: &Value, right: &Value) -> Result<Value, Error> {
    defined(left)?;
    match operator {
        // The text says what is wrong with what it is given.
        "%" if left.as_str().is_some() => return percent::format(left, right),
        _ => defined(right)?,
    };
    match operator {
        "+" => add(left, right),
        "*" => multiply(left, right),
        _ => calculate(operator, left, right),
    }
}

fn calculate(operator: &str, left: &Value, right: &Value) -> Result<Value, Error> {
    let Some(numbers) = numbers(left, right) else {
        return impossible(operator, left, right);
    };
    let by_zero = match numbers {
        Numbers::Int(_, right) => right == 0,
        Numbers::Float(_, right) => right == 0.0,
    };
    if by_zero && matches!(operator, "/" | "//" | "%") {
        return fail("division by zero");
    }
    match (operator, numbers) {
        ("-", Numbers::Int(left, right)) => exact(left.checked_sub(right)),
        ("-", Numbers::Float(left, right)) => Ok(Value::from(left - right)),
        ("/", Numbers::Int(left, right)) => Ok(Value::from(left as f64 / right as f64)),
        ("/", Numbers::Float(left, right)) => Ok(Value::from(left / right)),
        ("//", Numbers::Int(left, right)) => exact(floor_division(left, right)),
        ("//", Numbers::Float(left, right)) => Ok(Value::from(float_division(left, right).0)),
        ("%", Numbers::Int(left, right)) => exact(modulo(left, right)),
        ("%", Numbers::Float(left, right)) => Ok(Value::from(float_division(left, right).1)),
        ("**", Numbers::Int(left, right)) if right >= 0 => power(left, right),
        ("**", Numbers::Int(left, right)) => float_power(left as f64, right as f64),
        ("**", Numbers::Float(left, right)) => float_power(left, right),
        _ => impossible(operator, left, right),
    }
}

fn floor_division(left: i128, right: i128) -> Option<i128> {
    let quotient = left.checked_div(right)?;
    match left % right != 0 && (left < 0) != (right < 0) {
        true => quotient.checked_sub(1),
        false => Some(quotient),
    }
}

fn modulo(left: i128, right: i128) -> Option<i128> {
    let rest = left.checked_rem(right)?;
    match rest != 0 && (rest < 0) != (right < 0) {
        true => rest.checked_add(right),
        false => Some(rest),
    }
}

/// Quotient and rest as Python's floats have them.
fn float_division(left: f64, right: f64) -> (f64, f64) {
    let mut rest = left % right;
    let mut quotient = (left - rest) / right;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(right);
    } else if (right < 0.0) != (rest < 0.0) {
        rest += right;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(left / right), rest);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

fn power(base: i128, exponent: i128) -> Result<Value, Error> {
    match (base, exponent) {
        (0 | 1, _) | (_, 0) => Ok(int(if exponent == 0 { 1 } else { base })),
        (-1, _) => Ok(int(if exponent % 2 == 0 { 1 } else { -1 })),
        _ => exact(
            u32::try_from(exponent)
                .ok()
                .and_then(|exponent| base.checked_pow(exponent)),
        ),
    }
}

fn float_power(base: f64, exponent: f64) -> Result<Value, Error> {
    let result = base.powf(exponent);
    if base == 0.0 && exponent < 0.0 {
        return fail("0.0 cannot be raised to a negative power");
    }
    if result.is_nan() && !base.is_nan() && !exponent.is_nan() {
        return fail("complex numbers are not supported");
    }
    if result.is_infinite() && base.is_finite() && exponent.is_finite() {
        return fail("Numerical result out of range");
    }
    Ok(Value::from(result))
}

fn add(left: &Value, right: &Value) -> Result<Value, Error> {
    match (kind(left), kind(right)) {
        (Kind::Text(first), Kind::Text(second)) => {
            if left.is_safe() || right.is_safe() {
                let (first, second) = (markup::escaped(left), markup::escaped(right));
                return Ok(Value::from_safe_string(first + &second));
            }
            Ok(Value::from([first, second].concat()))
        }
        (Kind::Sequence(first), Kind::Sequence(second)) => {
            let shape = match (first.shape(), second.shape()) {
                (Shape::List, Shape::List) => Shape::List,
                _ if first.is_tuple() && second.is_tuple() => Shape::Tuple,
                _ => return impossible("+", left, right),
            };
            let mut items = first.items();
            items.append(&mut second.items());
            Ok(Sequence::value(shape, items))
        }
        _ => match numbers(left, right) {
            Some(Numbers::Int(left, right)) => exact(left.checked_add(right)),
            Some(Numbers::Float(left, right)) => Ok(Value::from(left + right)),
            None => impossible("+", left, right),
        },
    }
}

fn multiply(left: &Value, right: &Value) -> Result<Value, Error> {
    let count = |value: &Value, length: usize| -> Result<usize, Error> {
        let count = usize::try_from(whole(value)?.max(0)).unwrap_or(usize::MAX);
        match count.checked_mul(length) {
            Some(size) if size <= MOST => Ok(if length == 0 { 0 } else { count }),
            _ => fail("the repetition is too large"),
        }
    };
    let repeated = |value: &Value, times: &Value| -> Result<Value, Error> {
        match kind(value) {
            Kind::Text(text) => {
                let repeated = text.repeat(count(times, text.len())?);
                Ok(match value.is_safe() {
                    true => Value::from_safe_string(repeated),
                    false => Value::from(repeated),
                })
            }
            Kind::Sequence(sequence) => {
                let items = sequence.items();
                let times = count(times, items.len())?;
                let shape = if sequence.is_tuple() { Shape::Tuple } else { Shape::List };
                let repeated = std::iter::repeat_n(items, times).flatten();
                Ok(Sequence::value(shape, repeated.collect()))
            }
            _ => fail("not a sequence"),
        }
    };
    let is_row = |value| match kind(value) {
        Kind::Text(_) => true,
        Kind::Sequence(sequence) => sequence.is_indexed(),
        _ => false,
    };
    match numbers(left, right) {
        Some(Numbers::Int(left, right)) => exact(left.checked_mul(right)),
        Some(Numbers::Float(left, right)) => Ok(Value::from(left * right)),
        None if is_row(left) && !is_row(right) => repeated(left, right),
        None if is_row(right) && !is_row(left) => repeated(right, left),
        None => impossible("*", left, right),
    }
}

pub(super) fn negative(value: &Value) -> Result<Value, Error> {
    match kind(defined(value)?) {
        Kind::Bool(answer) => Ok(int(-i128::from(answer))),
        Kind::Int(number) => exact(number.checked_neg()),
        Kind::Float(number) => Ok(Value::from(-number)),
        _ => fail(format!("bad operand type for unary -: '{}'", type_name(value))),
    }
}

pub(super) fn positive(value: &Value) -> Result<Value, Error> {
    match kind(defined(value)?) {
        Kind::Bool(answer) => Ok(int(answer.into())),
        Kind::Int(_) | Kind::Float(_) => Ok(value.clone()),
        _ => fail(format!("bad operand type for unary +: '{}'", type_name(value))),
    }
}
