//! The files of a project or of a wheel, looked at once: what is there, and what was not looked into.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result};

use super::text::Text;
use super::wheel::Wheel;
use crate::failure::{Code, Failure};
use crate::limits::{DEEPEST, LARGEST_SOURCE, MOST_ENTRIES_OF_A_PROJECT};

/// Files by their path from the root, with `/` between the parts.
pub struct Root {
    kind: Kind,
    pub files: BTreeSet<String>,
    pub folders: BTreeSet<String>,
    /// Folders that are there and were not looked into.
    closed: BTreeSet<String>,
    /// There was more than anybody looks at.
    pub is_cut: bool,
    /// These are the files of one built distribution, and all of them.
    pub is_built: bool,
    read: RefCell<BTreeMap<String, Read>>,
}

enum Kind {
    Folder(PathBuf),
    Wheel(Wheel),
}

/// What came of reading a file.
#[derive(Clone)]
pub enum Read {
    Text(Rc<Text>),
    Absent,
    /// It is there, and it is no text of a usual size, or it lies elsewhere.
    Unreadable(&'static str),
}

impl Read {
    pub fn text(self) -> Option<Rc<Text>> {
        match self {
            Read::Text(text) => Some(text),
            Read::Absent | Read::Unreadable(_) => None,
        }
    }
}

impl Root {
    /// All files of a folder, but for hidden folders, virtual environments and what was built. `only` names the folders and
    /// modules at its top that matter, where it holds others' as well.
    pub fn folder(folder: &Path, only: Option<&[String]>) -> Result<Root> {
        let shown = folder.display();
        let path = folder
            .canonicalize()
            .with_context(|| format!("could not find the folder {shown}"))?;
        if !path.is_dir() {
            let message = format!("{shown} is neither a folder nor a wheel");
            return Err(Failure::new(Code::Validation, message)
                .hint("name the project's folder: `lstk-extensions dev check DIR`")
                .into());
        }
        let mut root = Root::empty(Kind::Folder(path.clone()));
        fs::read_dir(&path).with_context(|| format!("could not read the folder {shown}"))?;
        root.walk(&path, "", 0, only);
        Ok(root)
    }

    pub fn wheel(path: &Path) -> Result<Root> {
        let wheel = Wheel::open(path).with_context(|| format!("could not read the wheel {}", path.display()))?;
        let names = wheel.names().map(str::to_string).collect();
        let mut root = Root::empty(Kind::Wheel(wheel));
        root.is_built = true;
        root.add(names);
        Ok(root)
    }

    /// The files that were written down when a distribution was put into a folder, those below it.
    pub fn listed(folder: &Path, files: Vec<String>) -> Root {
        let mut root = Root::empty(Kind::Folder(folder.to_path_buf()));
        root.is_cut = files.len() > MOST_ENTRIES_OF_A_PROJECT;
        root.is_built = !root.is_cut;
        let is_below = |file: &String| file.split('/').all(|part| !matches!(part, "" | "." | ".."));
        root.add(
            files
                .into_iter()
                .take(MOST_ENTRIES_OF_A_PROJECT)
                .filter(is_below)
                .collect(),
        );
        root
    }

    fn empty(kind: Kind) -> Root {
        Root {
            kind,
            files: BTreeSet::new(),
            folders: BTreeSet::new(),
            closed: BTreeSet::new(),
            is_cut: false,
            is_built: false,
            read: RefCell::default(),
        }
    }

    fn add(&mut self, files: Vec<String>) {
        for file in files {
            let ends = file.match_indices('/').map(|(end, _)| end);
            self.folders.extend(ends.map(|end| file[..end].to_string()));
            self.files.insert(file);
        }
    }

    fn walk(&mut self, root: &Path, below: &str, depth: usize, only: Option<&[String]>) {
        let Ok(entries) = fs::read_dir(root.join(below)) else {
            self.closed.insert(below.to_string());
            return;
        };
        let mut inner = Vec::new();
        for entry in entries.flatten() {
            if self.files.len() + self.folders.len() >= MOST_ENTRIES_OF_A_PROJECT {
                self.is_cut = true;
                return;
            }
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let stem = name.strip_suffix(".py").unwrap_or(&name);
            if depth == 0 && only.is_some_and(|only| !only.iter().any(|top| top == stem || *top == name)) {
                continue;
            }
            let path = if below.is_empty() {
                name.clone()
            } else {
                format!("{below}/{name}")
            };
            let kind = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => inside(root, below, &path),
                Ok(kind) => Some(kind.is_dir()),
                Err(_) => None,
            };
            match kind {
                Some(true) if depth < DEEPEST && !is_generated(&root.join(&path), &name, depth) => {
                    self.folders.insert(path.clone());
                    inner.push(path);
                }
                Some(false) => {
                    self.files.insert(path);
                }
                Some(true) | None => {
                    self.folders.insert(path.clone());
                    self.closed.insert(path);
                }
            }
        }
        for path in inner {
            self.walk(root, &path, depth + 1, only);
        }
    }

    /// Whether it is certain that there is no such file, or that there is one.
    pub fn knows(&self, path: &str) -> bool {
        let is_closed = path
            .match_indices('/')
            .any(|(end, _)| self.closed.contains(&path[..end]));
        self.files.contains(path) || !self.is_cut && !is_closed && !self.closed.contains(path)
    }

