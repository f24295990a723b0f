//! `lstk-extensions`: the missing `lstk extensions` command suite.
//!
//! The map, in the order data flows. Each step takes one value and returns the next; nothing reaches back:
//!
//! ```text
//! cli -> commands -> Source -> Template -> Answers -> Tree -> Plan -> disk -> git -> Outcome -> ui
//! ```
//!
//! - [`cli`]: the command tree; [`commands`]: one file a command, its arguments beside what it does
//! - [`config`]: the environment and the user's file, read once
//! - [`scaffold`]: from a template and answers to files on disk; knows nothing of the command line or the terminal
//! - [`remote`]: a template's repository elsewhere, its address and what of it is kept on this machine
//! - [`runtime`]: the open localstack-core on this machine, and extensions in it
//! - [`host`]: LocalStack's volume on this machine and the extensions in it; extensions in developer mode
//! - [`extension`]: what an extension project says of itself; [`badge`]: its badge and installer link
//! - [`git`]: the only git2; [`ui`]: the only terminal; [`interrupt`]: signals
//! - [`yaml`]: the only YAML; [`failure`]: what went wrong, as facts; `supervise`: the process that foreign templates are worked on in

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use serde_json::{Value, json};

pub mod badge;
pub mod child;
pub mod cli;
pub mod commands;
pub mod config;
pub mod extension;
pub mod failure;
mod fault;
pub mod git;
pub mod host;
pub mod installer;
pub mod interrupt;
pub mod limits;
pub mod lock;
pub mod neutral;
pub mod parallel;
pub mod remote;
pub mod runtime;
pub mod scaffold;
#[cfg(unix)]
mod supervise;
pub mod ui;
pub mod yaml;

use config::Config;
use failure::{Code, Failure};
use ui::Ui;

/// What a command works with besides its arguments.
pub struct Session {
    pub ui: Ui,
    pub config: Config,
    /// As the command is called in a JSON envelope.
    pub command: &'static str,
    /// The command line as it came.
    pub argv: Vec<OsString>,
}

/// What a command has to say: to a person on standard output, or to a program as the `data` of an envelope.
#[derive(Debug)]
pub struct Outcome {
    pub text: String,
    pub data: Value,
    /// The text tells what was done, nothing that was asked for; `--quiet` leaves it out.
    pub is_status: bool,
    /// The process' exit code: 1 where the answer is "no", which is a result and no error.
    pub exit: u8,
}

impl Outcome {
    pub fn new(text: impl Into<String>, data: Value) -> Self {
        Outcome {
            text: text.into(),
            data,
            is_status: false,
            exit: 0,
        }
    }

    /// What was looked for was found, and had better not be there.
    pub fn differs(text: impl Into<String>, data: Value) -> Self {
        Outcome {
            exit: 1,
            ..Outcome::new(text, data)
        }
    }

    pub fn status(text: impl Into<String>, data: Value) -> Self {
        Outcome {
            is_status: true,
            ..Outcome::new(text, data)
        }
    }
}

/// The whole program: parse, dispatch, report.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    #[cfg(feature = "failpoints")]
    let _faults = fail::FailScenario::setup();
    let args: Vec<OsString> = args.into_iter().collect();
    if let [_, only] = &args[..]
        && (only == "--version" || only == "-V")
    {
        // Scripts ask for nothing more often, and building the command tree costs more than all the rest.
        return version();
    }
    // What is plain to see is acted on while there is next to no memory that a second process would have to copy.
    #[cfg(unix)]
    let is_divided = cli::names_a_foreign_template(&args);
    #[cfg(unix)]
    if is_divided && let Some(code) = divided(&args) {
        return code;
    }
    let config = Config::from_env();
    let cli = match cli::Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return misparsed(&error, &args, config.lstk.json),
    };
    #[cfg(unix)]
    if !is_divided
        && cli.command.foreign_template(&config).is_some()
        && let Some(code) = divided(&args)
    {
        return code;
    }
    let json = cli.global.json || config.lstk.json;
    let ui = Ui::new(json, cli.global.quiet, config.lstk.non_interactive);
    if config.lstk_is_broken {
        ui.warn(
            "CONTEXT_INVALID",
            "LSTK_EXT_CONTEXT is not the JSON object that lstk sets; it is ignored",
        );
    }
    let command = cli.command.name();
    let session = Session {
        ui,
        config,
        command,
        argv: args,
    };
    let result = cli.command.run(&session);
    ExitCode::from(session.ui.report(command, result))
}

/// From here on there are two processes. Nothing is returned to the second one, which goes on; the first one returns when
/// that has ended, and has said what it could not say itself.
#[cfg(unix)]
fn divided(args: &[OsString]) -> Option<ExitCode> {
    let terminal = ui::Settings::found();
    let end = match supervise::divide() {
        supervise::Process::Second => return None,
        supervise::Process::FirstWith(code) => return Some(ExitCode::from(code)),
        supervise::Process::FirstSilently(end) => end,
    };
    // It may have been stopped between two questions.
    terminal.iter().for_each(ui::Settings::put_back);
    let config = Config::from_env();
    let ui = Ui::new(wants_json(args, config.lstk.json), false, true);
    let cli = cli::Cli::try_parse_from(args);
    let template = cli.ok().and_then(|cli| cli.command.foreign_template(&config));
    let result = Err(end.told(template.as_deref().unwrap_or_default()));
    Some(ExitCode::from(ui.report(&cli::named_in(args), result)))
}

/// Of a command line that is not parsed.
fn wants_json(args: &[OsString], by_lstk: bool) -> bool {
    by_lstk || args.iter().any(|arg| arg == "--json")
}

fn version() -> ExitCode {
    let ui = Ui::new(false, false, true);
    let text = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"), "\n");
    ExitCode::from(ui.show_help(text, true))
}

/// Help and version are answers, everything else is a usage error.
fn misparsed(error: &clap::Error, args: &[OsString], json: bool) -> ExitCode {
    let json = wants_json(args, json);
    let ui = Ui::new(json, false, true);
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !json {
        let text = error.render().ansi().to_string();
        let text = if is_answer {
            text
        } else {
            remote::without_credentials(&text)
        };
        return ExitCode::from(ui.show_help(&text, is_answer));
    }
    let text = error.render().to_string();
    let result = match error.kind() {
        _ if is_answer => Ok(Outcome::new(text.clone(), json!({ "text": text }))),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Err(Failure::new(Code::Usage, "a command is missing")
            .hint("`--help` lists the commands")
            .into()),
        _ => {
            let (message, more) = text.split_once("\n\n").unwrap_or((&text, ""));
            let message = message.strip_prefix("error: ").unwrap_or(message).trim();
            let message = remote::without_credentials(message);
            let more = remote::without_credentials(more);
            let lines = more.lines().map(str::trim);
            let advice = lines.filter(|line| line.starts_with("tip: ") || line.starts_with("Usage: "));
            Err(advice.fold(Failure::new(Code::Usage, message), Failure::hint).into())
        }
    };
    ExitCode::from(ui.report(&cli::named_in(args), result))
}
