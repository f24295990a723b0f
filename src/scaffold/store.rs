//! Where template files are read from: this program, a folder, a commit in the cache. Nothing is written to read it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};

use super::built_in::BuiltIn;
use super::folder;
use super::template::MANIFESTS;
use super::tree::File;
use crate::git::{Commit, Entry};
use crate::limits::MOST_BYTES;

mod links;

pub use links::Contents;

/// A folder that holds one template, or several below it.
#[derive(Clone)]
pub enum Store {
    BuiltIn(BuiltIn),
    Folder {
        root: PathBuf,
        /// The folder that the user named, which this one is or is in.
        named: PathBuf,
    },
    Commit {
        commit: Rc<Commit>,
        entries: Entries,
        /// Those of the whole commit.
        all: Entries,
        /// The folder in the commit.
        folder: String,
    },
}

/// What is at each path of a commit, or below a folder of it.
type Entries = Rc<Vec<(String, Entry)>>;

/// How many folders deep templates are looked for.
const DEEPEST: usize = 3;

/// More than a person would choose from.
const MOST_FOLDERS: usize = 2_000;

impl Store {
    pub fn built_in(name: &str) -> Option<Store> {
        BuiltIn::named(name).map(Store::BuiltIn)
    }

    /// The files of one commit; `repository` is bare.
    pub fn commit(repository: &Path, id: &str) -> Result<Store> {
        let commit = Commit::open(repository, id)?;
        let all = Rc::new(commit.entries(None)?);
        Ok(Store::Commit {
            commit: Rc::new(commit),
            entries: Rc::clone(&all),
            all,
            folder: String::new(),
        })
    }

    pub fn folder(root: PathBuf) -> Store {
        Store::Folder {
            named: root.clone(),
            root,
        }
    }

    /// The text of a file; none where there is no such file.
    pub fn text(&self, path: &str) -> Result<Option<String>> {
        let content = match self {
            Store::BuiltIn(own) => own.read(path),
            Store::Folder { root, .. } => folder::read_if_there(&root.join(path))?.map(|file| file.content.to_vec()),
            Store::Commit { commit, entries, .. } => match entries.iter().find(|(known, _)| known == path) {
                Some((_, entry)) => Some(read(commit, path, entry)?.content.to_vec()),
                None => None,
            },
        };
        let text = content.map(String::from_utf8).transpose();
        text.with_context(|| format!("{path} is not UTF-8"))
    }

    /// Every file below a folder with its path there, in order; none where there is no such folder.
    pub fn files(&self, below: &str) -> Result<Vec<(String, File)>> {
        match self {
            Store::BuiltIn(own) => Ok(own.files(below)),
            Store::Folder { root, .. } => match root.join(below).symlink_metadata() {
                Ok(_) => folder::read(&root.join(below)),
                Err(_) => Ok(Vec::new()),
            },
            Store::Commit { commit, entries, .. } => committed_files(commit, entries, below),
        }
    }

    /// The paths of the same, without their content.
    pub fn paths(&self, below: &str) -> Result<Vec<String>> {
        match self {
            Store::Folder { root, .. } => match root.join(below).symlink_metadata() {
                Ok(_) => folder::list(&root.join(below)),
                Err(_) => Ok(Vec::new()),
            },
            Store::Commit { entries, .. } => {
                let committed = committed(entries, below)?;
                Ok(committed.into_iter().map(|(path, _, _)| path).collect())
            }
            Store::BuiltIn(_) => Ok(self.files(below)?.into_iter().map(|(path, _)| path).collect()),
        }
    }

    /// The names of its own folders, in order.
    pub fn folders(&self) -> Result<Vec<String>> {
        let mut names: Vec<String> = match self {
            Store::BuiltIn(own) => own.folders().collect(),
            Store::Folder { root, .. } => {
                let reading = || format!("could not read the folder {}", root.display());
                let mut names = Vec::new();
                for entry in std::fs::read_dir(root).with_context(reading)? {
                    let entry = entry.with_context(reading)?;
                    if entry.file_type().with_context(reading)?.is_dir() {
                        names.extend(entry.file_name().into_string());
                    }
                }
                names
            }
            Store::Commit { entries, .. } => {
                let folders = entries.iter().filter_map(|(path, _)| path.split_once('/'));
                folders.map(|(folder, _)| folder.to_string()).collect()
            }
        };
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// One of its folders, which must not be reached through a link.
    pub fn below(&self, directory: &str) -> Result<Store> {
        match self {
            Store::BuiltIn(own) => match own.below(directory) {
                Some(own) => Ok(Store::BuiltIn(own)),
                None => bail!("there is no folder {directory}"),
            },
            Store::Folder { root, named } => {
                let mut root = root.clone();
                for part in directory.split('/') {
                    root.push(part);
                    folder::refuse_link(&root)?;
                }
                let named = named.clone();
                Ok(Store::Folder { root, named })
            }
            Store::Commit {
                commit, all, folder, ..
            } => {
                let folder = match folder.as_str() {
                    "" => directory.to_string(),
                    folder => format!("{folder}/{directory}"),
                };
                Ok(Store::Commit {
                    commit: Rc::clone(commit),
                    entries: Rc::new(commit.entries(Some(&folder))?),
                    all: Rc::clone(all),
                    folder,
                })
            }
        }
    }

    /// The folders that hold a template, in order; an empty path is the store's own.
    pub fn templates(&self) -> Result<Vec<String>> {
        match self {
            Store::BuiltIn(_) => Ok(vec![String::new()]),
            Store::Folder { root, .. } => templates_below(root),
            Store::Commit { entries, .. } => Ok(templates_among(entries)),
        }
    }
}

/// The entries below a folder: their paths there and in the commit.
fn committed<'a>(entries: &'a [(String, Entry)], below: &str) -> Result<Vec<(String, &'a str, &'a Entry)>> {
    let inside = |path: &str| match below {
        "" => Some(path.to_string()),
        below => path.strip_prefix(below)?.strip_prefix('/').map(str::to_string),
    };
    if entries
        .iter()
        .any(|(path, entry)| path == below && matches!(entry, Entry::Link { .. }))
    {
        bail!("{below} is a link; links are not followed");
    }
    let wanted = entries.iter();
    let wanted = wanted.filter_map(|(path, entry)| Some((inside(path)?, path.as_str(), entry)));
    Ok(wanted.collect())
}

