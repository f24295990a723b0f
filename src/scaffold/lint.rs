//! What is wrong with a template, or useless in it, before anybody meets it: every problem with its place.

use std::collections::BTreeSet;

use super::answers::Given;
use super::case::Case;
use super::confine::confined;
use super::cookiecutter::{self, Cookiecutter};
use super::engine::root;
use super::interview::Unanswered;
use super::manifest::FILE;
use super::question::Default;
use super::render::render;
use super::snippet::Snippet;
use super::source::Source;
use super::template::{ENDING, FILES, INCLUDES, Template};
use crate::failure::{Failure, MOST_PROBLEMS, Problem, did_you_mean};

mod combinations;
mod literals;
mod texts;

/// Everything that is found, with its place as a person can open it; nothing for a template as it should be.
pub fn lint(template: &Template) -> Vec<Problem> {
    confined(|| {
        if let Some(own) = &template.cookiecutter {
            return of_cookiecutter(template, own);
        }
        let mut found = texts::check(template);
        // What the texts are wrong about would be told once more by each of these.
        let trials = match found
            .iter()
            .all(|problem| !problem.at.starts_with(FILES) && !problem.at.starts_with(INCLUDES))
        {
            true => trial_renders(template),
            false => Vec::new(),
        };
        found.extend(unused(template));
        found.extend(unreachable(template));
        for problem in &mut found {
            problem.at = template.source.locate(&problem.at);
        }
        found.extend(trials);
        found.truncate(MOST_PROBLEMS);
        found
    })
}

/// The same for a template that was written for cookiecutter.
fn of_cookiecutter(template: &Template, own: &Cookiecutter) -> Vec<Problem> {
    let (mut found, names) = cookiecutter::lint::texts(template, own);
    let trials = match found.is_empty() {
        true => trial_renders(template),
        false => Vec::new(),
    };
    found.extend(cookiecutter::lint::unused(template, own, &names));
    for problem in &mut found {
        problem.at = template.source.locate(&problem.at);
    }
    found.extend(trials);
    found.truncate(MOST_PROBLEMS);
    found
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
        .map(|question| (question.key.as_str(), &question.at, "the question"));
    let computed = manifest
        .computed
        .iter()
        .map(|(key, text)| (key.as_str(), &text.at, "the computed value"));
    let unused = questions.chain(computed).filter(|(key, ..)| !is_used(key));
    let problem = |(key, at, what): (&str, &String, &str)| {
        Problem::new(at, format!("{what} `{key}` is not used"))
            .hint("use it in a file, a name or another value, or take it out")
    };
    unused.map(problem).collect()
}

/// Every name that a text, a name or the manifest refers to.
fn used_names(template: &Template) -> BTreeSet<String> {
    let manifest = &template.manifest;
    let mut used = texts::used_names(template);
    let mut add = |snippet: &Snippet, own: &str| {
        let roots = snippet.names.iter().map(|name| root(name).to_string());
        used.extend(roots.filter(|name| name != own));
    };
    for question in &manifest.questions {
        let defaults = question.default.iter().flat_map(Default::texts);
        defaults.for_each(|text| add(text, ""));
        let test = question.test.as_ref().map(|test| &test.expression);
        question
            .when
            .iter()
            .chain(test)
            .for_each(|test| add(test, &question.key));
    }
    manifest.computed.iter().for_each(|(_, text)| add(text, ""));
    let rules = manifest.files.iter();
    let expressions = rules.flat_map(|rule| rule.when.iter().chain(&rule.each));
    let said = manifest.after.message.iter().chain(&manifest.after.next);
    expressions.chain(said).for_each(|snippet| add(snippet, ""));
    used
}

