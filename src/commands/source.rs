//! What a person calls a template -> the template: built in, a folder, one of several in a repository.

use anyhow::Result;

use crate::Session;
use crate::config::UserConfig;
use crate::failure::{Code, Failure, Problem, did_you_mean};
use crate::scaffold::engine::Engine;
use crate::scaffold::manifest::{self, Manifest};
use crate::scaffold::source::Source;
use crate::scaffold::store::{Store, built_in};
use crate::scaffold::template::Template;
use crate::scaffold::tree::check_part;

/// Which part of a source is the template.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(id = "source")]
pub struct Flags {
    /// The template's folder in a repository with several
    #[arg(long, value_name = "DIR")]
    pub directory: Option<String>,
}

/// Loads the template that `named` means.
pub fn load(named: &str, flags: &Flags, user: &UserConfig, session: &Session) -> Result<Template> {
    let (source, store) = open(named, flags, user, session)?;
    let directory = match &flags.directory {
        Some(directory) => Some(checked(directory)?),
        None => choose(&source, &store, session)?,
    };
    match directory {
        Some(directory) => Template::load(inside(source, &directory), &store.below(&directory)?),
        None => Template::load(source, &store),
    }
}

/// Whether `named` means something else than a template of this program's own.
pub fn is_foreign(named: &str) -> bool {
    !built_in().contains(&named)
}

/// The source as far as it is known before a folder in it is chosen.
fn open(named: &str, _flags: &Flags, _user: &UserConfig, _session: &Session) -> Result<(Source, Store)> {
    if let Some(store) = Store::built_in(named).filter(|_| !is_foreign(named)) {
        return Ok((Source::BuiltIn(named.to_string()), store));
    }
    let folder = std::path::PathBuf::from(named);
    if !folder.is_dir() {
        return Err(nowhere(named).into());
    }
    Ok((Source::Folder(folder.clone()), Store::Folder(folder)))
}

fn nowhere(named: &str) -> Failure {
    let known = built_in();
    let failure = Failure::new(Code::Validation, format!("there is no template `{named}`"));
    match did_you_mean(named, known.iter().copied()) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint(format!(
            "built in: {}; or give a folder with a {}, or a git address",
            known.join(", "),
            manifest::FILE
        )),
    }
}

/// A folder below the source's own.
fn checked(directory: &str) -> Result<String> {
    let directory = directory.trim_end_matches('/');
    for part in directory.split('/') {
        if let Err(reason) = check_part(part) {
            let problem = Problem::new("--directory", format!("`{directory}` {reason}"));
            return Err(Failure::invalid_input("the template's folder cannot have this name")
                .problems(vec![problem])
                .into());
        }
    }
    Ok(directory.to_string())
}

/// The folder of the template where the source itself is none: the only one, or the one that a person chooses.
fn choose(source: &Source, store: &Store, session: &Session) -> Result<Option<String>> {
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
        let prompter = crate::ui::Prompter::new(0);
        let choice = prompter.choose(&format!("{source} holds several templates. Which one?"), &items)?;
        return Ok(found.into_iter().nth(choice));
    }
    let problems = found.iter().map(|folder| {
        let (_, description) = title(store, folder);
        Problem::new(folder, description)
    });
    Err(Failure::invalid_input(format!("{source} holds several templates"))
        .problems(problems.collect())
        .hint(format!(
            "name one of them: `--directory {}`",
            shell_words::quote(&found[0])
        ))
        .into())
}

fn described(store: &Store, folder: &str) -> String {
    let (name, description) = title(store, folder);
    format!("{name}  {description}")
}

/// A template's folder and what its manifest says of it, as far as that can be read.
fn title(store: &Store, folder: &str) -> (String, String) {
    let text = store.below(folder).and_then(|store| store.text(manifest::FILE));
    let parsed = text
        .ok()
        .flatten()
        .and_then(|text| Manifest::parse(&text, &Engine::new()).ok());
    let description = parsed.map_or_else(
        || "(its template.toml does not work)".to_string(),
        |parsed| parsed.description,
    );
    (folder.to_string(), description)
}

fn inside(source: Source, directory: &str) -> Source {
    match source {
        Source::Folder(folder) => Source::Folder(folder.join(directory)),
        Source::Git(commit) => Source::Git(crate::scaffold::source::Commit {
            directory: Some(directory.to_string()),
            ..commit
        }),
        built_in @ Source::BuiltIn(_) => built_in,
    }
}
