//! `template convert`: a cookiecutter template becomes one of ours.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use super::super::source;
use super::eject::dotted;
use crate::failure::{Failure, Problem};
use crate::scaffold::answers::Given;
use crate::scaffold::case::Case;
use crate::scaffold::confine::confined;
use crate::scaffold::cookiecutter::convert::convert;
use crate::scaffold::plan::Plan;
use crate::scaffold::source::Source;
use crate::scaffold::store::Store;
use crate::scaffold::template::Template;
use crate::scaffold::tree::{File, RelPath, Tree};
use crate::{Outcome, Session};

/// Turn a cookiecutter template into one of ours
///
/// The new template asks the same questions and renders the same files. What cannot be carried over is listed; the
/// projects that both give with their defaults are compared.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  lstk-extensions template convert gh:audreyfeldroy/cookiecutter-pypackage our-package"
)]
pub struct Args {
    /// A folder with a cookiecutter.json, or a git repository
    #[arg(value_name = "DIR|URL")]
    pub template: String,
    /// The folder to create
    pub out: PathBuf,
    #[command(flatten)]
    pub source: source::Flags,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let template = source::load(&args.template, &args.source, &session.config.user()?, session)?;
    let Some(own) = &template.cookiecutter else {
        let failure = Failure::invalid_input(format!("`{}` is no cookiecutter template", template.source));
        return Err(failure
            .hint("a template of ours is edited as it is: `lstk-extensions template eject`")
            .into());
    };
    let converted = confined(|| convert(&template, own)).map_err(|problems| template.broken(problems))?;
    let plan = Plan::fresh(&args.out, converted.tree)?;
    plan.apply()?;
    let differences = confined(|| differences(&template, &args.out))?;
    let dir = dotted(&args.out);
    let next = [
        format!("lstk-extensions template check {dir}"),
        format!("lstk-extensions dev new --template {dir}"),
    ];
    let mut text = format!("Created {}/ from {}:\n", args.out.display(), template.source);
    for step in &plan.steps {
        text.push_str(&format!("  {}\n", step.path));
    }
    if !converted.lost.is_empty() {
        text.push_str("\nNot carried over:\n");
        for problem in &converted.lost {
            text.push_str(&format!("  {}: {}\n", problem.at, problem.message));
        }
    }
    text.push_str(&match &differences {
        Compared::Same(count) => format!("\nBoth give the same {count} files with the defaults.\n"),
        Compared::Differ(paths) => format!("\nWith the defaults these files differ:\n  {}\n", paths.join("\n  ")),
        Compared::Untried(reason) => format!("\nNot tried with the defaults: {reason}\n"),
    });
    text.push_str(&format!("\nNext:\n  {}\n", next.join("\n  ")));
    let files: Vec<&str> = plan.steps.iter().map(|step| step.path.as_str()).collect();
    let (same, differing) = match &differences {
        Compared::Same(_) => (Some(true), Vec::new()),
        Compared::Differ(paths) => (Some(false), paths.clone()),
        Compared::Untried(_) => (None, Vec::new()),
    };
    let data = json!({
        "path": std::path::absolute(&args.out)?.display().to_string(),
        "files": files,
        "notCarriedOver": converted.lost.iter().map(Problem::data).collect::<Vec<_>>(),
        "rendersTheSame": same,
        "differing": differing,
        "nextCommands": next,
    });
    Ok(Outcome::status(text, data))
}

/// How the projects of both templates compare.
enum Compared {
    /// So many files.
    Same(usize),
    /// The paths that differ.
    Differ(Vec<String>),
    /// One of them cannot be made without answers.
    Untried(String),
}

fn differences(template: &Template, out: &Path) -> Result<Compared> {
    let given = Given::default();
    let theirs = match Case::render(template, &given) {
        Ok(tree) => tree,
        Err(error) => return Ok(Compared::Untried(first_problem(&error))),
    };
    let ours = Template::load(Source::Folder(out.to_path_buf()), &Store::folder(out.to_path_buf()))?;
    let ours = match Case::render(&ours, &given) {
        Ok(tree) => tree,
        Err(error) => return Ok(Compared::Untried(first_problem(&error))),
    };
    let mut paths = differing(&theirs, &ours);
    paths.extend(differing(&ours, &theirs));
    paths.sort();
    paths.dedup();
    Ok(match paths.is_empty() {
        true => Compared::Same(theirs.len()),
        false => Compared::Differ(paths),
    })
}

fn first_problem(error: &anyhow::Error) -> String {
    let failure = error.downcast_ref::<Failure>();
    let problem = failure.and_then(|failure| failure.problems.first());
    problem.map_or_else(
        || error.to_string(),
        |problem| format!("{}: {}", problem.at, problem.message),
    )
}

/// The files of one that the other has not, or has otherwise.
fn differing(one: &Tree, other: &Tree) -> Vec<String> {
    let is_same = |path: &RelPath, file: &File| {
        let found = other.get(path);
        found.is_some_and(|found| found.content == file.content && found.executable == file.executable)
    };
    let others = one.iter().filter(|(path, file)| !is_same(path, file));
    others.map(|(path, _)| path.to_string()).collect()
}
