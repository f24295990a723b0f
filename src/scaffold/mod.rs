//! From a template and answers to files: Source -> Template -> Answers -> Tree -> Plan -> disk.
//!
//! Nothing in here knows of the command line or the terminal.

pub mod answers;
pub mod apply;
pub mod ask;
pub mod beneath;
pub mod built_in;
pub mod case;
pub mod circumstances;
pub mod confine;
pub mod cookiecutter;
pub mod engine;
pub mod escape;
pub mod file_rule;
pub mod folder;
mod given;
pub mod interview;
pub mod jinja2;
pub mod lint;
pub mod manifest;
pub mod naming;
pub mod overlay;
pub mod plan;
pub mod question;
pub mod record;
pub mod render;
mod reserved;
mod room;
pub mod rule;
pub mod secrets;
pub mod snippet;
pub mod source;
pub mod store;
pub mod template;
pub mod tree;
pub mod undo;
pub mod value;
pub mod words;
