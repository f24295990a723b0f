//! `dev new [PATH]`: a template and a few answers become an extension project, all or nothing.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use clap::ValueEnum;
use tempfile::TempDir;

use crate::commands::source;
use crate::config::UserConfig;
use crate::scaffold::answers::Given;
use crate::scaffold::ask::{Ask, Defaults, Nobody};
use crate::scaffold::circumstances::Circumstances;
use crate::scaffold::confine::confined;
use crate::scaffold::cookiecutter::{Cookiecutter, Facts};
use crate::scaffold::interview::resolve;
use crate::scaffold::plan::OnConflict;
use crate::scaffold::secrets::Secrets;
use crate::scaffold::source::Source;
use crate::scaffold::template::Template;
use crate::{Outcome, Session};

mod destination;
mod dialogue;
mod draft;
mod given;
mod hooks;
mod repository;
mod summary;

pub(in crate::commands) use given::WELL_KNOWN;

use draft::Draft;

/// Create a new extension project
///
/// Asks a few questions and writes a project that builds, installs and loads. Everything can be answered beforehand,
/// by flags or a data file; what is answered is not asked. Nothing is written before all answers are good, and then
/// the project is there completely or not at all.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The new project's folder; the defaults for its names follow from it [default: the project slug]
    path: Option<PathBuf>,
    /// A built-in template, a folder with a template.toml or cookiecutter.json, or a git repository
    #[arg(short, long, value_name = "NAME|DIR|URL")]
    template: Option<String>,
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
      answer the questions at the terminal
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

Defaults of your own go into ~/.config/lstk-extensions/config.toml, below [defaults].";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Conflict {
    Fail,
    Skip,
    Overwrite,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let user = session.config.user()?;
    let (_copy, mut template) = load(args, &user, session)?;
    if let Some(cookiecutter) = &mut template.cookiecutter {
        cookiecutter.context.facts = facts(args, &user, &template.source, cookiecutter)?;
    }
    let circumstances = Circumstances {
        git: repository::identity(&template.manifest, session),
        year: this_year(),
    };
    let given = given::collect(args, &user, &template, session)?;
    let secrets = Secrets::of(&template.manifest, &given);
    let made = make(args, &template, &circumstances, given, session).map_err(|error| secrets.hidden_in(error));
    // The process ends with it: nobody waits for it to be taken apart.
    std::mem::forget(template);
    made
}

fn make(
    args: &Args,
    template: &Template,
    circumstances: &Circumstances,
    given: Given,
    session: &Session,
) -> Result<Outcome> {
    destination::check_before_asking(args, template, &given, session)?;

    let draft = match session.ui.can_ask() && !args.defaults {
        true => dialogue::hold(args, template, circumstances, given, session)?,
        false => {
            let mut ask: Box<dyn Ask> = if args.defaults {
                Box::new(Defaults)
            } else {
                Box::new(Nobody)
            };
            // Nobody is asked, so all of it may be done within the limits at once.
            let answers = confined(|| resolve(template, circumstances, &given, ask.as_mut()))
                .map_err(|error| given::how_to_answer(error, args))?;
            Draft::of(args, template, answers, session)?
        }
    };
    draft.say_what_changed(template, session);
    if args.dry_run {
        return Ok(summary::dry_run(&draft, template));
    }
    let draft = draft.carried_out()?;
    let made = draft.git.carry_out(&draft, session);
    let created = summary::created(&draft, template, made);
    std::mem::forget(draft);
    Ok(created)
}

/// The template that was named, on the command line or in the configuration file; and the copy it was read from, if its
/// own hooks have changed that.
fn load(args: &Args, user: &UserConfig, session: &Session) -> Result<(Option<TempDir>, Template)> {
    let flags = source::Flags {
        take_first: args.defaults,
        ..args.source.clone()
    };
    let located = source::locate(args.named(user), &flags, user, session);
    let loaded = located.and_then(|located| {
        let template = located.load()?;
        Ok((located, template))
    });
    let (located, template) = loaded.map_err(|error| match (&args.template, &user.template, &session.config.file) {
        (None, Some(_), Some(file)) => given::named_in(error, file),
        _ => error,
    })?;
    hooks::settle(args, &located, template, session)
}

/// What a cookiecutter template may tell of its own making.
fn facts(args: &Args, user: &UserConfig, source: &Source, own: &Cookiecutter) -> Result<Facts> {
    let absolute = |path: &Path| {
        let path = std::path::absolute(path);
        path.with_context(|| format!("could not tell where {} is", args.output_dir.display()))
    };
    let repo_dir = match source {
        _ if own.copy.is_some() => own.copy.clone().unwrap_or_default(),
        // Cookiecutter goes on with the real path of one that it was led to.
        Source::Folder(folder) if own.is_nested => folder.canonicalize().unwrap_or_else(|_| folder.clone()),
        Source::Folder(folder) => folder.clone(),
        Source::Git(commit) => PathBuf::from(commit.directory.clone().unwrap_or_default()),
        Source::BuiltIn(name) => PathBuf::from(name),
    };
    let named = source::shown(args.named(user));
    Ok(Facts {
        template: if own.is_nested {
            repo_dir.to_string_lossy().into_owned()
        } else {
            named
        },
        output_dir: absolute(&args.output_dir)?,
        repo_dir,
        checkout: args.source.checkout.clone(),
    })
}

/// As calendars in Greenwich count.
fn this_year() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let mut days = since.as_secs() / 86_400;
    let mut year = 1970;
    loop {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = if is_leap { 366 } else { 365 };
        if days < length {
            return year;
        }
        days -= length;
        year += 1;
    }
}

impl Args {
    /// What names the template.
    pub fn named<'a>(&'a self, user: &'a UserConfig) -> &'a str {
        self.template.as_deref().or(user.template.as_deref()).unwrap_or("basic")
    }

    fn on_conflict(&self) -> Option<OnConflict> {
        self.on_conflict.map(|conflict| match conflict {
            Conflict::Fail => OnConflict::Fail,
            Conflict::Skip => OnConflict::Skip,
            Conflict::Overwrite => OnConflict::Overwrite,
        })
    }
}
