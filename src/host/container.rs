//! Extensions by LocalStack's own installer, in a container of its image.
//!
//! Source: the `localstack` program 4.14.0, `pro/core/cli/extensions.py` and `pro/core/bootstrap/extensions/`. What that
//! installer takes for granted or gets wrong is seen to here and in `container/prelude.py`: an environment without a
//! Python, upgrades, packages that it crashes on, and failures that it does not tell by its exit code.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::docker::Docker;
use super::environment::{Environment, PYTHON as PYTHON_OF_IMAGE, State};
use super::spec::Spec;
use super::volume::Volume;
use crate::config::{LocalStack, TOKEN_VARIABLE};
use crate::extension::distribution::normalized;
use crate::failure::Failure;
use crate::installer::{Tell, Teller};
use crate::lock::Lock;

mod event;
mod failing;
mod licence;
mod running;

use event::End;
use failing::Cause;
use licence::Licence;
use running::Said;

const IMAGE: &str = "localstack/localstack-pro";
const PYTHON: &str = "/opt/code/localstack/.venv/bin/python";
const INSTALLER: &str = "localstack.pro.core.bootstrap.extensions";
const PRELUDE: &str = include_str!("container/prelude.py");
/// Where the prelude copies a folder from; not below the place that it copies to, where one may be called `source`.
const SOURCE: &str = "/mnt/source";
/// Where to install from besides PyPI is the user's to say; by name, because it may hold a password.
const INDEXES: [&str; 2] = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"];

pub struct Container<'a> {
    docker: Docker,
    image: String,
    licence: Licence,
    lock: Option<&'a Lock>,
}

/// What LocalStack says of a package that it was to install.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installed {
    /// It was there, and was left as it is.
    pub was_there: bool,
    /// The extensions that were not there before, as LocalStack calls them; none of one that has another version now.
    pub extensions: Vec<String>,
    /// What pip installed, as `name-version`.
    pub packages: Vec<String>,
}

/// What a container is asked for.
#[derive(Default)]
struct Request<'a> {
    /// A word of the prelude, and what belongs to it.
    words: Vec<&'a str>,
    /// A file or folder of this machine, seen in `/tmp` under its name.
    path: Option<&'a Path>,
}

