//! `dev disable DIR...`: LocalStack takes extensions no longer from their folders.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use crate::host::developer::list::{List, absolute};
use crate::{Outcome, Session};

/// Have LocalStack no longer take extensions from their folders
///
/// Takes the folders off the list that `dev enable` puts them on. They need not be there any more, and nothing in them changes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    lstk-extensions dev disable                 the project in this folder\n  \
    lstk-extensions dev disable ../mail-mock    one elsewhere, also when it is gone\n  \
    lstk-extensions dev disable --all           every one that is enabled")]
pub struct Args {
    /// The folders
    #[arg(value_name = "DIR", default_value = ".")]
    folders: Vec<PathBuf>,
    /// All folders that are enabled
    #[arg(long, conflicts_with = "folders")]
    all: bool,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let list = List::of(&session.config.localstack)?;
    let folders = match args.all {
        true => list.folders()?,
        false => args
            .folders
            .iter()
            .map(|folder| absolute(folder))
            .collect::<Result<_>>()?,
    };
    let ui = &session.ui;
    let removed = list.remove(&folders, &mut || {
        ui.status("Waiting for another run that changes the list.");
    })?;
    let lines = folders.iter().zip(&removed).map(|(typed, listed)| match listed {
        Some(path) => format!("Disabled {}\n", path.display()),
        None => format!(
            "{} is not enabled: `lstk-extensions dev list` shows what is\n",
            typed.display()
        ),
    });
    let text = match args.all && folders.is_empty() {
        true => "No extension is enabled\n".to_string(),
        false => lines.collect(),
    };
    let data = folders.iter().zip(&removed).map(|(typed, listed)| {
        let path = listed.as_ref().unwrap_or(typed);
        json!({ "path": path.display().to_string(), "wasEnabled": listed.is_some() })
    });
    let data = json!({ "file": list.file.display().to_string(), "extensions": data.collect::<Vec<_>>() });
    Ok(Outcome::status(text, data))
}
