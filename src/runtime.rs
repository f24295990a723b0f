//! The open-source localstack-core on this machine: an environment for it in the cache, the extensions beside it, and the
//! process that serves both.
//!
//! ```text
//! Core -> Python -> Environment -> Overlay -> Running -> Event
//! ```
//!
//! - [`Core`]: which localstack-core, and what it needs
//! - [`Environment`]: a virtual environment with that core, made once and kept
//! - [`Overlay`]: another one with the projects, linked to the first as LocalStack links its own
//! - [`Running`]: the embedded Python package `runtime/`, which loads the extensions and serves a gateway, and its events

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

mod core;
mod environment;
pub mod event;
mod installing;
mod overlay;
mod package;
pub(crate) mod python;
mod running;
mod watch;

pub use core::{Core, locked};
pub use environment::Environment;
pub use overlay::Overlay;
pub use running::{Next, Request, Running};
pub use watch::{Watch, is_by_people};

/// The interpreter of a virtual environment.
fn interpreter(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

/// Where a virtual environment keeps what is installed.
fn site_packages(environment: &Path) -> io::Result<PathBuf> {
    if cfg!(windows) {
        return Ok(environment.join("Lib/site-packages"));
    }
    for entry in fs::read_dir(environment.join("lib"))? {
        let found = entry?.path().join("site-packages");
        if found.is_dir() {
            return Ok(found);
        }
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "it has no site-packages"))
}
