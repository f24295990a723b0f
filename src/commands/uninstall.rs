//! `uninstall NAME...`: extensions out of LocalStack's volume.

use std::io;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use super::host::{Change, Held, RESTART, state, volume_data, without_promise};
use super::progress::teller;
use crate::extension::distribution::normalized;
use crate::failure::{Code, Failure, Problem, did_you_mean};
use crate::host::environment::{Environment, State};
use crate::host::installed::{Installed, distributions, extensions, requirements};
use crate::host::verdict::Contents;
use crate::{Outcome, Session};

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
    removed(args, session).map_err(without_promise)
}

fn removed(args: &Args, session: &Session) -> Result<Outcome> {
    let place = &args.change.place;
    let volume = place.volume(session)?;
    if !place.environment(&volume).folder.exists() {
        // Nothing is made only to find nothing there.
        session.ui.status(&format!("Volume: {volume}"));
        let problems = args.names.iter().map(|name| unknown(name, &[])).collect();
        return Err(not_there(problems).into());
    }
    let held = args.change.hold(session)?;
    let Held {
        volume, environment, ..
    } = &held;
    if let State::Outdated(why) = state(environment)? {
        let failure = Failure::new(Code::Validation, format!("the environment does not work: {why}"));
        return Err(failure
            .hint("`lstk-extensions init` first: it keeps the extensions")
            .into());
    }
    let reading = || format!("could not read {}", environment.folder.display());
    let meant = meant(&args.names, environment).with_context(reading)??;
    let engine = args.change.by.engine(session)?;
    let infos: Vec<PathBuf> = meant.iter().map(|one| one.info.clone()).collect();
    let needed = needed(&meant, environment).with_context(reading)?;
    let mut tell = teller(&session.ui, args.change.by.verbose);
    engine.uninstall(held.place(), &infos, &mut tell)?;
    for needed in needed {
        session.ui.warn("NEEDED", needed);
    }
    let names: Vec<&String> = meant.iter().map(|one| &one.told).collect();
    let text: String = names.iter().map(|name| format!("Removed {name}\n")).collect();
    let data = json!({
        "volume": volume_data(volume),
        "engine": engine.kind(),
        "removed": names,
    });
    Ok(Outcome::status(format!("{text}{RESTART}"), data))
}

/// What a name stands for.
#[derive(PartialEq, Eq)]
struct Meant {
    /// In its normal form.
    name: String,
    /// `name version`
    told: String,
    info: PathBuf,
}

/// Each of them once, or what is not known, all at once.
fn meant(names: &[String], environment: &Environment) -> io::Result<Result<Vec<Meant>, Failure>> {
    let installed = extensions(&environment.site_packages())?;
    let contents = Contents::of(environment)?;
    let mut meant = Vec::new();
    let mut problems = Vec::new();
    for name in names {
        // A distribution of that very name comes before an extension that is called so.
        let extension = || installed.iter().find(|one| one.is_called(name));
        let normal = match contents.has(&normalized(name)) {
            true => Some(normalized(name)),
            false => extension().map(|one| normalized(&one.name)),
        };
        let found = normal.and_then(|name| {
            let version = contents.version(&name).unwrap_or_default();
            let info = contents.info(&name)?.clone();
            let own = installed.iter().find(|one| one.info == info);
            let told = own.map_or_else(|| format!("{name} {version}"), |one| format!("{} {version}", one.name));
            Some(Meant { name, told, info })
        });
        match found {
            Some(found) if found.name == "pip" => problems.push(Problem::new(
                name,
                "is what LocalStack installs extensions with, and belongs to the environment",
            )),
            Some(found) if meant.contains(&found) => {}
            Some(found) => meant.push(found),
            None => problems.push(unknown(name, &installed)),
        }
    }
    Ok(match problems.is_empty() {
        true => Ok(meant),
        false => Err(not_there(problems)),
    })
}

fn not_there(problems: Vec<Problem>) -> Failure {
    Failure::invalid_input("could not find what to remove")
        .problems(problems)
        .hint("`lstk-extensions list` shows what is there")
}

fn unknown(name: &str, installed: &[Installed]) -> Problem {
    let plugins = installed
        .iter()
        .flat_map(|one| &one.plugins)
        .map(|plugin| plugin.name.as_str());
    let known = installed.iter().map(|one| one.name.as_str()).chain(plugins);
    let problem = Problem::new(name, "is not installed");
    match did_you_mean(&name.to_lowercase(), known) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    }
}

/// What stays, and says that it needs something of what goes.
fn needed(meant: &[Meant], environment: &Environment) -> io::Result<Vec<String>> {
    let goes = |name: &str| meant.iter().any(|one| one.name == name);
    let mut told = Vec::new();
    for (name, info) in distributions(&environment.site_packages())? {
        if goes(&name) {
            continue;
        }
        for needed in requirements(&info).into_iter().filter(|needed| goes(needed)) {
            told.push(format!("{name} needs {needed}, which is gone now"));
        }
    }
    Ok(told)
}
