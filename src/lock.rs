//! One run at a time for what several runs share: a lock file, held as long as the one who works needs it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::interrupt;

/// How often to look whether the other run has ended.
const TICK: Duration = Duration::from_millis(20);
/// A run that waits longer says so.
const NOTICEABLE: Duration = Duration::from_millis(500);

/// Released when dropped; else when the process has ended, and the program that shares it too.
pub struct Lock(File);

impl Lock {
    /// Waits until no other run holds the lock; `waiting` is called once when that takes long. The folder of the file is
    /// made where it is missing.
    pub fn take(path: &Path, waiting: &mut dyn FnMut()) -> Result<Lock> {
        let locking = || format!("could not lock {}", path.display());
        private_folder(path.parent().unwrap_or(path))
            .with_context(|| format!("could not create the folder of {}", path.display()))?;
        let file = open(path).with_context(locking)?;
        let start = Instant::now();
        let mut is_told = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {}
                // Some network's file system without locks; to go on is worth more than to be alone.
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => break,
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
                Err(TryLockError::Error(error)) => return Err(error).with_context(locking),
            }
            interrupt::check()?;
            if !is_told && start.elapsed() > NOTICEABLE {
                waiting();
                is_told = true;
            }
            thread::sleep(TICK);
        }
        Ok(Lock(file))
    }

    /// For a program, as its standard input: the file is empty, and the lock is held as long as somebody has the file
    /// open. So a program that lives on because this process was killed is not disturbed by the next run.
    pub fn share(&self) -> io::Result<Stdio> {
        self.0.try_clone().map(Stdio::from)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Not by closing the file: what a program has left running may have it open still.
        let _ = self.0.unlock();
    }
}

/// Makes a folder, and those above it, that nobody else looks into.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
