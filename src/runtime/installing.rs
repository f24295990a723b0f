//! What makes the environments: `uv` where it is, else `venv` and `pip`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::core::Core;
use super::python;
use crate::failure::{Code, Failure};
use crate::installer::{Tell, command, has_uv, pip, run};
use crate::lock::Lock;

/// Makes a virtual environment with pip in it, and installs a core there.
pub(super) fn install_core(
    folder: &Path,
    core: &Core,
    named: Option<&Path>,
    constraints: &Path,
    lock: &Lock,
    tell: &mut dyn FnMut(Tell<'_>),
) -> Result<(), Failure> {
    let (by, mut venv, mut install) = match has_uv() {
        true => with_uv(folder, core, named)?,
        false => with_pip(folder, core, named)?,
    };
    install.arg("--constraint").arg(constraints).args(core.requirements());
    let failed = || core.not_installed();
    run(by, &mut venv, lock, &failed, tell)?;
    run(by, &mut install, lock, &failed, tell)
}

/// Who it is, what makes the environment, and the beginning of what installs into it.
type Installer = (&'static str, Command, Command);

/// Where no interpreter is named, uv finds one, or fetches it. It is run where no project's settings speak to it.
fn with_uv(folder: &Path, core: &Core, named: Option<&Path>) -> Result<Installer, Failure> {
    let elsewhere = folder.parent().unwrap_or(folder);
    let mut venv = command("uv");
    venv.current_dir(elsewhere);
    venv.args(["venv", "--quiet", "--seed", "--no-project", "--python"]);
    match named {
        Some(named) => venv.arg(python::find(Some(named), core.pythons(), &core.needs())?),
        None => venv.arg(format!("3.{}", core.pythons().first().copied().unwrap_or_default())),
    };
    venv.arg(folder);
    let mut install = command("uv");
    install.current_dir(elsewhere);
    install.args(["pip", "install", "--compile-bytecode", "--python"]);
    install.arg(super::interpreter(folder));
    Ok(("uv", venv, install))
}

fn with_pip(folder: &Path, core: &Core, named: Option<&Path>) -> Result<Installer, Failure> {
    let newest = core.pythons().first().copied().unwrap_or_default();
    let found = python::find(named, core.pythons(), &core.needs());
    let python = found
        .map_err(|failure| failure.hint(format!("or name an interpreter: `--python /path/to/python3.{newest}`")))?;
    let mut venv = command(python);
    venv.args(["-m", "venv"]).arg(folder);
    let mut install = pip(&super::interpreter(folder));
    install.args(["install", "--progress-bar=off"]);
    Ok(("pip", venv, install))
}

/// Installs projects editable, for the interpreter of another environment that may have no pip.
pub(super) fn install_editable(
    pip_of: &Path,
    into: &Path,
    projects: &[PathBuf],
    lock: &Lock,
    tell: &mut dyn FnMut(Tell<'_>),
) -> Result<(), Failure> {
    let failed = || {
        let names: Vec<String> = projects.iter().map(|project| project.display().to_string()).collect();
        Failure::new(Code::Validation, format!("could not install {}", names.join(", ")))
    };
    let mut install = pip(pip_of);
    install
        .arg("--python")
        .arg(into)
        .args(["install", "--progress-bar=off"]);
    for project in projects {
        install.arg("--editable").arg(project);
    }
    run("pip", &mut install, lock, &failed, tell)
}

/// Makes an environment without pip.
pub(super) fn make_bare(
    python: &Path,
    folder: &Path,
    lock: &Lock,
    tell: &mut dyn FnMut(Tell<'_>),
) -> Result<(), Failure> {
    let failed = || Failure::new(Code::Internal, format!("could not make {}", folder.display()));
    let mut venv = command(python);
    run(
        "venv",
        venv.args(["-m", "venv", "--without-pip"]).arg(folder),
        lock,
        &failed,
        tell,
    )
}
