//! `datetime.strftime` of Python on Linux: glibc's `strftime` in the locale C, with `%z`, `%Z` and `%f` by Python.

use jiff::civil::Weekday;
use minijinja::Error;

use super::super::wrong;
use super::{Moment, here, signed};

/// Characters of a format; an honest one has a few dozen.
const LONGEST: usize = 4096;

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) fn strftime(moment: &Moment, format: &str) -> Result<String, Error> {
    if format.contains('\0') {
        return Err(wrong("the format of `now` has a NUL character"));
    }
    let format = by_python(moment, format);
    let length = format.chars().count();
    if length > LONGEST {
        return Err(wrong(format!("the format of `now` has more than {LONGEST} characters")));
    }
    // Python gives glibc so much room; where it does not suffice the result is empty.
    let mut room = 1024;
    while room < 256 * length {
        room *= 2;
    }
    let mut output = Output {
        text: String::new(),
        free: room - 1,
    };
    match by_glibc(moment, &format, &mut output) {
        Ok(()) => Ok(output.text),
        Err(Full) => Ok(String::new()),
    }
}

fn by_python(moment: &Moment, format: &str) -> String {
    let mut result = String::with_capacity(format.len());
    let mut chars = format.chars();
    while let Some(char) = chars.next() {
        if char != '%' {
            result.push(char);
            continue;
        }
        match chars.next() {
            Some('z') => result.push_str(&signed(moment.offset, "")),
            Some('Z') => result.push_str(&moment.zone.replace('%', "%%")),
            Some('f') => result.push_str(&format!("{:06}", moment.wall.subsec_nanosecond() / 1000)),
            other => {
                result.push('%');
                result.extend(other);
            }
        }
    }
    result
}

struct Output {
    text: String,
    /// How many characters there is room for.
    free: usize,
}

struct Full;

#[derive(Default)]
struct Directive {
    /// The flag `_`, `-` or `0`, whichever came last.
    pad: Option<char>,
    width: Option<usize>,
    modifier: Option<char>,
    /// The flags `^` and `#`, and `%P`.
    upper: bool,
    change: bool,
    lower: bool,
}

impl Directive {
    fn text(&self, text: &str, output: &mut Output) -> Result<(), Full> {
        let length = text.chars().count();
        let blank = self.width.unwrap_or(0).saturating_sub(length);
        output.fill(if self.pad == Some('0') { '0' } else { ' ' }, blank)?;
        output.take(length)?;
        let cased = text.chars().map(|char| match (self.lower, self.upper) {
            (true, _) => single(char, char.to_lowercase()),
            (_, true) => single(char, char.to_uppercase()),
            _ => char,
        });
        output.text.extend(cased);
        Ok(())
    }

    fn number(mut self, number: i64, digits: usize, output: &mut Output) -> Result<(), Full> {
        let text = number.to_string();
        let blank = digits.max(self.width.unwrap_or(0)).saturating_sub(text.len());
        if blank > 0 && self.pad == Some('_') {
            output.fill(' ', blank)?;
            self.width = self.width.map(|width| width.saturating_sub(blank));
        } else if blank > 0 && self.pad != Some('-') {
            output.fill('0', blank)?;
            self.width = None;
        }
        self.text(&text, output)
    }

    fn blank_number(mut self, number: i64, digits: usize, output: &mut Output) -> Result<(), Full> {
        self.pad = self.pad.or(Some('_'));
        self.number(number, digits, output)
    }
}

/// glibc knows only characters whose other case is one character.
fn single(char: char, mut cased: impl Iterator<Item = char>) -> char {
    match (cased.next(), cased.next()) {
        (Some(cased), None) => cased,
        _ => char,
    }
}

impl Output {
    fn take(&mut self, length: usize) -> Result<(), Full> {
        self.free = self.free.checked_sub(length).ok_or(Full)?;
        Ok(())
    }

    fn fill(&mut self, char: char, times: usize) -> Result<(), Full> {
        self.take(times)?;
        self.text.extend(std::iter::repeat_n(char, times));
        Ok(())
    }
}

fn by_glibc(moment: &Moment, format: &str, output: &mut Output) -> Result<(), Full> {
    let mut rest = format;
    while let Some(start) = rest.find('%') {
        output.take(rest[..start].chars().count())?;
        output.text.push_str(&rest[..start]);
        rest = &rest[start..];
        let (directive, at) = Directive::read(rest);
        let kind = rest[at..].chars().next();
        let end = at + kind.map_or(0, char::len_utf8);
        directive.write(kind, &rest[..end], moment, output)?;
        rest = &rest[end..];
    }
    output.take(rest.chars().count())?;
    output.text.push_str(rest);
    Ok(())
}

impl Directive {
    /// What stands between the `%` and the letter, and where the letter is.
    fn read(text: &str) -> (Directive, usize) {
        let mut directive = Directive::default();
        let mut chars = text.char_indices().skip(1).peekable();
        while let Some((_, flag)) = chars.next_if(|(_, char)| "_-0^#".contains(*char)) {
            match flag {
                '^' => directive.upper = true,
                '#' => directive.change = true,
                pad => directive.pad = Some(pad),
            }
        }
        while let Some((_, digit)) = chars.next_if(|(_, char)| char.is_ascii_digit()) {
            let digit = digit as usize - '0' as usize;
            directive.width = Some(directive.width.unwrap_or(0).saturating_mul(10).saturating_add(digit));
        }
        if let Some((_, modifier)) = chars.next_if(|(_, char)| matches!(char, 'E' | 'O')) {
            directive.modifier = Some(modifier);
        }
        let at = chars.peek().map_or(text.len(), |(index, _)| *index);
        (directive, at)
    }

