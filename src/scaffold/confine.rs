//! Limits around template code: whatever it does, it ends within seconds and half a gigabyte.
//!
//! The engine counts steps, but a text can double itself in few of them. So foreign templates are worked on by a second
//! process of this program, which the operating system stops at the limits set here; the first one, which knows nothing
//! of templates, says what happened (`supervise.rs`). Outside that second process nothing here has any effect.

#[cfg(unix)]
pub use unix::{PANICKED, confined, enter, renew};

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
    use std::fs::File;
    use std::os::fd::OwnedFd;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{LazyLock, Mutex};
    use std::time::Duration;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    use super::{MEMORY, SECONDS};

    static ENTERED: AtomicBool = AtomicBool::new(false);
    static STATE: Mutex<State> = Mutex::new(State {
        depth: 0,
        spent: Duration::ZERO,
        since: Duration::ZERO,
        is_silent: false,
    });

    /// What held before the first call, which holds outside all of them.
    static BEFORE: LazyLock<Before> = LazyLock::new(|| Before {
        memory: getrlimit(Resource::Data),
        time: getrlimit(Resource::Cpu),
        stderr: rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), 3).ok(),
        null: File::options().write(true).open("/dev/null").ok(),
    });

    struct State {
        /// How many calls are under way, in all threads.
        depth: usize,
        /// Processor time of finished calls.
        spent: Duration,
        /// The process' time when the first of the calls under way began.
        since: Duration,
        /// Standard error leads nowhere.
        is_silent: bool,
    }

    struct Before {
        memory: Rlimit,
        time: Rlimit,
        stderr: Option<OwnedFd>,
        null: Option<File>,
    }

    /// How this process ends when its code is wrong; the template engine's is among that.
    pub const PANICKED: i32 = 101;

    /// From here on this process is the one that may be stopped.
    pub fn enter() {
        ENTERED.store(true, Ordering::Relaxed);
        let tell = std::panic::take_hook();
        #[expect(
            clippy::exit,
            reason = "left to itself a panic ends the process like memory that ran out"
        )]
        std::panic::set_hook(Box::new(move |panic| {
            tell(panic);
            std::process::exit(PANICKED);
        }));
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
        if state.depth > 0 {
            let end = (state.since + Duration::from_secs(SECONDS)).as_secs() + 1;
            limit(Resource::Cpu, BEFORE.time, end);
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
            self.since = time_used();
            let left = Duration::from_secs(SECONDS).saturating_sub(self.spent);
            let end = (self.since + left).as_secs() + 1;
            limit(Resource::Data, BEFORE.memory, MEMORY);
            limit(Resource::Cpu, BEFORE.time, end);
            // Rust's runtime says that memory ran out in its own words, in the midst of ours; template code writes nothing
            // itself.
            self.is_silent = match (&BEFORE.stderr, &BEFORE.null) {
                (Some(_), Some(null)) => rustix::stdio::dup2_stderr(null).is_ok(),
                _ => false,
            };
        }

        fn release(&mut self) {
            self.spent += time_used().saturating_sub(self.since);
            // Raising the soft limit up to the hard one, as it was, is always allowed.
            let _ = setrlimit(Resource::Data, BEFORE.memory);
            let _ = setrlimit(Resource::Cpu, BEFORE.time);
            if let Some(stderr) = BEFORE.stderr.as_ref().filter(|_| self.is_silent) {
                let _ = rustix::stdio::dup2_stderr(stderr);
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

    fn time_used() -> Duration {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Duration::new(
            u64::try_from(time.tv_sec).unwrap_or_default(),
            u32::try_from(time.tv_nsec).unwrap_or_default(),
        )
    }
}
