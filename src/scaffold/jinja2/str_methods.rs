//! The methods of Python's `str`.

use minijinja::{Error, ErrorKind, Value};

use super::arguments::{Arguments, flag, given};
use super::bytes;
use super::dict::Dict;
use super::format::{format, format_map};
use super::letters;
use super::lookup::like;
use super::markup;
use super::parts;
use super::sequence::Sequence;
use super::value::{Kind, MOST, fail, int, items, kind, size, text, whole};

pub(super) const NAMES: [&str; 47] = [
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];

pub(super) fn call(value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let this = text(value)?;
    let arguments = Arguments::of(args);
    if NAMES.contains(&name) {
        match name {
            "format" => return Ok(like(value, format(this, arguments)?)),
            "split" | "rsplit" | "splitlines" => return divide(value, this, name, arguments),
            "encode" => return bytes::encoded(this, arguments),
            "expandtabs" => {
                let [width] = arguments.bind(name, ["tabsize"], 0)?;
                let width = width.as_ref().map_or(Ok(8), size)?;
                return Ok(like(value, letters::expanded(this, width)?));
            }
            _ if !arguments.named.is_empty() => return fail(format!("str.{name}() takes no keyword arguments")),
            _ => {}
        }
    }
    let args = &arguments.positional[..];
    let copy = |text: String| Ok(like(value, text));
    match (name, args) {
        ("capitalize", []) => copy(letters::capitalized(this)),
        ("casefold", []) => copy(letters::folded(this)),
        ("lower", []) => copy(this.to_lowercase()),
        ("upper", []) => copy(this.to_uppercase()),
        ("swapcase", []) => copy(letters::swapped(this)),
        ("title", []) => copy(letters::titled(this)),
        ("isascii", []) => Ok(Value::from(this.is_ascii())),
        (_, []) if name.starts_with("is") && NAMES.contains(&name) => Ok(Value::from(letters::is(name, this))),
        ("center" | "ljust" | "rjust", [width]) => copy(justified(name, this, width, None)?),
        ("center" | "ljust" | "rjust", [width, fill]) => copy(justified(name, this, width, Some(text(fill)?))?),
        ("zfill", [width]) => copy(filled_with_zeros(this, size(width)?)),
        ("strip" | "lstrip" | "rstrip", []) => copy(parts::stripped(name, this, None).to_string()),
        ("strip" | "lstrip" | "rstrip", [chars]) => {
            let chars = if chars.is_none() { None } else { Some(text(chars)?) };
            copy(parts::stripped(name, this, chars).to_string())
        }
        ("removeprefix", [prefix]) => copy(this.strip_prefix(text(prefix)?).unwrap_or(this).to_string()),
        ("removesuffix", [suffix]) => copy(this.strip_suffix(text(suffix)?).unwrap_or(this).to_string()),
        ("replace", [old, new]) => replaced(value, this, old, new, -1),
        ("replace", [old, new, count]) => replaced(value, this, old, new, whole(count)?),
        ("join", [texts]) => joined(value, this, texts),
        ("partition" | "rpartition", [separator]) => {
            let separator = text(separator)?;
            if separator.is_empty() {
                return fail("empty separator");
            }
            let [before, between, after] = parts::partitioned(this, separator, name == "rpartition");
            let part = |text: &str| like(value, text.to_string());
            Ok(Sequence::tuple(vec![part(before), part(between), part(after)]))
        }
        ("startswith" | "endswith", [affix, range @ ..]) if range.len() <= 2 => {
            let Some((this, _)) = parts::within(this, range)? else {
                return Ok(Value::from(false));
            };
            has_affix(this, affix, name == "startswith").map(Value::from)
        }
        ("find" | "rfind" | "index" | "rindex", [part, range @ ..]) if range.len() <= 2 => {
            let part = text(part)?;
            let found = parts::within(this, range)?.and_then(|(this, start)| {
                let place = if name.starts_with('r') {
                    this.rfind(part)
                } else {
                    this.find(part)
                };
                place.map(|place| start + this[..place].chars().count())
            });
            match found {
                Some(place) => Ok(int(place as i128)),
                None if name.ends_with("index") => fail("substring not found"),
                None => Ok(int(-1)),
            }
        }
        ("count", [part, range @ ..]) if range.len() <= 2 => {
            let part = text(part)?;
            let within = parts::within(this, range)?;
            Ok(int(within.map_or(0, |(this, _)| match part.is_empty() {
                true => this.chars().count() + 1,
                false => this.matches(part).count(),
            }) as i128))
        }
        ("format_map", [mapping]) => copy(format_map(this, mapping)?),
        ("translate", [table]) => copy(translated(this, table)?),
        ("maketrans", [table]) => translation(&items(table)?, |key| super::lookup::item(table, key)),
        ("maketrans", [from, to]) => {
            let (from, to) = (items(from)?, items(to)?);
            if from.len() != to.len() {
                return fail("the first two maketrans arguments must have equal length");
            }
            let mut to = to.into_iter();
            translation(&from, |_| Ok(to.next().map_or(Value::UNDEFINED, |char| code(&char))))
        }
        _ if NAMES.contains(&name) => fail(format!("str.{name}() takes other arguments")),
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

fn divide(value: &Value, this: &str, name: &str, arguments: Arguments) -> Result<Value, Error> {
    let part = |text: &str| like(value, text.to_string());
    let divided = if name == "splitlines" {
        let [keep] = arguments.bind(name, ["keepends"], 0)?;
        let keep = flag(keep.as_ref())?;
        parts::lines(this, keep).into_iter().map(part).collect()
    } else {
        let [separator, most] = arguments.bind(name, ["sep", "maxsplit"], 0)?;
        let most = most.as_ref().map_or(Ok(-1), whole)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let from_right = name == "rsplit";
        match given(separator) {
            None => parts::words(this, most, from_right).into_iter().map(part).collect(),
            Some(separator) => match text(&separator)? {
                "" => return fail("empty separator"),
                separator => parts::split(this, separator, most, from_right)
                    .into_iter()
                    .map(part)
                    .collect(),
            },
        }
    };
    Ok(Sequence::list(divided))
}

fn justified(name: &str, this: &str, width: &Value, fill: Option<&str>) -> Result<String, Error> {
    let fill = fill.unwrap_or(" ");
    if fill.chars().count() != 1 {
        return fail("The fill character must be exactly one character long");
    }
    let width = size(width)?;
    let missing = width.saturating_sub(this.chars().count());
    Ok(match name {
        "ljust" => format!("{this}{}", fill.repeat(missing)),
        "rjust" => format!("{}{this}", fill.repeat(missing)),
        _ => letters::centred(this, width, fill),
    })
}

fn filled_with_zeros(this: &str, width: usize) -> String {
    let zeros = "0".repeat(width.saturating_sub(this.chars().count()));
    match this.strip_prefix(['+', '-']) {
        Some(digits) => format!("{}{zeros}{digits}", &this[..1]),
        None => zeros + this,
    }
}

fn replaced(value: &Value, this: &str, old: &Value, new: &Value, count: i128) -> Result<Value, Error> {
    let (old, plain) = (text(old)?, text(new)?);
    let new = if value.is_safe() {
        markup::escaped(new)
    } else {
        plain.to_string()
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if this
        .len()
        .saturating_add(new.len().saturating_mul(this.matches(old).count().min(count)))
        > MOST
    {
        return fail("the text is too large");
    }
    Ok(like(value, this.replacen(old, &new, count)))
}

pub(super) fn joined(value: &Value, separator: &str, texts: &Value) -> Result<Value, Error> {
    let mut out = String::new();
    for (index, item) in items(texts)?.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { separator });
        match value.is_safe() {
            true => out.push_str(&markup::escaped(item)),
            false => out.push_str(text(item)?),
        }
        if out.len() > MOST {
            return fail("the text is too large");
        }
    }
    Ok(like(value, out))
}

fn has_affix(this: &str, affix: &Value, at_start: bool) -> Result<bool, Error> {
    let has = |affix: &str| {
        if at_start {
            this.starts_with(affix)
        } else {
            this.ends_with(affix)
        }
    };
    match kind(affix) {
        Kind::Sequence(tuple) if tuple.is_tuple() => {
            for affix in tuple.items() {
                if has(text(&affix)?) {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => text(affix).map(has),
    }
}

fn code(char: &Value) -> Value {
    let first = char.as_str().and_then(|text| text.chars().next());
    first.map_or(Value::UNDEFINED, |char| int(u32::from(char).into()))
}

fn translation(keys: &[Value], mut value: impl FnMut(&Value) -> Result<Value, Error>) -> Result<Value, Error> {
    let table = Dict::default();
    for key in keys {
        let place = if key.as_str().is_some() { code(key) } else { key.clone() };
        table.insert(place, value(key)?)?;
    }
    Ok(Value::from_object(table))
}

fn translated(this: &str, table: &Value) -> Result<String, Error> {
    let mut out = String::new();
    for char in this.chars() {
        let to = super::lookup::item(table, &int(u32::from(char).into()))?;
        match kind(&to) {
            Kind::Undefined => out.push(char),
            Kind::None => {}
            Kind::Text(text) => out.push_str(text),
            _ => match u32::try_from(whole(&to)?).ok().and_then(char::from_u32) {
                Some(char) => out.push(char),
                None => return fail("character mapping must be in range(0x110000)"),
            },
        }
    }
    Ok(out)
}
