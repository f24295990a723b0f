//! `dev enable [DIR...]`: LocalStack takes extensions from their folders, and finds them there.

use std::path::{Path, PathBuf};

use anyhow::{Error, Result};
use serde_json::{Value, json};

use super::list::entry;
use crate::extension::finding::{Finding, Severity};
use crate::failure::{Code, Failure, Problem};
use crate::host::developer::egg_info::{self, Written};
use crate::host::developer::list::{List, absolute};
use crate::host::developer::project::Project;
use crate::host::developer::readiness::Readiness;
use crate::host::developer::{Enabled, State, command, compare, enabled};
use crate::{Outcome, Session};

/// Have LocalStack take extensions from their folders, for developer mode
///
/// Puts the folders on the list that `dev start` and the old `localstack` program read, ~/.localstack/extensions-dev.json, or
/// in CONFIG_DIR. Before, it looks at them as `dev check` does.
///
/// LocalStack finds an extension in a folder by metadata, which an installer makes; what is missing is written here, with no
/// Python: X.egg-info, where setuptools would put it, and a .pth file where the code is in a folder such as src.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The extension projects
    #[arg(value_name = "DIR", default_value = ".")]
    folders: Vec<PathBuf>,
    /// Write nothing into the folders, and tell what is missing there
    #[arg(long)]
    no_metadata: bool,
    /// Enable what `dev check` says that LocalStack would not load
    #[arg(long)]
    no_check: bool,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions dev enable
      the project in this folder
  lstk-extensions dev enable billing-mock mail-mock
      two projects
  lstk-extensions dev enable --no-metadata .
      after `pip install -e .` in its own environment";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let ui = &session.ui;
    let list = List::of(&session.config.localstack)?;
    list.folders()?;
    let folders = looked_at(args)?;
    let mut prepared = Vec::new();
    for (path, project) in folders {
        prepared.push(Prepared::of(path, project, args)?);
    }
    let paths: Vec<PathBuf> = prepared.iter().map(|folder| folder.enabled.path.clone()).collect();
    let listed = list.add(&paths, &mut || {
        ui.status("Waiting for another run that changes the list.");
    })?;
    for (folder, listed) in prepared.iter_mut().zip(&listed) {
        if let Some(listed) = listed {
            folder.enabled.path.clone_from(listed);
        }
    }
    let mut all = enabled(&session.config.localstack)?;
    for other in all.iter().filter(|other| other.state == State::Gone) {
        ui.warn("FOLDER_GONE", gone(&other.path));
    }
    all.retain(|other| !prepared.iter().any(|own| own.enabled.path == other.path));
    warn(&mut prepared, all, session);
    let lines = prepared.iter().zip(&listed).map(|(folder, listed)| {
        let path = folder.enabled.path.display();
        match listed {
            Some(_) => format!("{}{path} is enabled already\n", folder.told()),
            None => format!("{}Enabled {path}\n", folder.told()),
        }
    });
    let text: String = lines.collect();
    let text = format!("{text}\nNext:\n  lstk-extensions dev start\n");
    let data = prepared.iter().zip(&listed).map(|(folder, listed)| {
        let mut data = entry(&folder.enabled);
        data["wasEnabled"] = Value::from(listed.is_some());
        data["written"] = Value::from(folder.written.paths.clone());
        data
    });
    let data = json!({ "file": list.file.display().to_string(), "extensions": data.collect::<Vec<_>>() });
    Ok(Outcome::status(text, data))
}

/// The metadata is one of two ways.
fn unwritten(error: Error, path: &Path) -> Failure {
    let failure = error.downcast::<Failure>().unwrap_or_else(|error| {
        let path = path.display();
        let problem = Problem::new(path.to_string(), format!("{error:#}"));
        Failure::new(Code::Internal, format!("could not write the metadata of {path}")).problems(vec![problem])
    });
    failure.hint("`--no-metadata` leaves the folder as it is")
}

/// That an entry of the list leads nowhere, and what to do.
pub(super) fn gone(path: &Path) -> String {
    let command = command("disable", path);
    format!(
        "{} is enabled and not there\n  hint: `{command}` takes it off the list",
        path.display()
    )
}

