//! A folder held open: work below it stays below it, also when a folder on the way becomes a link meanwhile.
//!
//! A path below it is walked from there, part by part, and no part may be a link; the last one is named to the operating
//! system together with the folder it is in, which is held open as well.

#[cfg(unix)]
pub use unix::Beneath;

#[cfg(not(unix))]
pub use by_path::Beneath;

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, mkdirat, open, openat, renameat, statat, unlinkat};

    /// Folders are opened to be searched, which needs no right to read them.
    #[cfg(target_os = "linux")]
    const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
    #[cfg(not(target_os = "linux"))]
    const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);

    pub struct Beneath {
        root: OwnedFd,
    }

    impl Beneath {
        /// The folder itself may be a link: the user named it.
        pub fn open(root: &Path) -> io::Result<Beneath> {
            let root = open(root, FOLDER, Mode::empty())?;
            Ok(Beneath { root })
        }

        pub fn create_folder(&self, path: &str) -> io::Result<()> {
            self.at(path, |folder, name| mkdirat(folder, name, Mode::from_raw_mode(0o777)))
        }

        /// Removes an empty one.
        pub fn remove_folder(&self, path: &str) -> io::Result<()> {
            self.at(path, |folder, name| unlinkat(folder, name, AtFlags::REMOVEDIR))
        }

        pub fn is_folder(&self, path: &str) -> bool {
            let flags = FOLDER | OFlags::NOFOLLOW;
            self.at(path, |folder, name| openat(folder, name, flags, Mode::empty()))
                .is_ok()
        }

        /// Whether anything has the name, a link that leads nowhere too.
        pub fn is_there(&self, path: &str) -> bool {
            self.at(path, |folder, name| statat(folder, name, AtFlags::SYMLINK_NOFOLLOW))
                .is_ok()
        }

        pub fn remove_file(&self, path: &str) -> io::Result<()> {
            self.at(path, |folder, name| unlinkat(folder, name, AtFlags::empty()))
        }

        /// Opens a file or a folder to be read; does not wait for a pipe.
        pub fn read(&self, path: &str) -> io::Result<File> {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
            self.at(path, |folder, name| openat(folder, name, flags, Mode::empty()))
                .map(File::from)
        }

        /// Moves a file from elsewhere to here, in place of one that is here.
        pub fn bring(&self, from: &Path, path: &str) -> io::Result<()> {
            self.at(path, |folder, name| renameat(CWD, from, folder, name))
        }

        /// Moves a file from here to elsewhere.
        pub fn take(&self, path: &str, to: &Path) -> io::Result<()> {
            self.at(path, |folder, name| renameat(folder, name, CWD, to))
        }

        /// Gives a file from elsewhere a name here too, if nothing has it.
        pub fn link_from(&self, from: &Path, path: &str) -> io::Result<()> {
            self.at(path, |folder, name| linkat(CWD, from, folder, name, AtFlags::empty()))
        }

        /// Gives a file that is here a name elsewhere too.
        pub fn link_to(&self, path: &str, to: &Path) -> io::Result<()> {
            self.at(path, |folder, name| linkat(folder, name, CWD, to, AtFlags::empty()))
        }

        /// Does something to the last part of a path, in the folder that it is in.
        fn at<T>(&self, path: &str, work: impl FnOnce(&OwnedFd, &str) -> rustix::io::Result<T>) -> io::Result<T> {
            let mut opened: Option<OwnedFd> = None;
            let mut name = path;
            while let Some((part, rest)) = name.split_once('/') {
                let holder = opened.as_ref().unwrap_or(&self.root);
                opened = Some(openat(holder, part, FOLDER | OFlags::NOFOLLOW, Mode::empty())?);
                name = rest;
            }
            Ok(work(opened.as_ref().unwrap_or(&self.root), name)?)
        }
    }
}

/// Where folders cannot be held open like that, paths have to do.
#[cfg(not(unix))]
mod by_path {
    use std::fs::{self, File};
    use std::io;
    use std::path::{Path, PathBuf};

    pub struct Beneath {
        root: PathBuf,
    }

    impl Beneath {
        pub fn open(root: &Path) -> io::Result<Beneath> {
            let root = root.to_path_buf();
            Ok(Beneath { root })
        }

        pub fn create_folder(&self, path: &str) -> io::Result<()> {
            fs::create_dir(self.root.join(path))
        }

        pub fn remove_folder(&self, path: &str) -> io::Result<()> {
            fs::remove_dir(self.root.join(path))
        }

        pub fn is_folder(&self, path: &str) -> bool {
            let found = self.root.join(path).symlink_metadata();
            found.is_ok_and(|metadata| metadata.is_dir())
        }

        pub fn is_there(&self, path: &str) -> bool {
            self.root.join(path).symlink_metadata().is_ok()
        }

        pub fn remove_file(&self, path: &str) -> io::Result<()> {
            fs::remove_file(self.root.join(path))
        }

        pub fn read(&self, path: &str) -> io::Result<File> {
            File::open(self.root.join(path))
        }

        pub fn bring(&self, from: &Path, path: &str) -> io::Result<()> {
            fs::rename(from, self.root.join(path))
        }

        pub fn take(&self, path: &str, to: &Path) -> io::Result<()> {
            fs::rename(self.root.join(path), to)
        }

        pub fn link_from(&self, from: &Path, path: &str) -> io::Result<()> {
            fs::hard_link(from, self.root.join(path))
        }

        pub fn link_to(&self, path: &str, to: &Path) -> io::Result<()> {
            fs::hard_link(self.root.join(path), to)
        }
    }
}
