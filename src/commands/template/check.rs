//! `template check`: lints a template and compares what it gives with what was recorded.

use std::borrow::Cow;
use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use super::snapshot::{explained, recorded};
use super::{Named, snapshots};
use crate::failure::{Failure, Problem};
use crate::neutral::shortened;
use crate::scaffold::case::Case;
use crate::scaffold::confine::{self, confined};
use crate::scaffold::folder;
use crate::scaffold::lint::{lint, untried};
use crate::scaffold::plan::{Plan, Step, Verb};
use crate::scaffold::source::Source;
use crate::scaffold::template::Template;
use crate::ui::problem_text;
use crate::{Outcome, Session, git};

/// Find what is wrong with a template
///
/// Looks for texts that do not parse, names that are not known or not used, files that never become part of a project,
/// and names that clash; tries the defaults and every other choice; and renders every recorded case, showing how it
/// differs from its golden tree. Exits with 1 when there is anything to say.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub named: Named,
    /// Where the recorded cases are [default: snapshots/ in the template's folder]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
}

/// How a recorded case compares.
enum Compared {
    Same,
    Differs(Vec<Difference>),
    /// It has answers and no golden tree.
    NotRecorded,
    /// Its answers give no project.
    Fails(Vec<Problem>),
}

/// What would be written in place of one recorded file.
struct Difference {
    verb: Verb,
    path: String,
    /// The changed lines, or a word where there are none; nothing after [`LONGEST_DIFFERENCE`].
    shown: String,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let template = args.named.load(session)?;
    confined(|| check(args, &template))
}

fn check(args: &Args, template: &Template) -> Result<Outcome> {
    let mut problems = lint(template);
    let cases = match (&args.snapshots, &template.source) {
        (None, Source::BuiltIn(_) | Source::Git(_)) => Vec::new(),
        (Some(folder), _) if !folder.is_dir() => {
            let message = format!("there is no folder {}", folder.display());
            return Err(Failure::invalid_input(message)
                .hint("`lstk-extensions template snapshot` with the same `--snapshots` makes it")
                .into());
        }
        (folder, _) => {
            let folder = snapshots(template, folder.as_deref())?;
            let cases = Case::all(&folder)?;
            problems.extend(Case::without_answers(&folder, &cases).iter().map(|golden| {
                let at = golden.display().to_string();
                let hint = format!("write its answers into {at}.toml, or take it out");
                Problem::new(at, "is never compared: it has no answers").hint(hint)
            }));
            cases
        }
    };
    if cases.is_empty() {
        problems.extend(untried(template));
    }
    let mut left = LONGEST_DIFFERENCE;
    let compared = cases
        .into_iter()
        .map(|case| compare(template, &case, &mut left).map(|compared| (case, compared)));
    let compared = compared.collect::<Result<Vec<_>>>()?;
    let clean = problems.is_empty() && compared.iter().all(|(_, compared)| matches!(compared, Compared::Same));
    let data = json!({
        "template": template.source.to_string(),
        "clean": clean,
        "problems": problems.iter().map(Problem::data).collect::<Vec<_>>(),
        "cases": compared.iter().map(|(case, compared)| case_data(case, compared)).collect::<Vec<_>>(),
    });
    let text = text(template, &problems, &compared);
    Ok(match clean {
        true => Outcome::status(text, data),
        false => Outcome::differs(text, data),
    })
}

/// Shows so many bytes of the differences that are `left`.
fn compare(template: &Template, case: &Case, left: &mut usize) -> Result<Compared> {
    confine::renew();
    let tree = match recorded(case).and_then(|given| Case::render(template, &given)) {
        Ok(tree) => tree,
        Err(error) => {
            let problems = match explained(error, case).downcast::<Failure>() {
                Ok(failure) if !failure.problems.is_empty() => failure.problems,
                Ok(failure) => vec![Problem::new(case.answers.display().to_string(), failure.message)],
                Err(error) => vec![Problem::new(case.answers.display().to_string(), error.to_string())],
            };
            return Ok(Compared::Fails(problems));
        }
    };
    if !case.golden.is_dir() {
        return Ok(Compared::NotRecorded);
    }
    let plan = Plan::mirror(&case.golden, tree)?;
    if plan.is_idle() {
        return Ok(Compared::Same);
    }
    let changed = plan.steps.iter().filter(|step| step.verb.changes());
    let differences = changed.map(|step| {
        let shown = difference(&plan, step, *left)?;
        *left = left.saturating_sub(shown.len());
        Ok(Difference {
            verb: step.verb,
            path: step.path.to_string(),
            shown,
        })
    });
    Ok(Compared::Differs(differences.collect::<Result<_>>()?))
}

