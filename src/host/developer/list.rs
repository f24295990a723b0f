//! The list of folders in developer mode: one file, which the old `localstack` program reads and writes as well.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::config::LocalStack;
use crate::extension::file;
use crate::failure::{Code, Failure, Problem};
use crate::lock::Lock;

/// `extensions-dev.json`: `{"extensions": [{"host_path": "/absolute"}]}`.
///
/// Source: the `localstack` program 4.14.0, `pro/core/cli/extensions.py` and `utils/json.py`.
pub struct List {
    /// Where the file is, or will be; a link is followed.
    pub file: PathBuf,
}

/// Of a new file, as the old program makes it.
const MODE: u32 = 0o664;

impl List {
    pub fn of(config: &LocalStack) -> Result<List> {
        let Some(settings) = &config.settings else {
            let failure = Failure::new(Code::Internal, "there is no folder for LocalStack's settings");
            return Err(failure.hint("set HOME or CONFIG_DIR to a folder").into());
        };
        let file = absolute(&settings.join("extensions-dev.json"))?;
        let target = fs::canonicalize(&file).or_else(|_| fs::read_link(&file).map(|to| settings.join(to)));
        Ok(List {
            file: target.unwrap_or(file),
        })
    }

    /// The enabled folders in their order, each once.
    pub fn folders(&self) -> Result<Vec<PathBuf>> {
        Ok(paths(entries(&mut self.read()?, &self.file)?))
    }

    /// Adds the folders that are not there yet. Tells of each that was there as what it was listed.
    pub fn add(&self, folders: &[PathBuf], waiting: &mut dyn FnMut()) -> Result<Vec<Option<PathBuf>>> {
        self.change(waiting, |entries| {
            let mut listed = Vec::new();
            for folder in folders {
                let known = paths(entries).into_iter().find(|path| is_same(path, folder));
                if known.is_none() {
                    entries.push(json!({ "host_path": folder.to_string_lossy() }));
                }
                listed.push(known);
            }
            listed
        })
    }

    /// Takes folders off the list. Tells of each as what it was listed.
    pub fn remove(&self, folders: &[PathBuf], waiting: &mut dyn FnMut()) -> Result<Vec<Option<PathBuf>>> {
        if !self.file.exists() {
            return Ok(vec![None; folders.len()]);
        }
        self.change(waiting, |entries| {
            let mut removed = Vec::new();
            for folder in folders {
                let is_it = |entry: &Value| path_of(entry).is_some_and(|path| is_same(&path, folder));
                removed.push(entries.iter().find(|entry| is_it(entry)).and_then(path_of));
                entries.retain(|entry| !is_it(entry));
            }
            removed
        })
    }

    /// Reads, changes and writes while nobody else does. What is unchanged is not written.
    fn change<T>(&self, waiting: &mut dyn FnMut(), change: impl FnOnce(&mut Vec<Value>) -> T) -> Result<T> {
        let mut lock = self.file.clone().into_os_string();
        lock.push(".lock");
        let _lock = Lock::take(Path::new(&lock), waiting)?;
        let mut document = self.read()?;
        let entries = entries(&mut document, &self.file)?;
        let before = entries.clone();
        let done = change(entries);
        if *entries != before {
            let text = ascii(&Value::Object(document).to_string());
            self.write(&text)
                .with_context(|| format!("could not write {}", self.file.display()))?;
        }
        Ok(done)
    }

    fn read(&self) -> Result<Map<String, Value>> {
        let text = match file::read_text(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Map::new()),
            read => read.with_context(|| format!("could not read {}", self.file.display()))?,
        };
        let shown = self.file.display();
        match serde_json::from_str(&text) {
            Ok(Value::Object(document)) => Ok(document),
            Ok(_) => Err(broken(shown.to_string(), "is not a JSON object").into()),
            Err(error) => {
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or(&message);
                let at = format!("{shown}:{}:{}", error.line(), error.column());
                Err(broken(at, message).into())
            }
        }
    }

    /// All of it or nothing: whoever reads meanwhile sees the old file or the new one.
    fn write(&self, text: &str) -> Result<()> {
        let folder = self.file.parent().unwrap_or(&self.file);
        let before = fs::metadata(&self.file).ok();
        let mut new = tempfile::Builder::new().prefix(".extensions-dev").tempfile_in(folder)?;
        new.write_all(text.as_bytes())?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
            let mode = before.as_ref().map_or(MODE, |before| before.mode() & 0o7777);
            if let Some(before) = &before {
                // Only root can, and only root has to.
                let _ = chown(new.path(), Some(before.uid()), Some(before.gid()));
            }
            fs::set_permissions(new.path(), fs::Permissions::from_mode(mode))?;
        }
        #[cfg(not(unix))]
        let _ = (before, MODE);
        new.persist(&self.file)?;
        Ok(())
    }
}

