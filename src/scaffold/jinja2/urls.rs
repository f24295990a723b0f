//! Jinja2's filters for web pages: quoted parts of addresses, links, attributes.

use std::sync::OnceLock;

use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};
use regex_lite::Regex;

use super::arguments::{Arguments, flag, given};
use super::letters::is_space;
use super::markup;
use super::operators::escapes;
use super::print;
use super::value::{Kind, defined, fail, items, kind, size, text, type_name};

type Filtered = Result<Value, Error>;

fn quoted(value: &Value, in_query: bool) -> Result<String, Error> {
    let mut out = String::new();
    for byte in print::str(defined(value)?).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => out.push(char::from(byte)),
            b'/' if !in_query => out.push('/'),
            b' ' if in_query => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(out)
}

pub(super) fn urlencode(_: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    Arguments::of(args).bind("urlencode", [], 0)?;
    let pairs = match kind(defined(value)?) {
        Kind::Dict(dict) => dict.items(),
        Kind::Sequence(_) | Kind::Range(_) => items(value)?,
        _ if matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) => items(value)?,
        _ => return quoted(value, false).map(Value::from),
    };
    let mut parts = Vec::new();
    for pair in pairs {
        match &items(&pair)?[..] {
            [name, value] => parts.push(format!("{}={}", quoted(name, true)?, quoted(value, true)?)),
            _ => return fail("the items of a query are pairs"),
        }
    }
    Ok(Value::from(parts.join("&")))
}

pub(super) fn xmlattr(state: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let [autospace] = Arguments::of(args).bind("xmlattr", ["autospace"], 0)?;
    let Kind::Dict(dict) = kind(defined(value)?) else {
        return fail(format!("'{}' object has no attribute 'items'", type_name(value)));
    };
    let mut out = Vec::new();
    for (name, value) in dict.pairs() {
        if value.is_none() || value.is_undefined() {
            continue;
        }
        if text(&name)?.contains([' ', '\t', '\n', '\r', '\u{b}', '\u{c}', '/', '>', '=']) {
            return fail(format!("Invalid character in attribute name: {}", print::repr(&name)));
        }
        out.push(format!("{}=\"{}\"", markup::escaped(&name), markup::escaped(&value)));
    }
    let mut out = out.join(" ");
    if autospace.as_ref().map_or(Ok(true), |option| flag(Some(option)))? && !out.is_empty() {
        out.insert(0, ' ');
    }
    Ok(marked(state, out))
}

fn marked(state: &State<'_, '_>, text: String) -> Value {
    match escapes(state) {
        true => Value::from_safe_string(text),
        false => Value::from(text),
    }
}

