//! Which folder of a source is the template: the one that was named, the only one, or the one that a person chooses.

use anyhow::{Error, Result};

use crate::Session;
use crate::failure::{Code, Failure, Problem, did_you_mean};
use crate::neutral::neutral_line;
use crate::scaffold::manifest::{self, Manifest};
use crate::scaffold::source::Source;
use crate::scaffold::store::Store;
use crate::scaffold::tree::check_part;
use crate::ui::Prompter;

/// A folder as it is called within a source, however it was typed: `./web/` is `web`, and `.` is empty.
pub(super) fn normal(directory: &str) -> Result<String> {
    let refuse = |reason: &str| {
        let problem = Problem::new("--directory", format!("`{}` {reason}", neutral_line(directory)));
        Failure::invalid_input("the template's folder cannot have this name").problems(vec![problem])
    };
    if directory.starts_with('/') {
        return Err(refuse("must be a path within the template's repository or folder").into());
    }
    let parts = directory.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts: Vec<&str> = parts.collect();
    match parts.iter().find_map(|part| check_part(part).err()) {
        Some(reason) => Err(refuse(reason).into()),
        None => Ok(parts.join("/")),
    }
}

/// The named folder; fails with those that are templates where it is none.
pub(super) fn named(directory: &str, source: &Source, store: &Store) -> Result<String> {
    let directory = normal(directory)?;
    let text = match directory.is_empty() {
        true => store.text(manifest::FILE),
        false => store.below(&directory).and_then(|store| store.text(manifest::FILE)),
    };
    match text {
        Ok(Some(_)) => Ok(directory),
        Ok(None) => Err(no_template(&directory, None, source, store)?.into()),
        Err(reason) => Err(no_template(&directory, Some(reason), source, store)?.into()),
    }
}

fn no_template(directory: &str, reason: Option<Error>, source: &Source, store: &Store) -> Result<Failure> {
    let place = if directory.is_empty() { "." } else { directory };
    let reason = reason.map_or(String::new(), |reason| format!(": {reason:#}"));
    let message = format!("{source} has no template in `{place}`{reason}");
    let failure = Failure::new(Code::Validation, message);
    let found = store.templates()?;
    Ok(match &found[..] {
        [] => failure.hint(format!("a template is a folder with a {}", manifest::FILE)),
        [own] if own.is_empty() => failure.hint("leave `--directory` out: it is a template itself"),
        _ => match near(place, &found) {
            Some(near) => failure
                .problems(listed(store, &found))
                .hint(format!("did you mean {}?", flag(near))),
            None => one_of(failure, store, &found),
        },
    })
}

/// A template in a folder of this very name, or of one much like it.
fn near<'a>(place: &str, found: &'a [String]) -> Option<&'a str> {
    let mut known = found.iter().map(String::as_str);
    let same = known.clone().find(|folder| folder.rsplit('/').next() == Some(place));
    same.or_else(|| did_you_mean(place, &mut known))
}

/// The folder of the template where the source itself is none: the only one, or the one that a person chooses.
pub(super) fn choose(source: &Source, store: &Store, session: &Session) -> Result<Option<String>> {
    let mut found = store.templates()?;
    if found.iter().any(String::is_empty) {
        return Ok(None);
    }
    match found.len() {
        0 => return Ok(None),
        1 => return Ok(found.pop()),
        _ => {}
    }
    if session.ui.can_ask() {
        let items: Vec<String> = found.iter().map(|folder| described(store, folder)).collect();
        let prompter = Prompter::new(0);
        // What comes last is cut where the line is short.
        let prompt = format!("Which template of {source}?");
        // There is nothing to go back to.
        let choice = loop {
            if let Some(choice) = prompter.choose(&prompt, &items)? {
                break choice;
            }
        };
        return Ok(found.into_iter().nth(choice));
    }
    let message = format!("{source} holds several templates");
    Err(one_of(Failure::invalid_input(message), store, &found).into())
}

/// Tells the templates there are, and how to name one that can be read.
fn one_of(failure: Failure, store: &Store, found: &[String]) -> Failure {
    let failure = failure.problems(listed(store, found));
    match found.iter().find(|folder| said_of_itself(store, folder).is_some()) {
        Some(folder) => failure.hint(format!("name one of them: {}", flag(folder))),
        None => failure,
    }
}

/// What is to be typed for one of the folders.
fn flag(folder: &str) -> String {
    format!("`--directory {}`", shell_words::quote(folder))
}

/// The templates there are, each with what it says of itself.
fn listed(store: &Store, found: &[String]) -> Vec<Problem> {
    let problem = |folder: &String| Problem::new(folder, description(store, folder));
    found.iter().map(problem).collect()
}

fn described(store: &Store, folder: &str) -> String {
    format!("{folder}  {}", description(store, folder))
}

fn description(store: &Store, folder: &str) -> String {
    said_of_itself(store, folder).unwrap_or_else(|| "(its template.toml does not work)".to_string())
}

/// The description in a folder's manifest, where that can be read. No code in it is run: the template may be one that
/// nobody asked for.
fn said_of_itself(store: &Store, folder: &str) -> Option<String> {
    let text = store.below(folder).and_then(|store| store.text(manifest::FILE));
    let outline = Manifest::outline(&text.ok()??).ok()?;
    Some(outline.description)
}
