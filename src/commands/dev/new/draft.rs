//! A project that is decided and not written: what the summary and `--dry-run` show, and `apply` writes.

use anyhow::Result;

use super::destination::Destination;
use super::repository::Wish;
use super::{Args, hooks};
use crate::Session;
use crate::neutral::neutral_line;
use crate::scaffold::answers::{Answer, Answers};
use crate::scaffold::apply::Around;
use crate::scaffold::cookiecutter::hooks::Running;
use crate::scaffold::folder::regular;
use crate::scaffold::plan::Plan;
use crate::scaffold::record::Record;
use crate::scaffold::render::{Rendered, render};
use crate::scaffold::secrets::Secrets;
use crate::scaffold::template::Template;

pub(super) struct Draft {
    pub(super) answers: Answers,
    pub(super) destination: Destination,
    pub(super) plan: Plan,
    pub(super) rendered: Rendered,
    pub(super) git: Wish,
    /// The template's hooks, where the user has agreed to them.
    hooks: Option<Running>,
    /// What they have left, below the project's folder; none before they ran.
    pub(super) left: Option<Vec<String>>,
}

impl Draft {
    /// What these answers would give.
    pub(super) fn of(args: &Args, template: &Template, answers: Answers, session: &Session) -> Result<Draft> {
        let secrets = Secrets::of_answers(&answers);
        Draft::decide(args, template, answers, session).map_err(|error| secrets.hidden_in(error))
    }

    fn decide(args: &Args, template: &Template, answers: Answers, session: &Session) -> Result<Draft> {
        let destination = Destination::of(args, template, &answers, session)?;
        let mut rendered = render(template, &answers)?;
        if !args.no_record {
            Record::of(template, &answers, &rendered.tree, &destination.path)?.add_to(&mut rendered.tree)?;
        }
        let tree = std::mem::take(&mut rendered.tree);
        let plan = match destination.into {
            None => Plan::fresh(&destination.path, tree),
            Some(policy) => {
                destination.check(args, template, session)?;
                Plan::over(&destination.path, tree, policy)
            }
        };
        let scripts = std::mem::take(&mut rendered.hooks);
        let hooks = (!scripts.is_empty()).then(|| Running {
            scripts,
            environment: hooks::environment(session),
        });
        Ok(Draft {
            hooks,
            left: None,
            git: Wish::of(args, &destination.path, session),
            plan: plan.map_err(|error| destination.elsewhere(error, args, template, session))?,
            answers,
            destination,
            rendered,
        })
    }

    /// Writes the project, with the hooks before and after.
    pub(super) fn carried_out(mut self) -> Result<Draft> {
        let around = self.hooks.as_ref().map(|hooks| hooks as &dyn Around);
        self.plan.apply_around(around)?;
        // Beside files of the user's own nobody can tell which are new.
        if around.is_some() && self.destination.into.is_none() {
            let is_own = |path: &String| !path.starts_with(".git/");
            // The project is there, whatever it has become; more than can be listed is not.
            let files = regular(&self.plan.root).unwrap_or_default();
            self.left = Some(files.into_iter().filter(is_own).collect());
        }
        Ok(self)
    }

    /// Whether programs of the template have a hand in the project.
    pub(super) fn has_hooks(&self) -> bool {
        self.hooks.is_some()
    }

    /// The paths of the files that were written.
    pub(super) fn written(&self) -> Vec<&str> {
        match &self.left {
            Some(left) => left.iter().map(String::as_str).collect(),
            None => {
                let written = self.plan.steps.iter().filter(|step| step.verb.writes());
                written.map(|step| step.path.as_str()).collect()
            }
        }
    }

    /// Answers that are not, everywhere, what was typed or configured.
    pub(super) fn say_what_changed(&self, template: &Template, session: &Session) {
        for (key, given, normal) in &self.answers.normalised {
            let message = format!("{key}: `{}` is written `{normal}`", neutral_line(given));
            session.ui.warn("NORMALIZED", message);
        }
        for (key, reason) in &self.answers.passed_over {
            let message = format!("the configured default of {key} is not taken: it {reason}");
            session.ui.warn("DEFAULT_NOT_TAKEN", message);
        }
        if template.cookiecutter.is_some() {
            // Its texts have every answer as it is.
            return;
        }
        let has_lines = |answer: &&Answer| answer.value.as_text().is_some_and(|text| text.contains('\n'));
        for answer in self.answers.iter().filter(has_lines) {
            let message = format!("{}: its line breaks are spaces where a file wants one line", answer.key);
            session.ui.warn("LINE_BREAKS", message);
        }
    }
}
