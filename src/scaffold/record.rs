//! The record a project keeps of its making: by which template, from which answers, and what was written.
//!
//! An update renders the template again from these answers; the files' ids tell which were edited since.

use std::fmt::Write;

use anyhow::Result;

use super::answers::Answers;
use super::escape;
use super::template::{Source, Template};
use super::tree::{File, RelPath, Tree};
use crate::{git, parallel};

/// The record's place in a project.
pub const FILE: &str = ".lstk-extension.toml";

/// The text of a record.
#[derive(Debug)]
pub struct Record(String);

impl Record {
    pub fn of(template: &Template, answers: &Answers, tree: &Tree) -> Result<Record> {
        let mut text = String::from(
            "# How this project was made, by `lstk-extensions dev new`. Keep it in git: updates start from it.\n\n[template]\n",
        );
        let mut line = |key: &str, value: &str| -> Result<()> {
            text.push_str(key);
            text.push_str(" = ");
            escape::quoted(&mut text, value)?;
            text.push('\n');
            Ok(())
        };
        match &template.source {
            Source::BuiltIn(name) => line("built-in", name)?,
            Source::Folder(path) => line("folder", &path.to_string_lossy())?,
        }
        line("version", &template.manifest.version)?;
        text.push_str("\n[answers]\n");
        for answer in answers.iter() {
            write!(text, "{} = ", answer.key)?;
            escape::quoted(&mut text, &answer.value)?;
            text.push('\n');
        }
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