/// What is missing in a folder.
pub(super) fn not_found(problem: &Problem) -> String {
    let hint = problem.hint.iter().map(|hint| format!("\n  hint: {hint}"));
    format!(
        "LocalStack does not find {}: {}{}",
        problem.at,
        problem.message,
        hint.collect::<String>()
    )
}

/// A folder with all that LocalStack needs, as far as it can be had.
struct Prepared {
    enabled: Enabled,
    written: Written,
}

impl Prepared {
    fn of(path: PathBuf, project: Project, args: &Args) -> Result<Prepared> {
        let readiness = Readiness::of(&project);
        let written = match args.no_metadata {
            true => Written::default(),
            false => egg_info::write(&project, &readiness).map_err(|error| unwritten(error, &path))?,
        };
        let (project, readiness) = match written.paths.is_empty() {
            true => (project, readiness),
            false => {
                let project = Project::read(&path)?;
                let readiness = Readiness::of(&project);
                (project, readiness)
            }
        };
        Ok(Prepared {
            enabled: Enabled::of(path, &project, &readiness),
            written,
        })
    }

    /// What was written, a line each.
    fn told(&self) -> String {
        let path = &self.enabled.path;
        let written = self.written.paths.iter();
        let written = written.map(|written| format!("Wrote {}\n", path.join(written).display()));
        let remarks = self.written.remarks.iter().map(|remark| format!("  {remark}\n"));
        written.chain(remarks).collect()
    }
}

/// The folders, each once, with all that is wrong with any of them.
fn looked_at(args: &Args) -> Result<Vec<(PathBuf, Project)>> {
    let mut found: Vec<(PathBuf, Project)> = Vec::new();
    let mut absent = Vec::new();
    let mut faults = Vec::new();
    for typed in &args.folders {
        let shown = typed.display().to_string();
        let path = absolute(typed)?;
        if path.to_str().is_none() {
            absent.push(Problem::new(shown, "is not UTF-8, which the list is"));
        } else if !path.exists() {
            absent.push(Problem::new(shown, "is not there"));
        } else if !path.is_dir() {
            absent.push(Problem::new(shown, "is no folder"));
        } else if path.file_name().is_none() {
            absent.push(Problem::new(shown, "has no name to be mounted by"));
        } else {
            let project = Project::read(&path)?;
            if found.iter().any(|(_, known)| known.root.path() == project.root.path()) {
                continue;
            }
            let findings = project.report.findings.iter();
            let errors = findings.filter(|finding| finding.severity == Severity::Error && !args.no_check);
            faults.extend(errors.map(|finding| fault(typed, finding)));
            found.push((path, project));
        }
    }
    if !absent.is_empty() {
        absent.extend(faults);
        return Err(Failure::invalid_input("could not enable the extension")
            .problems(absent)
            .into());
    }
    if !faults.is_empty() {
        let failure = Failure::new(Code::Validation, "LocalStack would not load this extension");
        let failure = failure.problems(faults);
        return Err(failure.hint("`--no-check` enables it all the same").into());
    }
    Ok(found)
}

/// At the place as the user calls it, so that a terminal can follow it.
fn fault(typed: &Path, finding: &Finding) -> Problem {
    let file = match finding.file.as_str() {
        "." => typed.to_path_buf(),
        file => typed.strip_prefix(".").unwrap_or(typed).join(file),
    };
    let at = match finding.line {
        Some(line) => format!("{}:{line}", file.display()),
        None => file.display().to_string(),
    };
    Problem::new(at, &finding.message).hint(&finding.hint)
}

/// Tells what will not work, though the folders are enabled.
fn warn(prepared: &mut [Prepared], others: Vec<Enabled>, session: &Session) {
    let count = prepared.len();
    let mut all: Vec<Enabled> = prepared
        .iter_mut()
        .map(|folder| std::mem::take(&mut folder.enabled))
        .collect();
    all.extend(others);
    compare(&mut all);
    all.truncate(count);
    for (folder, enabled) in prepared.iter_mut().zip(all) {
        folder.enabled = enabled;
        let path = folder.enabled.path.display();
        for problem in &folder.enabled.missing {
            session.ui.warn("NOT_FOUND", not_found(problem));
        }
        for warning in &folder.enabled.warnings {
            session.ui.warn("DEV_MODE", format!("{path}: {warning}"));
        }
        for clash in &folder.enabled.clashes {
            session.ui.warn("CLASH", format!("{path}: {}", clash.why));
        }
    }
}
