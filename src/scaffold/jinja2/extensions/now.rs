//! The tag `{% now %}`: `arrow.now(zone).shift(...).strftime(format)` of arrow 1.4.0.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

use super::wrong;

mod here;
mod shift;
mod strftime;

/// The tag is rewritten into a call of this.
const FUNCTION: &str = "__cookiecutter_now";

const FORMAT: &str = "%Y-%m-%d";

pub(super) fn add_to(environment: &mut Environment, clock: impl Fn() -> Timestamp + Send + Sync + 'static) {
    environment.add_function(
        FUNCTION,
        move |zone: Value, operator: Option<String>, offset: Value, format: Value| {
            let now = clock();
            let zone = Zone::parse(text(&zone, "time zone")?.unwrap_or("local"), now)?;
            let format = text(&format, "format")?.unwrap_or(FORMAT);
            let mut moment = zone.at(now);
            if let Some(operator) = operator {
                let offset = text(&offset, "offset")?.ok_or_else(|| wrong("`now` needs an offset such as days=1"))?;
                moment = shift::shift(&moment, &zone, &operator, offset)?;
            }
            strftime::strftime(&moment, format)
        },
    );
}

fn text<'a>(value: &'a Value, what: &str) -> Result<Option<&'a str>, Error> {
    if value.is_undefined() {
        return Err(Error::new(
            ErrorKind::UndefinedError,
            format!("the {what} of `now` is undefined"),
        ));
    }
    match value.as_str() {
        None if !value.is_none() => Err(wrong(format!("the {what} of `now` must be text, not {}", value.kind()))),
        text => Ok(text),
    }
}

enum Zone {
    /// Seconds east of Greenwich, and a name.
    Fixed(i32, String),
    Named(TimeZone),
}

/// A time as a clock on the wall of a zone shows it.
struct Moment {
    wall: DateTime,
    offset: i32,
    zone: String,
    /// A zone with one offset does not know of daylight saving time.
    is_dst: Option<bool>,
}

impl Zone {
    fn parse(text: &str, now: Timestamp) -> Result<Zone, Error> {
        match text {
            "utc" | "UTC" | "Z" => return Ok(Zone::Fixed(0, "UTC".to_string())),
            // With the offset of today: a shift does not lead into summer time.
            "local" => {
                let info = here::zone().to_offset_info(now);
                return Ok(Zone::Fixed(info.offset().seconds(), info.abbreviation().to_string()));
            }
            _ => {}
        }
        if let Some(seconds) = offset(text) {
            if seconds.abs() >= 24 * 3600 {
                return Err(wrong(format!("the offset `{text}` is a day or more")));
            }
            return Ok(Zone::Fixed(seconds, offset_name(seconds)));
        }
        match jiff::tz::db().get(text) {
            // Files tell great letters from small ones, where Python looks zones up.
            Ok(zone) if zone.iana_name() == Some(text) => Ok(Zone::Named(zone)),
            _ => Err(wrong(format!("there is no time zone `{text}`"))),
        }
    }

    fn at(&self, now: Timestamp) -> Moment {
        match self {
            Zone::Fixed(seconds, name) => {
                let offset = Offset::from_seconds(*seconds).unwrap_or(Offset::UTC);
                Moment {
                    wall: offset.to_datetime(now),
                    offset: *seconds,
                    zone: name.clone(),
                    is_dst: None,
                }
            }
            Zone::Named(zone) => {
                let info = zone.to_offset_info(now);
                Moment {
                    wall: info.offset().to_datetime(now),
                    offset: info.offset().seconds(),
                    zone: info.abbreviation().to_string(),
                    is_dst: Some(info.dst().is_dst()),
                }
            }
        }
    }

    /// The offset where the wall shows this time; the earlier one where two are possible or none is.
    fn offset_at(&self, wall: DateTime) -> i32 {
        match self {
            Zone::Fixed(seconds, _) => *seconds,
            Zone::Named(zone) => match zone.to_ambiguous_timestamp(wall).offset() {
                AmbiguousOffset::Unambiguous { offset: before }
                | AmbiguousOffset::Gap { before, .. }
                | AmbiguousOffset::Fold { before, .. } => before.seconds(),
            },
        }
    }

    /// Whether the zone's clocks skip this time.
    fn skips(&self, wall: DateTime) -> bool {
        match self {
            Zone::Fixed(..) => false,
            Zone::Named(zone) => matches!(zone.to_ambiguous_timestamp(wall).offset(), AmbiguousOffset::Gap { .. }),
        }
    }

    /// `wall` is a time that the zone has.
    fn when(&self, wall: DateTime) -> Result<Moment, Error> {
        match self {
            Zone::Fixed(seconds, name) => Ok(Moment {
                wall,
                offset: *seconds,
                zone: name.clone(),
                is_dst: None,
            }),
            Zone::Named(_) => {
                let offset = Offset::from_seconds(self.offset_at(wall));
                let time = offset.and_then(|offset| offset.to_timestamp(wall));
                Ok(self.at(time.map_err(|_| shift::beyond())?))
            }
        }
    }
}

/// What begins like `+02:00`, `-0530` or `(UTC+01`; the sign may be missing, and anything may follow.
fn offset(text: &str) -> Option<i32> {
    let mut rest = text;
    while let Some(more) = rest.strip_prefix("(UTC") {
        rest = more;
    }
    let (sign, rest) = match rest.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, rest.strip_prefix('+').unwrap_or(rest)),
    };
    let hours = two_digits(rest)?;
    let rest = &rest[2..];
    let minutes = two_digits(rest.strip_prefix(':').unwrap_or(rest)).unwrap_or(0);
    Some(sign * (hours * 3600 + minutes * 60))
}

fn two_digits(text: &str) -> Option<i32> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => Some(i32::from(tens - b'0') * 10 + i32::from(ones - b'0')),
        _ => None,
    }
}

fn offset_name(seconds: i32) -> String {
    match seconds {
        0 => "UTC".to_string(),
        _ => format!("UTC{}", signed(seconds, ":")),
    }
}

/// `+02:00`, with seconds only where there are some.
fn signed(seconds: i32, between: &str) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let text = format!("{sign}{:02}{between}{:02}", seconds / 3600, seconds / 60 % 60);
    match seconds % 60 {
        0 => text,
        rest => format!("{text}{between}{rest:02}"),
    }
}