    pub fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// Names of files at the top.
    pub fn top_files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(|path| !path.contains('/'))
    }

    pub fn top_folders(&self) -> impl Iterator<Item = &str> {
        self.folders
            .iter()
            .map(String::as_str)
            .filter(|path| !path.contains('/'))
    }

    /// Files below a folder, which is named without a `/` at its end.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let from = prefix.clone();
        self.files
            .range(from..)
            .map(String::as_str)
            .take_while(move |path| path.starts_with(&prefix))
    }

    /// The folder, where it is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Folder(path) => Some(path),
            Kind::Wheel(_) => None,
        }
    }

    /// Each file is read once.
    pub fn read(&self, path: &str) -> Read {
        if let Some(read) = self.read.borrow().get(path) {
            return read.clone();
        }
        let read = self.read_now(path);
        self.read.borrow_mut().insert(path.to_string(), read.clone());
        read
    }

    fn read_now(&self, path: &str) -> Read {
        if !self.files.contains(path) {
            return Read::Absent;
        }
        let bytes = match &self.kind {
            Kind::Folder(root) => bytes_of(root, path),
            Kind::Wheel(wheel) => wheel.read(path),
        };
        match bytes.and_then(|bytes| decoded(path, bytes)) {
            Ok(content) => Read::Text(Rc::new(Text {
                path: path.to_string(),
                content,
            })),
            Err(reason) => Read::Unreadable(reason),
        }
    }
}

/// Whether a link in a folder leads to a folder or to a file; nothing when it leads out of the root, nowhere, or back to a
/// folder it is in, where it would never end.
fn inside(root: &Path, folder: &str, path: &str) -> Option<bool> {
    let target = root.join(path).canonicalize().ok()?;
    let is_circle = root.join(folder).canonicalize().ok()?.starts_with(&target);
    (target.starts_with(root) && !is_circle).then(|| target.is_dir())
}

/// Code may say that it is in another encoding: what is not ASCII in it stands as U+FFFD then.
fn decoded(path: &str, bytes: Vec<u8>) -> Result<String, &'static str> {
    String::from_utf8(bytes).or_else(|error| {
        let bytes = error.as_bytes();
        match path.ends_with(".py") && names_encoding(bytes) {
            true => Ok(String::from_utf8_lossy(bytes).into_owned()),
            false => Err("it is not UTF-8"),
        }
    })
}

/// Whether one of the first two lines is a comment with the name of an encoding that has ASCII in it.
fn names_encoding(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n').take(2).map(String::from_utf8_lossy);
    lines.any(|line| {
        let rest = line
            .trim_start()
            .strip_prefix('#')
            .and_then(|rest| rest.split_once("coding"));
        let name = rest.and_then(|(_, rest)| rest.strip_prefix([':', '=']));
        let name = name.unwrap_or_default().trim_start().to_ascii_lowercase();
        ["latin", "iso-8859", "iso8859", "cp", "windows-"]
            .iter()
            .any(|known| name.starts_with(known))
    })
}

/// Whether a folder of a project is of tools and not of its author; `depth` counts the folders between the two.
pub fn is_generated(folder: &Path, name: &str, depth: usize) -> bool {
    let is_output = depth == 0 && matches!(name, "build" | "dist");
    let is_cache = matches!(name, "node_modules" | "__pycache__");
    name.starts_with('.') || is_output || is_cache || folder.join("pyvenv.cfg").exists()
}

fn bytes_of(root: &Path, path: &str) -> Result<Vec<u8>, &'static str> {
    use std::io::Read as _;
    let plain = root.join(path);
    let real = match has_links(root, path) {
        false => plain,
        true => {
            let real = plain.canonicalize().map_err(|_| "it cannot be found")?;
            if !root.canonicalize().is_ok_and(|root| real.starts_with(root)) {
                return Err("it is a link that leads out of the project");
            }
            real
        }
    };
    // A pipe would be waited for.
    let size = match fs::metadata(&real) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Err("it is no file"),
        Err(_) => return Err("it cannot be found"),
    };
    let file = fs::File::open(real).map_err(|_| "it cannot be opened")?;
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(LARGEST_SOURCE)).unwrap_or_default() + 1);
    file.take(LARGEST_SOURCE + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| "it cannot be read")?;
    match bytes.len() as u64 > LARGEST_SOURCE {
        true => Err("it is larger than 2 MiB"),
        false => Ok(bytes),
    }
}

/// Whether any part of a path below the root is a link. To ask this is a fraction of finding out where all of it really is.
fn has_links(root: &Path, path: &str) -> bool {
    let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    let is_link = |end: usize| fs::symlink_metadata(root.join(&path[..end])).is_ok_and(|found| found.is_symlink());
    ends.into_iter().any(is_link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_looked_into_gives_no_verdict() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        for file in [
            "a/b/c.py",
            "a/build/d.py",
            "build/e.py",
            ".git/f",
            "env/pyvenv.cfg",
            "env/g.py",
            "h.py",
        ] {
            let file = path.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "x").unwrap();
        }
        let root = Root::folder(path, None).unwrap();
        assert_eq!(Vec::from_iter(&root.files), ["a/b/c.py", "a/build/d.py", "h.py"]);
        assert_eq!(Vec::from_iter(root.top_folders()), [".git", "a", "build", "env"]);
        assert!(root.knows("a/x.py") && root.knows("h.py") && !root.knows("build/e.py") && !root.knows("env"));
        assert_eq!(Vec::from_iter(root.below("a")), ["a/b/c.py", "a/build/d.py"]);
        let one = Root::folder(path, Some(&["h".to_string()])).unwrap();
        assert_eq!(Vec::from_iter(&one.files), ["h.py"]);
    }

    #[cfg(unix)]
    #[test]
    fn no_link_out_of_the_root_is_read() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "secret").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join("setup.cfg")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        let root = Root::folder(folder.path(), None).unwrap();
        assert!(root.files.is_empty(), "{:?}", root.files);
        assert!(!root.knows("out/secret") && !root.knows("setup.cfg"));
    }
}
