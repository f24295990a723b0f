//! A set of files in memory, whose paths cannot leave the folder they are written to.
//!
//! Every path a project is made of passes through [`RelPath::new`], and every file through [`Tree::insert`]; both hold
//! on every operating system, so that a project made on Linux can be checked out on Windows and macOS.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use bytes::Bytes;
use unicode_normalization::UnicodeNormalization;

use super::rule::is_unprintable;
use super::{folder, reserved};
use crate::failure::Problem;
use crate::neutral::{neutral_line, shortened};

/// A relative path with `/` between its parts: no root, drive, `.`, `..`, empty part, `.git`, nor a name that some
/// operating system cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelPath(String);

/// In bytes; Linux takes no longer one.
const LONGEST_PATH: usize = 4_095;

impl RelPath {
    pub fn new(path: &str) -> Result<Self> {
        RelPath::of(path, check_part)
    }

    fn of(path: &str, check: impl Fn(&str) -> Result<(), &'static str>) -> Result<Self> {
        if path.len() > LONGEST_PATH {
            bail!(
                "the path `{}` is longer than {LONGEST_PATH} bytes",
                neutral_line(&shortened(path, 100))
            );
        }
        for part in path.split('/') {
            if let Err(reason) = check(part) {
                bail!("the path `{}` {reason}", neutral_line(path));
            }
        }
        Ok(RelPath(path.to_string()))
    }

    /// A path of a template, whose placeholders may hold what no file of a project is called by: `{{ name | slug }}`.
    pub fn in_template(path: &str) -> Result<Self> {
        let placeholder = |char: char| r#"|"<>?*:"#.contains(char);
        RelPath::of(path, |part| {
            let plain = part.chars().map(|char| if placeholder(char) { '_' } else { char });
            check_part(&plain.collect::<String>())?;
            // Windows takes `.git::$INDEX_ALLOCATION` for `.git`.
            match part.split_once(':') {
                Some((stream, _)) if is_git_folder(stream) => Err(GIT_FOLDER),
                _ => Ok(()),
            }
        })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folders above the file, outermost first: `a/b/c` is in `a` and `a/b`.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(end, _)| &self.0[..end])
    }

    pub fn below(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const GIT_FOLDER: &str = "has a part that git takes for its own folder";

/// One part of a path, as every operating system must be able to hold it.
pub fn check_part(part: &str) -> Result<(), &'static str> {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_lowercase();
    if part.is_empty() {
        Err("has an empty part (two slashes in a row, or one at an end)")
    } else if part == "." || part == ".." {
        Err("has a part `.` or `..`")
    } else if part
        .chars()
        .any(|char| char.is_control() || r#"\:<>"|?*"#.contains(char))
    {
        Err(r#"has a control character or one of \ : < > " | ? * in it"#)
    } else if part.ends_with(['.', ' ']) || part.starts_with(' ') {
        Err("has a part that begins with a space or ends with a dot or a space")
    } else if is_git_folder(part) {
        Err(GIT_FOLDER)
    } else if reserved::WINDOWS_DEVICES.contains(&stem.as_str()) {
        Err("has a part that is a device name on Windows")
    } else if part.len() > 255 {
        Err("has a part longer than 255 bytes")
    } else {
        Ok(())
    }
}

/// `.git` as any file system may spell it: macOS ignores case and invisible characters, Windows knows `GIT~1`.
fn is_git_folder(part: &str) -> bool {
    let is = |part: &str| [".git", "git~1"].iter().any(|name| part.eq_ignore_ascii_case(name));
    // Nearly every name is of characters that are their own normal form.
    if part.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return is(part);
    }
    let visible: String = part.nfkc().filter(|char| !is_unprintable(*char)).collect();
    is(&visible.to_lowercase())
}

/// The bytes of a file, shared between copies, and whether it may be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub content: Bytes,
    pub executable: bool,
    /// Exactly these, as `chmod` takes them, whatever the umask; without, what the umask leaves. No more than `0o777`: a
    /// file that runs with somebody else's rights is never made.
    pub permissions: Option<u32>,
}

