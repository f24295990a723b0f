//! Answers in a file: TOML, JSON or YAML.

use std::fs;
use std::path::Path;

use anyhow::{Error, Result, anyhow};

use crate::failure::{Failure, Problem};
use crate::scaffold::answers::{Given, Origin};
use crate::scaffold::value::Value;
use crate::yaml;

/// `KEY=VALUE` on the command line.
pub(super) fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_string(), value.to_string())),
        _ => Err("write KEY=VALUE".to_string()),
    }
}

/// The answers of a file, by key.
#[derive(Debug)]
pub(super) struct DataFile(serde_json::Map<String, serde_json::Value>);

impl DataFile {
    /// Gives every answer that is not given yet; what is none is a problem to be told with those of the others.
    pub(super) fn add_to(self, given: &mut Given) {
        for (key, value) in self.0 {
            if given.answers.contains_key(&key) {
                continue;
            }
            match answer(&value) {
                Ok(value) => {
                    given.answers.insert(key, (value, Origin::DataFile));
                }
                Err(problem) => given.problems.push(Problem { at: key, ..problem }),
            }
        }
    }
}

/// Reads `key: value` pairs; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<DataFile> {
    let shown = shown(path);
    let reading = || reading(&shown);
    let read = match is_stdin(path) {
        true => std::io::read_to_string(std::io::stdin()),
        false => fs::read_to_string(path),
    };
    let unreadable = |error: std::io::Error| {
        Failure::invalid_input(reading()).problems(vec![Problem::new(&shown, error.to_string())])
    };
    parse(path, &read.map_err(unreadable)?)
}

/// The answers in a text, in the format that the path's ending names.
pub(super) fn parse(path: &Path, text: &str) -> Result<DataFile> {
    let shown = shown(path);
    let reading = || reading(&shown);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let parsed = match &*extension {
        "toml" => from_toml(text),
        "json" => from_json(text),
        "yaml" | "yml" => from_yaml(text),
        _ if text.trim_start().starts_with('{') => from_json(text),
        _ => from_toml(text).or_else(|error| from_yaml(text).map_err(|_| error)),
    };
    let document = parsed.map_err(|error| {
        Failure::invalid_input(reading())
            .problems(vec![Problem::new(&shown, first_line(&error))])
            .hint("write one `key = \"value\"` a line (TOML), or a JSON or YAML object")
    })?;
    let serde_json::Value::Object(document) = document else {
        return Err(Failure::invalid_input(reading())
            .problems(vec![Problem::new(&shown, "must hold keys and values")])
            .into());
    };
    Ok(DataFile(document))
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn shown(path: &Path) -> String {
    match is_stdin(path) {
        true => "standard input".to_string(),
        false => path.display().to_string(),
    }
}

fn reading(shown: &str) -> String {
    format!("could not read the answers in {shown}")
}

/// A value of a data file as an answer; what it becomes is for its question to say.
fn answer(value: &serde_json::Value) -> Result<Value, Problem> {
    use serde_json::Value::{Array, Bool, Null, Number, Object, String};
    match value {
        String(text) => Ok(Value::text(text)),
        Number(number) if !number.is_f64() => Ok(Value::Text(number.to_string())),
        // 1.0 and 1.00 are the same number and different versions: only the quoted text tells.
        Number(_) => Err(Problem::new("", "must be a text").hint("write it in quotes")),
        Bool(answer) => Ok(Value::Bool(*answer)),
        Array(items) => {
            let text = |item| match answer(item)? {
                Value::Text(text) => Ok(text),
                _ => Err(Problem::new("", "must be a list of texts").hint("write each in quotes")),
            };
            items.iter().map(text).collect::<Result<_, _>>().map(Value::List)
        }
        Object(_) => Ok(Value::Data(value.clone())),
        Null => Err(Problem::new("", "must be a text, true, false, or a list of texts")),
    }
}

/// What a parser says first; the rest is advice for programmers, or the whole file.
fn first_line(error: &Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line = line.split("; set ").next().unwrap_or_default();
    line.chars().take(200).collect()
}

fn from_toml(text: &str) -> Result<serde_json::Value> {
    toml::from_str(text).map_err(|error| {
        // Its own words for the place come first and would fill the line that is shown.
        let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or(text);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        anyhow!(
            "{} at line {} column {column}",
            error.message(),
            before.matches('\n').count() + 1
        )
    })
}

fn from_json(text: &str) -> Result<serde_json::Value> {
    Ok(serde_json::from_str(text)?)
}

fn from_yaml(text: &str) -> Result<serde_json::Value> {
    yaml::parse(text).map_err(Error::msg)
}
