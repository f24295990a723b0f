//! Cookiecutter templates: `cookiecutter.json` and the folder beside it -> the same manifest, files and engine as ours.
//!
//! What comes out is what cookiecutter 2.7 gives for the same answers, to the byte and the mode. Where it would write
//! outside the project, follow a link out of the template, or run an answer as code, this program refuses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub mod binary;
mod context;
pub mod convert;
pub mod hooks;
mod json;
mod layout;
pub mod lint;
pub mod nested;
pub mod newlines;
pub mod pattern;
mod questions;
mod render;
mod settings;
mod walk;

pub use context::{Context, Facts};
pub use layout::SHARED;
pub(super) use layout::{load, outline};
pub use questions::printed;
pub(super) use render::render;

/// The file that makes a folder a template.
pub const FILE: &str = "cookiecutter.json";

/// Such a template says nothing of itself.
pub const DESCRIPTION: &str = "A cookiecutter template";

/// What of a cookiecutter template is not its manifest and its files.
pub struct Cookiecutter {
    pub context: Context,
    /// The name, placeholders included, of the folder that becomes the project.
    pub root: String,
    /// Every folder below that, in order: cookiecutter makes those too that stay empty.
    pub folders: Vec<String>,
    /// Those that are links in the template.
    pub links: BTreeSet<String>,
    /// Of the folders, where they are known.
    pub permissions: BTreeMap<String, u32>,
    /// It is one of several that another one leads to.
    pub is_nested: bool,
    /// Scripts to be run before and after, in the order they run.
    pub hooks: Vec<hooks::Hook>,
    /// The user has agreed to them.
    pub runs_hooks: bool,
    /// The copy of the template that hooks have changed, which it was read from.
    pub copy: Option<PathBuf>,
}

impl Cookiecutter {
    /// The variable that the name of the project's folder is, where it is nothing else.
    pub fn named_by(&self) -> Option<&str> {
        let inside = self.root.strip_prefix("{{")?.strip_suffix("}}")?.trim();
        inside
            .strip_prefix("cookiecutter.")
            .filter(|key| key.chars().all(|char| char.is_alphanumeric() || char == '_'))
    }
}
