//! `random_ascii_string()` and `uuid4()`, from the operating system's randomness: templates make secrets with them.

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error};

use super::wrong;

const LONGEST: usize = 1 << 20;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

const LETTERS_AND_PUNCTUATION: &[u8] =
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

pub(super) fn add_to(environment: &mut Environment) {
    environment.add_function(
        "random_ascii_string",
        |length: Option<Value>, punctuation: Option<Value>, named: Kwargs| {
            random_ascii_string(length, punctuation, &named)
        },
    );
    environment.add_function("uuid4", uuid4);
}

fn random_ascii_string(length: Option<Value>, punctuation: Option<Value>, named: &Kwargs) -> Result<String, Error> {
    let length = match length {
        Some(length) => length,
        None => named.get("length")?,
    };
    let punctuation = match punctuation {
        Some(punctuation) => punctuation,
        None => named.get::<Option<Value>>("punctuation")?.unwrap_or_default(),
    };
    named.assert_all_used()?;
    let corpus = if punctuation.is_true() {
        LETTERS_AND_PUNCTUATION
    } else {
        LETTERS
    };
    text(corpus, whole(&length)?)
}

/// What `range()` of Python takes.
fn whole(length: &Value) -> Result<usize, Error> {
    if length.kind() == ValueKind::Bool {
        return Ok(usize::from(length.is_true()));
    }
    let number = if length.is_integer() { length.as_i64() } else { None };
    let number = number.ok_or_else(|| wrong(format!("random_ascii_string needs a length, not {}", length.kind())))?;
    let number = usize::try_from(number.max(0)).unwrap_or(usize::MAX);
    if number > LONGEST {
        return Err(wrong(format!("random_ascii_string gives at most {LONGEST} characters")));
    }
    Ok(number)
}

fn text(corpus: &[u8], length: usize) -> Result<String, Error> {
    // Bytes beyond the last whole multiple would make some characters likelier than others.
    let fair = 256 - 256 % corpus.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0_u8; 256];
    while text.len() < length {
        fill(&mut bytes)?;
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        let missing = length - text.len();
        text.extend(fair.take(missing).map(|byte| char::from(corpus[byte % corpus.len()])));
    }
    Ok(text)
}

fn uuid4() -> Result<String, Error> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    let number = u128::from_be_bytes(bytes);
    // Version 4 of the variant of RFC 9562.
    let number = number & !(0xF << 76) | 0x4 << 76;
    let number = number & !(0x3 << 62) | 0x2 << 62;
    let digits = format!("{number:032x}");
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    Ok(parts.join("-"))
}

fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| wrong(format!("the operating system gives no random numbers: {error}")))
}
