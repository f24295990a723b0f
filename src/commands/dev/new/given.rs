//! What is known before the first question: flags, data file, configuration, and the path.

use std::path::{Path, PathBuf};

use anyhow::{Error, Result};

use super::Args;
use crate::Session;
use crate::commands::data_file;
use crate::config::UserConfig;
use crate::failure::{Failure, Problem};
use crate::scaffold::answers::{Given, Origin};
use crate::scaffold::cookiecutter::printed;
use crate::scaffold::interview::Unanswered;
use crate::scaffold::naming;
use crate::scaffold::template::Template;
use crate::scaffold::value::Value;

/// Answers on the command line.
#[derive(Clone, Debug, clap::Args)]
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
    #[arg(short, long = "data", value_name = "KEY=VALUE", value_parser = data_file::parse_pair)]
    data: Vec<(String, String)>,
    /// Answers from a TOML, JSON or YAML file; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    data_file: Option<PathBuf>,
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
pub(in crate::commands) const WELL_KNOWN: [&str; 9] = [
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

/// The answers of the command line and the data file, which is read once: it may be a pipe.
pub(super) fn said(args: &Args) -> Result<Given> {
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
        data_file::read(path)?.add_to(&mut given);
    }
    Ok(given)
}

/// Adds the defaults that a template's questions have from elsewhere, the nearer source before the farther.
pub(super) fn with_defaults(
    mut given: Given,
    args: &Args,
    user: &UserConfig,
    template: &Template,
    session: &Session,
) -> Result<Given> {
    let manifest = &template.manifest;
    if template.cookiecutter.is_some() {
        for (key, value) in session.config.cookiecutter()?.default_context {
            let value = match value {
                number @ serde_json::Value::Number(_) => Value::Text(printed(&number)),
                value => Value::from(value),
            };
            given.defaults.insert(key, (value, Origin::Config));
        }
    }
    for (key, value) in &user.defaults {
        // The file serves every template; what this one does not ask is for another.
        if manifest.question(key).is_some() {
            given.defaults.insert(key.clone(), (value.clone(), Origin::Config));
        }
    }
    if let Some(folder) = args.path.as_deref().and_then(folder_name) {
        let named_by = template.named_by().map_or("project_slug", |question| &question.key);
        for (key, value) in [
            ("project_name", naming::title(&folder)),
            (named_by, naming::slug(&folder)),
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
