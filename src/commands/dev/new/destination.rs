//! Where the project goes, and telling early that it cannot go there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result};

use super::Args;
use crate::failure::Failure;
use crate::scaffold::answers::{Answers, Given};
use crate::scaffold::plan::check_free;

/// The question whose answer names the project's folder when no path is given.
pub(super) const NAMED_BY: &str = "project_slug";

pub(super) struct Destination {
    /// As the user would type it.
    pub path: PathBuf,
}

impl Destination {
    pub(super) fn of(args: &Args, answers: &Answers) -> Result<Destination> {
        let Some(path) = args.root(answers.get(NAMED_BY)) else {
            return Err(
                Failure::invalid_input("this template does not name the project's folder")
                    .hint("name it: `lstk-extensions dev new PATH`")
                    .into(),
            );
        };
        Ok(Destination { path: settled(path) })
    }

    /// The folder the program runs in cannot be replaced without pulling it away from under the user's shell.
    pub(super) fn is_current_folder(&self) -> bool {
        let here = Path::new(".").canonicalize();
        here.is_ok_and(|here| self.path.canonicalize().is_ok_and(|path| path == here))
    }

    /// Adds to an error about this place the command that would work.
    pub(super) fn elsewhere(&self, error: Error, args: &Args) -> Error {
        taken(error, &self.path, args)
    }

    /// For programs: from the root of the file system.
    pub(super) fn absolute(&self) -> PathBuf {
        self.path
            .canonicalize()
            .or_else(|_| std::path::absolute(&self.path))
            .unwrap_or_else(|_| self.path.clone())
    }
}

/// A path that can be renamed to: a link the user typed is followed, `.` and `..` get their name.
fn settled(path: PathBuf) -> PathBuf {
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    match is_link || path.file_name().is_none() {
        true => path.canonicalize().unwrap_or(path),
        false => path,
    }
}

/// Fails before the first question where the place is known already and cannot take a project.
pub(super) fn check_before_asking(args: &Args, given: &Given) -> Result<()> {
    let name = given.answers.get(NAMED_BY).map(|(name, _)| name.as_str());
    let Some(root) = args.root(name) else {
        return check_writable(&args.output_dir);
    };
    if args.on_conflict.is_none() {
        check_free(&root).map_err(|error| taken(error, &root, args))?;
    }
    check_writable(&root)
}

/// Whether a file can be made at or below the nearest folder that exists.
fn check_writable(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        let mut folder = path;
        while !folder.is_dir() {
            folder = match folder.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            };
        }
        if folder == path && path.file_name().is_some() {
            // An empty folder at the destination is replaced, which its parent must allow.
            folder = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
        }
        access(folder, Access::WRITE_OK | Access::EXEC_OK)
            .map_err(std::io::Error::from)
            .with_context(|| format!("could not create a project in {}", folder.display()))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn taken(error: Error, root: &Path, args: &Args) -> Error {
    match error.downcast::<Failure>() {
        Ok(failure) if args.on_conflict.is_none() => {
            let failure = match free_name(root) {
                Some(name) => failure.hint(format!(
                    "take another place: `lstk-extensions dev new {}`",
                    shell(&name)
                )),
                None => failure,
            };
            failure
                .hint("or add to what is there: `--on-conflict skip` keeps the files that are there")
                .into()
        }
        Ok(failure) => failure.into(),
        Err(error) => error,
    }
}

/// A name beside `root` that is free: `my-ext-2`.
fn free_name(root: &Path) -> Option<PathBuf> {
    let name = root.file_name()?.to_string_lossy();
    (2..100)
        .map(|number| root.with_file_name(format!("{name}-{number}")))
        .find(|path| check_free(path).is_ok())
}

/// A path as it has to be typed in a shell.
pub(super) fn shell(path: &Path) -> String {
    shell_words::quote(&path.to_string_lossy()).into_owned()
}
