//! The functions that must give what cookiecutter's give, against records that `.ci/cookiecutter-functions` measures.

use lstk_extensions::scaffold::cookiecutter::binary::is_binary;
use lstk_extensions::scaffold::cookiecutter::newlines::{self, Newline};
use lstk_extensions::scaffold::cookiecutter::pattern::Pattern;
use lstk_extensions::scaffold::jinja2::extensions;
use minijinja::Environment;
use serde_json::{Value, json};

fn compare(records: &str, ours: impl Fn(&Value) -> Value) {
    let records: Vec<Value> = serde_json::from_str(records).unwrap();
    assert!(records.len() > 40);
    let wrong: Vec<_> = records
        .iter()
        .map(|record| (record, ours(record)))
        // "ours" is there where we differ, and "why" tells why.
        .filter(|(record, ours)| record.get("ours").unwrap_or(&record["is"]) != ours)
        .map(|(record, ours)| format!("{record}: ours is {ours}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record[key].as_str().unwrap()
}

fn content(record: &Value) -> Vec<u8> {
    if let Some(hex) = record["hex"].as_str() {
        let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
        return digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect();
    }
    let parts = record["content"].as_array().unwrap();
    let texts = parts
        .iter()
        .map(|part| part[0].as_str().unwrap().repeat(part[1].as_u64().unwrap() as usize));
    texts.collect::<String>().into_bytes()
}

#[test]
fn the_same_files_are_binary() {
    compare(include_str!("cookiecutter/binary.json"), |record| {
        json!(is_binary(text(record, "name"), &content(record)))
    });
}

#[test]
fn the_same_line_ending_is_found() {
    compare(include_str!("cookiecutter/newlines.json"), |record| {
        json!(Newline::detect(&content(record)).as_str())
    });
}

#[test]
fn line_endings_go_and_come_back() {
    assert_eq!(newlines::to_render("a\r\nb\rc\nd\r\r\n").as_ref(), "a\nb\nc\nd\n\n");
    assert_eq!(Newline::CrLf.write("a\nb\r\n").as_ref(), "a\r\nb\r\r\n");
    assert_eq!(Newline::Cr.write("a\nb").as_ref(), "a\rb");
    assert_eq!(Newline::Lf.write("a\nb\r\n").as_ref(), "a\nb\r\n");
    assert_eq!(Newline::named("\r\n"), Some(Newline::CrLf));
    assert_eq!(Newline::named("LF"), None);
}

/// What a template gives that has the names of a record; null where it fails.
fn rendered(template: &str, record: &Value) -> Value {
    let mut environment = Environment::new();
    let at = record["at"].as_str().unwrap_or("2026-01-01T00:00:00Z").parse().unwrap();
    extensions::add_with_clock(&mut environment, move || at);
    let names = record
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), jinja(value)));
    environment
        .render_str(template, minijinja::Value::from_pairs(names))
        .map_or(Value::Null, Value::String)
}

fn jinja(value: &Value) -> minijinja::Value {
    match value {
        Value::Null => ().into(),
        Value::Bool(answer) => (*answer).into(),
        Value::Number(number) => number.as_i64().unwrap().into(),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(jinja).collect::<Vec<_>>().into(),
        Value::Object(_) => unreachable!("no function takes one"),
    }
}

#[test]
fn the_same_time_is_told() {
    compare(include_str!("cookiecutter/now.json"), |record| {
        rendered("{{ __cookiecutter_now(zone, operator, offset, format) }}", record)
    });
}

#[test]
fn the_same_slug_is_made() {
    compare(include_str!("cookiecutter/slugify.json"), |record| {
        let known = |name: &&String| !["text", "positional", "is", "ours", "why"].contains(&name.as_str());
        let names = record.as_object().unwrap().keys().filter(known);
        let places = record["positional"].as_array().map_or(0, Vec::len);
        let positional = (0..places).map(|place| format!("positional[{place}]"));
        let arguments: Vec<_> = positional.chain(names.map(|name| format!("{name}={name}"))).collect();
        rendered(&format!("{{{{ text|slugify({}) }}}}", arguments.join(", ")), record)
    });
}

fn evaluated(expression: &str) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    extensions::add_to(&mut environment);
    environment.render_str(&format!("{{{{ {expression} }}}}"), ())
}

#[test]
fn random_texts_have_the_length_and_the_characters_asked_for() {
    let letters = evaluated("random_ascii_string(2000)").unwrap();
    assert!(letters.len() == 2000 && letters.chars().all(|char| char.is_ascii_alphabetic()));
    let all = evaluated("random_ascii_string(length=5000, punctuation=true)").unwrap();
    let kinds: std::collections::BTreeSet<char> = all.chars().collect();
    assert!(kinds.iter().all(char::is_ascii_graphic) && !kinds.iter().any(char::is_ascii_digit));
    assert_eq!(kinds.len(), 52 + 32);
    assert_ne!(letters, evaluated("random_ascii_string(2000)").unwrap());
    assert_eq!(evaluated("random_ascii_string(-1)").unwrap(), "");
    for wrong in [
        "random_ascii_string()",
        "random_ascii_string(1.5)",
        "random_ascii_string('1')",
        "random_ascii_string(1048577)",
    ] {
        assert!(evaluated(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_uuid_is_of_version_4() {
    let form = regex_lite::Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$").unwrap();
    let uuids: std::collections::BTreeSet<_> = (0..200).map(|_| evaluated("uuid4()").unwrap()).collect();
    assert_eq!(uuids.len(), 200);
    assert!(uuids.iter().all(|uuid| form.is_match(uuid)), "{uuids:?}");
}

#[test]
fn hostile_arguments_end_in_an_error_soon() {
    for hostile in [
        "'aaaaaaaaaa'|slugify(replacements=[['a', 'a' * 1000], ['a', 'a' * 1000], ['a', 'a' * 1000]])",
        "('a' * 5000)|slugify(regex_pattern='a')",
        "'a'|slugify(regex_pattern='((a{100}){100}){100}')",
        "'a-b'|slugify(separator='x' * 2000000)",
        "__cookiecutter_now('utc', none, none, '%99999d' * 5000)",
    ] {
        let longer = hostile.replace("('a' * 5000)", &format!("'{}'", "a".repeat(5000)));
        let longer = longer.replace("'a' * 1000", &format!("'{}'", "a".repeat(1000)));
        let longer = longer.replace("'x' * 2000000", &format!("'{}'", "x".repeat(2_000_000)));
        let longer = longer.replace("'%99999d' * 5000", &format!("'{}'", "%99999d".repeat(5000)));
        assert!(evaluated(&longer).is_err(), "{hostile}");
    }
    // Python gives no text either where there is not enough room for it.
    assert_eq!(
        evaluated("__cookiecutter_now('utc', none, none, '%99999999999999999999d')").unwrap(),
        ""
    );
}

#[test]
fn the_same_names_match_a_pattern() {
    compare(include_str!("cookiecutter/pattern.json"), |record| {
        json!(Pattern::new(text(record, "pattern")).matches(text(record, "name")))
    });
}

#[test]
fn no_pattern_takes_long() {
    let name = "a".repeat(4_000);
    for pattern in [
        "*a".repeat(2_000) + "b",
        "[".repeat(100_000),
        "[a-".repeat(50_000),
        "[!".repeat(50_000) + "]",
    ] {
        assert!(!Pattern::new(&pattern).matches(&name));
    }
}