fn broken(at: String, message: &str) -> Failure {
    let failure = Failure::new(
        Code::ConfigInvalid,
        "could not read the list of extensions in developer mode",
    );
    failure
        .problems(vec![Problem::new(at, message)])
        .hint("correct the file, or move it away and enable the extensions again")
}

fn entries<'d>(document: &'d mut Map<String, Value>, file: &Path) -> Result<&'d mut Vec<Value>> {
    match document.entry("extensions").or_insert_with(|| json!([])) {
        Value::Array(entries) => Ok(entries),
        _ => Err(broken(file.display().to_string(), "`extensions` is no list").into()),
    }
}

/// Nothing of an entry of another kind, which stays as it is.
fn path_of(entry: &Value) -> Option<PathBuf> {
    let path = entry.get("host_path")?.as_str()?;
    (!path.is_empty()).then(|| PathBuf::from(path))
}

fn paths(entries: &[Value]) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for path in entries.iter().filter_map(path_of) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// The absolute path as the old program writes it, links and all, so that both call a folder the same.
pub fn absolute(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path).with_context(|| format!("could not find {}", path.display()))?;
    let mut plain = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    Ok(plain)
}

/// Whether two paths are one folder, by whichever links; a folder that is gone is where it was.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| {
        let parent = || Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?));
        fs::canonicalize(path).ok().or_else(parent)
    };
    one == other || real(one).is_some_and(|path| real(other) == Some(path))
}

/// The old program reads the file in whichever encoding its system has.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for char in json.chars() {
        if char.is_ascii() {
            text.push(char);
            continue;
        }
        for unit in char.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(settings: &Path) -> List {
        let config = LocalStack {
            settings: Some(settings.to_path_buf()),
            ..LocalStack::default()
        };
        List::of(&config).unwrap()
    }

    fn add(list: &List, folder: &str) -> bool {
        list.add(&[folder.into()], &mut || {}).unwrap()[0].is_some()
    }

    #[test]
    fn what_others_have_written_stays() {
        let settings = tempfile::tempdir().unwrap();
        let file = settings.path().join("extensions-dev.json");
        let text = r#"{"z":1,"extensions":[{"host_path":"/b","note":[1]},"what",{"x":2}],"a":{"c":0,"b":0}}"#;
        fs::write(&file, text).unwrap();
        let list = list(settings.path());
        assert!(add(&list, "/b") && !add(&list, "/ü"));
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            text.replace(r#"{"x":2}"#, r#"{"x":2},{"host_path":"/\u00fc"}"#)
        );
        assert_eq!(list.folders().unwrap(), [PathBuf::from("/b"), "/ü".into()]);
        let removed = list.remove(&["/ü".into(), "/c".into()], &mut || {}).unwrap();
        assert_eq!(removed, [Some("/ü".into()), None]);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }

    #[test]
    fn a_broken_file_is_told_and_kept() {
        let settings = tempfile::tempdir().unwrap();
        let file = settings.path().join("extensions-dev.json");
        for (text, told) in [
            ("{\"extensions\":\n [}", ":2:3: expected value"),
            ("", ":1:0: EOF while parsing a value"),
            ("[]", ": is not a JSON object"),
            ("{\"extensions\": {}}", ": `extensions` is no list"),
        ] {
            fs::write(&file, text).unwrap();
            let error = list(settings.path()).add(&["/x".into()], &mut || {}).unwrap_err();
            let [problem] = &error.downcast_ref::<Failure>().unwrap().problems[..] else {
                panic!("{text}")
            };
            let seen = format!("{}: {}", problem.at, problem.message);
            assert!(seen.ends_with(&format!("extensions-dev.json{told}")), "{seen}");
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_link_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let settings = folder.path().join("new/settings");
        add(&list(&settings), "/x");
        assert_eq!(mode(&settings.join("extensions-dev.json")), 0o664);

        let dotfiles = folder.path().join("dotfiles");
        fs::create_dir(&dotfiles).unwrap();
        let linked = folder.path().join("linked");
        fs::create_dir(&linked).unwrap();
        symlink("../dotfiles/list", linked.join("extensions-dev.json")).unwrap();
        add(&list(&linked), "/x");
        fs::set_permissions(dotfiles.join("list"), fs::Permissions::from_mode(0o600)).unwrap();
        add(&list(&linked), "/y");
        assert_eq!(mode(&dotfiles.join("list")), 0o600);
        assert!(linked.join("extensions-dev.json").is_symlink());
        assert_eq!(list(&linked).folders().unwrap().len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_known_by_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::create_dir(path.join("real")).unwrap();
        std::os::unix::fs::symlink(path.join("real"), path.join("link")).unwrap();
        assert!(is_same(&path.join("real"), &path.join("link")));
        assert!(is_same(&path.join("real/gone"), &path.join("link/gone")));
        assert!(!is_same(&path.join("real"), path));
        assert_eq!(absolute(Path::new("/a/./b/../../c/")).unwrap(), Path::new("/c"));
        assert_eq!(absolute(Path::new("/../c")).unwrap(), Path::new("/c"));
    }
}
