//! Jinja2's filters for texts.

use std::borrow::Cow;

use minijinja::{Error, State, Value};

use super::arguments::{Arguments, flag, given};
use super::dict::Dict;
use super::json;
use super::letters;
use super::lookup::like;
use super::markup;
use super::operators::escapes;
use super::parts;
use super::percent;
use super::pretty;
use super::print;
use super::sequence::Sequence;
use super::value::{Kind, MOST, defined, fail, kind, length as length_of, size, text as expect_text, whole};
use super::wrap::{self, Wrap};

type Filtered = Result<Value, Error>;

/// The global that holds what ends a line.
pub(super) const NEWLINE: &str = "__newline";

/// The value's text, and whether it is markup.
fn soft(value: &Value) -> Result<Cow<'_, str>, Error> {
    Ok(match kind(defined(value)?) {
        Kind::Text(text) => Cow::Borrowed(text),
        _ => Cow::Owned(print::str(value)),
    })
}

fn none(name: &str, args: &[Value]) -> Result<(), Error> {
    Arguments::of(args).bind(name, [], 0).map(|_| ())
}

fn changed(name: &str, value: &Value, args: &[Value], change: fn(&str) -> String) -> Filtered {
    none(name, args)?;
    Ok(like(value, change(&soft(value)?)))
}

pub(super) fn lower(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    changed("lower", value, args, str::to_lowercase)
}

pub(super) fn upper(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    changed("upper", value, args, str::to_uppercase)
}

pub(super) fn capitalize(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    changed("capitalize", value, args, letters::capitalized)
}

/// Words begin behind whitespace, hyphens and opening brackets, but not behind an apostrophe.
pub(super) fn title(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    none("title", args)?;
    let text = soft(value)?;
    let is_between = |char: char| letters::is_space(char) || "-({[<".contains(char);
    let mut out = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while !rest.is_empty() {
        let between = rest.find(|char| !is_between(char)).unwrap_or(rest.len());
        out.push_str(&rest[..between]);
        rest = &rest[between..];
        let end = rest.find(is_between).unwrap_or(rest.len());
        let mut word = rest[..end].chars();
        if let Some(first) = word.next() {
            out.extend(first.to_uppercase());
            out.push_str(&word.as_str().to_lowercase());
        }
        rest = &rest[end..];
    }
    Ok(Value::from(out))
}

pub(super) fn string(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    none("string", args)?;
    Ok(like(value, soft(value)?.into_owned()))
}

pub(super) fn center(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [width] = Arguments::of(args).bind("center", ["width"], 0)?;
    let width = width.as_ref().map_or(Ok(80), size)?;
    Ok(like(value, letters::centred(&soft(value)?, width, " ")))
}

pub(super) fn trim(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [chars] = Arguments::of(args).bind("trim", ["chars"], 0)?;
    let chars = given(chars);
    let chars = chars.as_ref().map(expect_text).transpose()?;
    Ok(like(value, parts::stripped("strip", &soft(value)?, chars).to_string()))
}

pub(super) fn replace(state: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [old, new, count] = Arguments::of(args).bind("replace", ["old", "new", "count"], 2)?;
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let count = given(count).as_ref().map_or(Ok(-1), whole)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let escaping = escapes(state) && (old.is_safe() || value.is_safe() || new.is_safe());
    let (text, new) = match escaping {
        true => (
            Cow::Owned(markup::escaped(defined(value)?)),
            Cow::Owned(markup::escaped(defined(&new)?)),
        ),
        false => (soft(value)?, soft(&new)?),
    };
    let old = soft(&old)?;
    let added = text.matches(&*old).count().min(count).saturating_mul(new.len());
    if text.len().saturating_add(added) > MOST {
        return fail("the text is too large");
    }
    let replaced = text.replacen(&*old, &new, count);
    Ok(match escaping {
        true => Value::from_safe_string(replaced),
        false => Value::from(replaced),
    })
}

pub(super) fn format(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let Arguments { positional, named } = Arguments::of(args);
    if !positional.is_empty() && !named.is_empty() {
        return fail("can't handle positional and keyword arguments at the same time");
    }
    let text = like(value, soft(value)?.into_owned());
    match named.is_empty() {
        true => percent::format(&text, &Sequence::tuple(positional)),
        false => {
            let named = named.into_iter().map(|(name, value)| (Value::from(name), value));
            percent::format(&text, &Dict::value(named)?)
        }
    }
}

