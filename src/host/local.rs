//! The engine without a container: installs on this machine for LocalStack's, with `uv` or else `pip`.
//!
//! ```text
//! Order -> uv or pip -> Renewal (a copy) -> verdict -> commit
//! ```

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::environment::Environment;
use super::installed::distributions;
use super::kept;
use super::requirements::Requirements;
use super::spec::Spec;
use crate::extension::{file, record};
use crate::failure::{Code, Failure, Problem};
use crate::installer::{Tell, has_uv};
use crate::lock::Lock;
use removal::{remove, remove_files};
use renewal::Renewal;
use target::Target;

pub use renewal::bring_back;

mod pip;
mod reason;
mod removal;
mod renewal;
mod scripts;
mod target;
mod uv;

/// Versions of Python 3 that pip runs on today, those first that resemble LocalStack's.
const PYTHONS: [u64; 5] = [13, 14, 12, 11, 10];

pub struct Local {
    by_uv: bool,
    /// Where a pip is kept that is used where there is no uv.
    cache: PathBuf,
}

/// What is to be installed: what was typed, and what a file lists.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub specs: &'a [Spec],
    pub listed: &'a Requirements,
    pub upgrade: bool,
}

impl<'a> Wanted<'a> {
    pub fn all(self) -> impl Iterator<Item = &'a Spec> {
        self.specs.iter().chain(self.listed.specs())
    }

    pub fn failed(self) -> Failure {
        let names: Vec<String> = self.all().map(ToString::to_string).collect();
        Failure::new(Code::Validation, format!("could not install {}", names.join(", ")))
    }
}

/// That, and for what.
struct Order<'a> {
    wanted: Wanted<'a>,
    /// A file with what is listed.
    list: PathBuf,
    /// By normal name: what is to be installed again though this version is there.
    renewed: Vec<String>,
    target: Target,
}

impl Order<'_> {
    /// Of uv and of pip.
    fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = Vec::new();
        if self.wanted.upgrade {
            arguments.push("--upgrade".into());
        }
        if !self.wanted.listed.items.is_empty() {
            arguments.extend(["--requirement".into(), self.list.clone().into_os_string()]);
        }
        arguments.push("--".into());
        arguments.extend(self.wanted.specs.iter().map(|spec| spec.argument().into()));
        arguments
    }
}

/// Says whether a changed environment may take the place of the other one.
pub type Accept<'a> = &'a dyn Fn(&Environment) -> Result<()>;

impl Local {
    pub fn new(cache: &Path) -> Local {
        Local {
            by_uv: has_uv(),
            cache: cache.to_path_buf(),
        }
    }

