//! Who changes the environment: LocalStack's own installer in a container, or uv or pip on this machine.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::contained::Contained;
use super::docker::Docker;
use super::environment::{Environment, State};
use super::local::{Accept, Local, Wanted, kept};
use super::spec::Spec;
use super::volume::Volume;
use crate::config::LocalStack;
use crate::installer::Tell;
use crate::lock::Lock;

pub enum Engine {
    Container(Contained),
    Local(Local),
}

/// What `init` had to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    Nothing,
    New,
    /// What was missing was added.
    Completed,
    /// It was of another Python: it is new, and its extensions were installed again.
    Again,
}

impl Made {
    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Made::Nothing => "unchanged",
            Made::New => "created",
            Made::Completed => "completed",
            Made::Again => "recreated",
        }
    }
}

/// The environment that is to be changed, by the only run that may.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub volume: &'a Volume,
    pub environment: &'a Environment,
    pub lock: &'a Lock,
}

impl Engine {
    pub fn local(cache: &Path) -> Engine {
        Engine::Local(Local::new(cache))
    }

    /// Fails where no engine answers.
    pub fn container(image: Option<&str>, config: &LocalStack) -> Result<Engine> {
        let docker = Docker::found(None)?;
        Ok(Engine::Container(Contained::new(docker, image, config)))
    }

    /// As it is told to a person.
    pub fn name(&self) -> String {
        match self {
            Engine::Container(contained) => format!("a container of {}", contained.image()),
            Engine::Local(local) => format!("{} on this machine", local.program()),
        }
    }

    /// For programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Engine::Container(_) => "container",
            Engine::Local(_) => "local",
        }
    }

    /// Has the environment there as the container needs it, whatever was there before.
    pub fn init(&self, place: Place<'_>, state: &State, tell: &mut dyn FnMut(Tell<'_>)) -> Result<Made> {
        let made = match state {
            State::Whole => return Ok(Made::Nothing),
            State::Absent => Made::New,
            State::Incomplete(_) => Made::Completed,
            State::Outdated(_) => Made::Again,
        };
        let specs = match made {
            Made::Again => installed_before(place.environment)?,
            _ => Vec::new(),
        };
        match self {
            Engine::Container(contained) => contained.init(place, &specs, tell)?,
            Engine::Local(local) => {
                local.init(place.environment, made == Made::Completed, &specs, place.lock, tell)?;
            }
        }
        Ok(made)
    }

    /// All that is wanted, or nothing.
    pub fn install(
        &self,
        place: Place<'_>,
        wanted: Wanted<'_>,
        accept: Accept<'_>,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<()> {
        match self {
            Engine::Container(contained) => contained.install(place, wanted, accept, tell),
            Engine::Local(local) => local.install(place.environment, wanted, accept, place.lock, tell),
        }
    }

    /// By the folders of metadata.
    pub fn uninstall(&self, place: Place<'_>, infos: &[PathBuf], tell: &mut dyn FnMut(Tell<'_>)) -> Result<()> {
        match self {
            Engine::Container(contained) => contained.uninstall(place, infos, tell),
            Engine::Local(local) => local.uninstall(place.environment, infos),
        }
    }
}

/// The extensions of an environment, to be installed into another one.
fn installed_before(environment: &Environment) -> Result<Vec<Spec>> {
    let reading = || format!("could not read {}", environment.folder.display());
    let mut specs = Vec::new();
    for packages in environment.all_site_packages().with_context(reading)? {
        specs.extend(kept(&packages).with_context(reading)?);
    }
    Ok(specs)
}
