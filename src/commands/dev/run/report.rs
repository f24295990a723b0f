//! What is told of a run: to a person as text, to a program as data.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use serde_json::{Value, json};

use crate::Outcome;
use crate::failure::{Code, Failure, Problem};
use crate::runtime::Core;
use crate::runtime::event::{Extension, Failed, Fatal, Ready, Requested, Skipped};

/// What the text below says to a shell. Any key will do; these are what LocalStack's own documentation has.
const CREDENTIALS: &str = "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1";

/// The first line, which no start has like another.
pub(super) fn ready(ready: &Ready) -> String {
    let Ready { core, url, seconds, .. } = ready;
    format!("localstack-core {core} is ready at {url} ({seconds:.1} s)\n")
}

/// The lines below it.
pub(super) fn served(ready: &Ready) -> String {
    let mut text = String::new();
    for extension in &ready.extensions {
        let _ = write!(text, "\n{} ({})\n", extension.name, extension.class);
        for route in &extension.routes {
            let _ = writeln!(text, "  {:<8} {}", methods(&route.methods), route.address);
        }
        text.extend(handlers(extension).map(|handlers| format!("  handlers {handlers}\n")));
    }
    let _ = write!(
        text,
        "\nFor aws and boto3:\n  export AWS_ENDPOINT_URL={} {CREDENTIALS}\n\nCtrl-C stops it.\n",
        ready.url
    );
    text
}

fn methods(methods: &[String]) -> String {
    match methods {
        [any] if any == "*" => "ANY".to_string(),
        some => some.join(","),
    }
}

/// `1 request, 2 response`, of the kinds that there are.
fn handlers(extension: &Extension) -> Option<String> {
    let handlers = extension.handlers;
    let kinds = [
        (handlers.request, "request"),
        (handlers.response, "response"),
        (handlers.exception, "exception"),
        (handlers.finalizer, "finalizer"),
    ];
    let some = kinds.iter().filter(|(count, _)| *count > 0);
    let text: Vec<String> = some.map(|(count, kind)| format!("{count} {kind}")).collect();
    (!text.is_empty()).then(|| text.join(", "))
}

pub(super) fn data(ready: &Ready, failures: &[Failed]) -> Value {
    json!({
        "endpoint": ready.url,
        "port": ready.port,
        "seconds": ready.seconds,
        "core": ready.core,
        "python": ready.python,
        "extensions": ready.extensions,
        "failures": failures,
    })
}

/// Which files were saved, as far as a line holds them.
pub(super) fn changed(files: &[PathBuf], folders: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|file| relative(file, folders)).collect();
    match &names[..] {
        [first, second, third, more @ ..] if !more.is_empty() => {
            format!(
                "Saved: {first}, {second}, {third} and {} more; starting again.",
                more.len()
            )
        }
        some => format!("Saved: {}; starting again.", some.join(", ")),
    }
}

fn relative(file: &Path, folders: &[PathBuf]) -> String {
    let within = folders.iter().find_map(|folder| file.strip_prefix(folder).ok());
    within.unwrap_or(file).display().to_string()
}

/// A hook that failed, or an extension that did not load: where, why, and Python's traceback.
pub(super) fn failed(failed: &Failed, folders: &[PathBuf]) -> Failure {
    let extension = failed.extension.as_deref().unwrap_or("the extension");
    let what = match failed.stage.as_str() {
        "discovery" => "no extension was found".to_string(),
        "resolve" | "init" | "load" => format!("{extension} does not load"),
        hook => format!("{extension} failed in {hook}"),
    };
    let place = failed.file.as_ref().map(|file| {
        let file = relative(Path::new(file), folders);
        failed.line.map_or(file.clone(), |line| format!("{file}:{line}"))
    });
    let failure = Failure::new(Code::Validation, what);
    let problem = Problem::new(place.unwrap_or_else(|| failed.stage.clone()), &failed.error);
    match failed.trace.is_empty() {
        true => failure.problems(vec![problem]),
        false => failure.problems(vec![problem, Problem::new("Python says", failed.trace.join("\n"))]),
    }
}

