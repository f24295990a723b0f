//! One file a command, its arguments beside what it does.

pub mod badge;
pub mod completions;
pub mod dev;
pub mod source;
