//! `template schema`: what a template.toml may hold, for editors.

use crate::Outcome;
use crate::scaffold::manifest::SCHEMA;

/// Print a JSON Schema of template.toml
///
/// Editors complete and check a template.toml by it. Put the schema beside the manifest and a line
/// `#:schema ./template.schema.json` at its top; `template eject` does both.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run() -> Outcome {
    let schema = serde_json::from_str(SCHEMA).unwrap_or_default();
    Outcome::new(SCHEMA, schema)
}
