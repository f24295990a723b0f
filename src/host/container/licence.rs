//! What proves a licence to the container: handed on, never shown, and by its name only on any command line.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::config::{LocalStack, TOKEN_VARIABLE};
use crate::failure::{Code, Failure};

pub(super) struct Licence {
    /// Of the environment.
    variables: Vec<&'static str>,
    /// Where there is no variable.
    pub(super) token: Option<String>,
    /// What the old program keeps of it, so that LocalStack need not ask for it again.
    pub(super) file: Option<PathBuf>,
}

impl Licence {
    pub(super) fn of(config: &LocalStack) -> Licence {
        let token = || match &config.token {
            Some(token) => Some(token.reveal().to_string()),
            None => saved(&config.settings.as_ref()?.join("auth.json")),
        };
        // LocalStack refuses two of them.
        let is_variable = !config.licence_variables.is_empty();
        let cache = config
            .default_volume
            .as_ref()
            .and_then(|volume| volume.ancestors().nth(2));
        let file = cache.map(|cache| cache.join("localstack-cli").join("license.json"));
        Licence {
            variables: config.licence_variables.clone(),
            token: if is_variable { None } else { token() },
            file: file.filter(|file| file.is_file()),
        }
    }

    pub(super) fn is_missing(&self) -> bool {
        self.variables().is_empty()
    }

    /// For the container, by their names.
    pub(super) fn variables(&self) -> Vec<&'static str> {
        match self.token {
            Some(_) => vec![TOKEN_VARIABLE],
            None => self.variables.clone(),
        }
    }
}

/// What `localstack auth set-token` has left.
fn saved(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let saved: Value = serde_json::from_str(&text).ok()?;
    let token = saved[TOKEN_VARIABLE].as_str()?.trim();
    (!token.is_empty()).then(|| token.to_string())
}

pub(super) fn missing() -> Failure {
    let message = "LocalStack's own installer needs a licence, and there is no token";
    hinted(Failure::new(Code::AuthRequired, message))
}

pub(super) fn hinted(failure: Failure) -> Failure {
    failure
        .hint("sign in with `lstk login`, or set LOCALSTACK_AUTH_TOKEN")
        .hint("or do without a licence: `--engine local`")
}
