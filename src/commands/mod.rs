//! One file a command, its arguments beside what it does.

pub mod again;
pub mod badge;
pub mod completions;
mod data_file;
pub mod dev;
pub mod host;
pub mod init;
pub mod install;
pub mod list;
mod progress;
pub mod source;
mod table;
pub mod template;
pub mod uninstall;
