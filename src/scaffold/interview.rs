//! Asking a template's questions in order, with a way back.
//!
//! Knows nothing of terminals: whoever can answer implements [`Ask`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::Result;
use minijinja::value::Value;

use super::answers::{Answer, Answers, Given, Origin};
use super::ask::{Ask, Asked, Reply};
use super::engine::Engine;
use super::manifest::{Manifest, Question};
use crate::failure::{Code, Failure, Problem, did_you_mean};

/// Answers every question: flags > data file > prompt > configuration > default.
///
/// Everything wrong with what is given is one error, before the first question. `git` is the user's identity: `name`,
/// `email`, `github_user`, as far as they are known.
pub fn resolve(
    manifest: &Manifest,
    engine: &Engine,
    git: &BTreeMap<&'static str, String>,
    given: &Given,
    ask: &mut dyn Ask,
) -> Result<Answers> {
    check_given(manifest, given, ask.is_silent())?;
    let mut interview = Interview {
        manifest,
        engine,
        git,
        given,
        answers: Answers::default(),
        revisited: BTreeMap::new(),
        asked: Vec::new(),
    };
    while let Some(question) = manifest.questions.get(interview.answers.answers.len()) {
        interview.answer(question, ask)?;
    }
    interview.answers.asked = interview.asked.len();
    Ok(interview.answers)
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
    Answered(String, Origin),
    Back,
    Unanswered,
}

/// The state of the questions while they are being asked.
struct Interview<'a> {
    manifest: &'a Manifest,
    engine: &'a Engine,
    git: &'a BTreeMap<&'static str, String>,
    given: &'a Given,
    answers: Answers,
    /// What was typed before going back, offered again as the default.
    revisited: BTreeMap<String, String>,
    /// Indices of the questions that were asked, in order.
    asked: Vec<usize>,
}

