//! `install SPEC...`: extensions into LocalStack's volume.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use super::host::{Change, Held, RESTART, volume_data, without_promise};
use super::progress::teller;
use crate::failure::{Code, Failure, Problem};
use crate::host::engine::Engine;
use crate::host::environment::Environment;
use crate::host::local::Wanted;
use crate::host::requirements::Requirements;
use crate::host::spec::Spec;
use crate::host::verdict::{self, Contents};
use crate::{Outcome, Session};

mod auto;
mod changes;

use changes::Changes;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A package of PyPI (`name==1.0`), `git+https://…#egg=name`, a wheel, a source distribution or a project's folder
    #[arg(value_name = "SPEC", required_unless_present_any = ["requirement", "auto"])]
    specs: Vec<String>,
    /// Install what a file lists, as pip reads it
    #[arg(short, long, value_name = "FILE")]
    requirement: Option<PathBuf>,
    /// Install what LocalStack would install when it starts: by /etc/localstack/conf.d/extensions.txt, or the file of
    /// --requirement, then by $EXTENSION_AUTO_INSTALL; one that fails does not stop the others
    #[arg(long, conflicts_with = "specs")]
    auto: bool,
    /// Take the newest versions, also where others are installed
    #[arg(short = 'U', long)]
    upgrade: bool,
    /// Install also what is no extension, or one that LocalStack would not load
    #[arg(long)]
    no_check: bool,
    #[command(flatten)]
    change: Change,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions install localstack-extension-httpbin
  lstk-extensions install . ../other/dist/other-1.0-py3-none-any.whl
      the project in this folder, and a wheel
  lstk-extensions install 'git+https://github.com/acme/mocks#egg=billing-mock&subdirectory=billing'
  lstk-extensions install --auto --requirement conf.d/extensions.txt --engine local
      ahead of time what a container would install whenever it starts";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let done = match args.auto {
        true => auto::run(args, session),
        false => named(args, session),
    };
    done.map_err(without_promise)
}

fn named(args: &Args, session: &Session) -> Result<Outcome> {
    let specs = Spec::parse_all(args.specs.iter().map(String::as_str))?;
    let listed = match &args.requirement {
        Some(file) => Requirements::read(file)?,
        None => Requirements::default(),
    };
    if let (Some(file), true, true) = (&args.requirement, specs.is_empty(), listed.items.is_empty()) {
        let failure = Failure::invalid_input(format!("{} lists nothing", file.display()));
        return Err(failure
            .hint("a line names a package, as in `localstack-extension-httpbin==0.1.2`")
            .into());
    }
    let install = Install::ready(args, session)?;
    let changes = install.all(&specs, &listed)?;
    let mut data = json!({ "volume": volume_data(&install.held.volume), "engine": install.engine.kind() });
    changes.add_to(&mut data);
    let restart = if changes.is_something() { RESTART } else { "" };
    Ok(Outcome::status(changes.told() + restart, data))
}

/// An environment that can be installed into.
struct Install<'a> {
    args: &'a Args,
    session: &'a Session,
    held: Held,
    engine: Engine,
}

impl<'a> Install<'a> {
    fn ready(args: &'a Args, session: &'a Session) -> Result<Install<'a>> {
        let held = args.change.hold(session)?;
        let engine = args.change.by.engine(session)?;
        held.ready(&engine, session, args.change.by.verbose)?;
        Ok(Install {
            args,
            session,
            held,
            engine,
        })
    }

    /// All of them, or none.
    fn all(&self, specs: &[Spec], listed: &Requirements) -> Result<Changes> {
        let wanted = Wanted {
            specs,
            listed,
            upgrade: self.args.upgrade,
        };
        for item in listed.items.iter().filter(|item| item.is_editable) {
            self.session.ui.warn(
                "NOT_EDITABLE",
                format!(
                    "{}: installed as it is now; `lstk-extensions dev enable` lets LocalStack take code from its folder",
                    item.at
                ),
            );
        }
        let names: Vec<String> = wanted.all().map(ToString::to_string).collect();
        self.session
            .ui
            .status(&format!("Installing {} with {}", names.join(", "), self.engine.name()));
        let reading = || format!("could not read {}", self.held.environment.folder.display());
        let before = Contents::of(&self.held.environment).with_context(reading)?;
        let accept = |changed: &Environment| self.accept(changed, &before, wanted);
        let mut tell = teller(&self.session.ui, self.args.change.by.verbose);
        self.engine.install(self.held.place(), wanted, &accept, &mut tell)?;
        let after = Contents::of(&self.held.environment).with_context(reading)?;
        Ok(Changes::between(&before, &after, wanted))
    }

    /// Refuses what LocalStack would not load.
    fn accept(&self, changed: &Environment, before: &Contents, wanted: Wanted<'_>) -> Result<()> {
        if self.args.no_check {
            return Ok(());
        }
        let specs: Vec<Spec> = wanted.all().cloned().collect();
        let verdict = verdict::of(changed, before, &specs)
            .with_context(|| format!("could not read {}", changed.folder.display()))?;
        let mut problems = verdict.problems;
        for spec in verdict.without {
            // A file may list libraries as well.
            match wanted.specs.contains(&spec) {
                true => problems.push(Problem::new(spec.to_string(), "holds no extension of LocalStack")),
                false => self
                    .session
                    .ui
                    .warn("NO_EXTENSION", format!("{spec} holds no extension of LocalStack")),
            }
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Failure::new(
                Code::Validation,
                "LocalStack would not load this, so nothing was installed",
            )
            .problems(problems)
            .hint("`--no-check` installs it all the same")
            .into()),
        }
    }
}
