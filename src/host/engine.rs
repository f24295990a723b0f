//! Who changes the environment: LocalStack's own installer in a container, or uv or pip on this machine.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::docker::Docker;
use super::environment::{Environment, State};
use super::local::{Accept, Local, Wanted, kept};
use super::volume::Volume;
use crate::config::LocalStack;
use crate::installer::Tell;
use crate::lock::Lock;

pub enum Engine {
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

impl Engine {
    pub fn local(cache: &Path) -> Engine {
        Engine::Local(Local::new(cache))
    }

    pub fn container(_image: Option<&str>, _config: &LocalStack) -> Result<Engine> {
        let _ = Docker::found(None)?;
        anyhow::bail!("TODO")
    }

    /// As it is told to a person.
    pub fn name(&self) -> String {
        match self {
            Engine::Local(local) => format!("{} on this machine", local.program()),
        }
    }

    /// For programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Engine::Local(_) => "local",
        }
    }

    /// Has the environment there as the container needs it, whatever was there before.
    pub fn init(
        &self,
        _volume: &Volume,
        environment: &Environment,
        state: &State,
        lock: &Lock,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<Made> {
        let made = match state {
            State::Whole => return Ok(Made::Nothing),
            State::Absent => Made::New,
            State::Incomplete(_) => Made::Completed,
            State::Outdated(_) => Made::Again,
        };
        let mut specs = Vec::new();
        if made == Made::Again {
            let reading = || format!("could not read {}", environment.folder.display());
            for packages in environment.all_site_packages().with_context(reading)? {
                specs.extend(kept(&packages).with_context(reading)?);
            }
        }
        match self {
            Engine::Local(local) => local.init(environment, made == Made::Completed, &specs, lock, tell)?,
        }
        Ok(made)
    }

    pub fn install(
        &self,
        _volume: &Volume,
        environment: &Environment,
        wanted: Wanted<'_>,
        accept: Accept<'_>,
        lock: &Lock,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<()> {
        match self {
            Engine::Local(local) => local.install(environment, wanted, accept, lock, tell),
        }
    }

    /// By the folders of metadata.
    pub fn uninstall(
        &self,
        _volume: &Volume,
        environment: &Environment,
        infos: &[PathBuf],
        _tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<()> {
        match self {
            Engine::Local(local) => local.uninstall(environment, infos),
        }
    }
}
