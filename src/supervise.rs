//! A second process of this program for foreign templates, and what is said when the system had to stop it.
//!
//! Template code that eats all memory takes its process with it, so it is not this one. The other does the whole
//! command, from where this one stands; within it `scaffold/confine.rs` sets the limits wherever template code runs. It is
//! a fork, which takes a fifth of the time of another start, and half of that where little memory is in use yet. There is
//! no second thread then.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Error, Result};
use fork::Fork;
use nix::sys::signal::{SigSet, SigmaskHow, Signal as Awaited};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, waitpid};
#[cfg(target_os = "linux")]
use rustix::process::{getpid, getppid, set_parent_process_death_signal};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};

use crate::failure::{Code, Failure};
use crate::scaffold::confine;

/// Which of the two processes this is.
pub(crate) enum Process {
    /// The one that works.
    Second,
    /// The other has ended, and has said everything itself.
    FirstWith(u8),
    /// The other could not say what happened.
    FirstSilently(End),
}

/// How the other process ended without a word.
pub(crate) enum End {
    /// It is not known: there is something wrong between the two.
    Unknown(Error),
    Panicked,
    /// By the signal of this number.
    Stopped(i32),
}

impl End {
    /// `template` is what the user calls the template.
    pub(crate) fn told(self, template: &str) -> Error {
        match self {
            End::Unknown(error) => error,
            End::Panicked => too_much(template).into(),
            End::Stopped(signal) => stopped_by(signal, template).into(),
        }
    }
}

/// From here on there are two processes; the first one is back when the second has ended.
pub(crate) fn divide() -> Process {
    let first = std::process::id();
    let signals: SigSet = AWAITED.into_iter().collect();
    // From here on they wait to be asked for. Nor are they let through in the end: one that came to both processes has
    // done its work in the other.
    let before = signals.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let second = match fork::fork() {
        Ok(Fork::Child) => {
            let _ = before.and_then(|before| before.thread_set_mask());
            enter(first);
            return Process::Second;
        }
        Ok(Fork::Parent(second)) => Pid::from_raw(second),
        Err(error) => {
            let failed =
                Error::new(error).context("could not start the process that foreign templates are worked on by");
            return Process::FirstSilently(End::Unknown(failed));
        }
    };
    let status = match second
        .context("the second process has no number")
        .and_then(|second| wait(second, &signals))
    {
        Ok(status) => status,
        Err(error) => return Process::FirstSilently(End::Unknown(error)),
    };
    match status.exit_status() {
        Some(confine::PANICKED) => Process::FirstSilently(End::Panicked),
        Some(code) => Process::FirstWith(u8::try_from(code).unwrap_or(1)),
        None => Process::FirstSilently(End::Stopped(status.terminating_signal().unwrap_or_default())),
    }
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

fn too_much(template: &str) -> Failure {
    let message = format!("the template `{template}` was stopped: its code is more than the template engine can bear");
    Failure::new(Code::Validation, message).hint("look for numbers or lines that are enormous; nothing was written")
}

/// What the first process waits for: the end of the other, and what only this one may have got.
const AWAITED: [Awaited; 4] = [Awaited::SIGCHLD, Awaited::SIGHUP, Awaited::SIGINT, Awaited::SIGTERM];

/// Waits, and hands signals on. They are asked for, as handlers and what wakes the waiting take three times as long.
fn wait(second: Pid, signals: &SigSet) -> Result<WaitStatus> {
    // Where this signal is ignored, as some parents have it, nobody would be told how the other ended.
    let ended = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGCHLD, ended).context("could not see to the signal of an end")?;
    loop {
        match waitpid(Some(second), WaitOptions::NOHANG) {
            Err(Errno::INTR) => continue,
            Ok(None) => {}
            Ok(Some((_, status))) => return Ok(status),
            Err(error) => return Err(error).context("could not wait for the second process"),
        }
        // Interrupted by another signal, it is asked again.
        let Ok(signal) = signals.wait() else { continue };
        if signal != Awaited::SIGCHLD
            && let Some(signal) = Signal::from_named_raw(signal as i32)
        {
            let _ = kill_process(second, signal);
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
