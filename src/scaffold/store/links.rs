//! Reading a folder as cookiecutter does, folders and all, with links that are taken for what they lead to.
//!
//! A link may lead to any file within what the user named; one that leaves it is refused, whatever is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Entries, Store, committed, committed_files, read};
use crate::git::{Commit, Entry, Id};
use crate::limits::MOST_BYTES;
use crate::scaffold::folder::{self, read_all, read_permitted};
use crate::scaffold::tree::File;

/// Everything below a folder, by its path there, each in order.
#[derive(Debug, Default)]
pub struct Contents {
    pub files: Vec<(String, File)>,
    /// With the links to folders, whose content is not looked at.
    pub folders: Vec<String>,
    /// Those folders that are links.
    pub links: BTreeSet<String>,
    /// Of folders, where the store knows them.
    pub permissions: BTreeMap<String, u32>,
}

/// Where a link leads, within the whole.
enum Target<T> {
    File(T),
    Folder,
}

/// No honest link leads over more.
const LONGEST_CHAIN: usize = 8;

impl Store {
    /// The content of one of its folders, where there is one.
    pub fn contents(&self, below: &str) -> Result<Option<Contents>> {
        match self {
            Store::Folder { root, named } => match root.join(below).symlink_metadata() {
                Ok(_) => on_disk(&root.join(below), named).map(Some),
                Err(_) => Ok(None),
            },
            Store::Commit {
                commit,
                entries,
                all,
                folder,
            } => match committed(entries, below)?.is_empty() {
                true => Ok(None),
                false => {
                    let folder = match (folder.as_str(), below) {
                        ("", below) => below.to_string(),
                        (folder, "") => folder.to_string(),
                        (folder, below) => format!("{folder}/{below}"),
                    };
                    Committed { commit, all, folder }.contents(entries, below).map(Some)
                }
            },
            Store::BuiltIn(_) => Ok(Some(Contents {
                files: self.files(below)?,
                ..Contents::default()
            })),
        }
    }
}

fn on_disk(root: &Path, named: &Path) -> Result<Contents> {
    let listing = folder::list_all(root)?;
    let mut folders = listing.folders;
    let known = |path: &String| Some((path.clone(), folder::permissions(&root.join(path).metadata().ok()?)?));
    let permissions = folders.iter().filter_map(known).collect();
    let mut links = BTreeSet::new();
    let place = |path: String| (root.join(&path), path);
    let mut places: Vec<(PathBuf, String)> = listing.files.into_iter().map(place).collect();
    if !listing.links.is_empty() {
        let outer = named.canonicalize();
        let outer = outer.with_context(|| format!("could not look at {}", named.display()))?;
        for path in listing.links {
            match followed(&root.join(&path), &outer)? {
                Target::File(target) => places.push((target, path)),
                Target::Folder => {
                    links.insert(path.clone());
                    folders.push(path);
                }
            }
        }
    }
    places.sort_by(|a, b| a.1.cmp(&b.1));
    folders.sort();
    let files = read_all(root, places, read_permitted)?;
    Ok(Contents {
        files,
        folders,
        links,
        permissions,
    })
}

fn followed(link: &Path, outer: &Path) -> Result<Target<PathBuf>> {
    let shown = link.display();
    let Ok(target) = link.canonicalize() else {
        bail!("{shown} is a link that leads nowhere");
    };
    if !target.starts_with(outer) {
        bail!("{shown} is a link that leads out of {}", outer.display());
    }
    match target.metadata() {
        Ok(metadata) if metadata.is_dir() => Ok(Target::Folder),
        Ok(metadata) if metadata.is_file() => Ok(Target::File(target)),
        _ => bail!("{shown} is a link to what is neither a file nor a folder"),
    }
}

/// A folder of a commit.
struct Committed<'a> {
    commit: &'a Commit,
    all: &'a Entries,
    /// Its path in the commit.
    folder: String,
}

impl Committed<'_> {
    fn contents(&self, entries: &[(String, Entry)], below: &str) -> Result<Contents> {
        let is_plain = |(_, entry): &&(String, Entry)| matches!(entry, Entry::File { .. });
        let plain: Vec<_> = entries.iter().filter(is_plain).cloned().collect();
        let mut files = committed_files(self.commit, &plain, below)?;
        let mut folders = Vec::new();
        let mut links = BTreeSet::new();
        let mut bytes = files.iter().map(|(_, file)| file.content.len() as u64).sum::<u64>();
        for (path, _, entry) in committed(entries, below)? {
            folders.extend(path.match_indices('/').map(|(end, _)| path[..end].to_string()));
            match entry {
                Entry::File { .. } => {}
                // What is in another repository is not fetched, and an empty folder stands for it, as in a clone.
                Entry::Submodule => folders.push(path),
                Entry::Link { id } => match self.followed(&path, *id)? {
                    Target::File(file) => {
                        bytes += file.content.len() as u64;
                        files.push((path, file));
                    }
                    Target::Folder => {
                        links.insert(path.clone());
                        folders.push(path);
                    }
                },
            }
            if bytes > MOST_BYTES {
                bail!("{below} has more than {} MiB", MOST_BYTES >> 20);
            }
        }
        files.sort_by(|a, b| a.0.cmp(&b.0));
        folders.sort();
        folders.dedup();
        Ok(Contents {
            files,
            folders,
            links,
            permissions: BTreeMap::new(),
        })
    }

    fn followed(&self, path: &str, link: Id) -> Result<Target<File>> {
        let shown = match self.folder.as_str() {
            "" => path.to_string(),
            folder => format!("{folder}/{path}"),
        };
        let mut at = shown.clone();
        let mut link = link;
        for _ in 0..LONGEST_CHAIN {
            let Some(target) = resolved(&at, &self.commit.read(link)?) else {
                bail!("{shown} is a link that leads out of the repository");
            };
            match self.entry(&target) {
                Some(Entry::Link { id }) => link = *id,
                Some(entry @ Entry::File { .. }) => return read(self.commit, &target, entry).map(Target::File),
                Some(Entry::Submodule) => break,
                None if self.is_folder(&target) => return Ok(Target::Folder),
                None => break,
            }
            at = target;
        }
        bail!("{shown} is a link that leads nowhere");
    }

    fn entry(&self, path: &str) -> Option<&Entry> {
        let found = self.all.binary_search_by(|(known, _)| known.as_str().cmp(path));
        Some(&self.all[found.ok()?].1)
    }

    fn is_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        let first = self.all.partition_point(|(known, _)| *known < inside);
        self.all.get(first).is_some_and(|(known, _)| known.starts_with(&inside))
    }
}

/// Where a link at a path leads, as a path in the same commit; none where it leads out of it.
fn resolved(link: &str, target: &[u8]) -> Option<String> {
    let target = std::str::from_utf8(target)
        .ok()
        .filter(|target| !target.starts_with('/'))?;
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn a_link_stays_in_its_commit_or_is_none() {
        let to = |link: &str, target: &str| resolved(link, target.as_bytes());
        assert_eq!(to("a/b/link", "../c.txt").as_deref(), Some("a/c.txt"));
        assert_eq!(to("a/b/link", "./c//d").as_deref(), Some("a/b/c/d"));
        assert_eq!(to("link", "a").as_deref(), Some("a"));
        assert_eq!(to("a/link", "../../etc"), None);
        assert_eq!(to("link", "/etc/passwd"), None);
        assert_eq!(resolved("link", b"\xff"), None);
    }
}
