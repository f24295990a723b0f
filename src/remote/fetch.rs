//! A remote and what is wanted of it -> one commit in the cache, whose files can be read.
//!
//! Branches move, so the remote is asked each time; what was fetched before stands in where it cannot be. One commit is
//! fetched without its history unless only the beginning of its id is known, or the server gives no commit by its id.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::cache::{EVERYTHING, KEPT, Place, kept_as, tidy};
use super::explain::{hint, reason};
use super::program::{Git, Said};
use super::{Reference, Remote};
use crate::config::GitEnvironment;
use crate::failure::{Code, Failure, did_you_mean};
use crate::git::Bare;
use crate::neutral::neutral;

/// A commit on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// A bare repository in the cache; [`crate::git::Commit::open`] reads it.
    pub repository: PathBuf,
    /// The full id, in hexadecimal.
    pub commit: String,
    /// Why the remote could not be asked, where the cache stands in.
    pub stale: Option<String>,
}

/// The circumstances of a fetch.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// The folder to keep things in; need not exist.
    pub cache: &'a Path,
    pub git: &'a GitEnvironment,
    /// Nothing but the cache may be used.
    pub offline: bool,
    /// A person is at the terminal, whom git and ssh may ask for a password.
    pub interactive: bool,
}

/// Makes sure that the cache has what is wanted, the remote's default branch where nothing is said.
///
/// A tag goes before a branch of the same name, as it does in git. `progress` gets short lines while git works. No
/// credentials come out of here: not in the result, in an error, in `progress` nor in the cache.
pub fn fetch(
    remote: &Remote,
    wanted: Option<&Reference>,
    how: &How<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Fetched> {
    let run = Run {
        remote,
        wanted,
        how,
        place: Place::of(remote, how.cache)?,
        kept_as: kept_as(wanted)?,
    };
    if how.offline {
        return run
            .known()
            .map(|commit| run.fetched(commit, None))
            .ok_or_else(|| run.not_cached().into());
    }
    if let Some(commit) = wanted.filter(|wanted| wanted.is_full_id()).and_then(|_| run.known()) {
        // It is what it ever was.
        return Ok(run.fetched(commit, None));
    }
    run.online(progress)
}

struct Run<'a> {
    remote: &'a Remote,
    wanted: Option<&'a Reference>,
    how: &'a How<'a>,
    place: Place,
    kept_as: String,
}

/// Why there is no commit to be had from the remote.
enum Trouble {
    /// The remote answered, and has nothing of this name.
    Missing,
    /// The remote could not be asked, or what it gave is no good: in a line, and in full.
    Failed(String, Failure),
    /// The user stopped us.
    Stopped(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure.code {
            Code::Cancelled => Trouble::Stopped(failure),
            _ => Trouble::Failed(failure.message.clone(), failure),
        }
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Failure::new(Code::Internal, format!("{error:#}")).into()
    }
}

