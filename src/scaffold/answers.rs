//! Answers: one value a question, and where each came from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::engine::Scope;
use super::value::Value;
use crate::failure::Problem;

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag,
    DataFile,
    Prompt,
    /// The user's configuration file.
    Config,
    /// The path on the command line.
    Path,
    /// The user's git configuration.
    Git,
    Default,
}

impl Origin {
    pub fn name(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::DataFile => "data-file",
            Origin::Prompt => "prompt",
            Origin::Config => "config",
            Origin::Path => "path",
            Origin::Git => "git",
            Origin::Default => "default",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub key: String,
    pub value: Value,
    pub origin: Origin,
    /// Neither shown nor recorded.
    pub secret: bool,
    /// It was not asked for and has no default: there is nothing to record.
    pub absent: bool,
    /// The template's own data, as the template has it: neither asked for nor shown nor recorded.
    pub own: bool,
}

impl Answer {
    /// What may be shown of it.
    pub fn shown(&self) -> String {
        match self.secret && !self.value.is_empty() {
            true => "(hidden)".to_string(),
            false => self.value.to_string(),
        }
    }
}

/// Values known before the first question, by key.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Answers: these questions are not asked.
    pub answers: BTreeMap<String, (Value, Origin)>,
    /// Better defaults than the template's own.
    pub defaults: BTreeMap<String, (Value, Origin)>,
    /// What was said and is no answer to anything.
    pub problems: Vec<Problem>,
    /// A question that is asked even where its `when` does not hold.
    pub ask: Option<String>,
    /// Questions that somebody chose to answer, whatever their `when` says.
    pub chosen: BTreeSet<String>,
}

/// One value for every question, in the order of the questions.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    pub(super) answers: Vec<Answer>,
    /// What was changed into its normal form: key, what was given, what it became.
    pub normalised: Vec<(String, String, String)>,
    /// Defaults from the configuration that this template does not take, by key: why.
    pub passed_over: BTreeMap<String, String>,
    /// Data with what was given for it, by key, before it was rendered.
    pub(super) laid: BTreeMap<String, Json>,
    /// How many questions somebody was asked.
    pub asked: usize,
}

impl Answers {
    /// The answer to a question of text or of one choice, to be shown in a folder's name or an address: none where it is
    /// secret.
    pub fn open_text(&self, key: &str) -> Option<&str> {
        let answer = self.answers.iter().find(|answer| answer.key == key && !answer.secret);
        answer.and_then(|answer| answer.value.as_text())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter()
    }

    /// Those that somebody may want to know.
    pub fn told(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| !answer.own)
    }

    /// The answers as templates see them, without what is computed from them.
    pub fn scope(&self) -> Scope {
        Answers::scope_of(self.answers.iter())
    }

    /// The same where the text is printed or recorded: there are no secrets in it, however it is written.
    pub fn open_scope(&self) -> Scope {
        Answers::scope_of(self.answers.iter().filter(|answer| !answer.secret))
    }

    /// The same as data, in the order of the questions.
    pub fn data(&self) -> Map<String, Json> {
        self.answers
            .iter()
            .map(|answer| (answer.key.clone(), (&answer.value).into()))
            .collect()
    }

    /// The same without secrets.
    pub fn open_data(&self) -> Map<String, Json> {
        let open = self.answers.iter().filter(|answer| !answer.secret);
        open.map(|answer| (answer.key.clone(), (&answer.value).into()))
            .collect()
    }

    fn scope_of<'a>(answers: impl Iterator<Item = &'a Answer>) -> Scope {
        let mut scope = Scope::default();
        for answer in answers {
            scope.set(&answer.key, &answer.value);
        }
        scope
    }

    /// What to resolve from to have the same answers again: what was typed stays, what was left to a default follows.
    #[must_use]
    pub fn keeping(&self, given: &Given) -> Given {
        let mut given = given.clone();
        given.ask = None;
        for answer in self.answers.iter().filter(|answer| answer.origin == Origin::Prompt) {
            given
                .answers
                .insert(answer.key.clone(), (answer.value.clone(), Origin::Prompt));
        }
        given
    }

    /// The same, with one question asked again: its answer so far is the default, unless that follows from others.
    #[must_use]
    pub fn revising(&self, key: &str, given: &Given) -> Given {
        let mut given = self.keeping(given);
        given.ask = Some(key.to_string());
        given.chosen.insert(key.to_string());
        if let Some(said) = given.answers.remove(key) {
            given.defaults.insert(key.to_string(), said);
        }
        given
    }
}
