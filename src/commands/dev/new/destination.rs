//! Where the project goes and how it gets there, and telling early that it cannot.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};

use super::Args;
use crate::Session;
use crate::commands::again::{Again, TEMPLATE, unlike_an_option};
use crate::failure::{Code, Failure, Problem};
use crate::scaffold::answers::{Answers, Given};
use crate::scaffold::plan::{OnConflict, check_free, parent_of};
use crate::scaffold::rule::is_unprintable;
use crate::scaffold::template::Template;
use crate::scaffold::tree::check_part;

pub(super) struct Destination {
    /// As the user would type it.
    pub path: PathBuf,
    /// None where the folder is made, in one step; else what happens to files that are there and differ.
    pub into: Option<OnConflict>,
}

impl Destination {
    /// The path on the command line, or else the folder named by these answers.
    pub(super) fn of(args: &Args, template: &Template, answers: &Answers, session: &Session) -> Result<Destination> {
        let name = template.folder_name(answers)?;
        Destination::named(args, template, name.as_deref())?.ok_or_else(|| unnamed(args, template, session))
    }

    /// The same, with the answer that names the folder as far as it is known.
    pub(super) fn named(args: &Args, template: &Template, name: Option<&str>) -> Result<Option<Destination>> {
        let named_by = || {
            template
                .named_by()
                .map_or("the project's folder", |question| &question.key)
        };
        let refuse = |at: &str, reason: &str| {
            let problems = vec![Problem::new(at, reason)];
            Failure::invalid_input("the new folder cannot have this name").problems(problems)
        };
        let path = match (&args.path, name) {
            (Some(path), _) => match path.to_str() {
                Some(text) if !text.chars().any(is_unprintable) => path.clone(),
                _ => return Err(refuse("PATH", "must be UTF-8 without control characters").into()),
            },
            // It may be any text, where a template's question has no rule of its own.
            (None, Some("")) => return Err(refuse(named_by(), "must not be empty").into()),
            (None, Some(name)) if name.starts_with('/') => {
                return Err(refuse(named_by(), "must not begin with a slash").into());
            }
            (None, Some(name)) => match check_part(name) {
                Ok(()) if !name.contains('/') => PathBuf::from(name),
                Ok(()) => return Err(refuse(named_by(), "must not have a slash in it").into()),
                Err(reason) => return Err(refuse(named_by(), reason).into()),
            },
            (None, None) => return Ok(None),
        };
        let path = match args.output_dir == Path::new(".") {
            true => path,
            false => args.output_dir.join(path),
        };
        let mut destination = Destination {
            path: settled(path),
            into: args.on_conflict(),
        };
        if destination.into.is_none() && (destination.is_current_folder() || destination.is_new_clone()) {
            destination.into = Some(OnConflict::Fail);
        }
        Ok(Some(destination))
    }

    /// The folder the program runs in cannot be replaced without pulling it away from under the user's shell.
    pub(super) fn is_current_folder(&self) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        // Most often there is nothing yet.
        self.path.exists() && real(&self.path).is_some_and(|path| real(Path::new(".")) == Some(path))
    }

    /// A folder that holds nothing but `.git`: a repository waiting for its first files.
    fn is_new_clone(&self) -> bool {
        let names = fs::read_dir(&self.path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name());
        names.collect::<Vec<_>>() == [".git"]
    }

    /// Fails where the project cannot go, with the command that would work.
    pub(super) fn check(&self, args: &Args, template: &Template, session: &Session) -> Result<()> {
        let takes_files = args.on_conflict.is_some() || self.is_new_clone();
        let checked = match fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_dir() && takes_files => Ok(()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::new(error).context(format!("could not look at {}", self.path.display())))
            }
            _ => check_free(&self.path),
        };
        checked.map_err(|error| self.elsewhere(error, args, template, session))
    }

    /// Adds to an error about this place the command that would work.
    pub(super) fn elsewhere(&self, error: Error, args: &Args, template: &Template, session: &Session) -> Error {
        let mut failure = match error.downcast::<Failure>() {
            Ok(failure) if failure.code == Code::Validation => failure,
            Ok(failure) => return failure.into(),
            Err(error) => return error,
        };
        if !failure.problems.is_empty() {
            let hint = "keep the files that are there with `--on-conflict skip`, or replace them with `--on-conflict overwrite`";
            return failure.hint(hint).into();
        }
        if let Some(free) = self.free_neighbour() {
            // It is typed beside `--output-dir`, which leads a part of the way.
            let free = free.strip_prefix(&args.output_dir).unwrap_or(&free);
            failure = failure.hint(format!(
                "take another place: `{}`",
                again(args, session, template, free)
            ));
        }
        if self.path.is_dir() && args.on_conflict.is_none() {
            failure = failure.hint("or add to what is there: `--on-conflict skip` keeps the files that are there");
        }
        failure.into()
    }

    /// A name beside this one that is free: `my-ext-2`.
    pub(super) fn free_neighbour(&self) -> Option<PathBuf> {
        let name = self.path.file_name()?.to_string_lossy();
        let neighbour = |number| self.path.with_file_name(format!("{name}-{number}"));
        (2..100).map(neighbour).find(|path| check_free(path).is_ok())
    }

    /// For programs: from the root of the file system.
    pub(super) fn absolute(&self) -> PathBuf {
        let absolute = || std::path::absolute(&self.path);
        self.path
            .canonicalize()
            .or_else(|_| absolute())
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

/// Fails before the first question where the place is known already and cannot take a project, and where no answer will
/// tell it.
pub(super) fn check_before_asking(args: &Args, template: &Template, given: &Given, session: &Session) -> Result<()> {
    let naming = template.named_by();
    if args.path.is_none() && !template.names_folder() {
        return Err(unnamed(args, template, session));
    }
    let name = naming.and_then(|question| given.answers.get(&question.key)?.0.as_text());
    // A name that its question's rule will refuse is better told with all other answers.
    let Ok(Some(destination)) = Destination::named(args, template, name) else {
        return check_writable(&args.output_dir);
    };
    destination.check(args, template, session)?;
    check_writable(match destination.into {
        Some(_) => &destination.path,
        None => parent_of(&destination.path),
    })
}

fn unnamed(args: &Args, template: &Template, session: &Session) -> Error {
    let failure = Failure::invalid_input("this template does not name the project's folder");
    let named = again(args, session, template, Path::new("PATH"));
    failure.hint(format!("name it: `{named}`")).into()
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

/// This very command with another path.
fn again(args: &Args, session: &Session, template: &Template, path: &Path) -> String {
    let mut again = Again::of(session, Some(&template.manifest));
    if let Some(named) = args.template.as_deref().filter(|_| args.from_menu) {
        again = again.with_option(TEMPLATE, named);
    }
    again.with("path", &unlike_an_option(path)).text()
}

/// A path as it has to be typed in a shell, unlike an option.
pub(super) fn argument(path: &Path) -> String {
    shell_words::quote(&unlike_an_option(path)).into_owned()
}