pub(super) fn fatal(fatal: &Fatal, core: &Core, port: u16) -> Failure {
    match fatal.reason.as_str() {
        "port" => Failure::new(
            Code::RuntimeUnavailable,
            format!("could not listen on port {port}: {}", fatal.error),
        )
        .hint("stop what listens there, or take another port: `--port 0` takes any that is free"),
        _ => core.not_started(fatal),
    }
}

pub(super) fn ended(status: ExitStatus) -> Failure {
    let how = match status.code() {
        Some(code) => format!("with exit code {code}"),
        None => by_signal(status),
    };
    Failure::new(Code::Internal, format!("LocalStack ended by itself, {how}"))
        .hint("an extension may have ended the process; what it said, if anything, is above")
}

#[cfg(unix)]
fn by_signal(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match status.signal() {
        Some(signal) => format!("by signal {signal}"),
        None => "by a signal".to_string(),
    }
}

#[cfg(not(unix))]
fn by_signal(_: ExitStatus) -> String {
    "without a word".to_string()
}

/// What came of a run from start to end.
#[derive(Default)]
pub(super) struct Smoke {
    pub(super) requested: Vec<Requested>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) is_stopped: bool,
}

impl Smoke {
    pub(super) fn outcome(self, ready: Option<&Ready>, failures: &[Failed], folders: &[PathBuf]) -> Outcome {
        let Some(ready) = ready else {
            return Outcome::differs(
                "LocalStack was not ready\n",
                json!({ "ok": false, "failures": failures }),
            );
        };
        let mut text = format!("localstack-core {} was ready in {:.1} s\n", ready.core, ready.seconds);
        for extension in &ready.extensions {
            let _ = write!(text, "\n{} ({})\n", extension.name, extension.class);
            for requested in self
                .requested
                .iter()
                .filter(|requested| requested.extension == extension.name)
            {
                let _ = writeln!(text, "  {}", answer(requested));
            }
            for skipped in self
                .skipped
                .iter()
                .filter(|skipped| skipped.extension == extension.name)
            {
                let Skipped {
                    path, methods, reason, ..
                } = skipped;
                let _ = writeln!(text, "  --   {} {path}: {reason}", self::methods(methods));
            }
            text.extend(handlers(extension).map(|handlers| format!("  handlers: {handlers}\n")));
            let _ = writeln!(text, "  hooks: {}", extension.hooks.join(", "));
        }
        for failure in failures {
            let failure = failed(failure, folders);
            let _ = write!(text, "\nerror: {failure}\n");
            for problem in &failure.problems {
                let _ = writeln!(text, "  {}: {}", problem.at, problem.message.replace('\n', "\n    "));
            }
        }
        let refused = self.requested.iter().filter(|requested| !answers(requested)).count();
        let problems = failures.len() + refused;
        let verdict = match problems {
            0 => "\nAll of it works, from the first hook to the last.\n".to_string(),
            1 => "\n1 problem\n".to_string(),
            more => format!("\n{more} problems\n"),
        };
        text.push_str(&verdict);
        let mut data = data(ready, failures);
        data["ok"] = json!(problems == 0);
        data["requested"] = json!(self.requested);
        data["skipped"] = json!(self.skipped);
        match problems {
            0 => Outcome::status(text, data),
            _ => Outcome::differs(text, data),
        }
    }
}

/// What the extension itself says no to is an answer.
fn answers(requested: &Requested) -> bool {
    requested.error.is_none() && requested.status.is_some_and(|status| status < 500)
}

fn answer(requested: &Requested) -> String {
    let Requested { method, url, .. } = requested;
    match (&requested.error, requested.status) {
        (Some(error), _) => format!("FAIL {method} {url}: {error}"),
        (None, Some(status)) => format!("{status}  {method} {url}"),
        (None, None) => format!("FAIL {method} {url}"),
    }
}
