//! Python's `bytes`, as far as templates go by them: `name.encode("ascii", "ignore").decode()`.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};

use super::arguments::Arguments;
use super::value::{fail, text};

pub(super) fn is_bytes(value: &Value) -> bool {
    value.kind() == ValueKind::Bytes
}

fn highest(encoding: Option<&Value>) -> Result<u32, Error> {
    let name = encoding
        .map_or(Ok("utf-8"), text)?
        .to_ascii_lowercase()
        .replace(['_', '-'], "");
    match name.as_str() {
        "utf8" => Ok(u32::from(char::MAX)),
        "ascii" | "usascii" => Ok(0x7f),
        "latin1" | "iso88591" => Ok(0xff),
        _ => fail(format!("unknown encoding: {name}")),
    }
}

pub(super) fn encoded(this: &str, arguments: Arguments) -> Result<Value, Error> {
    let [encoding, errors] = arguments.bind("encode", ["encoding", "errors"], 0)?;
    let highest = highest(encoding.as_ref())?;
    let errors = errors.as_ref().map_or(Ok("strict"), text)?;
    let mut out = Vec::with_capacity(this.len());
    for char in this.chars() {
        let code = u32::from(char);
        match (code <= highest, errors) {
            (true, _) if highest == 0xff => out.push(code as u8),
            (true, _) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            (false, "ignore") => {}
            (false, "replace") => out.push(b'?'),
            _ => return fail(format!("the codec can't encode character {char:?}")),
        }
    }
    Ok(Value::from_bytes(out))
}

pub(super) fn call(value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    if name != "decode" {
        return Err(Error::from(ErrorKind::UnknownMethod));
    }
    let [encoding, errors] = Arguments::of(args).bind("decode", ["encoding", "errors"], 0)?;
    let highest = highest(encoding.as_ref())?;
    let errors = errors.as_ref().map_or(Ok("strict"), text)?;
    let bytes = value.as_bytes().unwrap_or_default();
    if highest == 0xff {
        return Ok(Value::from(
            bytes.iter().map(|byte| char::from(*byte)).collect::<String>(),
        ));
    }
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match (u32::from(char) <= highest, errors) {
                (true, _) => out.push(char),
                (false, "ignore") => {}
                (false, "replace") => out.extend(std::iter::repeat_n('\u{fffd}', char.len_utf8())),
                _ => return fail("the codec can't decode the bytes"),
            }
        }
        match (chunk.invalid().is_empty(), errors) {
            (true, _) | (false, "ignore") => {}
            (false, "replace") => out.push('\u{fffd}'),
            _ => return fail("the codec can't decode the bytes"),
        }
    }
    Ok(Value::from(out))
}

pub(super) fn repr(value: &Value) -> String {
    let bytes = value.as_bytes().unwrap_or_default();
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        b'"'
    } else {
        b'\''
    };
    let mut out = format!("b{}", char::from(quote));
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if *byte == quote => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(char::from(quote));
    out
}
