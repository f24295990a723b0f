//! Would LocalStack find what is in a folder that it mounts as it is: the code, and the metadata that names it.

use std::path::Path;

use super::command;
use super::path::{Metadata, SearchPath, index, plain};
use super::project::{Home, Project, module};
use crate::extension::distribution::{Requirement, normalized};
use crate::extension::finding::Severity;
use crate::failure::Problem;

mod brought;

/// What is there, and what is not.
#[derive(Debug, Default)]
pub struct Readiness {
    pub path: SearchPath,
    /// The metadata of the project that is there, from its folder, whether or not it is right.
    pub egg: Option<String>,
    pub missing: Vec<Missing>,
    /// It would be found, and something may not work.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No metadata has the entry points that the project declares.
    Metadata,
    /// A folder with code is not on Python's path.
    Path(String),
    /// No file that can be written here would change it.
    Other(Problem),
}

impl Missing {
    pub fn problem(&self, folder: &Path) -> Problem {
        let at = folder.display().to_string();
        let hint = format!("`{}` writes it", command("enable", folder));
        match self {
            Missing::Metadata => {
                let message = "there is no metadata with the entry points that the project declares";
                Problem::new(at, message).hint(hint)
            }
            Missing::Path(path) => {
                let message = format!("no .pth file leads to `{path}`, which has the code");
                Problem::new(at, message).hint(hint)
            }
            Missing::Other(problem) => Problem {
                at: format!("{at}{}", problem.at),
                ..problem.clone()
            },
        }
    }
}

/// Of a project that names no extension.
fn unknown(project: &Project) -> Problem {
    match project.report.count(Severity::Error) {
        0 => Problem::new("", "which entry points the project has is known only when it is built")
            .hint("`pip install -e .` in a virtual environment `.venv` in the folder"),
        _ => {
            let command = command("check", &project.report.path);
            Problem::new("", "the project has no extension").hint(format!("`{command}` tells why"))
        }
    }
}

impl Readiness {
    pub fn of(project: &Project) -> Readiness {
        let Some(root) = project.root.path() else {
            return Readiness::default();
        };
        let path = SearchPath::of(root);
        let metadata = Metadata::on(&path, root);
        let mut found = Readiness::default();
        found.code(project, &path);
        found.metadata(project, &metadata);
        found.dependencies(project, &metadata);
        let lost = path.unfollowed.iter().filter(|folder| found.needs(project, folder));
        let lost: Vec<String> = lost.map(|folder| format!("`{folder}`")).collect();
        if !lost.is_empty() {
            found.warnings.push(format!(
                "the old `localstack` program does not find {}: it leaves out paths with `import` in them; `lstk-extensions dev start` does",
                lost.join(", ")
            ));
        }
        found.path = path;
        found
    }

    /// Whether something that LocalStack needs is in this folder.
    fn needs(&self, project: &Project, folder: &str) -> bool {
        let mut extensions = project.extensions().iter();
        let has_code = extensions.any(|extension| project.home(module(&extension.object)) == Home::In(folder.into()));
        has_code
            || self
                .egg
                .as_ref()
                .is_some_and(|egg| egg.starts_with(&format!("{folder}/")))
    }

    fn code(&mut self, project: &Project, path: &SearchPath) {
        for extension in project.extensions() {
            let module = module(&extension.object);
            let missing = match project.home(module) {
                Home::In(folder) if !path.has(&folder) => Missing::Path(folder),
                Home::Renamed(file) => Missing::Other(
                    Problem::new(
                        "",
                        format!("`{module}` is the file {file}: it has that name only when it is installed"),
                    )
                    .hint("move it to where its name says, for developer mode"),
                ),
                Home::In(_) | Home::Unknown => continue,
            };
            if !self.missing.contains(&missing) {
                self.missing.push(missing);
            }
        }
    }

    fn metadata(&mut self, project: &Project, metadata: &[Metadata]) {
        let name = project.distribution.normal_name();
        let own = |folder: &&Metadata| name.as_ref().is_none_or(|name| *name == folder.name);
        self.egg = metadata
            .iter()
            .filter(own)
            .find(|folder| folder.is_egg())
            .map(|folder| folder.folder.clone());
        if project.extensions().is_empty() {
            if !metadata.iter().filter(own).any(|folder| !folder.entries.is_empty()) {
                self.missing.push(Missing::Other(unknown(project)));
            }
            return;
        }
        let index = index(metadata);
        let is_renamed = project.distribution.is_built_with_plux();
        let mut is_found = true;
        for extension in project.extensions() {
            let (name, object) = (extension.entry_point.as_str(), plain(&extension.object));
            match index.get(name) {
                Some((known, _)) if *known == object => {}
                Some((_, folder)) if !folder.is_egg() => {
                    let problem = Problem::new(
                        format!("/{}", folder.folder),
                        format!("has another `{name}`, which is found first"),
                    );
                    self.missing.push(Missing::Other(
                        problem.hint("install the project again: `pip install -e .`"),
                    ));
                }
                // Plux has its own names when it builds.
                _ => is_found &= is_renamed && index.values().any(|(known, _)| *known == object),
            }
        }
        let expected = |(name, object): &(String, String)| {
            let mut extensions = project.extensions().iter();
            extensions
                .any(|extension| plain(&extension.object) == *object && (is_renamed || extension.entry_point == *name))
        };
        let mut eggs = metadata.iter().filter(own).filter(|folder| folder.is_egg());
        if !is_found || eggs.any(|egg| !egg.entries.iter().all(expected)) {
            self.missing.push(Missing::Metadata);
        }
    }

    /// What neither LocalStack nor an environment in the folder brings.
    fn dependencies(&mut self, project: &Project, metadata: &[Metadata]) {
        // Which markers hold is not worked out here.
        let plain = project
            .distribution
            .dependencies
            .iter()
            .filter(|line| !line.value.contains(';'));
        let wanted = plain.filter_map(|line| Requirement::parse(&line.value));
        let is_there =
            |name: &str| brought::by_localstack(name) || metadata.iter().any(|folder| normalized(&folder.name) == name);
        let lacking: Vec<String> = wanted
            .filter(|requirement| !is_there(&requirement.name))
            .map(|requirement| requirement.name)
            .collect();
        if !lacking.is_empty() {
            self.warnings.push(format!(
                "LocalStack does not bring {}: install the project with Python 3.13 into `.venv` in the folder",
                lacking.join(", ")
            ));
        }
    }
}