impl<'a> Container<'a> {
    /// The image is the named one, that of IMAGE_NAME, or LocalStack's own.
    pub fn new(docker: Docker, image: Option<&str>, config: &LocalStack) -> Container<'a> {
        let named = image.or(config.image.as_deref());
        Container {
            docker,
            image: named.unwrap_or(IMAGE).to_string(),
            licence: Licence::of(config),
            lock: None,
        }
    }

    /// The container's program holds the lock as long as it runs, also where this process is killed.
    #[must_use]
    pub fn guarded_by(mut self, lock: &'a Lock) -> Container<'a> {
        self.lock = Some(lock);
        self
    }

    pub fn image(&self) -> &str {
        &self.image
    }

    /// Whether there is a licence, or an image that need not be fetched to find out whether it wants one.
    pub(super) fn is_at_hand(&self) -> bool {
        self.image != IMAGE || !self.licence.is_missing() || self.docker.has_image(&self.image)
    }

    /// Makes the environment, or makes it anew where nothing can be installed into it.
    pub fn init(&self, volume: &Volume, tell: Teller<'_>) -> Result<()> {
        let request = Request {
            words: vec!["init"],
            path: None,
        };
        let said = self.run(volume, &request, tell)?;
        let cause = Cause::of(&said).or_else(|| {
            // An engine elsewhere has its own folders.
            let is_made = volume.extensions().is_dir();
            (!is_made).then(|| Cause::Unseen(volume.path.clone()))
        });
        self.failed(cause, "make the environment of the extensions", &said)
    }

    /// Makes the environment too, where there is none.
    pub fn install(&self, volume: &Volume, spec: &Spec, upgrade: bool, tell: Teller<'_>) -> Result<Installed> {
        let package = seen_as(spec)?;
        let path = match spec {
            Spec::Path(path) => Some(path.as_path()),
            _ => None,
        };
        let run = |words: &[&str], tell: Teller<'_>| {
            let words = words.iter().copied().chain([package.as_str()]).collect();
            self.run(volume, &Request { words, path }, tell)
        };
        let what = format!("install {spec}");
        // LocalStack leaves what is there as it is; its pip need not, nor does that need a licence.
        let mut said = match upgrade && volume.extensions().is_dir() {
            true => run(&["pip", "install", "--upgrade"], tell)?,
            false => run(&["install"], tell)?,
        };
        if said.has_failed_before_pip() {
            said = run(&["pip", "install"], tell)?;
        }
        let mut cause = Cause::of(&said);
        // The same version of another day or place is what was asked for all the same.
        let may_differ = match spec {
            Spec::Path(_) => said.is_left,
            Spec::Address(_) => upgrade && !is_among(spec, &said.packages),
            Spec::Requirement(_) => false,
        };
        if cause.is_none() && may_differ {
            let packages = std::mem::take(&mut said.packages);
            said = run(&["pip", "install", "--force-reinstall", "--no-deps"], tell)?;
            cause = Cause::of(&said);
            said.packages.splice(0..0, packages);
        }
        self.failed(cause, &what, &said)?;
        Ok(Installed {
            was_there: said.end == Some(End::AlreadyInstalled)
                || said.packages.is_empty() && said.extensions.is_empty(),
            extensions: said.extensions,
            packages: said.packages,
        })
    }

    /// What `extensions.txt` in a folder lists, by the pip of the environment, as LocalStack does when it starts.
    pub fn install_listed(&self, volume: &Volume, folder: &Path, upgrade: bool, tell: Teller<'_>) -> Result<()> {
        let list = format!("/tmp/{}/extensions.txt", name_of(folder));
        let mut words = vec!["pip", "install", "--requirement", &list];
        words.extend(upgrade.then_some("--upgrade"));
        let request = Request {
            words,
            path: Some(folder),
        };
        let said = self.run(volume, &request, tell)?;
        self.failed(Cause::of(&said), "install what is listed", &said)
    }

    /// The name is the distribution's.
    pub fn uninstall(&self, volume: &Volume, name: &str, tell: Teller<'_>) -> Result<()> {
        let run = |words: &[&str], tell: Teller<'_>| {
            let words = words.iter().copied().chain([name]).collect();
            self.run(volume, &Request { words, path: None }, tell)
        };
        let mut said = match volume.extensions().is_dir() {
            true => run(&["uninstall"], tell)?,
            false => Said {
                end: Some(End::NotInstalled),
                ..Said::default()
            },
        };
        if said.has_failed_before_pip() {
            said = run(&["pip", "uninstall", "--yes"], tell)?;
        }
        let is_skipped = said.pip.iter().any(|line| line.starts_with("WARNING: Skipping "));
        let cause = match is_skipped || said.end == Some(End::NotInstalled) {
            true => Some(Cause::NotInstalled(name.to_string())),
            false => Cause::of(&said),
        };
        self.failed(cause, &format!("uninstall {name}"), &said)
    }

    fn run(&self, volume: &Volume, request: &Request<'_>, tell: Teller<'_>) -> Result<Said> {
        let is_pip = request.words.first() == Some(&"pip");
        if !is_pip && !self.is_at_hand() {
            return Err(licence::missing().into());
        }
        // An engine that makes it would make it root's.
        fs::create_dir_all(&volume.path).with_context(|| format!("could not create {}", volume.path.display()))?;
        let name = running::unique_name();
        let mut command = self.command(&name, volume, request)?;
        if let Some(lock) = self.lock {
            command.stdin(lock.share().context("could not share a lock")?);
        }
        let of = if is_pip {
            "for the environment's own pip, of"
        } else {
            "of"
        };
        tell(Tell::Step(&format!("Starting a container {of} {}", self.image)));
        let mut said = running::run(&self.docker, command, &name, is_pip, tell)?;
        if is_pip && said.exit == Some(0) {
            said.end = said.end.or(Some(End::Completed));
        } else if request.words == ["init"] && said.exit == Some(0) {
            // Of this one it says nothing.
            said.end = Some(End::Completed);
        }
        Ok(said)
    }

    fn command(&self, name: &str, volume: &Volume, request: &Request<'_>) -> Result<Command, Failure> {
        let mut command = self.docker.command("run");
        command.args(["--rm", "--name", name, "--entrypoint", PYTHON]);
        let mut mount = |mount: OsString| {
            command.arg("--mount").arg(mount);
        };
        mount(running::mount(&volume.path, "/var/lib/localstack", true)?);
        if let Some(file) = &self.licence.file {
            mount(running::mount(file, "/etc/localstack/conf.d/license.json", false)?);
        }
        if let Some(path) = request.path {
            let folder = if path.is_dir() { SOURCE } else { "/tmp" };
            mount(running::mount(path, &format!("{folder}/{}", name_of(path)), false)?);
        }
        if self.docker.is_podman {
            // Else SELinux keeps it from the user's folders, which are not to be labelled anew.
            command.args(["--security-opt", "label=disable"]);
        }
        command.args(["--env", "DEBUG=0"]);
        for name in self.licence.variables().into_iter().chain(INDEXES) {
            command.args(["--env", name]);
        }
        if let Some(token) = &self.licence.token {
            command.env(TOKEN_VARIABLE, token);
        }
        command.arg(&self.image);
        match is_plain(volume, request) {
            true => command.args(["-m", INSTALLER]),
            false => command.args(["-c", PRELUDE]),
        };
        command.args(&request.words);
        Ok(command)
    }

    fn failed(&self, cause: Option<Cause>, what: &str, said: &Said) -> Result<()> {
        match cause {
            None => Ok(()),
            Some(cause) => Err(cause.told(what, &self.image, &self.docker.name(), said).into()),
        }
    }
}

