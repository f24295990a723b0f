//! A change of the environment that happens as a whole or not at all: to a copy, which then takes its place in one step.
//!
//! The copy shares no file with it: uv up to 0.5 at least writes into a file that two distributions have. Caches of Python's are
//! left out, which are made again.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::failure::{Code, Failure};
use crate::host::environment::Environment;
use crate::interrupt;

/// How the folders beside the environment begin that hold its copies.
const PREFIX: &str = ".python_venv-";
/// What was there before, in such a folder.
const ASIDE: &str = "before";

pub(super) struct Renewal {
    /// Gone when dropped: the copy, and later what was there before.
    room: TempDir,
    place: PathBuf,
    pub(super) environment: Environment,
}

impl Renewal {
    /// A copy of the environment, or an empty one. Whoever calls this holds the environment's lock.
    pub(super) fn begin(environment: &Environment, is_copy: bool) -> Result<Renewal> {
        let place = environment.folder.clone();
        let beside = place.parent().unwrap_or(&place);
        forget_interrupted(beside);
        let room = TempDir::with_prefix_in(PREFIX, beside).map_err(|error| not_writable(&place, &error))?;
        let copy = room.path().join("python_venv");
        if is_copy && place.exists() {
            duplicate(&place, &copy).with_context(|| format!("could not copy {}", place.display()))?;
        }
        let environment = Environment::at(copy, &environment.python);
        let making = || format!("could not make {}", environment.folder.display());
        environment.lay_out().with_context(making)?;
        Ok(Renewal {
            room,
            place,
            environment,
        })
    }

    /// A folder for what an installer brings, on the same file system.
    pub(super) fn staging(&self) -> PathBuf {
        self.room.path().join("staged")
    }

    /// Puts the copy in its place.
    pub(super) fn commit(self) -> Result<()> {
        interrupt::check()?;
        let new = &self.environment.folder;
        let replacing = || format!("could not replace {}", self.place.display());
        match exchange(new, &self.place) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::rename(new, &self.place).with_context(replacing)?;
            }
            other => other.map_err(|error| not_writable(&self.place, &error))?,
        }
        // What the container wrote there may be another user's; the next run tries again.
        let _ = self.room.close();
        Ok(())
    }
}

/// Where the file system cannot exchange two folders, a run may have been killed between two steps, and what it had put aside is
/// all that there is. Whoever calls this holds the environment's lock.
pub fn bring_back(environment: &Environment) {
    let place = &environment.folder;
    if place.symlink_metadata().is_ok() {
        return;
    }
    for room in rooms(place.parent().unwrap_or(place)) {
        if fs::rename(room.join(ASIDE), place).is_ok() {
            return;
        }
    }
}

fn rooms(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let rooms = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    rooms.map(|entry| entry.path())
}

/// What is left of runs that were killed.
fn forget_interrupted(folder: &Path) {
    for room in rooms(folder) {
        let _ = fs::remove_dir_all(room);
    }
}

fn not_writable(place: &Path, error: &io::Error) -> Failure {
    let failure = Failure::new(Code::Internal, format!("could not write {}: {error}", place.display()));
    match error.kind() {
        ErrorKind::PermissionDenied => failure
            .hint("the container wrote it as another user: `--engine container` does so too")
            .hint(format!(
                "or make it yours: `sudo chown -R \"$USER\" {}`",
                shell_words::quote(&place.parent().unwrap_or(place).display().to_string())
            )),
        _ => failure,
    }
}

/// The same files at another place.
fn duplicate(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        if kind.is_dir() {
            if entry.file_name() != "__pycache__" {
                duplicate(&old, &new)?;
            }
        } else if kind.is_symlink() {
            copy_link(&old, &new)?;
        } else if kind.is_file() {
            fs::copy(&old, &new)?;
        }
    }
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

#[cfg(unix)]
fn copy_link(old: &Path, new: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(old)?, new)
}

#[cfg(not(unix))]
fn copy_link(old: &Path, new: &Path) -> io::Result<()> {
    fs::copy(old, new).map(drop)
}

/// Each of the two folders takes the other one's place, for everybody in one moment.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(error)
            if matches!(
                io::Error::from(error).kind(),
                ErrorKind::NotFound | ErrorKind::PermissionDenied
            ) =>
        {
            Err(error.into())
        }
        // Not every file system can.
        Err(_) => one_after_the_other(new, old),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    one_after_the_other(new, old)
}

fn one_after_the_other(new: &Path, old: &Path) -> io::Result<()> {
    let aside = new.with_file_name(ASIDE);
    fs::rename(old, &aside)?;
    fs::rename(new, old).inspect_err(|_| {
        let _ = fs::rename(&aside, old);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_into_the_copy_is_not_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::at(folder.path().join("python_venv"), "3.13");
        environment.lay_out().unwrap();
        let settings = environment.folder.join("pyvenv.cfg");
        let shared = environment.site_packages().join("shared.py");
        for file in [&settings, &shared] {
            fs::write(file, "old").unwrap();
        }
        let renewal = Renewal::begin(&environment, true).unwrap();
        fs::write(renewal.environment.site_packages().join("shared.py"), "new").unwrap();
        drop(renewal);
        for file in [&settings, &shared] {
            assert_eq!(fs::read_to_string(file).unwrap(), "old");
        }
    }

    #[test]
    fn what_a_killed_run_had_put_aside_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::at(folder.path().join("python_venv"), "3.13");
        let aside = folder.path().join(".python_venv-killed/before");
        fs::create_dir_all(&aside).unwrap();
        fs::write(aside.join("is-old"), "").unwrap();
        bring_back(&environment);
        bring_back(&environment);
        assert!(environment.folder.join("is-old").exists() && !aside.exists());
    }

    #[test]
    fn a_change_is_there_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::at(folder.path().join("python_venv"), "3.13");
        fs::create_dir(folder.path().join(".python_venv-killed")).unwrap();
        let change = |is_committed: bool| {
            let renewal = Renewal::begin(&environment, true).unwrap();
            let site = renewal.environment.site_packages();
            let had = site.join("a.py").exists();
            fs::write(site.join(if had { "b.py" } else { "a.py" }), "x").unwrap();
            if is_committed {
                renewal.commit().unwrap();
            }
            had
        };
        assert!(!change(false) && !environment.folder.exists());
        assert!(!change(true) && environment.site_packages().join("a.py").exists());
        fs::create_dir(environment.site_packages().join("__pycache__")).unwrap();
        assert!(change(true));
        assert!(environment.site_packages().join("b.py").exists());
        assert!(!environment.site_packages().join("__pycache__").exists());
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["python_venv"]);
        let (a, b) = (folder.path().join("a"), folder.path().join("x/b"));
        fs::create_dir_all(&a).unwrap();
        fs::create_dir_all(&b).unwrap();
        fs::write(a.join("is-a"), "").unwrap();
        one_after_the_other(&b, &a).unwrap();
        assert!(!a.join("is-a").exists() && folder.path().join("x/before/is-a").exists());
    }
}
