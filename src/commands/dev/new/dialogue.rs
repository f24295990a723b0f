//! The dialogue at a terminal: the template's questions, git, and one summary before anything is written.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::destination::Destination;
use super::draft::Draft;
use super::summary::{file_list, folder};
use super::{Args, Start};
use crate::Session;
use crate::failure::{Code, Failure};
use crate::scaffold::ask::{Ask, Asked, Reply};
use crate::scaffold::interview::resolve;
use crate::scaffold::plan::check_free;
use crate::scaffold::question::Question;
use crate::scaffold::rule::Refusal;
use crate::scaffold::template::Template;
use crate::scaffold::value::Value;
use crate::ui::Prompter;

/// Questions, a summary, and as many changed answers as it takes; none for going back from the first question, where
/// that leads to the menu of templates.
pub(super) fn hold(args: &Args, start: &Start, session: &Session) -> Result<Option<Draft>> {
    let template = &start.template;
    let mut given = start.given.clone();
    let mut dialogue = Dialogue::new(args, template);
    loop {
        let answers = match resolve(template, &start.circumstances, &given, &mut dialogue) {
            Err(_) if dialogue.is_left => return Ok(None),
            answers => answers?,
        };
        let mut draft = Draft::of(args, template, answers, session)?;
        if dialogue.nothing_asked(&draft) {
            return Ok(Some(draft));
        }
        let verdict = match dialogue.ask_for_git(&mut draft)? {
            true => dialogue.confirm(&draft)?,
            false if dialogue.is_left => return Ok(None),
            false => Verdict::Change(dialogue.last.clone()),
        };
        match verdict {
            Verdict::Create => return Ok(Some(draft)),
            Verdict::Change(key) => {
                given = draft.answers.revising(&key, &given);
                dialogue.round = Round::One(key);
            }
            Verdict::ChangeGit => {
                given = draft.answers.keeping(&given);
                dialogue.git = None;
                dialogue.round = Round::None;
            }
            Verdict::Again => {
                given = draft.answers.keeping(&given);
                dialogue.round = Round::None;
            }
        }
    }
}

/// Which questions of the template are asked this time.
enum Round {
    All,
    /// This one, by its key.
    One(String),
    None,
}

/// What a person says to the summary.
enum Verdict {
    Create,
    /// Ask this question again.
    Change(String),
    ChangeGit,
    /// Show the summary again.
    Again,
}

struct Dialogue<'a> {
    args: &'a Args,
    template: &'a Template,
    prompter: Prompter,
    /// How many questions of the template were asked in the first round.
    asked: usize,
    round: Round,
    /// Every question that was asked in some round.
    seen: BTreeSet<String>,
    /// The question that was asked last, where going back from the one about git leads.
    last: String,
    /// The answer to the question about git.
    git: Option<bool>,
    greeted: bool,
    /// Somebody went back from the first question to the menu of templates.
    is_left: bool,
}

impl<'a> Dialogue<'a> {
    fn new(args: &'a Args, template: &'a Template) -> Self {
        Dialogue {
            args,
            template,
            prompter: Prompter::new(usize::from(!args.git && !args.no_git)),
            asked: 0,
            round: Round::All,
            seen: BTreeSet::new(),
            last: String::new(),
            git: None,
            greeted: false,
            is_left: false,
        }
    }

    /// Everything was said on the command line, so there is nothing to confirm either.
    fn nothing_asked(&mut self, draft: &Draft) -> bool {
        self.asked = self.asked.max(draft.answers.asked);
        self.asked == 0 && draft.git.said
    }

    /// False for going back.
    fn ask_for_git(&mut self, draft: &mut Draft) -> Result<bool> {
        if draft.git.said {
            return Ok(true);
        }
        // Where there is no menu, going back from the only question leads nowhere, so it is asked again.
        while self.git.is_none() {
            self.greet();
            let help = match &draft.git.inside {
                Some(root) => format!("It would be inside the repository {}.", root.display()),
                None => "A repository of its own, with a first commit.".to_string(),
            };
            let total = self.asked + 1;
            self.git = self
                .prompter
                .confirm("initialize git?", &help, total, draft.git.wanted)?;
            self.is_left = self.git.is_none() && self.last.is_empty() && self.args.from_menu;
            if self.git.is_none() && (self.is_left || !self.last.is_empty()) {
                return Ok(false);
            }
        }
        draft.git.wanted = self.git.unwrap_or(draft.git.wanted);
        Ok(true)
    }

