//! A template's own copy for a hook that may change it before anything is asked.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::scaffold::store::Store;

/// A copy of everything a template is, gone when the first value is dropped.
pub fn copied(store: &Store, name: &str) -> Result<(TempDir, Store)> {
    let folder = tempfile::Builder::new().prefix("lstk-extensions.").tempdir();
    let folder = folder.context("could not create a folder for a copy of the template")?;
    // Some hooks look at the name.
    let root = folder.path().join(name);
    let copying = || format!("could not copy the template to {}", root.display());
    match store {
        Store::Folder { root: own, .. } => copy_folder(own, &root).with_context(copying)?,
        _ => {
            let contents = store.contents("")?.unwrap_or_default();
            fs::create_dir(&root).with_context(copying)?;
            for below in contents.folders {
                fs::create_dir_all(root.join(below)).with_context(copying)?;
            }
            for (path, file) in contents.files {
                let path = root.join(path);
                fs::write(&path, &file.content).with_context(copying)?;
                if file.executable {
                    make_executable(&path).with_context(copying)?;
                }
            }
        }
    }
    Ok((folder, Store::folder(root)))
}

/// Everything but git's own folder; a link is copied as a link.
fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() && entry.file_name() != ".git" {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target)?;
        } else if kind.is_symlink() {
            copy_link(&entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn copy_link(link: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(link)?, to)
}

#[cfg(not(unix))]
fn copy_link(link: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(link, to).map(drop)
}

#[cfg(unix)]
pub(super) fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = path.metadata()?.permissions().mode();
    fs::set_permissions(path, PermissionsExt::from_mode(mode | 0o100))
}

#[cfg(not(unix))]
pub(super) fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