    /// `whole` is the directive as it stands in the format.
    fn write(mut self, kind: Option<char>, whole: &str, moment: &Moment, output: &mut Output) -> Result<(), Full> {
        let wall = moment.wall;
        let year = i64::from(wall.year());
        let hour = i64::from(wall.hour());
        let hour12 = (hour + 11) % 12 + 1;
        let day = i64::from(wall.day());
        let day_of_year = i64::from(wall.day_of_year());
        let weekday = i64::from(wall.weekday().to_sunday_zero_offset());
        let week = wall.date().iso_week_date();
        let month = MONTHS.get(wall.month() as usize - 1).copied().unwrap_or_default();
        let name = DAYS.get(weekday as usize).copied().unwrap_or_default();
        let allowed = match kind {
            Some('a' | 'A' | 'D' | 'F' | '%') => self.modifier.is_none(),
            Some('c' | 'x' | 'X' | 'Y') => self.modifier != Some('O'),
            Some(
                'b' | 'h' | 'B' | 'd' | 'e' | 'H' | 'I' | 'k' | 'l' | 'j' | 'M' | 'm' | 'S' | 'U' | 'V' | 'g' | 'G'
                | 'W' | 'w',
            ) => self.modifier != Some('E'),
            _ => true,
        };
        match kind.filter(|_| allowed) {
            Some('%') => self.text("%", output),
            Some('n') => self.text("\n", output),
            Some('t') => self.text("\t", output),
            Some('a') => self.changed_to_upper().text(&name[..3], output),
            Some('A') => self.changed_to_upper().text(name, output),
            Some('b' | 'h') => self.changed_to_upper().text(&month[..3], output),
            Some('B') => self.changed_to_upper().text(month, output),
            Some('p' | 'P') => {
                self.lower = self.change || kind == Some('P');
                self.text(if hour < 12 { "AM" } else { "PM" }, output)
            }
            Some('c') => self.composed("%a %b %e %H:%M:%S %Y", moment, output),
            Some('D' | 'x') => self.composed("%m/%d/%y", moment, output),
            Some('F') => self.composed("%Y-%m-%d", moment, output),
            Some('R') => self.composed("%H:%M", moment, output),
            Some('r') => self.composed("%I:%M:%S %p", moment, output),
            Some('T' | 'X') => self.composed("%H:%M:%S", moment, output),
            Some('C') => self.number(year / 100, 1, output),
            Some('Y') => self.number(year, 1, output),
            Some('y') => self.number(year % 100, 2, output),
            Some('G') => self.number(i64::from(week.year()), 1, output),
            Some('g') => self.number(i64::from(week.year()).rem_euclid(100), 2, output),
            Some('V') => self.number(i64::from(week.week()), 2, output),
            Some('d') => self.number(day, 2, output),
            Some('e') => self.blank_number(day, 2, output),
            Some('H') => self.number(hour, 2, output),
            Some('I') => self.number(hour12, 2, output),
            Some('k') => self.blank_number(hour, 2, output),
            Some('l') => self.blank_number(hour12, 2, output),
            Some('j') => self.number(day_of_year, 3, output),
            Some('M') => self.number(i64::from(wall.minute()), 2, output),
            Some('m') => self.number(i64::from(wall.month()), 2, output),
            Some('S') => self.number(i64::from(wall.second()), 2, output),
            Some('u') => self.number(i64::from(wall.weekday().to_monday_one_offset()), 1, output),
            Some('w') => self.number(weekday, 1, output),
            Some('U') => self.number((day_of_year - 1 - weekday + 7) / 7, 2, output),
            Some('W') => {
                let since_monday = i64::from(wall.weekday().since(Weekday::Monday));
                self.number((day_of_year - 1 - since_monday + 7) / 7, 2, output)
            }
            Some('s') => self.text(&epoch(moment).to_string(), output),
            // Only with flags or a width do these two come here, and then glibc knows neither offset nor zone.
            Some('z') => self.no_offset(moment, output),
            Some('Z') => {
                self.lower = self.change;
                let system = here::zone();
                let known = moment.is_dst.and_then(|_| system.to_timestamp(wall).ok());
                let zone = known.map(|time| system.to_offset_info(time).abbreviation().to_string());
                self.text(&zone.unwrap_or_default(), output)
            }
            // Two directives in one: the second `%` counts.
            None if whole.len() > 1 && whole.ends_with('%') => self.text("%", output),
            _ => self.text(whole, output),
        }
    }

    fn changed_to_upper(mut self) -> Directive {
        self.upper |= self.change;
        self
    }

    fn composed(self, format: &str, moment: &Moment, output: &mut Output) -> Result<(), Full> {
        let mut part = Output {
            text: String::new(),
            free: 64,
        };
        by_glibc(moment, format, &mut part)?;
        self.text(&part.text, output)
    }

    fn no_offset(self, moment: &Moment, output: &mut Output) -> Result<(), Full> {
        if moment.is_dst.is_none() {
            return Ok(());
        }
        self.text("+", output)?;
        self.number(0, 4, output)
    }
}

/// What the C library makes of the clock on the wall, which it takes for this machine's.
fn epoch(moment: &Moment) -> i64 {
    let system = here::zone();
    let whole = moment
        .wall
        .date()
        .at(moment.wall.hour(), moment.wall.minute(), moment.wall.second(), 0);
    let Ok(time) = system.to_timestamp(whole) else {
        return 0;
    };
    let is_dst = system.to_offset_info(time).dst().is_dst();
    let hour = match moment.is_dst {
        Some(given) => i64::from(is_dst) - i64::from(given),
        None => 0,
    };
    time.as_second() + 3600 * hour
}
