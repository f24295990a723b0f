//! The program that runs containers on this machine: docker, or one that understands the same command line.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::child;
use crate::failure::{Code, Failure, Problem};
use crate::interrupt;

/// A program with an engine that answers.
#[derive(Clone, Debug)]
pub struct Docker {
    program: PathBuf,
    /// Whatever its name is: many systems have podman under the name of docker.
    pub is_podman: bool,
}

/// The best first.
const PROGRAMS: [&str; 3] = ["docker", "podman", "nerdctl"];

/// An engine on this machine answers at once, one that is far away in a second or two.
const PATIENCE: Duration = Duration::from_secs(5);

impl Docker {
    /// The first whose engine answers, of those on PATH or the named one; else why each of them does not do.
    pub fn found(named: Option<&Path>) -> Result<Docker, Failure> {
        interrupt::install();
        let candidates: Vec<PathBuf> = match named {
            Some(named) => vec![named.to_path_buf()],
            None => PROGRAMS.map(PathBuf::from).to_vec(),
        };
        let mut problems = Vec::new();
        for program in candidates {
            let asked = asked(&program, PATIENCE);
            interrupt::check()?;
            match asked {
                Ok(said) => {
                    let is_podman = said.to_lowercase().contains("podman");
                    return Ok(Docker { program, is_podman });
                }
                Err(why) => problems.push(Problem::new(program.display().to_string(), why)),
            }
        }
        let failure = Failure::new(Code::RuntimeUnavailable, "no container engine answers").problems(problems);
        Err(failure.hint("start Docker, or do without: `--engine local`"))
    }

    /// To build on: the program with a first word, which reads nothing and is heard.
    pub fn command(&self, word: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(word).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Whether an image need not be fetched.
    pub fn has_image(&self, image: &str) -> bool {
        let mut inspect = self.command("image");
        inspect
            .args(["inspect", image])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        inspect.status().is_ok_and(|status| status.success())
    }

    /// For messages.
    pub fn name(&self) -> String {
        let name = self.program.file_name().unwrap_or(self.program.as_os_str());
        name.to_string_lossy().into_owned()
    }
}

/// What a program says of itself and its engine, or why that does not answer.
fn asked(program: &Path, patience: Duration) -> Result<String, String> {
    match child::answer(Command::new(program).arg("version"), patience) {
        Ok(answer) => answer.map(|(output, last)| output + &last),
        Err(error) if error.kind() == ErrorKind::NotFound => Err("is not there".to_string()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn with<T>(script: &str, ask: impl Fn(&Path) -> T) -> T {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("engine");
        // By another process: a file that this one has open may be open in a process that another test starts, and is not run then.
        let written = Command::new("/bin/sh")
            .args(["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\""])
            .arg(&program)
            .arg(script)
            .status();
        assert!(written.unwrap().success());
        ask(&program)
    }

    fn asked_of(script: &str) -> Result<Docker, Failure> {
        with(script, |program| Docker::found(Some(program)))
    }

    #[test]
    fn an_engine_answers_or_says_why_not() {
        let docker = asked_of("[ \"$*\" = version ] && echo 'Server: Docker Engine'").unwrap();
        assert_eq!((docker.name().as_str(), docker.is_podman), ("engine", false));
        assert!(asked_of("echo 'Client:       Podman Engine'").unwrap().is_podman);
        assert!(
            asked_of("echo 'Emulate Docker CLI using podman.' >&2")
                .unwrap()
                .is_podman
        );

        let why = |script| asked_of(script).unwrap_err().problems[0].message.clone();
        assert_eq!(why("echo Client; echo 'no daemon' >&2; echo >&2; exit 1"), "no daemon");
        assert_eq!(why("exit 1"), "does not answer");
        let missing = Docker::found(Some(Path::new("/nowhere/docker"))).unwrap_err();
        assert_eq!(missing.problems[0].message, "is not there");
        assert_eq!(missing.code, Code::RuntimeUnavailable);
    }

    #[test]
    fn an_engine_that_does_not_answer_is_given_up() {
        let start = Instant::now();
        let why = with("exec sleep 60", |program| asked(program, Duration::ZERO)).unwrap_err();
        assert_eq!(why, "has not ended after 0 s");
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}