const ADDRESS: &str = r"(?xi)^(
    (https?://|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59})
    |([\w%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)
    |(https?://)((([\d]{1,3})(\.[\d]{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}]))
    )(?::[\d]{1,5})?(?:[/?\#]\S*)?$";

const MAIL: &str = r"^\S+@\w[\w.-]*\.\w+$";

fn matches(pattern: &'static str, known: &'static OnceLock<Option<Regex>>, text: &str) -> bool {
    let regex = known.get_or_init(|| Regex::new(pattern).ok());
    regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

static ADDRESSES: OnceLock<Option<Regex>> = OnceLock::new();
static MAILS: OnceLock<Option<Regex>> = OnceLock::new();

pub(super) fn urlize(state: &mut State<'_, '_>, value: &Value, args: &[Value]) -> Filtered {
    let names = ["trim_url_limit", "nofollow", "target", "rel", "extra_schemes"];
    let [limit, nofollow, target, rel, schemes] = Arguments::of(args).bind("urlize", names, 0)?;
    let limit = given(limit).as_ref().map(size).transpose()?;
    let rel = given(rel).map(|rel| print::str(&rel)).unwrap_or_default();
    let mut parts: Vec<&str> = rel.split_whitespace().chain(["noopener"]).collect();
    if flag(nofollow.as_ref())? {
        parts.push("nofollow");
    }
    parts.sort_unstable();
    parts.dedup();
    let mut attributes = format!(" rel=\"{}\"", markup::escape(&parts.join(" ")));
    if let Some(target) = given(target).filter(Value::is_true) {
        attributes.push_str(&format!(" target=\"{}\"", markup::escaped(&target)));
    }
    let schemes = given(schemes).as_ref().map_or(Ok(Vec::new()), items)?;
    for scheme in &schemes {
        if !is_scheme(text(scheme)?) {
            return fail(format!("{} is not a valid URI scheme prefix.", print::repr(scheme)));
        }
    }
    let escaped = markup::escaped(defined(value)?);
    let mut out = String::new();
    let mut rest = escaped.as_str();
    while !rest.is_empty() {
        let end = rest.find(is_space).unwrap_or(rest.len());
        out.push_str(&linked(&rest[..end], limit, &attributes, &schemes));
        rest = &rest[end..];
        let spaces = rest.find(|char| !is_space(char)).unwrap_or(rest.len());
        out.push_str(&rest[..spaces]);
        rest = &rest[spaces..];
    }
    Ok(marked(state, out))
}

/// `ftp:`, `ftp:/` or `ftp://`.
fn is_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(name, slashes)| {
        let is_named = |char: char| char.is_alphanumeric() || "_.+-".contains(char);
        name.chars().count() > 1 && name.chars().all(is_named) && ["", "/", "//"].contains(&slashes)
    })
}

/// A word, as a link if it is an address.
fn linked(word: &str, limit: Option<usize>, attributes: &str, schemes: &[Value]) -> String {
    let mut middle = word;
    while let Some(rest) = ["(", "<", "&lt;"].iter().find_map(|mark| middle.strip_prefix(mark)) {
        middle = rest;
    }
    let head = &word[..word.len() - middle.len()];
    let whole = middle;
    while let Some(rest) = [")", ">", ".", ",", "\n", "&gt;"]
        .iter()
        .find_map(|mark| middle.strip_suffix(mark))
    {
        middle = rest;
    }
    let mut end = middle.len();
    // Brackets that were opened in the address are closed in it.
    for (open, close) in [("(", ")"), ("<", ">"), ("&lt;", "&gt;")] {
        let (opened, closed) = (whole[..end].matches(open).count(), whole[..end].matches(close).count());
        if opened <= closed {
            continue;
        }
        for _ in 0..opened.min(whole[end..].matches(close).count()) {
            if let Some(place) = whole[end..].find(close) {
                end += place + close.len();
            }
        }
    }
    let (middle, tail) = whole.split_at(end);
    let shown = match limit {
        Some(limit) if middle.chars().count() > limit => middle.chars().take(limit).collect::<String>() + "...",
        _ => middle.to_string(),
    };
    let is_mail = |text: &str| matches(MAIL, &MAILS, text);
    let link = if matches(ADDRESS, &ADDRESSES, middle) {
        let scheme = if middle.starts_with("https://") || middle.starts_with("http://") {
            ""
        } else {
            "https://"
        };
        format!("<a href=\"{scheme}{middle}\"{attributes}>{shown}</a>")
    } else if let Some(address) = middle.strip_prefix("mailto:").filter(|address| is_mail(address)) {
        format!("<a href=\"{middle}\">{address}</a>")
    } else if middle.contains('@')
        && !middle.starts_with("www.")
        && !middle.starts_with('@')
        && !middle.contains(':')
        && is_mail(middle)
    {
        format!("<a href=\"mailto:{middle}\">{middle}</a>")
    } else {
        let mut schemes = schemes.iter().filter_map(Value::as_str);
        match schemes.find(|scheme| middle != *scheme && middle.starts_with(scheme)) {
            Some(_) => format!("<a href=\"{middle}\"{attributes}>{middle}</a>"),
            None => middle.to_string(),
        }
    };
    format!("{head}{link}{tail}")
}
