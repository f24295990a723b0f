//! What is wrong with a cookiecutter template, or useless in it, without an answer being given.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::context::COPIED;
use super::hooks::FOLDER;
use super::pattern::Pattern;
use super::questions::PROMPTS;
use super::{Cookiecutter, json};
use crate::failure::Problem;
use crate::scaffold::engine::{GROUP, root};
use crate::scaffold::question::Default;
use crate::scaffold::template::Template;

/// Texts that do not parse, each with its place.
pub fn texts(template: &Template, own: &Cookiecutter) -> (Vec<Problem>, Names) {
    let mut names = Names::default();
    let mut problems = Vec::new();
    let mut text = |at: &str, text: &str| match template.engine.references_of_file(at, text) {
        Ok(references) => names.add(&references),
        Err(problem) => problems.push(problem),
    };
    for (path, file) in &template.files {
        let at = format!("{}/{path}", own.root);
        if let Ok(content) = std::str::from_utf8(&file.content)
            && !super::binary::is_binary(path, &file.content)
            && !own.context.is_copied(path)
        {
            text(&at, content);
        }
    }
    for hook in &own.hooks {
        if let Ok(content) = std::str::from_utf8(&hook.file.content) {
            text(&format!("{FOLDER}/{}", hook.name), content);
        }
    }
    let paths = own.folders.iter().chain(template.files.iter().map(|(path, _)| path));
    let names_of_files = paths.flat_map(|path| path.split('/')).chain([own.root.as_str()]);
    for name in names_of_files.collect::<BTreeSet<_>>() {
        match template.engine.references(name) {
            Ok(references) => names.add(&references),
            Err(message) => problems.push(Problem::new(name, message)),
        }
    }
    for question in &template.manifest.questions {
        let mut refers = |code: &str| names.add(&template.engine.references(code).unwrap_or_default());
        texts_in(question.default.as_ref(), &mut refers);
        let choices = question.kind.choices().iter();
        choices
            .filter(|_| question.choices_are_code)
            .for_each(|choice| refers(&choice.value));
    }
    (problems, names)
}

/// Methods of Python's dictionaries that may be about any variable.
const GOING_THROUGH: [&str; 5] = ["items", "values", "keys", "get", "update"];

/// What texts refer to.
#[derive(Debug, Default)]
pub struct Names {
    variables: BTreeSet<String>,
    /// Some text goes through all variables, whatever they are called.
    all: bool,
}

impl Names {
    /// Whether some text goes through all variables.
    pub(super) fn all(&self) -> bool {
        self.all || GOING_THROUGH.iter().any(|method| self.variables.contains(*method))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.variables.contains(name)
    }

    fn add(&mut self, references: &[String]) {
        self.all |= references.iter().any(|reference| reference == GROUP);
        let names = references.iter().map(|reference| root(reference).to_string());
        self.variables.extend(names);
    }
}

/// Variables that no text uses, prompts for what is no variable, and patterns that match nothing.
pub fn unused(template: &Template, own: &Cookiecutter, names: &Names) -> Vec<Problem> {
    let variables = own.context.variables();
    let at = |key: &str| json::place(&template.text, key);
    let mut problems = Vec::new();
    let all = names.all();
    for question in template.manifest.asked().filter(|_| !all) {
        if !names.variables.contains(&question.key) {
            let message = format!("the variable `{}` is not used", question.key);
            let hint = "use it in a file, a name or another variable, or take it out";
            problems.push(Problem::new(&question.at, message).hint(hint));
        }
    }
    for key in variables
        .get(PROMPTS)
        .and_then(Json::as_object)
        .into_iter()
        .flat_map(serde_json::Map::keys)
    {
        if !variables.contains_key(key) {
            let message = format!("`{PROMPTS}` has words for `{key}`, which is no variable");
            problems.push(Problem::new(at(PROMPTS), message));
        }
    }
    let patterns = variables.get(COPIED).and_then(Json::as_array);
    for pattern in patterns.into_iter().flatten().filter_map(Json::as_str) {
        let compiled = Pattern::new(pattern);
        let mut paths = own.folders.iter().chain(template.files.iter().map(|(path, _)| path));
        if !paths.any(|path| compiled.matches(path)) {
            let message = format!("`{pattern}` in `{COPIED}` matches no file or folder");
            let hint = "patterns are over the whole path below the project's folder, as it is called in the template";
            problems.push(Problem::new(at(COPIED), message).hint(hint));
        }
    }
    problems
}

fn texts_in(default: Option<&Default>, text: &mut impl FnMut(&str)) {
    match default {
        Some(Default::One(snippet)) => text(&snippet.code),
        Some(Default::Data { data, .. }) => each_text(data, text),
        _ => {}
    }
}

fn each_text(data: &Json, text: &mut impl FnMut(&str)) {
    match data {
        Json::String(code) => text(code),
        Json::Array(items) => items.iter().for_each(|item| each_text(item, text)),
        Json::Object(object) => {
            for (key, value) in object {
                text(key);
                each_text(value, text);
            }
        }
        _ => {}
    }
}
