//! The record a project keeps of its making: by which template, from which answers, and what was written.
//!
//! An update renders the template again from these answers; the files' ids tell which were edited since.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;

use super::answers::Answers;
use super::escape;
use super::source::Source;
use super::template::Template;
use super::tree::{File, RelPath, Tree};
use super::value::Value;
use crate::{git, parallel};

mod way;

use way::recorded;

/// The record's place in a project.
pub const FILE: &str = ".lstk-extension.toml";

/// The text of a record.
#[derive(Debug)]
pub struct Record(String);

impl Record {
    /// `project` is the folder the project will be in.
    pub fn of(template: &Template, answers: &Answers, tree: &Tree, project: &Path) -> Result<Record> {
        let mut text = String::from(
            "# How this project was made, by `lstk-extensions dev new`. Keep it in git: updates start from it.\n\n[template]\n",
        );
        match &template.source {
            Source::BuiltIn(name) => line(&mut text, "built-in", name)?,
            Source::Folder(path) => line(&mut text, "folder", &recorded(path, project))?,
            Source::Git(commit) => {
                let folder = commit.folder.as_ref().map(|folder| recorded(folder, project));
                line(&mut text, "git", folder.as_ref().unwrap_or(&commit.address))?;
                for (key, value) in [("checkout", &commit.reference), ("directory", &commit.directory)] {
                    value.iter().try_for_each(|value| line(&mut text, key, value))?;
                }
                line(&mut text, "commit", &commit.id)?;
            }
        }
        if !template.manifest.version.is_empty() {
            line(&mut text, "version", &template.manifest.version)?;
        }
        text.push_str("\n[answers]\n");
        // Secrets stay out: the record is kept in git.
        let kept = answers.told().filter(|answer| !answer.secret && !answer.absent);
        text.push_str(&answers_as_toml(
            kept.map(|answer| (answer.key.as_str(), &answer.value)),
        )?);
        text.push_str("\n# The git blob id of every file as it was written.\n[files]\n");
        let files: Vec<_> = tree.iter().collect();
        let ids = parallel::map(&files, |(_, file)| git::blob_id(&file.content));
        for ((path, _), id) in files.iter().zip(ids) {
            escape::quoted(&mut text, path.as_str())?;
            writeln!(text, " = \"{}\"", id?)?;
        }
        Ok(Record(text))
    }

    /// Puts the record into the project it describes.
    pub fn add_to(self, tree: &mut Tree) -> Result<()> {
        tree.insert(RelPath::new(FILE)?, File::new(self.0.into_bytes()))
    }
}

fn line(text: &mut String, key: &str, value: &str) -> Result<()> {
    write!(text, "{key} = ")?;
    escape::quoted(text, value)?;
    text.push('\n');
    Ok(())
}

/// Answers as lines of TOML.
pub fn answers_as_toml<'a>(answers: impl Iterator<Item = (&'a str, &'a Value)>) -> Result<String> {
    let mut text = String::new();
    for (key, value) in answers {
        write!(text, "{key} = ")?;
        put(&mut text, value)?;
        text.push('\n');
    }
    Ok(text)
}

/// A value as TOML.
fn put(text: &mut String, value: &Value) -> std::fmt::Result {
    match value {
        Value::Text(value) => escape::quoted(text, value),
        Value::Bool(value) => write!(text, "{value}"),
        Value::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                escape::quoted(text, item)?;
            }
            text.push(']');
            Ok(())
        }
        // As it would be typed: not everything that JSON can hold has a place in TOML.
        Value::Data(_) => escape::quoted(text, &value.to_string()),
    }
}
