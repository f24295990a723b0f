//! LocalStack's container in the foreground: from its start to its end, whoever ends it.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{CONTAINER, Told};
use crate::child::{self, Heard};
use crate::config::TOKEN_VARIABLE;
use crate::failure::{Code, Failure, Problem};
use crate::host::docker::Docker;
use crate::host::start::{Start, docker_run};
use crate::{Outcome, Session, interrupt};

/// How often to look whether the container has ended or we are to stop.
const TICK: Duration = Duration::from_millis(50);
/// For LocalStack to shut down: it saves its state, and ends containers of its own.
const PATIENCE: Duration = Duration::from_secs(30);
const LAST_WORDS: Duration = Duration::from_millis(500);
const LINES_KEPT: usize = 10;
/// What is longer is shown in parts.
const LONGEST_LINE: usize = 64 << 10;

pub(super) fn run(mut told: Told, session: &Session) -> Result<Outcome> {
    interrupt::install();
    let docker = Docker::found(None).map_err(without_engine)?;
    leave_out_what_is_not_to_be_had(&mut told.start, session);
    let start = &told.start;
    start.write_what_is_mounted()?;
    let folder = tempfile::tempdir().context("could not create a temporary folder")?;
    let id_file = folder.path().join("container");
    let mut command = docker.command("run");
    command
        .arg("--cidfile")
        .arg(&id_file)
        .args(docker_run::arguments(start));
    hand_on_the_token(&mut command, session);
    // Ctrl-C is for us: we end the container once, where docker would too.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    tell(&told, &docker, session);
    let failed = || format!("could not start {}", docker.name());
    let mut child = command.spawn().with_context(failed)?;
    let heard = child::read_from(&mut child).with_context(failed)?;
    Foreground {
        session,
        docker: &docker,
        told: &told,
        id_file: &id_file,
        is_up: false,
        said: Vec::new(),
        line: Vec::new(),
    }
    .until_it_ends(&mut child, &heard)
}

fn hand_on_the_token(command: &mut Command, session: &Session) {
    let config = &session.config.localstack;
    if let Some(token) = &config.token {
        command.env(TOKEN_VARIABLE, token.reveal());
    } else if config.licence_variables.is_empty() {
        let message =
            "LocalStack needs a licence, and there is no token: run `lstk login`, or set LOCALSTACK_AUTH_TOKEN";
        session.ui.warn("NO_TOKEN", message);
    }
}

fn tell(told: &Told, docker: &Docker, session: &Session) {
    let ui = &session.ui;
    ui.status(&format!("Starting {} with {}.", told.start.image, docker.name()));
    for folder in &told.enabled {
        let (names, path) = (folder.names.join(", "), folder.path.display());
        ui.status(&match names.as_str() {
            "" => format!("  {path}"),
            names => format!("  {names} from {path}"),
        });
    }
    ui.status(&format!("Volume: {}", told.volume));
}

fn without_engine(failure: Failure) -> Failure {
    if failure.code != Code::RuntimeUnavailable {
        return failure;
    }
    let hints = [
        "start one; or print what would be run: `lstk-extensions dev start --print`",
        "or a compose file: `lstk-extensions dev start --compose`",
        "or configuration for lstk: `lstk-extensions dev start --lstk`",
        "`lstk-extensions dev run` needs no container: it runs extensions in the open-source core",
    ];
    Failure {
        hints: hints.map(String::from).to_vec(),
        ..failure
    }
}

/// LocalStack does without these, but docker would not start it.
fn leave_out_what_is_not_to_be_had(start: &mut Start, session: &Session) {
    // Whether we may have it ourselves does not matter.
    let https = TcpListener::bind((Ipv4Addr::LOCALHOST, 443));
    if start.has_https && https.is_err_and(|error| error.kind() == ErrorKind::AddrInUse) {
        start.has_https = false;
        let message = format!("port 443 is taken: https is on port {} only", start.port);
        session.ui.warn("PORT_TAKEN", message);
    }
    // Elsewhere the engine is in a machine of its own, where it has one.
    if let Some(socket) = start
        .socket
        .take_if(|socket| cfg!(target_os = "linux") && !Path::new(socket).exists())
    {
        let message = format!(
            "there is no {socket}: services that start containers, as Lambda does, will not work\n  hint: DOCKER_SOCK names another"
        );
        session.ui.warn("NO_DOCKER_SOCKET", message);
    }
}

struct Foreground<'a> {
    session: &'a Session,
    docker: &'a Docker,
    told: &'a Told,
    /// Has the container's id from when there is one.
    id_file: &'a Path,
    /// The container has said something.
    is_up: bool,
    /// The last lines of the engine's program.
    said: Vec<String>,
    /// What has come of a line of the log.
    line: Vec<u8>,
}

