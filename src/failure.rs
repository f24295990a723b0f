//! What went wrong, as facts: a machine-readable code, every problem found, and the command that would help.
//!
//! A [`Failure`] travels inside `anyhow::Error` so that context can be added on the way up; how it looks is decided
//! where it is printed (`ui.rs`), never here.

use std::fmt;

use serde_json::{Value, json};

use crate::neutral::shortened;

/// `lstk`'s error codes, as far as this program raises them.
///
/// Source: lstk `docs/structured-output.md`, "Error codes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A command line that cannot be parsed.
    Usage,
    /// Well-formed input whose meaning is refused.
    Validation,
    /// The user's configuration file is broken.
    ConfigInvalid,
    /// A program that is needed is not on this machine.
    DependencyMissing,
    /// What a program would run in is not there, or is in use.
    RuntimeUnavailable,
    /// Another machine cannot be reached.
    Network,
    /// There is no token of a LocalStack account.
    AuthRequired,
    /// There is one, and LocalStack does not take it.
    LicenseInvalid,
    /// The user, or a signal, stopped the command.
    Cancelled,
    /// Everything else, input/output errors above all.
    Internal,
}

impl Code {
    pub fn name(self) -> &'static str {
        match self {
            Code::Usage => "USAGE_ERROR",
            Code::Validation => "VALIDATION_ERROR",
            Code::ConfigInvalid => "CONFIG_INVALID",
            Code::DependencyMissing => "DEPENDENCY_MISSING",
            Code::RuntimeUnavailable => "RUNTIME_UNAVAILABLE",
            Code::Network => "NETWORK_ERROR",
            Code::AuthRequired => "AUTH_REQUIRED",
            Code::LicenseInvalid => "LICENSE_INVALID",
            Code::Cancelled => "CANCELLED",
            Code::Internal => "INTERNAL_ERROR",
        }
    }

    pub fn category(self) -> &'static str {
        match self {
            Code::Usage | Code::Validation => "USAGE",
            Code::ConfigInvalid => "CONFIG",
            Code::DependencyMissing | Code::RuntimeUnavailable | Code::Network => "RUNTIME",
            Code::AuthRequired | Code::LicenseInvalid => "AUTH",
            Code::Cancelled | Code::Internal => "INTERNAL",
        }
    }

    /// Whether the same invocation may succeed later with nothing changed; a static property of the code.
    pub fn retryable(self) -> bool {
        matches!(self, Code::Cancelled | Code::RuntimeUnavailable | Code::Network)
    }
}

/// One thing that is wrong with one place: a question's key, or `file:line:column`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub at: String,
    pub message: String,
    pub hint: Option<String>,
}

impl Problem {
    pub fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Problem {
            at: shortened(&at.into(), LONGEST).into_owned(),
            message: shortened(&message.into(), LONGEST).into_owned(),
            hint: None,
        }
    }

    /// A problem at a place in a text, as `file:line:column`; `offset` counts bytes.
    pub fn in_text(file: impl fmt::Display, text: &str, offset: usize, message: impl Into<String>) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Problem::new(format!("{file}:{line}:{column}"), message)
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(shortened(&hint.into(), LONGEST).into_owned());
        self
    }

    /// For programs.
    pub fn data(&self) -> Value {
        json!({ "at": self.at, "message": self.message, "hint": self.hint })
    }
}

/// More letters than anybody reads of one thing that is wrong.
pub const LONGEST: usize = 2_000;

/// More than anybody corrects at once.
pub const MOST_PROBLEMS: usize = 1_000;

/// A failed command: the headline, and what a person or a program needs to get past it.
#[derive(Debug)]
pub struct Failure {
    pub code: Code,
    /// The process' exit code; 2 for what the command line itself got wrong, 4 where a token is missing.
    pub exit: u8,
    pub message: String,
    pub problems: Vec<Problem>,
    /// Sentences or commands, each printed behind `hint:`.
    pub hints: Vec<String>,
}

impl Failure {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Failure {
            code,
            exit: match code {
                Code::Usage => 2,
                Code::AuthRequired => 4,
                _ => 1,
            },
            message: message.into(),
            problems: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Input given on the command line or in a data file that is refused; exits 2 like any usage error.
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Failure {
            exit: 2,
            ..Failure::new(Code::Validation, message)
        }
    }

    #[must_use]
    pub fn problems(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self.problems.truncate(MOST_PROBLEMS);
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Whether nothing that could be changed in what was given would make it work: the user stops it, or this machine lacks something.
pub fn is_final(error: &anyhow::Error) -> bool {
    let failure = error.downcast_ref::<Failure>();
    failure.is_some_and(|failure| {
        matches!(
            failure.code,
            Code::Cancelled | Code::DependencyMissing | Code::RuntimeUnavailable
        )
    })
}

/// Nobody types a longer one.
const LONGEST_WORD: usize = 100;

/// The known word closest to `typed`, when it is close enough to be what was meant.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > LONGEST_WORD {
        return None;
    }
    known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(typed, word), word))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_close() {
        let keys = ["project_name", "module_name", "email"];
        assert_eq!(did_you_mean("modul_name", keys), Some("module_name"));
        assert_eq!(did_you_mean("licence", keys), None);
    }
}
