//! A repository without a work tree that holds what was fetched: made empty, asked what it has, looked over for damage.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use git2::{ErrorCode, ObjectType, Oid, Repository, RepositoryInitOptions};

use super::commit::{FOLDER, LARGEST_TREE, SUBMODULE, header, object, tree};
use super::said;

/// Reading more than this for its own sake would be felt.
const QUICKLY_READ: u64 = 32 << 20;

pub struct Bare(Repository);

impl Bare {
    /// Makes an empty one in a folder; nothing from a template directory comes in: no hooks, no configuration.
    pub fn init(folder: &Path) -> Result<()> {
        let mut options = RepositoryInitOptions::new();
        options.bare(true).external_template(false).no_reinit(true);
        Repository::init_opts(folder, &options)
            .map(drop)
            .map_err(|error| said(&error))
            .with_context(|| format!("could not create a git repository in {}", folder.display()))
    }

    pub fn open(folder: &Path) -> Result<Bare> {
        Repository::open_bare(folder)
            .map(Bare)
            .map_err(|error| said(&error))
            .with_context(|| format!("could not open the git repository {}", folder.display()))
    }

    /// The full id of the commit that a reference, by its whole name, leads to; through a tag if need be.
    pub fn target(&self, reference: &str) -> Option<String> {
        let reference = self.0.find_reference(reference).ok()?;
        Some(reference.peel_to_commit().ok()?.id().to_string())
    }

    /// The full id of the commit of this id, or the one whose id begins so; through a tag if need be.
    pub fn commit(&self, id: &str) -> Option<String> {
        let object = self.0.find_object_by_prefix(id, None).ok()?;
        Some(object.peel_to_commit().ok()?.id().to_string())
    }

    /// Whether there are several objects whose ids begin so.
    pub fn is_ambiguous(&self, id: &str) -> bool {
        self.0
            .find_object_by_prefix(id, None)
            .is_err_and(|error| error.code() == ErrorCode::Ambiguous)
    }

    /// Makes a reference lead to a commit, whatever it led to before.
    pub fn point(&self, reference: &str, commit: &str) -> Result<()> {
        let id = Oid::from_str(commit).map_err(|error| said(&error))?;
        self.0
            .reference(reference, id, true, "")
            .map(drop)
            .map_err(|error| said(&error))
            .with_context(|| format!("could not write in {}", self.0.path().display()))
    }

    /// Removes a reference, where there is one.
    pub fn forget(&self, reference: &str) -> Result<()> {
        let found = self.0.find_reference(reference);
        found
            .and_then(|mut reference| reference.delete())
            .or_else(|error| {
                if error.code() == ErrorCode::NotFound {
                    Ok(())
                } else {
                    Err(said(&error))
                }
            })
            .with_context(|| format!("could not write in {}", self.0.path().display()))
    }

    /// Whether every file and folder of a commit is there, and what is quickly read is what it should be.
    pub fn is_whole(&self, commit: &str) -> bool {
        self.look_over(commit).is_ok()
    }

    /// Whether that is so for the commit of every reference in a folder of references.
    pub fn is_sound(&self, folder: &str) -> bool {
        // libgit2 passes over a reference that is broken, and that is what is looked for.
        let references = match fs::read_dir(self.0.path().join(folder)) {
            Ok(references) => references,
            Err(error) => return error.kind() == ErrorKind::NotFound,
        };
        references.into_iter().all(|reference| {
            let name = reference
                .ok()
                .and_then(|reference| reference.file_name().into_string().ok());
            let commit = name.and_then(|name| self.target(&format!("{folder}/{name}")));
            commit.is_some_and(|commit| self.is_whole(&commit))
        })
    }

    fn look_over(&self, commit: &str) -> Result<()> {
        let id = Oid::from_str(commit)?;
        let odb = self.0.odb()?;
        object(&odb, id, ObjectType::Commit, LARGEST_TREE)?;
        let root = self.0.find_commit(id)?.tree_id();
        let mut seen = HashSet::from([root]);
        let mut pending = vec![root];
        let mut quickly = QUICKLY_READ;
        while let Some(folder) = pending.pop() {
            if header(&odb, folder)?.0 > LARGEST_TREE {
                // Whole or not, it is refused by whoever lists it.
                continue;
            }
            for child in &tree(&self.0, &odb, folder)? {
                if child.filemode() == SUBMODULE || !seen.insert(child.id()) {
                    continue;
                }
                if child.filemode() == FOLDER {
                    pending.push(child.id());
                    continue;
                }
                let (size, kind) = header(&odb, child.id())?;
                if let Some(rest) = quickly.checked_sub(size) {
                    quickly = rest;
                    object(&odb, child.id(), kind, QUICKLY_READ)?;
                }
            }
        }
        Ok(())
    }
}
