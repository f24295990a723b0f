//! What the Python package in `runtime/` says, one JSON object a line.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    Failure(Failed),
    Ready(Ready),
    Requested(Requested),
    Skipped(Skipped),
    Stopped,
    Fatal(Fatal),
}

/// An extension that did not load, or one of its hooks.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Failed {
    /// `discovery`, `resolve`, `init`, `load`, or the hook's name.
    pub stage: String,
    pub extension: Option<String>,
    /// `TypeError: ...`
    pub error: String,
    /// The place in the extension's own code.
    pub file: Option<String>,
    pub line: Option<u32>,
    /// Python's traceback by lines.
    pub trace: Vec<String>,
}

/// The gateway serves.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Ready {
    pub port: u16,
    pub url: String,
    /// Since the process began.
    pub seconds: f64,
    pub core: String,
    pub python: String,
    pub extensions: Vec<Extension>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Extension {
    pub name: String,
    /// `module:Class`
    pub class: String,
    pub entry_point: Option<String>,
    pub distribution: Option<String>,
    pub version: Option<String>,
    /// Those that its class has, in the order they are called.
    pub hooks: Vec<String>,
    pub routes: Vec<Route>,
    pub handlers: Handlers,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Route {
    pub path: String,
    pub host: Option<String>,
    pub methods: Vec<String>,
    /// None where the path or the host has variables.
    pub url: Option<String>,
    /// The same with the variables in it.
    pub address: String,
}

/// How many an extension has added of each kind.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Handlers {
    pub request: usize,
    pub response: usize,
    pub exception: usize,
    pub finalizer: usize,
}

/// A route that was tried.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Requested {
    pub extension: String,
    pub method: String,
    pub url: String,
    pub status: Option<u16>,
    pub error: Option<String>,
}

/// A route that cannot be tried.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Skipped {
    pub extension: String,
    pub path: String,
    pub methods: Vec<String>,
    pub reason: String,
}

/// It does not serve.
#[derive(Clone, Debug, Deserialize)]
pub struct Fatal {
    /// `port`, `core` or `start`.
    pub reason: String,
    pub error: String,
    pub trace: Vec<String>,
}
