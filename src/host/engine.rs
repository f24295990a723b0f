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
use crate::installer::Tell;
use crate::interrupt;
use crate::lock::Lock;

pub struct Engine {
    container: Option<Contained>,
    local: Option<Local>,
    /// From the beginning, or since LocalStack refused.
    is_local: Cell<bool>,
}

type Teller<'a> = &'a mut dyn FnMut(Tell<'_>);

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
        Engine::of(None, Some(Local::new(cache)))
    }

    /// Fails where no engine answers.
    pub fn container(image: Option<&str>, config: &LocalStack) -> Result<Engine> {
        let docker = Docker::found(None)?;
        Ok(Engine::of(Some(Contained::new(docker, image, config)), None))
    }

    /// A container where an engine answers, unless an image would be fetched that refuses to work without a licence. Where it
    /// does refuse, what is on this machine goes on.
    pub fn found(image: Option<&str>, config: &LocalStack, cache: &Path) -> Result<Engine> {
        let docker = Docker::found(None);
        // No answer is one; that the user wants to stop is another.
        interrupt::check()?;
        let contained = docker.ok().map(|docker| Contained::new(docker, image, config));
        let contained = contained.filter(Contained::is_at_hand);
        Ok(Engine::of(contained, Some(Local::new(cache))))
    }

    fn of(container: Option<Contained>, local: Option<Local>) -> Engine {
        Engine {
            is_local: Cell::new(container.is_none()),
            container,
            local,
        }
    }

    /// As it is told to a person.
    pub fn name(&self) -> String {
        match (&self.container, &self.local) {
            (Some(contained), _) if !self.is_local.get() => format!("a container of {}", contained.image()),
            (_, Some(local)) => format!("{} on this machine", local.program()),
            _ => String::new(),
        }
    }

    /// For programs.
    pub fn kind(&self) -> &'static str {
        if self.is_local.get() { "local" } else { "container" }
    }

    fn change<T: Default>(
        &self,
        tell: Teller<'_>,
        contained: impl Fn(&Contained, Teller<'_>) -> Result<T>,
        local: impl Fn(&Local, Teller<'_>) -> Result<T>,
    ) -> Result<T> {
        if let Some(container) = self.container.as_ref().filter(|_| !self.is_local.get()) {
            match contained(container, tell) {
                Err(error) if is_about_licence(&error) && self.local.is_some() => {
                    tell(Tell::Step(
                        "LocalStack's own installer wants a licence; going on without a container",
                    ));
                    self.is_local.set(true);
                }
                done => return done,
            }
        }
        match &self.local {
            Some(here) => local(here, tell),
            None => Ok(T::default()),
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

fn is_about_licence(error: &Error) -> bool {
    let failure = error.downcast_ref::<Failure>();
    failure.is_some_and(|failure| matches!(failure.code, Code::AuthRequired | Code::LicenseInvalid))
}
