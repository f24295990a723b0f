//! Which files of a project were saved since the last look: its code, its metadata, and all else in its packages.
//!
//! What lies elsewhere in the project may be written by the extension itself, which must not start it again and again.
//!
//! Folders are looked through a few times a second instead of asking the system to tell: a project has some hundred files,
//! which takes less than a millisecond, and that works in containers and on every mounted file system, too.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::extension::root::is_generated;

/// Files that tools and programs write.
const BY_TOOLS: [&str; 9] = [
    ".pyc", ".log", ".tmp", ".swp", ".swx", "~", ".db", ".sqlite", ".sqlite3",
];
/// Files outside of packages that say how a project is installed.
const METADATA: [&str; 3] = ["pyproject.toml", "setup.cfg", "requirements.txt"];

/// Editors save in several steps; what is saved within this time counts as one.
const SETTLED: Duration = Duration::from_millis(50);
/// As often as that is waited for; a file that is written all the time does not keep the others from being seen.
const ROUNDS: usize = 10;

/// More than a project has. What is beyond is not seen.
const MOST: usize = 20_000;

pub struct Watch {
    roots: Vec<PathBuf>,
    seen: Files,
}

type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

impl Watch {
    pub fn new(roots: &[PathBuf]) -> Watch {
        Watch {
            roots: roots.to_vec(),
            seen: look(roots),
        }
    }

    /// What was saved, made or removed since this was asked last; waits until nothing more comes.
    pub fn changed(&mut self) -> Vec<PathBuf> {
        let mut now = look(&self.roots);
        if now == self.seen {
            return Vec::new();
        }
        for _ in 0..ROUNDS {
            thread::sleep(SETTLED);
            let later = look(&self.roots);
            if later == now {
                break;
            }
            now = later;
        }
        let is_other = |path: &&PathBuf| now.get(*path) != self.seen.get(*path);
        let mut changed: Vec<PathBuf> = now.keys().chain(self.seen.keys()).filter(is_other).cloned().collect();
        changed.sort();
        changed.dedup();
        self.seen = now;
        changed
    }
}

/// Whether a file is written by people only; data of a package may be written by the extension itself.
pub fn is_by_people(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    is_source(&name, false)
}

fn look(roots: &[PathBuf]) -> Files {
    let mut found = Files::new();
    for root in roots {
        walk(root, 0, false, &mut found);
    }
    found
}

fn walk(folder: &Path, depth: usize, in_package: bool, found: &mut Files) {
    let in_package = in_package || folder.join("__init__.py").exists();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if found.len() >= MOST {
            return;
        }
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !name.ends_with(".egg-info") && !is_generated(&path, &name, depth) {
            walk(&path, depth + 1, in_package, found);
        } else if !is_folder && is_source(&name, in_package) {
            // What a link leads to counts, a folder behind one does not.
            if let Ok(metadata) = fs::metadata(&path) {
                found.insert(path, (metadata.modified().ok(), metadata.len()));
            }
        }
    }
}

fn is_source(name: &str, in_package: bool) -> bool {
    let is_by_tools = name.starts_with('.') || BY_TOOLS.iter().any(|end| name.ends_with(end));
    !is_by_tools && (in_package || name.ends_with(".py") || METADATA.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_save_is_seen_and_what_tools_write_is_not() {
        let project = tempfile::tempdir().unwrap();
        let root = project.path();
        for folder in ["a", "a/__pycache__", ".git", "x.egg-info", "env", "node_modules"] {
            fs::create_dir(root.join(folder)).unwrap();
        }
        fs::create_dir(root.join("a/static")).unwrap();
        fs::write(root.join("a/__init__.py"), "").unwrap();
        fs::write(root.join("a/kept.py"), "").unwrap();
        fs::write(root.join("env/pyvenv.cfg"), "").unwrap();
        let mut watch = Watch::new(&[root.to_path_buf()]);
        for by_tools in [
            "a/__pycache__/m.pyc",
            ".git/index",
            "x.egg-info/PKG-INFO",
            "env/x.py",
            "node_modules/x",
            "a/.m.py.swp",
            "data.json",
        ] {
            fs::write(root.join(by_tools), "x").unwrap();
        }
        assert_eq!(watch.changed(), Vec::<PathBuf>::new());
        fs::write(root.join("a/m.py"), "x = 1").unwrap();
        fs::write(root.join("a/static/page.html"), "").unwrap();
        fs::write(root.join("setup.cfg"), "").unwrap();
        fs::remove_file(root.join("a/kept.py")).unwrap();
        assert_eq!(
            watch.changed(),
            ["a/kept.py", "a/m.py", "a/static/page.html", "setup.cfg"].map(|name| root.join(name))
        );
        assert_eq!(watch.changed(), Vec::<PathBuf>::new());
        assert!(is_by_people(&root.join("a/m.py")) && !is_by_people(&root.join("a/static/page.html")));
    }
}
