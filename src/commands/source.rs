//! What a person calls a template -> the template: built in, a folder, one of several in a repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::Session;
use crate::commands::again::{Again, TEMPLATE, unlike_an_option};
use crate::config::UserConfig;
use crate::failure::{Code, Failure, did_you_mean};
use crate::git;
use crate::remote::{self, Fetched, How, Reference, Remote};
use crate::scaffold::built_in::built_in;
use crate::scaffold::source::{Commit, Source};
use crate::scaffold::store::Store;
use crate::scaffold::template::{MANIFESTS, Outline, Template};

mod folder;

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
    /// Of the templates that a cookiecutter template leads to, take the first without asking.
    #[arg(skip)]
    pub take_first: bool,
}

/// A template that is found and not read yet.
pub struct Located {
    pub source: Source,
    pub store: Store,
    /// It is one of those that a cookiecutter template leads to.
    pub is_nested: bool,
}

impl Located {
    pub fn load(&self) -> Result<Template> {
        let mut template = Template::load(self.source.clone(), &self.store)?;
        if let Some(cookiecutter) = &mut template.cookiecutter {
            cookiecutter.is_nested = self.is_nested;
        }
        Ok(template)
    }
}

/// Loads the template that `named` means.
pub fn load(named: &str, flags: &Flags, user: &UserConfig, session: &Session) -> Result<Template> {
    locate(named, flags, user, session)?.load()
}

pub fn locate(named: &str, flags: &Flags, user: &UserConfig, session: &Session) -> Result<Located> {
    let (source, store) = open(named, flags, user, session)?;
    let chosen = folder::chosen(&source, &store, flags, session)?;
    let (source, store) = match chosen.folder.as_str() {
        "" => (source, store),
        folder => (inside(source, folder), store.below(folder)?),
    };
    Ok(Located {
        source,
        store,
        is_nested: chosen.is_nested,
    })
}

/// The built-in template that is taken where none is named. It comes first where all are told.
pub const DEFAULT: &str = "basic";

/// Every built-in template; each is called by its name.
pub fn all_built_in() -> Result<Vec<(String, Outline)>> {
    let mut names = built_in();
    names.sort_by_key(|name| *name != DEFAULT);
    let load = |name: &str| {
        let store = Store::built_in(name).with_context(|| format!("there is no template `{name}`"))?;
        let outline = Outline::load(&Source::BuiltIn(name.to_string()), &store)?;
        Ok((String::new(), outline))
    };
    names.into_iter().map(load).collect()
}

/// Every template in a folder or repository, with its folder there.
pub fn all_in(named: &str, flags: &Flags, user: &UserConfig, session: &Session) -> Result<Vec<(String, Outline)>> {
    let (source, store) = open(named, flags, user, session)?;
    let folders = folder::all(&source, &store, flags)?;
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
    // A file that cannot be read is told where a cookiecutter template needs it.
    let mut abbreviations = session.config.cookiecutter().unwrap_or_default().abbreviations;
    abbreviations.extend(user.abbreviations.clone());
    let remote = match Remote::parse(named, &abbreviations)? {
        Some(remote) => remote,
        None => {
            let folder = PathBuf::from(named);
            match folder.is_dir() {
                // What is checked out is what is meant, changes included, unless a commit is asked for.
                true if reference.is_none() && !is_bare(&folder) => {
                    return Ok((Source::Folder(folder.clone()), Store::folder(folder)));
                }
                true => {
                    refuse_part_of_a_repository(named, flags, session)?;
                    Remote::local(&folder)
                }
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
        folder: remote.folder().map(Path::to_path_buf),
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
            MANIFESTS.join(" or a ")
        )),
    }
}

/// Fails for a folder whose repository is that of a folder above it: a commit is one of the whole.
fn refuse_part_of_a_repository(typed: &str, flags: &Flags, session: &Session) -> Result<()> {
    let above = || {
        if Path::new(typed).join(".git").exists() || is_bare(Path::new(typed)) {
            return None;
        }
        let folder = Path::new(typed).canonicalize().ok()?;
        let root = git::enclosing_work_tree(&folder, &session.config.git)?;
        let inside = folder.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        (!inside.is_empty()).then_some((root, inside))
    };
    let Some((root, mut directory)) = above() else {
        return Ok(());
    };
    if let Some(below) = &flags.directory {
        directory = folder::normal(&format!("{directory}/{below}"))?;
    }
    let root = as_typed(typed, &root);
    let directory = unlike_an_option(Path::new(&directory));
    let again = Again::of(session, None);
    let failure = Failure::invalid_input(format!("{typed} is a folder of the repository {root}"));
    let words = match again.has(TEMPLATE) {
        true => {
            let again = again.with(TEMPLATE, &root).with_option("directory", &directory);
            format!("`{}`", again.text())
        }
        // It is the configuration that names it.
        false => {
            let directory = shell_words::quote(&directory);
            format!("`{root}` as the template, and `--directory {directory}`")
        }
    };
    let failure = failure.hint(format!("name the repository and the folder in it: {words}"));
    Err(failure.into())
}

/// A folder above the one that was typed, in the user's own words where they have some for it.
fn as_typed(typed: &str, root: &Path) -> String {
    let is_root = |above: &&Path| match above.as_os_str().is_empty() {
        true => Path::new(".").canonicalize().is_ok_and(|here| here == root),
        false => above.canonicalize().is_ok_and(|above| above == root),
    };
    match Path::new(typed).ancestors().find(is_root) {
        Some(above) if above.as_os_str().is_empty() => ".".to_string(),
        Some(above) => match above.to_string_lossy() {
            // It would be taken for the template of that name.
            above if !is_foreign(&above) => format!("./{above}"),
            above => above.into_owned(),
        },
        None => root.display().to_string(),
    }
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
