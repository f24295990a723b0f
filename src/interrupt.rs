//! Signals that ask the program to stop, noticed between two steps so that every step can clean up after itself.
//!
//! The handlers only set a flag. A blocked prompt wakes up with `EINTR`, the writer looks between two files; both
//! return the error of [`check`], and the staging directory is removed on the way out like after any other error.

use crate::failure::{Code, Failure};

#[cfg(unix)]
mod flags {
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, OnceLock};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

    /// A hang-up or a termination request also wakes a prompt, and the prompt then raises SIGINT for what it takes to
    /// be Ctrl-C; so the other two are looked at first.
    pub(super) const STOPPING: [i32; 3] = [SIGTERM, SIGHUP, SIGINT];

    static RAISED: OnceLock<[Arc<AtomicBool>; 3]> = OnceLock::new();

    pub(super) fn install() {
        RAISED.get_or_init(|| {
            let raised = [(); 3].map(|()| Arc::new(AtomicBool::new(false)));
            for (signal, flag) in STOPPING.into_iter().zip(&raised) {
                // A process that cannot register a handler dies from the signal, as it would without us.
                let _ = signal_hook::flag::register(signal, Arc::clone(flag));
            }
            // Unhandled, crossing RLIMIT_FSIZE kills the process; handled, the write fails with EFBIG and is reported.
            let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
            raised
        });
    }

    /// A signal that comes in the moment before a prompt blocks sets the flag and wakes nobody. So it is sent again,
    /// and again, until the program is gone; the kernel hands it to the main thread, where the prompt is.
    pub(super) fn keep_waking() {
        use std::time::Duration;

        use rustix::process::{Signal, getpid, kill_process};
        use signal_hook::iterator::Signals;

        static WATCHED: OnceLock<()> = OnceLock::new();
        WATCHED.get_or_init(|| {
            let Ok(mut signals) = Signals::new(STOPPING) else {
                return;
            };
            // Without a thread, what is left is to press a key after the signal.
            let _ = std::thread::Builder::new().spawn(move || {
                for signal in signals.forever() {
                    std::thread::sleep(Duration::from_millis(20));
                    if let Some(signal) = Signal::from_named_raw(signal) {
                        let _ = kill_process(getpid(), signal);
                    }
                }
            });
        });
    }

    /// Whether one was raised; from then on it was not.
    pub(super) fn taken() -> bool {
        use std::sync::atomic::Ordering;
        let raised = RAISED.get().into_iter().flatten();
        raised.filter(|flag| flag.swap(false, Ordering::Relaxed)).count() > 0
    }

    pub(super) fn raised() -> Option<i32> {
        use std::sync::atomic::Ordering;
        let raised = RAISED.get()?;
        STOPPING
            .into_iter()
            .zip(raised)
            .find(|(_, flag)| flag.load(Ordering::Relaxed))
            .map(|(signal, _)| signal)
    }
}

/// From here on stopping signals are noticed by [`check`] instead of ending the process at once.
pub fn install() {
    #[cfg(unix)]
    flags::install();
}

/// From here on a stopping signal ends a prompt, in whatever moment it comes.
pub fn wake_prompts() {
    install();
    #[cfg(unix)]
    flags::keep_waking();
}

/// Fails when the program was asked to stop; the exit code is 128 plus the signal's number, as shells count.
pub fn check() -> Result<(), Failure> {
    #[cfg(unix)]
    if let Some(signal) = flags::raised() {
        return Err(stopped(u8::try_from(128 + signal).unwrap_or(130)));
    }
    Ok(())
}

/// Whether the program was asked to stop since this was asked last, for a command that then goes on to end what it has
/// begun.
pub fn taken() -> bool {
    #[cfg(unix)]
    return flags::taken();
    #[cfg(not(unix))]
    false
}

/// The failure for a prompt that was interrupted: by the signal that is pending, else by Ctrl-C.
pub fn interrupted() -> Failure {
    check().err().unwrap_or_else(|| stopped(130))
}

/// What is said where that is true.
pub const NOTHING_WRITTEN: &str = "interrupted; nothing was written";

fn stopped(exit: u8) -> Failure {
    Failure {
        exit,
        ..Failure::new(Code::Cancelled, NOTHING_WRITTEN)
    }
}
