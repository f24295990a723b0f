//! A cookiecutter template -> the files of a template of ours that renders the same, and what of it finds no place there.

use std::fmt::Write;

use serde_json::Value as Json;

use super::binary::is_binary;
use super::context::COPIED;
use super::hooks::FOLDER;
use super::newlines::{self, Newline};
use super::questions::PROMPTS;
use super::{Cookiecutter, FILE};
use crate::failure::Problem;
use crate::scaffold::escape::quoted;
use crate::scaffold::manifest;
use crate::scaffold::question::{Choice, Kind, Question};
use crate::scaffold::template::{ENDING, FILES, INCLUDES, Template};
use crate::scaffold::tree::{File, RelPath, Tree};

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
        for question in &manifest.questions {
            self.question(&mut text, question);
        }
        text + &self.rules
    }

    fn question(&mut self, text: &mut String, question: &Question) {
        let key = question.key.as_str();
        let Some(value) = self.own.context.variables().get(key) else {
            return;
        };
        if SETTINGS.contains(&key) {
            return;
        }
        let default = match (&question.kind, value) {
            (Kind::Data, Json::String(value)) => self.verbatim(key, value),
            (Kind::Data | Kind::Dictionary, Json::Object(_)) | (Kind::Data, _) => {
                self.lose(
                    &question.at,
                    format!("`{key}`: a template of ours has texts, switches and choices, no data"),
                );
                return;
            }
            (Kind::Dictionary, _) => return,
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
