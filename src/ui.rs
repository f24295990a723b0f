//! The only terminal: status, warnings, errors with hints, prompts, the JSON envelope.
//!
//! Data goes to standard output, everything else to standard error. Text that may come from a template, a file or a
//! path is neutralised here, so that it cannot move the cursor or colour what it does not own.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Effects, Style};
use anyhow::Error;
use serde_json::{Value, json};

use crate::Outcome;
use crate::failure::{Code, Failure, LONGEST, Problem};
use crate::neutral::{neutral, neutral_line, shortened};
use crate::scaffold::rule::is_unprintable;

mod prompt;
#[cfg(unix)]
mod settings;

pub use prompt::Prompter;
#[cfg(unix)]
pub use settings::Settings;

const ERROR: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
const WARNING: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
const HINT: Style = AnsiColor::Cyan.on_default().effects(Effects::BOLD);
const BOLD: Style = Style::new().effects(Effects::BOLD);
const DIM: Style = Style::new().effects(Effects::DIMMED);

pub struct Ui {
    json: bool,
    quiet: bool,
    can_ask: bool,
    warnings: RefCell<Vec<(&'static str, String)>>,
    /// The envelope of a command that goes on has been printed.
    is_announced: Cell<bool>,
}

impl Ui {
    pub fn new(json: bool, quiet: bool, non_interactive: bool) -> Self {
        let can_ask = !json && !non_interactive && io::stdin().is_terminal() && io::stderr().is_terminal();
        Ui {
            json,
            quiet,
            can_ask,
            warnings: RefCell::default(),
            is_announced: Cell::default(),
        }
    }

    /// Whether there is a person to ask: both streams of a dialogue are terminals, and nothing forbids it.
    pub fn can_ask(&self) -> bool {
        self.can_ask
    }

    /// Whether only errors and warnings are wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The columns of the terminal that data goes to; none where it goes elsewhere.
    pub fn width(&self) -> Option<usize> {
        let is_terminal = io::stdout().is_terminal();
        is_terminal.then(|| usize::from(console::Term::stdout().size().1))
    }

    /// A line that the next one replaces, for a person who waits; `None` takes it away.
    pub fn progress(&self, line: Option<&str>) {
        if self.json || self.quiet || !io::stderr().is_terminal() {
            return;
        }
        let text = line.map(neutral).unwrap_or_default();
        let width = usize::from(console::Term::stderr().size().1).saturating_sub(1);
        let text = console::truncate_str(&text, width, "...");
        let _ = write!(anstream::stderr(), "\r\u{1b}[2K{text}");
    }

    /// Something the user should know, told once; the command goes on. The code is for the JSON envelope.
    pub fn warn(&self, code: &'static str, message: impl Into<String>) {
        let message = message.into();
        let is_told = |(known, told): &(&str, String)| *known == code && *told == message;
        if self.warnings.borrow().iter().any(is_told) {
            return;
        }
        if !self.json {
            self.say(&format!("{WARNING}warning:{WARNING:#} {}", neutral(&message)));
        }
        self.warnings.borrow_mut().push((code, message));
    }

    /// What begins now and takes a while, for a person who waits.
    pub fn status(&self, line: &str) {
        if !self.json && !self.quiet {
            self.say(&neutral(line));
        }
    }

    /// What another program says, which somebody asked for: its log.
    pub fn pass_on(&self, text: &str) {
        let _ = write!(anstream::stderr(), "{}", neutral(text));
    }

    /// What went wrong, though the command goes on. An envelope that is still to come has it as data.
    pub fn complain(&self, error: &Error) {
        if !self.json || self.is_announced.get() {
            self.say(&described(error));
        }
    }

    /// Prints what a command has to say that goes on afterwards. With `--json` that is its only envelope.
    pub fn announce(&self, command: &str, outcome: Outcome) {
        self.report(command, Ok(outcome));
        self.is_announced.set(true);
    }

    /// One line on standard error. Nothing can be done where that is closed.
    fn say(&self, line: &str) {
        let _ = writeln!(anstream::stderr(), "{line}");
    }

    /// Prints what came of a command and returns the exit code.
    pub fn report(&self, command: &str, result: Result<Outcome, Error>) -> u8 {
        let exit = result.as_ref().map_or_else(exit_code, |outcome| outcome.exit);
        if self.json && self.is_announced.get() {
            // There is one envelope, so what comes after it is for people.
            if let Err(error) = &result {
                self.say(&described(error));
            }
            return exit;
        }
        if self.json {
            let envelope = self.envelope(command, result);
            return self.print(&escaped(&format!("{envelope:#}\n")), exit);
        }
        match result {
            Ok(outcome) if self.quiet && outcome.is_status => exit,
            Ok(outcome) => self.print(&neutral(&outcome.text), exit),
            Err(error) => {
                self.say(&described(&error));
                exit
            }
        }
    }

