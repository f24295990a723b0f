//! Programs that install Python packages, `uv`, `pip` and `venv`: started alone with what we say, and listened to.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::child::{self, Heard};
use crate::failure::{Failure, Problem};
use crate::interrupt;
use crate::lock::Lock;
use crate::remote::without_credentials;

/// What is told while something takes long.
pub enum Tell<'a> {
    /// A step that takes a while begins.
    Step(&'a str),
    /// What happens right now; the next one replaces it.
    Progress(&'a str),
}

/// Whoever tells a person.
pub type Teller<'a> = &'a mut dyn FnMut(Tell<'_>);

const LINES_KEPT: usize = 15;

/// What would have Python or pip look elsewhere than we say; and what proves a licence, which is no business of the code that a
/// package brings to be built with.
const UNWANTED: [&str; 12] = [
    "LOCALSTACK_API_KEY",
    "LOCALSTACK_AUTH_TOKEN",
    "LSTK_EXT_CONTEXT",
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
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in UNWANTED {
        command.env_remove(name);
    }
    command.env("PYTHONNOUSERSITE", "1");
    // Nobody is there to answer: its standard input is ours.
    command.env("GIT_TERMINAL_PROMPT", "0");
    command
}

/// The pip of an interpreter.
pub fn pip(python: &Path) -> Command {
    let mut command = command(python);
    command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
    command
}

pub fn has_uv() -> bool {
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
pub fn run(
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
        let line = without_credentials(&line);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_licence_is_handed_to_what_packages_are_built_with() {
        let command = command("uv");
        let removed = |name: &str| command.get_envs().any(|(key, value)| key == name && value.is_none());
        assert!(
            ["LOCALSTACK_AUTH_TOKEN", "LSTK_EXT_CONTEXT", "PYTHONPATH"]
                .into_iter()
                .all(removed)
        );
    }
}
