//! A second process of this program for foreign templates, and what is said when the system had to stop it.
//!
//! Template code that eats all memory takes its process with it, so it is not this one. The other does the whole
//! command, with the same arguments, terminal and streams; within it `scaffold/confine.rs` sets the limits wherever
//! template code runs.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
#[cfg(target_os = "linux")]
use rustix::process::{getpid, getppid, set_parent_process_death_signal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::config::CONFINED;
use crate::failure::{Code, Failure};
use crate::scaffold::confine;
use crate::{Outcome, Session};

/// What became of the second process.
pub(crate) enum Ended {
    /// It has said everything itself.
    With(u8),
    /// It could not say what happened.
    Silently(Result<Outcome>),
}

/// To be called first in the second process; `first` is the id of the first one.
pub(crate) fn enter(first: &str) {
    confine::enter();
    // It is nobody's process when the first one is gone, also when that happened before this was said.
    #[cfg(target_os = "linux")]
    {
        let _ = set_parent_process_death_signal(Some(Signal::TERM));
        if let Some(first) = first.parse().ok().and_then(Pid::from_raw)
            && getppid() != Some(first)
        {
            let _ = kill_process(getpid(), Signal::TERM);
        }
    }
}

/// Runs this very command line in the second process; `template` is what the user calls the template.
pub(crate) fn run(template: &str, session: &Session) -> Ended {
    let ended = match start(session).and_then(wait) {
        Err(error) => return Ended::Silently(Err(error)),
        Ok(status) => match (status.code(), status.signal()) {
            (Some(PANICKED), _) => too_much(template),
            (Some(code), _) => return Ended::With(u8::try_from(code).unwrap_or(1)),
            (None, signal) => stopped_by(signal.unwrap_or_default(), template),
        },
    };
    Ended::Silently(Err(ended.into()))
}

/// How Rust's programs end where their code is wrong; the template engine's is among that of the second process, and
/// says nothing there.
const PANICKED: i32 = 101;

fn too_much(template: &str) -> Failure {
    let message = format!("the template `{template}` was stopped: its code is more than the template engine can bear");
    Failure::new(Code::Validation, message).hint("look for numbers or lines that are enormous; nothing was written")
}

fn start(session: &Session) -> Result<Child> {
    let (name, args) = session.argv.split_first().context("the program has no name")?;
    // Also when the file has been replaced since.
    let itself = std::env::current_exe().unwrap_or_else(|_| PathBuf::from(name));
    let mut command = Command::new(itself);
    command
        .arg0(name)
        .args(args)
        .env(CONFINED, std::process::id().to_string());
    command
        .spawn()
        .context("could not start the second process that foreign templates are worked on by")
}

/// Waits, and hands on the signals that only this process got.
fn wait(mut child: Child) -> Result<ExitStatus> {
    let done = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&done);
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let (Ok(mut signals), Some(pid)) = (Signals::new([SIGINT, SIGTERM, SIGHUP]), pid) {
        let hand_on = move || {
            for signal in signals.forever() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let _ = Signal::from_named_raw(signal).map(|signal| kill_process(pid, signal));
            }
        };
        // Without a thread the terminal's signals still reach both.
        let _ = std::thread::Builder::new().spawn(hand_on);
    }
    let status = child.wait().context("could not wait for the second process");
    done.store(true, Ordering::Relaxed);
    status
}

fn stopped_by(signal: i32, template: &str) -> Failure {
    use signal_hook::consts::{SIGABRT, SIGBUS, SIGSEGV, SIGXCPU};
    let limit = |what: String| {
        Failure::new(
            Code::Validation,
            format!("the template `{template}` was stopped: {what}"),
        )
        .hint("look for a text that repeats or includes itself; nothing was written")
    };
    let exit = u8::try_from(128 + signal).unwrap_or(1);
    let ended = |message| Failure {
        exit,
        ..Failure::new(Code::Cancelled, message)
    };
    match signal {
        SIGXCPU => limit(format!("its code ran for {} seconds", confine::SECONDS)),
        SIGABRT | SIGSEGV | SIGBUS => limit("its code needs more than 512 MiB, or nests too deeply".to_string()),
        // While files are written these are handled; so they came before that.
        SIGINT | SIGTERM | SIGHUP => ended("interrupted; nothing was written"),
        _ => ended("killed; what was under way is complete, or not there at all"),
    }
}
