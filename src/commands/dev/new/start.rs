//! What is known before the first question: the template, and what was said and configured for its questions.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::{Args, destination, given, hooks, repository};
use crate::Session;
use crate::commands::source;
use crate::config::UserConfig;
use crate::scaffold::answers::{Answers, Given};
use crate::scaffold::ask::Ask;
use crate::scaffold::circumstances::Circumstances;
use crate::scaffold::cookiecutter::{Cookiecutter, Facts};
use crate::scaffold::interview::resolve;
use crate::scaffold::secrets::Secrets;
use crate::scaffold::source::Source;
use crate::scaffold::template::Template;

pub(super) struct Start {
    pub(super) template: Template,
    /// The copy that the template was read from, if its own hooks have changed that.
    _copy: Option<TempDir>,
    pub(super) circumstances: Circumstances,
    pub(super) given: Given,
}

impl Start {
    /// Fails where it is plain already that the project cannot be made.
    pub(super) fn of(args: &Args, user: &UserConfig, said: &Given, session: &Session) -> Result<Start> {
        let (copy, mut template) = load(args, user, session)?;
        if let Some(cookiecutter) = &mut template.cookiecutter {
            cookiecutter.context.facts = facts(args, user, &template.source, cookiecutter)?;
        }
        let circumstances = Circumstances {
            git: repository::identity(&template.manifest, session),
            year: this_year(),
        };
        let given = given::with_defaults(said.clone(), args, user, &template, session)?;
        let start = Start {
            template,
            _copy: copy,
            circumstances,
            given,
        };
        destination::check_before_asking(args, &start.template, &start.given, session)
            .map_err(|error| start.secrets().hidden_in(error))?;
        Ok(start)
    }

    pub(super) fn secrets(&self) -> Secrets {
        Secrets::of(&self.template.manifest, &self.given)
    }

    pub(super) fn resolve(&self, ask: &mut dyn Ask) -> Result<Answers> {
        resolve(&self.template, &self.circumstances, &self.given, ask)
    }
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
