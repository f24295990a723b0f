//! The filter `slugify`: python-slugify 9.2.0 with its older, permanent algorithm and text-unidecode.

use minijinja::value::{Kwargs, Rest, Value, ValueKind, ValueOrKwargs, from_args};
use minijinja::{Environment, Error, ErrorKind};
use regex_lite::{Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization;

use super::wrong;

mod characters;
mod entities;
mod pattern;
mod truncate;

use characters::{digit, is_letter_or_number, transliterated};

/// Bytes of a text on its way to a slug.
const LONGEST: usize = 1 << 20;

/// The same where a pattern is searched for, which can take the square of it.
const LONGEST_SEARCHED: usize = 1 << 12;

pub(super) fn add_to(environment: &mut Environment) {
    environment.add_filter("slugify", |value: Value, arguments: Rest<ValueOrKwargs>| {
        Arguments::read(&arguments.into_values()).and_then(|arguments| slugify(&value, &arguments))
    });
}

struct Arguments {
    entities: bool,
    decimal: bool,
    hexadecimal: bool,
    max_length: usize,
    word_boundary: bool,
    separator: String,
    save_order: bool,
    stopwords: Stopwords,
    pattern: Option<String>,
    lowercase: bool,
    replacements: Vec<(String, String)>,
    allow_unicode: bool,
}

enum Stopwords {
    Words(Vec<String>),
    /// A text instead of a list: Python looks whether a word is part of it.
    PartsOf(String),
}

const NAMES: [&str; 12] = [
    "entities",
    "decimal",
    "hexadecimal",
    "max_length",
    "word_boundary",
    "separator",
    "save_order",
    "stopwords",
    "regex_pattern",
    "lowercase",
    "replacements",
    "allow_unicode",
];

impl Arguments {
    fn read(arguments: &[Value]) -> Result<Arguments, Error> {
        let (positional, named): (&[Value], Kwargs) = from_args(arguments)?;
        if positional.len() > NAMES.len() {
            return Err(Error::new(ErrorKind::TooManyArguments, "slugify takes 12 arguments"));
        }
        let mut values: [Option<Value>; NAMES.len()] = Default::default();
        for (index, name) in NAMES.iter().enumerate() {
            let by_name: Option<Value> = if named.has(name) { Some(named.get(name)?) } else { None };
            values[index] = match (positional.get(index), by_name) {
                (Some(_), Some(_)) => return Err(wrong(format!("slugify got `{name}` twice"))),
                (Some(value), None) => Some(value.clone()),
                (None, by_name) => by_name,
            };
        }
        named.assert_all_used()?;
        let [
            entities,
            decimal,
            hexadecimal,
            max_length,
            boundary,
            separator,
            order,
            stopwords,
            pattern,
            lowercase,
            rules,
            unicode,
        ] = values;
        let lowercase = truth(lowercase, true)?;
        Ok(Arguments {
            entities: truth(entities, true)?,
            decimal: truth(decimal, true)?,
            hexadecimal: truth(hexadecimal, true)?,
            max_length: max_length.map_or(Ok(0), |value| length(&value))?,
            word_boundary: truth(boundary, false)?,
            separator: separator.map_or(Ok("-".to_string()), |value| text(&value, "separator"))?,
            save_order: truth(order, false)?,
            stopwords: given(stopwords)?.map_or(Ok(Stopwords::Words(Vec::new())), |value| words(&value, lowercase))?,
            pattern: given(pattern)?.map(|value| text(&value, "regex_pattern")).transpose()?,
            lowercase,
            replacements: given(rules)?.map_or(Ok(Vec::new()), |value| pairs(&value))?,
            allow_unicode: truth(unicode, false)?,
        })
    }
}

fn defined(value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::new(
            ErrorKind::UndefinedError,
            "an argument of slugify is undefined",
        ));
    }
    Ok(())
}

/// What Python takes for nothing is as good as not given.
fn given(value: Option<Value>) -> Result<Option<Value>, Error> {
    if let Some(value) = &value {
        defined(value)?;
    }
    Ok(value.filter(Value::is_true))
}

fn truth(value: Option<Value>, default: bool) -> Result<bool, Error> {
    let Some(value) = value else { return Ok(default) };
    defined(&value)?;
    Ok(value.is_true())
}

fn text(value: &Value, what: &str) -> Result<String, Error> {
    defined(value)?;
    let text = value.as_str();
    text.map(String::from)
        .ok_or_else(|| wrong(format!("the {what} of slugify must be text, not {}", value.kind())))
}

/// Nothing and less than nothing are no limit.
fn length(value: &Value) -> Result<usize, Error> {
    defined(value)?;
    if value.kind() == ValueKind::Bool {
        return Ok(usize::from(value.is_true()));
    }
    let number = if value.is_integer() {
        i128::try_from(value.clone()).ok()
    } else {
        None
    };
    let number = number.ok_or_else(|| {
        wrong(format!(
            "max_length of slugify must be a whole number, not {}",
            value.kind()
        ))
    })?;
    Ok(usize::try_from(number.max(0)).unwrap_or(usize::MAX))
}

