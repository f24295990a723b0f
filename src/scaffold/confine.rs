//! Limits around template code: whatever it does, it ends within seconds and half a gigabyte.
//!
//! The engine counts steps, but a text can double itself in few of them. So foreign templates are worked on by a second
//! process of this program, which the operating system stops at the limits set here; the first one, which knows nothing
//! of templates, says what happened (`supervise.rs`). Outside that second process nothing here has any effect.

#[cfg(unix)]
pub use unix::{confined, enter, renew};

/// Without the limits of Unix there is nothing to hold.
#[cfg(not(unix))]
pub fn confined<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[cfg(not(unix))]
pub fn renew() {}

/// Memory for everything a template is and gives, in bytes; the program's own needs fit into what is left of 512 MiB.
pub const MEMORY: u64 = 448 << 20;

/// Processor time for all of a template's code. The system counts whole seconds, so the end comes up to one later.
pub const SECONDS: u64 = 2;

#[cfg(unix)]
mod unix {
    use std::os::fd::OwnedFd;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    use super::{MEMORY, SECONDS};

    static ENTERED: AtomicBool = AtomicBool::new(false);
    static STATE: Mutex<State> = Mutex::new(State {
        depth: 0,
        spent: Duration::ZERO,
        since: Duration::ZERO,
        before: None,
    });

    struct State {
        /// How many calls are under way, in all threads.
        depth: usize,
        /// Processor time of finished calls.
        spent: Duration,
        /// The process' time when the first of the calls under way began.
        since: Duration,
        before: Option<Before>,
    }

    /// What holds outside.
    struct Before {
        memory: Rlimit,
        time: Rlimit,
        /// Standard error, for the time it is closed.
        stderr: Option<OwnedFd>,
    }

    /// From here on this process is the one that may be stopped.
    pub fn enter() {
        ENTERED.store(true, Ordering::Relaxed);
        // The end is expected and told by the process above; nobody wants a copy of the memory.
        let core = getrlimit(Resource::Core);
        let _ = setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                ..core
            },
        );
    }

    /// Does work that runs template code, within the limits.
    pub fn confined<T>(work: impl FnOnce() -> T) -> T {
        if !ENTERED.load(Ordering::Relaxed) {
            return work();
        }
        let _held = Held::new();
        work()
    }

    /// Gives a piece of work its own time, which others before it have used up.
    pub fn renew() {
        let mut state = STATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.spent = Duration::ZERO;
        state.since = time_used();
        if let Some(before) = &state.before {
            let end = (state.since + Duration::from_secs(SECONDS)).as_secs() + 1;
            limit(Resource::Cpu, before.time, end);
        }
    }

    /// While one of these is there the limits hold.
    struct Held;

    impl Held {
        fn new() -> Held {
            let mut state = STATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            state.depth += 1;
            if state.depth == 1 {
                state.hold();
            }
            Held
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            let mut state = STATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            state.depth -= 1;
            if state.depth == 0 {
                state.release();
            }
        }
    }

    impl State {
        fn hold(&mut self) {
            let before = Before {
                memory: getrlimit(Resource::Data),
                time: getrlimit(Resource::Cpu),
                stderr: silent_stderr(),
            };
            self.since = time_used();
            let left = Duration::from_secs(SECONDS).saturating_sub(self.spent);
            let end = (self.since + left).as_secs() + 1;
            limit(Resource::Data, before.memory, MEMORY);
            limit(Resource::Cpu, before.time, end);
            self.before = Some(before);
        }

        fn release(&mut self) {
            self.spent += time_used().saturating_sub(self.since);
            let Some(before) = self.before.take() else { return };
            // Raising the soft limit up to the hard one, as it was, is always allowed.
            let _ = setrlimit(Resource::Data, before.memory);
            let _ = setrlimit(Resource::Cpu, before.time);
            if let Some(stderr) = before.stderr {
                let _ = rustix::stdio::dup2_stderr(&stderr);
            }
        }
    }

    /// Lowers the soft limit, never raises it.
    fn limit(resource: Resource, before: Rlimit, most: u64) {
        let current = before.current.map_or(most, |current| current.min(most));
        let limited = Rlimit {
            current: Some(current),
            ..before
        };
        let _ = setrlimit(resource, limited);
    }

    /// Rust's runtime says that memory ran out in its own words, in the midst of ours; they lead nowhere while template
    /// code runs, which writes nothing itself.
    fn silent_stderr() -> Option<OwnedFd> {
        let kept = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), 3).ok()?;
        let null = std::fs::File::options().write(true).open("/dev/null").ok()?;
        rustix::stdio::dup2_stderr(&null).ok()?;
        Some(kept)
    }

    fn time_used() -> Duration {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Duration::new(
            u64::try_from(time.tv_sec).unwrap_or_default(),
            u32::try_from(time.tv_nsec).unwrap_or_default(),
        )
    }
}
