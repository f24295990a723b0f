//! A second process of this program for foreign templates, and what is said when the system had to stop it.
//!
//! Template code that eats all memory takes its process with it, so it is not this one. The other does the whole
//! command, from where this one stands; within it `scaffold/confine.rs` sets the limits wherever template code runs. It is
//! a fork, which takes a fifth of the time of another start, and is made before there is a second thread.

use anyhow::{Context, Error, Result};
use fork::Fork;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, waitpid};
#[cfg(target_os = "linux")]
use rustix::process::{getpid, getppid, set_parent_process_death_signal};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Signals, SignalsInfo};

use crate::Outcome;
use crate::failure::{Code, Failure};
use crate::scaffold::confine;

/// Which of the two processes this is.
pub(crate) enum Process {
    /// The one that works.
    Second,
    /// The other has ended, and has said everything itself.
    FirstWith(u8),
    /// The other could not say what happened.
    FirstSilently(Result<Outcome>),
}

/// From here on there are two processes; the first one is back when the second has ended. `template` is what the user
/// calls the template.
pub(crate) fn divide(template: &str) -> Process {
    let first = std::process::id();
    let second = match fork::fork() {
        Ok(Fork::Child) => {
            enter(first);
            return Process::Second;
        }
        Ok(Fork::Parent(second)) => Pid::from_raw(second),
        Err(error) => {
            let failed =
                Error::new(error).context("could not start the process that foreign templates are worked on by");
            return Process::FirstSilently(Err(failed));
        }
    };
    let status = match second.context("the second process has no number").and_then(wait) {
        Ok(status) => status,
        Err(error) => return Process::FirstSilently(Err(error)),
    };
    let ended = match status.exit_status() {
        Some(PANICKED) => too_much(template),
        Some(code) => return Process::FirstWith(u8::try_from(code).unwrap_or(1)),
        None => stopped_by(status.terminating_signal().unwrap_or_default(), template),
    };
    Process::FirstSilently(Err(ended.into()))
}

/// To be called first in the second process; `first` is the id of the first one.
fn enter(first: u32) {
    confine::enter();
    // It is nobody's process when the first one is gone, also when that happened before this was said.
    #[cfg(target_os = "linux")]
    {
        let _ = set_parent_process_death_signal(Some(Signal::TERM));
        if getppid() != i32::try_from(first).ok().and_then(Pid::from_raw) {
            let _ = kill_process(getpid(), Signal::TERM);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = first;
}

/// How Rust's programs end where their code is wrong; the template engine's is among that of the second process, and
/// says nothing there.
const PANICKED: i32 = 101;

fn too_much(template: &str) -> Failure {
    let message = format!("the template `{template}` was stopped: its code is more than the template engine can bear");
    Failure::new(Code::Validation, message).hint("look for numbers or lines that are enormous; nothing was written")
}

/// Waits, and hands on the signals that only this process got.
///
/// The end of the other is a signal too, so that no thread is needed to wait for both.
fn wait(second: Pid) -> Result<WaitStatus> {
    let ended = |options| loop {
        match waitpid(Some(second), options) {
            Err(Errno::INTR) => {}
            ended => break ended.context("could not wait for the second process"),
        }
    };
    // Without signals of our own, the terminal's still reach both.
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGCHLD]).ok();
    loop {
        let options = match signals {
            Some(_) => WaitOptions::NOHANG,
            None => WaitOptions::empty(),
        };
        if let Some((_, status)) = ended(options)? {
            return Ok(status);
        }
        for signal in signals
            .iter_mut()
            .flat_map(SignalsInfo::wait)
            .filter(|signal| *signal != SIGCHLD)
        {
            let _ = Signal::from_named_raw(signal).map(|signal| kill_process(second, signal));
        }
    }
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
