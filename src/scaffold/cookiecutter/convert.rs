//! A cookiecutter template -> the files of a template of ours that renders the same, and what of it finds no place there.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value as Json;

use super::binary::is_binary;
use super::context::COPIED;
use super::hooks::FOLDER;
use super::newlines::{self, Newline};
use super::questions::{PROMPTS, as_texts};
use super::{Cookiecutter, FILE};
use crate::failure::Problem;
use crate::scaffold::escape::quoted;
use crate::scaffold::manifest;
use crate::scaffold::question::{Choice, Kind, Question};
use crate::scaffold::template::{ENDING, FILES, INCLUDES, Template};
use crate::scaffold::tree::{File, RelPath, Tree};
use crate::scaffold::value::Value;

/// What a conversion gives.
#[derive(Debug)]
pub struct Converted {
    pub tree: Tree,
    /// What has no place in a template of ours, each with where it was.
    pub lost: Vec<Problem>,
}

/// Every file of the new template; the problems are about names that no file can have.
pub fn convert(template: &Template, own: &Cookiecutter) -> Result<Converted, Vec<Problem>> {
    let mut conversion = Conversion {
        template,
        own,
        tree: Tree::new(),
        rules: String::new(),
        data: String::new(),
        lost: Vec::new(),
        problems: Vec::new(),
    };
    for (path, file) in &template.files {
        conversion.file(path, file);
    }
    for (path, file) in &template.includes {
        conversion.insert(format!("{INCLUDES}/{path}"), file.clone());
    }
    let manifest = conversion.manifest();
    conversion.insert(manifest::FILE.to_string(), File::new(manifest.into_bytes()));
    conversion.what_is_lost();
    match conversion.problems.is_empty() {
        true => Ok(Converted {
            tree: conversion.tree,
            lost: conversion.lost,
        }),
        false => Err(conversion.problems),
    }
}

struct Conversion<'a> {
    template: &'a Template,
    own: &'a Cookiecutter,
    tree: Tree,
    /// The tables `[[file]]`.
    rules: String,
    /// The lines of `[jinja2.data]`.
    data: String,
    lost: Vec<Problem>,
    problems: Vec<Problem>,
}

/// Variables that say how cookiecutter works, which the new manifest says in its own way or not at all.
const SETTINGS: [&str; 5] = [PROMPTS, COPIED, "_extensions", "_jinja2_env_vars", "_new_lines"];