impl Interview<'_> {
    /// Answers one question, or takes back the one before it.
    fn answer(&mut self, question: &Question, ask: &mut dyn Ask) -> Result<()> {
        let key = &question.key;
        if let Some((value, origin)) = self.given.answers.get(key) {
            // Checked before the first question.
            let normal = question.rule.check(value).unwrap_or_default();
            self.note(key, value, &normal);
            self.push(key, normal, *origin);
            return Ok(());
        }
        let default = self.default(question)?;
        let holds = self.holds(question)?;
        if holds {
            match self.ask(question, default.as_ref(), ask)? {
                Outcome::Answered(value, origin) => {
                    self.asked.push(self.answers.answers.len());
                    self.push(key, value, origin);
                    return Ok(());
                }
                Outcome::Back => {
                    self.back();
                    return Ok(());
                }
                Outcome::Unanswered => {}
            }
        }
        match default {
            Some((value, origin)) => self.push(key, value, origin),
            None => return Err(Unanswered(vec![key.clone()]).into()),
        }
        Ok(())
    }

    /// Asks until the answer is a good one, or there will be none.
    fn ask(&mut self, question: &Question, default: Option<&(String, Origin)>, ask: &mut dyn Ask) -> Result<Outcome> {
        let revisited = self.revisited.get(&question.key).cloned();
        let shown = revisited
            .as_ref()
            .or(default.map(|(value, _)| value))
            .map(String::as_str);
        let asked = Asked {
            question,
            default: shown,
            number: self.asked.len() + 1,
            total: self.asked.len() + self.remaining(),
        };
        loop {
            let (typed, origin) = match ask.ask(&asked)? {
                Reply::Text(text) => (text, Origin::Prompt),
                Reply::Back if self.asked.is_empty() => continue,
                Reply::Back => return Ok(Outcome::Back),
                Reply::Keep => match (&revisited, default) {
                    (Some(value), _) => (value.clone(), Origin::Prompt),
                    (None, Some((value, origin))) => (value.clone(), *origin),
                    (None, None) => return Ok(Outcome::Unanswered),
                },
            };
            let checked = question.rule.check(&typed).and_then(|value| {
                ask.check(question, &value)?;
                Ok(value)
            });
            match checked {
                Ok(value) => {
                    self.note(&question.key, &typed, &value);
                    return Ok(Outcome::Answered(value, origin));
                }
                Err(refusal) => ask.refused(question, &refusal)?,
            }
        }
    }

    fn push(&mut self, key: &str, value: String, origin: Origin) {
        self.answers.answers.push(Answer {
            key: key.to_string(),
            value,
            origin,
        });
    }

    fn note(&mut self, key: &str, given: &str, normal: &str) {
        if given != normal {
            let note = (key.to_string(), given.to_string(), normal.to_string());
            self.answers.normalised.push(note);
        }
    }

    /// Forgets everything from the question asked last, keeping what was typed as the next default.
    fn back(&mut self) {
        let Some(index) = self.asked.pop() else { return };
        for answer in self.answers.answers.drain(index..) {
            self.answers.normalised.retain(|(key, _, _)| *key != answer.key);
            if answer.origin == Origin::Prompt {
                self.revisited.insert(answer.key, answer.value);
            }
        }
    }

    /// The default and its origin; a template's default that breaks the question's own rule is none.
    fn default(&self, question: &Question) -> Result<Option<(String, Origin)>> {
        if let Some((value, origin)) = self.given.defaults.get(&question.key)
            && let Ok(value) = question.rule.check(value)
        {
            return Ok(Some((value, *origin)));
        }
        let Some(text) = &question.default else {
            return Ok(None);
        };
        let value = self.render(question, text)?;
        let names = self.engine.references(text).unwrap_or_default();
        let from_git = |name: &String| {
            name.strip_prefix("git.")
                .is_some_and(|name| self.git.contains_key(name))
        };
        let origin = if names.iter().any(from_git) {
            Origin::Git
        } else {
            Origin::Default
        };
        Ok(question.rule.check(&value).ok().map(|value| (value, origin)))
    }

    fn holds(&self, question: &Question) -> Result<bool> {
        let Some(when) = question
            .when
            .as_ref()
            .filter(|_| self.given.ask.as_ref() != Some(&question.key))
        else {
            return Ok(true);
        };
        let condition = format!("{{% if {when} %}}yes{{% endif %}}");
        Ok(self.render(question, &condition)? == "yes")
    }

    /// How many questions are still to be asked, this one included, as far as can be told now.
    fn remaining(&self) -> usize {
        let open = self.manifest.questions.iter().skip(self.answers.answers.len());
        open.filter(|question| !self.given.answers.contains_key(&question.key))
            .filter(|question| self.holds(question).unwrap_or(true))
            .count()
    }

    fn render(&self, question: &Question, text: &str) -> Result<String> {
        let place = format!("question `{}`", question.key);
        let rendered = self.engine.render_text(&place, text, &self.values());
        rendered.map_err(|problem| {
            let message = format!("the template `{}` does not work", self.manifest.name);
            Failure::new(Code::Validation, message).problems(vec![problem]).into()
        })
    }

    fn values(&self) -> Value {
        let mut values = self.answers.values();
        let known = |name: &'static str| (name, self.git.get(name).cloned().unwrap_or_default());
        let git = Value::from_pairs(["name", "email", "github_user"].map(known));
        values.insert("git".to_string(), git);
        Value::from(values)
    }
}