fn text(template: &Template, problems: &[Problem], cases: &[(Case, Compared)]) -> String {
    let mut text = String::new();
    for problem in problems {
        text.push_str(&format!("{}\n", problem_text(problem)));
    }
    let same = cases
        .iter()
        .filter(|(_, compared)| matches!(compared, Compared::Same))
        .count();
    for (case, compared) in cases {
        let name = &case.name;
        match compared {
            Compared::Same => {}
            Compared::NotRecorded => text.push_str(&format!("case {name}: has no golden tree yet\n")),
            Compared::Fails(problems) => {
                text.push_str(&format!("case {name}: its answers give no project\n"));
                for problem in problems {
                    text.push_str(&format!("  {}\n", problem_text(problem).replace('\n', "\n  ")));
                }
            }
            Compared::Differs(differences) => {
                text.push_str(&format!("case {name}: differs from {}/\n", case.golden.display()));
                for Difference { verb, path, shown } in differences {
                    text.push_str(&format!("{:>11}  {path}\n{shown}", verb.name()));
                }
            }
        }
    }
    let name = &template.source;
    let found = match problems.len() {
        0 => "no problems".to_string(),
        1 => "1 problem".to_string(),
        count => format!("{count} problems"),
    };
    let compared = match cases.len() {
        0 => "no recorded cases".to_string(),
        count => format!("{same} of {count} recorded cases as they were"),
    };
    text.push_str(&format!("{name}: {found}, {compared}\n"));
    let can_be_recorded = |compared: &Compared| matches!(compared, Compared::Differs(_) | Compared::NotRecorded);
    if cases.iter().any(|(_, compared)| can_be_recorded(compared)) {
        text.push_str("If the difference is meant, `lstk-extensions template snapshot` records it.\n");
    }
    text
}

/// In bytes, of everything that differs: more fills the screens of a day. Of the rest the paths are told.
const LONGEST_DIFFERENCE: usize = 1 << 20;

/// What would be written in place of what is recorded, cut after so many bytes.
fn difference(plan: &Plan, step: &Step, most: usize) -> Result<String> {
    if most == 0 {
        return Ok(String::new());
    }
    let target = step.path.below(&plan.root);
    let none = String::new;
    let is_text = |content: &[u8]| std::str::from_utf8(content).ok().map(str::to_string);
    let found = match step.verb {
        Verb::Create => Some(none()),
        _ => is_text(&folder::read_file(&target)?.content),
    };
    let wanted = match step.verb {
        Verb::Remove => Some(none()),
        _ => is_text(&step.file.content),
    };
    let (Some(found), Some(wanted)) = (found, wanted) else {
        return Ok("  (not text)\n".to_string());
    };
    if found == wanted && step.verb != Verb::Overwrite {
        return Ok(String::new());
    }
    if found == wanted {
        let mode = if step.file.executable {
            "executable"
        } else {
            "not executable"
        };
        return Ok(format!("  (is now {mode})\n"));
    }
    let text = format!("--- recorded\n+++ rendered\n{}", git::difference(&found, &wanted)?);
    Ok(match shortened(&text, most) {
        Cow::Borrowed(_) => text,
        Cow::Owned(beginning) => format!("{beginning}\n  and more\n"),
    })
}

fn case_data(case: &Case, compared: &Compared) -> Value {
    let (status, changes, problems) = match compared {
        Compared::Same => ("same", Vec::new(), Vec::new()),
        Compared::NotRecorded => ("not recorded", Vec::new(), Vec::new()),
        Compared::Fails(problems) => ("fails", Vec::new(), problems.iter().map(Problem::data).collect()),
        Compared::Differs(differences) => {
            let change = |difference: &Difference| {
                let Difference { verb, path, shown } = difference;
                json!({ "verb": verb.name(), "path": path, "difference": shown })
            };
            ("differs", differences.iter().map(change).collect(), Vec::new())
        }
    };
    json!({ "name": case.name, "status": status, "changes": changes, "problems": problems })
}
