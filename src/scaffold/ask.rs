//! Whoever answers questions: a person at a terminal, or nobody.

use anyhow::Result;

use super::question::Question;
use super::rule::Refusal;
use super::value::Value;

/// A question at the moment it is asked.
pub struct Asked<'a> {
    pub question: &'a Question,
    pub default: Option<&'a Value>,
    /// Position among the questions that are asked, from 1.
    pub number: usize,
    pub total: usize,
    /// An answer was given before, and is refused now that others have changed.
    pub again: bool,
}

pub enum Reply {
    Said(Value),
    /// The default, where there is one.
    Keep,
    /// Ask the question before this one again.
    Back,
}

/// Whoever answers questions.
pub trait Ask {
    /// Whether nobody answers: every question without a given answer is then reported as missing.
    fn is_silent(&self) -> bool {
        false
    }

    fn ask(&mut self, asked: &Asked<'_>) -> Result<Reply>;

    /// A rule beyond the question's own.
    fn check(&self, _question: &Question, _value: &Value) -> Result<(), Refusal> {
        Ok(())
    }

    /// The answer was refused; the question is asked again.
    fn refused(&mut self, _question: &Question, _refusal: &Refusal) -> Result<()> {
        Ok(())
    }
}

/// Takes every default (`--defaults`).
pub struct Defaults;

impl Ask for Defaults {
    fn ask(&mut self, _: &Asked<'_>) -> Result<Reply> {
        Ok(Reply::Keep)
    }
}

/// Answers nothing: no terminal, and `--defaults` was not said.
pub struct Nobody;

impl Ask for Nobody {
    fn is_silent(&self) -> bool {
        true
    }

    fn ask(&mut self, _: &Asked<'_>) -> Result<Reply> {
        Ok(Reply::Keep)
    }
}