    pub fn program(&self) -> &'static str {
        if self.by_uv { "uv" } else { "pip" }
    }

    /// Makes the environment, or what it lacks: with pip in it, by which the container installs more, and with what was there
    /// before. Returns what could not be had again.
    pub fn init(
        &self,
        environment: &Environment,
        is_copy: bool,
        specs: &[Spec],
        lock: &Lock,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<Vec<String>> {
        let renewal = Renewal::begin(environment, is_copy)?;
        let nothing = Requirements::default();
        let mut add = |specs: &[Spec], renewed| {
            let wanted = Wanted {
                specs,
                listed: &nothing,
                upgrade: false,
            };
            self.add(&renewal, wanted, renewed, lock, tell)
        };
        add(&[Spec::Requirement("pip".to_string())], vec!["pip".to_string()])?;
        let lost = kept::reinstall(specs, &mut |specs| add(specs, Vec::new()))?;
        renewal.commit()?;
        Ok(lost)
    }

    pub fn install(
        &self,
        environment: &Environment,
        wanted: Wanted<'_>,
        accept: Accept<'_>,
        lock: &Lock,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<()> {
        let renewal = Renewal::begin(environment, true)?;
        let renewed = wanted.all().filter_map(Spec::renewed).collect();
        self.add(&renewal, wanted, renewed, lock, tell)?;
        accept(&renewal.environment)?;
        renewal.commit()
    }

    /// Removes the distributions with these metadata.
    pub fn uninstall(&self, environment: &Environment, infos: &[PathBuf]) -> Result<()> {
        let renewal = Renewal::begin(environment, true)?;
        for info in infos {
            let name = info.file_name().unwrap_or_default();
            let info = renewal.environment.site_packages().join(name);
            remove(&renewal.environment, &info).with_context(|| format!("could not remove {}", info.display()))?;
        }
        // One may have said that these are its own.
        let making = || format!("could not make {}", renewal.environment.folder.display());
        renewal.environment.lay_out().with_context(making)?;
        renewal.commit()
    }

    fn add(
        &self,
        renewal: &Renewal,
        wanted: Wanted<'_>,
        renewed: Vec<String>,
        lock: &Lock,
        tell: &mut dyn FnMut(Tell<'_>),
    ) -> Result<()> {
        let environment = &renewal.environment;
        let asked: Vec<String> = wanted.all().filter_map(Spec::name).collect();
        let room = renewal.staging();
        let order = Order {
            wanted,
            list: room.join("extensions.txt"),
            renewed,
            target: Target::new(&environment.python, &asked),
        };
        fs::create_dir_all(&room)
            .and_then(|()| fs::write(&order.list, wanted.listed.text()))
            .with_context(|| format!("could not write {}", order.list.display()))?;
        let reading = || format!("could not read {}", environment.folder.display());
        let before = snapshot(environment).with_context(reading)?;
        let done = match self.by_uv {
            true => uv::install(&order, renewal, lock, tell),
            false => pip::install(&order, renewal, &self.cache, lock, tell),
        };
        done.map_err(|error| match error.downcast() {
            Ok(failure) => reason::hinted(failure, &order.target).into(),
            Err(error) => error,
        })?;
        let after = distributions(&environment.site_packages()).with_context(reading)?;
        // uv leaves programs of what it replaces.
        for (info, outside) in before.iter().filter(|(info, _)| !info.exists()) {
            remove_files(environment, outside).with_context(|| format!("could not replace {}", info.display()))?;
        }
        scripts::put_in_place(environment).with_context(reading)?;
        let is_new = |(name, info): &&(String, PathBuf)| {
            order.renewed.contains(name) || !before.iter().any(|(old, _)| old == info)
        };
        let strangers: Vec<Problem> = after
            .iter()
            .filter(is_new)
            .filter_map(|(_, info)| stranger(info, &order.target))
            .collect();
        match strangers.is_empty() {
            true => Ok(()),
            false => Err(wanted.failed().problems(strangers).hint(reason::BUILDS).into()),
        }
    }
}

/// What is installed, and its files outside of the folder with packages.
fn snapshot(environment: &Environment) -> io::Result<Vec<(PathBuf, Vec<String>)>> {
    let found = distributions(&environment.site_packages())?;
    let outside = |info: PathBuf| {
        let files = record::read(&info).unwrap_or_default();
        let files = files.into_iter().filter(|file| file.starts_with("../")).collect();
        (info, files)
    };
    Ok(found.into_iter().map(|(_, info)| outside(info)).collect())
}

/// What was built on this machine, and is not for the container.
fn stranger(info: &Path, target: &Target) -> Option<Problem> {
    let wheel = file::read_text(&info.join("WHEEL")).ok()?;
    let tags: Vec<&str> = wheel
        .lines()
        .filter_map(|line| line.strip_prefix("Tag:"))
        .map(str::trim)
        .collect();
    if tags.is_empty() || tags.iter().any(|tag| target.takes(tag)) {
        return None;
    }
    let name = info
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .replacen('-', " ", 1);
    let (unserved, built) = (target.unserved(), tags.join(", "));
    let message = format!("has compiled parts, and {unserved}; here it is built for {built}");
    Some(Problem::new(name, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(folder: &Path) -> Environment {
        let environment = Environment::at(folder.join("python_venv"), "3.13");
        environment.lay_out().unwrap();
        environment
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let environment = environment(folder.path());
        let packages = environment.site_packages();
        let mine = folder.path().join("mine");
        fs::create_dir(&mine).unwrap();
        fs::write(mine.join("a"), "").unwrap();
        std::os::unix::fs::symlink(&mine, packages.join("link")).unwrap();
        std::os::unix::fs::symlink(&mine, packages.join("bin")).unwrap();
        fs::create_dir(packages.join("A-1.dist-info")).unwrap();
        let record = "link/a,,\n../../../bin/python,,\n../../../pyvenv.cfg,,\n";
        fs::write(packages.join("A-1.dist-info/RECORD"), record).unwrap();
        let local = Local {
            by_uv: false,
            cache: folder.path().to_path_buf(),
        };
        local
            .uninstall(&environment, &[packages.join("A-1.dist-info")])
            .unwrap();
        scripts::put_in_place(&environment).unwrap();
        assert!(mine.join("a").exists() && !packages.join("A-1.dist-info").exists());
        assert!(environment.folder.join("bin/python").is_symlink() && environment.folder.join("pyvenv.cfg").is_file());
    }
}
