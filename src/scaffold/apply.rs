//! Plan -> disk: the only writer of projects, all or nothing.
//!
//! A new project is written into a temporary folder beside its destination, then renamed there in one step: `rename`
//! replaces nothing or an empty folder, and fails on anything else, so of several runs exactly one wins. Files for a
//! folder that is there are all written beside first, then renamed one by one; a failure takes the renames back.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::folder;
use super::plan::{Plan, Step, Verb, parent_of};
use crate::failure::{Code, Failure};
use crate::{fault, interrupt, parallel};

impl Plan {
    /// Does it. On any error, the disk is as it was before.
    pub fn apply(&self) -> Result<()> {
        interrupt::install();
        let mut parents = Made::default();
        if self.fresh {
            let parent = parent_of(&self.root);
            parents.folder_and_above(parent)?;
            self.make(parent)?;
        } else {
            parents.folder_and_above(&self.root)?;
            self.put()?;
        }
        parents.keep();
        Ok(())
    }

    fn make(&self, parent: &Path) -> Result<()> {
        let staging = self.staging_in(parent)?;
        // The staging folder is private (0700); the project inside it is made with the user's own umask.
        let project = staging.path().join("project");
        self.write_into(&project)?;
        interrupt::check()?;
        fault::point("rename")
            .and_then(|()| fs::rename(&project, &self.root))
            .map_err(|error| self.not_placed(error))?;
        // The project is complete: a staging folder that cannot be removed is no reason to call it a failure.
        let _ = fault::point("clean").and_then(|()| fs::remove_dir(staging.keep()));
        Ok(())
    }

    /// A private folder, gone when dropped.
    fn staging_in(&self, parent: &Path) -> Result<TempDir> {
        // A name near the limit of 255 bytes leaves no room for our own marks.
        let name = self.root.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{}.", name.chars().take(40).collect::<String>());
        fault::point("staging")
            .and_then(|()| {
                tempfile::Builder::new()
                    .prefix(&prefix)
                    .suffix(".tmp")
                    .tempdir_in(parent)
            })
            .with_context(|| {
                format!(
                    "could not create a folder for {} in {}",
                    self.root.display(),
                    parent.display()
                )
            })
    }

    /// Another run may have come first, in the moment since the plan was made.
    fn not_placed(&self, error: io::Error) -> anyhow::Error {
        use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotADirectory};
        let root = self.root.display();
        match error.kind() {
            AlreadyExists | DirectoryNotEmpty | NotADirectory => Failure::new(
                Code::Validation,
                format!("{root} exists already: something else has just made it"),
            )
            .into(),
            _ => anyhow::Error::new(error).context(format!("could not move the finished project to {root}")),
        }
    }

    fn put(&self) -> Result<()> {
        let staging = self.staging_in(&self.root)?;
        let new = staging.path().join("new");
        self.write_into(&new)?;
        let old = staging.path().join("old");
        fs::create_dir(&old).with_context(|| format!("could not create the folder {}", old.display()))?;
        interrupt::check()?;
        let mut made = Made::default();
        // First what goes, for a file may stand where a folder will, and the other way round.
        self.clear(&old, &mut made)?;
        for folder in &self.folders {
            made.folder(&self.root.join(folder))?;
        }
        for (index, step) in self.steps.iter().enumerate().filter(|(_, step)| step.verb.writes()) {
            let target = step.path.below(&self.root);
            let replacing = || format!("could not write {}", target.display());
            if step.verb == Verb::Overwrite {
                made.replace(&target, old.join(index.to_string()), step, &step.path.below(&new))
                    .with_context(replacing)?;
            }
            fault::point("put")
                .and_then(|()| match step.verb {
                    Verb::Create => create(&step.path.below(&new), &target),
                    _ => fs::rename(step.path.below(&new), &target),
                })
                .with_context(replacing)?;
            if step.verb == Verb::Create {
                made.files.push(target);
            }
        }
        made.keep();
        Ok(())
    }

    /// Takes away the files that are not to stay, and with the last file of a folder the folder, as git has it.
    fn clear(&self, old: &Path, made: &mut Made) -> Result<()> {
        let removed = || {
            self.steps
                .iter()
                .enumerate()
                .filter(|(_, step)| step.verb == Verb::Remove)
        };
        for (index, step) in removed() {
            let target = step.path.below(&self.root);
            made.remove(&target, old.join(index.to_string()))
                .with_context(|| format!("could not remove {}", target.display()))?;
        }
        for (_, step) in removed() {
            let mut folders: Vec<&str> = step.path.folders().collect();
            folders.reverse();
            for folder in folders {
                made.remove_if_empty(&self.root.join(folder));
            }
        }
        Ok(())
    }

    /// Writes the files of the plan below `folder`, which must not exist.
    fn write_into(&self, folder: &Path) -> Result<()> {
        let steps: Vec<&Step> = self.steps.iter().filter(|step| step.verb.writes()).collect();
        let below = self.folders.iter().map(|below| folder.join(below));
        for folder in std::iter::once(folder.to_path_buf()).chain(below) {
            fault::point("folder")
                .and_then(|()| fs::create_dir(&folder))
                .with_context(|| format!("could not create the folder {}", folder.display()))?;
        }
        let written = parallel::map(&steps, |step| -> Result<()> {
            interrupt::check()?;
            write(&step.path.below(folder), &step.file.content, step.file.executable)
                .with_context(|| format!("could not write {}", step.path.below(&self.root).display()))
        });
        written.into_iter().collect()
    }
}

