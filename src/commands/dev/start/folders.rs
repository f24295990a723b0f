//! Which folders a start mounts, the typed ones or else the enabled ones, and whether LocalStack will find what is in them.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::Session;
use crate::commands::dev::list::tell;
use crate::failure::{Code, Failure, Problem};
use crate::host::developer::{Enabled, State, compare, enabled};

/// Those that are there. What keeps LocalStack from finding or loading an extension is told, and keeps nobody from trying.
pub(super) fn chosen(typed: &[PathBuf], session: &Session) -> Result<Vec<Enabled>> {
    let mut folders = match typed {
        [] => enabled(&session.config.localstack)?,
        typed => {
            let mut folders: Vec<Enabled> = found(typed)?.into_iter().map(Enabled::at).collect();
            compare(&mut folders);
            folders
        }
    };
    tell(&folders, &session.ui);
    let is_none_enabled = folders.is_empty();
    folders.retain(|folder| folder.state != State::Gone);
    if !folders.is_empty() {
        return Ok(folders);
    }
    let message = match is_none_enabled {
        true => "no extension is enabled",
        false => "no enabled extension is there any more",
    };
    let failure = Failure::new(Code::Validation, message).hint("enable one: `lstk-extensions dev enable DIR`");
    Err(failure.hint("or name one: `lstk-extensions dev start DIR`").into())
}

/// As they really are, each once.
fn found(typed: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut folders = Vec::new();
    let mut problems = Vec::new();
    for folder in typed {
        match fs::canonicalize(folder) {
            Ok(found) if folders.contains(&found) => {}
            Ok(found) if found.is_dir() => folders.push(found),
            Ok(_) => problems.push(Problem::new(folder.display().to_string(), "is no folder")),
            Err(error) => problems.push(Problem::new(folder.display().to_string(), error.to_string())),
        }
    }
    match problems.is_empty() {
        true => Ok(folders),
        false => Err(Failure::invalid_input("could not find the project").problems(problems)),
    }
}
