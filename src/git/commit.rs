//! The files of one commit without a checkout: no filter, attribute or hook of the repository is ever obeyed.
//!
//! The repository may be somebody else's, made by hand to hurt. Trees are objects of any bytes, so a name is checked
//! before it is used; a tree may hold another a thousand times over, so entries are counted and not only bytes; and a
//! small packed object may be huge, so its size is looked at before it is unpacked.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use git2::{ObjectType, Odb, Oid, Repository, Tree};

use super::said;
use crate::limits::{DEEPEST, LARGEST_FILE, LONGEST_PATHS, MOST_FILES};

/// More than [`MOST_FILES`] names need.
pub(super) const LARGEST_TREE: u64 = 16 << 20;

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    File {
        id: Oid,
        /// In bytes, as the repository says before the content is unpacked.
        size: u64,
        executable: bool,
    },
    /// A symbolic link; where it leads is not looked at before somebody reads it.
    Link { id: Oid },
    /// A commit of another repository.
    Submodule,
}

/// A commit whose tree can be listed and whose files can be read.
pub struct Commit {
    repository: Repository,
    id: Oid,
}

impl Commit {
    /// The commit of this full id in a bare repository, such as a [`crate::remote::Fetched`] names.
    pub fn open(repository: &Path, id: &str) -> Result<Commit> {
        let opening = || format!("could not open the repository {}", repository.display());
        Ok(Commit {
            id: Oid::from_str(id)
                .map_err(|error| said(&error))
                .with_context(|| format!("`{id}` is not the id of a commit"))?,
            repository: Repository::open_bare(repository)
                .map_err(|error| said(&error))
                .with_context(opening)?,
        })
    }

    /// Every path in the commit, or below a folder of it and then relative to that, in order; no content is read.
    ///
    /// The paths are UTF-8 without a part that is `.`, `..`, `.git` or has a slash in it, and no two are the same. They
    /// are not checked further, a template's hold placeholders such as `{{ name | slug }}` that no project's may.
    pub fn entries(&self, below: Option<&str>) -> Result<Vec<(String, Entry)>> {
        let reading = || format!("could not read the commit {}", self.id);
        let odb = self.odb().with_context(reading)?;
        let root = self.root(&odb).with_context(reading)?;
        let root = match below {
            Some(folder) => self.folder(&odb, root, folder)?,
            None => root,
        };
        self.walk(&odb, root).with_context(reading)
    }

    /// The content of a file; refuses one that is larger than any template's may be, before it is unpacked.
    pub fn read(&self, id: Oid) -> Result<Vec<u8>> {
        object(&self.odb()?, id, ObjectType::Blob, LARGEST_FILE)
            .with_context(|| format!("could not read a file of the commit {}", self.id))
    }

