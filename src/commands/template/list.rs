//! `template list`: which templates there are, built in or in a repository.

use anyhow::Result;
use serde_json::{Value, json};

use crate::commands::source;
use crate::commands::table::table;
use crate::failure::{Code, Failure};
use crate::scaffold::confine::confined;
use crate::scaffold::template::{MANIFESTS, Outline};
use crate::{Outcome, Session};

/// List the built-in templates, or those in a folder or repository
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A folder or git repository with templates [default: the built-in ones]
    #[arg(id = "template", value_name = "DIR|URL")]
    pub place: Option<String>,
    #[command(flatten)]
    pub source: source::Flags,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions template list
      the names that `template show NAME` and `dev new --template NAME` take
  lstk-extensions template list gh:acme/skeletons
      those of a repository, which `--directory NAME` tells apart";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let templates = match &args.place {
        None => source::all_built_in()?,
        Some(place) => source::all_in(place, &args.source, &session.config.user()?, session)?,
    };
    if let (true, Some(place)) = (templates.is_empty(), &args.place) {
        return Err(Failure::new(
            Code::Validation,
            format!("there is no template in {}", source::shown(place)),
        )
        .hint(format!("a template is a folder with a {}", MANIFESTS.join(" or a ")))
        .into());
    }
    Ok(confined(|| outcome(&templates)))
}

fn outcome(templates: &[(String, Outline)]) -> Outcome {
    // What fits 80 columns; the rest is for `template show`, and for programs.
    let mut rows = vec![["NAME", "VERSION", "DESCRIPTION"].map(str::to_string)];
    for (folder, template) in templates {
        let manifest = &template.manifest;
        let name = if folder.is_empty() { &manifest.name } else { folder };
        rows.push([name.clone(), manifest.version.clone(), manifest.description.clone()]);
    }
    let data: Vec<Value> = templates
        .iter()
        .map(|(folder, template)| data(folder, template))
        .collect();
    Outcome::new(table(&rows), json!({ "templates": data }))
}

fn data(folder: &str, template: &Outline) -> Value {
    let manifest = &template.manifest;
    let questions: Vec<&str> = manifest.asked().map(|question| question.key.as_str()).collect();
    json!({
        "name": manifest.name,
        "directory": (!folder.is_empty()).then_some(folder),
        "version": Some(&manifest.version).filter(|version| !version.is_empty()),
        "description": manifest.description,
        "questions": questions,
        "files": template.paths,
    })
}
