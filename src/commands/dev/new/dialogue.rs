//! The dialogue at a terminal: the template's questions, git, and one summary before anything is written.

use std::collections::BTreeMap;

use anyhow::Result;

use super::Args;
use super::destination::NAMED_BY;
use super::draft::Draft;
use super::summary::{file_list, folder};
use crate::Session;
use crate::failure::{Code, Failure};
use crate::scaffold::answers::Given;
use crate::scaffold::ask::{Ask, Asked, Reply};
use crate::scaffold::engine::Engine;
use crate::scaffold::interview::resolve;
use crate::scaffold::manifest::Question;
use crate::scaffold::plan::check_free;
use crate::scaffold::rule::Refusal;
use crate::scaffold::template::Template;
use crate::ui::Prompter;

/// Questions, a summary, and as many changed answers as it takes.
pub(super) fn hold(
    args: &Args,
    template: &Template,
    engine: &Engine,
    git: &BTreeMap<&'static str, String>,
    mut given: Given,
    session: &Session,
) -> Result<Draft> {
    let mut dialogue = Dialogue::new(args, template);
    loop {
        let answers = resolve(&template.manifest, engine, git, &given, &mut dialogue)?;
        let mut draft = Draft::of(args, template, engine, answers, session)?;
        if dialogue.nothing_asked(&draft) {
            return Ok(draft);
        }
        dialogue.ask_for_git(&mut draft)?;
        match dialogue.confirm(&draft)? {
            Verdict::Create => return Ok(draft),
            Verdict::Change(key) => given = draft.answers.revising(&key, &given),
            Verdict::ChangeGit => {
                given = draft.answers.keeping(&given);
                dialogue.forget_git();
            }
        }
    }
}

/// What a person says to the summary.
enum Verdict {
    Create,
    /// Ask this question again.
    Change(String),
    ChangeGit,
}

struct Dialogue<'a> {
    args: &'a Args,
    template: &'a Template,
    prompter: Prompter,
    /// How many questions of the template were asked in the first round.
    asked: usize,
    /// After the first round only this question is asked.
    only: Option<String>,
    /// The answer to the question about git.
    git: Option<bool>,
    greeted: bool,
}

impl<'a> Dialogue<'a> {
    fn new(args: &'a Args, template: &'a Template) -> Self {
        Dialogue {
            args,
            template,
            prompter: Prompter::new(usize::from(!args.git && !args.no_git)),
            asked: 0,
            only: None,
            git: None,
            greeted: false,
        }
    }

    /// Everything was said on the command line, so there is nothing to confirm either.
    fn nothing_asked(&mut self, draft: &Draft) -> bool {
        self.asked = self.asked.max(draft.answers.asked);
        self.asked == 0 && draft.git.said
    }

    fn ask_for_git(&mut self, draft: &mut Draft) -> Result<()> {
        if draft.git.said {
            return Ok(());
        }
        if self.git.is_none() {
            self.greet();
            let help = match &draft.git.inside {
                Some(root) => format!("It would be inside the repository {}.", root.display()),
                None => "A repository of its own, with a first commit.".to_string(),
            };
            let total = self.asked + 1;
            self.git = Some(
                self.prompter
                    .confirm("initialize git?", &help, total, draft.git.wanted)?,
            );
        }
        draft.git.wanted = self.git.unwrap_or(draft.git.wanted);
        Ok(())
    }

    fn forget_git(&mut self) {
        self.git = None;
        self.only = Some(String::new());
    }

    /// Shows the summary and asks what to do.
    fn confirm(&mut self, draft: &Draft) -> Result<Verdict> {
        let rows = draft
            .answers
            .iter()
            .map(|answer| (answer.key.as_str(), answer.value.as_str()));
        let git = match draft.git.wanted {
            true => "yes",
            false => "no",
        };
        let rows: Vec<(&str, &str)> = rows.chain([("git", git)]).collect();
        let width = rows.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
        let rows: Vec<String> = rows
            .iter()
            .map(|(key, value)| format!("{key:width$}  {value}"))
            .collect();
        self.prompter.say(&format!("\n  {}\n", rows.join("\n  ")));
        self.prompter
            .say(&format!("  {}\n{}", folder(&draft.plan.root), file_list(draft)));

        let choices = ["Create it", "Change an answer", "Cancel"].map(String::from);
        match self.prompter.choose("Create this project?", &choices)? {
            0 => return Ok(Verdict::Create),
            1 => {}
            _ => return Err(Failure::new(Code::Cancelled, "cancelled; nothing was written").into()),
        }
        // What the command line said stays said.
        let mut rows = rows;
        if draft.git.said {
            rows.pop();
        }
        let choice = self.prompter.choose("Which one?", &rows)?;
        match draft.answers.iter().nth(choice) {
            Some(answer) => {
                self.only = Some(answer.key.clone());
                Ok(Verdict::Change(answer.key.clone()))
            }
            None => Ok(Verdict::ChangeGit),
        }
    }

    fn greet(&mut self) {
        if !self.greeted {
            self.greeted = true;
            let manifest = &self.template.manifest;
            self.prompter
                .say(&format!("{} (template {})", manifest.description, manifest.name));
            self.prompter
                .dim("Enter takes the default, `<` goes back, Ctrl-C leaves without a trace.\n");
        }
    }
}

impl Ask for Dialogue<'_> {
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Reply> {
        let Some(only) = &self.only else {
            self.greet();
            return self.prompter.ask(asked);
        };
        let stays = asked
            .default
            .is_some_and(|default| self.check(asked.question, default).is_ok());
        if *only != asked.question.key && stays {
            return Ok(Reply::Keep);
        }
        self.prompter.more = 0;
        self.prompter.ask(&Asked {
            number: 1,
            total: 1,
            ..*asked
        })
    }

    /// The folder's name must be free, when it is the answer that names it.
    fn check(&self, question: &Question, value: &str) -> Result<(), Refusal> {
        if question.key != NAMED_BY || self.args.path.is_some() || self.args.on_conflict.is_some() {
            return Ok(());
        }
        let root = self.args.root(Some(value)).unwrap_or_default();
        check_free(&root).map_err(|error| Refusal::new(format!("names the new folder: {error}")))
    }

    fn refused(&mut self, question: &Question, refusal: &Refusal) -> Result<()> {
        self.prompter.refused(question, refusal)
    }
}
