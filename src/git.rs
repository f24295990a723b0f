//! The only door to git2: the user's identity, new repositories, an existing project's remote, a fetched commit's files,
//! how texts differ.
//!
//! libgit2 runs no hooks and no filter programs, reads no `GIT_DIR`, and needs no `git` on the machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use git2::{
    Config, ConfigLevel, ErrorCode, Index, IndexEntry, IndexTime, ObjectType, Oid, Repository, RepositoryInitOptions,
    RepositoryOpenFlags, Signature,
};

use crate::config::GitEnvironment;

mod bare;
mod commit;
mod difference;

pub use bare::Bare;
pub use commit::{Commit, Entry};
pub use difference::difference;
/// What an object in a repository goes by.
pub use git2::Oid as Id;

/// The id git gives to a file of this content.
pub fn blob_id(content: &[u8]) -> Result<Oid> {
    Oid::hash_object(ObjectType::Blob, content).context("could not compute a git blob id")
}

/// Who the user is, as their git configuration and environment say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub name: Option<String>,
    pub email: Option<String>,
    pub github_user: Option<String>,
}

impl Identity {
    /// Reads the system's and the user's configuration, as `git` would outside any repository.
    pub fn read(environment: &GitEnvironment) -> Identity {
        let Ok(config) = user_config(environment) else {
            return Identity::default();
        };
        let get = |key| config.get_string(key).ok().filter(|value| !value.trim().is_empty());
        Identity {
            name: get("user.name"),
            email: get("user.email"),
            github_user: get("github.user"),
        }
    }

    /// As `git.*` in a template's defaults.
    pub fn values(&self) -> BTreeMap<&'static str, String> {
        [
            ("name", &self.name),
            ("email", &self.email),
            ("github_user", &self.github_user),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.clone()?)))
        .collect()
    }
}

fn user_config(environment: &GitEnvironment) -> Result<Config, git2::Error> {
    let mut config = Config::new()?;
    let mut add = |path: Option<PathBuf>, level| match path {
        Some(path) if path.is_file() => config.add_file(&path, level, false),
        _ => Ok(()),
    };
    if !environment.no_system {
        add(Config::find_system().ok(), ConfigLevel::System)?;
    }
    match &environment.global {
        Some(global) => add(Some(global.clone()), ConfigLevel::Global)?,
        None => {
            add(Config::find_xdg().ok(), ConfigLevel::XDG)?;
            add(Config::find_global().ok(), ConfigLevel::Global)?;
        }
    }
    Ok(config)
}

/// Whether the user's configuration names the program to connect by ssh with.
pub fn has_ssh_command(environment: &GitEnvironment) -> bool {
    user_config(environment).is_ok_and(|config| config.get_string("core.sshCommand").is_ok())
}

/// The root of the work tree that `folder`, which need not exist yet, would be part of; none where it is ignored.
///
/// A repository that cannot be opened, because it belongs to somebody else for instance, is a repository all the same.
pub fn enclosing_work_tree(folder: &Path, environment: &GitEnvironment) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    let existing = folder.ancestors().find(|ancestor| ancestor.is_dir())?;
    let missing = folder.strip_prefix(existing).ok()?;
    let existing = existing.canonicalize().ok()?;
    let repository = match Repository::open_ext(&existing, RepositoryOpenFlags::empty(), &environment.ceilings) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => return None,
        Err(_) => return Some(existing),
    };
    let root = repository.workdir()?.canonicalize().ok()?;
    let inside = existing.strip_prefix(&root).ok()?.join(missing);
    let ignored = !inside.as_os_str().is_empty() && repository.is_path_ignored(inside).unwrap_or(false);
    (!ignored).then_some(root)
}

/// What [`init`] did.
#[derive(Debug)]
pub enum Initialized {
    WithCommit,
    /// The user's name or email is not known, and git makes no commit without.
    WithoutIdentity,
    /// There is a repository, and the commit failed.
    WithoutCommit(anyhow::Error),
}

