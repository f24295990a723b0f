//! Who changes the environment: LocalStack's own installer in a container, or uv or pip on this machine.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result};

use super::contained::Contained;
use super::docker::Docker;
use super::environment::{Environment, State};
use super::kept::Kept;
use super::local::{Accept, Local, Wanted};
use super::volume::Volume;
use crate::config::LocalStack;
use crate::failure::{Code, Failure};
use crate::installer::{Tell, Teller};
use crate::interrupt;
use crate::lock::Lock;

pub enum Engine {
    Container(Contained),
    Local(Local),
    /// Nobody said which: the container, unless LocalStack refuses for want of a licence.
    Either {
        container: Contained,
        local: Local,
        is_refused: Cell<bool>,
    },
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

    /// A container where an engine answers, unless an image would be fetched that refuses to work without a licence.
    pub fn found(image: Option<&str>, config: &LocalStack, cache: &Path) -> Result<Engine> {
        let docker = Docker::found(None);
        // No answer is one; that the user wants to stop is another.
        interrupt::check()?;
        let contained = docker.ok().map(|docker| Contained::new(docker, image, config));
        let local = Local::new(cache);
        Ok(match contained.filter(Contained::is_at_hand) {
            Some(container) => Engine::Either {
                container,
                local,
                is_refused: Cell::new(false),
            },
            None => Engine::Local(local),
        })
    }

    /// As it is told to a person.
    pub fn name(&self) -> String {
        match self {
            Engine::Either { local, is_refused, .. } if is_refused.get() => told(local),
            Engine::Container(container) | Engine::Either { container, .. } => {
                format!("a container of {}", container.image())
            }
            Engine::Local(local) => told(local),
        }
    }

    /// For programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Engine::Either { is_refused, .. } if is_refused.get() => "local",
            Engine::Container(_) | Engine::Either { .. } => "container",
            Engine::Local(_) => "local",
        }
    }

    fn change<T>(
        &self,
        tell: Teller<'_>,
        contained: impl Fn(&Contained, Teller<'_>) -> Result<T>,
        here: impl Fn(&Local, Teller<'_>) -> Result<T>,
    ) -> Result<T> {
        match self {
            Engine::Container(container) => contained(container, tell),
            Engine::Local(local) => here(local, tell),
            Engine::Either { local, is_refused, .. } if is_refused.get() => here(local, tell),
            Engine::Either {
                container,
                local,
                is_refused,
            } => match contained(container, tell) {
                Err(error) if is_about_licence(&error) => {
                    tell(Tell::Step(
                        "LocalStack's own installer wants a licence; going on without a container",
                    ));
                    is_refused.set(true);
                    here(local, tell)
                }
                done => done,
            },
        }
    }

    /// Has the environment there as the container needs it, whatever was there before. Returns also what was there and could not
    /// be installed again, in words.
    pub fn init(&self, place: Place<'_>, state: &State, tell: Teller<'_>) -> Result<(Made, Vec<String>)> {
        let made = match state {
            State::Whole => return Ok((Made::Nothing, Vec::new())),
            State::Absent => Made::New,
            State::Incomplete(_) => Made::Completed,
            State::Outdated(_) => Made::Again,
        };
        let mut kept = Kept::default();
        if made == Made::Again {
            let folder = place.environment.folder.display();
            kept = Kept::of(place.environment).with_context(|| format!("could not read {folder}"))?;
        }
        let is_copy = made == Made::Completed;
        let lost = self.change(
            tell,
            |contained, tell| contained.init(place, &kept.specs, tell),
            |local, tell| local.init(place.environment, is_copy, &kept.specs, place.lock, tell),
        )?;
        kept.lost.extend(lost);
        Ok((made, kept.lost))
    }

    /// All that is wanted, or nothing.
    pub fn install(&self, place: Place<'_>, wanted: Wanted<'_>, accept: Accept<'_>, tell: Teller<'_>) -> Result<()> {
        self.change(
            tell,
            |contained, tell| contained.install(place, wanted, accept, tell),
            |local, tell| local.install(place.environment, wanted, accept, place.lock, tell),
        )
    }

    /// By the folders of metadata.
    pub fn uninstall(&self, place: Place<'_>, infos: &[PathBuf], tell: Teller<'_>) -> Result<()> {
        self.change(
            tell,
            |contained, tell| contained.uninstall(place, infos, tell),
            |local, _| local.uninstall(place.environment, infos),
        )
    }
}

fn told(local: &Local) -> String {
    format!("{} on this machine", local.program())
}

fn is_about_licence(error: &Error) -> bool {
    let failure = error.downcast_ref::<Failure>();
    failure.is_some_and(|failure| matches!(failure.code, Code::AuthRequired | Code::LicenseInvalid))
}
