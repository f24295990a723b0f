//! What was fetched stays on this machine: one bare repository for each remote, used by one run at a time.
//!
//! ```text
//! <cache>/git/<id>/      the repository, named by a hash of its address without credentials
//!             <id>.lock  held by the run that fetches into it
//!             <id>.new   being made; becomes <id> when it is whole
//!             <id>.old   damaged, about to be removed
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{Reference, Remote};
use crate::git::{Bare, blob_id};
use crate::interrupt;

/// How often to look whether the other run has ended.
const TICK: Duration = Duration::from_millis(20);
/// A run that waits longer says so.
const NOTICEABLE: Duration = Duration::from_millis(500);

/// References to what was wanted once.
pub(super) const KEPT: &str = "refs/lstk";
/// References that stand for everything a remote has, while one commit is looked for.
pub(super) const EVERYTHING: &str = "refs/all";

/// The place of one remote.
pub(super) struct Place {
    pub(super) folder: PathBuf,
}

/// Released when dropped; else when the process has ended, and the git that it started too.
pub(super) struct Lock(File);

impl Lock {
    /// For git, as its standard input: the file is empty, and the lock is held as long as somebody has the file open. So
    /// a git that lives on because this process was killed is not disturbed by the next run.
    pub(super) fn share(&self) -> io::Result<Stdio> {
        self.0.try_clone().map(Stdio::from)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Not by closing the file: what git has left running may have it open still.
        let _ = self.0.unlock();
    }
}

impl Place {
    pub(super) fn of(remote: &Remote, cache: &Path) -> Result<Place> {
        let name = blob_id(remote.key.as_bytes())?.to_string();
        // git is run in another folder than this program is.
        let cache = std::path::absolute(cache).with_context(|| format!("could not find {}", cache.display()))?;
        Ok(Place {
            folder: cache.join("git").join(name),
        })
    }

    fn beside(&self, extension: &str) -> PathBuf {
        self.folder.with_extension(extension)
    }

    /// Waits until no other run fetches this remote, then removes what one that was killed has left.
    pub(super) fn lock(&self, progress: &mut dyn FnMut(&str)) -> Result<Lock> {
        let path = self.beside("lock");
        let locking = || format!("could not lock {}", path.display());
        private_folder(self.folder.parent().unwrap_or(&self.folder))
            .with_context(|| format!("could not create the folder of {}", path.display()))?;
        let file = open_lock(&path).with_context(locking)?;
        let start = Instant::now();
        let mut is_told = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {}
                // Some network's file system without locks; to fetch is worth more than to be alone.
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => break,
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
                Err(TryLockError::Error(error)) => return Err(error).with_context(locking),
            }
            interrupt::check()?;
            if !is_told && start.elapsed() > NOTICEABLE {
                progress("waiting for another run that fetches the same");
                is_told = true;
            }
            thread::sleep(TICK);
        }
        let lock = Lock(file);
        self.recover()
            .with_context(|| format!("could not tidy up {}", self.folder.display()))?;
        Ok(lock)
    }

    fn recover(&self) -> io::Result<()> {
        let (new, old) = (self.beside("new"), self.beside("old"));
        if !self.folder.exists() && old.exists() {
            // Stopped between the two steps of putting a new one in its place.
            fs::rename(&old, &self.folder)?;
        }
        remove(&old)?;
        remove(&new)?;
        if self.folder.is_dir() {
            tidy(&self.folder)?;
        }
        Ok(())
    }

    /// The repository, where there is one that can be opened.
    pub(super) fn open(&self) -> Option<Bare> {
        self.folder.is_dir().then(|| Bare::open(&self.folder).ok())?
    }

    /// An empty repository beside the old one, if any, which stays until the new one is put in its place.
    pub(super) fn renew(&self) -> Result<PathBuf> {
        let new = self.beside("new");
        let creating = || format!("could not create {}", new.display());
        remove(&new).with_context(creating)?;
        private_folder(&new).with_context(creating)?;
        Bare::init(&new)?;
        Ok(new)
    }

    pub(super) fn put_in_place(&self, new: &Path) -> Result<()> {
        let putting = || format!("could not put {} in its place", new.display());
        let old = self.beside("old");
        if self.folder.symlink_metadata().is_ok() {
            fs::rename(&self.folder, &old).with_context(putting)?;
        }
        fs::rename(new, &self.folder).with_context(putting)?;
        // Whatever stays behind goes with the next run.
        let _ = remove(&old);
        Ok(())
    }

    pub(super) fn discard(&self, new: &Path) {
        let _ = remove(new);
    }
}

/// The reference in a cached repository for one on the remote. A hash, because `a` and `a/b` cannot be at once, and the
/// remote may have had one and then the other.
pub(super) fn kept_as(wanted: Option<&Reference>) -> Result<String> {
    let name = wanted.map_or("HEAD", Reference::as_str);
    Ok(format!("{KEPT}/{}", blob_id(name.as_bytes())?))
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Removes a folder, or whatever else is there.
fn remove(path: &Path) -> io::Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes what a git that was killed left in a repository: locks that would block the next one, and halves of packs.
pub(super) fn tidy(repository: &Path) -> io::Result<()> {
    remove(&repository.join("FETCH_HEAD"))?;
    remove(&repository.join(EVERYTHING))?;
    let mut pending = vec![repository.to_path_buf()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            } else if name.ends_with(".lock") || name.starts_with("tmp_") || name.starts_with("shallow_") {
                remove(&entry.path())?;
            }
        }
    }
    Ok(())
}
