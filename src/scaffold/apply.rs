//! Plan -> disk: the only writer of projects, all or nothing.
//!
//! A new project is written into a temporary folder beside its destination, then renamed there in one step: `rename`
//! replaces nothing or an empty folder, and fails on anything else, so of several runs exactly one wins. Files for a
//! folder that is there are all written beside first, then renamed one by one; a failure takes the renames back.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::sync::OnceLock;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::beneath::Beneath;
use super::plan::{Plan, Step, Verb, parent_of};
use super::tree::{File, Tree};
use super::undo::Undo;
use crate::failure::{Code, Failure};
use crate::{fault, interrupt, parallel};

/// Work on a project while it is being made: in a folder of its own that has the project's name and is not in its place
/// yet. `scratch` is a private folder beside it, which goes away.
pub trait Around {
    /// Before anything is written into the empty folder.
    fn before(&self, project: &Path, scratch: &Path) -> Result<()>;
    /// When everything is.
    fn after(&self, project: &Path, scratch: &Path) -> Result<()>;
}

impl Plan {
    /// Does it. On any error, the disk is as it was before.
    pub fn apply(&self) -> Result<()> {
        self.apply_around(None)
    }

    /// The same with work before and after, whose failure is one like any other.
    pub fn apply_around(&self, around: Option<&dyn Around>) -> Result<()> {
        interrupt::install();
        // Before there are threads that write.
        #[cfg(unix)]
        umask();
        let mut parents = Parents::default();
        if self.fresh {
            let parent = parent_of(&self.root);
            parents.make(parent)?;
            self.make(parent, around)?;
        } else {
            parents.make(&self.root)?;
            match around {
                Some(around) => self.put_around(around)?,
                None => self.put()?,
            }
        }
        parents.keep();
        Ok(())
    }

    fn make(&self, parent: &Path, around: Option<&dyn Around>) -> Result<()> {
        let staging = self.staging_in(parent)?;
        // The staging folder is private (0700); the project inside it is made with the user's own umask.
        let project = staging.path().join(self.name());
        match around {
            Some(around) => self.write_around(&project, staging.path(), around)?,
            None => self.write_into(&project)?,
        }
        interrupt::check()?;
        fault::point("rename")
            .and_then(|()| fs::rename(&project, &self.root))
            .map_err(|error| self.not_placed(error))?;
        // The project is complete: a staging folder that cannot be removed is no reason to call it a failure.
        let _ = match around {
            // What a hook has put beside the project goes away with it.
            Some(_) => staging.close(),
            None => fault::point("clean").and_then(|()| fs::remove_dir(staging.keep())),
        };
        Ok(())
    }

    /// The project's own name, which work on it may look at.
    fn name(&self) -> &OsStr {
        self.root.file_name().unwrap_or(OsStr::new("project"))
    }

    fn write_around(&self, project: &Path, staging: &Path, around: &dyn Around) -> Result<()> {
        let private = tempfile::Builder::new().prefix(".").tempdir_in(staging);
        let private = private.with_context(|| format!("could not create a folder in {}", staging.display()))?;
        create_folder(project)?;
        around.before(project, private.path())?;
        self.write_into(project)?;
        around.after(project, private.path())
    }

    /// Makes the whole project beside, and then puts what came out into the folder that is there.
    fn put_around(&self, around: &dyn Around) -> Result<()> {
        let staging = self.staging_in(&self.root)?;
        let project = staging.path().join(self.name());
        let whole = Plan {
            root: self.root.clone(),
            steps: self.steps.iter().map(Step::made_new).collect(),
            folders: self.folders.clone(),
            fresh: true,
            on_conflict: self.on_conflict,
        };
        whole.write_around(&project, staging.path(), around)?;
        Plan::over(&self.root, Tree::read(&project)?, self.on_conflict)?.put()
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
        let root = Beneath::open(&self.root).with_context(|| format!("could not open {}", self.root.display()))?;
        let mut undo = Undo::new(&root);
        // First what goes, for a file may stand where a folder will, and the other way round.
        self.clear(&old, &mut undo)?;
        for (folder, _) in &self.folders {
            undo.make_folder(folder)
                .with_context(|| format!("could not create the folder {}", self.root.join(folder).display()))?;
        }
        for (index, step) in self.steps.iter().enumerate().filter(|(_, step)| step.verb.writes()) {
            undo.put(step, &step.path.below(&new), old.join(index.to_string()))
                .with_context(|| format!("could not write {}", step.path.below(&self.root).display()))?;
        }
        undo.keep();
        Ok(())
    }

