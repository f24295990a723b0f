//! `dev start [DIR...]`: LocalStack's container with extensions that are being developed, or what others start it with.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use super::list::entry;
use crate::commands::host::volume_data;
use crate::config::{LocalStack, TOKEN_VARIABLE};
use crate::failure::{Code, Failure};
use crate::host::developer::Enabled;
use crate::host::start::{self, CONTAINER, Given, Mount, Start, compose, docker_run, lstk};
use crate::host::volume::Volume;
use crate::{Outcome, Session};

mod folders;
mod running;

/// Start LocalStack with the extensions that you are working on
///
/// Mounts the enabled extensions (`dev enable`) into LocalStack's container, read-only and below /opt/code/extensions, with
/// a boot script that links them with LocalStack's Python. Folders that are given are mounted in their place, so that what is
/// typed is what runs, whatever is enabled on this machine.
///
/// Without --print, --compose and --lstk it runs the container with docker, podman or nerdctl, shows its log, and removes it
/// when you press Ctrl-C. LocalStack needs the token of your account: it is that of lstk, or LOCALSTACK_AUTH_TOKEN, and is
/// handed on by that name; no file has it, and nothing prints it.
///
/// The boot script is kept beside the list of enabled folders, in ~/.localstack or CONFIG_DIR; every form mounts it from there.
///
/// LocalStack loads extensions once, at its start: start it again to see a change. `dev run --watch` does without Docker and
/// licence, and starts again by itself.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Extension projects, in place of the enabled ones
    #[arg(value_name = "DIR")]
    folders: Vec<PathBuf>,

    /// Print the `docker run` command
    #[arg(long, group = "form", help_heading = "Instead of running it")]
    print: bool,
    /// Print a compose file, or write one
    #[arg(long, value_name = "FILE", num_args = 0..=1, group = "form", help_heading = "Instead of running it")]
    compose: Option<Option<PathBuf>>,
    /// Print what belongs into lstk's config.toml
    #[arg(long, group = "form", help_heading = "Instead of running it")]
    lstk: bool,
    /// Replace a FILE that somebody else has written or edited
    #[arg(long, requires = "compose", help_heading = "Instead of running it")]
    force: bool,

    /// LocalStack's volume [default: $LOCALSTACK_VOLUME_DIR, else what `lstk volume path` says, else
    /// ~/.cache/localstack/volume]
    #[arg(long, value_name = "DIR", help_heading = "LocalStack")]
    volume: Option<PathBuf>,
    /// The container's image [default: $IMAGE_NAME, else localstack/localstack-pro]
    #[arg(long, help_heading = "LocalStack")]
    image: Option<String>,
    /// The port of 127.0.0.1 for LocalStack's gateway
    #[arg(short, long, default_value_t = start::PORT, value_parser = clap::value_parser!(u16).range(1..), help_heading = "LocalStack")]
    port: u16,
    /// A variable for LocalStack, or the name of one of yours to hand on
    #[arg(short, long = "env", value_name = "NAME[=VALUE]", help_heading = "LocalStack")]
    env: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions dev start
      LocalStack with every enabled extension, until Ctrl-C
  lstk-extensions dev start billing-mock -e DEBUG=1
      with the extension in this folder, and more of a log
  lstk-extensions dev start --compose compose.yaml
      a file for `docker compose up`; the next time it is replaced
  lstk-extensions dev start --lstk
      what to put into lstk's config.toml for `lstk start`
  lstk-extensions dev start --print --image localstack/localstack-pro:2026.8
      the `docker run` command, for a script";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let config = &session.config.localstack;
    let enabled = folders::chosen(&args.folders, session)?;
    let folders: Vec<PathBuf> = enabled.iter().map(|folder| folder.path.clone()).collect();
    // A licence of the older kind is handed on by its name as well.
    let keys = config.licence_variables.iter().filter(|name| **name != TOKEN_VARIABLE);
    let variables: Vec<String> = keys.map(ToString::to_string).chain(args.env.iter().cloned()).collect();
    let volume = Volume::resolve(args.volume.as_deref(), config)?;
    let start = Start::new(&Given {
        image: args
            .image
            .as_deref()
            .or(config.image.as_deref())
            .unwrap_or(start::IMAGE),
        port: args.port,
        socket: config.docker_socket.as_deref(),
        volume: &volume.path,
        settings: settings(config)?,
        folders: &folders,
        variables: &variables,
    })?;
    let told = Told { start, volume, enabled };
    let (form, text) = match args {
        Args { print: true, .. } => ("docker run", docker_run::text(&told.start)),
        Args { lstk: true, .. } => ("lstk", lstk::text(&told.start)?),
        Args { compose: Some(_), .. } => ("compose", compose::text(&told.start)),
        _ => return running::run(told, session),
    };
    let file = args.compose.as_ref().and_then(Option::as_deref);
    if let Some(file) = file.filter(|_| !args.force) {
        compose::may_write(file)?;
    }
    told.start.write_what_is_mounted()?;
    session.ui.status(&format!("Volume: {}", told.volume));
    let data = told.data(form, file, Some(&text));
    let Some(file) = file else {
        return Ok(Outcome::new(text, data));
    };
    compose::write(file, &text)?;
    let word = docker_run::shell_word(&file.to_string_lossy());
    // The file asks for it.
    let token = match config.licence_variables.is_empty() {
        true => format!("  export {TOKEN_VARIABLE}=...\n"),
        false => String::new(),
    };
    let next = format!(
        "Wrote {}\n\nNext:\n{token}  docker compose -f {word} up\n",
        file.display()
    );
    Ok(Outcome::status(next, data))
}

/// Where the boot script is kept, beside the list of what is enabled.
fn settings(config: &LocalStack) -> Result<&Path, Failure> {
    config.settings.as_deref().ok_or_else(|| {
        let failure = Failure::new(Code::Internal, "there is no folder to keep LocalStack's boot script in");
        failure.hint("set HOME or CONFIG_DIR to a folder")
    })
}

/// A start, and what is told of it.
struct Told {
    start: Start,
    volume: Volume,
    /// What is in the folders that are mounted, in their order.
    enabled: Vec<Enabled>,
}

impl Told {
    /// For programs: of the variables only the names.
    fn data(&self, form: &str, file: Option<&Path>, text: Option<&str>) -> Value {
        let start = &self.start;
        let mount =
            |mount: &Mount| json!({ "source": mount.source, "target": mount.target, "readOnly": mount.is_read_only });
        let extensions = self.enabled.iter().zip(&start.extensions).map(|(folder, mount)| {
            let mut extension = entry(folder);
            extension["target"] = Value::from(mount.target.as_str());
            extension
        });
        let names = start.environment().into_iter().map(|variable| variable.name);
        json!({
            "form": form,
            "image": start.image,
            "container": CONTAINER,
            "endpoint": start.endpoint(),
            "volume": volume_data(&self.volume),
            "extensions": extensions.collect::<Vec<_>>(),
            "mounts": start.all_mounts().iter().map(mount).collect::<Vec<_>>(),
            "ports": start.ports(),
            "environment": names.collect::<Vec<_>>(),
            "file": file.map(|file| file.display().to_string()),
            "text": text,
        })
    }
}