/// Whether LocalStack's installer can be asked at once: nothing is to be copied for it, and the environment is as it takes for
/// granted, as far as that is seen from here.
fn is_plain(volume: &Volume, request: &Request<'_>) -> bool {
    let state = Environment::new(volume, PYTHON_OF_IMAGE).state();
    let is_folder = request.path.is_some_and(Path::is_dir);
    let is_whole = matches!(state, Ok(State::Whole)) || matches!(state, Ok(State::Absent)) && request.words == ["init"];
    is_whole && !is_folder && request.words.first() != Some(&"pip")
}

impl Said {
    /// LocalStack asks pip for what is there, and does not understand every answer.
    fn has_failed_before_pip(&self) -> bool {
        self.exit == Some(0) && self.exception.is_some() && self.error.is_none() && self.pip.is_empty()
    }
}

/// What to call a package in the container.
fn seen_as(spec: &Spec) -> Result<String, Failure> {
    if let Spec::Path(path) = spec {
        return Ok(format!("/tmp/{}", name_of(path)));
    }
    let argument = spec.argument();
    match argument.contains("file:/") {
        true => Err(
            Failure::invalid_input(format!("could not install {spec}: a container does not see it"))
                .hint("`--engine local` does"),
        ),
        false => Ok(argument),
    }
}

/// pip reads the version of a wheel from its name.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or("project".as_ref());
    name.to_string_lossy().into_owned()
}

/// Whether pip installed what the text names.
fn is_among(spec: &Spec, packages: &[String]) -> bool {
    let names = packages.iter().filter_map(|package| package.rsplit_once('-'));
    match spec.name() {
        Some(wanted) => names.into_iter().any(|(name, _)| normalized(name) == wanted),
        None => !packages.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_its_name() {
        let packages = ["localstack_x-1.0".to_string(), "b-2".to_string()];
        let among = |text: &str| is_among(&Spec::Address(text.to_string()), &packages);
        assert!(among("git+https://g.h/o/r#egg=Localstack.X"));
        assert!(!among("git+https://g.h/o/r#egg=localstack"));
        assert!(among("git+https://g.h/o/r"));
    }

    #[test]
    fn what_only_this_machine_has_is_not_for_a_container() {
        assert!(seen_as(&Spec::Address("git+file:///a".to_string())).is_err());
        assert_eq!(seen_as(&Spec::Path("/a/b-1.whl".into())).unwrap(), "/tmp/b-1.whl");
    }
}
