//! `template`: for the people who write templates.

pub mod check;
pub mod convert;
pub mod eject;
pub mod list;
pub mod schema;
pub mod show;
pub mod snapshot;

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::source;
use crate::Session;
use crate::failure::Failure;
use crate::scaffold::case::SNAPSHOTS;
use crate::scaffold::folder::refuse_link;
use crate::scaffold::source::Source;
use crate::scaffold::template::Template;

/// A template that a command is about.
#[derive(Debug, clap::Args)]
#[group(id = "named")]
pub struct Named {
    /// A built-in template, a folder with a template.toml or cookiecutter.json, or a git repository
    #[arg(value_name = "NAME|DIR|URL", default_value = ".", hide_default_value = true)]
    pub template: String,
    #[command(flatten)]
    pub source: source::Flags,
}

impl Named {
    fn load(&self, session: &Session) -> Result<Template> {
        source::load(&self.template, &self.source, &session.config.user()?, session)
    }
}

/// Where a template's cases are: in the folder that was named, or in the template's own.
fn snapshots(template: &Template, named: Option<&Path>) -> Result<PathBuf> {
    match (named, &template.source) {
        (Some(folder), _) => Ok(folder.to_path_buf()),
        (None, Source::Folder(folder)) => {
            let folder = folder.join(SNAPSHOTS);
            // A folder that was named may be a link; one that came with the template leads where its author wants.
            refuse_link(&folder)?;
            Ok(folder)
        }
        (None, source) => Err(
            Failure::invalid_input(format!("the template `{source}` has no folder for its cases"))
                .hint("name one: `--snapshots DIR`")
                .into(),
        ),
    }
}