    /// Shows the summary and asks what to do.
    fn confirm(&mut self, draft: &Draft) -> Result<Verdict> {
        let rows = draft.answers.told().map(|answer| (answer.key.as_str(), answer.shown()));
        let git = match draft.git.wanted {
            true => "yes",
            false => "no",
        };
        let rows: Vec<(&str, String)> = rows.chain([("git", git.to_string())]).collect();
        let width = rows.iter().map(|(key, _)| key.len()).max().unwrap_or_default().min(100);
        let rows: Vec<String> = rows
            .iter()
            .map(|(key, value)| format!("{key:width$}  {value}"))
            .collect();
        self.prompter.say(&format!("\n  {}\n", rows.join("\n  ")));
        let files = file_list(draft).replace("\n  ", "\n    ");
        self.prompter.say(&format!("  {}\n  {files}", folder(&draft.plan.root)));

        let choices = ["Create it", "Change an answer", "Cancel"].map(String::from);
        match self.prompter.choose("Create this project?", &choices)? {
            Some(0) => return Ok(Verdict::Create),
            Some(1) => {}
            None if draft.git.said => return Ok(Verdict::Change(self.last.clone())),
            None => return Ok(Verdict::ChangeGit),
            Some(_) => return Err(Failure::new(Code::Cancelled, "cancelled; nothing was written").into()),
        }
        // What the command line said stays said.
        let mut rows = rows;
        if draft.git.said {
            rows.pop();
        }
        let last = rows.len();
        rows.push("none, back to the summary".to_string());
        let choice = self.prompter.choose("Which one?", &rows)?.unwrap_or(last);
        Ok(match draft.answers.told().nth(choice) {
            Some(answer) => Verdict::Change(answer.key.clone()),
            None if choice == last => Verdict::Again,
            None => Verdict::ChangeGit,
        })
    }

    fn greet(&mut self) {
        if !self.greeted {
            self.greeted = true;
            let manifest = &self.template.manifest;
            self.prompter
                .say(&format!("{} (template {})", manifest.description, manifest.name));
            self.prompter
                .dim("Enter takes the default, `<` (in a menu Esc) goes back, Ctrl-C leaves without a trace.\n");
        }
    }
}

impl Ask for Dialogue<'_> {
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Reply> {
        let key = &asked.question.key;
        let is_new = self.seen.insert(key.clone());
        let is_chosen = match &self.round {
            Round::All => {
                self.greet();
                self.last.clone_from(key);
                let reply = self.prompter.ask(asked)?;
                if matches!(reply, Reply::Back) && asked.number == 1 && self.args.from_menu {
                    self.is_left = true;
                    bail!("went back to the menu of templates");
                }
                return Ok(reply);
            }
            Round::One(chosen) => chosen == key,
            Round::None => false,
        };
        let stays = asked
            .default
            .is_some_and(|default| self.check(asked.question, default).is_ok());
        // A question that came in by the change is asked like any other.
        if !is_chosen && stays && !is_new && !asked.again {
            return Ok(Reply::Keep);
        }
        self.prompter.more = 0;
        let reply = self.prompter.ask(&Asked {
            number: 1,
            total: 1,
            ..*asked
        })?;
        Ok(match reply {
            // Back is the summary, and with the answer as it was.
            Reply::Back if stays => Reply::Keep,
            reply => reply,
        })
    }

    /// The folder's name must be free, when it is the answer that names it.
    fn check(&self, question: &Question, value: &Value) -> Result<(), Refusal> {
        let names_it = |naming: &Question| naming.key == question.key;
        if !self.template.named_by().is_some_and(names_it) || self.args.path.is_some() {
            return Ok(());
        }
        let refuse = |error: &anyhow::Error| {
            let problem = error
                .downcast_ref::<Failure>()
                .and_then(|failure| failure.problems.first());
            let reason = problem.map_or_else(|| error.to_string(), |problem| format!("it {}", problem.message));
            Refusal::new(format!("names the new folder: {reason}"))
        };
        let Some(destination) =
            Destination::named(self.args, self.template, value.as_text()).map_err(|error| refuse(&error))?
        else {
            return Ok(());
        };
        if destination.into.is_some() {
            return Ok(());
        }
        check_free(&destination.path).map_err(|error| Refusal {
            suggestion: destination
                .free_neighbour()
                .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned())),
            ..refuse(&error)
        })
    }

    fn refused(&mut self, question: &Question, refusal: &Refusal) -> Result<()> {
        self.prompter.refused(question, refusal)
    }
}
