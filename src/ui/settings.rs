//! The terminal's settings: changed for a dialogue, and put back also when the dialogue's process was stopped.

use std::io;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// As they are found.
pub struct Settings(Termios);

impl Settings {
    /// None where standard input is no terminal.
    pub fn found() -> Option<Settings> {
        tcgetattr(io::stdin()).ok().map(Settings)
    }

    pub fn put_back(&self) {
        // A terminal that is gone needs no settings.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.0);
    }
}

/// A prompt reads one key at a time and between two keys puts the terminal back to what it found. What is typed or
/// pasted in such a moment would be echoed by the terminal itself, and Ctrl-C would not reach the prompt; so for the
/// time of the dialogue what it finds is a terminal that does neither.
pub(super) struct Quiet(Settings);

impl Quiet {
    pub(super) fn new() -> Option<Self> {
        let found = Settings::found()?;
        let mut quiet = found.0.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(io::stdin(), OptionalActions::Drain, &quiet).ok()?;
        Some(Quiet(found))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        self.0.put_back();
    }
}
