//! Texts and numbers as they stand in expressions.

use super::tokens::{Problem, Token};

/// What stands between the quotes, with its escapes read as Python reads them.
pub(super) fn text(source: &str, at: usize, newline: &str) -> Result<String, Problem> {
    let normalised;
    let source = if newline == "\n" {
        source
    } else {
        normalised = source.replace('\n', newline);
        &normalised
    };
    if !source.contains('\\') {
        return Ok(source.to_string());
    }
    let mut out = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        let Some(escape) = chars.next() else {
            return Err(Problem::new(at, "\\ at end of string"));
        };
        let mut hex = |count: usize| {
            let digits: String = chars.by_ref().take(count).collect();
            let code = match digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                true => u32::from_str_radix(&digits, 16).ok(),
                false => None,
            };
            let char = code.and_then(char::from_u32);
            char.ok_or_else(|| Problem::new(at, format!("the escape \\{escape}{digits} is no character")))
        };
        match escape {
            '\n' => {}
            '\\' | '\'' | '"' => out.push(escape),
            'a' => out.push('\u{7}'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'v' => out.push('\u{b}'),
            'x' => out.push(hex(2)?),
            'u' => out.push(hex(4)?),
            'U' => out.push(hex(8)?),
            '0'..='7' => {
                let mut code = escape.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let Some(digit) = chars.peek().and_then(|char| char.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + digit;
                    chars.next();
                }
                out.extend(char::from_u32(code));
            }
            'N' => return Err(Problem::new(at, "characters cannot be given by their names")),
            // Jinja2 has turned it into an escape of its own before, whose backslash this one escapes.
            _ if !escape.is_ascii() => {
                out.push('\\');
                match u32::from(escape) {
                    code @ ..=0xff => out.push_str(&format!("x{code:02x}")),
                    code @ ..=0xffff => out.push_str(&format!("u{code:04x}")),
                    code => out.push_str(&format!("U{code:08x}")),
                }
            }
            _ => {
                out.push('\\');
                out.push(escape);
            }
        }
    }
    Ok(out)
}

/// The end of a text in quotes, which begins here.
pub(super) fn end_of_text(rest: &str) -> Option<usize> {
    let quote = rest.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let mut escaped = false;
    for (place, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return Some(place + 1),
            _ => {}
        }
    }
    None
}

/// A number that begins here, with its length. Behind a dot there is no fraction: `pair.1.0` takes items.
pub(super) fn number(rest: &str, behind_dot: bool, at: usize) -> Result<Option<(Token, usize)>, Problem> {
    let bytes = rest.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_digit) {
        return Ok(None);
    }
    let float = if behind_dot { None } else { float_length(rest) };
    if let Some(length) = float {
        let number: f64 = rest[..length].replace('_', "").parse().unwrap_or(f64::INFINITY);
        return Ok(Some((Token::Float(number), length)));
    }
    let radix = match bytes.get(1) {
        Some(b'b' | b'B') => 2,
        Some(b'o' | b'O') => 8,
        Some(b'x' | b'X') => 16,
        _ => 10,
    };
    if bytes[0] == b'0' && radix != 10 {
        let length = run(rest, 2, radix, true);
        if length > 2 {
            return integer(&rest[2..length], radix, at).map(|token| Some((token, length)));
        }
    }
    let length = match bytes[0] {
        b'0' => {
            let mut length = 1;
            while let Some(next) = [1, 2]
                .into_iter()
                .find(|step| rest[length..].starts_with(if *step == 1 { "0" } else { "_0" }))
            {
                length += next;
            }
            length
        }
        _ => run(rest, 1, 10, true),
    };
    integer(&rest[..length], 10, at).map(|token| Some((token, length)))
}

fn integer(digits: &str, radix: u32, at: usize) -> Result<Token, Problem> {
    let number = u128::from_str_radix(&digits.replace('_', ""), radix).ok();
    match number.filter(|number| *number <= i128::MAX as u128) {
        Some(number) => Ok(Token::Int(number)),
        None => Err(Problem::new(at, "the number is too large")),
    }
}

/// How far digits go, of which an underscore may stand in front of each.
fn run(rest: &str, from: usize, radix: u32, underscores: bool) -> usize {
    let is_digit = |place: usize| {
        rest.as_bytes()
            .get(place)
            .is_some_and(|byte| char::from(*byte).is_digit(radix))
    };
    let mut end = from;
    loop {
        if is_digit(end) {
            end += 1;
        } else if underscores && rest.as_bytes().get(end) == Some(&b'_') && is_digit(end + 1) {
            end += 2;
        } else {
            return end;
        }
    }
}

fn float_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let whole = run(rest, 1, 10, true);
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') && is_digit(end + 1) {
        end = run(rest, end + 1, 10, true);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if is_digit(end + 1 + signed) {
            return Some(run(rest, end + 1 + signed, 10, true));
        }
    }
    (end > whole).then_some(end)
}
