//! A foreign template's hooks: shown, agreed to or left out.

use anyhow::Result;

use super::Args;
use crate::Session;
use crate::commands::source::Located;
use crate::neutral::neutral;
use crate::scaffold::cookiecutter::hooks::{Environment, FOLDER, Hook, Stage, copied, run_before_asking};
use crate::scaffold::template::Template;
use crate::ui::Prompter;

/// The template as it is after the hooks that come before the first question, with the user's word on all of them.
///
/// The copy that such a hook has changed is there as long as the first value.
pub(super) fn settle(
    args: &Args,
    located: &Located,
    mut template: Template,
    session: &Session,
) -> Result<(Option<tempfile::TempDir>, Template)> {
    let Some(cookiecutter) = &mut template.cookiecutter else {
        return Ok((None, template));
    };
    if cookiecutter.hooks.is_empty() || args.dry_run {
        return Ok((None, template));
    }
    let agreed = args.trust || (session.ui.can_ask() && !args.defaults && asked(&cookiecutter.hooks)?);
    if !agreed {
        let names: Vec<&str> = cookiecutter.hooks.iter().map(|hook| hook.name.as_str()).collect();
        let message = format!(
            "the template's hooks are not run: {}; what they would add, change or remove is missing. `--trust` runs them",
            names.join(", ")
        );
        session.ui.warn("HOOKS_NOT_RUN", message);
        return Ok((None, template));
    }
    cookiecutter.runs_hooks = true;
    let first = cookiecutter.hooks.iter().filter(|hook| hook.stage == Stage::PrePrompt);
    let first: Vec<String> = first.map(|hook| hook.name.clone()).collect();
    if first.is_empty() {
        return Ok((None, template));
    }
    let name = located.source.name();
    let (folder, store) = copied(&located.store, &name)?;
    let root = folder.path().join(&name);
    run_before_asking(&first, &root, &environment(session))?;
    let mut template = Template::load(located.source.clone(), &store)?;
    if let Some(cookiecutter) = &mut template.cookiecutter {
        cookiecutter.runs_hooks = true;
        cookiecutter.is_nested = located.is_nested;
        cookiecutter.copy = Some(root);
    }
    Ok((Some(folder), template))
}

pub(super) fn environment(session: &Session) -> Environment {
    Environment {
        without: session.config.git.unwanted.clone(),
        may_ask: session.ui.can_ask(),
    }
}

/// Shows every hook whole, and asks.
fn asked(hooks: &[Hook]) -> Result<bool> {
    let prompter = Prompter::new(0);
    prompter.say("This template comes with programs of its own, which run on this machine with all your rights:");
    for hook in hooks {
        let when = match hook.stage {
            Stage::PrePrompt => "before the questions",
            Stage::PreGen => "before the files are written",
            Stage::PostGen => "in the finished project",
        };
        prompter.say(&format!("\n  {FOLDER}/{}, {when}:", hook.name));
        let text = String::from_utf8_lossy(&hook.file.content);
        let lines: Vec<String> = text.lines().map(|line| format!("    | {}", neutral(line))).collect();
        prompter.dim(&lines.join("\n"));
    }
    prompter.say("");
    let choices = ["No, make the project without them", "Yes, run them"].map(String::from);
    Ok(prompter.choose("Run these programs?", &choices)? == Some(1))
}
