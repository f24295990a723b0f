//! What was fetched stays on this machine: one bare repository for each remote, used by one run at a time.
//!
//! ```text
//! <cache>/git/<id>/      the repository, named by a hash of its address without credentials
//!             <id>.lock  held by the run that fetches into it
//!             <id>.new   being made; becomes <id> when it is whole
//!             <id>.old   damaged, about to be removed
//! ```

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Reference, Remote};
use crate::git::{Bare, blob_id};
use crate::lock::{Lock, private_folder};

/// References to what was wanted once.
pub(super) const KEPT: &str = "refs/lstk";
/// References that stand for everything a remote has, while one commit is looked for.
pub(super) const EVERYTHING: &str = "refs/all";

/// The place of one remote.
pub(super) struct Place {
    pub(super) folder: PathBuf,
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
        let mut waiting = || progress("waiting for another run that fetches the same");
        let lock = Lock::take(&self.beside("lock"), &mut waiting)?;
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
