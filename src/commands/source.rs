//! What a person calls a template -> the template: built in, a folder, one of several in a repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::Session;
use crate::config::UserConfig;
use crate::failure::{Code, Failure, Problem, did_you_mean};
use crate::remote::{self, Fetched, How, Reference, Remote};
use crate::scaffold::engine::Engine;
use crate::scaffold::manifest::{self, Manifest};
use crate::scaffold::source::{Commit, Source};
use crate::scaffold::store::{Store, built_in};
use crate::scaffold::template::{Outline, Template};
use crate::scaffold::tree::check_part;

/// Which part of a source is the template.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(id = "source")]
pub struct Flags {
    /// The branch, tag or commit of a repository
    #[arg(long, value_name = "REF")]
    pub checkout: Option<String>,
    /// The template's folder in a repository with several
    #[arg(long, value_name = "DIR")]
    pub directory: Option<String>,
    /// Take a repository from the cache, without asking the network
    #[arg(long)]
    pub offline: bool,
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

/// Every built-in template; each is called by its name.
pub fn all_built_in() -> Result<Vec<(String, Outline)>> {
    let names = built_in().into_iter();
    let load = |name: &str| {
        let store = Store::built_in(name).with_context(|| format!("there is no template `{name}`"))?;
        let outline = Outline::load(&Source::BuiltIn(name.to_string()), &store)?;
        Ok((String::new(), outline))
    };
    names.map(load).collect()
}

/// Every template in a folder or repository, with its folder there.
pub fn all_in(named: &str, flags: &Flags, user: &UserConfig, session: &Session) -> Result<Vec<(String, Outline)>> {
    let (source, store) = open(named, flags, user, session)?;
    let folders = match &flags.directory {
        Some(directory) => vec![checked(directory)?],
        None => store.templates()?,
    };
    let load = |folder: &str| match folder.is_empty() {
        true => Outline::load(&source, &store),
        false => Outline::load(&inside(source.clone(), folder), &store.below(folder)?),
    };
    let mut outlines = Vec::new();
    let several = folders.len() > 1;
    for folder in folders {
        match load(&folder) {
            Ok(outline) => outlines.push((folder, outline)),
            // The others work all the same.
            Err(error) if several => session.ui.warn("TEMPLATE_BROKEN", format!("{folder}: {error}")),
            Err(error) => return Err(error),
        }
    }
    Ok(outlines)
}

/// What may be shown of what the user calls a template: the address of a repository without its credentials.
pub fn shown(named: &str) -> String {
    match Remote::parse(named, &BTreeMap::new()) {
        Ok(Some(remote)) => remote.to_string(),
        // A folder is called what it is called.
        _ if Path::new(named).exists() => named.to_string(),
        _ => remote::without_credentials(named),
    }
}

/// Whether `named` means something else than a template of this program's own.
pub fn is_foreign(named: &str) -> bool {
    !built_in().contains(&named)
}

/// The source as far as it is known before a folder in it is chosen.
fn open(named: &str, flags: &Flags, user: &UserConfig, session: &Session) -> Result<(Source, Store)> {
    let reference = flags.checkout.as_deref().map(Reference::parse).transpose()?;
    if let Some(store) = Store::built_in(named).filter(|_| !is_foreign(named)) {
        return match reference {
            Some(_) => Err(
                Failure::invalid_input(format!("`{named}` is built in: there is nothing to check out"))
                    .hint("leave `--checkout` out, or name a repository")
                    .into(),
            ),
            None => Ok((Source::BuiltIn(named.to_string()), store)),
        };
    }
    let remote = match Remote::parse(named, &user.abbreviations)? {
        Some(remote) => remote,
        None => {
            let folder = PathBuf::from(named);
            match folder.is_dir() {
                // What is checked out is what is meant, changes included, unless a commit is asked for.
                true if reference.is_none() && !is_bare(&folder) => {
                    return Ok((Source::Folder(folder.clone()), Store::Folder(folder)));
                }
                true => Remote::local(&folder),
                false => return Err(nowhere(named).into()),
            }
        }
    };
    fetched(&remote, reference.as_ref(), flags.offline, session)
}

fn fetched(
    remote: &Remote,
    reference: Option<&Reference>,
    offline: bool,
    session: &Session,
) -> Result<(Source, Store)> {
    let Some(cache) = &session.config.cache else {
        return Err(Failure::new(
            Code::Internal,
            "there is no folder to keep templates of repositories in",
        )
        .hint("set HOME or XDG_CACHE_HOME to a folder")
        .into());
    };
    let how = How {
        cache,
        git: &session.config.git,
        offline,
        interactive: session.ui.can_ask(),
    };
    // A connection may take seconds before git has anything to say, or asks for a password at the end of this line.
    if !offline {
        session.ui.progress(Some(&format!("Fetching {remote} ... ")));
    }
    let mut show = |line: &str| session.ui.progress(Some(&format!("{remote}: {line}")));
    let fetched = remote::fetch(remote, reference, &how, &mut show);
    session.ui.progress(None);
    let Fetched {
        repository,
        commit,
        stale,
    } = fetched?;
    if let Some(reason) = stale {
        let message = format!("{remote} could not be asked, what the cache has is used: {reason}");
        session.ui.warn("TEMPLATE_STALE", message);
    }
    let store = Store::commit(&repository, &commit)?;
    let source = Source::Git(Commit {
        address: remote.to_string(),
        reference: reference.map(ToString::to_string),
        id: commit,
        directory: None,
    });
    Ok((source, store))
}

/// A repository without a work tree of its own, which has no other files than those of its commits.
fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

fn nowhere(named: &str) -> Failure {
    let known = built_in();
    let failure = Failure::new(Code::Validation, format!("there is no template `{}`", shown(named)));
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
        Source::Git(commit) => Source::Git(Commit {
            directory: Some(directory.to_string()),
            ..commit
        }),
        built_in @ Source::BuiltIn(_) => built_in,
    }
}
