//! `completions SHELL`: the script that teaches a shell our commands and flags.

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;

use crate::Outcome;
use crate::cli::Cli;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    lstk-extensions completions bash > ~/.local/share/bash-completion/completions/lstk-extensions\n  \
    lstk-extensions completions fish > ~/.config/fish/completions/lstk-extensions.fish\n  \
    lstk-extensions completions zsh > \"${fpath[1]}/_lstk-extensions\"")]
pub struct Args {
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "lstk-extensions", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let data = json!({ "shell": args.shell.to_string(), "script": script });
    Ok(Outcome::new(script, data))
}
