//! Which folder of a source is the template: the one that was named, the only one, or the one that a person chooses.
//!
//! A cookiecutter template may be none itself and lead to others below it, of which one is chosen in the same way.

use anyhow::{Error, Result};

use super::Flags;
use crate::Session;
use crate::failure::{Code, Failure, Problem, did_you_mean};
use crate::neutral::neutral_line;
use crate::scaffold::cookiecutter::{self, nested::nested};
use crate::scaffold::manifest::Manifest;
use crate::scaffold::source::Source;
use crate::scaffold::store::Store;
use crate::scaffold::template::MANIFESTS;
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

/// A template that may be meant.
struct Offer {
    /// Its folder in the source; empty where it is the source's own.
    folder: String,
    /// What is said of it.
    label: String,
}

/// The folder that is the template.
pub(super) struct Chosen {
    pub folder: String,
    /// It is one of those that a cookiecutter template leads to.
    pub is_nested: bool,
}

/// More steps from one template to another than anybody takes.
const MOST_STEPS: usize = 8;

/// The folder of the template: the one that is named, the only one, or the one that a person chooses.
pub(super) fn chosen(source: &Source, store: &Store, flags: &Flags, session: &Session) -> Result<Chosen> {
    let mut chosen = Chosen {
        folder: match &flags.directory {
            Some(directory) => named(directory, source, store)?,
            None => match store.templates()? {
                // A template itself, or nothing at all, which is told where it is read.
                found if found.is_empty() || found.contains(&String::new()) => String::new(),
                found => choose(source, store, offers(store, &found), false, session)?,
            },
        },
        is_nested: false,
    };
    for _ in 0..MOST_STEPS {
        let nested = nested_in(source, store, &chosen.folder)?;
        if nested.is_empty() {
            return Ok(chosen);
        }
        chosen = Chosen {
            folder: choose(source, store, nested, flags.take_first, session)?,
            is_nested: true,
        };
    }
    Err(Failure::new(
        Code::Validation,
        format!("the templates of {source} lead to each other without an end"),
    )
    .into())
}

/// The folder of every template, in order.
pub(super) fn all(source: &Source, store: &Store, flags: &Flags) -> Result<Vec<String>> {
    let folders = match &flags.directory {
        Some(directory) => vec![named(directory, source, store)?],
        None => store.templates()?,
    };
    let mut all = Vec::new();
    for folder in folders {
        // One that is broken is told when it is read.
        let nested = nested_in(source, store, &folder).unwrap_or_default();
        match nested.is_empty() {
            true => all.push(folder),
            false => all.extend(nested.into_iter().map(|offer| offer.folder)),
        }
    }
    Ok(all)
}

/// The templates that the one in a folder leads to, if it is none itself.
fn nested_in(source: &Source, store: &Store, folder: &str) -> Result<Vec<Offer>> {
    let [ours, other] = MANIFESTS;
    let here = match folder {
        "" => store.clone(),
        folder => store.below(folder)?,
    };
    let text = match here.text(ours)? {
        Some(_) => None,
        None => here.text(other)?,
    };
    let Some(text) = text else { return Ok(Vec::new()) };
    let broken = |problem: Problem| {
        let problem = Problem {
            at: source.locate(&joined(folder, &problem.at)),
            ..problem
        };
        Failure::new(Code::Validation, format!("the template `{source}` does not work")).problems(vec![problem])
    };
    let mut offers = Vec::new();
    for nested in nested(&text).map_err(broken)? {
        let folder = joined(folder, &normal(&nested.path)?);
        let label = nested.label;
        offers.push(Offer { folder, label });
    }
    Ok(offers)
}

fn joined(folder: &str, path: &str) -> String {
    match folder {
        "" => path.to_string(),
        folder => format!("{folder}/{path}"),
    }
}

/// The named folder; fails with those that are templates where it is none.
fn named(directory: &str, source: &Source, store: &Store) -> Result<String> {
    let directory = normal(directory)?;
    let here = match directory.is_empty() {
        true => Ok(store.clone()),
        false => store.below(&directory),
    };
    let is_template = here.and_then(|store| {
        let texts = MANIFESTS.map(|file| store.text(file));
        texts
            .into_iter()
            .try_fold(false, |found, text| Ok(found || text?.is_some()))
    });
    match is_template {
        Ok(true) => Ok(directory),
        Ok(false) => Err(no_template(&directory, None, source, store)?.into()),
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
        [] => failure.hint(format!("a template is a folder with a {}", MANIFESTS.join(" or a "))),
        [own] if own.is_empty() => failure.hint("leave `--directory` out: it is a template itself"),
        _ => match near(place, &found) {
            Some(near) => {
                let problem = |offer: Offer| Problem::new(offer.folder, offer.label);
                let problems = offers(store, &found).into_iter().map(problem).collect();
                failure.problems(problems).hint(format!("did you mean {}?", flag(near)))
            }
            None => one_of(failure, store, &offers(store, &found)),
        },
    })
}

/// A template in a folder of this very name, or of one much like it.
fn near<'a>(place: &str, found: &'a [String]) -> Option<&'a str> {
    let mut known = found.iter().map(String::as_str);
    let same = known.clone().find(|folder| folder.rsplit('/').next() == Some(place));
    same.or_else(|| did_you_mean(place, &mut known))
}

/// The only folder, or the one that a person chooses.
fn choose(
    source: &Source,
    store: &Store,
    mut offers: Vec<Offer>,
    take_first: bool,
    session: &Session,
) -> Result<String> {
    let choice = match offers.len() {
        1 => 0,
        _ if take_first => 0,
        _ if session.ui.can_ask() => {
            let rows = offers.iter().map(|offer| (offer.folder.clone(), offer.label.clone()));
            let rows: Vec<(String, String)> = rows.collect();
            // What comes last is cut where the line is short.
            Prompter::new(0).choose_named(&format!("Which template of {source}?"), &rows, 0)?
        }
        _ => {
            let message = format!("{source} holds several templates");
            return Err(one_of(Failure::invalid_input(message), store, &offers).into());
        }
    };
    Ok(offers.swap_remove(choice).folder)
}

/// Tells the templates there are, and how to name one that can be read.
fn one_of(failure: Failure, store: &Store, offers: &[Offer]) -> Failure {
    let problem = |offer: &Offer| Problem::new(&offer.folder, &offer.label);
    let failure = failure.problems(offers.iter().map(problem).collect());
    match offers
        .iter()
        .find(|offer| said_of_itself(store, &offer.folder).is_some())
    {
        Some(offer) => failure.hint(format!("name one of them: {}", flag(&offer.folder))),
        None => failure,
    }
}

/// What is to be typed for one of the folders.
fn flag(folder: &str) -> String {
    format!("`--directory {}`", shell_words::quote(folder))
}

/// The templates in these folders, each with what it says of itself.
fn offers(store: &Store, found: &[String]) -> Vec<Offer> {
    let offer = |folder: &String| Offer {
        folder: folder.clone(),
        label: said_of_itself(store, folder).unwrap_or_else(|| "(its template.toml does not work)".to_string()),
    };
    found.iter().map(offer).collect()
}

/// The description in a folder's manifest, where that can be read. No code in it is run: the template may be one that
/// nobody asked for.
fn said_of_itself(store: &Store, folder: &str) -> Option<String> {
    let [ours, other] = MANIFESTS;
    let here = store.below(folder).ok()?;
    match here.text(ours).ok()? {
        Some(text) => Some(Manifest::outline(&text).ok()?.description),
        None => here.text(other).ok()?.map(|_| cookiecutter::DESCRIPTION.to_string()),
    }
}
