//! The environment with the projects, editable, and what they depend on beside localstack-core.
//!
//! LocalStack keeps extensions in an environment of their own that is linked to its own one, so that a library that both
//! need is LocalStack's; so does this.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::environment::{Environment, short_id};
use super::{installing, interpreter, site_packages};
use crate::installer::Tell;
use crate::lock::Lock;

/// Written last, with what it was made for.
const MARK: &str = "lstk-extensions.json";

/// The file that links to the environment with localstack-core.
const LINK: &str = "localstack-core.pth";

/// What says how a project is installed.
const SOURCES: [&str; 4] = ["pyproject.toml", "setup.cfg", "setup.py", "requirements.txt"];

pub struct Overlay {
    folder: PathBuf,
}

impl Overlay {
    /// The environment of these projects. They are installed again when their metadata or their extensions, which Plux
    /// may look for while it builds, are others than before.
    pub fn ready(
        environment: &Environment,
        projects: &[PathBuf],
        extensions: &[String],
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<Overlay> {
        let names: Vec<String> = projects.iter().map(|project| project.display().to_string()).collect();
        let folder = environment.beside().join(short_id(&names.join("\n"))?);
        // Its Python may be another one since then.
        let python = fs::read_to_string(environment.folder.join("pyvenv.cfg")).unwrap_or_default();
        let made_of = format!("{extensions:?}{python}{}", sources(projects));
        let mark = json!({ "projects": names, "madeOf": short_id(&made_of)? });
        let overlay = Overlay { folder };
        if overlay.is(&mark) {
            return Ok(overlay);
        }
        let mut waiting = || tell(Tell::Step("another run is installing the same, waiting for it"));
        let lock = Lock::take(&overlay.folder.with_added_extension("lock"), &mut waiting)?;
        if !overlay.is(&mark) {
            forget_projects_that_are_gone(&environment.beside());
            overlay.make(environment, projects, &mark, &lock, tell)?;
        }
        Ok(overlay)
    }

    pub fn site_packages(&self) -> Result<PathBuf> {
        site_packages(&self.folder).with_context(|| format!("could not read {}", self.folder.display()))
    }

    fn is(&self, mark: &Value) -> bool {
        read_mark(&self.folder).is_some_and(|found| found == *mark)
            && interpreter(&self.folder).exists()
            && self.site_packages().is_ok_and(|packages| packages.join(LINK).exists())
    }

    fn make(
        &self,
        environment: &Environment,
        projects: &[PathBuf],
        mark: &Value,
        lock: &Lock,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<()> {
        let shown = self.folder.display();
        let writing = || format!("could not write into {shown}");
        let names: Vec<String> = projects.iter().map(|project| project.display().to_string()).collect();
        tell(Tell::Step(&format!("installing {}", names.join(", "))));
        remove(&self.folder).with_context(|| format!("could not remove {shown}"))?;
        installing::make_bare(&environment.python(), &self.folder, lock, tell)?;
        let core = site_packages(&environment.folder).with_context(writing)?;
        let link = self.site_packages()?.join(LINK);
        fs::write(&link, format!("{}\n", core.display())).with_context(writing)?;
        installing::install_editable(&environment.python(), &interpreter(&self.folder), projects, lock, tell)?;
        fs::write(self.folder.join(MARK), mark.to_string()).with_context(writing)
    }
}

/// The text of all files that say how the projects are installed.
fn sources(projects: &[PathBuf]) -> String {
    let mut text = String::new();
    for project in projects {
        for name in SOURCES {
            // What cannot be read is told by the installer.
            text.push_str(&fs::read_to_string(project.join(name)).unwrap_or_default());
            text.push('\0');
        }
    }
    text
}

fn read_mark(folder: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(folder.join(MARK)).ok()?).ok()
}

/// Nobody else would ever remove them. What cannot be removed stays until the next time.
fn forget_projects_that_are_gone(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Some(mark) = read_mark(&entry.path()) else { continue };
        let projects = mark["projects"].as_array().into_iter().flatten();
        if projects
            .filter_map(Value::as_str)
            .all(|project| !Path::new(project).exists())
        {
            let _ = fs::remove_dir_all(entry.path());
            let _ = fs::remove_file(entry.path().with_added_extension("lock"));
        }
    }
}

fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
