//! What is wrong with a template, or useless in it, before anybody meets it: every problem with its place.

use std::collections::BTreeSet;

use super::answers::Given;
use super::case::Case;
use super::confine::confined;
use super::interview::Unanswered;
use super::manifest::FILE;
use super::render::render;
use super::template::{ENDING, FILES, Template};
use crate::failure::{Failure, MOST_PROBLEMS, Problem};

mod combinations;
mod texts;

/// Everything that is found, with its place as a person can open it; nothing for a template as it should be.
pub fn lint(template: &Template) -> Vec<Problem> {
    confined(|| {
        let mut found = texts::check(template);
        found.extend(unused(template));
        found.extend(unreachable(template));
        // What the texts are wrong about would be told once more by each of these.
        let trials = match found.iter().all(|problem| !problem.at.starts_with(FILES)) {
            true => trial_renders(template),
            false => Vec::new(),
        };
        for problem in &mut found {
            problem.at = template.source.locate(&problem.at);
        }
        found.extend(trials);
        found.truncate(MOST_PROBLEMS);
        found
    })
}

/// The names that the program itself looks at.
const LOOKED_AT: [&str; 1] = ["project_slug"];

/// The names that the badge is made of.
const OF_THE_BADGE: [&str; 1] = ["github_username"];

/// Questions and computed values that nothing uses.
fn unused(template: &Template) -> Vec<Problem> {
    let manifest = &template.manifest;
    let used = used_names(template);
    let uses_badge = super::manifest::PROVIDED.iter().any(|name| used.contains(*name));
    let is_used =
        |key: &str| used.contains(key) || LOOKED_AT.contains(&key) || (uses_badge && OF_THE_BADGE.contains(&key));
    let questions = manifest
        .questions
        .iter()
        .map(|question| (question.key.as_str(), "the question"));
    let computed = manifest
        .computed
        .iter()
        .map(|(key, _)| (key.as_str(), "the computed value"));
    let unused = questions.chain(computed).filter(|(key, _)| !is_used(key));
    let problem = |(key, what): (&str, &str)| {
        let offset = declaration(&template.text, key);
        Problem::in_text(FILE, &template.text, offset, format!("{what} `{key}` is not used"))
            .hint("use it in a file, a name or another value, or take it out")
    };
    unused.map(problem).collect()
}

/// Where a key is given its value: in quotes, or at the beginning of a line.
fn declaration(text: &str, key: &str) -> usize {
    let forms = [format!("\"{key}\""), format!("'{key}'"), format!("\n{key}")];
    forms
        .iter()
        .find_map(|form| text.find(form.as_str()))
        .map_or(0, |at| at + 1)
}

/// Every name that a text, a name or the manifest refers to.
fn used_names(template: &Template) -> BTreeSet<String> {
    let engine = &template.engine;
    let manifest = &template.manifest;
    let mut used = texts::used_names(template);
    let mut add = |names: Result<Vec<String>, String>, own: &str| {
        let names = names.unwrap_or_default().into_iter();
        let roots = names.map(|name| super::engine::root(&name).to_string());
        used.extend(roots.filter(|name| name != own));
    };
    for question in &manifest.questions {
        for text in question.default.iter().flat_map(super::question::Default::texts) {
            add(engine.references(text), "");
        }
        for expression in question
            .when
            .iter()
            .chain(question.test.as_ref().map(|test| &test.expression))
        {
            add(engine.references_of_expression(expression), &question.key);
        }
    }
    for (_, text) in &manifest.computed {
        add(engine.references(text), "");
    }
    for expression in manifest
        .files
        .iter()
        .flat_map(|rule| rule.when.iter().chain(&rule.each))
    {
        add(engine.references_of_expression(expression), "");
    }
    for text in manifest.after.message.iter().chain(&manifest.after.next) {
        add(engine.references(text), "");
    }
    used
}

/// Rules that are about no file, and files that no answers bring into a project.
fn unreachable(template: &Template) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut never = BTreeSet::new();
    for (index, rule) in template.manifest.files.iter().enumerate() {
        let at = format!("{FILE} [[file]] {}", index + 1);
        for pattern in &rule.patterns {
            if !template
                .files
                .iter()
                .any(|(path, _)| pattern.matches_with(path, super::file_rule::MATCHING))
            {
                let message = format!("`{pattern}` matches no file below {FILES}/");
                found.push(Problem::new(&at, message).hint("write it as the file is called in the template"));
            }
        }
        let Some(when) = &rule.when else { continue };
        if rule.each.is_none() && combinations::holds(template, when) == Some(false) {
            let files = template.files.iter().filter(|(path, _)| rule.applies_to(path));
            never.extend(files.map(|(path, _)| (path.as_str(), format!("`when = \"{when}\"` never holds"))));
        }
    }
    for (path, _) in &template.files {
        let name = path.strip_suffix(ENDING).unwrap_or(path);
        for part in name.split('/').filter(|part| part.contains('{')) {
            if combinations::is_empty(template, part) == Some(true) {
                never.insert((path, format!("the part `{part}` of its name is always empty")));
            }
        }
    }
    let problem = |(path, why): (&str, String)| {
        Problem::new(
            format!("{FILES}/{path}"),
            format!("never becomes part of a project: {why}"),
        )
        .hint("correct the condition, or take the file out")
    };
    found.extend(never.into_iter().map(problem));
    found
}

/// How many files are rendered in trials, so that the largest template is tried in a moment.
const MOST_TRIAL_FILES: usize = 5_000;

/// Renders with the defaults, and once for every other choice there is.
fn trial_renders(template: &Template) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let mut rendered = 0;
    for given in combinations::trials(template) {
        if rendered > 0 && rendered + template.files.len() > MOST_TRIAL_FILES {
            break;
        }
        rendered += template.files.len();
        for problem in trial(template, &given) {
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found
}

fn trial(template: &Template, given: &Given) -> Vec<Problem> {
    // What must be answered in a way of its own cannot be tried.
    let Ok(answers) = Case::resolve(template, given) else {
        return Vec::new();
    };
    match render(template, &answers) {
        Ok(_) => Vec::new(),
        Err(failure) => failure.problems,
    }
}

/// Told where no case is recorded either: nothing was rendered, so what only shows then is not known.
pub fn untried(template: &Template) -> Option<Problem> {
    let given = combinations::trials(template).into_iter().next()?;
    let error = Case::resolve(template, &given).err()?;
    let keys = match (error.downcast_ref::<Unanswered>(), error.downcast_ref::<Failure>()) {
        (Some(Unanswered(keys)), _) => keys.join(", "),
        (_, Some(failure)) => {
            let places: Vec<&str> = failure.problems.iter().map(|problem| problem.at.as_str()).collect();
            places.join(", ")
        }
        _ => error.to_string(),
    };
    let message = format!("cannot be tried: no answer is known that is good for {keys}");
    let hint = "record a case: `lstk-extensions template snapshot DIR --case NAME -d KEY=VALUE`";
    Some(Problem::new(template.source.locate(FILE), message).hint(hint))
}