impl Conversion<'_> {
    fn insert(&mut self, path: String, file: File) {
        let placed = RelPath::in_template(&path).and_then(|target| self.tree.insert(target, file));
        if let Err(error) = placed {
            self.problems.push(Problem::new(path, error.to_string()));
        }
    }

    fn lose(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.lost.push(Problem::new(at, what));
    }

    fn file(&mut self, path: &str, file: &File) {
        let engine = &self.template.engine;
        let copied = self.own.context.is_copied(path) || is_binary(path, &file.content);
        let text = std::str::from_utf8(&file.content).ok().filter(|_| !copied);
        let is_rendered = text.is_some_and(|text| {
            let newline = Newline::detect(&file.content);
            // Mixed endings become one when a text is rendered.
            engine.is_code(text) || newline.write(&newlines::to_render(text)) != text
        });
        let name = match is_rendered || (path.ends_with(ENDING) && !copied) {
            true => format!("{path}{ENDING}"),
            false => path.to_string(),
        };
        if copied && path.ends_with(ENDING) {
            let _ = write!(self.rules, "\n[[file]]\nmatch = ");
            let _ = quoted(&mut self.rules, &glob::Pattern::escape(path));
            self.rules.push_str("\ncopy = true\n");
        }
        if file
            .permissions
            .is_some_and(|mode| !matches!(mode, 0o644 | 0o664 | 0o755 | 0o775))
        {
            let mode = file.permissions.unwrap_or_default();
            self.lose(
                format!("{}/{path}", self.own.root),
                format!("its permissions {mode:o}: files are 644 or 755, less the umask"),
            );
        }
        let within = path.rsplit_once('/').map_or("", |(above, _)| above);
        if self.own.context.is_copied(within) && engine.is_code(path) {
            let what = "its name stays as it is in cookiecutter, and is rendered here";
            self.lose(format!("{}/{path}", self.own.root), what);
        }
        let permissions = None;
        let file = File {
            permissions,
            ..file.clone()
        };
        self.insert(format!("{FILES}/{name}"), file);
    }

    fn manifest(&mut self) -> String {
        let mut text = String::from("[template]\n");
        let manifest = &self.template.manifest;
        put(&mut text, "name", &manifest.name);
        put(&mut text, "version", "1");
        put(
            &mut text,
            "description",
            &format!("Converted from the cookiecutter template {}", manifest.name),
        );
        put(&mut text, "folder", &self.own.root);
        text.push_str("\n# The texts are Jinja2 as cookiecutter has it, and know every value as `name` and `cookiecutter.name`.\n[jinja2]\n");
        let settings = self
            .own
            .context
            .variables()
            .get("_jinja2_env_vars")
            .and_then(Json::as_object);
        for (key, value) in settings.into_iter().flatten() {
            match value {
                Json::String(value) => put(&mut text, key, value),
                Json::Bool(value) => drop(writeln!(text, "{key} = {value}")),
                _ => {}
            }
        }
        let mut questions = String::new();
        for question in &manifest.questions {
            self.question(&mut questions, question);
        }
        if !self.data.is_empty() {
            text.push_str(&format!("\n# What nobody is asked for.\n[jinja2.data]\n{}", self.data));
        }
        text + &questions + &self.rules
    }

    fn question(&mut self, text: &mut String, question: &Question) {
        let key = question.key.as_str();
        let Some(value) = self.own.context.variables().get(key) else {
            return;
        };
        if SETTINGS.contains(&key) {
            return;
        }
        let letters = |char: char| char.is_alphanumeric() || char == '_';
        if !key.chars().all(letters) || key.starts_with(|first: char| first.is_numeric()) {
            self.lose(
                &question.at,
                format!("`{key}`: a key is a name of letters, digits and `_` here"),
            );
            return;
        }
        let default = match (&question.kind, value) {
            (Kind::Data, Json::String(value)) => self.verbatim(key, value),
            (Kind::Data | Kind::Dictionary, value) => {
                self.keep(question, value);
                return;
            }
            (_, Json::String(value)) => value.clone(),
            (_, Json::Null) => {
                self.lose(
                    &question.at,
                    format!("`{key}`: it is None in cookiecutter until it is answered, and an empty text here"),
                );
                String::new()
            }
            (Kind::Bool, Json::Bool(value)) => value.to_string(),
            (Kind::Choice(choices), _) => choices.first().map(|choice| choice.value.clone()).unwrap_or_default(),
            (_, value) => super::printed(value),
        };
        text.push_str("\n[[question]]\n");
        put(text, "key", key);
        if question.prompt != key {
            put(text, "prompt", &question.prompt);
        }
        match &question.kind {
            Kind::Bool => {
                text.push_str("type = \"bool\"\n");
                let _ = writeln!(text, "default = {default}");
                return;
            }
            Kind::Choice(choices) if !can_be_chosen(choices) => {
                let what =
                    format!("`{key}`: a choice is empty, there twice, or has a comma in it: any text is taken here");
                self.lose(&question.at, what);
            }
            Kind::Choice(choices) => {
                if question.choices_are_code {
                    self.lose(
                        &question.at,
                        format!("`{key}`: its choices are rendered by cookiecutter, and are fixed here"),
                    );
                }
                if value
                    .as_array()
                    .is_some_and(|items| items.iter().any(|item| !item.is_string() && !item.is_number()))
                {
                    self.lose(&question.at, format!("`{key}`: a choice that is no text is one here"));
                }
                put_choices(text, choices);
            }
            _ => {}
        }
        put(text, "default", &default);
        if matches!(question.kind, Kind::Data) {
            text.push_str("when = \"false\"\n");
        }
    }

    /// What is no text stays as it is, where it is the same with all answers.
    fn keep(&mut self, question: &Question, value: &Json) {
        let key = &question.key;
        let is_verbatim = !key.starts_with("__") && key.starts_with('_');
        let value = if is_verbatim { value.clone() } else { as_texts(value) };
        if !is_verbatim && self.template.engine.is_code_in(&Value::Data(value.clone())) {
            let what = format!("`{key}`: data that follows from the answers");
            return self.lose(&question.at, what);
        }
        let mut text = String::new();
        match toml_of(&mut text, &value) {
            Some(()) => {
                put_key(&mut self.data, key);
                self.data.push_str(&text);
                self.data.push('\n');
            }
            None => self.lose(
                &question.at,
                format!("`{key}`: it has nothing (null) in it, which TOML cannot hold"),
            ),
        }
        if matches!(question.kind, Kind::Dictionary) {
            self.lose(
                &question.at,
                format!("`{key}`: a dictionary is not asked for here, and stays as it is"),
            );
        }
    }

    /// `_name` is not rendered by cookiecutter.
    fn verbatim(&mut self, key: &str, value: &str) -> String {
        match key.starts_with("__") || !self.template.engine.is_code(value) {
            true => value.to_string(),
            false => format!("{{% raw %}}{value}{{% endraw %}}"),
        }
    }

    fn what_is_lost(&mut self) {
        for hook in &self.own.hooks {
            self.lost.push(Problem::new(
                format!("{FOLDER}/{}", hook.name),
                "is not run: `when` in a file rule leaves a file out, and `[after]` names commands to type",
            ));
        }
        let mut empty: Vec<&String> = self.own.folders.iter().collect();
        empty.retain(|folder| {
            !self
                .template
                .files
                .iter()
                .any(|(path, _)| path.starts_with(&format!("{folder}/")))
        });
        for folder in empty {
            self.lose(
                format!("{}/{folder}", self.own.root),
                "a folder without files, which a template of ours has not",
            );
        }
        if self
            .own
            .context
            .variables()
            .get("_new_lines")
            .is_some_and(|value| !value.is_null())
        {
            self.lose(
                FILE,
                "`_new_lines`: each file keeps the line endings it has in the template",
            );
        }
        let (_, names) = super::lint::texts(self.template, self.own);
        if names.all() {
            let what = "`cookiecutter` as a whole, which some text goes through: it holds the answers only here";
            self.lose(FILE, what);
        }
        for name in ["_template", "_output_dir", "_repo_dir", "_checkout", "_cookiecutter"] {
            if names.has(name) {
                self.lose(FILE, format!("`{name}`, which some text uses, is not there"));
            }
        }
    }
}

