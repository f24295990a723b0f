//! The engine with a container: one request after the other, and taken back together where one of them fails.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Error, Result};
use tempfile::TempDir;

use super::container::Container;
use super::docker::Docker;
use super::engine::Place;
use super::installed::identity;
use super::kept;
use super::local::{Accept, Wanted};
use super::requirements::Requirements;
use super::spec::Spec;
use super::verdict::Contents;
use crate::config::LocalStack;
use crate::failure::{Code, Failure, Problem};
use crate::installer::{Tell, Teller};

pub struct Contained {
    docker: Docker,
    image: Option<String>,
    config: LocalStack,
}

impl Contained {
    pub(super) fn new(docker: Docker, image: Option<&str>, config: &LocalStack) -> Contained {
        Contained {
            docker,
            image: image.map(str::to_string),
            config: config.clone(),
        }
    }

    fn container(&self) -> Container<'static> {
        Container::new(self.docker.clone(), self.image.as_deref(), &self.config)
    }

    pub(super) fn image(&self) -> String {
        self.container().image().to_string()
    }

    /// Whether it may work without fetching an image for nothing.
    pub(super) fn is_at_hand(&self) -> bool {
        self.container().is_at_hand()
    }

    /// What was installed in an environment of another Python is installed again; returns what could not be had.
    pub(super) fn init(&self, place: Place<'_>, before: &[Spec], tell: Teller<'_>) -> Result<Vec<String>> {
        let container = self.container().guarded_by(place.lock);
        container.init(place.volume, tell)?;
        kept::reinstall(before, &mut |specs| {
            for spec in specs {
                container.install(place.volume, spec, false, tell)?;
            }
            Ok(())
        })
    }

    pub(super) fn install(
        &self,
        place: Place<'_>,
        wanted: Wanted<'_>,
        accept: Accept<'_>,
        tell: Teller<'_>,
    ) -> Result<()> {
        let reading = || format!("could not read {}", place.environment.folder.display());
        let before = Contents::of(place.environment).with_context(reading)?;
        let done = self
            .install_all(place, wanted, tell)
            .and_then(|()| accept(place.environment));
        done.or_else(|error| self.take_back(place, &before, error, tell))
    }

    fn install_all(&self, place: Place<'_>, wanted: Wanted<'_>, tell: Teller<'_>) -> Result<()> {
        let container = self.container().guarded_by(place.lock);
        // Paths are of this machine, which no file of the container's could name.
        let (paths, others): (Vec<_>, Vec<_>) = wanted
            .listed
            .items
            .iter()
            .cloned()
            .partition(|item| matches!(item.spec, Some(Spec::Path(_))));
        for spec in wanted
            .specs
            .iter()
            .chain(paths.iter().filter_map(|item| item.spec.as_ref()))
        {
            container.install(place.volume, spec, wanted.upgrade, tell)?;
        }
        if others.is_empty() {
            return Ok(());
        }
        let folder = TempDir::with_prefix("extensions-").context("could not make a temporary folder")?;
        let list = Requirements {
            options: for_container(&wanted.listed.options, &folder)?,
            items: others,
        };
        fs::write(folder.path().join("extensions.txt"), list.text())
            .with_context(|| format!("could not write into {}", folder.path().display()))?;
        container.install_listed(place.volume, folder.path(), wanted.upgrade, tell)
    }

    /// Removes what is new. What was there in another version before is not brought back.
    fn take_back(&self, place: Place<'_>, before: &Contents, error: Error, tell: Teller<'_>) -> Result<()> {
        let is_ours = error
            .downcast_ref::<Failure>()
            .is_some_and(|failure| failure.code == Code::Cancelled);
        let Ok(after) = Contents::of(place.environment) else {
            return Err(error);
        };
        let changed = after.since(before);
        let (replaced, new): (Vec<_>, Vec<_>) = changed.iter().partition(|name| before.has(name));
        if is_ours || changed.is_empty() {
            return Err(error);
        }
        tell(Tell::Step("taking back what was installed"));
        let container = self.container().guarded_by(place.lock);
        for name in new {
            container.uninstall(place.volume, name, tell)?;
        }
        let told = |name: &&String| {
            let version = before.version(name).unwrap_or_default();
            format!("{name} was {version} before")
        };
        match replaced.is_empty() {
            true => Err(error),
            false => {
                let replaced: Vec<String> = replaced.iter().map(told).collect();
                Err(error.context(format!(
                    "some versions have changed all the same: {}",
                    replaced.join(", ")
                )))
            }
        }
    }

    pub(super) fn uninstall(&self, place: Place<'_>, infos: &[PathBuf], tell: Teller<'_>) -> Result<()> {
        let container = self.container().guarded_by(place.lock);
        for info in infos {
            let Some((name, _)) = identity(info) else { continue };
            container.uninstall(place.volume, &name, tell)?;
            if info.exists() {
                let problem = Problem::new(info.display().to_string(), "is still there");
                let failure = Failure::new(Code::Internal, format!("could not uninstall {name}"));
                return Err(failure.problems(vec![problem]).into());
            }
        }
        Ok(())
    }
}

/// Options whose files lie in a folder that the container sees as `/tmp/extensions-…`.
fn for_container(options: &[String], folder: &TempDir) -> Result<Vec<String>> {
    let name = folder
        .path()
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut seen = Vec::new();
    for (index, option) in options.iter().enumerate() {
        let Some(file) = option.strip_prefix("-c ") else {
            seen.push(option.clone());
            continue;
        };
        let copy = format!("constraints-{index}.txt");
        fs::copy(file, folder.path().join(&copy)).with_context(|| format!("could not copy {file}"))?;
        seen.push(format!("-c /tmp/{name}/{copy}"));
    }
    Ok(seen)
}
