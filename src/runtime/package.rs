//! The Python package that this program carries, put where Python finds it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

use super::environment::short_id;
use crate::lock::private_folder;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../runtime/host/", $name)))),*]
    };
}

const FILES: [(&str, &str); 15] = files![
    "__main__.py",
    "extension_host/__init__.py",
    "extension_host/departure.py",
    "extension_host/discovery.py",
    "extension_host/events.py",
    "extension_host/failures.py",
    "extension_host/gateway.py",
    "extension_host/host.py",
    "extension_host/lifecycle.py",
    "extension_host/lifeline.py",
    "extension_host/listener.py",
    "extension_host/logs.py",
    "extension_host/routes.py",
    "extension_host/settings.py",
    "extension_host/smoke.py",
];

/// Writes the package into a folder of the cache that is named by its content, and returns that folder. A file that is there
/// and is another is replaced.
pub(super) fn put_into(cache: &Path) -> Result<PathBuf> {
    let content: String = FILES.iter().map(|(name, text)| format!("{name}\0{text}\0")).collect();
    let folder = cache.join("runtime").join(short_id(&content)?);
    for (name, text) in FILES {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
            continue;
        }
        write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(folder)
}

/// Whole or not at all, as another run may be reading.
fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    private_folder(folder)?;
    let new = NamedTempFile::new_in(folder)?;
    fs::write(new.path(), text)?;
    new.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_files_of_the_package_are_carried() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime/host");
        let package = fs::read_dir(root.join("extension_host")).unwrap();
        let names = package.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut expected: BTreeSet<String> = names
            .filter(|name| name.ends_with(".py"))
            .map(|name| format!("extension_host/{name}"))
            .collect();
        expected.insert("__main__.py".to_string());
        let carried: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_string()).collect();
        assert_eq!(carried, expected);
    }

    #[test]
    fn a_file_that_was_changed_is_replaced() {
        let cache = tempfile::tempdir().unwrap();
        let folder = put_into(cache.path()).unwrap();
        let main = folder.join("__main__.py");
        let text = fs::read_to_string(&main).unwrap();
        fs::write(&main, "").unwrap();
        assert_eq!(put_into(cache.path()).unwrap(), folder);
        assert_eq!(fs::read_to_string(&main).unwrap(), text);
    }
}
