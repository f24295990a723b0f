//! What a folder in developer mode declares: its extensions, and where the code of each is.

use std::path::Path;

use anyhow::Result;

use crate::extension::check::{Extension, Report, check};
use crate::extension::distribution::{Distribution, built};
use crate::extension::packages::{Found, Packaged, packaged};
use crate::extension::root::Root;

pub struct Project {
    pub root: Root,
    pub report: Report,
    pub distribution: Distribution,
    pub packaged: Packaged,
}

/// Where a module's code is, seen from the folder that has to be on Python's path.
#[derive(Debug, PartialEq, Eq)]
pub enum Home {
    /// `""` is the project's own folder.
    In(String),
    /// The file, which no folder on the path makes importable by the module's name.
    Renamed(String),
    Unknown,
}

impl Project {
    /// Fails only for what cannot be looked at at all.
    pub fn read(folder: &Path) -> Result<Project> {
        let report = check(folder)?;
        let root = Root::folder(folder, None)?;
        let distribution = Distribution::of_project(&root)
            .or_else(|| {
                let mut folders = root.top_folders();
                let built = folders.find(|name| name.ends_with(".dist-info") || name.ends_with(".egg-info"))?;
                Some(built::read(&root, built))
            })
            .unwrap_or_default();
        let packaged = packaged(&root, &distribution);
        Ok(Project {
            root,
            report,
            distribution,
            packaged,
        })
    }

    /// What LocalStack should find: what is declared, or else what Plux would find.
    pub fn extensions(&self) -> &[Extension] {
        match &self.report.extensions[..] {
            [] => &self.report.discovered,
            declared => declared,
        }
    }

    /// As LocalStack will know them.
    pub fn names(&self) -> Vec<String> {
        let names = self.extensions().iter();
        names
            .map(|extension| extension.name.clone().unwrap_or_else(|| extension.entry_point.clone()))
            .collect()
    }

    /// The module or package at the top, where no other distribution can have a part of it.
    pub fn top(&self, object: &str) -> Option<String> {
        let top = module(object).split('.').next()?;
        let found = self.packaged.module(&self.root, top);
        matches!(found, Found::File(_) | Found::NotPackaged(_)).then(|| top.to_string())
    }

    pub fn home(&self, module: &str) -> Home {
        let path = module.replace('.', "/");
        let file = match self.packaged.module(&self.root, module) {
            Found::File(file) | Found::NotPackaged(file) => file,
            Found::Missing | Found::Unknown => return Home::Unknown,
        };
        let folder = [format!("{path}.py"), format!("{path}/__init__.py")]
            .iter()
            .find_map(|end| file.strip_suffix(end.as_str()))
            .filter(|folder| folder.is_empty() || folder.ends_with('/'));
        match folder {
            Some(folder) => Home::In(folder.trim_end_matches('/').to_string()),
            None => Home::Renamed(file),
        }
    }
}

/// Module of `module:Class`.
pub fn module(object: &str) -> &str {
    object.split(':').next().unwrap_or_default().trim()
}
