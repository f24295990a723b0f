//! Git for a new project: whose name goes into the defaults, and whether it becomes a repository of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Args;
use super::destination::argument;
use super::draft::Draft;
use crate::Session;
use crate::git::{self, Identity, Initialized};
use crate::neutral::neutral_line;
use crate::scaffold::manifest::Manifest;
use crate::scaffold::plan::{Step, Verb, check_free};
use crate::scaffold::question::{Default, Question};
use crate::scaffold::rule::Rule;

/// The user's identity for a template's defaults; what no project could hold is left out, with a warning.
pub(super) fn identity(manifest: &Manifest, session: &Session) -> BTreeMap<&'static str, String> {
    let names_git = |question: &Question| {
        let defaults = question.default.iter().flat_map(Default::texts);
        defaults
            .chain(&question.when)
            .chain(question.test.as_ref().map(|test| &test.expression))
            .any(|text| text.code.contains("git"))
    };
    if !manifest.questions.iter().any(names_git) {
        return BTreeMap::new();
    }
    let mut values = Identity::read(&session.config.git).values();
    values.retain(|key, value| {
        let (rule, name) = match *key {
            "email" => (Rule::Email, "user.email"),
            "github_user" => (Rule::GithubUser, "github.user"),
            _ => (Rule::PersonName, "user.name"),
        };
        match rule.check(value) {
            Ok(_) => true,
            Err(refusal) => {
                let value = neutral_line(value);
                let message = format!("git's {name} `{value}` is not used as a default: it {}", refusal.reason);
                session.ui.warn("GIT_IDENTITY_UNUSABLE", message);
                false
            }
        }
    });
    values
}

/// Whether a repository is wanted, and why.
pub(super) struct Wish {
    pub wanted: bool,
    /// The user said so on the command line.
    pub said: bool,
    /// The work tree the project will be part of.
    pub inside: Option<PathBuf>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Nothing,
    Repository,
    RepositoryWithCommit,
}

impl Wish {
    /// As the command line says; else yes, except inside another work tree or in a folder with files of its own.
    pub(super) fn of(args: &Args, destination: &Path, session: &Session) -> Wish {
        let said = args.git || args.no_git;
        let inside = match args.no_git {
            true => None,
            false => git::enclosing_work_tree(destination, &session.config.git),
        };
        Wish {
            wanted: if said {
                args.git
            } else {
                inside.is_none() && check_free(destination).is_ok()
            },
            said,
            inside,
        }
    }

    /// The project is complete already, so a failure is a warning with the command to retry.
    pub(super) fn carry_out(&self, draft: &Draft, session: &Session) -> Made {
        let destination = &draft.destination;
        // A hook may have made one.
        if !self.wanted || (draft.left.is_some() && destination.path.join(".git").exists()) {
            return Made::Nothing;
        }
        let folder = argument(&destination.path);
        let warn = |error: &anyhow::Error, retry: String| {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            let message = format!("{}; the project is complete, retry with `{retry}`", causes.join(": "));
            session.ui.warn("GIT_FAILED", message);
        };
        // What was there before is the user's own to commit.
        // Only a hook takes files away; one that cannot be looked at is an error of its own.
        let is_there = |step: &&Step| !draft.has_hooks() || step.path.below(&destination.path).is_file();
        let ours = draft.plan.steps.iter().filter(|step| step.verb != Verb::Skip);
        let ours = ours.filter(is_there);
        let files: Vec<&str> = match &draft.left {
            Some(left) => left.iter().map(String::as_str).collect(),
            None => ours.map(|step| step.path.as_str()).collect(),
        };
        match git::init(&destination.path, files.into_iter(), &session.config.git) {
            Ok(Initialized::WithCommit) => Made::RepositoryWithCommit,
            Ok(Initialized::WithoutIdentity) => {
                let message = "no first commit was made: git does not know your name and email; set them with \
                     `git config --global user.name NAME` and `git config --global user.email ADDRESS`";
                session.ui.warn("GIT_IDENTITY_MISSING", message);
                Made::Repository
            }
            Ok(Initialized::WithoutCommit(error)) => {
                warn(&error, format!("git -C {folder} add --all && git -C {folder} commit"));
                Made::Repository
            }
            Err(error) => {
                warn(
                    &error,
                    format!("git -C {folder} init && git -C {folder} add --all && git -C {folder} commit"),
                );
                Made::Nothing
            }
        }
    }
}
