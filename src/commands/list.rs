//! `list`: the extensions that are installed in LocalStack's volume.

use anyhow::{Context, Result};
use serde_json::json;

use super::host::{Place, state, volume_data};
use super::table::table;
use crate::host::environment::State;
use crate::host::installed::{Installed, extensions};
use crate::{Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions list
      in the volume that lstk or LOCALSTACK_VOLUME_DIR names
  lstk-extensions list --json
      with authors and entry points, for programs";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let volume = args.place.volume(session)?;
    session.ui.status(&format!("Volume: {volume}"));
    let environment = args.place.environment(&volume);
    let state = state(&environment)?;
    let reading = || format!("could not read {}", environment.folder.display());
    let mut found = Vec::new();
    for packages in environment.all_site_packages().with_context(reading)? {
        found.extend(extensions(&packages).with_context(reading)?);
    }
    if let State::Incomplete(why) | State::Outdated(why) = &state {
        session.ui.warn(
            "ENVIRONMENT_BROKEN",
            format!("LocalStack cannot load these: {why}; `lstk-extensions init` repairs it"),
        );
    }
    let data = json!({
        "volume": volume_data(&volume),
        "environment": environment.folder.display().to_string(),
        "extensions": found.iter().map(Installed::data).collect::<Vec<_>>(),
    });
    if found.is_empty() {
        session.ui.status(match volume.path.exists() {
            true => "No extension is installed there: `lstk-extensions install NAME` adds one.",
            false => "There is no such folder yet: `lstk-extensions install NAME` makes it.",
        });
        return Ok(Outcome::new("", data));
    }
    Ok(Outcome::new(rows(&found, session.ui.width()), data))
}

/// As wide as it is for programs, no wider than the terminal for a person.
fn rows(found: &[Installed], width: Option<usize>) -> String {
    let header = ["NAME", "VERSION", "PLUGIN", "SUMMARY", "AUTHOR", "ENTRY POINT"];
    let mut rows = vec![header.map(str::to_string)];
    for one in found {
        for plugin in &one.plugins {
            rows.push([
                one.name.clone(),
                one.version.clone(),
                plugin.name.clone(),
                one.summary.clone(),
                one.author.clone(),
                format!("{} = {}", plugin.entry_point, plugin.object),
            ]);
        }
    }
    let text = table(&rows);
    match width {
        None => text,
        Some(width) => text
            .lines()
            .map(|line| format!("{}\n", console::truncate_str(line, width, "…")))
            .collect(),
    }
}
