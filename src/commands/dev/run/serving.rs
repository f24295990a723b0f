//! One process that serves, from its start to its end: what it says, and what ends it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::report::{self, Smoke};
use super::{Run, TICK};
use crate::failure::{Code, Failure};
use crate::runtime::event::{Event, Failed, Ready};
use crate::runtime::{Next, Running, Watch, is_by_people};
use crate::{Outcome, Session, interrupt};

/// For extensions to shut down: as long as Docker gives a container, and a little more.
const PATIENCE: Duration = Duration::from_secs(12);
/// After that long a person is told why nothing happens.
const NOTICEABLE: Duration = Duration::from_secs(2);
/// From one event to the next: for all hooks of a start, for each request, and for the end.
const SMOKE_PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Serving<'a> {
    run: &'a Run<'a>,
    running: Running,
    began: Instant,
    failures: Vec<Failed>,
    ready: Option<Ready>,
}

pub(super) enum End {
    /// As the user wanted.
    Stopped,
    /// Files were saved; it has been shut down.
    Changed { files: Vec<PathBuf>, port: u16 },
    /// localstack-core cannot be imported.
    Damaged(Failure),
}

impl<'a> Serving<'a> {
    pub(super) fn new(run: &'a Run<'a>, running: Running) -> Self {
        Serving {
            run,
            running,
            began: Instant::now(),
            failures: Vec::new(),
            ready: None,
        }
    }

    /// Tells what happens, until the user stops it, a file is saved, or it ends by itself.
    pub(super) fn until_it_ends(mut self, mut watch: Option<&mut Watch>) -> Result<End> {
        loop {
            let was_ready = self.ready.is_some();
            match self.running.next(TICK)? {
                Next::Event(event) => match *event {
                    Event::Ready(ready) => self.announce(ready),
                    Event::Failure(failed) => self.failed(failed),
                    Event::Fatal(fatal) if fatal.reason == "core" => {
                        return Ok(End::Damaged(report::fatal(&fatal, &self.run.core, self.run.port)));
                    }
                    Event::Fatal(fatal) => return Err(report::fatal(&fatal, &self.run.core, self.run.port).into()),
                    Event::Requested(_) | Event::Skipped(_) | Event::Stopped => {}
                },
                Next::Ended(status) => return Err(report::ended(status).into()),
                Next::Nothing => {}
            }
            if interrupt::taken() {
                self.shut_down()?;
                return match self.run.told.borrow().is_empty() {
                    true => Err(interrupt::interrupted().into()),
                    false => Ok(End::Stopped),
                };
            }
            let mut files = watch.as_mut().map(|watch| watch.changed()).unwrap_or_default();
            if !was_ready {
                // What an extension writes while it starts would start it again and again.
                files.retain(|file| is_by_people(file));
            }
            if !files.is_empty() {
                let port = self.ready.as_ref().map_or(self.run.port, |ready| ready.port);
                self.shut_down()?;
                return Ok(End::Changed { files, port });
            }
        }
    }

    /// Waits for the end of a smoke run; the failure within is a damaged environment.
    pub(super) fn until_all_is_tried(mut self) -> Result<Result<Outcome, Failure>> {
        let mut smoke = Smoke::default();
        let mut deadline = self.began + SMOKE_PATIENCE;
        loop {
            let next = self.running.next(TICK)?;
            if let Next::Event(_) = next {
                deadline = Instant::now() + SMOKE_PATIENCE;
            }
            match next {
                Next::Event(event) => match *event {
                    Event::Ready(ready) => self.ready = Some(ready),
                    Event::Failure(failed) => self.failures.push(failed),
                    Event::Requested(requested) => smoke.requested.push(requested),
                    Event::Skipped(skipped) => smoke.skipped.push(skipped),
                    Event::Stopped => smoke.is_stopped = true,
                    Event::Fatal(fatal) if fatal.reason == "core" => {
                        return Ok(Err(report::fatal(&fatal, &self.run.core, self.run.port)));
                    }
                    Event::Fatal(fatal) => return Err(report::fatal(&fatal, &self.run.core, self.run.port).into()),
                },
                Next::Ended(_) if smoke.is_stopped => {
                    return Ok(Ok(smoke.outcome(
                        self.ready.as_ref(),
                        &self.failures,
                        &self.run.folders,
                    )));
                }
                Next::Ended(status) => return Err(report::ended(status).into()),
                Next::Nothing => {}
            }
            if interrupt::check().is_err() {
                self.running.kill();
                interrupt::check()?;
            }
            if Instant::now() > deadline {
                self.running.kill();
                return Err(self.too_slow().into());
            }
        }
    }

    fn announce(&mut self, ready: Ready) {
        let Session { ui, command, .. } = self.run.session;
        let (first, rest) = (report::ready(&ready), report::served(&ready));
        let before = self.run.told.replace(rest.clone());
        match before == rest {
            true => ui.status(first.trim_end()),
            false => ui.announce(
                command,
                Outcome::new(first + &rest, report::data(&ready, &self.failures)),
            ),
        }
        self.ready = Some(ready);
    }

    fn failed(&mut self, failed: Failed) {
        let error = report::failed(&failed, &self.run.folders);
        self.run.session.ui.complain(&error.into());
        self.failures.push(failed);
    }

    /// In order: every extension's last hook is called. Asked a second time, at once.
    fn shut_down(&mut self) -> Result<()> {
        self.running.ask_to_stop();
        let asked = Instant::now();
        let mut is_told = false;
        loop {
            match self.running.next(TICK)? {
                Next::Event(event) => {
                    if let Event::Failure(failed) = *event {
                        self.failed(failed);
                    }
                }
                Next::Ended(_) => return Ok(()),
                Next::Nothing => {}
            }
            if !is_told && asked.elapsed() > NOTICEABLE {
                is_told = true;
                self.run
                    .session
                    .ui
                    .status("Waiting for the extensions to shut down; Ctrl-C ends them at once.");
            }
            if interrupt::taken() || asked.elapsed() > PATIENCE {
                self.running.kill();
                return Ok(());
            }
        }
    }

    fn too_slow(&self) -> Failure {
        let what = match &self.ready {
            None => "LocalStack was not ready",
            Some(_) => "LocalStack had not ended",
        };
        let message = format!("{what} after {} s", SMOKE_PATIENCE.as_secs());
        Failure::new(Code::Validation, message).hint("does a hook of an extension wait for something?")
    }
}
