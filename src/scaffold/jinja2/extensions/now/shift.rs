//! `arrow.shift()`: an offset such as `days=1,hours=-2.5` on the clock on the wall, not in elapsed time.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use minijinja::Error;

use super::super::wrong;
use super::{Moment, Zone};

const FRAMES: [&str; 10] = [
    "years",
    "months",
    "days",
    "hours",
    "minutes",
    "seconds",
    "microseconds",
    "weeks",
    "quarters",
    "weekday",
];

/// More than any shift within Python's calendar needs, in whatever unit.
const MOST: f64 = 1e18;

const DAY: i64 = 24 * 3600;

pub(super) fn shift(moment: &Moment, zone: &Zone, operator: &str, offset: &str) -> Result<Moment, Error> {
    let amounts = Amounts::parse(operator, offset)?;
    let wall = moved(amounts.on_another_month(moment.wall)?, amounts.microseconds()?)?;
    // Python asks by going to UTC and back, which the first and last hours of its calendar do not survive.
    moved(wall, -seconds(zone.offset_at(wall)))?;
    if !zone.skips(wall) {
        return zone.when(wall);
    }
    let after = zone.offset_at(moved(wall, seconds(DAY))?);
    let before = zone.offset_at(moved(wall, seconds(-DAY))?);
    zone.when(moved(wall, seconds(after - before))?)
}

pub(super) fn beyond() -> Error {
    wrong("the offset of `now` leads out of the years 1 to 9999")
}

fn seconds(seconds: impl Into<i128>) -> i128 {
    seconds.into() * 1_000_000
}

fn moved(wall: DateTime, microseconds: i128) -> Result<DateTime, Error> {
    let microseconds = i64::try_from(microseconds).map_err(|_| beyond())?;
    let moved = wall.checked_add(SignedDuration::from_micros(microseconds));
    moved
        .ok()
        .filter(|wall| (1..=9999).contains(&wall.year()))
        .ok_or_else(beyond)
}

/// By the order of [`FRAMES`].
struct Amounts([f64; FRAMES.len()]);

impl Amounts {
    fn parse(operator: &str, offset: &str) -> Result<Amounts, Error> {
        let mut amounts = [0.0; FRAMES.len()];
        for pair in offset.split(',') {
            let Some((name, value)) = pair.split_once('=').filter(|(_, value)| !value.contains('=')) else {
                return Err(wrong(format!(
                    "`{pair}` in the offset of `now` is not of the form days=1"
                )));
            };
            let number = float(operator, value).ok_or_else(|| {
                wrong(format!(
                    "`{operator}{}` in the offset of `now` is not a number",
                    value.trim()
                ))
            })?;
            let name = name.trim();
            let index = FRAMES.iter().position(|frame| *frame == name).ok_or_else(|| {
                let frames = FRAMES.join(", ");
                wrong(format!("`{name}` in the offset of `now` is none of {frames}"))
            })?;
            amounts[index] = number;
        }
        if amounts.iter().any(|amount| amount.is_nan() || amount.abs() > MOST) {
            return Err(beyond());
        }
        let amounts = Amounts(amounts);
        // The tag gives floating point numbers, of which arrow takes none but this one for a weekday.
        if amounts.of("weekday") != 0.0 {
            return Err(wrong(
                "`weekday` in the offset of `now` must be 0, as cookiecutter takes no other",
            ));
        }
        Ok(amounts)
    }

    fn of(&self, name: &str) -> f64 {
        let index = FRAMES.iter().position(|frame| *frame == name);
        index.map_or(0.0, |index| self.0[index])
    }

    /// Years and months, with the day kept within the month that it comes to.
    fn on_another_month(&self, wall: DateTime) -> Result<DateTime, Error> {
        let whole = |number: f64| {
            if number.fract() != 0.0 {
                return Err(wrong("years and months in the offset of `now` must be whole numbers"));
            }
            Ok(number as i128)
        };
        let months = whole(self.of("months") + self.of("quarters") * 3.0)?;
        let months =
            i128::from(wall.year()) * 12 + i128::from(wall.month()) - 1 + whole(self.of("years"))? * 12 + months;
        let year = i16::try_from(months.div_euclid(12)).map_err(|_| beyond())?;
        let month = (months.rem_euclid(12) + 1) as i8;
        let first = Date::new(year, month, 1).ok().filter(|_| (1..=9999).contains(&year));
        let first = first.ok_or_else(beyond)?;
        let day = wall.day().min(first.days_in_month());
        let date = Date::new(year, month, day).map_err(|_| beyond())?;
        Ok(date.to_datetime(wall.time()))
    }

    /// All smaller units, carried and rounded as dateutil and `timedelta` do it.
    fn microseconds(&self) -> Result<i128, Error> {
        let mut units = [
            (self.of("microseconds"), 1_000_000.0, 1),
            (self.of("seconds"), 60.0, 1_000_000),
            (self.of("minutes"), 60.0, 60_000_000),
            (self.of("hours"), 24.0, 3_600_000_000),
            (self.of("days") + self.of("weeks") * 7.0, f64::INFINITY, 86_400_000_000),
        ];
        for index in 0..4 {
            let (amount, full, _) = units[index];
            // A second's microseconds are compared with 999999, and so on.
            if amount.abs() > full - 1.0 {
                let (carried, rest) = divided(amount.abs(), full);
                units[index].0 = rest.copysign(amount);
                units[index + 1].0 += carried.copysign(amount);
            }
        }
        let (mut sum, mut left) = (0_i128, 0.0_f64);
        for (amount, _, factor) in units {
            let part = amount.fract() * factor as f64;
            sum += amount.trunc() as i128 * factor + part.trunc() as i128;
            left += part.fract();
        }
        let odd = if sum % 2 == 0 { 0.0 } else { 1.0 };
        let mut whole = left.round();
        if (whole - left).abs() == 0.5 {
            whole = 2.0 * ((left + odd) * 0.5).round() - odd;
        }
        Ok(sum + whole as i128)
    }
}

/// Python's `divmod` of two positive numbers.
fn divided(number: f64, by: f64) -> (f64, f64) {
    let rest = number % by;
    let quotient = (number - rest) / by;
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

/// Python's `float(operator + value.strip())`.
fn float(operator: &str, value: &str) -> Option<f64> {
    let text = format!("{operator}{}", value.trim());
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let stray =
        |(index, byte): (usize, &u8)| *byte == b'_' && !(index > 0 && is_digit(index - 1) && is_digit(index + 1));
    if bytes.iter().enumerate().any(stray) {
        return None;
    }
    text.replace('_', "").parse().ok()
}