    fn odb(&self) -> Result<Odb<'_>> {
        self.repository.odb().map_err(|error| said(&error))
    }

    fn root(&self, odb: &Odb<'_>) -> Result<Oid> {
        // A commit says little, and libgit2 would unpack one of any size.
        object(odb, self.id, ObjectType::Commit, LARGEST_TREE)?;
        let commit = self.repository.find_commit(self.id);
        Ok(commit.map_err(|error| said(&error))?.tree_id())
    }

    fn folder(&self, odb: &Odb<'_>, root: Oid, path: &str) -> Result<Oid> {
        let mut here = root;
        for part in path.split('/') {
            let tree = tree(&self.repository, odb, here)?;
            let found = tree.iter().find(|child| child.name_bytes() == part.as_bytes());
            here = match found.map(|child| (child.filemode(), child.id())) {
                Some((FOLDER, id)) => id,
                Some((LINK, _)) => bail!("`{path}` is a link in the commit {}; links are not followed", self.id),
                _ => bail!("there is no folder `{path}` in the commit {}", self.id),
            };
        }
        Ok(here)
    }

    fn walk(&self, odb: &Odb<'_>, root: Oid) -> Result<Vec<(String, Entry)>> {
        let mut entries = Vec::new();
        let (mut count, mut length) = (0, 0);
        let mut sizes: HashMap<Oid, u64> = HashMap::new();
        let mut pending = vec![(String::new(), 0, root)];
        while let Some((folder, depth, id)) = pending.pop() {
            if depth > DEEPEST {
                bail!("`{folder}` is more than {DEEPEST} folders deep");
            }
            let tree =
                tree(&self.repository, odb, id).with_context(|| format!("could not read its folder `{folder}`"))?;
            let mut names = HashSet::new();
            for child in &tree {
                let name = checked(child.name_bytes(), &folder)?.to_string();
                let path = match folder.as_str() {
                    "" => name.clone(),
                    folder => format!("{folder}/{name}"),
                };
                if !names.insert(name) {
                    bail!("it has `{path}` twice");
                }
                count += 1;
                length += path.len();
                if count > MOST_FILES || length > LONGEST_PATHS {
                    bail!("it has more than {MOST_FILES} files and folders");
                }
                let entry = match child.filemode() {
                    FOLDER => {
                        pending.push((path, depth + 1, child.id()));
                        continue;
                    }
                    LINK => Entry::Link { id: child.id() },
                    SUBMODULE => Entry::Submodule,
                    mode => {
                        let size = match sizes.get(&child.id()) {
                            Some(size) => *size,
                            None => {
                                let (size, kind) = header(odb, child.id())
                                    .with_context(|| format!("could not read its file `{path}`"))?;
                                if kind != ObjectType::Blob {
                                    bail!("its `{path}` says to be a file and is none");
                                }
                                sizes.insert(child.id(), size);
                                size
                            }
                        };
                        Entry::File {
                            id: child.id(),
                            size,
                            executable: mode == EXECUTABLE,
                        }
                    }
                };
                entries.push((path, entry));
            }
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(entries)
    }
}

/// In bytes, as in every folder on a disk.
const LONGEST_NAME: usize = 255;

fn checked<'a>(name: &'a [u8], folder: &str) -> Result<&'a str> {
    let within = match folder {
        "" => String::new(),
        folder => format!(" in `{folder}`"),
    };
    if name.len() > LONGEST_NAME {
        bail!("a file name{within} is longer than {LONGEST_NAME} bytes");
    }
    let Ok(name) = std::str::from_utf8(name) else {
        bail!("its file name {:?}{within} is not UTF-8", String::from_utf8_lossy(name));
    };
    let folded = name.to_ascii_lowercase();
    if matches!(folded.as_str(), "." | ".." | ".git" | "git~1") || name.contains('/') {
        bail!("it has a file or folder named {name:?}{within}, which no template needs");
    }
    Ok(name)
}

pub(super) const FOLDER: i32 = 0o040_000;
const EXECUTABLE: i32 = 0o100_755;
const LINK: i32 = 0o120_000;
pub(super) const SUBMODULE: i32 = 0o160_000;

/// A tree that is not too large to be unpacked.
pub(super) fn tree<'r>(repository: &'r Repository, odb: &Odb<'_>, id: Oid) -> Result<Tree<'r>> {
    let (size, _) = header(odb, id)?;
    if size > LARGEST_TREE {
        bail!("the object {id} is larger than {} MiB", LARGEST_TREE >> 20);
    }
    repository.find_tree(id).map_err(|error| said(&error))
}

pub(super) fn header(odb: &Odb<'_>, id: Oid) -> Result<(u64, ObjectType)> {
    let (size, kind) = odb.read_header(id).map_err(|error| said(&error))?;
    Ok((size as u64, kind))
}

/// An object's content, whose id is compared with what was read; nothing is unpacked that is larger than `most`.
pub(super) fn object(odb: &Odb<'_>, id: Oid, kind: ObjectType, most: u64) -> Result<Vec<u8>> {
    let (size, found) = header(odb, id)?;
    if found != kind {
        bail!("the object {id} is a {found}, not a {kind}");
    }
    if size > most {
        bail!("the object {id} is larger than {} MiB", most >> 20);
    }
    let object = odb.read(id).map_err(|error| said(&error))?;
    Ok(object.data().to_vec())
}