impl File {
    pub fn new(content: impl Into<Bytes>) -> Self {
        File {
            content: content.into(),
            executable: false,
            permissions: None,
        }
    }
}

/// Files by path, in the order they are listed and written.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: BTreeMap<RelPath, File>,
    /// Every file and folder by the name that a file system without case or normal forms would give it.
    taken: BTreeMap<String, Taken>,
    /// Of folders that have their own.
    permissions: BTreeMap<String, u32>,
}

#[derive(Clone, Debug)]
enum Taken {
    File(RelPath),
    Folder(String),
}

impl Tree {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; refuses a second one at the same path, or at a path that differs only in case or normal form, and
    /// a file where another path needs a folder.
    pub fn insert(&mut self, path: RelPath, file: File) -> Result<()> {
        for folder in path.folders() {
            self.take_folder(folder, &path)?;
        }
        match self.taken.get(&folded(path.as_str())) {
            Some(Taken::File(known)) if *known == path => bail!("two files would be written to `{path}`"),
            Some(Taken::File(known)) => bail!("the files `{known}` and `{path}` are one on some systems"),
            Some(Taken::Folder(known)) => bail!("`{path}` is a file, and `{known}` is a folder"),
            None => {}
        }
        self.taken.insert(folded(path.as_str()), Taken::File(path.clone()));
        self.files.insert(path, file);
        Ok(())
    }

    /// Adds a folder, which may stay empty; refuses it as [`Tree::insert`] refuses the folder of a file.
    /// With permissions it has exactly these, as a file would.
    pub fn insert_folder(&mut self, path: &RelPath, permissions: Option<u32>) -> Result<()> {
        for folder in path.folders().chain([path.as_str()]) {
            self.take_folder(folder, path)?;
        }
        self.permissions
            .extend(permissions.map(|permissions| (path.to_string(), permissions)));
        Ok(())
    }

    /// Exactly what may be done with a folder, where that is not left to the umask.
    pub fn permissions(&self, folder: &str) -> Option<u32> {
        self.permissions.get(folder).copied()
    }

    fn take_folder(&mut self, folder: &str, needed_by: &RelPath) -> Result<()> {
        match self.taken.get(&folded(folder)) {
            Some(Taken::Folder(known)) if known == folder => {}
            Some(Taken::Folder(known)) => bail!("the folders `{known}` and `{folder}` are one on some systems"),
            Some(Taken::File(known)) => bail!("`{known}` is a file, and `{needed_by}` needs a folder there"),
            None => {
                self.taken.insert(folded(folder), Taken::Folder(folder.to_string()));
            }
        }
        Ok(())
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&RelPath, &File)> {
        self.files.iter()
    }

    pub fn get(&self, path: &RelPath) -> Option<&File> {
        self.files.get(path)
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Every folder, parents before children.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        // A folder's folded name is a prefix of its children's, so the order of the map is parents first.
        self.taken.values().filter_map(|taken| match taken {
            Taken::Folder(folder) => Some(folder.as_str()),
            Taken::File(_) => None,
        })
    }

    /// The problem with a folder that git would take for a repository of its own.
    pub fn is_a_repository(&self) -> Option<Problem> {
        let what = "HEAD, objects/ and refs/ together make it a git repository whose configuration could run programs";
        self.bare_repository().map(|folder| Problem::new(folder, what))
    }

    /// A folder that git would take for a repository of its own, and whose configuration it would then obey; `.` is the
    /// root.
    fn bare_repository(&self) -> Option<&str> {
        self.taken.iter().find_map(|(name, taken)| {
            let Taken::File(head) = taken else { return None };
            let above = name.strip_suffix("head")?;
            let is_folder = |part: &str| matches!(self.taken.get(&format!("{above}{part}")), Some(Taken::Folder(_)));
            let is_shape = (above.is_empty() || above.ends_with('/')) && is_folder("objects") && is_folder("refs");
            is_shape.then(|| head.folders().last().unwrap_or("."))
        })
    }

    /// Reads a folder whose every path a project may have.
    pub fn read(root: &Path) -> Result<Tree> {
        let mut tree = Tree::new();
        for (path, file) in folder::read(root)? {
            tree.insert(RelPath::new(&path)?, file)?;
        }
        Ok(tree)
    }
}

