//! Distributions taken out of an environment: what their `RECORD` lists, as far as it is in there.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::extension::record;
use crate::host::environment::{Environment, IN_CONTAINER};

/// Removes a distribution: its files, and folders that are empty then.
pub(super) fn remove(environment: &Environment, info: &Path) -> io::Result<()> {
    let unread = |error: io::Error| io::Error::new(error.kind(), format!("could not read its RECORD: {error}"));
    let mut files = record::read(info).map_err(unread)?;
    // Some list themselves incompletely.
    files.extend(file_names(info)?.into_iter().filter_map(|name| {
        let folder = info.file_name()?.to_str()?;
        Some(format!("{folder}/{name}"))
    }));
    remove_files(environment, &files)?;
    match fs::remove_dir_all(info) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn file_names(folder: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().into_string().ok()));
    Ok(names.collect::<io::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Files as `RECORD` has them, of which none is looked for outside of the environment.
pub(super) fn remove_files(environment: &Environment, files: &[String]) -> io::Result<()> {
    let packages = environment.site_packages();
    for file in files {
        let Some(path) = within(environment, file).filter(|path| is_inside(&environment.folder, path)) else {
            continue;
        };
        match fs::remove_file(&path) {
            Err(error)
                if !matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory
                ) =>
            {
                return Err(error);
            }
            _ => {}
        }
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| folder.starts_with(&packages) && *folder != packages) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
    }
    Ok(())
}

/// Whether no link on the way leads a path out of a folder.
fn is_inside(folder: &Path, path: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let parent = path.parent().and_then(real);
    parent.is_some_and(|parent| real(folder).is_some_and(|folder| parent.starts_with(folder)))
}

/// Where a path of a `RECORD` is; an absolute one may be as the container sees it.
fn within(environment: &Environment, file: &str) -> Option<PathBuf> {
    if let Some(rest) = file.strip_prefix(IN_CONTAINER) {
        return plain(rest.trim_start_matches('/')).map(|rest| environment.folder.join(rest));
    }
    match file.strip_prefix("../../../") {
        Some(rest) => plain(rest).map(|rest| environment.folder.join(rest)),
        None => plain(file).map(|rest| environment.site_packages().join(rest)),
    }
}

fn plain(path: &str) -> Option<&str> {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..");
    path.split('/').all(is_plain).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(folder: &Path) -> Environment {
        let environment = Environment::at(folder.join("python_venv"), "3.13");
        environment.lay_out().unwrap();
        environment
    }

    #[test]
    fn what_is_removed_takes_nothing_else_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let environment = environment(folder.path());
        let packages = environment.site_packages();
        let write = |path: PathBuf| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        for file in ["shared/a.py", "shared/b.py", "a/sub/x.py", "A-1.dist-info/METADATA"] {
            write(packages.join(file));
        }
        write(environment.folder.join("bin/a"));
        write(folder.path().join("mine"));
        let record = "shared/a.py,,\na/sub/x.py,,\n../../../bin/a,,\n../../../../mine,,\n/etc/nothing,,\n\
            a/../../../../../mine,,\nA-1.dist-info/RECORD,,\n";
        fs::write(packages.join("A-1.dist-info/RECORD"), record).unwrap();
        remove(&environment, &packages.join("A-1.dist-info")).unwrap();
        assert!(packages.join("shared/b.py").exists() && folder.path().join("mine").exists());
        for gone in ["shared/a.py", "a", "A-1.dist-info"] {
            assert!(!packages.join(gone).exists(), "{gone}");
        }
        assert!(!environment.folder.join("bin/a").exists() && environment.folder.join("bin/python").is_symlink());
    }
}
