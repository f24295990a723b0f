//! Tests of the program as its users run it, one module a concern, all in one binary.
//!
//! Every run is hermetic (own home, own git configuration) and compares exit code, standard output and standard error.
//! `SNAPSHOTS=overwrite cargo test` writes what is seen into the expectations; review the difference.

#![allow(unreachable_pub, reason = "a test binary exports nothing")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should stop"
)]

mod support;

mod badge;
mod cli;
mod contained;
mod container;
mod cookiecutter;
mod cookiecutter_functions;
mod dev_check;
mod dev_check_doubt;
mod dev_new;
mod dev_run;
mod dev_start;
mod developer;
mod faults;
mod git;
mod guide;
mod jinja2;
mod lint;
mod manifests;
mod menu;
mod names;
mod prompts;
mod properties;
mod questions;
mod readme;
mod remote;
mod safety;
mod secrets;
mod snapshots;
mod sources;
mod template_commands;
mod templates;
mod volume;
