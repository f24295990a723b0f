//! Secret answers, kept out of everything that is said.

use anyhow::{Error, anyhow};

use super::answers::{Answers, Given};
use super::manifest::Manifest;
use crate::failure::{Failure, Problem};

/// The texts that must not be shown.
pub struct Secrets(Vec<String>);

/// What is shown in their place.
const HIDDEN: &str = "(hidden)";

/// Shorter ones stand in every other word.
const SHORTEST: usize = 4;

impl Secrets {
    /// As far as they are known before the first question.
    pub fn of(manifest: &Manifest, given: &Given) -> Secrets {
        let secret = manifest.questions.iter().filter(|question| question.secret);
        let values = secret.flat_map(|question| {
            let known = [given.answers.get(&question.key), given.defaults.get(&question.key)];
            known.into_iter().flatten().map(|(value, _)| value.to_string())
        });
        Secrets::long_enough(values)
    }

    pub fn of_answers(answers: &Answers) -> Secrets {
        let secret = answers.iter().filter(|answer| answer.secret);
        Secrets::long_enough(secret.map(|answer| answer.value.to_string()))
    }

    fn long_enough(values: impl Iterator<Item = String>) -> Secrets {
        let mut values: Vec<String> = values.filter(|value| value.len() >= SHORTEST).collect();
        // One may be the beginning of another.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Secrets(values)
    }

    /// An error that says the same without them; it may be about a file that is named after one.
    pub fn hidden_in(&self, error: Error) -> Error {
        if self.0.is_empty() {
            return error;
        }
        match error.downcast::<Failure>() {
            Ok(failure) => {
                let problem = |problem: Problem| Problem {
                    at: self.hidden(&problem.at),
                    message: self.hidden(&problem.message),
                    hint: problem.hint.map(|hint| self.hidden(&hint)),
                };
                Failure {
                    message: self.hidden(&failure.message),
                    problems: failure.problems.into_iter().map(problem).collect(),
                    hints: failure.hints.iter().map(|hint| self.hidden(hint)).collect(),
                    ..failure
                }
                .into()
            }
            Err(error) if self.0.iter().any(|secret| format!("{error:#}").contains(secret)) => {
                anyhow!(self.hidden(&format!("{error:#}")))
            }
            Err(error) => error,
        }
    }

    fn hidden(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_string(), |text, secret| text.replace(secret, HIDDEN))
    }
}
