//! `init`: the environment in LocalStack's volume that extensions are installed into.

use anyhow::Result;
use serde_json::json;

use super::host::{Change, Held, volume_data, without_promise};
use crate::host::engine::Made;
use crate::{Outcome, Session};

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
    made(args, session).map_err(without_promise)
}

fn made(args: &Args, session: &Session) -> Result<Outcome> {
    let held = args.change.hold(session)?;
    let Held {
        volume, environment, ..
    } = &held;
    let engine = args.change.by.engine(session)?;
    let made = held.ready(&engine, session, args.change.by.verbose)?;
    let shown = environment.folder.display();
    let text = match made {
        Made::Nothing => format!("{shown} is there already\n"),
        Made::New => format!("Made {shown}\n"),
        Made::Completed => format!("Repaired {shown}\n"),
        Made::Again => format!("Made {shown} anew, for Python {}\n", environment.python),
    };
    let data = json!({
        "volume": volume_data(volume),
        "environment": environment.folder.display().to_string(),
        "python": environment.python,
        "engine": engine.kind(),
        "result": made.name(),
    });
    Ok(Outcome::status(text, data))
}
