//! `template eject`: a template's own files, to make a skeleton of one's own from.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use super::super::source;
use crate::failure::{Failure, Problem};
use crate::scaffold::manifest::{self, SCHEMA};
use crate::scaffold::plan::Plan;
use crate::scaffold::template::{FILES, INCLUDES, Template};
use crate::scaffold::tree::{File, RelPath, Tree};
use crate::{Outcome, Session};

/// Write a template's own files into a folder, to edit them
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  lstk-extensions template eject basic our-skeleton")]
pub struct Args {
    /// A built-in template, a folder with a template.toml or cookiecutter.json, or a git repository
    #[arg(value_name = "NAME|DIR|URL")]
    pub template: String,
    /// The folder to create
    pub dir: PathBuf,
    #[command(flatten)]
    pub source: source::Flags,
}

/// The schema's name beside an ejected manifest, which names it in its first line.
const SCHEMA_FILE: &str = "template.schema.json";

/// How a manifest says where its schema is.
const DIRECTIVE: &str = "#:schema ";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let template = source::load(&args.template, &args.source, &session.config.user()?, session)?;
    if template.cookiecutter.is_some() {
        let failure = Failure::invalid_input(format!("`{}` is a cookiecutter template", template.source));
        let (named, dir) = (shell_words::quote(&args.template), dotted(&args.dir));
        return Err(failure
            .hint(format!(
                "make one of ours of it: `lstk-extensions template convert {named} {dir}`"
            ))
            .into());
    }
    let plan = Plan::fresh(&args.dir, tree(&template)?)?;
    plan.apply()?;
    let dir = dotted(&args.dir);
    let mut text = format!(
        "Created {}/ from the template {}:\n",
        args.dir.display(),
        template.source
    );
    for step in &plan.steps {
        text.push_str(&format!("  {}\n", step.path));
    }
    let next = [
        format!("lstk-extensions template check {dir}"),
        format!("lstk-extensions dev new --template {dir}"),
    ];
    text.push_str(&format!("\nNext:\n  {}\n", next.join("\n  ")));
    let files: Vec<&str> = plan.steps.iter().map(|step| step.path.as_str()).collect();
    let data =
        json!({ "path": std::path::absolute(&args.dir)?.display().to_string(), "files": files, "nextCommands": next });
    Ok(Outcome::status(text, data))
}

/// A folder that neither a command takes for an option nor `--template` for a built-in template.
pub(super) fn dotted(dir: &Path) -> String {
    let text = dir.to_string_lossy();
    match text.contains('/') && !text.starts_with('-') {
        true => shell_words::quote(&text).into_owned(),
        false => shell_words::quote(&Path::new(".").join(dir).to_string_lossy()).into_owned(),
    }
}

/// Everything that the template is made of, with the schema beside its manifest.
fn tree(template: &Template) -> Result<Tree> {
    let mut tree = Tree::new();
    let mut problems = Vec::new();
    let parts = [(FILES, &template.files), (INCLUDES, &template.includes)];
    for (folder, files) in parts {
        for (path, file) in files {
            let path = format!("{folder}/{path}");
            let inserted = RelPath::in_template(&path).and_then(|target| tree.insert(target, file.clone()));
            problems.extend(inserted.err().map(|error| Problem::new(path, error.to_string())));
        }
    }
    problems.extend(tree.is_a_repository());
    if !problems.is_empty() {
        return Err(template.broken(problems).into());
    }
    let inserted = [
        (manifest::FILE, with_schema(&template.text)),
        (SCHEMA_FILE, SCHEMA.to_string()),
    ];
    for (name, text) in inserted {
        tree.insert(RelPath::new(name)?, File::new(text.into_bytes()))
            .context("a template's own file")?;
    }
    Ok(tree)
}

/// The manifest with its first line naming the schema beside it.
fn with_schema(text: &str) -> String {
    let rest = match text.strip_prefix(DIRECTIVE) {
        Some(rest) => rest.split_once('\n').map_or("", |(_, rest)| rest),
        None => text,
    };
    format!("{DIRECTIVE}./{SCHEMA_FILE}\n{rest}")
}
