//! Asking a template's questions in order, with a way back.
//!
//! Knows nothing of terminals: whoever can answer implements [`Ask`].

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;

use super::answers::{Answer, Answers, Given, Origin};
use super::ask::{Ask, Asked, Reply};
use super::circumstances::Circumstances;
use super::confine::confined;
use super::engine::Scope;
use super::given;
use super::question::{Default, Kind, Question};
use super::rule::Refusal;
use super::template::Template;
use super::value::Value;
use crate::failure::Problem;

/// Answers every question: flags > data file > prompt > configuration > default.
///
/// Everything wrong with what is given is one error, before the first question.
pub fn resolve(
    template: &Template,
    circumstances: &Circumstances,
    given: &Given,
    ask: &mut dyn Ask,
) -> Result<Answers> {
    given::check(template, given)?;
    let mut interview = Interview {
        template,
        circumstances,
        given,
        answers: Answers::default(),
        revisited: BTreeMap::new(),
        asked: Vec::new(),
        unanswered: Vec::new(),
        problems: Vec::new(),
    };
    while let Some(question) = template.manifest.questions.get(interview.answers.answers.len()) {
        interview.answer(question, ask)?;
    }
    interview.finish()
}

/// Questions that nobody answered and that have no default, or none that may be taken. How they can be answered is for
/// the caller to say.
#[derive(Debug)]
pub struct Unanswered(pub Vec<String>);

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unanswered: {}", self.0.join(", "))
    }
}

impl std::error::Error for Unanswered {}

/// How asking one question ended.
enum Outcome {
    Answered(Value, Origin),
    Back,
    Unanswered,
}

/// The state of the questions while they are being asked.
struct Interview<'a> {
    template: &'a Template,
    circumstances: &'a Circumstances,
    given: &'a Given,
    answers: Answers,
    /// What was typed before going back, offered again as the default.
    revisited: BTreeMap<String, Value>,
    /// Indices of the questions that were asked, in order.
    asked: Vec<usize>,
    /// Questions that nobody answers; the others go on without, to find all of them.
    unanswered: Vec<String>,
    /// Given answers that were refused in the light of the others.
    problems: Vec<Problem>,
}

