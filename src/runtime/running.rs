//! The process that serves: started, listened to, and stopped in order.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::environment::Environment;
use super::event::Event;
use super::overlay::Overlay;
use super::package;
use crate::installer;

/// How it is to serve.
pub struct Request<'a> {
    /// 0 for any that is free.
    pub port: u16,
    /// As LocalStack's variable of that name has them.
    pub services: &'a str,
    /// Request the extensions' routes, then stop.
    pub smoke: bool,
    /// `info` or `warning`.
    pub log: &'a str,
}

pub struct Running {
    child: Child,
    /// As long as it is open the process serves.
    life_line: Option<ChildStdin>,
    events: Receiver<Event>,
    /// What LocalStack writes; gone with it.
    _state: TempDir,
}

pub enum Next {
    Event(Box<Event>),
    Nothing,
    Ended(ExitStatus),
}

impl Running {
    /// Starts the process. Its standard error is ours.
    pub fn start(environment: &Environment, overlay: &Overlay, request: &Request<'_>) -> Result<Running> {
        let extensions: [PathBuf; 1] = [overlay.site_packages()?];
        let settings = json!({
            "port": request.port,
            "extensions": extensions,
            "services": request.services,
            "smoke": request.smoke,
            "log": request.log,
        });
        Running::with(environment, settings)
    }

    /// Starts a process that fills LocalStack's cache, and ends.
    pub(super) fn prepare(environment: &Environment) -> Result<Running> {
        Running::with(environment, json!({ "port": 0, "prepare": true, "log": "warning" }))
    }

    fn with(environment: &Environment, mut settings: Value) -> Result<Running> {
        let package = package::put_into(&environment.cache)?;
        let state = TempDir::with_prefix("lstk-extensions-").context("could not make a temporary folder")?;
        settings["root"] = json!(state.path());
        settings["cache"] = json!(environment.localstack_cache());
        let python = environment.python();
        let mut command = installer::command(&python);
        // A group of its own: Ctrl-C is for this process, which then ends the other in order; and what an extension has
        // started is known by it in the end.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            // Neither Python's own variables nor the folder we are in decide what is imported.
            .arg("-I")
            .arg(package)
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not run {}", python.display()))?;
        let life_line = child.stdin.take();
        let (sender, events) = sync_channel(64);
        if let Some(stdout) = child.stdout.take() {
            let reading = move || {
                let lines = BufReader::new(stdout).lines().map_while(Result::ok);
                // A line of another kind is of a newer package than this program knows; there is none.
                let mut events = lines.filter_map(|line| serde_json::from_str(&line).ok());
                while events.next().is_some_and(|event| sender.send(event).is_ok()) {}
            };
            thread::Builder::new()
                .spawn(reading)
                .context("could not start a thread")?;
        }
        Ok(Running {
            child,
            life_line,
            events,
            _state: state,
        })
    }

    /// What happens next, within the given time.
    pub fn next(&mut self, patience: Duration) -> Result<Next> {
        match self.events.recv_timeout(patience) {
            Ok(event) => return Ok(Next::Event(Box::new(event))),
            Err(RecvTimeoutError::Timeout) => return Ok(Next::Nothing),
            Err(RecvTimeoutError::Disconnected) => {}
        }
        // It has closed its output, so the end is near.
        let start = Instant::now();
        while start.elapsed() < patience {
            if let Some(status) = self.child.try_wait().context("could not wait for Python")? {
                return Ok(Next::Ended(status));
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(Next::Nothing)
    }

    /// Asks it to shut down in order; it says so when it has.
    pub fn ask_to_stop(&mut self) {
        self.life_line = None;
    }

    /// Ends it at once, and what it has started.
    pub fn kill(&mut self) {
        crate::child::stop(&mut self.child);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.kill();
        }
        // Programs that an extension has left running would keep our standard error open, and who reads that waiting.
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::TERM);
        }
    }
}
