//! The user's own `git`, started so that it connects as they set it up and does nothing else for anybody.
//!
//! No hook, no prompt where nobody sits, no variable that speaks of another repository. git ends when we are told to.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::How;
use crate::child::{self, Heard};
use crate::failure::{Code, Failure};
use crate::lock::Lock;
use crate::{git, interrupt};

/// git must not run a program, nor open a repository, that the one it fetches from names; and what does not move for a
/// minute is given up. An older git passes over what it does not know.
const SETTINGS: [&str; 13] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.symlinks=false",
    "safe.bareRepository=explicit",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.prune=false",
    "fetch.pruneTags=false",
    "fetch.writeCommitGraph=false",
    // A pack is there as a whole or not at all; loose objects come one by one, a commit before its files.
    "fetch.unpackLimit=1",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "protocol.version=2",
];

/// No template needs more, and a pack must not fill the disk.
#[cfg(target_os = "linux")]
const LARGEST_FILE: u64 = 1 << 30;

const LINES_KEPT: usize = 20;
const MOST_OUTPUT: usize = 8 << 20;

/// What came of a run. Nothing in here is fit to be shown yet: it may hold credentials and escape sequences.
pub(super) struct Said {
    pub(super) is_success: bool,
    pub(super) output: Vec<u8>,
    /// The last lines of standard error but for progress.
    pub(super) lines: Vec<String>,
    /// Said again and again.
    progress: String,
}

/// git, while nobody else fetches the same.
pub(super) struct Git<'a> {
    pub(super) how: &'a How<'a>,
    pub(super) lock: Lock,
    /// Gets lines such as `Receiving objects: 45%`.
    pub(super) progress: &'a mut dyn FnMut(&str),
}

impl Git<'_> {
    /// Runs git in a bare repository.
    pub(super) fn run(&mut self, repository: &Path, args: &[&str]) -> Result<Said, Failure> {
        interrupt::install();
        let mut command = command(repository, args, self.how);
        let child = self.lock.share().and_then(|lock| command.stdin(lock).spawn());
        let mut child = child.map_err(|error| not_started(&error))?;
        limit_files(&child);
        let heard = child::read_from(&mut child).map_err(|error| not_started(&error))?;
        let mut said = Said {
            is_success: false,
            output: Vec::new(),
            lines: Vec::new(),
            progress: String::new(),
        };
        let status = child::listen("git", &mut child, &heard, &mut |heard| said.take(heard, self.progress))?;
        said.is_success = status.success();
        Ok(said)
    }
}

impl Said {
    fn take(&mut self, heard: Heard, progress: &mut dyn FnMut(&str)) {
        match heard {
            Heard::Output(part) => {
                let room = MOST_OUTPUT.saturating_sub(self.output.len());
                self.output.extend(part.into_iter().take(room));
            }
            Heard::Line(line) => match as_progress(&line) {
                Some(line) if line == self.progress => {}
                Some(line) => {
                    progress(&line);
                    self.progress = line;
                }
                None if is_small_talk(&line) => {}
                None => {
                    if self.lines.len() == LINES_KEPT {
                        self.lines.remove(0);
                    }
                    self.lines.push(line);
                }
            },
        }
    }
}

fn command(repository: &Path, args: &[&str], how: &How<'_>) -> Command {
    let mut command = Command::new("git");
    let mut folder = OsString::from("--git-dir=");
    folder.push(repository);
    command.arg(folder);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
        .args(args)
        // Not the user's folder: on Windows git would look for its programs there.
        .current_dir(repository)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in &how.git.unwanted {
        command.env_remove(name);
    }
    command
        .env("GIT_ALLOW_PROTOCOL", "https:ssh:file")
        // A local repository must not fetch for its part what it lacks.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C");
    if !how.interactive {
        command
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GCM_INTERACTIVE", "never")
            .env("SSH_ASKPASS_REQUIRE", "never")
            // git itself opens that window for a password, where it has no better program to ask.
            .env_remove("SSH_ASKPASS");
        // ssh asks at the terminal whatever its standard input is; how the user runs it is theirs to say.
        if !how.git.has_ssh && !git::has_ssh_command(how.git) {
            command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        }
    }
    command
}

fn not_started(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::new(Code::Internal, "there is no `git` on this machine")
            .hint("install git, or give a folder as the template");
    }
    Failure::new(Code::Internal, format!("could not run `git`: {error}"))
}

#[cfg(target_os = "linux")]
fn limit_files(child: &Child) {
    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

    let now = getrlimit(Resource::Fsize);
    let limit = Rlimit {
        current: Some(now.current.map_or(LARGEST_FILE, |now| now.min(LARGEST_FILE))),
        maximum: now.maximum,
    };
    // Where this is not allowed the rest protects still.
    let _ = prlimit(Some(Pid::from_child(child)), Resource::Fsize, limit);
}

#[cfg(not(target_os = "linux"))]
fn limit_files(_: &Child) {}

/// `remote: Counting objects:  45% (9/20)` -> `Counting objects: 45%`.
fn as_progress(line: &str) -> Option<String> {
    let line = line.strip_prefix("remote: ").unwrap_or(line);
    let (label, rest) = line.split_once(':')?;
    let (percent, _) = rest.trim_start().split_once("% (")?;
    let is_label = label.len() <= 40 && label.chars().all(|char| char.is_ascii_alphabetic() || char == ' ');
    let is_percent = !percent.is_empty() && percent.len() <= 3 && percent.bytes().all(|byte| byte.is_ascii_digit());
    (is_label && is_percent).then(|| format!("{label}: {percent}%"))
}

fn is_small_talk(line: &str) -> bool {
    let starts = ["remote: Enumerating objects: ", "remote: Total ", "From "];
    line.is_empty() || starts.into_iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_from_words() {
        let progress = |line| as_progress(line);
        assert_eq!(
            progress("Receiving objects:  45% (9/20), 1.20 MiB").as_deref(),
            Some("Receiving objects: 45%")
        );
        assert_eq!(
            progress("remote: Counting objects: 100% (3/3), done.").as_deref(),
            Some("Counting objects: 100%")
        );
        for line in [
            "fatal: 100% wrong: x",
            "fatal: no",
            "a\u{1b}[2J: 4% (1/25)",
            "x: % (0/0)",
            "",
        ] {
            assert_eq!(progress(line), None, "{line}");
        }
    }
}
