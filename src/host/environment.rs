//! The virtual environment in the volume that LocalStack takes extensions from, as it has to be for the container.
//!
//! ```text
//! <volume>/lib/extensions/python_venv/bin/python -> the Python of LocalStack's image
//!                                     lib/python3.13/site-packages/localstack-venv.pth
//! ```
//!
//! It is linked both ways: the `.pth` file leads to LocalStack's own packages, and LocalStack adds these ones to its own at
//! start. On this machine neither the Python nor LocalStack's packages need to be there.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::volume::Volume;
use crate::extension::file;

/// The version of the image's Python, since September 2025.
pub const PYTHON: &str = "3.13";

/// Where the container sees the environment.
pub(super) const IN_CONTAINER: &str = "/var/lib/localstack/lib/extensions/python_venv";
/// LocalStack's own environment there.
const LOCALSTACKS: &str = "/opt/code/localstack/.venv";
/// What the image's Python is, behind the links of both environments.
const INTERPRETERS: &str = "/usr/local/bin";
const LINK: &str = "localstack-venv.pth";
/// Links one after the other.
const LONGEST_CHAIN: usize = 8;

#[derive(Clone, Debug)]
pub struct Environment {
    pub folder: PathBuf,
    /// The version of Python that the image has: `3.13`.
    pub python: String,
}

/// What is to be said of an environment before it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Absent,
    Whole,
    /// Something is not as the container needs it, and what is installed can stay.
    Incomplete(String),
    /// It is of another Python, and what is installed is too.
    Outdated(String),
}

impl Environment {
    pub fn new(volume: &Volume, python: &str) -> Environment {
        let folder = volume.extensions();
        // A link, to another disk maybe, stays one: what it leads to is changed.
        let real = fs::canonicalize(&folder).ok().filter(|_| folder.is_symlink());
        Environment::at(real.unwrap_or(folder), python)
    }

    pub(super) fn at(folder: PathBuf, python: &str) -> Environment {
        Environment {
            folder,
            python: python.to_string(),
        }
    }

    pub fn site_packages(&self) -> PathBuf {
        self.folder.join("lib").join(self.lib()).join("site-packages")
    }

    fn lib(&self) -> String {
        format!("python{}", self.python)
    }

    pub fn state(&self) -> io::Result<State> {
        let found = match self.versions() {
            Err(error) if error.kind() == ErrorKind::NotFound && !self.folder.exists() => return Ok(State::Absent),
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
            Ok(found) => found,
        };
        let others: Vec<&str> = found
            .iter()
            .map(String::as_str)
            .filter(|version| *version != self.python)
            .collect();
        if !others.is_empty() {
            let others = others.join(" and ");
            return Ok(State::Outdated(format!(
                "it is of Python {others}, and LocalStack's image has {}",
                self.python
            )));
        }
        let missing = self.missing();
        Ok(match missing.is_empty() {
            true => State::Whole,
            false => State::Incomplete(format!("it has no {}", missing.join(", no "))),
        })
    }

    /// Where packages are, of every version of Python that it has any of.
    pub fn all_site_packages(&self) -> io::Result<Vec<PathBuf>> {
        let lib = self.folder.join("lib");
        let folder = |version: &String| lib.join(format!("python{version}")).join("site-packages");
        match self.versions() {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            versions => Ok(versions?.iter().map(folder).collect()),
        }
    }

