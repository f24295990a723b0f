//! What the commands for installed extensions have in common: the volume, the engine, and what is said of both.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use anyhow::{Context, Error, Result};
use clap::ValueEnum;
use serde_json::{Value, json};

use super::progress::teller;
use crate::failure::{Code, Failure, Problem};
use crate::host::engine::{self, Engine, Made};
use crate::host::environment::{Environment, PYTHON, State};
use crate::host::local::bring_back;
use crate::host::volume::Volume;
use crate::lock::Lock;
use crate::{Session, interrupt};

// Where the extensions are. This is no documentation, which clap would show as the command's; nor is the next.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// LocalStack's volume [default: $LOCALSTACK_VOLUME_DIR, else what `lstk volume path` says, else
    /// ~/.cache/localstack/volume]
    #[arg(long, value_name = "DIR", help_heading = "LocalStack")]
    pub volume: Option<PathBuf>,
    /// The Python version of LocalStack's image
    #[arg(long, value_name = "VERSION", default_value = PYTHON, value_parser = python_version, help_heading = "LocalStack")]
    pub image_python: String,
}

// Who changes them.
#[derive(Debug, clap::Args)]
pub struct By {
    /// In a container of LocalStack's image, or on this machine [default: container, where Docker answers and there is a
    /// licence or the image]
    #[arg(long, value_enum, value_name = "ENGINE", help_heading = "LocalStack")]
    pub engine: Option<Kind>,
    /// The image of the container [default: $IMAGE_NAME, else localstack/localstack-pro]
    #[arg(long, value_name = "IMAGE", help_heading = "LocalStack")]
    pub image: Option<String>,
    /// Show all that the installer says
    #[arg(short, long)]
    pub verbose: bool,
}

#[derive(Debug, clap::Args)]
pub struct Change {
    #[command(flatten)]
    pub by: By,
    #[command(flatten)]
    pub place: Place,
}

/// An environment that only this run changes.
pub struct Held {
    pub volume: Volume,
    pub environment: Environment,
    lock: Lock,
}

impl Change {
    /// Tells which volume it is, and waits until no other run changes it.
    pub fn hold(&self, session: &Session) -> Result<Held> {
        interrupt::install();
        let volume = self.place.volume(session)?;
        session.ui.status(&format!("Volume: {volume}"));
        let environment = self.place.environment(&volume);
        let lock = lock(&environment, session).map_err(|error| unwritable(error, &volume))?;
        Ok(Held {
            volume,
            environment,
            lock,
        })
    }
}

/// A volume that somebody else's container has written is the commonest of all reasons.
fn unwritable(error: Error, volume: &Volume) -> Error {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    if !causes.any(|cause| cause.kind() == ErrorKind::PermissionDenied) {
        return error;
    }
    let folder = volume.path.display().to_string();
    Failure::new(
        Code::Internal,
        format!("could not write into LocalStack's volume {volume}"),
    )
    .problems(vec![Problem::new(
        error.to_string(),
        "permission denied: a container, or another user, has made it",
    )])
    .hint(format!(
        "make it yours: `sudo chown -R \"$USER\" {}`",
        shell_words::quote(&folder)
    ))
    .hint("or name another volume: `--volume DIR`")
    .into()
}

/// What was interrupted may have been more than one step.
pub fn without_promise(error: Error) -> Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.code == Code::Cancelled && failure.message == interrupt::NOTHING_WRITTEN => Failure {
            message: "interrupted".to_string(),
            ..failure
        }
        .into(),
        Ok(failure) => failure.into(),
        Err(error) => error,
    }
}

impl Held {
    /// Has the environment as it has to be, and tells what came of that.
    pub fn ready(&self, engine: &Engine, session: &Session, is_verbose: bool) -> Result<Made> {
        let state = state(&self.environment)?;
        if let State::Incomplete(why) | State::Outdated(why) = &state {
            session.ui.status(&format!("The environment does not work: {why}"));
        }
        let mut tell = teller(&session.ui, is_verbose);
        let (made, lost) = engine.init(self.place(), &state, &mut tell)?;
        for lost in lost {
            session.ui.warn("EXTENSION_LOST", lost);
        }
        Ok(made)
    }

    pub fn place(&self) -> engine::Place<'_> {
        engine::Place {
            volume: &self.volume,
            environment: &self.environment,
            lock: &self.lock,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// LocalStack's own installer, in a container
    Container,
    /// uv, else pip, for LocalStack's Python and platform
    Local,
}

fn python_version(text: &str) -> Result<String, String> {
    let numbers = text.strip_prefix("3.").filter(|minor| !minor.is_empty());
    match numbers.is_some_and(|minor| minor.chars().all(|char| char.is_ascii_digit())) {
        true => Ok(text.to_string()),
        false => Err("a version is two numbers: 3.13".to_string()),
    }
}

impl Place {
    pub fn volume(&self, session: &Session) -> Result<Volume> {
        Volume::resolve(self.volume.as_deref(), &session.config.localstack)
    }

    pub fn environment(&self, volume: &Volume) -> Environment {
        Environment::new(volume, &self.image_python)
    }
}

impl By {
    pub fn engine(&self, session: &Session) -> Result<Engine> {
        let config = &session.config;
        let Some(cache) = config.cache.as_deref() else {
            let failure = Failure::new(Code::Internal, "there is no folder to keep an installer in");
            return Err(failure.hint("set HOME or XDG_CACHE_HOME to a folder").into());
        };
        match self.engine {
            Some(Kind::Local) => Ok(Engine::local(cache)),
            Some(Kind::Container) => Engine::container(self.image.as_deref(), &config.localstack),
            None => Engine::found(self.image.as_deref(), &config.localstack, cache),
        }
    }
}

/// No other run changes the environment as long as this is held.
fn lock(environment: &Environment, session: &Session) -> Result<Lock> {
    let folder = environment.folder.parent().unwrap_or(&environment.folder);
    // Not as private as a lock's own folder would be: a container may be somebody else.
    fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
    let mut waiting = || {
        session
            .ui
            .status("Another run is changing the extensions, waiting for it");
    };
    let lock = Lock::take(&environment.folder.with_added_extension("lock"), &mut waiting)?;
    bring_back(environment);
    Ok(lock)
}

pub fn state(environment: &Environment) -> Result<State> {
    environment
        .state()
        .with_context(|| format!("could not read {}", environment.folder.display()))
}

/// For programs.
pub fn volume_data(volume: &Volume) -> Value {
    json!({ "path": volume.path.display().to_string(), "origin": volume.origin.name() })
}

/// What has to happen before LocalStack knows of a change.
pub const RESTART: &str = "LocalStack loads extensions when it starts: restart it.\n";
