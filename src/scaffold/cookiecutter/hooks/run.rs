//! Running hooks, which are programs that may do anything: only after the user has agreed to these very ones.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result};

use super::copy::make_executable;
use super::{FOLDER, Script, Stage};
use crate::failure::{Code, Failure};
use crate::interrupt;
use crate::scaffold::apply::Around;

/// What hooks run in.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Variables that they must not see.
    pub without: Vec<OsString>,
    /// There is a person at a terminal whom they may ask.
    pub may_ask: bool,
}

/// The hooks around the making of one project.
pub struct Running {
    pub scripts: Vec<Script>,
    pub environment: Environment,
}

impl Around for Running {
    fn before(&self, project: &Path, scratch: &Path) -> Result<()> {
        self.run(Stage::PreGen, project, scratch)
    }

    fn after(&self, project: &Path, scratch: &Path) -> Result<()> {
        self.run(Stage::PostGen, project, scratch)
    }
}

impl Running {
    fn run(&self, stage: Stage, project: &Path, scratch: &Path) -> Result<()> {
        for script in self.scripts.iter().filter(|script| script.stage == stage) {
            interrupt::check()?;
            let path = scratch.join(&script.name);
            fs::write(&path, &script.text)
                .and_then(|()| make_executable(&path))
                .with_context(|| format!("could not write {}", path.display()))?;
            run(&script.name, &path, project, &self.environment)?;
        }
        Ok(())
    }
}

/// Runs the hooks of a copy of the template that come before the first question, in that copy.
pub fn run_before_asking(names: &[String], template: &Path, environment: &Environment) -> Result<()> {
    interrupt::install();
    for name in names {
        let path = template.join(FOLDER).join(name);
        make_executable(&path).with_context(|| format!("could not make {} executable", path.display()))?;
        run(name, &path, template, environment)?;
    }
    Ok(())
}

/// What runs Python's scripts.
const PYTHON: [&str; 2] = ["python3", "python"];

fn run(name: &str, script: &Path, folder: &Path, environment: &Environment) -> Result<()> {
    // A script is found wherever it is run from.
    let script = std::path::absolute(script).with_context(|| format!("could not tell where the hook {name} is"))?;
    let mut child = match name.ends_with(".py") {
        true => {
            let python = |program: &&str| {
                let mut command = Command::new(program);
                command.arg(&script);
                start(command, folder, environment)
            };
            let missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
            match PYTHON
                .iter()
                .map(python)
                .find(|started| !started.as_ref().is_err_and(missing))
            {
                Some(started) => started,
                None => return Err(without_python(name)),
            }
        }
        false => start(Command::new(&script), folder, environment),
    }
    .map_err(|error| not_started(name, error))?;
    let status = wait(&mut child).with_context(|| format!("could not wait for the hook {name}"))?;
    interrupt::check()?;
    match status.success() {
        true => Ok(()),
        false => Err(failed(name, status)),
    }
}

fn start(mut command: Command, folder: &Path, environment: &Environment) -> io::Result<Child> {
    for name in &environment.without {
        command.env_remove(name);
    }
    if !environment.may_ask {
        command.stdin(Stdio::null());
    }
    // Standard output is for what the command gives.
    command.current_dir(folder).stdout(to_stderr()).spawn()
}

#[cfg(unix)]
fn to_stderr() -> Stdio {
    use std::os::fd::AsFd;
    io::stderr()
        .as_fd()
        .try_clone_to_owned()
        .map_or_else(|_| Stdio::null(), Stdio::from)
}

#[cfg(not(unix))]
fn to_stderr() -> Stdio {
    Stdio::null()
}

/// How long a hook may take to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits for the end, or brings it about when the program itself is to stop.
fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    let mut asked: Option<Instant> = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        match asked {
            None if interrupt::check().is_err() => {
                ask_to_end(child);
                asked = Some(Instant::now());
            }
            Some(since) if since.elapsed() > PATIENCE => child.kill()?,
            _ => {}
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[cfg(unix)]
fn ask_to_end(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, Signal::TERM);
    }
}

#[cfg(not(unix))]
fn ask_to_end(_: &Child) {}

const NOTHING_WRITTEN: &str = "nothing was written; leave the hooks out by answering no, or without `--trust`";

fn failed(name: &str, status: ExitStatus) -> Error {
    let how = match status.code() {
        Some(code) => format!("with exit code {code}"),
        None => "by a signal".to_string(),
    };
    Failure::new(Code::Validation, format!("the hook {name} ended {how}"))
        .hint(NOTHING_WRITTEN)
        .into()
}

fn not_started(name: &str, error: io::Error) -> Error {
    // Said by the system of a text that names no program to run it.
    const NO_FORMAT: i32 = 8;
    match error.raw_os_error() {
        Some(NO_FORMAT) => Failure::new(Code::Validation, format!("the hook {name} cannot be run"))
            .hint("it is empty, or its first line is not like `#!/bin/sh`")
            .into(),
        _ => Error::new(error).context(format!("could not start the hook {name}")),
    }
}

fn without_python(name: &str) -> Error {
    Failure::new(
        Code::Validation,
        format!("the hook {name} needs Python, and there is no `python3` on PATH"),
    )
    .hint("install Python 3; or leave the hooks out by answering no, or without `--trust`")
    .into()
}