pub(super) fn indent(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [width, first, blank] = Arguments::of(args).bind("indent", ["width", "first", "blank"], 0)?;
    let indentation = match width.as_ref().map(|width| (kind(width), width)) {
        None => "    ".to_string(),
        Some((Kind::Text(text), _)) => text.to_string(),
        Some((_, width)) => " ".repeat(size(width)?),
    };
    let (first, blank) = (flag(first.as_ref())?, flag(blank.as_ref())?);
    let text = expect_text(value)?.to_string() + "\n";
    let mut out = String::new();
    for (index, line) in parts::lines(&text, false).into_iter().enumerate() {
        let indents = if index == 0 { first } else { blank || !line.is_empty() };
        out.push_str(if index == 0 { "" } else { "\n" });
        out.push_str(if indents { &indentation } else { "" });
        out.push_str(line);
        if out.len() > MOST {
            return fail("the text is too large");
        }
    }
    Ok(like(value, out))
}

pub(super) fn truncate(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let names = ["length", "killwords", "end", "leeway"];
    let [length, killwords, end, leeway] = Arguments::of(args).bind("truncate", names, 0)?;
    let length = length.as_ref().map_or(Ok(255), whole)?;
    let end = end.as_ref().map_or(Ok("..."), expect_text)?;
    let leeway = given(leeway).as_ref().map_or(Ok(5), whole)?;
    let kept = length - end.chars().count() as i128;
    if kept < 0 || leeway < 0 {
        return fail(format!("expected length >= {}, got {length}", end.chars().count()));
    }
    if length_of(value)? as i128 <= length + leeway {
        return Ok(value.clone());
    }
    let text = expect_text(value)?;
    let cut: String = text.chars().take(usize::try_from(kept).unwrap_or(usize::MAX)).collect();
    let cut = match flag(killwords.as_ref())? {
        true => &cut,
        false => cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before),
    };
    Ok(like(value, format!("{cut}{end}")))
}

pub(super) fn wordcount(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    none("wordcount", args)?;
    let text = soft(value)?;
    let words = text.split(|char: char| char != '_' && !char.is_alphanumeric());
    Ok(super::value::int(words.filter(|word| !word.is_empty()).count() as i128))
}

pub(super) fn wordwrap(state: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let names = ["width", "break_long_words", "wrapstring", "break_on_hyphens"];
    let [width, long_words, wrapstring, hyphens] = Arguments::of(args).bind("wordwrap", names, 0)?;
    let yes = |option: Option<Value>| option.as_ref().map_or(Ok(true), |option| flag(Some(option)));
    let wrap = Wrap {
        width: width.as_ref().map_or(Ok(79), size)?,
        long_words: yes(long_words)?,
        hyphens: yes(hyphens)?,
    };
    if wrap.width == 0 {
        return fail("invalid width 0 (must be > 0)");
    }
    let newline = given(wrapstring).or_else(|| state.lookup(NEWLINE)).unwrap_or_default();
    let newline = expect_text(&newline)?;
    let lines = parts::lines(expect_text(value)?, false).into_iter();
    let lines: Vec<String> = lines.map(|line| wrap::wrapped(line, &wrap).join(newline)).collect();
    Ok(like(value, lines.join(newline)))
}

pub(super) fn safe(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    none("safe", args)?;
    Ok(Value::from_safe_string(soft(value)?.into_owned()))
}

pub(super) fn escape(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    none("escape", args)?;
    Ok(Value::from_safe_string(markup::escaped(defined(value)?)))
}

pub(super) fn forceescape(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    none("forceescape", args)?;
    Ok(Value::from_safe_string(markup::escape(&soft(value)?)))
}

pub(super) fn striptags(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    none("striptags", args)?;
    Ok(Value::from(markup::stripped(&soft(value)?)))
}

pub(super) fn pprint(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    none("pprint", args)?;
    Ok(Value::from(pretty::printed(value)))
}

pub(super) fn tojson(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [indent] = Arguments::of(args).bind("tojson", ["indent"], 0)?;
    let indent = given(indent).as_ref().map_or(Ok(None), json::indentation)?;
    let mut out = String::new();
    for char in json::dumped(value, indent.as_deref())?.chars() {
        match char {
            '<' | '>' | '&' | '\'' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => out.push(char),
        }
    }
    Ok(Value::from_safe_string(out))
}

pub(super) fn jsonify(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [indent] = Arguments::of(args).bind("jsonify", ["indent"], 0)?;
    let indent = indent
        .as_ref()
        .map_or(Ok(Some("    ".to_string())), json::indentation)?;
    Ok(Value::from(json::dumped(value, indent.as_deref())?))
}