impl IntoIterator for Tree {
    type Item = (RelPath, File);
    type IntoIter = std::collections::btree_map::IntoIter<RelPath, File>;

    fn into_iter(self) -> Self::IntoIter {
        self.files.into_iter()
    }
}

fn folded(path: &str) -> String {
    if path.is_ascii() {
        path.to_ascii_lowercase()
    } else {
        // First to upper case: some small letters are one in capitals, such as both forms of sigma.
        let capitals = path.nfc().flat_map(char::to_uppercase);
        capitals.flat_map(char::to_lowercase).nfc().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> Result<Tree> {
        let mut tree = Tree::new();
        for path in paths {
            tree.insert(RelPath::new(path)?, File::new(&b""[..]))?;
        }
        Ok(tree)
    }

    #[test]
    fn a_path_cannot_leave_its_folder_nor_be_unportable() {
        for path in [
            "",
            "/",
            "/etc/passwd",
            "a//b",
            "a/",
            "../x",
            "a/../../x",
            ".",
            "a/./b",
            "a\\b",
            "C:x",
            "C:/x",
            "a\0b",
            "a\nb",
            ".git/config",
            "a/.GIT/hooks/x",
            ".g\u{200c}it/x",
            "GIT~1/x",
            ".git./x",
            ".git /x",
            "con",
            "a/NUL.txt",
            "x?",
            "x*",
            " x",
            "x.",
            &"y".repeat(256),
        ] {
            assert!(RelPath::new(path).is_err(), "{path:?}");
        }
        for path in [
            "a",
            "a/b.c",
            ".gitignore",
            ".github/x.yml",
            "größe/…",
            "{{ name }}.py",
            "console",
        ] {
            assert!(RelPath::new(path).is_ok(), "{path:?}");
        }
    }

    #[test]
    fn a_refused_path_is_told_as_it_is_but_for_what_cannot_be_seen() {
        let error = RelPath::new("{% include 'x' %}\n.txt").unwrap_err().to_string();
        assert!(
            error.starts_with(r"the path `{% include 'x' %}\n.txt` has a control character"),
            "{error}"
        );
    }

    #[test]
    fn what_git_would_take_for_a_repository_is_found() {
        let found = |paths: &[&str]| tree(paths).unwrap().bare_repository().map(str::to_string);
        assert_eq!(found(&["HEAD", "objects/.k", "refs/.k"]).as_deref(), Some("."));
        assert_eq!(
            found(&["a/b/head", "a/b/Objects/k", "a/b/refs/k"]).as_deref(),
            Some("a/b")
        );
        assert_eq!(found(&["HEAD", "objects/k", "a/refs/k"]), None);
        assert_eq!(found(&["ahead", "objects/k", "refs/k"]), None);
    }

    #[test]
    fn one_place_holds_one_file() {
        for clash in [
            ["a", "a"],
            ["README", "readme"],
            ["é", "e\u{301}"],
            ["ΣΑΣ", "σασ"],
            ["a", "a/b"],
            ["a/b", "a"],
            ["A/x", "a/y"],
        ] {
            assert!(tree(&clash).is_err(), "{clash:?}");
        }
        let tree = tree(&["b/c/d", "a", "b/e"]).unwrap();
        assert_eq!(tree.folders().collect::<Vec<_>>(), ["b", "b/c"]);
        assert_eq!(
            tree.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(),
            ["a", "b/c/d", "b/e"]
        );
    }

    #[test]
    fn a_folder_may_be_empty_and_clashes_like_any_other() {
        let mut tree = tree(&["a", "b/c"]).unwrap();
        let mut folder = |path: &str| tree.insert_folder(&RelPath::new(path).unwrap(), None).is_ok();
        assert!(folder("b") && folder("d/e") && folder("d/e"));
        assert!(!folder("a") && !folder("B") && !folder("b/c/d"));
        assert_eq!(tree.folders().collect::<Vec<_>>(), ["b", "d", "d/e"]);
        assert_eq!(tree.len(), 2);
    }
}
