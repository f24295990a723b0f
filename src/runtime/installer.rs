//! `uv` where it is, else `venv` and `pip`: what makes virtual environments and installs into them.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Tell;
use super::core::Core;
use super::python;
use crate::child::{self, Heard};
use crate::failure::{Code, Failure, Problem};
use crate::interrupt;
use crate::lock::Lock;

const LINES_KEPT: usize = 15;

/// What would have Python or pip look elsewhere than we say.
const UNWANTED: [&str; 9] = [
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "VIRTUAL_ENV",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PIP_USER",
];

/// A program that Python's own variables do not lead astray.
pub(super) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in UNWANTED {
        command.env_remove(name);
    }
    command.env("PYTHONNOUSERSITE", "1");
    command
}

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
        Some(named) => venv.arg(python::find(Some(named), core)?),
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
    let mut venv = command(python::find(named, core)?);
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

fn pip(python: &Path) -> Command {
    let mut command = command(python);
    command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
    command
}

fn has_uv() -> bool {
    let mut uv = command("uv");
    let uv = uv
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    uv.status().is_ok_and(|status| status.success())
}

/// Runs an installer; its lines are progress, and the last of them the reason when it fails. It holds the lock as long as it
/// runs, also where this process is killed.
fn run(
    name: &str,
    command: &mut Command,
    lock: &Lock,
    failed: &dyn Fn() -> Failure,
    tell: &mut dyn FnMut(Tell<'_>),
) -> Result<(), Failure> {
    interrupt::install();
    let not_started = |error: io::Error| failed().problems(vec![Problem::new(name, error.to_string())]);
    // Both streams are one to a reader: what pip does it says on the first, why it failed on the other.
    let (reader, writer) = io::pipe().map_err(not_started)?;
    let first = writer.try_clone().map_err(not_started)?;
    let stdin = lock.share().map_err(not_started)?;
    let started = command.stdin(stdin).stdout(first).stderr(writer).spawn();
    // The command holds the pipe open as long as it is there.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = started.map_err(not_started)?;
    let heard = child::read_lines(&mut child, reader).map_err(not_started)?;
    let mut lines: Vec<String> = Vec::new();
    let status = child::listen(name, &mut child, &heard, &mut |heard| {
        let Heard::Line(line) = heard else { return };
        if line.trim().is_empty() {
            return;
        }
        tell(Tell::Progress(line.trim()));
        if lines.len() == LINES_KEPT {
            lines.remove(0);
        }
        lines.push(line);
    });
    tell(Tell::Progress(""));
    match status?.success() {
        true => Ok(()),
        false => Err(failed().problems(vec![Problem::new(name, lines.join("\n"))])),
    }
}
