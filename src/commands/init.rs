//! `init`: the environment in LocalStack's volume that extensions are installed into.

use anyhow::Result;
use serde_json::json;

use super::host::{Change, Held, state, volume_data};
use super::progress::teller;
use crate::host::engine::Made;
use crate::host::environment::State;
use crate::{Outcome, Session, interrupt};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    change: Change,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions init
      in the volume that lstk or LOCALSTACK_VOLUME_DIR names
  lstk-extensions init --volume ./volume --engine local
      beside a compose file, with no container and no licence";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    interrupt::install();
    let held = args.change.hold(session)?;
    let Held {
        volume, environment, ..
    } = &held;
    let state = state(environment)?;
    let engine = args.change.by.engine(session)?;
    if let State::Incomplete(why) | State::Outdated(why) = &state {
        session.ui.status(&format!("The environment does not work: {why}"));
    }
    let mut tell = teller(&session.ui, args.change.by.verbose);
    let made = engine.init(held.place(), &state, &mut tell)?;
    let shown = environment.folder.display();
    let text = match made {
        Made::Nothing => format!("{shown} is there already\n"),
        Made::New => format!("Made {shown}\n"),
        Made::Completed => format!("Repaired {shown}\n"),
        Made::Again => format!("Made {shown} anew, with the extensions that were there\n"),
    };
    let data = json!({
        "volume": volume_data(volume),
        "environment": environment.folder,
        "python": environment.python,
        "engine": engine.kind(),
        "result": made.name(),
    });
    session.ui.status(&format!("Volume: {volume}"));
    Ok(Outcome::status(text, data))
}
