//! `dev list`: the folders that LocalStack takes extensions from, and whether it would find them there.

use anyhow::Result;
use serde_json::{Value, json};

use super::enable::{gone, not_found};
use crate::commands::table::table;
use crate::failure::Problem;
use crate::host::developer::list::List;
use crate::host::developer::{Clash, Enabled, State, command, enabled};
use crate::ui::Ui;
use crate::{Outcome, Session};

/// List the extensions that LocalStack takes from their folders
///
/// Says of each what LocalStack calls it, and its state:
///
///   ready        LocalStack finds it
///   no metadata  nothing in the folder names the extension: `dev enable` writes it
///   no code      the code is in a folder that Python does not look into: `dev enable` mends it
///   clash        another folder of the list has the same name, extension or module
///   faulty       `dev check` has errors
///   gone         there is no such folder
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  \
    lstk-extensions dev list           one line a folder\n  \
    lstk-extensions dev list --json    with all that is missing, as data"
)]
pub struct Args {}

pub fn run(session: &Session) -> Result<Outcome> {
    let list = List::of(&session.config.localstack)?;
    let all = enabled(&session.config.localstack)?;
    let ui = &session.ui;
    if all.is_empty() {
        ui.status("No extension is enabled: `lstk-extensions dev enable DIR`");
    }
    tell(&all, ui);
    let data = json!({
        "file": list.file.display().to_string(),
        "extensions": all.iter().map(entry).collect::<Vec<_>>(),
    });
    Ok(Outcome::new(rows(&all), data))
}

/// What keeps LocalStack from having what is in the folders.
pub(super) fn tell(all: &[Enabled], ui: &Ui) {
    for (at, folder) in all.iter().enumerate() {
        let path = folder.path.display();
        match folder.state {
            State::Gone => ui.warn("FOLDER_GONE", gone(&folder.path)),
            State::Faulty => {
                let command = command("check", &folder.path);
                ui.warn(
                    "FAULTY",
                    format!("LocalStack would not load {path}\n  hint: `{command}` tells why"),
                );
            }
            _ => {}
        }
        for missing in &folder.missing {
            ui.warn("NOT_FOUND", not_found(missing));
        }
        // Of the two the first one tells.
        let is_told = |clash: &&Clash| all[..at].iter().any(|other| other.path == clash.with);
        for clash in folder.clashes.iter().filter(|clash| !is_told(clash)) {
            ui.warn("CLASH", format!("{path}: {}", clash.why));
        }
    }
}

/// A folder as data.
pub(super) fn entry(folder: &Enabled) -> Value {
    json!({
        "path": folder.path.display().to_string(),
        "state": folder.state.name(),
        "names": folder.names,
        "missing": folder.missing.iter().map(Problem::data).collect::<Vec<_>>(),
        "warnings": folder.warnings,
        "clashes": folder.clashes.iter().map(|clash| &clash.why).collect::<Vec<_>>(),
    })
}

fn rows(all: &[Enabled]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut rows = vec![["NAME", "STATE", "FOLDER"].map(str::to_string)];
    for folder in all {
        let names = match folder.names.is_empty() {
            true => "-".to_string(),
            false => folder.names.join(", "),
        };
        rows.push([
            names,
            folder.state.name().to_string(),
            folder.path.display().to_string(),
        ]);
    }
    table(&rows)
}