fn committed_files(commit: &Commit, entries: &[(String, Entry)], below: &str) -> Result<Vec<(String, File)>> {
    let wanted = committed(entries, below)?;
    let sizes = wanted.iter().map(|(_, _, entry)| match entry {
        Entry::File { size, .. } => *size,
        _ => 0,
    });
    if sizes.sum::<u64>() > MOST_BYTES {
        bail!("{below} has more than {} MiB", MOST_BYTES >> 20);
    }
    let read = |(target, path, entry)| Ok((target, read(commit, path, entry)?));
    wanted.into_iter().map(read).collect()
}

fn read(commit: &Commit, path: &str, entry: &Entry) -> Result<File> {
    match entry {
        Entry::File { id, executable, .. } => {
            let content = commit.read(*id).with_context(|| format!("could not read {path}"))?;
            Ok(File {
                content: content.into(),
                executable: *executable,
                permissions: None,
            })
        }
        Entry::Link { .. } => bail!("{path} is a link; links are not followed"),
        Entry::Submodule => bail!("{path} is a submodule; other repositories are not fetched"),
    }
}

/// As [`templates_below`] finds them in a folder.
fn templates_among(entries: &[(String, Entry)]) -> Vec<String> {
    let folder = |path: &str| match path.rsplit_once('/') {
        Some((folder, name)) => MANIFESTS.contains(&name).then(|| folder.to_string()),
        None => MANIFESTS.contains(&path).then(String::new),
    };
    let mut found: Vec<String> = entries.iter().filter_map(|(path, _)| folder(path)).collect();
    found.retain(|folder| folder.split('/').count() <= DEEPEST && folder.split('/').all(|part| !part.starts_with('.')));
    let all: BTreeSet<String> = found.iter().cloned().collect();
    let above = |folder: &str| {
        let ends: Vec<usize> = folder.match_indices('/').map(|(end, _)| end).collect();
        let root = (!folder.is_empty()).then_some(0);
        root.into_iter().chain(ends).any(|end| all.contains(&folder[..end]))
    };
    found.retain(|folder| !above(folder));
    found.sort();
    found.dedup();
    found.truncate(MOST_FOLDERS);
    found
}

/// Not below another template, nor in hidden folders, nor behind links.
fn templates_below(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = pending.pop() {
        let here = root.join(&folder);
        if MANIFESTS.iter().any(|file| here.join(file).symlink_metadata().is_ok()) {
            found.push(folder);
            continue;
        }
        seen += 1;
        if depth == DEEPEST || seen > MOST_FOLDERS {
            continue;
        }
        let reading = || format!("could not read the folder {}", here.display());
        for entry in std::fs::read_dir(&here).with_context(reading)? {
            let entry = entry.with_context(reading)?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if !name.starts_with('.') && entry.file_type().with_context(reading)?.is_dir() {
                let path = if folder.is_empty() {
                    name
                } else {
                    format!("{folder}/{name}")
                };
                pending.push((path, depth + 1));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_templates_are_found_and_nothing_inside_them() {
        let root = tempfile::tempdir().unwrap();
        for path in ["a", "b/c", "b/c/files/d", ".git/e", "f/g/h/too-deep", "none"] {
            std::fs::create_dir_all(root.path().join(path)).unwrap();
        }
        for path in ["a", "b/c", "b/c/files/d", ".git/e", "f/g/h/too-deep"] {
            std::fs::write(root.path().join(path).join(MANIFESTS[0]), "").unwrap();
        }
        let store = Store::folder(root.path().to_path_buf());
        assert_eq!(store.templates().unwrap(), ["a", "b/c"]);
        assert_eq!(store.below("b/c").unwrap().templates().unwrap(), [""]);
        assert!(Store::folder(root.path().join("none")).templates().unwrap().is_empty());
    }
}
