//! The command tree and nothing else: what can be typed, and which function it becomes.

use std::ffi::OsString;

use anyhow::Result;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{badge, completions, dev, init, install, list, source, template, uninstall};
use crate::config::Config;
use crate::{Outcome, Session};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Create, run, install and manage LocalStack extensions.
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
        lstk-extensions dev run             see it in a real LocalStack core, with no Docker\n  \
        lstk-extensions install NAME        put an extension into LocalStack's volume\n  \
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

// Only what is called is built, as that takes longer than reading a command line. So what these are is said here.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Create and develop LocalStack extensions
    Dev(One<Dev>),
    /// See which templates there are; write and test your own
    Template(One<Template>),
    /// Make or repair the environment for extensions in the volume
    ///
    /// `install` does so where it is needed. An environment that was made for another Python than the image has now is made
    /// anew, and the extensions that were in it are installed again.
    Init(init::Args),
    /// Install extensions into LocalStack's volume
    ///
    /// Into the environment that LocalStack loads extensions from, which is made where there is none. All of them are installed,
    /// or none; and none that LocalStack would not load, or not beside another one.
    Install(install::Args),
    /// List the extensions that are installed
    ///
    /// Reads what installers have written down in LocalStack's volume, so it needs no container, no Python and no licence.
    List(list::Args),
    /// Remove extensions
    ///
    /// By the name of the distribution or of the extension. What they depend on stays, as with pip.
    Uninstall(uninstall::Args),
    /// Print the install badge of an extension, or put it into its README
    ///
    /// The badge links to LocalStack's extension installer. Name and repository come from the project itself:
    /// pyproject.toml or setup.cfg, and the git remote `origin` (else an address in the metadata).
    Badge(badge::Args),
    /// Print the completion script of a shell
    Completions(completions::Args),
}

// One command of a group, behind arguments: those are built when they are called for, a group would be at every start.
// This is no documentation, which clap would show as the group's.
#[derive(Debug, clap::Args)]
pub struct One<Group: Subcommand> {
    #[command(subcommand)]
    pub command: Group,
}

#[derive(Debug, Subcommand)]
pub enum Dev {
    New(Box<dev::new::Args>),
    Check(dev::check::Args),
    Run(dev::run::Args),
    Enable(dev::enable::Args),
    Disable(dev::disable::Args),
    List(dev::list::Args),
    Start(Box<dev::start::Args>),
}

#[derive(Debug, Subcommand)]
pub enum Template {
    List(template::list::Args),
    Show(template::show::Args),
    Eject(template::eject::Args),
    Convert(template::convert::Args),
    Check(template::check::Args),
    Snapshot(template::snapshot::Args),
    Schema(template::schema::Args),
}

impl Command {
    /// As it is called in a JSON envelope.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Dev(One { command }) => match command {
                Dev::New(_) => "extensions dev new",
                Dev::Check(_) => "extensions dev check",
                Dev::Run(_) => "extensions dev run",
                Dev::Enable(_) => "extensions dev enable",
                Dev::Disable(_) => "extensions dev disable",
                Dev::List(_) => "extensions dev list",
                Dev::Start(_) => "extensions dev start",
            },
            Command::Template(One { command }) => match command {
                Template::List(_) => "extensions template list",
                Template::Show(_) => "extensions template show",
                Template::Eject(_) => "extensions template eject",
                Template::Convert(_) => "extensions template convert",
                Template::Check(_) => "extensions template check",
                Template::Snapshot(_) => "extensions template snapshot",
                Template::Schema(_) => "extensions template schema",
            },
            Command::Init(_) => "extensions init",
            Command::Install(_) => "extensions install",
            Command::List(_) => "extensions list",
            Command::Uninstall(_) => "extensions uninstall",
            Command::Badge(_) => "extensions badge",
            Command::Completions(_) => "extensions completions",
        }
    }

    /// What the user calls the template that the command works on, unless it is one of this program's own.
    pub fn foreign_template(&self, config: &Config) -> Option<String> {
        let user = || config.user().unwrap_or_default();
        let named = match self {
            Command::Dev(One {
                command: Dev::New(args),
            }) => args.named(&user()).to_string(),
            Command::Dev(_) => return None,
            Command::Template(One { command }) => match command {
                Template::List(args) => args.place.clone()?,
                Template::Show(args) => args.named.template.clone(),
                Template::Eject(args) => args.template.clone(),
                Template::Convert(args) => args.template.clone(),
                Template::Check(args) => args.named.template.clone(),
                Template::Snapshot(args) => args.named.template.clone(),
                Template::Schema(_) => return None,
            },
            _ => return None,
        };
        source::is_foreign(&named).then(|| source::shown(&named))
    }

    pub fn run(&self, session: &Session) -> Result<Outcome> {
        match self {
            Command::Dev(One { command }) => match command {
                Dev::New(args) => dev::new::run(args, session),
                Dev::Check(args) => dev::check::run(args),
                Dev::Run(args) => dev::run::run(args, session),
                Dev::Enable(args) => dev::enable::run(args, session),
                Dev::Disable(args) => dev::disable::run(args, session),
                Dev::List(_) => dev::list::run(session),
                Dev::Start(args) => dev::start::run(args, session),
            },
            Command::Template(One { command }) => match command {
                Template::List(args) => template::list::run(args, session),
                Template::Show(args) => template::show::run(args, session),
                Template::Eject(args) => template::eject::run(args, session),
                Template::Convert(args) => template::convert::run(args, session),
                Template::Check(args) => template::check::run(args, session),
                Template::Snapshot(args) => template::snapshot::run(args, session),
                Template::Schema(_) => Ok(template::schema::run()),
            },
            Command::Init(args) => init::run(args, session),
            Command::Install(args) => install::run(args, session),
            Command::List(args) => list::run(args, session),
            Command::Uninstall(args) => uninstall::run(args, session),
            Command::Badge(args) => badge::run(args, session),
            Command::Completions(args) => completions::run(args),
        }
    }
}

/// Whether `--template` names another template than this program's own, as far as that is seen without parsing.
pub fn names_a_foreign_template(args: &[OsString]) -> bool {
    let mut args = args.iter().map_while(|arg| arg.to_str());
    while let Some(arg) = args.next() {
        let named = match arg {
            "-t" | "--template" => args.next(),
            arg => arg.strip_prefix("--template="),
        };
        if let Some(named) = named {
            return source::is_foreign(named);
        }
    }
    false
}

/// The command that a line which cannot be parsed was meant for, as far as it goes: `extensions dev new`.
pub fn named_in(args: &[OsString]) -> String {
    let mut command = Cli::command();
    command.build();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_template_is_seen_where_it_is_plain() {
        let seen = |line: &str| {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            names_a_foreign_template(&args)
        };
        for line in [
            "dev new -t ./x",
            "dev new my --template gh:a/b -q",
            "--template=x dev new",
        ] {
            assert!(seen(line), "{line}");
        }
        for line in [
            "dev new",
            "dev new my -t basic",
            "dev new --template=basic",
            "dev new -t",
        ] {
            assert!(!seen(line), "{line}");
        }
    }
}
