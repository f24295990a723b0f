//! Why a container did not do what it was asked for: LocalStack's installer exits with 0 whatever happened.

use std::path::PathBuf;

use super::licence;
use super::running::Said;
use crate::failure::{Code, Failure, Problem};

pub(super) enum Cause {
    /// The engine could not start it.
    NotStarted,
    /// The image is another one.
    Image,
    /// The name of LocalStack's exception, and what it says.
    Licence(String, String),
    /// What was told of it.
    Told(String),
    /// It ended with an error.
    Ended,
    /// It ended without a word of success.
    EndedEarly,
    NotInstalled(String),
    /// There is nothing in the volume that was to be there.
    Unseen(PathBuf),
}

impl Cause {
    pub(super) fn of(said: &Said) -> Option<Cause> {
        let told = || said.error.clone().or_else(|| said.exception.clone());
        let no_module = "No module named 'localstack.pro";
        match said.exit {
            Some(0) if told().is_none() && said.end.is_some() => None,
            Some(0) if told().is_none() => Some(Cause::EndedEarly),
            Some(125) => Some(Cause::NotStarted),
            Some(126 | 127) => Some(Cause::Image),
            Some(1) if told().is_none() && said.mentions(no_module) => Some(Cause::Image),
            _ => Some(match (licence_error(said), told()) {
                (Some((name, text)), None) => Cause::Licence(name, text),
                (_, Some(text)) => Cause::Told(text),
                (None, None) => Cause::Ended,
            }),
        }
    }

    pub(super) fn told(self, what: &str, image: &str, engine: &str, said: &Said) -> Failure {
        let lines = |lines: &[String]| vec![Problem::new(engine, lines.join("\n"))];
        let failed = |code, problems| Failure::new(code, format!("could not {what}")).problems(problems);
        match self {
            Cause::NotStarted => failed(Code::RuntimeUnavailable, lines(&said.others))
                .hint(format!("`{engine} pull {image}` tells whether there is such an image"))
                .hint("or do without a container: `--engine local`"),
            Cause::Image => {
                let problem = Problem::new(image, "has no installer of extensions");
                failed(Code::Validation, vec![problem])
                    .hint("take LocalStack's own image: `--image localstack/localstack-pro`")
            }
            Cause::Licence(name, text) => {
                let code = match name.as_str() {
                    "CredentialsMissingError" => Code::AuthRequired,
                    _ => Code::LicenseInvalid,
                };
                licence::hinted(failed(code, vec![Problem::new("licence", text)]))
            }
            Cause::Told(text) if said.pip.is_empty() => {
                failed(Code::Validation, vec![Problem::new("LocalStack", text)])
            }
            // What LocalStack makes of pip's end is no more than that it failed.
            Cause::Told(text) if said.error.is_none() => {
                let pip = Problem::new("pip", said.pip.join("\n"));
                let is_pip = text.contains("returned non-zero exit status");
                let localstack = (!is_pip).then(|| Problem::new("LocalStack", text));
                failed(Code::Validation, localstack.into_iter().chain([pip]).collect())
            }
            // It takes every end for a wrong name; pip knows the versions that there are, or that there is no network.
            Cause::Told(text) => {
                let is_reason = |line: &&String| line.starts_with("ERROR: ") || line.starts_with("WARNING: Retrying ");
                let mut reasons: Vec<&str> = said.pip.iter().filter(is_reason).map(String::as_str).collect();
                reasons.dedup();
                let pip = (!reasons.is_empty()).then(|| Problem::new("pip", reasons.join("\n")));
                let localstack = Problem::new("LocalStack", text);
                failed(Code::Validation, pip.into_iter().chain([localstack]).collect())
            }
            Cause::Ended if !said.pip.is_empty() => {
                failed(Code::Validation, vec![Problem::new("pip", said.pip.join("\n"))])
            }
            Cause::Ended | Cause::EndedEarly if said.others.is_empty() => {
                let end = said
                    .exit
                    .map_or("by a signal".to_string(), |exit| format!("with {exit}"));
                let text = format!("the container ended {end}, and did not say that it was done");
                failed(Code::Internal, vec![Problem::new(engine, text)])
            }
            Cause::Ended | Cause::EndedEarly => failed(Code::Internal, lines(&said.others)),
            Cause::NotInstalled(name) => {
                let problem = Problem::new(name, "is not installed");
                failed(Code::Validation, vec![problem]).hint("`lstk-extensions list` shows what is")
            }
            Cause::Unseen(volume) => {
                let text = "the container left nothing in this folder; does the engine run on another machine?";
                failed(
                    Code::RuntimeUnavailable,
                    vec![Problem::new(volume.display().to_string(), text)],
                )
                .hint("share the folder with the engine, or do without: `--engine local`")
            }
        }
    }
}

/// The last line of Python's, as in `localstack.pro.core.bootstrap.licensingv2.LicenseExpiredError: The license has expired.`
fn licence_error(said: &Said) -> Option<(String, String)> {
    said.others.iter().rev().find_map(|line| {
        let (_, error) = line.split_once("licensingv2.")?;
        let (name, text) = error.split_once(':')?;
        (name.ends_with("Error")).then(|| (name.to_string(), text.trim().to_string()))
    })
}
