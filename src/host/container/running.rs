//! One container for one request: started, listened to, and gone afterwards.

use std::ffi::OsString;
use std::path::Path;
use std::process::{self, Command};
use std::time::{SystemTime, UNIX_EPOCH};

use super::event::{End, Event};
use crate::child::{self, Heard};
use crate::failure::{Code, Failure};
use crate::host::docker::Docker;
use crate::installer::Tell;
use crate::remote::without_credentials;

const LINES_KEPT: usize = 15;
/// An extension is told with all that its README says.
const LONGEST_LINE: usize = 4 << 20;

/// What came of a container. Nothing in here is fit to be shown yet.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// None where a signal ended it.
    pub(super) exit: Option<i32>,
    pub(super) end: Option<End>,
    pub(super) error: Option<String>,
    pub(super) exception: Option<String>,
    /// The extensions that were not there before.
    pub(super) extensions: Vec<String>,
    /// What pip says that it installed, as `name-version`.
    pub(super) packages: Vec<String>,
    /// pip left what is there, which has the same version.
    pub(super) is_left: bool,
    /// The last lines of pip's.
    pub(super) pip: Vec<String>,
    /// The last of the others that are no events.
    pub(super) others: Vec<String>,
}

/// Runs a container to its end. What it is asked for is done in it, so it goes on when this process is killed and ends
/// by itself; when we are told to stop it is ended and removed.
pub(super) fn run(
    docker: &Docker,
    mut command: Command,
    name: &str,
    is_pip: bool,
    tell: &mut dyn FnMut(Tell<'_>),
) -> Result<Said, Failure> {
    crate::interrupt::install();
    let not_started = |error: std::io::Error| {
        let message = format!("could not run `{}`: {error}", docker.name());
        Failure::new(Code::RuntimeUnavailable, message)
    };
    let started = command.spawn();
    // It may hold a lock open.
    drop(command);
    let mut child = started.map_err(not_started)?;
    let heard = child::read_from(&mut child).map_err(not_started)?;
    let mut said = Said::default();
    let mut line = Vec::new();
    let status = child::listen(&docker.name(), &mut child, &heard, &mut |heard| match heard {
        Heard::Line(line) => {
            said.other(line.trim(), tell);
            if is_pip {
                keep(&mut said.pip, &without_credentials(line.trim()));
            }
        }
        Heard::Output(part) => {
            for byte in part {
                match byte {
                    b'\n' => said.take(&String::from_utf8_lossy(&std::mem::take(&mut line)), is_pip, tell),
                    byte if line.len() < LONGEST_LINE => line.push(byte),
                    _ => {}
                }
            }
        }
    });
    said.take(&String::from_utf8_lossy(&line), is_pip, tell);
    tell(Tell::Progress(""));
    let status = status.map_err(|failure| {
        // Its program has ended, and the container need not have: podman leaves it ten seconds before it removes it.
        let _ = docker.command("kill").arg(name).output();
        let _ = docker.command("rm").args(["-f", name]).output();
        match failure.code {
            Code::Cancelled => Failure {
                message: "interrupted; run the command again to complete it".to_string(),
                ..failure
            },
            _ => failure,
        }
    })?;
    said.exit = status.code();
    Ok(said)
}

impl Said {
    /// A line of standard output.
    fn take(&mut self, line: &str, is_pip: bool, tell: &mut dyn FnMut(Tell<'_>)) {
        let Some(event) = Event::read(line) else {
            return match is_pip {
                true => self.pip(line.trim(), tell),
                false => self.other(line.trim(), tell),
            };
        };
        self.end = End::read(&event).or(self.end);
        match event {
            Event::Status(text) | Event::Log(text) => tell(Tell::Step(&text)),
            Event::Pip(text) => self.pip(text.trim(), tell),
            Event::Extension(name) => self.extensions.push(name),
            // The first is the reason for the others.
            Event::Error(text) => drop(self.error.get_or_insert(text)),
            Event::Exception(text) => drop(self.exception.get_or_insert(text)),
        }
    }

    fn pip(&mut self, line: &str, tell: &mut dyn FnMut(Tell<'_>)) {
        let line = &without_credentials(line);
        if let Some(packages) = line.strip_prefix("Successfully installed ") {
            self.packages.extend(packages.split_whitespace().map(str::to_string));
        }
        self.is_left |= line.contains("Use --force-reinstall ");
        keep(&mut self.pip, line);
        tell(Tell::Progress(line));
    }

    fn other(&mut self, line: &str, tell: &mut dyn FnMut(Tell<'_>)) {
        let line = &without_credentials(line);
        keep(&mut self.others, line);
        if !line.is_empty() {
            tell(Tell::Progress(line));
        }
    }

    /// Whether a line of those that are no events holds a text.
    pub(super) fn mentions(&self, text: &str) -> bool {
        self.others.iter().any(|line| line.contains(text))
    }
}

fn keep(lines: &mut Vec<String>, line: &str) {
    if line.is_empty() {
        return;
    }
    if lines.len() == LINES_KEPT {
        lines.remove(0);
    }
    lines.push(line.to_string());
}

/// A name that no other container on this machine has.
pub(super) fn unique_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("lstk-extensions-{}-{:x}", process::id(), now.as_nanos())
}

/// As `--mount` takes it: fields between commas, and one that has a comma is quoted as in CSV.
pub(super) fn mount(source: &Path, target: &str, is_writable: bool) -> Result<OsString, Failure> {
    let Some(source) = source.to_str() else {
        let message = format!("could not mount {}: its name is not UTF-8", source.display());
        return Err(Failure::new(Code::Validation, message));
    };
    let field = |name: &str, value: &str| match value.contains([',', '"', '\n']) {
        true => format!("\"{name}={}\"", value.replace('"', "\"\"")),
        false => format!("{name}={value}"),
    };
    let end = if is_writable { "" } else { ",readonly" };
    let fields = [field("source", source), field("target", target)].join(",");
    Ok(format!("type=bind,{fields}{end}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_name_is_mounted() {
        let mount = |path: &str| mount(Path::new(path), "/tmp/a", false).unwrap();
        assert_eq!(mount("/a b:c"), "type=bind,source=/a b:c,target=/tmp/a,readonly");
        assert_eq!(mount("/a,\"b"), "type=bind,\"source=/a,\"\"b\",target=/tmp/a,readonly");
    }

    #[test]
    fn what_is_no_event_is_kept_and_told() {
        let mut said = Said::default();
        let mut told = Vec::new();
        let mut tell = |tell: Tell<'_>| match tell {
            Tell::Step(text) => told.push(format!("step {text}")),
            Tell::Progress(text) => told.push(format!("progress {text}")),
        };
        for line in [
            "Pulling fs layer",
            r#"{"event":"status","message":"Installing extension"}"#,
            r#"{"event":"pip","message":"Successfully installed a-1 b-2.0"}"#,
            r#"{"event":"error","message":"first"}"#,
            r#"{"event":"error","message":"second"}"#,
            "",
        ] {
            said.take(line, false, &mut tell);
        }
        assert_eq!(
            told,
            [
                "progress Pulling fs layer",
                "step Installing extension",
                "progress Successfully installed a-1 b-2.0"
            ]
        );
        assert_eq!(said.packages, ["a-1", "b-2.0"]);
        assert_eq!(said.error.as_deref(), Some("first"));
        assert!(said.mentions("Pulling") && said.end.is_none());
    }
}