impl Interview<'_> {
    /// Answers one question, or takes back the one before it.
    fn answer(&mut self, question: &Question, ask: &mut dyn Ask) -> Result<()> {
        let rendered = self.with_choices(question)?;
        let question = rendered.as_ref().unwrap_or(question);
        let key = &question.key;
        let mut again = false;
        if let Some((value, origin)) = self.given.answers.get(key)
            // What was typed for a question that is not asked any more is forgotten; what a flag says stays said.
            && (*origin != Origin::Prompt || self.given.chosen.contains(key) || self.holds(question)?)
        {
            let checked = self.check(question, value);
            match self.laid_over_default(question, *origin, checked)? {
                Ok(normal) => {
                    self.note(question, value, &normal);
                    self.push(question, normal, *origin);
                    return Ok(());
                }
                // Another answer was changed since, and there is somebody to ask.
                Err(_) if *origin == Origin::Prompt => {
                    again = true;
                    self.revisited.insert(key.clone(), value.clone());
                }
                Err(refusal) => {
                    self.problems.push(refusal.about(key));
                    self.push(question, question.nothing(), *origin);
                    return Ok(());
                }
            }
        }
        let default = self.default(question)?;
        if self.holds(question)? {
            match self.ask(question, default.as_ref(), again, ask)? {
                Outcome::Answered(value, origin) => {
                    self.asked.push(self.answers.answers.len());
                    self.push(question, value, origin);
                    return Ok(());
                }
                Outcome::Back => {
                    self.back();
                    return Ok(());
                }
                Outcome::Unanswered if !ask.is_silent() && self.follows_from_unanswered(question) => {}
                Outcome::Unanswered => self.unanswered.push(key.clone()),
            }
        }
        match default {
            Some((value, origin)) => self.push(question, value, origin),
            None => {
                self.push(question, question.nothing(), Origin::Default);
                if let Some(answer) = self.answers.answers.last_mut() {
                    answer.absent = true;
                }
            }
        }
        Ok(())
    }

    /// Whether its default would be there if another question were answered.
    fn follows_from_unanswered(&self, question: &Question) -> bool {
        let texts = question.default.iter().flat_map(Default::texts);
        let mut names = texts.flat_map(|text| &text.names);
        names.any(|name| self.unanswered.contains(name))
    }

    /// Asks until the answer is a good one, or there will be none.
    fn ask(
        &mut self,
        question: &Question,
        default: Option<&(Value, Origin)>,
        again: bool,
        ask: &mut dyn Ask,
    ) -> Result<Outcome> {
        if ask.is_silent() {
            return Ok(Outcome::Unanswered);
        }
        let revisited = self.revisited.get(&question.key).cloned();
        let shown = revisited.as_ref().or(default.map(|(value, _)| value));
        let asked = Asked {
            question,
            default: shown,
            number: self.asked.len() + 1,
            total: self.asked.len() + self.remaining(),
            again,
        };
        loop {
            let (said, origin) = match ask.ask(&asked)? {
                Reply::Said(value) => (value, Origin::Prompt),
                Reply::Back if self.asked.is_empty() => continue,
                Reply::Back => return Ok(Outcome::Back),
                Reply::Keep => match (&revisited, default) {
                    (Some(value), _) => (value.clone(), Origin::Prompt),
                    (None, Some((value, origin))) => (value.clone(), *origin),
                    (None, None) => return Ok(Outcome::Unanswered),
                },
            };
            let checked = self.check(question, &said);
            let checked = checked.and_then(|value| {
                ask.check(question, &value)?;
                Ok(value)
            });
            match checked {
                Ok(value) => {
                    self.note(question, &said, &value);
                    return Ok(Outcome::Answered(value, origin));
                }
                Err(refusal) => ask.refused(question, &refusal)?,
            }
        }
    }

    fn finish(self) -> Result<Answers> {
        let Interview {
            mut answers,
            asked,
            unanswered,
            problems,
            ..
        } = self;
        if !problems.is_empty() {
            return Err(given::unusable(problems));
        }
        if !unanswered.is_empty() {
            return Err(Unanswered(unanswered).into());
        }
        answers.asked = asked.len();
        Ok(answers)
    }

    fn push(&mut self, question: &Question, value: Value, origin: Origin) {
        self.answers.answers.push(Answer {
            key: question.key.clone(),
            value,
            origin,
            secret: question.secret,
            absent: false,
            own: origin == Origin::Default && matches!(question.kind, Kind::Data),
        });
    }

    fn note(&mut self, question: &Question, given: &Value, normal: &Value) {
        if let (Value::Text(given), Value::Text(normal)) = (given, normal)
            && given != normal
            && !question.secret
        {
            let note = (question.key.clone(), given.clone(), normal.clone());
            self.answers.normalised.push(note);
        }
    }

    /// Forgets everything from the question asked last, keeping what was typed as the next default.
    fn back(&mut self) {
        let Some(index) = self.asked.pop() else { return };
        for answer in self.answers.answers.drain(index..) {
            self.answers.normalised.retain(|(key, _, _)| *key != answer.key);
            self.answers.passed_over.remove(&answer.key);
            self.answers.laid.remove(&answer.key);
            if answer.origin == Origin::Prompt {
                self.revisited.insert(answer.key, answer.value);
            }
        }
    }

    /// The default and its origin; a template's default that breaks the question's own rule is none.
    fn default(&mut self, question: &Question) -> Result<Option<(Value, Origin)>> {
        if let Some((value, origin)) = self.given.defaults.get(&question.key) {
            let checked = match self.template.cookiecutter.is_some() && self.template.engine.is_code_in(value) {
                true => Err(Refusal::new(given::CODE)),
                false => self.check(question, value),
            };
            match self.laid_over_default(question, *origin, checked)? {
                Ok(value) => return Ok(Some((value, *origin))),
                Err(refusal) if *origin == Origin::Config => {
                    self.answers.passed_over.insert(question.key.clone(), refusal.reason);
                }
                Err(_) => {}
            }
        }
        self.template_default(question)
    }

    fn template_default(&mut self, question: &Question) -> Result<Option<(Value, Origin)>> {
        let Some(default) = &question.default else {
            return Ok(None);
        };
        let is_known = |name: &str| self.circumstances.git.contains_key(name);
        let is_from_git = |name: &String| name.strip_prefix("git.").is_some_and(is_known);
        // What is recorded has no secrets in it.
        let scope = match question.secret || self.template.cookiecutter.is_some() {
            true => self.scope(),
            false => {
                let mut open = self.answers.open_scope();
                self.template.add_group(&mut open, self.answers.open_data());
                self.with_circumstances(open)
            }
        };
        let mut texts = Vec::new();
        let mut origin = Origin::Default;
        for text in default.texts() {
            let engine = &self.template.engine;
            let rendered = engine.render_text(&text.at, &text.code, &scope);
            texts.push(rendered.map_err(|problem| self.template.broken(vec![problem]))?);
            if text.names.iter().any(is_from_git) {
                origin = Origin::Git;
            }
        }
        let value = match default {
            Default::One(_) => Value::Text(texts.concat()),
            Default::Many(_) => Value::List(texts),
            Default::Data { data, at } => Value::from(self.rendered(data, at)?),
            Default::Plain(data) => Value::from(data.clone()),
        };
        Ok(self.check(question, &value).ok().map(|value| (value, origin)))
    }

    /// Whether the question is to be asked.
    fn holds(&self, question: &Question) -> Result<bool> {
        match &question.when {
            _ if matches!(question.kind, Kind::Data) => Ok(false),
            Some(when) if self.given.ask.as_ref() != Some(&question.key) => {
                let holds = self.template.engine.holds(when, &self.scope());
                holds.map_err(|problem| self.template.broken(vec![problem]).into())
            }
            _ => Ok(true),
        }
    }

    /// The answer in its normal form, or why it is refused: by the question's rules, or by its own expression.
    fn check(&self, question: &Question, value: &Value) -> Result<Value, Refusal> {
        // A regular expression is the template's code as well.
        let value = confined(|| question.check(value))?;
        if let Some(test) = &question.test {
            let scope = self.scope().with(&question.key, &value);
            // An expression that fails, on letters where it wants a number, refuses as well as one that does not hold.
            if self.template.engine.holds(&test.expression, &scope) != Ok(true) {
                return Err(Refusal::new(&test.message));
            }
        }
        Ok(value)
    }

    /// How many questions are still to be asked, this one included, as far as can be told now.
    fn remaining(&self) -> usize {
        let open = self.template.manifest.questions.iter().skip(self.answers.answers.len());
        open.filter(|question| !self.given.answers.contains_key(&question.key))
            .filter(|question| self.holds(question).unwrap_or(true))
            .count()
    }

    /// What a text or an expression may use.
    fn scope(&self) -> Scope {
        self.with_circumstances(self.template.scope_so_far(&self.answers))
    }

    /// A cookiecutter template knows of none.
    fn with_circumstances(&self, mut scope: Scope) -> Scope {
        if self.template.cookiecutter.is_none() {
            self.circumstances.add_to(&mut scope);
        }
        scope
    }
}

mod following;
#[cfg(test)]
mod tests;