fn put(text: &mut String, key: &str, value: &str) {
    let _ = write!(text, "{key} = ");
    let _ = quoted(text, value);
    text.push('\n');
}

/// The beginning of a line, up to its value.
fn put_key(text: &mut String, key: &str) {
    match key
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "_-".contains(char))
        && !key.is_empty()
    {
        true => text.push_str(key),
        false => drop(quoted(text, key)),
    }
    text.push_str(" = ");
}

/// A value in one line of TOML; none of what it cannot hold.
fn toml_of(text: &mut String, value: &Json) -> Option<()> {
    match value {
        Json::Null => return None,
        Json::String(value) => drop(quoted(text, value)),
        Json::Bool(_) | Json::Number(_) => text.push_str(&value.to_string()),
        Json::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                toml_of(text, item)?;
            }
            text.push(']');
        }
        Json::Object(object) => {
            text.push('{');
            for (index, (key, item)) in object.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { " " });
                put_key(text, key);
                toml_of(text, item)?;
            }
            text.push_str(if object.is_empty() { "}" } else { " }" });
        }
    }
    Some(())
}

/// Whether a manifest can name all of these.
fn can_be_chosen(choices: &[Choice]) -> bool {
    let values: BTreeSet<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
    let is_odd = |value: &&str| value.is_empty() || value.contains([',', '\n', '\r']) || value.trim() != *value;
    values.len() == choices.len() && !values.iter().any(is_odd)
}

fn put_choices(text: &mut String, choices: &[Choice]) {
    text.push_str("type = \"choice\"\nchoices = [");
    for (index, choice) in choices.iter().enumerate() {
        text.push_str(if index > 0 { ", " } else { "" });
        match choice.label == choice.value {
            true => drop(quoted(text, &choice.value)),
            false => {
                text.push_str("{ value = ");
                let _ = quoted(text, &choice.value);
                text.push_str(", label = ");
                let _ = quoted(text, &choice.label);
                text.push_str(" }");
            }
        }
    }
    text.push_str("]\n");
}
