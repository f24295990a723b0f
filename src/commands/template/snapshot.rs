//! `template snapshot`: records what a template gives, for `template check` to compare with.

use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result};
use serde_json::json;

use super::{Named, snapshots};
use crate::commands::data_file;
use crate::failure::{Code, Failure, Problem};
use crate::scaffold::answers::{Given, Origin};
use crate::scaffold::case::{Case, stand_in};
use crate::scaffold::confine::{self, confined};
use crate::scaffold::interview::Unanswered;
use crate::scaffold::plan::{Plan, Verb, check_free};
use crate::scaffold::record;
use crate::scaffold::template::Template;
use crate::scaffold::tree::check_part;
use crate::scaffold::value::Value;
use crate::{Outcome, Session};

/// Record what a template gives, as golden trees
///
/// A case is a file CASE.toml with answers and beside it the folder CASE with the project they give. Without `--case`
/// every recorded case is renewed, and the first one, `default`, is made where there is none. `template check`
/// compares them later.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub named: Named,
    /// Record this case alone, with the answers given here or in its file
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// An answer of the case (may be repeated)
    #[arg(short, long = "data", value_name = "KEY=VALUE", value_parser = data_file::parse_pair, requires = "case")]
    data: Vec<(String, String)>,
    /// Answers of the case in a TOML, JSON or YAML file; `-` reads standard input
    #[arg(long, value_name = "FILE", requires = "case")]
    data_file: Option<PathBuf>,
    /// Where the cases are [default: snapshots/ in the template's folder]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions template snapshot our-skeleton
      renew every case
  lstk-extensions template snapshot our-skeleton --case postgres -d database=pg
      add a case, or change its answers";

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let template = args.named.load(session)?;
    let folder = snapshots(&template, args.snapshots.as_deref())?;
    let cases = cases(args, &folder)?;
    // All of them before the first is written: one that fails leaves the others as they are.
    let planned = cases
        .into_iter()
        .map(|(case, given)| Planned::of(&template, case, &given));
    let planned = planned.collect::<Result<Vec<_>>>()?;
    let mut text = String::new();
    let mut recorded = Vec::new();
    for Planned { case, answers, plan } in &planned {
        plan.apply()?;
        if let Some(answers) = answers {
            std::fs::write(&case.answers, answers)
                .with_context(|| format!("could not write {}", case.answers.display()))?;
        }
        text.push_str(&told(case, plan));
        let changed = plan.steps.iter().filter(|step| step.verb.changes());
        let changed: Vec<_> = changed
            .map(|step| json!({ "verb": step.verb.name(), "path": step.path.as_str() }))
            .collect();
        recorded.push(json!({ "name": case.name, "path": case.golden.display().to_string(), "changes": changed }));
    }
    Ok(Outcome::status(text, json!({ "cases": recorded })))
}

/// A case that is rendered and not written.
struct Planned {
    case: Case,
    /// The text of its file, unless that says the same already.
    answers: Option<String>,
    plan: Plan,
}

impl Planned {
    fn of(template: &Template, case: Case, given: &Given) -> Result<Planned> {
        confine::renew();
        let tree = Case::render(template, given)
            .map_err(|error| explained(error, &case))
            .with_context(|| format!("could not record the case `{}`", case.name))?;
        let is_taken = case.text()?.is_none() && check_free(&case.golden).is_err();
        if is_taken {
            let message = format!("{} is there, and is not a case's golden tree", case.golden.display());
            let hint = format!(
                "it would be made equal to the project; begin with an empty {}",
                case.answers.display()
            );
            return Err(Failure::new(Code::Validation, message).hint(hint).into());
        }
        let plan = confined(|| Plan::mirror(&case.golden, tree))?;
        let answers = answers(template, &case, given)?;
        Ok(Planned { case, answers, plan })
    }
}

/// The cases to record, with their answers.
fn cases(args: &Args, folder: &Path) -> Result<Vec<(Case, Given)>> {
    let Some(name) = &args.case else {
        let mut cases = Case::all(folder)?;
        if cases.is_empty() {
            cases.push(Case::named(folder, "default")?);
        }
        return cases
            .into_iter()
            .map(|case| Ok((case.clone(), recorded(&case)?)))
            .collect();
    };
    if let Some(reason) = check_part(name)
        .err()
        .or(name.contains('/').then_some("has a slash in it"))
    {
        let problems = vec![Problem::new("--case", format!("`{name}` {reason}"))];
        return Err(Failure::invalid_input("the case cannot have this name")
            .problems(problems)
            .into());
    }
    let case = Case::named(folder, name)?;
    let mut given = Given::default();
    for (key, value) in &args.data {
        let earlier = given.answers.insert(key.clone(), (Value::text(value), Origin::Flag));
        if earlier.is_some_and(|(earlier, _)| earlier.as_text() != Some(value)) {
            given
                .problems
                .push(Problem::new(key, "is answered twice on the command line"));
        }
    }
    if let Some(path) = &args.data_file {
        data_file::read(path)?.add_to(&mut given);
    }
    if args.data.is_empty() && args.data_file.is_none() {
        given = recorded(&case)?;
    }
    Ok(vec![(case, given)])
}

/// Tells how questions that the case has no answer to are answered.
pub(super) fn explained(error: Error, case: &Case) -> Error {
    let Some(Unanswered(keys)) = error.downcast_ref() else {
        return error;
    };
    let hint = |key: &str| format!("give one: `--case {} -d {key}=VALUE`, or a line in its file", case.name);
    let problems = keys
        .iter()
        .map(|key| Problem::new(key, "has no default, and no answer in this case").hint(hint(key)));
    Failure::invalid_input("the case does not answer every question that must be answered")
        .problems(problems.collect())
        .into()
}

/// The answers in a case's file; none where there is no file yet.
pub(super) fn recorded(case: &Case) -> Result<Given> {
    let mut given = Given::default();
    if let Some(text) = case.text()? {
        data_file::parse(&case.answers, &text)?.add_to(&mut given);
    }
    Ok(given)
}

/// The text of the case's file, where it does not say the same already.
fn answers(template: &Template, case: &Case, given: &Given) -> Result<Option<String>> {
    let known = recorded(case)?.answers;
    let same = known.len() == given.answers.len()
        && known
            .iter()
            .all(|(key, (value, _))| given.answers.get(key).is_some_and(|(given, _)| given == value));
    if same && case.text()?.is_some() {
        return Ok(None);
    }
    let order = template.manifest.questions.iter();
    // The file is for git: what the golden tree does without stays out.
    let order = order.filter(|question| !question.secret || stand_in(question).is_none());
    let answers = order.filter_map(|question| Some((question.key.as_str(), &given.answers.get(&question.key)?.0)));
    record::answers_as_toml(answers).map(Some)
}

fn told(case: &Case, plan: &Plan) -> String {
    let golden = case.golden.display();
    if plan.is_idle() {
        return format!("{}: {golden}/ is the same\n", case.name);
    }
    let mut text = format!("{}: {golden}/ recorded\n", case.name);
    for step in plan.steps.iter().filter(|step| step.verb != Verb::Identical) {
        text.push_str(&format!("{:>11}  {}\n", step.verb.name(), step.path));
    }
    text
}