/// Refuses unknown keys and bad values, and with `all_needed` the questions nobody will answer, in one error.
fn check_given(manifest: &Manifest, given: &Given, all_needed: bool) -> Result<()> {
    let keys: BTreeSet<&str> = manifest
        .questions
        .iter()
        .map(|question| question.key.as_str())
        .collect();
    let mut problems = Vec::new();
    for key in given.answers.keys().filter(|key| !keys.contains(key.as_str())) {
        let problem = Problem::new(key, format!("is not a question of the template `{}`", manifest.name));
        problems.push(match did_you_mean(key, keys.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint(format!(
                "its questions are {}",
                keys.iter().copied().collect::<Vec<_>>().join(", ")
            )),
        });
    }
    for question in &manifest.questions {
        let key = &question.key;
        let default = || given.defaults.get(key).filter(|(_, origin)| *origin == Origin::Config);
        let (at, value) = match (given.answers.get(key), default()) {
            (Some((value, _)), _) => (key.clone(), value),
            (None, Some((value, _))) => (format!("defaults.{key} in the configuration file"), value),
            (None, None) => continue,
        };
        if let Err(refusal) = question.rule.check(value) {
            let problem = Problem::new(at, refusal.reason);
            problems.push(match refusal.suggestion {
                Some(suggestion) => problem.hint(format!("`{suggestion}` would do")),
                None => problem,
            });
        }
    }
    if !problems.is_empty() {
        let message = match problems.len() {
            1 => "an answer is not usable".to_string(),
            count => format!("{count} answers are not usable"),
        };
        return Err(Failure::invalid_input(message).problems(problems).into());
    }
    let open = |question: &&Question| !given.answers.contains_key(&question.key) && question.when.is_none();
    let unanswered = manifest.questions.iter().filter(open);
    let unanswered: Vec<String> = unanswered.map(|question| question.key.clone()).collect();
    match all_needed && !unanswered.is_empty() {
        true => Err(Unanswered(unanswered).into()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::rule::Refusal;

    /// Answers from a list, and remembers what was asked with which default, and what was refused.
    #[derive(Default)]
    struct Script {
        replies: Vec<&'static str>,
        seen: Vec<String>,
    }

    impl Ask for Script {
        fn ask(&mut self, asked: &Asked<'_>) -> Result<Reply> {
            let (key, default) = (&asked.question.key, asked.default.unwrap_or("-"));
            self.seen
                .push(format!("{}/{} {key} [{default}]", asked.number, asked.total));
            Ok(match self.replies.remove(0) {
                "" => Reply::Keep,
                "<" => Reply::Back,
                text => Reply::Text(text.to_string()),
            })
        }

        fn refused(&mut self, question: &Question, refusal: &Refusal) -> Result<()> {
            self.seen.push(format!("{} {}", question.key, refusal.reason));
            Ok(())
        }
    }

    const MANIFEST: &str = r#"
        [template]
        name = "t"
        version = "1"
        description = ""
        [[question]]
        key = "name"
        default = "One"
        [[question]]
        key = "hidden"
        default = "{{ name }}!"
        when = "false"
        [[question]]
        key = "version"
        default = "1.0"
        check = "version"
        [[question]]
        key = "slug"
        default = "{{ name | slug }}"
    "#;

    fn play(given: &Given, replies: &[&'static str]) -> (Answers, Vec<String>) {
        let engine = Engine::new();
        let manifest = Manifest::parse(MANIFEST, &engine).expect("a good manifest");
        let mut script = Script {
            replies: replies.to_vec(),
            ..Script::default()
        };
        let answers = resolve(&manifest, &engine, &BTreeMap::new(), given, &mut script).expect("answers");
        assert!(script.replies.is_empty(), "left over: {:?}", script.replies);
        (answers, script.seen)
    }

    fn values(answers: &Answers) -> Vec<&str> {
        answers.iter().map(|answer| answer.value.as_str()).collect()
    }

    #[test]
    fn a_refused_answer_is_asked_again_and_a_normal_form_is_noted() {
        let (answers, seen) = play(&Given::default(), &["", "latest", "v2.0", ""]);
        assert_eq!(values(&answers), ["One", "One!", "2.0", "one"]);
        assert_eq!(answers.normalised, [("version".into(), "v2.0".into(), "2.0".into())]);
        assert_eq!(seen[1], "2/3 version [1.0]");
        assert!(seen[2].starts_with("version must be a Python version"));
    }

    #[test]
    fn going_back_forgets_what_followed_and_offers_what_was_typed() {
        let (answers, seen) = play(&Given::default(), &["<", "Two", "v2", "<", "<", "Three", "", ""]);
        assert_eq!(values(&answers), ["Three", "Three!", "2", "three"]);
        assert_eq!(answers.normalised, []);
        assert_eq!(
            seen,
            [
                "1/3 name [One]",
                "1/3 name [One]",
                "2/3 version [1.0]",
                "3/3 slug [two]",
                "2/3 version [2]",
                "1/3 name [Two]",
                "2/3 version [2]",
                "3/3 slug [three]",
            ]
        );
    }

    #[test]
    fn revising_one_answer_keeps_what_was_typed_and_lets_defaults_follow() {
        let given = Given::default();
        let (answers, _) = play(&given, &["Two", "7", ""]);
        let (answers, seen) = play(&answers.revising("name", &given), &["Three", ""]);
        assert_eq!(values(&answers), ["Three", "Three!", "7", "three"]);
        assert_eq!(seen, ["1/2 name [Two]", "2/2 slug [three]"]);
    }
}
