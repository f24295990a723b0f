//! The virtual environment with localstack-core: made once, kept in the cache, and made again when it is not whole.
//!
//! ```text
//! <cache>/core/<name>/        the environment
//!              <name>.lock    held by the run that makes it
//!              <name>.txt     the constraints it is made with
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::core::Core;
use super::event::Event;
use super::running::{Next, Running};
use super::{installing, interpreter, site_packages};
use crate::git::blob_id;
use crate::installer::Tell;
use crate::interrupt;
use crate::lock::Lock;

/// Written last: an environment without it was interrupted.
const MARK: &str = "lstk-extensions.json";

/// How often to look whether we are to stop.
const TICK: Duration = Duration::from_millis(50);

/// Where projects' environments are kept that are linked to this one.
const PROJECTS: &str = "projects";

pub struct Environment {
    pub(super) folder: PathBuf,
    pub(super) cache: PathBuf,
    name: String,
}

impl Environment {
    /// The environment for a core, and for an interpreter where one is named. Made when there is none, or none that is
    /// whole: it takes seconds then, and needs PyPI.
    pub fn ready(
        cache: &Path,
        core: &Core,
        python: Option<&Path>,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<Environment> {
        let environment = Environment::at(cache, core, python)?;
        let made_of = short_id(&format!("{:?}{}", core.requirements(), core.constraints()))?;
        if environment.is_whole(&made_of) {
            return Ok(environment);
        }
        let mut waiting = || tell(Tell::Step("another run is making the same environment, waiting for it"));
        let lock = Lock::take(&environment.folder.with_added_extension("lock"), &mut waiting)?;
        if !environment.is_whole(&made_of) {
            environment.make(core, python, &made_of, &lock, tell)?;
        }
        Ok(environment)
    }

    /// Where it is, whether or not there is one.
    pub fn at(cache: &Path, core: &Core, python: Option<&Path>) -> Result<Environment> {
        let cache = std::path::absolute(cache).with_context(|| format!("could not find {}", cache.display()))?;
        let name = match python {
            Some(python) => {
                let python = std::path::absolute(python).unwrap_or_else(|_| python.to_path_buf());
                format!("{}-{}", core.name(), short_id(&python.display().to_string())?)
            }
            None => core.name(),
        };
        Ok(Environment {
            folder: cache.join("core").join(&name),
            cache,
            name,
        })
    }

    pub fn python(&self) -> PathBuf {
        interpreter(&self.folder)
    }

    /// Where LocalStack keeps what takes long to find out: an index of all AWS operations, a certificate.
    pub fn localstack_cache(&self) -> PathBuf {
        self.folder.join("localstack-cache")
    }

    /// From now on it counts as interrupted: the next run makes it again.
    pub fn distrust(&self) -> Result<()> {
        let mark = self.folder.join(MARK);
        match fs::remove_file(&mark) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("could not remove {}", mark.display()))
            }
            _ => Ok(()),
        }
    }

    /// Where an environment for projects is kept that is linked to this one.
    pub(super) fn beside(&self) -> PathBuf {
        self.cache.join(PROJECTS).join(&self.name)
    }

    /// Whether it was made to the end, of the same parts, and no file is missing since then.
    fn is_whole(&self, made_of: &str) -> bool {
        let mark = fs::read(self.folder.join(MARK)).ok();
        let mark: Option<Value> = mark.and_then(|text| serde_json::from_slice(&text).ok());
        mark.is_some_and(|mark| {
            // The link leads nowhere when the Python it was made with is gone.
            mark["madeOf"] == made_of && self.python().exists() && mark["files"] == count(&self.folder)
        })
    }

    fn make(
        &self,
        core: &Core,
        python: Option<&Path>,
        made_of: &str,
        lock: &Lock,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<()> {
        let shown = self.folder.display();
        tell(Tell::Step(&format!(
            "making an environment with localstack-core {} in {shown}, once",
            core.version()
        )));
        let writing = || format!("could not write into {shown}");
        self.distrust()?;
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("could not remove {shown}"));
            }
            _ => {}
        }
        let constraints = self.folder.with_added_extension("txt");
        fs::write(&constraints, core.constraints()).with_context(writing)?;
        installing::install_core(&self.folder, core, python, &constraints, lock, tell)?;
        fs::create_dir_all(self.localstack_cache()).with_context(writing)?;
        self.fill_cache(core, tell)?;
        let mark = json!({ "madeOf": made_of, "files": count(&self.folder) });
        fs::write(self.folder.join(MARK), mark.to_string()).with_context(writing)
    }
}

impl Environment {
    /// Takes seconds that the first AWS call of the first run would take else, and shows that this core can be imported.
    fn fill_cache(&self, core: &Core, tell: &mut dyn FnMut(Tell<'_>)) -> Result<()> {
        tell(Tell::Progress("indexing the operations of AWS"));
        let mut running = Running::prepare(self)?;
        let end = loop {
            match running.next(TICK)? {
                Next::Event(event) => {
                    if let Event::Fatal(fatal) = *event {
                        break Err(core.not_started(&fatal));
                    }
                }
                Next::Ended(_) => break Ok(()),
                Next::Nothing => interrupt::check()?,
            }
        };
        tell(Tell::Progress(""));
        Ok(end?)
    }
}

/// Files that were installed; those that Python makes by itself are left out.
fn count(environment: &Path) -> u64 {
    fn walk(folder: &Path, found: &mut u64) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() != "__pycache__" => walk(&entry.path(), found),
                Ok(kind) if kind.is_dir() => {}
                _ => *found += 1,
            }
        }
    }
    let mut found = 0;
    if let Ok(packages) = site_packages(environment) {
        walk(&packages, &mut found);
    }
    found
}

/// A few letters that tell one text from another.
pub(super) fn short_id(text: &str) -> Result<String> {
    Ok(blob_id(text.as_bytes())?.to_string()[..12].to_string())
}
