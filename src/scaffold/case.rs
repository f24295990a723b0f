//! Recorded cases of a template: answers, and the project that they must give.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::answers::{Given, Origin};
use super::ask::Defaults;
use super::circumstances::Circumstances;
use super::interview::resolve;
use super::question::Question;
use super::render::render;
use super::secrets::Secrets;
use super::template::Template;
use super::tree::Tree;
use super::value::Value;

/// The folder of a template that holds its cases, unless another one is named.
pub const SNAPSHOTS: &str = "snapshots";

/// `CASE.toml` with answers beside `CASE/`, the golden tree.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub answers: PathBuf,
    pub golden: PathBuf,
}

impl Case {
    pub fn new(folder: &Path, name: &str) -> Case {
        Case {
            name: name.to_string(),
            answers: folder.join(format!("{name}.toml")),
            golden: folder.join(name),
        }
    }

    /// Every case in a folder, in order; none where there is no such folder.
    pub fn all(folder: &Path) -> Result<Vec<Case>> {
        let mut names = Vec::new();
        let reading = || format!("could not read the folder {}", folder.display());
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(reading)?,
        };
        for entry in entries {
            let name = entry.with_context(reading)?.file_name();
            names.extend(
                name.to_str()
                    .and_then(|name| name.strip_suffix(".toml"))
                    .map(str::to_string),
            );
        }
        names.sort();
        Ok(names.iter().map(|name| Case::new(folder, name)).collect())
    }

    /// What these answers give. Nobody's identity and no date come in, and no record, so that it is the same everywhere;
    /// and no secret, since the result is kept in git.
    pub fn render(template: &Template, given: &Given) -> Result<Tree> {
        let secrets = Secrets::of(&template.manifest, given);
        let mut given = given.clone();
        for question in template.manifest.questions.iter().filter(|question| question.secret) {
            if let Some(stand_in) = stand_in(question) {
                given.answers.insert(question.key.clone(), (stand_in, Origin::Default));
            }
        }
        let answers = resolve(template, &Circumstances::fixed(), &given, &mut Defaults);
        let rendered = answers.and_then(|answers| Ok(render(template, &answers)?));
        Ok(rendered.map_err(|error| secrets.hidden_in(error))?.tree)
    }
}

/// What stands for a secret in a golden tree; none where the question's own rules refuse it, and the case's file must
/// hold an answer for the test.
pub fn stand_in(question: &Question) -> Option<Value> {
    question.check(&Value::Text(format!("secret-{}", question.key))).ok()
}
