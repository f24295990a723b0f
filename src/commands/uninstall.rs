//! `uninstall NAME...`: extensions out of LocalStack's volume.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use super::host::{Change, Held, RESTART, state, volume_data, without_promise};
use super::progress::teller;
use crate::extension::distribution::normalized;
use crate::failure::{Code, Failure, Problem, did_you_mean};
use crate::host::environment::{Environment, State};
use crate::host::installed::{Installed, distributions, extensions, identity, requirements};
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
            .hint("`lstk-extensions init` first: it installs the extensions again")
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
    let packages = environment.site_packages();
    let installed = extensions(&packages)?;
    let all = distributions(&packages)?;
    let mut meant: Vec<Meant> = Vec::new();
    let mut problems = Vec::new();
    for name in names {
        // What a distribution is called goes before what another one calls its extension.
        let by_name = all.iter().filter(|(other, _)| *other == normalized(name));
        let mut found: Vec<&PathBuf> = by_name.map(|(_, info)| info).collect();
        if found.is_empty() {
            let called = installed.iter().filter(|one| one.is_called(name));
            found = called.map(|one| &one.info).collect();
        }
        if found.is_empty() {
            problems.push(unknown(name, &installed));
        }
        for one in found.into_iter().map(|info| Meant::of(info, &installed)) {
            if one.name == "pip" {
                let message = "is what LocalStack installs extensions with, and belongs to the environment";
                problems.push(Problem::new(name, message));
            } else if !meant.contains(&one) {
                meant.push(one);
            }
        }
    }
    Ok(match problems.is_empty() {
        true => Ok(meant),
        false => Err(not_there(problems)),
    })
}

impl Meant {
    fn of(info: &Path, installed: &[Installed]) -> Meant {
        let (name, version) = identity(info).unwrap_or_default();
        let own = installed.iter().find(|one| one.info == info);
        let shown = own.map_or_else(|| normalized(&name), |one| one.name.clone());
        Meant {
            name: normalized(&name),
            told: format!("{shown} {version}"),
            info: info.to_path_buf(),
        }
    }
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::host::volume::{Origin, Volume};

    #[test]
    fn nobody_takes_the_name_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let volume = Volume {
            path: folder.path().to_path_buf(),
            origin: Origin::Flag,
        };
        let environment = Environment::new(&volume, "3.13");
        let put = |name: &str, version: &str, plugin: &str| {
            let info = environment.site_packages().join(format!("{name}-{version}.dist-info"));
            fs::create_dir_all(&info).unwrap();
            fs::write(info.join("METADATA"), format!("Name: {name}\nVersion: {version}\n")).unwrap();
            let entry = format!("[localstack.extensions]\n{plugin} = x:X\n");
            fs::write(info.join("entry_points.txt"), entry).unwrap();
        };
        put("liar", "1", "victim");
        put("victim", "1", "v");
        put("victim", "2", "v");
        let meant = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let found = meant(&names, &environment).unwrap();
            found.map(|found| found.into_iter().map(|one| one.told).collect::<Vec<_>>())
        };
        assert_eq!(meant(&["victim", "v"]).unwrap(), ["victim 1", "victim 2"]);
        assert_eq!(meant(&["Liar"]).unwrap(), ["liar 1"]);
        assert_eq!(meant(&["a", "b"]).unwrap_err().problems.len(), 2);
    }
}
