//! One file a command, its arguments beside what it does.

pub mod again;
pub mod badge;
pub mod completions;
mod data_file;
pub mod dev;
pub mod source;
pub mod template;