    /// Takes away the files that are not to stay, and with the last file of a folder the folder, as git has it.
    fn clear<'a>(&'a self, old: &Path, undo: &mut Undo<'a>) -> Result<()> {
        let steps = self.steps.iter().enumerate();
        let removed: Vec<_> = steps.filter(|(_, step)| step.verb == Verb::Remove).collect();
        for (index, step) in &removed {
            undo.remove(step.path.as_str(), old.join(index.to_string()))
                .with_context(|| format!("could not remove {}", step.path.below(&self.root).display()))?;
        }
        for (_, step) in removed {
            let mut folders: Vec<&str> = step.path.folders().collect();
            folders.reverse();
            for folder in folders {
                undo.remove_if_empty(folder);
            }
        }
        Ok(())
    }

    /// Writes the files of the plan below `folder`, where there is nothing but what work before has left.
    fn write_into(&self, folder: &Path) -> Result<()> {
        let steps: Vec<&Step> = self.steps.iter().filter(|step| step.verb.writes()).collect();
        let below = self.folders.iter().map(|(below, _)| folder.join(below));
        for folder in std::iter::once(folder.to_path_buf()).chain(below) {
            create_folder(&folder)?;
        }
        let written = parallel::map(&steps, |step| -> Result<()> {
            interrupt::check()?;
            write(&step.path.below(folder), &step.file)
                .with_context(|| format!("could not write {}", step.path.below(&self.root).display()))
        });
        written.into_iter().collect::<Result<()>>()?;
        // Last, and those inside first: it may be that nothing can be put into them any more.
        for (below, permissions) in self.folders.iter().rev() {
            if let Some(permissions) = permissions {
                permit(&folder.join(below), *permissions).with_context(|| {
                    format!(
                        "could not change the permissions of {}",
                        self.root.join(below).display()
                    )
                })?;
            }
        }
        Ok(())
    }
}

/// What is taken away from the permissions of every new file.
#[cfg(unix)]
fn umask() -> u32 {
    static UMASK: OnceLock<u32> = OnceLock::new();
    *UMASK.get_or_init(|| {
        // It can be asked for only by changing it.
        let umask = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        rustix::process::umask(umask);
        umask.as_raw_mode()
    })
}

fn create_folder(folder: &Path) -> Result<()> {
    let made = fault::point("folder").and_then(|()| fs::create_dir(folder));
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made.with_context(|| format!("could not create the folder {}", folder.display())),
    }
}

fn write(path: &Path, file: &File) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // What the umask leaves of it may be what is wanted.
        let plain = if file.executable { 0o777 } else { 0o666 };
        options.mode(file.permissions.map_or(plain, |permissions| permissions & 0o777));
    }
    fault::point("create")?;
    let mut written = match options.open(path) {
        // Work before may have left a file of the same name.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)?
        }
        opened => opened?,
    };
    fault::point("write")?;
    written.write_all(&file.content)?;
    #[cfg(unix)]
    if let Some(permissions) = file.permissions.filter(|permissions| permissions & umask() != 0) {
        // The umask has no say in these. They come last: the file may be one that nobody may write.
        written.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(permissions & 0o777))?;
    }
    Ok(())
}

/// The owner can always go into a folder and change what is there, or nobody could take it away again.
#[cfg(unix)]
fn permit(folder: &Path, permissions: u32) -> io::Result<()> {
    fs::set_permissions(
        folder,
        std::os::unix::fs::PermissionsExt::from_mode((permissions & 0o777) | 0o700),
    )
}

#[cfg(not(unix))]
fn permit(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Folders that were made for the project to be in; dropping them unmakes them, unless they are kept.
#[derive(Default)]
struct Parents(Vec<PathBuf>);

impl Parents {
    fn make(&mut self, folder: &Path) -> Result<()> {
        let mut missing: Vec<&Path> = Vec::new();
        let mut at = folder;
        while !at.as_os_str().is_empty() && !at.exists() {
            missing.push(at);
            at = match at.parent() {
                Some(parent) => parent,
                None => break,
            };
        }
        for folder in missing.into_iter().rev() {
            match fault::point("parent").and_then(|()| fs::create_dir(folder)) {
                Ok(()) => self.0.push(folder.to_path_buf()),
                // A run beside us has made it first.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("could not create the folder {}", folder.display()));
                }
            }
        }
        Ok(())
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Parents {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}