    /// Help and version on standard output, usage errors on standard error, as clap wrote them.
    pub fn show_help(&self, text: &str, is_answer: bool) -> u8 {
        if is_answer {
            return self.print(text, 0);
        }
        let _ = write!(anstream::stderr(), "{text}");
        2
    }

    fn print(&self, text: &str, exit: u8) -> u8 {
        let mut out = anstream::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => exit,
            // The reader has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
            Err(error) => {
                self.say(&format!(
                    "{ERROR}error:{ERROR:#} could not write to standard output: {error}"
                ));
                exit.max(1)
            }
        }
    }

    /// lstk's envelope. Source: lstk `docs/structured-output.md`, "The envelope".
    fn envelope(&self, command: &str, result: Result<Outcome, Error>) -> Value {
        let warning = |(code, message): &(&str, String)| json!({ "code": code, "message": message });
        let warnings: Vec<Value> = self.warnings.borrow().iter().map(warning).collect();
        let (status, data, error) = match result {
            Ok(outcome) => ("ok", outcome.data, Value::Null),
            Err(error) => ("error", Value::Null, machine_readable(&error)),
        };
        json!({
            "schemaVersion": 1,
            "command": command,
            "status": status,
            "data": data,
            "warnings": warnings,
            "error": error,
        })
    }
}

/// A problem as a person reads it on standard output: its place, what is wrong, and below it the hint.
pub fn problem_text(problem: &Problem) -> String {
    let mut text = format!("{}: {}", problem.at, problem.message.replace('\n', "\n  "));
    text.extend(problem.hint.as_ref().map(|hint| format!("\n  hint: {hint}")));
    text
}

/// More than anybody reads before the next try.
const MOST_SHOWN: usize = 100;

fn failure(error: &Error) -> Option<&Failure> {
    error.chain().find_map(|cause| cause.downcast_ref::<Failure>())
}

fn exit_code(error: &Error) -> u8 {
    failure(error).map_or(1, |failure| failure.exit)
}

/// `error:` what we were doing, what was wrong with each thing, the causes, then `hint:`.
fn described(error: &Error) -> String {
    let mut text = format!("{ERROR}error:{ERROR:#} {}", told(error));
    for cause in error.chain().skip(1) {
        text.push_str(&format!("\n  caused by: {}", told(cause)));
    }
    let hint = |hint: &str| format!("{HINT}hint:{HINT:#} {}", neutral(hint));
    if let Some(failure) = failure(error) {
        for problem in failure.problems.iter().take(MOST_SHOWN) {
            let message = neutral(&problem.message).replace('\n', "\n  ");
            text.push_str(&format!("\n  {}: {message}", neutral(&problem.at)));
            text.extend(problem.hint.as_ref().map(|text| format!("\n    {}", hint(text))));
        }
        if let Some(more) = failure.problems.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            text.push_str(&format!("\n  ... and {more} more, which --json tells"));
        }
        text.extend(failure.hints.iter().map(|text| format!("\n{}", hint(text))));
    }
    text
}

/// JSON whose texts, too, cannot control a terminal that it is printed on: what no person can see is written as a
/// number, which every reader of JSON reads as the same text.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for char in json.chars() {
        // Outside texts only line breaks are there.
        match char {
            '\n' => text.push(char),
            char if is_unprintable(char) => {
                let mut units = [0; 2];
                text.extend(
                    char.encode_utf16(&mut units)
                        .iter()
                        .map(|unit| format!("\\u{unit:04x}")),
                );
            }
            char => text.push(char),
        }
    }
    text
}

fn told(cause: impl fmt::Display) -> String {
    neutral(&shortened(&cause.to_string(), LONGEST))
}

fn machine_readable(error: &Error) -> Value {
    let causes = error
        .chain()
        .map(|cause| shortened(&cause.to_string(), LONGEST).into_owned());
    let message = causes.collect::<Vec<_>>().join(": ");
    let failure = failure(error);
    let code = failure.map_or(Code::Internal, |failure| failure.code);
    let mut value = json!({
        "code": code.name(),
        "category": code.category(),
        "message": message,
        "retryable": code.retryable(),
    });
    if let Some(failure) = failure.filter(|failure| !failure.problems.is_empty() || !failure.hints.is_empty()) {
        let problems = failure.problems.iter();
        value["details"] =
            json!({ "problems": problems.map(Problem::data).collect::<Vec<_>>(), "hints": failure.hints });
    }
    value
}
