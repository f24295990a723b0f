//! Extensions that LocalStack takes from their folders: which ones, and whether it would find them there.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::config::LocalStack;
use crate::extension::finding::Severity;
use crate::failure::Problem;

pub mod egg_info;
pub mod list;
pub mod path;
pub mod project;
pub mod readiness;

use list::List;
use project::Project;
use readiness::{Missing, Readiness};

/// A folder in developer mode.
#[derive(Debug, Default)]
pub struct Enabled {
    /// Absolute, as it stands in the list.
    pub path: PathBuf,
    pub state: State,
    /// Of its extensions, as LocalStack will know them.
    pub names: Vec<String>,
    /// The folders that Python needs on its path, from `path`, in this order; `""` is the folder itself.
    pub search: Vec<String>,
    /// What keeps LocalStack from finding them.
    pub missing: Vec<Problem>,
    /// It is found, and something may not work.
    pub warnings: Vec<String>,
    /// With what else in the list it does not go together, in words.
    pub clashes: Vec<Clash>,
    entry_points: Vec<String>,
    modules: Vec<String>,
}

/// Only one of two folders would be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub with: PathBuf,
    /// Why, in words.
    pub why: String,
}

/// The first of these that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// There is no such folder.
    #[default]
    Gone,
    /// `dev check` has errors.
    Faulty,
    NoMetadata,
    /// The code is not on Python's path.
    NoCode,
    /// With another folder of the list.
    Clash,
    Ready,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Gone => "gone",
            State::Faulty => "faulty",
            State::NoMetadata => "no metadata",
            State::NoCode => "no code",
            State::Clash => "clash",
            State::Ready => "ready",
        }
    }
}

/// Every folder of the list, in its order.
pub fn enabled(config: &LocalStack) -> Result<Vec<Enabled>> {
    let folders = List::of(config)?.folders()?;
    let mut found: Vec<Enabled> = folders.into_iter().map(Enabled::at).collect();
    compare(&mut found);
    Ok(found)
}

impl Enabled {
    /// Looks at the folder alone.
    pub fn at(path: PathBuf) -> Enabled {
        match Project::read(&path) {
            Ok(project) => Enabled::of(path, &project, &Readiness::of(&project)),
            Err(error) if path.is_dir() => Enabled {
                state: State::Faulty,
                missing: vec![Problem::new(path.display().to_string(), format!("{error:#}"))],
                path,
                ..Enabled::default()
            },
            Err(_) => Enabled {
                path,
                ..Enabled::default()
            },
        }
    }

    pub fn of(path: PathBuf, project: &Project, readiness: &Readiness) -> Enabled {
        let lacks_code = |missing: &Missing| matches!(missing, Missing::Path(_));
        let state = match &readiness.missing[..] {
            _ if project.report.count(Severity::Error) > 0 => State::Faulty,
            [] => State::Ready,
            missing if missing.iter().all(lacks_code) => State::NoCode,
            _ => State::NoMetadata,
        };
        let extensions = project.extensions().iter();
        let missing = readiness.missing.iter().map(|missing| missing.problem(&path));
        Enabled {
            state,
            names: project.names(),
            search: readiness.path.folders.clone(),
            missing: missing.collect(),
            warnings: readiness.warnings.clone(),
            clashes: Vec::new(),
            entry_points: extensions
                .clone()
                .map(|extension| extension.entry_point.clone())
                .collect(),
            modules: extensions
                .filter_map(|extension| project.top(&extension.object))
                .collect(),
            path,
        }
    }

    /// Why only one of the two would be there.
    fn clash(&self, other: &Enabled) -> Option<String> {
        let both = |own: &[String], others: &[String]| own.iter().find(|name| others.contains(name)).cloned();
        let path = other.path.display();
        if let Some(name) = both(&self.names, &other.names).or_else(|| both(&self.entry_points, &other.entry_points)) {
            return Some(format!(
                "{path} has an extension `{name}` as well: LocalStack loads one of them"
            ));
        }
        if let Some(module) = both(&self.modules, &other.modules) {
            return Some(format!(
                "{path} has a module `{module}` as well: Python imports one of them"
            ));
        }
        let is_called_alike = self.path.file_name() == other.path.file_name();
        is_called_alike.then(|| {
            format!("{path} has the same last name: the old `localstack` program mounts one of them, `lstk-extensions dev start` both")
        })
    }
}

/// Finds what does not go together.
pub fn compare(folders: &mut [Enabled]) {
    let clashes: Vec<Vec<Clash>> = folders
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let others = folders.iter().enumerate().filter(|(other, _)| *other != at);
            let there = others.filter(|(_, other)| other.state != State::Gone && one.state != State::Gone);
            let clash = |other: &Enabled| {
                let with = other.path.clone();
                one.clash(other).map(|why| Clash { with, why })
            };
            there.filter_map(|(_, other)| clash(other)).collect()
        })
        .collect();
    for (folder, clashes) in folders.iter_mut().zip(clashes) {
        if !clashes.is_empty() && folder.state == State::Ready {
            folder.state = State::Clash;
        }
        folder.clashes = clashes;
    }
}

/// Two paths from a project's folder as one.
fn joined(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_string(),
        folder => format!("{folder}/{name}"),
    }
}

/// What to type for a folder.
pub fn command(name: &str, folder: &Path) -> String {
    let folder = folder.display().to_string();
    format!("lstk-extensions dev {name} {}", shell_words::quote(&folder))
}