/// Makes `project` a repository of its own whose first commit holds these files, each that is not ignored or there is
/// no commit.
/// Nothing from a template directory comes in: no hooks, no configuration.
pub fn init<'a>(
    project: &Path,
    files: impl Iterator<Item = &'a str>,
    environment: &GitEnvironment,
) -> Result<Initialized> {
    let user = user_config(environment)
        .map_err(|error| said(&error))
        .context("could not read the git configuration")?;
    let get = |key| user.get_string(key).ok().filter(|value| !value.trim().is_empty());
    let branch = get("init.defaultBranch").unwrap_or_else(|| "main".to_string());
    let mut options = RepositoryInitOptions::new();
    options.external_template(false).no_reinit(true).initial_head(&branch);
    let repository = Repository::init_opts(project, &options)
        .map_err(|error| said(&error))
        .with_context(|| format!("could not create a git repository in {}", project.display()))?;
    let author = environment.author.or_else(get("user.name"), get("user.email"));
    let committer = environment.committer.or_else(get("user.name"), get("user.email"));
    let (Some(author), Some(committer)) = (author, committer) else {
        return Ok(Initialized::WithoutIdentity);
    };
    let files: Vec<&str> = files.collect();
    let is_tame = files.iter().all(|file| is_tame(project, file));
    let add = |index: &mut Index| -> Result<()> {
        for file in files {
            // As `git add` has it: what the project itself ignores, such as a file with a secret, is never committed.
            if is_tame && repository.is_path_ignored(file).map_err(|error| said(&error))? {
                continue;
            }
            let content = std::fs::read(project.join(file)).with_context(|| format!("could not read {file}"))?;
            let entry = index_entry(project, file).with_context(|| format!("could not read {file}"))?;
            // As it is: a `.gitattributes` in the project may have patterns that take longer than anybody lives.
            index.add_frombuffer(&entry, &content).map_err(|error| said(&error))?;
        }
        Ok(())
    };
    let commit = |index: &mut Index| -> Result<(), git2::Error> {
        index.write()?;
        let tree = repository.find_tree(index.write_tree()?)?;
        let author = Signature::now(&author.0, &author.1)?;
        let committer = Signature::now(&committer.0, &committer.1)?;
        repository.commit(Some("HEAD"), &author, &committer, "Initial commit", &tree, &[])?;
        Ok(())
    };
    let made = || -> Result<()> {
        let mut index = repository.index().map_err(|error| said(&error))?;
        add(&mut index)?;
        commit(&mut index).map_err(|error| said(&error))
    };
    Ok(match made() {
        Ok(()) => Initialized::WithCommit,
        Err(error) => Initialized::WithoutCommit(
            error.context(format!("could not make the first commit in {}", project.display())),
        ),
    })
}

/// What git keeps of a file to see later whether it has changed.
#[cfg(unix)]
fn index_entry(project: &Path, file: &str) -> std::io::Result<IndexEntry> {
    use std::os::unix::fs::MetadataExt;
    // git, too, keeps the lower half of what is longer.
    let low = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
    let time = |seconds: i64, nanoseconds: i64| {
        let seconds = i32::try_from(seconds).unwrap_or_default();
        IndexTime::new(seconds, u32::try_from(nanoseconds).unwrap_or_default())
    };
    let metadata = project.join(file).symlink_metadata()?;
    Ok(IndexEntry {
        ctime: time(metadata.ctime(), metadata.ctime_nsec()),
        mtime: time(metadata.mtime(), metadata.mtime_nsec()),
        dev: low(metadata.dev()),
        ino: low(metadata.ino()),
        mode: if metadata.mode() & 0o111 == 0 {
            0o100_644
        } else {
            0o100_755
        },
        uid: metadata.uid(),
        gid: metadata.gid(),
        file_size: low(metadata.size()),
        ..plain_entry(file)
    })
}

#[cfg(not(unix))]
fn index_entry(_: &Path, file: &str) -> std::io::Result<IndexEntry> {
    Ok(plain_entry(file))
}

fn plain_entry(file: &str) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: Oid::ZERO_SHA1,
        flags: 0,
        flags_extended: 0,
        path: file.as_bytes().to_vec(),
    }
}

/// Whether the patterns of a `.gitignore` are looked through in no time: each star of one may double that.
fn is_tame(project: &Path, file: &str) -> bool {
    const MOST_STARS: usize = 8;
    let is_ignore = file.rsplit('/').next() == Some(".gitignore");
    let text = is_ignore
        .then(|| std::fs::read_to_string(project.join(file)).ok())
        .flatten();
    text.is_none_or(|text| text.lines().all(|line| line.matches('*').count() <= MOST_STARS))
}

/// The message alone; libgit2 adds numbers of its own to it.
fn said(error: &git2::Error) -> anyhow::Error {
    anyhow::Error::msg(error.message().to_string())
}

/// Where a project stands in its repository.
#[derive(Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The addresses of the remote `origin`, the first one first.
    pub origin: Vec<String>,
    /// The project's folder below the root, `/` between the parts; none at the root itself.
    pub subdirectory: Option<String>,
}

/// The repository that `project` is checked out in; none outside any.
pub fn checkout(project: &Path, environment: &GitEnvironment) -> Result<Option<Checkout>> {
    let reading = || format!("could not read the git repository of {}", project.display());
    let project = project.canonicalize().with_context(reading)?;
    let repository = match Repository::open_ext(&project, RepositoryOpenFlags::empty(), &environment.ceilings) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(said(&error)).with_context(reading),
    };
    let Some(root) = repository.workdir().and_then(|root| root.canonicalize().ok()) else {
        return Ok(None);
    };
    let below = project.strip_prefix(&root).unwrap_or(Path::new(""));
    let parts: Vec<_> = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    // As it was written, then as `url.*.insteadOf` makes it: either may be the one that others can use.
    let mut origin = Vec::new();
    if let Ok(config) = repository.config().and_then(|mut config| config.snapshot()) {
        let written = config.multivar("remote.origin.url", None);
        let _ = written.and_then(|urls| urls.for_each(|url| origin.extend(url.value().ok().map(str::to_string))));
    }
    let remote = repository.find_remote("origin").ok();
    origin.extend(remote.and_then(|remote| remote.url().ok().map(str::to_string)));
    Ok(Some(Checkout {
        origin,
        subdirectory: Some(parts.join("/")).filter(|path| !path.is_empty()),
    }))
}
