//! `dev new [PATH]`: a template and a few answers become an extension project, all or nothing.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;

use crate::commands::source;
use crate::config::UserConfig;
use crate::scaffold::ask::{Ask, Defaults, Nobody};
use crate::scaffold::confine::confined;
use crate::scaffold::plan::OnConflict;
use crate::{Outcome, Session};

mod destination;
mod dialogue;
mod draft;
mod given;
mod hooks;
mod menu;
mod repository;
mod start;
mod summary;

pub(in crate::commands) use given::WELL_KNOWN;

use draft::Draft;
use menu::Menu;
use start::Start;

/// Create a new extension project
///
/// Asks a few questions and writes a project that builds, installs and loads. Everything can be answered beforehand,
/// by flags or a data file; what is answered is not asked. Nothing is written before all answers are good, and then
/// the project is there completely or not at all.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The new project's folder; the defaults for its names follow from it [default: the project slug]
    path: Option<PathBuf>,
    /// A built-in template, a folder with a template.toml or cookiecutter.json, or a git repository [default: chosen from
    /// a menu at a terminal, else basic]
    #[arg(short, long, value_name = "NAME|DIR|URL")]
    template: Option<String>,
    /// The template was chosen from the menu, to which going back from the first question leads.
    #[arg(skip)]
    from_menu: bool,
    #[command(flatten)]
    source: source::Flags,
    /// Where to create the project's folder
    #[arg(short, long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    output_dir: PathBuf,

    #[command(flatten, next_help_heading = "Answers")]
    answers: given::Flags,
    /// Take the default of every question not answered; ask nothing
    #[arg(long, visible_alias = "no-input", help_heading = "Answers")]
    defaults: bool,

    /// Show what would be written, write nothing
    #[arg(long, visible_alias = "pretend")]
    dry_run: bool,
    /// Put the project into a folder that has files, and where one differs: stop, keep it, or replace it
    #[arg(long, value_name = "WHAT")]
    on_conflict: Option<Conflict>,
    /// Make it a git repository with a first commit, even inside another one
    #[arg(long, conflicts_with = "no_git")]
    git: bool,
    /// Make it no git repository
    #[arg(long)]
    no_git: bool,
    /// Run the hooks of a cookiecutter template, which are programs, without showing them and asking
    #[arg(long)]
    trust: bool,
    /// Leave out .lstk-extension.toml, the record that updates start from
    #[arg(long)]
    no_record: bool,
}

const EXAMPLES: &str = "\
Examples:
  lstk-extensions dev new
      choose a template and answer its questions at the terminal
  lstk-extensions dev new my-ext --defaults
      ask nothing; the names follow from my-ext
  lstk-extensions dev new --project-name \"Billing Mock\" --defaults --no-git
      answer one question, take the defaults of the others
  lstk-extensions dev new --data-file answers.toml --json
      for programs: answers from a file, the result as JSON
  lstk-extensions dev new --template ./our-skeleton
      from your own template; `template eject basic our-skeleton` gives one to begin with
  lstk-extensions dev new --template gh:acme/skeletons --checkout v2 --directory webapp
      from one of several templates in a repository, at the tag v2

`lstk-extensions template list` tells the built-in templates.
Defaults of your own go into ~/.config/lstk-extensions/config.toml, below [defaults].";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Conflict {
    Fail,
    Skip,
    Overwrite,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let user = session.config.user()?;
    let said = given::said(args)?;
    let mut start = Start::of(args, &user, &said, session)?;
    let mut menu = Menu::of(args, &user, &start, session)?;
    let mut args = args.clone();
    loop {
        if let Some(menu) = &mut menu {
            args = menu.choose(&args)?;
            start = Start::of(&args, &user, &said, session)?;
        }
        let made = make(&args, &start, session).map_err(|error| start.secrets().hidden_in(error))?;
        // None is for going back to the menu.
        if let Some(made) = made {
            // The process ends with it: nobody waits for it to be taken apart.
            std::mem::forget(start.template);
            return Ok(made);
        }
    }
}

/// None for going back from the first question.
fn make(args: &Args, start: &Start, session: &Session) -> Result<Option<Outcome>> {
    let template = &start.template;
    let draft = match session.ui.can_ask() && !args.defaults {
        true => match dialogue::hold(args, start, session)? {
            Some(draft) => draft,
            None => return Ok(None),
        },
        false => {
            let mut ask: Box<dyn Ask> = if args.defaults {
                Box::new(Defaults)
            } else {
                Box::new(Nobody)
            };
            // Nobody is asked, so all of it may be done within the limits at once.
            let answers =
                confined(|| start.resolve(ask.as_mut())).map_err(|error| given::how_to_answer(error, args))?;
            Draft::of(args, template, answers, session)?
        }
    };
    draft.say_what_changed(template, session);
    if args.dry_run {
        return Ok(Some(summary::dry_run(&draft, template)));
    }
    let draft = draft.carried_out()?;
    let made = draft.git.carry_out(&draft, session);
    let created = summary::created(&draft, template, made);
    std::mem::forget(draft);
    Ok(Some(created))
}

impl Args {
    /// What names the template.
    pub fn named<'a>(&'a self, user: &'a UserConfig) -> &'a str {
        self.template
            .as_deref()
            .or(user.template.as_deref())
            .unwrap_or(source::DEFAULT)
    }

    fn on_conflict(&self) -> Option<OnConflict> {
        self.on_conflict.map(|conflict| match conflict {
            Conflict::Fail => OnConflict::Fail,
            Conflict::Skip => OnConflict::Skip,
            Conflict::Overwrite => OnConflict::Overwrite,
        })
    }
}