impl Run<'_> {
    fn online(&self, progress: &mut dyn FnMut(&str)) -> Result<Fetched> {
        let lock = self.place.lock(progress)?;
        let how = self.how;
        let git = &mut Git { how, lock, progress };
        let repository = self.place.open();
        let is_there = repository.is_some();
        let mut outcome = repository.map(|_| self.update(&self.place.folder, git));
        if matches!(outcome, None | Some(Err(Trouble::Failed(..)))) {
            // The fault may be with what is kept here, and that can be made again.
            let is_sound = is_there && Bare::open(&self.place.folder).is_ok_and(|repository| repository.is_sound(KEPT));
            if !is_sound {
                outcome = Some(self.renew(git));
            }
        }
        match outcome {
            Some(Ok(commit)) => Ok(self.fetched(commit, None)),
            Some(Err(Trouble::Failed(reason, failure))) => match self.known() {
                Some(commit) => Ok(self.fetched(commit, Some(reason))),
                None => Err(failure.into()),
            },
            Some(Err(Trouble::Stopped(failure))) => Err(failure.into()),
            Some(Err(Trouble::Missing)) | None => Err(self.missing(git)?.into()),
        }
    }

    fn fetched(&self, commit: String, stale: Option<String>) -> Fetched {
        Fetched {
            repository: self.place.folder.clone(),
            commit,
            stale,
        }
    }

    /// What is wanted, as far as the cache knows it.
    fn known(&self) -> Option<String> {
        let repository = self.place.open()?;
        let by_id = |wanted: &Reference| repository.commit(wanted.as_str());
        let is_id = |wanted: &&Reference| wanted.is_full_id() || wanted.may_be_abbreviated_id();
        repository
            .target(&self.kept_as)
            .or_else(|| self.wanted.filter(is_id).and_then(by_id))
            .filter(|commit| repository.is_whole(commit))
    }

    /// Fetches into an empty repository, which then takes the place of the old one, if any.
    fn renew(&self, git: &mut Git<'_>) -> Result<String, Trouble> {
        let new = self.place.renew()?;
        let commit = self.update(&new, git);
        match &commit {
            Ok(_) => self.place.put_in_place(&new)?,
            Err(_) => self.place.discard(&new),
        }
        commit
    }

    /// Asks the remote, and makes sure that the whole commit is there.
    fn update(&self, repository: &Path, git: &mut Git<'_>) -> Result<String, Trouble> {
        let commit = match self.fetch_one(repository, git) {
            Err(Trouble::Missing) => self.look_among_all(repository, git)?,
            commit => commit?,
        };
        if Bare::open(repository)?.is_whole(&commit) {
            return Ok(commit);
        }
        let reason = format!("the commit {commit} did not arrive whole");
        Err(Failure::new(Code::Internal, format!("could not fetch {}: {reason}", self.remote)).into())
    }

    /// Fetches the one commit that is wanted.
    fn fetch_one(&self, repository: &Path, git: &mut Git<'_>) -> Result<String, Trouble> {
        let source = match self.wanted {
            Some(wanted) if wanted.is_full_id() => wanted.as_str().to_ascii_lowercase(),
            Some(wanted) => wanted.as_str().to_string(),
            None => "HEAD".to_string(),
        };
        let refspec = format!("+{source}:{}", self.kept_as);
        let said = self.git_fetch(repository, "--depth=1", &[&refspec], git)?;
        if said.is_success {
            let repository = Bare::open(repository)?;
            let commit = repository.target(&self.kept_as);
            if commit.is_none() {
                // A tag of something else than a commit.
                repository.forget(&self.kept_as)?;
            }
            return commit.ok_or(Trouble::Missing);
        }
        let missing = ["fatal: couldn't find remote ref", "not our ref", "unadvertised object"];
        match missing.into_iter().any(|text| said.has(text)) {
            true => Err(Trouble::Missing),
            false => Err(self.failed(&said)),
        }
    }

    /// Fetches every branch and tag to find the commit in their history.
    fn look_among_all(&self, repository: &Path, git: &mut Git<'_>) -> Result<String, Trouble> {
        let Some(wanted) = self
            .wanted
            .filter(|wanted| wanted.is_full_id() || wanted.may_be_abbreviated_id())
        else {
            return Err(Trouble::Missing);
        };
        let find = || -> Result<Option<String>, Trouble> {
            let found = Bare::open(repository)?;
            if found.is_ambiguous(wanted.as_str()) {
                return Err(Failure::new(
                    Code::Validation,
                    format!("several commits of {} begin with `{wanted}`", self.remote),
                )
                .hint("give more of the commit's id")
                .into());
            }
            Ok(found.commit(wanted.as_str()))
        };
        // The remote has just said that there is no branch or tag of this name, and a commit does not change.
        let commit = match find()?.filter(|_| !wanted.is_full_id()) {
            Some(commit) => commit,
            None => {
                let [branches, tags] = ["heads", "tags"].map(|kind| format!("+refs/{kind}/*:{EVERYTHING}/{kind}/*"));
                // The greatest depth there is: an endless one, also for a repository that has no history yet.
                let depth = "--depth=2147483647";
                let said = self.git_fetch(repository, depth, &[&branches, &tags], git);
                let found = find();
                tidy(repository).map_err(anyhow::Error::from)?;
                let said = said?;
                if !said.is_success {
                    return Err(self.failed(&said));
                }
                found?.ok_or(Trouble::Missing)?
            }
        };
        Bare::open(repository)?.point(&self.kept_as, &commit)?;
        Ok(commit)
    }

    fn git_fetch(&self, repository: &Path, depth: &str, refspecs: &[&str], git: &mut Git<'_>) -> Result<Said, Trouble> {
        let mut args = vec!["fetch", depth];
        args.extend([
            "--no-tags",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            // That file would hold the address.
            "--no-write-fetch-head",
            "--progress",
            "--",
            self.remote.address(),
        ]);
        args.extend(refspecs);
        let said = git.run(repository, &args)?;
        if !said.has("does not support shallow") {
            return Ok(said);
        }
        // A server that knows no more than to hand out files.
        args.retain(|arg| *arg != depth);
        Ok(git.run(repository, &args)?)
    }

    fn failed(&self, said: &Said) -> Trouble {
        let lines: Vec<String> = said.lines.iter().map(|line| self.fit_to_be_shown(line)).collect();
        let reason = reason(&lines);
        let message = format!("could not fetch {}", self.remote);
        let mut failure = Failure::new(Code::Internal, message);
        if let Some(hint) = hint(&lines, self.remote.is_local()) {
            failure = failure.hint(hint);
        }
        let told = crate::failure::Problem::new("git", lines.join("\n"));
        Trouble::Failed(reason, failure.problems(vec![told]))
    }

    fn fit_to_be_shown(&self, line: &str) -> String {
        neutral(&self.remote.without_secrets(line))
    }

    fn not_cached(&self) -> Failure {
        let what = match self.wanted {
            Some(wanted) => format!("`{wanted}` of {}", self.remote),
            None => self.remote.to_string(),
        };
        Failure::new(Code::Validation, format!("{what} is not in the cache"))
            .hint("run once without `--offline`, with a network")
    }

    /// The remote answered, and does not have what is wanted; what it has helps.
    fn missing(&self, git: &mut Git<'_>) -> Result<Failure, Failure> {
        let names = self.names(git)?;
        let some = || {
            names
                .iter()
                .take(5)
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let Some(wanted) = self.wanted else {
            let failure = Failure::new(Code::Validation, format!("{} has no default branch", self.remote));
            return Ok(match names.is_empty() {
                true => failure.hint("it may be empty"),
                false => failure.hint(format!("name a branch or a tag with `--checkout`: {}", some())),
            });
        };
        let message = format!("there is no branch, tag or commit `{wanted}` in {}", self.remote);
        let failure = Failure::new(Code::Validation, message);
        Ok(match did_you_mean(wanted.as_str(), names.iter().map(String::as_str)) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None if names.is_empty() => failure,
            None if names.len() > 5 => failure.hint(format!("there are {}, and {} more", some(), names.len() - 5)),
            None => failure.hint(format!("there is {}", some())),
        })
    }

    /// The remote's branches, then its tags; none where they cannot be had.
    fn names(&self, git: &mut Git<'_>) -> Result<Vec<String>, Failure> {
        let args = ["ls-remote", "--heads", "--tags", "--refs", "--", self.remote.address()];
        // Any repository will do, and the cache may have none of this remote.
        let folder = match self.place.open() {
            Some(_) => self.place.folder.clone(),
            None => match self.place.renew() {
                Ok(new) => new,
                Err(_) => return Ok(Vec::new()),
            },
        };
        let said = git.run(&folder, &args);
        if folder != self.place.folder {
            self.place.discard(&folder);
        }
        let said = match said {
            Ok(said) => said,
            Err(failure) if failure.code == Code::Cancelled => return Err(failure),
            Err(_) => return Ok(Vec::new()),
        };
        let text = String::from_utf8_lossy(&said.output);
        let names = text.lines().filter_map(|line| line.split_once('\t'));
        let names = names.filter_map(|(_, name)| name.strip_prefix("refs/heads/").or(name.strip_prefix("refs/tags/")));
        Ok(names.map(|name| self.fit_to_be_shown(name)).collect())
    }
}

impl Said {
    /// Whether git said so, and not the server by it.
    fn has(&self, text: &str) -> bool {
        let mut own = self.lines.iter().filter(|line| !line.starts_with("remote: "));
        own.any(|line| line.contains(text))
    }
}
