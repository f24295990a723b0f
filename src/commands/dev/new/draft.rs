//! A project that is decided and not written: what the summary and `--dry-run` show, and `apply` writes.

use anyhow::Result;

use super::Args;
use super::destination::Destination;
use super::repository::Wish;
use crate::Session;
use crate::neutral::neutral_line;
use crate::scaffold::answers::{Answer, Answers};
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
        Ok(Draft {
            git: Wish::of(args, &destination.path, session),
            plan: plan.map_err(|error| destination.elsewhere(error, args, template, session))?,
            answers,
            destination,
            rendered,
        })
    }

    /// Answers that are not, everywhere, what was typed or configured.
    pub(super) fn say_what_changed(&self, session: &Session) {
        for (key, given, normal) in &self.answers.normalised {
            let message = format!("{key}: `{}` is written `{normal}`", neutral_line(given));
            session.ui.warn("NORMALIZED", message);
        }
        for (key, reason) in &self.answers.passed_over {
            let message = format!("defaults.{key} in the configuration file is not taken: it {reason}");
            session.ui.warn("DEFAULT_NOT_TAKEN", message);
        }
        let has_lines = |answer: &&Answer| answer.value.as_text().is_some_and(|text| text.contains('\n'));
        for answer in self.answers.iter().filter(has_lines) {
            let message = format!("{}: its line breaks are spaces where a file wants one line", answer.key);
            session.ui.warn("LINE_BREAKS", message);
        }
    }
}
