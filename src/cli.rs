//! The command tree and nothing else: what can be typed, and which function it becomes.

use std::ffi::OsString;

use anyhow::Result;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{badge, completions, dev, source};
use crate::{Outcome, Session};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Create LocalStack extensions that work at once.
///
/// A LocalStack extension is a Python package that LocalStack loads at start: it adds routes, handlers, whole
/// emulators. This program works on its own and as `lstk extensions`.
#[derive(Debug, Parser)]
#[command(
    name = "lstk-extensions",
    version,
    styles = STYLES,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "Examples:\n  \
        lstk-extensions dev new             answer a few questions, get a project\n  \
        lstk extensions dev new my-ext      the same through lstk, into the folder my-ext\n  \
        lstk-extensions badge --write       put the install badge into the README\n\n\
        `lstk-extensions COMMAND --help` tells more."
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, clap::Args)]
pub struct Global {
    /// Print one JSON object on standard output, and ask nothing
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Print errors and warnings only
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create and develop LocalStack extensions
    #[command(subcommand)]
    Dev(Dev),
    Badge(badge::Args),
    Completions(completions::Args),
}

#[derive(Debug, Subcommand)]
pub enum Dev {
    New(Box<dev::new::Args>),
}

impl Command {
    /// As it is called in a JSON envelope.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Dev(Dev::New(_)) => "extensions dev new",
            Command::Badge(_) => "extensions badge",
            Command::Completions(_) => "extensions completions",
        }
    }

    /// What the user calls the template that the command works on, unless it is one of this program's own.
    pub fn foreign_template(&self, session: &Session) -> Option<String> {
        let user = || session.config.user().unwrap_or_default();
        let named = match self {
            Command::Dev(Dev::New(args)) => args.named(&user()).to_string(),
            Command::Badge(_) | Command::Completions(_) => return None,
        };
        source::is_foreign(&named).then_some(named)
    }

    pub fn run(&self, session: &Session) -> Result<Outcome> {
        match self {
            Command::Dev(Dev::New(args)) => dev::new::run(args, session),
            Command::Badge(args) => badge::run(args, session),
            Command::Completions(args) => completions::run(args),
        }
    }
}

/// The command that a line which cannot be parsed was meant for, as far as it goes: `extensions dev new`.
pub fn named_in(args: &[OsString]) -> String {
    let mut command = Cli::command();
    let mut name = String::from("extensions");
    for arg in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        match command.find_subcommand(arg).cloned() {
            Some(found) => command = found,
            None => continue,
        }
        name = format!("{name} {arg}");
    }
    name
}
