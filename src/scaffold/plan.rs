//! Tree + folder -> Plan: what writing would do to each file, decided and shown before anything is written.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::tree::{File, RelPath, Tree};
use crate::failure::{Code, Failure, Problem};

/// What to do where a file of the tree is already there with another content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    Fail,
    Skip,
    Overwrite,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Create,
    Overwrite,
    Remove,
    /// Left alone: it is there with another content.
    Skip,
    /// Left alone: it is there with this content.
    Identical,
}

impl Verb {
    pub fn name(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Overwrite => "overwrite",
            Verb::Remove => "remove",
            Verb::Skip => "skip",
            Verb::Identical => "identical",
        }
    }

    pub fn writes(self) -> bool {
        matches!(self, Verb::Create | Verb::Overwrite)
    }

    pub fn changes(self) -> bool {
        self.writes() || self == Verb::Remove
    }
}

#[derive(Debug)]
pub struct Step {
    pub verb: Verb,
    pub path: RelPath,
    pub file: File,
}

impl Step {
    /// The same where there is nothing yet.
    pub(super) fn made_new(&self) -> Step {
        Step {
            verb: Verb::Create,
            path: self.path.clone(),
            file: self.file.clone(),
        }
    }
}

/// Every file of a tree with what will happen to it.
#[derive(Debug)]
pub struct Plan {
    pub root: PathBuf,
    pub steps: Vec<Step>,
    /// Folders of the tree, parents first, with their permissions where these are not left to the umask.
    pub(super) folders: Vec<(String, Option<u32>)>,
    /// The root is made in one step, from nothing; otherwise files are put into a folder that is there.
    pub(super) fresh: bool,
    /// What happens to files that are there and differ.
    pub(super) on_conflict: OnConflict,
}

impl Plan {
    /// A new folder. Refuses a root that exists, unless it is an empty folder.
    pub fn fresh(root: &Path, tree: Tree) -> Result<Plan> {
        check_free(root)?;
        Plan::new(root, tree, true, |_, _| Ok(Verb::Create))
    }

    /// Files in a folder that may exist; with [`OnConflict::Fail`] every conflict is named and nothing is planned.
    pub fn over(root: &Path, tree: Tree, on_conflict: OnConflict) -> Result<Plan> {
        let mut problems = Vec::new();
        let plan = Plan::new(root, tree, false, |path, file| {
            let verb = compare(root, path, file)?;
            Ok(match (verb, on_conflict) {
                (Verb::Overwrite, OnConflict::Skip) => Verb::Skip,
                (Verb::Overwrite, OnConflict::Fail) => {
                    problems.push(Problem::new(path.as_str(), "is there with another content"));
                    Verb::Skip
                }
                (verb, _) => verb,
            })
        })?;
        if problems.is_empty() {
            return Ok(Plan { on_conflict, ..plan });
        }
        Err(
            Failure::new(Code::Validation, format!("{} has files that differ", root.display()))
                .problems(problems)
                .into(),
        )
    }

    /// A folder made equal to the tree, to the last file and its mode.
    pub fn mirror(root: &Path, tree: Tree) -> Result<Plan> {
        if root.symlink_metadata().is_err() {
            return Plan::fresh(root, tree);
        }
        let found = Tree::read(root)?;
        let surplus = found.iter().filter(|(path, _)| tree.get(path).is_none());
        let surplus: Vec<Step> = surplus
            .map(|(path, file)| Step {
                verb: Verb::Remove,
                path: path.clone(),
                file: file.clone(),
            })
            .collect();
        let mut plan = Plan::new(root, tree, false, |path, file| {
            Ok(match found.get(path) {
                None => Verb::Create,
                Some(found) if found == file => Verb::Identical,
                Some(_) => Verb::Overwrite,
            })
        })?;
        plan.steps.extend(surplus);
        plan.steps.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(plan)
    }

    /// Whether it would change nothing.
    pub fn is_idle(&self) -> bool {
        !self.steps.iter().any(|step| step.verb.changes())
    }

    fn new(
        root: &Path,
        tree: Tree,
        fresh: bool,
        mut verb: impl FnMut(&RelPath, &File) -> Result<Verb>,
    ) -> Result<Plan> {
        let folders = tree.folders();
        let folders = folders
            .map(|folder| (folder.to_string(), tree.permissions(folder)))
            .collect();
        let mut steps = Vec::with_capacity(tree.len());
        for (path, file) in tree {
            let verb = verb(&path, &file)?;
            steps.push(Step { verb, path, file });
        }
        Ok(Plan {
            root: root.to_path_buf(),
            steps,
            folders,
            fresh,
            on_conflict: OnConflict::Fail,
        })
    }
}

impl fmt::Display for Plan {
    /// One line a file, verb first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{:>11}  {}", step.verb.name(), step.path)?;
        }
        Ok(())
    }
}

/// The folder a path is in; `.` for a bare name.
pub fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Fails unless `root` does not exist or is an empty folder.
pub fn check_free(root: &Path) -> Result<()> {
    let shown = root.display();
    let taken = |what: &str| Failure::new(Code::Validation, format!("{shown} {what}"));
    match fs::read_dir(root) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(taken("exists already and is not empty").into()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => match root.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => Err(taken("is a link that leads nowhere").into()),
            // It has just been made.
            Ok(_) => Err(taken("exists already").into()),
            Err(_) => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotADirectory && root.exists() => {
            Err(taken("exists already and is not a folder").into())
        }
        Err(error) => Err(error).with_context(|| format!("could not look at {shown}")),
    }
}

/// What writing `file` below `root` would do. Refuses a path that would lead through a link or a special file.
fn compare(root: &Path, path: &RelPath, file: &File) -> Result<Verb> {
    let refuse = |at: &Path, what: &str| Failure::new(Code::Validation, format!("{} {what}", at.display()));
    for folder in path.folders() {
        let folder = root.join(folder);
        match folder.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(refuse(&folder, "is in the way: a folder is needed there").into()),
            Err(_) => return Ok(Verb::Create),
        }
    }
    let target = path.below(root);
    match target.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Verb::Create),
        Err(error) => Err(error).with_context(|| format!("could not look at {}", target.display())),
        Ok(metadata) if metadata.is_file() => {
            // A file of another size is not worth reading.
            let is_same = metadata.len() == file.content.len() as u64
                && fs::read(&target).with_context(|| format!("could not read {}", target.display()))? == *file.content;
            Ok(if is_same { Verb::Identical } else { Verb::Overwrite })
        }
        Ok(_) => Err(refuse(&target, "is in the way: it is not a regular file").into()),
    }
}
