//! What LocalStack's installer says: a JSON object a line, among lines of anything else.

use serde::Deserialize;
use serde_json::Value;

/// Nothing of it is fit to be shown yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A step begins.
    Status(String),
    /// What a person should know.
    Log(String),
    /// It went wrong, and the installer knows why.
    Error(String),
    /// It went wrong in a way that the installer was not made for.
    Exception(String),
    /// A line of pip's.
    Pip(String),
    /// An extension that was not there before: the name that LocalStack knows it by.
    Extension(String),
}

/// Source: the `localstack` program 4.14.0, `InstallerEvent` of `pro/core/bootstrap/extensions/repository.py`.
#[derive(Deserialize)]
struct Line {
    event: String,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    extra: Value,
}

impl Event {
    /// None of a line that is none, a warning of Python's for instance, and of an event that nobody knows yet.
    pub(super) fn read(line: &str) -> Option<Event> {
        let line: Line = serde_json::from_str(line.trim()).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_string);
        let message = text(&line.message);
        match line.event.as_str() {
            "status" => message.map(Event::Status),
            "log" => message.map(Event::Log),
            "error" => Some(Event::Error(message.unwrap_or_default())),
            "exception" => Some(Event::Exception(message.unwrap_or_default())),
            "pip" => message.map(Event::Pip),
            "extension" => text(&line.extra["name"]).map(Event::Extension),
            _ => None,
        }
    }
}

/// What LocalStack made of a request, as far as it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Completed,
    /// There is something of that name.
    AlreadyInstalled,
    NotInstalled,
}

impl End {
    /// What a line says at the end of a request.
    pub(super) fn read(event: &Event) -> Option<End> {
        match event {
            Event::Status(text) if text.ends_with(" completed") => Some(End::Completed),
            Event::Log(text) if text.ends_with(" already installed") => Some(End::AlreadyInstalled),
            Event::Log(text) if text.ends_with(" is not installed") => Some(End::NotInstalled),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_events_are_events() {
        let read = Event::read;
        let status = |text: &str| Some(Event::Status(text.to_string()));
        assert_eq!(
            read(r#" {"event": "status", "message": "Checking"} "#),
            status("Checking")
        );
        assert_eq!(
            read(r#"{"event":"extension","message":"","extra":{"name":"httpbin","distribution":{}}}"#),
            Some(Event::Extension("httpbin".to_string()))
        );
        assert_eq!(
            read(r#"{"event": "exception", "extra": {"traceback": "..."}}"#),
            Some(Event::Exception(String::new()))
        );
        for line in [
            "",
            "Unable to find image 'localstack/localstack-pro:latest' locally",
            "{\"event\": \"status\"",
            "[]",
            "null",
            r#"{"event": "later", "message": "x"}"#,
            r#"{"event": "status", "message": {"text": "x"}}"#,
            r#"{"event": "extension", "extra": null}"#,
            r#"{"message": "x"}"#,
            r#"{"event": 1, "message": "x"}"#,
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