impl Foreground<'_> {
    fn until_it_ends(mut self, child: &mut Child, heard: &Receiver<Heard>) -> Result<Outcome> {
        let mut stopping: Option<Instant> = None;
        let status = loop {
            match heard.recv_timeout(TICK) {
                Ok(heard) => self.take(heard),
                Err(RecvTimeoutError::Timeout) => {}
                // It says nothing more, and has not ended.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(TICK),
            }
            if interrupt::taken() {
                match stopping {
                    None => {
                        self.session
                            .ui
                            .status("Stopping LocalStack; Ctrl-C again does not wait for it.");
                        ask_to_end(child);
                        stopping = Some(Instant::now());
                    }
                    Some(_) => self.end(child),
                }
            }
            if stopping.is_some_and(|since| since.elapsed() > PATIENCE) {
                self.end(child);
            }
            if let Some(status) = child.try_wait().context("could not wait for the container's end")? {
                break status;
            }
        };
        let deadline = Instant::now() + LAST_WORDS;
        while let Ok(heard) = heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.take(heard);
        }
        self.session.ui.progress(None);
        if !self.line.is_empty() {
            self.session
                .ui
                .pass_on(&format!("{}\n", String::from_utf8_lossy(&self.line)));
        }
        match stopping {
            Some(_) if self.is_up => Ok(Outcome::status("", Value::Null)),
            Some(_) => Err(Failure {
                message: "interrupted".to_string(),
                ..interrupt::interrupted()
            }
            .into()),
            None => self.ended(status),
        }
    }

    fn take(&mut self, heard: Heard) {
        let ui = &self.session.ui;
        match heard {
            Heard::Line(line) if line.trim().is_empty() => {}
            Heard::Line(line) if self.is_up => ui.pass_on(&format!("{line}\n")),
            Heard::Line(line) => {
                // Such as what it downloads.
                ui.progress(Some(line.trim()));
                if self.said.len() == LINES_KEPT {
                    self.said.remove(0);
                }
                self.said.push(line);
            }
            Heard::Output(part) => {
                if !std::mem::replace(&mut self.is_up, true) {
                    ui.progress(None);
                    let text = format!(
                        "LocalStack will be at {}. Ctrl-C stops it.\n",
                        self.told.start.endpoint()
                    );
                    let data = self.told.data("run", None, None);
                    ui.announce(self.session.command, Outcome::status(text, data));
                }
                self.line.extend(part);
                let last = self.line.len().checked_sub(1).filter(|length| *length > LONGEST_LINE);
                if let Some(end) = self.line.iter().rposition(|byte| *byte == b'\n').or(last) {
                    let whole: Vec<u8> = self.line.drain(..=end).collect();
                    ui.pass_on(&String::from_utf8_lossy(&whole));
                }
            }
        }
    }

    /// It ended by itself.
    fn ended(self, status: ExitStatus) -> Result<Outcome> {
        if status.success() && self.is_up {
            return Ok(Outcome::status("LocalStack has ended.\n", Value::Null));
        }
        let message = match status.code() {
            _ if !self.is_up => "LocalStack's container does not start".to_string(),
            Some(code) => format!("LocalStack's container ended with exit code {code}"),
            None => "LocalStack's container was ended".to_string(),
        };
        let said = self.said.join("\n");
        let mut failure = Failure::new(Code::RuntimeUnavailable, message);
        if said.contains("already in use by") {
            failure = failure.hint(format!(
                "there is one of that name: `{} rm --force {CONTAINER}`",
                self.docker.name()
            ));
        } else if said.contains("already allocated") || said.contains("address already in use") {
            failure = failure.hint("end the program that has the port, or take another for the gateway: `--port`");
        }
        if !self.is_up && !said.is_empty() {
            failure = failure.problems(vec![Problem::new(self.docker.name(), said)]);
        }
        Err(failure.into())
    }

    /// Removes the container, whatever it is doing.
    fn end(&self, child: &mut Child) {
        if let Ok(id) = fs::read_to_string(self.id_file)
            && !id.trim().is_empty()
        {
            let mut remove = self.docker.command("rm");
            let remove = remove.args(["--force", id.trim()]);
            let _ = remove.stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
        let _ = child.kill();
    }
}

/// The engine's program hands the signal on to the container.
fn ask_to_end(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process};
        let _ = kill_process(Pid::from_child(child), Signal::TERM);
    }
    #[cfg(not(unix))]
    let _ = child.kill();
}