/// Rules that are about no file, and files that no answers bring into a project.
fn unreachable(template: &Template) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut never = BTreeSet::new();
    for rule in &template.manifest.files {
        for (pattern, at) in &rule.patterns {
            if !template
                .files
                .iter()
                .any(|(path, _)| pattern.matches_with(path, super::file_rule::MATCHING))
            {
                let message = format!("`{pattern}` matches no file below {FILES}/");
                found.push(Problem::new(at, message).hint(as_it_is_called(template, pattern.as_str())));
            }
        }
        let Some(when) = &rule.when else { continue };
        if rule.each.is_none() && combinations::holds(template, when) == Some(false) {
            let files = template.files.iter().filter(|(path, _)| rule.applies_to(path));
            never.extend(files.map(|(path, _)| (path.as_str(), format!("`when = \"{}\"` never holds", when.code))));
        }
    }
    if template.files.is_empty() {
        let message = "there is no file in it, so every project would be empty";
        found.push(Problem::new(FILES, message).hint("the files of the project belong there"));
    }
    for (path, _) in &template.files {
        let name = path.strip_suffix(ENDING).unwrap_or(path);
        if name.is_empty() || name.ends_with('/') {
            let message = format!("never becomes part of a project: without `{ENDING}` it has no name");
            found.push(Problem::new(format!("{FILES}/{path}"), message).hint("give it one"));
        }
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

/// What may have been meant by a pattern that matches nothing: a path without its `.j2`, or with `files/` before it.
fn as_it_is_called(template: &Template, pattern: &str) -> String {
    let from_files = pattern.trim_start_matches("./");
    let from_files = from_files.strip_prefix("files/").unwrap_or(from_files);
    let paths = || template.files.iter().map(|(path, _)| path.as_str());
    let rendered = format!("{from_files}{ENDING}");
    let near = paths().find(|path| *path == from_files || *path == rendered);
    match near.or_else(|| did_you_mean(from_files, paths())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("patterns are over the paths below {FILES}/, as they are called in the template"),
    }
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
    match Case::resolve(template, given) {
        Ok(answers) => render(template, &answers)
            .err()
            .map_or(Vec::new(), |failure| failure.problems),
        // What must be answered in a way of its own cannot be tried.
        Err(error) => error
            .downcast::<Failure>()
            .map_or(Vec::new(), |failure| of_the_template(template, failure.problems)),
    }
}

/// Those that are not about an answer.
fn of_the_template(template: &Template, mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.retain(|problem| template.manifest.question(&problem.at).is_none());
    problems
}

/// Told where no case is recorded either: nothing was rendered, so what only shows then is not known.
pub fn untried(template: &Template) -> Option<Problem> {
    let given = combinations::trials(template).into_iter().next()?;
    let error = Case::resolve(template, &given).err()?;
    let refused = |problem: &&Problem| template.manifest.question(&problem.at).is_some();
    let keys: Vec<(&str, &str)> = match (error.downcast_ref::<Unanswered>(), error.downcast_ref::<Failure>()) {
        (Some(Unanswered(keys)), _) => keys.iter().map(|key| (key.as_str(), "")).collect(),
        (_, Some(failure)) => failure
            .problems
            .iter()
            .filter(refused)
            .map(|problem| (problem.at.as_str(), problem.message.as_str()))
            .collect(),
        _ => Vec::new(),
    };
    let reason = |(key, why): &(&str, &str)| {
        if why.is_empty() {
            key.to_string()
        } else {
            format!("{key} ({why})")
        }
    };
    let reasons: Vec<String> = keys.iter().map(reason).collect();
    let answers: String = keys.iter().map(|(key, _)| format!(" -d {key}=VALUE")).collect();
    let hint = match &template.source {
        Source::Folder(folder) => {
            let folder = folder.to_string_lossy();
            let command = format!(
                "lstk-extensions template snapshot {} --case plain{answers}",
                shell_words::quote(&folder)
            );
            format!("record a case: `{command}`")
        }
        _ => "record a case where the template is written".to_string(),
    };
    let message = format!(
        "cannot be tried: no answer is known that is good for {}",
        reasons.join(", ")
    );
    (!keys.is_empty()).then(|| Problem::new(template.source.locate(FILE), message).hint(hint))
}