    /// The Python versions that it has packages of.
    fn versions(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.folder.join("lib"))? {
            let entry = entry?;
            let name = entry.file_name();
            let version = name.to_str().and_then(|name| name.strip_prefix("python"));
            if let Some(version) = version
                && entry.path().join("site-packages").is_dir()
            {
                found.push(version.to_string());
            }
        }
        found.sort();
        Ok(found)
    }

    /// What the container would look for in vain.
    fn missing(&self) -> Vec<&'static str> {
        let is_link = |name: &str| fs::symlink_metadata(self.folder.join("bin").join(name)).is_ok();
        let parts = [
            ("site-packages", self.site_packages().is_dir()),
            ("link to LocalStack's packages", self.is_linked()),
            ("pyvenv.cfg", self.folder.join("pyvenv.cfg").is_file()),
            ("bin/python that is the container's", self.has_python()),
            ("bin/pip", is_link("pip")),
        ];
        let missing = parts.into_iter().filter(|(_, is_there)| !is_there);
        missing.map(|(name, _)| name).collect()
    }

    /// Whether `bin/python` leads to a Python of this version, as far as links tell: on this machine it need not be there.
    fn has_python(&self) -> bool {
        let bin = self.folder.join("bin");
        let mut path = bin.join("python");
        for _ in 0..LONGEST_CHAIN {
            let Ok(target) = fs::read_link(&path) else {
                return path.is_file();
            };
            if target.is_absolute() {
                let name = target.file_name().unwrap_or_default();
                return name == "python" || name == "python3" || name == self.lib().as_str();
            }
            path = bin.join(target);
        }
        false
    }

    fn is_linked(&self) -> bool {
        let lines = file::read_text(&self.site_packages().join(LINK)).unwrap_or_default();
        lines.lines().any(|line| line == self.localstacks())
    }

    /// LocalStack's packages in the container.
    fn localstacks(&self) -> String {
        format!("{LOCALSTACKS}/lib/{}/site-packages", self.lib())
    }

    /// Makes everything but what is installed there; what is there already is replaced.
    ///
    /// As Python's `venv` makes it in the container.
    pub(super) fn lay_out(&self) -> io::Result<()> {
        let bin = self.folder.join("bin");
        let site = self.site_packages();
        fs::create_dir_all(&bin)?;
        fs::create_dir_all(&site)?;
        let python = self.lib();
        link(&format!("{INTERPRETERS}/{python}"), &bin.join(&python))?;
        for name in ["python", "python3"] {
            link(&python, &bin.join(name))?;
        }
        let settings = format!(
            "home = {INTERPRETERS}\ninclude-system-site-packages = false\nversion = {}\nexecutable = {INTERPRETERS}/{python}\n",
            self.python
        );
        anew(&self.folder.join("pyvenv.cfg"), &settings)?;
        anew(&site.join(LINK), &format!("{}\n", self.localstacks()))
    }
}

/// A file of its own, whatever was there: that may be a link, or another environment's as well.
fn anew(path: &Path, text: &str) -> io::Result<()> {
    absent(fs::remove_file(path))?;
    fs::write(path, text)
}

/// Gone, or never there.
fn absent(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn link(to: &str, at: &Path) -> io::Result<()> {
    absent(fs::remove_file(at))?;
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn link(_: &str, at: &Path) -> io::Result<()> {
    let message = format!("{} has to be a link, which this system cannot make", at.display());
    Err(io::Error::new(ErrorKind::Unsupported, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_container_would_miss_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::at(folder.path().join("python_venv"), "3.13");
        assert_eq!(environment.state().unwrap(), State::Absent);
        fs::create_dir(&environment.folder).unwrap();
        let State::Incomplete(why) = environment.state().unwrap() else {
            panic!()
        };
        assert!(why.starts_with("it has no site-packages, no link"), "{why}");
        environment.lay_out().unwrap();
        environment.lay_out().unwrap();
        assert_eq!(
            environment.state().unwrap(),
            State::Incomplete("it has no bin/pip".into())
        );
        fs::write(environment.folder.join("bin/pip"), "").unwrap();
        assert_eq!(environment.state().unwrap(), State::Whole);
        let python = fs::read_link(environment.folder.join("bin/python")).unwrap();
        assert_eq!(python, Path::new("python3.13"));
        let bin = environment.folder.join("bin");
        for (target, works) in [
            ("python3", true),
            ("/usr/bin/python3", true),
            ("/usr/bin/python3.11", false),
            ("gone", false),
        ] {
            link(target, &bin.join("python")).unwrap();
            assert_eq!(environment.has_python(), works, "{target}");
        }
        environment.lay_out().unwrap();
        let later = Environment::at(environment.folder.clone(), "3.14");
        let State::Outdated(why) = later.state().unwrap() else {
            panic!()
        };
        assert_eq!(why, "it is of Python 3.13, and LocalStack's image has 3.14");
    }
}