/// Moves a file to a place that must be free: a rename would replace what came there since the plan was made.
fn create(file: &Path, target: &Path) -> io::Result<()> {
    match fs::hard_link(file, target) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && target.symlink_metadata().is_err() => {
            // Not every file system has links.
            fs::rename(file, target)
        }
        result => result,
    }
}

fn write(path: &Path, content: &[u8], executable: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if executable {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o777);
    }
    #[cfg(not(unix))]
    let _ = executable;
    fault::point("create")?;
    let mut file = options.open(path)?;
    fault::point("write")?;
    file.write_all(content)
}

/// What was made so far; dropping it unmakes that, unless it is kept.
#[derive(Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// Replaced and removed files: where each was, and where it is kept meanwhile.
    replaced: Vec<(PathBuf, PathBuf)>,
    /// Folders that were empty, each before the one it was in.
    emptied: Vec<PathBuf>,
}

impl Made {
    fn folder_and_above(&mut self, folder: &Path) -> Result<()> {
        let mut missing: Vec<&Path> = Vec::new();
        let mut at = folder;
        while !at.as_os_str().is_empty() && !at.exists() {
            missing.push(at);
            at = match at.parent() {
                Some(parent) => parent,
                None => break,
            };
        }
        missing.into_iter().rev().try_for_each(|folder| self.folder(folder))
    }

    /// Makes a folder unless it is there; a run beside us may make it first.
    fn folder(&mut self, folder: &Path) -> Result<()> {
        match fault::point("parent").and_then(|()| fs::create_dir(folder)) {
            Ok(()) => self.folders.push(folder.to_path_buf()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => {
                return Err(error).with_context(|| format!("could not create the folder {}", folder.display()));
            }
        }
        Ok(())
    }

    /// Takes a file away, in case it has to come back.
    fn remove(&mut self, target: &Path, kept: PathBuf) -> io::Result<()> {
        fault::point("remove").and_then(|()| fs::rename(target, &kept))?;
        self.replaced.push((target.to_path_buf(), kept));
        Ok(())
    }

    fn remove_if_empty(&mut self, folder: &Path) {
        // One that is not empty stays.
        if fs::remove_dir(folder).is_ok() {
            self.emptied.push(folder.to_path_buf());
        }
    }

    /// Keeps a file in case its replacement fails, and gives its permissions to the successor, unless these are what
    /// differs.
    fn replace(&mut self, target: &Path, kept: PathBuf, step: &Step, successor: &Path) -> io::Result<()> {
        let metadata = fs::metadata(target)?;
        if folder::is_executable(&metadata) == step.file.executable {
            fs::set_permissions(successor, metadata.permissions())?;
        }
        fs::hard_link(target, &kept).or_else(|_| fs::copy(target, &kept).map(|_| ()))?;
        self.replaced.push((target.to_path_buf(), kept));
        Ok(())
    }

    fn keep(mut self) {
        self.folders.clear();
        self.files.clear();
        self.replaced.clear();
        self.emptied.clear();
    }
}

impl Drop for Made {
    /// Already on the way out with an error: what cannot be undone is left, the error tells what happened.
    fn drop(&mut self) {
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
        for folder in self.emptied.iter().rev() {
            let _ = fs::create_dir(folder);
        }
        for (target, kept) in self.replaced.iter().rev() {
            let _ = fs::rename(kept, target);
        }
    }
}
