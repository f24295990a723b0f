//! What was made, or would be: for a person and for a program.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::destination::argument;
use super::draft::Draft;
use super::repository::Made;
use crate::Outcome;
use crate::badge::Badge;
use crate::scaffold::plan::Verb;
use crate::scaffold::render;
use crate::scaffold::source::Source;
use crate::scaffold::template::Template;

/// The plan, and nothing done.
pub(super) fn dry_run(draft: &Draft, template: &Template) -> Outcome {
    let git = if draft.git.wanted { " as a git repository" } else { "" };
    let text = format!("Would create {}{git}:\n{}", folder(&draft.plan.root), draft.plan);
    Outcome::new(text, data(draft, template, true, Made::Nothing))
}

/// What was made, and the exact next commands.
pub(super) fn created(draft: &Draft, template: &Template, made: Made) -> Outcome {
    let git = match made {
        Made::Nothing => "",
        Made::Repository => " as a git repository",
        Made::RepositoryWithCommit => " as a git repository with a first commit",
    };
    let root = folder(&draft.plan.root);
    let list = file_list(draft);
    let mut text = match list.is_empty() {
        true => format!("Nothing to write: {root} has everything already.\n"),
        false => format!("Created {root}{git}:\n{list}"),
    };
    let skipped: Vec<&str> = draft
        .plan
        .steps
        .iter()
        .filter(|step| step.verb == Verb::Skip)
        .map(|step| step.path.as_str())
        .collect();
    if !skipped.is_empty() {
        text.push_str(&format!("\nLeft as they are:\n  {}\n", skipped.join("\n  ")));
    }
    if let Some(message) = &draft.rendered.message {
        text.push_str(&format!("\n{}\n", message.trim_end()));
    }
    text.push_str(&format!("\nNext:\n  {}\n", next(draft).join("\n  ")));
    if let Some(badge) = badge(draft, template) {
        text.push_str(&format!(
            "\nOnce it is on GitHub, this installs it with one click:\n  {}\n",
            badge.installer_url()
        ));
        text.push_str(&format!("\nThe badge for it:\n  {}\n", badge.markdown()));
    }
    Outcome::status(text, data(draft, template, false, made))
}

/// The badge of an extension; what a cookiecutter template makes may be anything else.
fn badge(draft: &Draft, template: &Template) -> Option<Badge> {
    let is_ours = template.cookiecutter.is_none();
    is_ours.then(|| render::badge(&draft.answers)).flatten()
}

/// Every file that is written, indented below the project's folder.
pub(super) fn file_list(draft: &Draft) -> String {
    let written = draft.written();
    let mut text = String::new();
    let count = written.len();
    for path in written.iter().take(LONGEST_LIST) {
        text.push_str(&format!("  {path}\n"));
    }
    if count > LONGEST_LIST {
        text.push_str(&format!("  ... and {} more files\n", count - LONGEST_LIST));
    }
    text
}

/// A person reads a screen, not thousands of lines; programs get every file.
const LONGEST_LIST: usize = 40;

/// A folder as it is shown: with a slash behind it.
pub(super) fn folder(root: &Path) -> String {
    format!("{}/", root.display().to_string().trim_end_matches('/'))
}

fn next(draft: &Draft) -> Vec<String> {
    let enter = (!draft.destination.is_current_folder()).then(|| format!("cd {}", argument(&draft.destination.path)));
    enter.into_iter().chain(draft.rendered.next.iter().cloned()).collect()
}

fn data(draft: &Draft, template: &Template, dry_run: bool, made: Made) -> Value {
    let answers: Map<String, Value> = draft
        .answers
        .told()
        .map(|answer| {
            let value = match answer.secret {
                true => json!({ "value": null, "origin": answer.origin.name(), "secret": true }),
                false => json!({ "value": Value::from(&answer.value), "origin": answer.origin.name() }),
            };
            (answer.key.clone(), value)
        })
        .collect();
    let kept = draft.plan.steps.iter().filter(|step| !step.verb.writes());
    let kept: Vec<&str> = kept.map(|step| step.path.as_str()).collect();
    let badge = badge(draft, template);
    json!({
        "path": draft.destination.absolute().display().to_string(),
        "dryRun": dry_run,
        "template": origin(template),
        "answers": answers,
        "files": draft.written(),
        "leftAlone": kept,
        "badge": badge.as_ref().map(Badge::markdown),
        "installerUrl": badge.as_ref().map(Badge::installer_url),
        "message": draft.rendered.message,
        "nextCommands": next(draft),
        "git": { "initialized": made != Made::Nothing, "committed": made == Made::RepositoryWithCommit },
    })
}

/// Which template it was, to the commit.
fn origin(template: &Template) -> Value {
    let version = Some(&template.manifest.version).filter(|version| !version.is_empty());
    let mut origin = json!({ "source": template.source.to_string(), "version": version });
    if let Source::Git(commit) = &template.source {
        origin["source"] = commit.address.as_str().into();
        origin["checkout"] = commit.reference.as_deref().into();
        origin["commit"] = commit.id.as_str().into();
        origin["directory"] = commit.directory.as_deref().into();
    }
    origin
}
