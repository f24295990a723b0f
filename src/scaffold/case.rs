//! Recorded cases of a template: answers, and the project that they must give.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::answers::{Answers, Given, Origin};
use super::ask::Defaults;
use super::circumstances::Circumstances;
use super::folder::{read_if_there, refuse_link};
use super::interview::resolve;
use super::question::Question;
use super::render::render;
use super::secrets::Secrets;
use super::template::Template;
use super::tree::{Tree, check_part};
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
    /// Fails where the name is none for a folder beside the answers, or where what is there leads elsewhere: a case may
    /// be part of somebody else's template, and the folder is made equal to what the template gives.
    pub fn named(folder: &Path, name: &str) -> Result<Case> {
        let case = Case {
            name: name.to_string(),
            answers: folder.join(format!("{name}.toml")),
            golden: folder.join(name),
        };
        if let Err(reason) = check_part(name) {
            bail!("{} is not a case: its name {reason}", case.answers.display());
        }
        if name.contains('/') {
            bail!("{} is not a case: its name has a slash in it", case.answers.display());
        }
        refuse_link(&case.answers)?;
        refuse_link(&case.golden)?;
        Ok(case)
    }

    /// The text of its answers; none where they are not recorded yet.
    pub fn text(&self) -> Result<Option<String>> {
        let Some(file) = read_if_there(&self.answers)? else {
            return Ok(None);
        };
        let text = String::from_utf8(file.content.to_vec());
        let text = text.with_context(|| format!("{} is not UTF-8", self.answers.display()))?;
        Ok(Some(text))
    }

    /// Every case in a folder, in order; none where there is no such folder.
    pub fn all(folder: &Path) -> Result<Vec<Case>> {
        let mut names: Vec<String> = Vec::new();
        let reading = || format!("could not read the folder {}", folder.display());
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(reading)?,
        };
        for entry in entries {
            let entry = entry.with_context(reading)?;
            if let Some(name) = entry.file_name().to_str().and_then(|name| name.strip_suffix(".toml")) {
                names.push(name.to_string());
            }
        }
        names.sort();
        names.iter().map(|name| Case::named(folder, name)).collect()
    }

    /// The folders beside the cases that look like golden trees and have no answers, in order.
    pub fn without_answers(folder: &Path, cases: &[Case]) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let paths = folders.map(|entry| entry.path());
        let is_known = |path: &PathBuf| cases.iter().any(|case| case.golden == *path);
        let is_hidden = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        };
        let mut left: Vec<PathBuf> = paths.filter(|path| !is_known(path) && !is_hidden(path)).collect();
        left.sort();
        left
    }

    /// What these answers give. Nobody's identity and no date come in, and no record, so that it is the same everywhere;
    /// and no secret, since the result is kept in git.
    pub fn render(template: &Template, given: &Given) -> Result<Tree> {
        let secrets = Secrets::of(&template.manifest, given);
        let rendered = Case::resolve(template, given).and_then(|answers| Ok(render(template, &answers)?));
        Ok(rendered.map_err(|error| secrets.hidden_in(error))?.tree)
    }

    /// The answers to every question.
    pub fn resolve(template: &Template, given: &Given) -> Result<Answers> {
        let mut given = given.clone();
        for question in template.manifest.questions.iter().filter(|question| question.secret) {
            if let Some(stand_in) = stand_in(question) {
                given.answers.insert(question.key.clone(), (stand_in, Origin::Default));
            }
        }
        resolve(template, &Circumstances::fixed(), &given, &mut Defaults)
    }
}

/// What stands for a secret in a golden tree; none where the question's own rules refuse it, and the case's file must
/// hold an answer for the test.
pub fn stand_in(question: &Question) -> Option<Value> {
    question.check(&Value::Text(format!("secret-{}", question.key))).ok()
}