fn words(value: &Value, lowercase: bool) -> Result<Stopwords, Error> {
    if let Some(text) = value.as_str() {
        return Ok(match lowercase {
            true => Stopwords::Words(text.chars().map(String::from).collect()),
            false => Stopwords::PartsOf(text.to_string()),
        });
    }
    let mut words = Vec::new();
    for word in value.try_iter()? {
        match word.as_str() {
            Some(word) => words.push(word.to_string()),
            None if lowercase => {
                return Err(wrong(format!(
                    "a stopword of slugify must be text, not {}",
                    word.kind()
                )));
            }
            // Python compares only, and it equals no word.
            None => {}
        }
    }
    Ok(Stopwords::Words(words))
}

fn pairs(value: &Value) -> Result<Vec<(String, String)>, Error> {
    let pair = |pair: Value| {
        let parts: Vec<Value> = pair.try_iter()?.take(3).collect();
        let [old, new] = &parts[..] else {
            return Err(wrong("replacements of slugify must be pairs"));
        };
        Ok((text(old, "replacements")?, text(new, "replacements")?))
    };
    value.try_iter()?.map(pair).collect()
}

fn slugify(value: &Value, arguments: &Arguments) -> Result<String, Error> {
    let mut text = text(value, "value")?;
    text = replaced(text, &arguments.replacements)?;
    text = squeezed(&text, |char| char == '\'', "-");
    text = match arguments.allow_unicode {
        true => text.nfkc().collect(),
        false if text.is_ascii() => text,
        false => limited(text.nfkd().map(transliterated).collect())?,
    };
    text = entities::decoded(text, arguments.entities, arguments.decimal, arguments.hexadecimal);
    text = match arguments.allow_unicode {
        true => text.nfkc().collect(),
        false => text.nfkd().collect(),
    };
    if arguments.lowercase {
        text = text.to_lowercase();
    }
    text.retain(|char| char != '\'');
    text = limited(without_commas_in_numbers(&text))?;
    text = match (&arguments.pattern, arguments.allow_unicode) {
        (Some(pattern), _) => searched(pattern, &text)?,
        (None, true) => squeezed(&text, |char| !is_letter_or_number(char), "-"),
        (None, false) => squeezed(&text, |char| !char.is_ascii_alphanumeric() && char != '-', "-"),
    };
    text = squeezed(&text, |char| char == '-', "-").trim_matches('-').to_string();
    text = arguments.stopwords.taken_from(text, arguments.lowercase);
    text = replaced(text, &arguments.replacements)?;
    if arguments.max_length > 0 {
        text = truncate::truncated(
            &text,
            arguments.max_length,
            arguments.word_boundary,
            arguments.save_order,
        );
    }
    if arguments.separator == "-" {
        return Ok(text);
    }
    replaced(text, &[("-".to_string(), arguments.separator.clone())])
}

fn limited(text: String) -> Result<String, Error> {
    if text.len() > LONGEST {
        return Err(wrong(format!("a text for slugify becomes longer than {LONGEST} bytes")));
    }
    Ok(text)
}

fn replaced(text: String, rules: &[(String, String)]) -> Result<String, Error> {
    rules.iter().try_fold(limited(text)?, |text, (old, new)| {
        let times = text.matches(old.as_str()).count();
        if times.saturating_mul(new.len()) > LONGEST {
            return limited(" ".repeat(LONGEST + 1));
        }
        limited(text.replace(old.as_str(), new))
    })
}

/// Each run of such characters becomes `by`.
fn squeezed(text: &str, is: impl Fn(char) -> bool, by: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut within = false;
    for char in text.chars() {
        let found = is(char);
        if !found {
            result.push(char);
        } else if !within {
            result.push_str(by);
        }
        within = found;
    }
    result
}

/// `1,000` is `1000`.
fn without_commas_in_numbers(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let is_within = |next: &char| digit(*next).is_some() && before.and_then(digit).is_some();
        if char != ',' || !chars.peek().is_some_and(is_within) {
            result.push(char);
        }
        before = Some(char);
    }
    result
}

fn searched(pattern: &str, text: &str) -> Result<String, Error> {
    if text.len() > LONGEST_SEARCHED {
        return Err(wrong(format!(
            "slugify takes at most {LONGEST_SEARCHED} bytes with a regex_pattern"
        )));
    }
    let pattern = pattern::translated(pattern, text.is_ascii())?;
    let regex: Regex = RegexBuilder::new(&pattern)
        .size_limit(1 << 16)
        .build()
        .map_err(|error| wrong(format!("the regex_pattern of slugify cannot be used: {error}")))?;
    Ok(regex.replace_all(text, "-").into_owned())
}

impl Stopwords {
    fn taken_from(&self, text: String, lowercase: bool) -> String {
        let kept = |excluded: &dyn Fn(&str) -> bool| -> String {
            let words: Vec<&str> = text.split('-').filter(|word| !excluded(word)).collect();
            words.join("-")
        };
        match self {
            Stopwords::Words(words) if words.is_empty() => text,
            Stopwords::Words(words) => {
                let lower = |word: &String| if lowercase { word.to_lowercase() } else { word.clone() };
                let words: std::collections::HashSet<String> = words.iter().map(lower).collect();
                kept(&|word| words.contains(word))
            }
            Stopwords::PartsOf(whole) => kept(&|word| whole.contains(word)),
        }
    }
}
