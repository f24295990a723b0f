//! `uninstall NAME...`: extensions out of LocalStack's volume.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use super::host::{Change, Held, RESTART, volume_data};
use super::progress::teller;
use crate::extension::distribution::normalized;
use crate::failure::{Failure, Problem, did_you_mean};
use crate::host::environment::Environment;
use crate::host::installed::{Installed, distributions, extensions};
use crate::{Outcome, Session, interrupt};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Distributions or extensions, as `list` shows them
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    change: Change,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions uninstall localstack-extension-httpbin
  lstk-extensions uninstall httpbin mailhog
      by what LocalStack calls them";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    interrupt::install();
    let held = args.change.hold(session)?;
    let Held {
        volume, environment, ..
    } = &held;
    let meant = meant(&args.names, environment)
        .with_context(|| format!("could not read {}", environment.folder.display()))??;
    let engine = args.change.by.engine(session)?;
    let infos: Vec<PathBuf> = meant.iter().map(|(_, info)| info.clone()).collect();
    let mut tell = teller(&session.ui, args.change.by.verbose);
    engine.uninstall(held.place(), &infos, &mut tell)?;
    session.ui.status(&format!("Volume: {volume}"));
    let names: Vec<&String> = meant.iter().map(|(told, _)| told).collect();
    let text: String = names.iter().map(|name| format!("Removed {name}\n")).collect();
    let data = json!({
        "volume": volume_data(volume),
        "engine": engine.kind(),
        "removed": names,
    });
    Ok(Outcome::status(format!("{text}{RESTART}"), data))
}

/// `name version` and the metadata of each, or what is not known, all at once.
fn meant(names: &[String], environment: &Environment) -> std::io::Result<Result<Vec<(String, PathBuf)>, Failure>> {
    let packages = environment.site_packages();
    let installed = extensions(&packages)?;
    let others = distributions(&packages)?;
    let mut meant = Vec::new();
    let mut problems = Vec::new();
    for name in names {
        let extension = installed.iter().find(|one| one.is_called(name));
        let other = || others.iter().find(|(other, _)| *other == normalized(name));
        let found = extension
            .map(|one| (format!("{} {}", one.name, one.version), one.info.clone()))
            .or_else(|| other().map(|(name, info)| (name.clone(), info.clone())));
        match found {
            Some(found) if meant.contains(&found) => {}
            Some(found) => meant.push(found),
            None => problems.push(unknown(name, &installed)),
        }
    }
    Ok(match problems.is_empty() {
        true => Ok(meant),
        false => Err(Failure::invalid_input("could not find what to remove")
            .problems(problems)
            .hint("`lstk-extensions list` shows what is there")),
    })
}

fn unknown(name: &str, installed: &[Installed]) -> Problem {
    let plugins = installed
        .iter()
        .flat_map(|one| &one.plugins)
        .map(|plugin| plugin.name.as_str());
    let known = installed.iter().map(|one| one.name.as_str()).chain(plugins);
    let problem = Problem::new(name, "is not installed");
    match did_you_mean(name, known) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    }
}
