//! Where the project goes, and telling early that it cannot go there.

use std::path::{Path, PathBuf};

use anyhow::{Error, Result};

use super::Args;
use crate::failure::Failure;
use crate::scaffold::answers::{Answers, Given};
use crate::scaffold::plan::{check_free, parent_of};

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
        let failure = match error.downcast::<Failure>() {
            Ok(failure) => failure,
            Err(error) => return error,
        };
        if args.on_conflict.is_some() || self.is_current_folder() {
            if failure.problems.is_empty() {
                return failure.into();
            }
            return failure
                .hint("keep the files that are there with `--on-conflict skip`, or replace them with `--on-conflict overwrite`")
                .into();
        }
        let failure = match free_name(&self.path) {
            Some(name) => failure.hint(format!(
                "take another place: `lstk-extensions dev new {}`",
                shell(&name)
            )),
            None => failure,
        };
        match self.path.is_dir() {
            true => failure
                .hint("or add to what is there: `--on-conflict skip` keeps the files that are there")
                .into(),
            false => failure.into(),
        }
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
    let Some(root) = args.root(name).map(settled) else {
        return check_writable(&args.output_dir);
    };
    let destination = Destination { path: root };
    let root = &destination.path;
    if args.on_conflict.is_some() || destination.is_current_folder() {
        // Files are put into the folder itself.
        return check_writable(root);
    }
    check_free(root).map_err(|error| destination.elsewhere(error, args))?;
    check_writable(parent_of(root))
}

/// Whether something can be made in a folder, or in the nearest one above it that exists.
fn check_writable(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use anyhow::Context;
        use rustix::fs::{Access, access};
        let mut nearest = folder;
        while !nearest.is_dir() {
            nearest = match parent_of(nearest) {
                parent if parent == nearest => break,
                parent => parent,
            };
        }
        access(nearest, Access::WRITE_OK | Access::EXEC_OK)
            .map_err(std::io::Error::from)
            .with_context(|| format!("could not create a project in {}", nearest.display()))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
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
