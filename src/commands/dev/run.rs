//! `dev run [DIR...]`: projects in a real localstack-core on this machine, until the user stops it.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::commands::host::without_promise;
use crate::commands::progress::teller;
use crate::failure::{Code, Failure, Problem, is_final};
use crate::runtime::{Core, Environment, Overlay, Running, Watch};
use crate::{Outcome, Session, interrupt};

mod checked;
mod report;
mod serving;

use serving::{End, Serving};

/// Run extensions in a real LocalStack core, without licence or Docker
///
/// Checks the projects as `dev check` does, starts the open-source localstack-core on this machine, installs the projects
/// editable beside it, calls every hook of
/// their extensions in the documented order, and serves a gateway on 127.0.0.1 with their routes and handlers.
///
/// This is the open core and not LocalStack itself: LocalStack's own loader of extensions is not part of it, so extensions
/// are loaded here as its documentation says. What needs a licence, Docker, or imports `localstack.pro` does not work here, and
/// of AWS there are the services that localstack-core has itself; --full adds those of moto.
///
/// The first run makes an environment in the user's cache, with uv where it is there, else with Python's venv and pip; that
/// needs PyPI. Nothing is downloaded from LocalStack, and nothing is reported to anybody.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The extension projects
    #[arg(value_name = "DIR", default_value = ".")]
    folders: Vec<PathBuf>,
    /// The port of 127.0.0.1 to listen on, 0 for any that is free [default: 4566, with --smoke 0]
    #[arg(short, long)]
    port: Option<u16>,
    /// Start again, on the same port, when a file of a project is saved
    #[arg(short, long)]
    watch: bool,
    /// Start, request the routes, run all hooks to the last, and exit: with 1 if anything failed
    #[arg(long, conflicts_with = "watch")]
    smoke: bool,
    /// Start what `dev check` says that LocalStack would not load
    #[arg(long)]
    no_check: bool,

    /// The release of localstack-core [default: 4.14.0]
    #[arg(long, value_name = "VERSION", help_heading = "LocalStack")]
    core: Option<String>,
    /// With the libraries for all services, which take 500 MB instead of 200
    #[arg(long, help_heading = "LocalStack")]
    full: bool,
    /// The interpreter to make the environment with; localstack-core 4.14 and later need Python 3.13
    #[arg(long, value_name = "PROGRAM", help_heading = "LocalStack")]
    python: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions dev run
      the project in this folder, on http://127.0.0.1:4566
  lstk-extensions dev run --watch
      and again whenever a file is saved
  lstk-extensions dev run billing-mock mail-mock --port 0
      two projects, on a port that is free
  lstk-extensions dev run --smoke --json
      for CI and coding agents: does it load, do its routes answer, does it stop";

/// How often to look whether we are to stop, and whether a file was saved.
const TICK: Duration = Duration::from_millis(100);

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    interrupt::install();
    let mut run = Run::of(args, session)?;
    let done = match args.smoke {
        true => run.smoke(),
        false => run.serve(),
    };
    done.map_err(without_promise)
}

/// What is the same for every start.
struct Run<'a> {
    args: &'a Args,
    session: &'a Session,
    folders: Vec<PathBuf>,
    cache: &'a Path,
    core: Core,
    port: u16,
    /// An environment was found damaged once, which does not happen twice.
    is_renewed: bool,
    /// What was said to be served.
    told: RefCell<String>,
    /// The warnings of the last check.
    warned: RefCell<Vec<String>>,
}

impl<'a> Run<'a> {
    fn of(args: &'a Args, session: &'a Session) -> Result<Run<'a>> {
        let Some(cache) = session.config.cache.as_deref() else {
            let message = "there is no folder to keep localstack-core in";
            let failure = Failure::new(Code::Internal, message);
            return Err(failure.hint("set HOME or XDG_CACHE_HOME to a folder").into());
        };
        Ok(Run {
            args,
            session,
            folders: found(&args.folders)?,
            cache,
            core: Core::new(args.core.as_deref(), args.full)?,
            port: args.port.unwrap_or(if args.smoke { 0 } else { 4566 }),
            is_renewed: false,
            told: RefCell::default(),
            warned: RefCell::default(),
        })
    }

    /// Serves until the user stops it, again and again where files are watched.
    fn serve(&mut self) -> Result<Outcome> {
        let mut watch = self.args.watch.then(|| Watch::new(&self.folders));
        let ui = &self.session.ui;
        loop {
            let end = self.start().and_then(|serving| serving.until_it_ends(watch.as_mut()));
            let changed = match (end, &mut watch) {
                (Ok(End::Stopped), _) => return Ok(Outcome::status("", serde_json::Value::Null)),
                (Ok(End::Changed { files, port }), _) => {
                    self.port = port;
                    files
                }
                (Ok(End::Damaged(failure)), _) => {
                    self.renew(failure)?;
                    continue;
                }
                (Err(error), Some(watch)) if !is_final(&error) => {
                    ui.complain(&error);
                    ui.status("Waiting for a file to be saved.");
                    match wait_for_change(watch) {
                        Some(files) => files,
                        None => return Ok(Outcome::status("", serde_json::Value::Null)),
                    }
                }
                (Err(error), _) => return Err(error),
            };
            ui.status(&report::changed(&changed, &self.folders));
        }
    }

    /// One start, and what came of it.
    fn smoke(&mut self) -> Result<Outcome> {
        loop {
            match self.start()?.until_all_is_tried()? {
                Ok(outcome) => return Ok(outcome),
                Err(failure) => self.renew(failure)?,
            }
        }
    }

    fn start(&self) -> Result<Serving<'_>> {
        let ui = &self.session.ui;
        let mut tell = teller(ui, false);
        let extensions = self.checked()?;
        let environment = Environment::ready(self.cache, &self.core, self.args.python.as_deref(), &mut tell)?;
        let overlay = Overlay::ready(&environment, &self.folders, &extensions, &mut tell)?;
        let request = crate::runtime::Request {
            port: self.port,
            services: self.core.services(),
            smoke: self.args.smoke,
            log: if self.session.ui.is_quiet() { "warning" } else { "info" },
        };
        let running = Running::start(&environment, &overlay, &request)?;
        Ok(Serving::new(self, running))
    }

    /// Has an environment made again that turned out to be damaged, once.
    fn renew(&mut self, failure: Failure) -> Result<()> {
        if std::mem::replace(&mut self.is_renewed, true) {
            return Err(failure.into());
        }
        let environment = Environment::at(self.cache, &self.core, self.args.python.as_deref())?;
        self.session
            .ui
            .status("The environment with localstack-core is damaged.");
        environment.distrust()
    }
}

/// The projects' folders, each once, wherever the user is.
fn found(typed: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut folders = Vec::new();
    let mut problems = Vec::new();
    for folder in typed {
        match fs::canonicalize(folder) {
            Ok(found) if found.is_dir() => folders.push(found),
            Ok(_) => problems.push(Problem::new(folder.display().to_string(), "is no folder")),
            Err(error) => problems.push(Problem::new(folder.display().to_string(), error.to_string())),
        }
    }
    folders.sort();
    folders.dedup();
    match problems.is_empty() {
        true => Ok(folders),
        false => Err(Failure::invalid_input("could not find the project").problems(problems)),
    }
}

/// None when the user wants to stop.
fn wait_for_change(watch: &mut Watch) -> Option<Vec<PathBuf>> {
    loop {
        let changed = watch.changed();
        if !changed.is_empty() {
            return Some(changed);
        }
        if interrupt::taken() {
            return None;
        }
        std::thread::sleep(TICK);
    }
}
