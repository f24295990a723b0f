//! Checking what is known before the first question, all of it at once.

use std::collections::BTreeSet;

use anyhow::Result;

use super::answers::{Given, Origin};
use super::confine::confined;
use super::engine::Scope;
use super::question::Question;
use super::rule::Refusal;
use super::template::Template;
use super::value::Value;
use crate::failure::{Failure, Problem, did_you_mean};

/// Refuses unknown keys and bad values, in one error.
pub(super) fn check(template: &Template, given: &Given) -> Result<()> {
    let questions = &template.manifest.questions;
    let mut problems = given.problems.clone();
    problems.extend(unknown(template, given));
    let mut good = Scope::default();
    for question in questions {
        if let Some((value, _)) = given.answers.get(&question.key)
            && let Ok(value) = confined(|| question.check(value))
        {
            good.set(&question.key, &value);
        }
    }
    for question in questions {
        let key = &question.key;
        // A default that does not go with this template may go with another; one that breaks a rule goes with none.
        let default = || {
            let config = given.defaults.get(key).filter(|(_, origin)| *origin == Origin::Config);
            config.filter(|(value, _)| question.kind.breaks_rule(value))
        };
        let (at, value) = match (given.answers.get(key), default()) {
            // What was typed and does not go with the others any more is asked again.
            (Some((_, Origin::Prompt)), _) => continue,
            (Some((value, _)), _) => (key.clone(), value),
            (None, Some((value, _))) => (format!("defaults.{key} in the configuration file"), value),
            (None, None) => continue,
        };
        if template.cookiecutter.is_some() && template.engine.is_code_in(value) {
            if !given.answers.contains_key(key) {
                // A default from the configuration is passed over when its question comes up.
                continue;
            }
            problems.push(Problem::new(at, CODE).hint("write what it should come to"));
            continue;
        }
        if question.choices_are_code {
            // What there is to choose from follows from the other answers.
            continue;
        }
        let checked =
            confined(|| question.check(value)).and_then(|value| test(template, question, &value, given, &good));
        problems.extend(checked.err().map(|refusal| refusal.about(at)));
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(unusable(problems)),
    }
}

/// Cookiecutter runs what is given on its command line.
pub(super) const CODE: &str = "is template code, and an answer is never run";

/// The failure for answers that cannot be used.
pub(super) fn unusable(problems: Vec<Problem>) -> anyhow::Error {
    let message = match problems.len() {
        1 => "an answer is not usable".to_string(),
        count => format!("{count} answers are not usable"),
    };
    Failure::invalid_input(message).problems(problems).into()
}

fn unknown(template: &Template, given: &Given) -> Vec<Problem> {
    let manifest = &template.manifest;
    let keys: BTreeSet<&str> = manifest
        .questions
        .iter()
        .map(|question| question.key.as_str())
        .collect();
    let unknown = given.answers.keys().filter(|key| !keys.contains(key.as_str()));
    let problem = |key: &String| {
        let problem = Problem::new(key, format!("is not a question of the template `{}`", manifest.name));
        problem.hint(match did_you_mean(key, keys.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if keys.is_empty() => "it asks nothing".to_string(),
            None => format!(
                "its questions are {}",
                keys.iter().copied().collect::<Vec<_>>().join(", ")
            ),
        })
    };
    unknown.map(problem).collect()
}

/// The question's own expression, where all it refers to is given; otherwise it is looked at when the rest is known.
fn test(template: &Template, question: &Question, value: &Value, given: &Given, good: &Scope) -> Result<(), Refusal> {
    let Some(test) = &question.test else { return Ok(()) };
    let is_known = |name: &String| *name == question.key || given.answers.contains_key(name);
    let scope = good.with(&question.key, value);
    match test.expression.names.iter().all(is_known) && template.engine.holds(&test.expression, &scope) != Ok(true) {
        true => Err(Refusal::new(&test.message)),
        false => Ok(()),
    }
}
