//! What is known before the first question: flags, data file, configuration, and the path.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result, anyhow};

use super::Args;
use crate::config::UserConfig;
use crate::failure::{Failure, Problem};
use crate::scaffold::answers::{Given, Origin};
use crate::scaffold::interview::Unanswered;
use crate::scaffold::manifest::Manifest;
use crate::scaffold::naming;
use crate::scaffold::value::Value;

/// Answers on the command line.
#[derive(Debug, clap::Args)]
pub(super) struct Flags {
    /// The name people read
    #[arg(long, value_name = "TEXT")]
    project_name: Option<String>,
    /// One sentence on what the extension does
    #[arg(long, value_name = "TEXT")]
    project_short_description: Option<String>,
    /// The name of distribution, extension and folder
    #[arg(long, value_name = "NAME")]
    project_slug: Option<String>,
    /// The Python package
    #[arg(long, value_name = "NAME")]
    module_name: Option<String>,
    /// The extension's class
    #[arg(long, value_name = "NAME")]
    class_name: Option<String>,
    /// The author
    #[arg(long, value_name = "TEXT")]
    full_name: Option<String>,
    /// The author's address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The GitHub user or organisation that will hold the repository
    #[arg(long, value_name = "NAME")]
    github_username: Option<String>,
    /// The extension's first version
    #[arg(long = "version", value_name = "VERSION")]
    version: Option<String>,
    /// Answer any question, by its key (may be repeated)
    #[arg(short, long = "data", value_name = "KEY=VALUE", value_parser = parse_pair)]
    data: Vec<(String, String)>,
    /// Answers from a TOML, JSON or YAML file; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    data_file: Option<PathBuf>,
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_string(), value.to_string())),
        _ => Err("write KEY=VALUE".to_string()),
    }
}

impl Flags {
    /// Every answer on the command line, in the order of the help.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let flags = [
            &self.project_name,
            &self.project_short_description,
            &self.project_slug,
            &self.module_name,
            &self.class_name,
            &self.full_name,
            &self.email,
            &self.github_username,
            &self.version,
        ];
        let flags = WELL_KNOWN
            .into_iter()
            .zip(flags)
            .filter_map(|(key, value)| Some((key, value.as_deref()?)));
        flags.chain(self.data.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }
}

/// Questions with a flag of their own, in the order they are asked.
const WELL_KNOWN: [&str; 9] = [
    "project_name",
    "project_short_description",
    "project_slug",
    "module_name",
    "class_name",
    "full_name",
    "email",
    "github_username",
    "version",
];

/// Tells how questions that nobody answered are answered on the command line.
pub(super) fn how_to_answer(error: Error, args: &Args) -> Error {
    let Some(Unanswered(keys)) = error.downcast_ref() else {
        return error;
    };
    let flag = |key: &str| match WELL_KNOWN.contains(&key) {
        true => format!("--{} VALUE", key.replace('_', "-")),
        false => format!("--data {key}=VALUE"),
    };
    let what = if args.defaults {
        "has no usable default"
    } else {
        "is not answered"
    };
    let problems: Vec<Problem> = keys.iter().map(|key| Problem::new(key, what).hint(flag(key))).collect();
    let questions = match problems.len() {
        1 => "1 question is".to_string(),
        count => format!("{count} questions are"),
    };
    let failure =
        Failure::invalid_input(format!("{questions} unanswered and there is nobody to ask")).problems(problems);
    match args.defaults {
        true => failure.into(),
        false => failure
            .hint("add `--defaults` to take the default of every question not answered")
            .into(),
    }
}

/// Says that a template was named in the configuration file, not on the command line.
pub(super) fn named_in(error: Error, file: &Path) -> Error {
    match error.downcast::<Failure>() {
        Ok(failure) => failure.hint(format!("it is named in {}", file.display())).into(),
        Err(error) => error.context(format!("the template named in {}", file.display())),
    }
}

/// Collects what is known, the nearer source before the farther.
pub(super) fn collect(args: &Args, user: &UserConfig, manifest: &Manifest) -> Result<Given> {
    let mut given = Given::default();
    let mut problems = Vec::new();
    for (key, value) in args.answers.pairs() {
        let earlier = given
            .answers
            .insert(key.to_string(), (Value::text(value), Origin::Flag));
        if earlier.is_some_and(|(earlier, _)| earlier.as_text() != Some(value)) {
            problems.push(Problem::new(key, "is answered twice on the command line"));
        }
    }
    if !problems.is_empty() {
        return Err(Failure::invalid_input("the command line contradicts itself")
            .problems(problems)
            .into());
    }
    if let Some(path) = &args.answers.data_file {
        for (key, value) in read_data_file(path)? {
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
    for (key, value) in &user.defaults {
        // The file serves every template; what this one does not ask is for another.
        if manifest.question(key).is_some() {
            given.defaults.insert(key.clone(), (value.clone(), Origin::Config));
        }
    }
    if let Some(folder) = args.path.as_deref().and_then(folder_name) {
        for (key, value) in [
            ("project_name", naming::title(&folder)),
            ("project_slug", naming::slug(&folder)),
        ] {
            if manifest.question(key).is_some() && !value.is_empty() {
                given
                    .defaults
                    .insert(key.to_string(), (Value::Text(value), Origin::Path));
            }
        }
    }
    Ok(given)
}

/// The name of the folder that a path means, also of `.`.
fn folder_name(path: &Path) -> Option<String> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    name(path).or_else(|| name(&path.canonicalize().ok()?))
}

/// Reads `key: value` pairs.
fn read_data_file(path: &Path) -> Result<serde_json::Map<String, serde_json::Value>> {
    let is_stdin = path == Path::new("-");
    let shown = if is_stdin {
        "standard input".into()
    } else {
        path.display().to_string()
    };
    let reading = || format!("could not read the answers in {shown}");
    let read = match is_stdin {
        true => std::io::read_to_string(std::io::stdin()),
        false => fs::read_to_string(path),
    };
    let unreadable = |error: std::io::Error| {
        Failure::invalid_input(reading()).problems(vec![Problem::new(&shown, error.to_string())])
    };
    let text = read.map_err(unreadable)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
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
    Ok(document)
}

/// A value of a data file as an answer; what it becomes is for its question to say.
fn answer(value: &serde_json::Value) -> Result<Value, Problem> {
    use serde_json::Value::{Array, Bool, Number, String};
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
        _ => Err(Problem::new("", "must be a text, true, false, or a list of texts")),
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
    serde_saphyr::from_str(text).map_err(|error| anyhow!("{error}"))
}
