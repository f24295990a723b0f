//! Where Python looks in a folder that LocalStack has mounted: the folder, its environment, and what `.pth` files name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use crate::extension::distribution::{GROUP, built, normalized};
use crate::extension::file;
use crate::extension::text::Text;

/// Of an environment that is made for the Python in LocalStack's container.
const PACKAGES: &str = "lib/python3.13/site-packages";

/// Folders, from the mounted one, which is `""`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SearchPath {
    /// In the order in which Python has them.
    pub folders: Vec<String>,
    /// Those of them that the old `localstack` program does not follow: it leaves out each line with `import` in it.
    pub unfollowed: Vec<String>,
}

impl SearchPath {
    /// `folder` is the project's real place.
    ///
    /// Source: the `localstack` program 4.14.0, `pro/core/bootstrap/extensions/bootstrap.py`; Python's `site`.
    pub fn of(folder: &Path) -> SearchPath {
        let mut found = SearchPath {
            folders: environments(folder),
            unfollowed: Vec::new(),
        };
        let mounted = folder.file_name().unwrap_or_default().to_string_lossy();
        let mut next = found.folders.len();
        found.folders.push(String::new());
        while let Some(from) = found.folders.get(next).cloned() {
            let is_lost = mounted.contains("import") || found.unfollowed.contains(&from);
            for (line, target) in named_in(folder, &from) {
                if found.folders.contains(&target) {
                    continue;
                }
                if is_lost || line.contains("import") {
                    found.unfollowed.push(target.clone());
                }
                found.folders.push(target);
            }
            next += 1;
        }
        found
    }

    pub fn has(&self, folder: &str) -> bool {
        self.folders.iter().any(|known| known == folder)
    }
}

/// The `site-packages` of virtual environments at the top.
fn environments(folder: &Path) -> Vec<String> {
    let names = names(folder).into_iter();
    names
        .filter(|name| folder.join(name).join("pyvenv.cfg").exists())
        .map(|name| format!("{name}/{PACKAGES}"))
        .filter(|packages| is_inside(folder, packages))
        .collect()
}

/// What the `.pth` files of a folder name, each with its line.
fn named_in(root: &Path, from: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let names = names(&root.join(from)).into_iter();
    for name in names.filter(|name| name.ends_with(".pth") && !name.starts_with('.')) {
        let text = file::read_text(&root.join(from).join(name)).unwrap_or_default();
        for line in text.lines().map(str::trim) {
            // A line of code, which Python runs.
            let is_code = line.starts_with("import ") || line.starts_with("import\t");
            if line.is_empty() || is_code || line.starts_with(['#', '/']) {
                continue;
            }
            found.extend(
                below(from, line)
                    .filter(|target| is_inside(root, target))
                    .map(|target| (line.to_string(), target)),
            );
        }
    }
    found
}

/// Two paths as one; none where that leads out of the root.
fn below(from: &str, line: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in line.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether it is a folder in the container as well, where links out of the mounted folder lead nowhere.
fn is_inside(root: &Path, path: &str) -> bool {
    let real = root.join(path).canonicalize();
    real.is_ok_and(|real| real.starts_with(root) && real.is_dir())
}

/// More than anybody installs.
const MOST_NAMES: usize = 5_000;

/// What is in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.take(MOST_NAMES).collect();
    names.sort();
    names
}

/// A folder with a distribution's metadata on the path.
pub struct Metadata {
    /// From the mounted folder.
    pub folder: String,
    /// Of the distribution, as installers compare it.
    pub name: String,
    /// The entry points that LocalStack looks at: name and object.
    pub entries: Vec<(String, String)>,
}

impl Metadata {
    /// All that Python finds, in its order.
    pub fn on(path: &SearchPath, root: &Path) -> Vec<Metadata> {
        let mut found = Vec::new();
        for from in &path.folders {
            for name in names(&root.join(from)) {
                let (stem, kind) = name.rsplit_once('.').unwrap_or_default();
                if matches!(kind, "dist-info" | "egg-info") {
                    let folder = crate::host::developer::joined(from, &name);
                    found.push(Metadata {
                        entries: entries(&root.join(&folder)),
                        name: normalized(stem.split('-').next().unwrap_or_default()),
                        folder,
                    });
                }
            }
        }
        found
    }

    /// Beside the code, not installed.
    pub fn is_egg(&self) -> bool {
        self.folder.ends_with(".egg-info") && !self.folder.contains(PACKAGES)
    }
}

fn entries(metadata: &Path) -> Vec<(String, String)> {
    let Ok(content) = file::read_text(&metadata.join("entry_points.txt")) else {
        return Vec::new();
    };
    let path = String::new();
    let found = built::entry_points(&Rc::new(Text { path, content }));
    let found = found.into_iter().filter(|entry| entry.group.value == GROUP);
    found
        .map(|entry| (entry.name.value, plain(&entry.object.value)))
        .collect()
}

/// An object as two texts of it can be compared.
pub fn plain(object: &str) -> String {
    object.replace(' ', "")
}

/// What Plux takes of each name: the first one.
pub fn index(metadata: &[Metadata]) -> BTreeMap<&str, (&str, &Metadata)> {
    let mut index = BTreeMap::new();
    for folder in metadata {
        for (name, object) in &folder.entries {
            index.entry(name.as_str()).or_insert((object.as_str(), folder));
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (file, content) in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    #[test]
    fn pth_files_are_followed_as_far_as_the_container_has_them() {
        let made = folder(&[
            ("a.pth", "src\n/etc\n../out\nnowhere\nimport os\n./src/../importer\n"),
            (".b.pth", "hidden\n"),
            ("hidden/x", ""),
            ("src/c.pth", "../lib/py\n.."),
            ("lib/py/x", ""),
            ("importer/d.pth", "more"),
            ("importer/more/x", ""),
            (".venv/pyvenv.cfg", ""),
            (".venv/lib/python3.13/site-packages/x", ""),
            ("old/pyvenv.cfg", ""),
            ("old/lib/python3.11/site-packages/x", ""),
        ]);
        let root = made.path().canonicalize().unwrap();
        let path = SearchPath::of(&root);
        assert_eq!(
            path.folders,
            [
                ".venv/lib/python3.13/site-packages",
                "",
                "src",
                "importer",
                "lib/py",
                "importer/more"
            ]
        );
        assert_eq!(path.unfollowed, ["importer", "importer/more"]);
    }

    #[test]
    fn the_first_of_a_name_counts() {
        let made = folder(&[
            (
                ".venv/lib/python3.13/site-packages/a_b-1.0.dist-info/entry_points.txt",
                "[localstack.extensions]\nx = a : X\n",
            ),
            (".venv/pyvenv.cfg", ""),
            (
                "A.B.egg-info/entry_points.txt",
                "[other]\nz = z:Z\n[localstack.extensions]\nx = b:X\ny = b:Y\n",
            ),
        ]);
        let root = made.path().canonicalize().unwrap();
        let found = Metadata::on(&SearchPath::of(&root), &root);
        assert_eq!((found[0].name.as_str(), found[1].name.as_str()), ("a-b", "a-b"));
        assert!(!found[0].is_egg() && found[1].is_egg());
        let index = index(&found);
        assert_eq!((index["x"].0, index["y"].0, index.len()), ("a:X", "b:Y", 2));
    }
}
