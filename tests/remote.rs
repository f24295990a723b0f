//! Fetching from repositories elsewhere: real `git`, real remotes on this machine, one process a run.
//!
//! A run is this very binary, started again with an environment of its own: see [`driver`].

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::Sandbox;

mod cache;
mod commits;
mod driver;
mod endings;
mod hardening;
mod secrets;

/// A sandbox with a repository `source` to commit in and a bare one `remote.git` to fetch from.
struct World {
    sandbox: Sandbox,
    environment: Vec<(String, String)>,
}

impl World {
    fn empty() -> World {
        let sandbox = Sandbox::with_identity();
        let environment = sandbox.environment().into_iter();
        let environment = environment.map(|(name, value)| (name.to_string(), value)).collect();
        World { sandbox, environment }
    }

    /// With one commit on `main`: a file `a` that holds `1`.
    fn new() -> World {
        let world = World::empty();
        world.git(".", &["init", "-q", "-b", "main", "source"]);
        world.commit("a", "1");
        world.git(".", &["clone", "-q", "--bare", "source", "remote.git"]);
        world.git("source", &["remote", "add", "origin", "../remote.git"]);
        world
    }

    fn path(&self, path: &str) -> PathBuf {
        self.sandbox.path(path)
    }

    fn cache(&self) -> PathBuf {
        self.path("../home/.cache/lstk-extensions")
    }

    /// The only entry of the cache.
    fn entry(&self) -> PathBuf {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(self.cache().join("git"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        assert_eq!(folders.len(), 1, "{folders:?}");
        folders.remove(0)
    }

    fn url(&self) -> String {
        format!("file://{}", self.path("remote.git").display())
    }

    /// The real `git`, in the sandbox's environment.
    fn git(&self, folder: &str, args: &[&str]) -> String {
        git(&self.path(folder), args, &self.sandbox.environment(), "")
    }

    /// A commit of one file in `source`, and its id.
    fn commit(&self, file: &str, content: &str) -> String {
        self.sandbox.write(&format!("source/{file}"), content);
        self.git("source", &["add", "."]);
        self.git("source", &["commit", "-qm", content]);
        self.git("source", &["rev-parse", "HEAD"]).trim().to_string()
    }

    fn push(&self, refs: &[&str]) {
        self.git("source", &[&["push", "-qf", "origin"], refs].concat());
    }

    fn env(mut self, name: &str, value: &str) -> World {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_string(), value.to_string()));
        self
    }

    fn fetch(&self, address: &str, wanted: Option<&str>) -> Value {
        self.run(&json!({ "address": address, "wanted": wanted }))
    }

    fn offline(&self, address: &str, wanted: Option<&str>) -> Value {
        self.run(&json!({ "address": address, "wanted": wanted, "offline": true }))
    }

    fn run(&self, what: &Value) -> Value {
        driver::heard(self.start(what))
    }

    fn start(&self, what: &Value) -> Child {
        driver::command()
            .current_dir(self.path(""))
            .env_clear()
            .envs(self.environment.iter().cloned())
            .env(driver::VARIABLE, what.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

fn git(folder: &Path, args: &[&str], environment: &[(&'static str, String)], stdin: &str) -> String {
    use std::io::Write;
    let mut child = Command::new("git")
        .args(args)
        .current_dir(folder)
        .env_clear()
        .envs(environment.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn commit(result: &Value) -> &str {
    assert_eq!(result["stale"], Value::Null, "{result:#}");
    result["commit"].as_str().unwrap_or_else(|| panic!("{result:#}"))
}

#[track_caller]
fn stale(result: &Value) -> (&str, &str) {
    let text = |key: &str| result[key].as_str().unwrap_or_else(|| panic!("{result:#}"));
    (text("commit"), text("stale"))
}

#[track_caller]
fn error(result: &Value) -> &str {
    result["error"].as_str().unwrap_or_else(|| panic!("{result:#}"))
}

#[test]
fn everything_that_names_a_commit_finds_it() {
    let world = World::new();
    let first = world.commit("a", "2");
    world.git("source", &["tag", "light"]);
    world.git("source", &["tag", "-am", "x", "heavy"]);
    world.git("source", &["checkout", "-qb", "feature/x"]);
    let second = world.commit("b", "3");
    let hidden = world.commit("b", "4");
    let third = world.commit("b", "5");
    world.push(&["main", "feature/x", "--tags"]);
    let url = world.url();
    let path = world.path("remote.git").display().to_string();
    for address in [&url, &path] {
        for (wanted, expected) in [
            (None, &first),
            (Some("main"), &first),
            (Some("HEAD"), &first),
            (Some("refs/heads/main"), &first),
            (Some("light"), &first),
            (Some("heavy"), &first),
            (Some("feature/x"), &third),
            (Some(second.as_str()), &second),
            (Some(&hidden[..9]), &hidden),
            (Some(&hidden[..9]), &hidden),
            (Some(&third[..12]), &third),
            (Some(&first.to_uppercase()), &first),
        ] {
            assert_eq!(
                commit(&world.fetch(address, wanted)),
                expected,
                "{wanted:?} of {address}"
            );
            assert_eq!(
                commit(&world.offline(address, wanted)),
                expected,
                "{wanted:?} of {address}"
            );
        }
    }
    assert_eq!(
        error(&world.offline(&url, Some("other"))),
        format!("`other` of {url} is not in the cache")
    );
}

#[test]
fn the_files_are_those_of_the_commit_and_history_stays_away() {
    let world = World::new();
    let commit = world.commit("sub/b", "22");
    world.push(&["main"]);
    let result = world.fetch(&world.url(), None);
    assert_eq!(result["files"], json!({ "a": "1", "sub/b": "22" }));
    assert!(
        result["progress"]
            .as_array()
            .unwrap()
            .contains(&json!("Receiving objects: 100%")),
        "{result:#}"
    );
    let entry = world.entry();
    assert_eq!(
        git(
            &entry,
            &["rev-list", "--count", &commit],
            &world.sandbox.environment(),
            ""
        ),
        "1\n"
    );
    assert!(!entry.join("FETCH_HEAD").exists() && !entry.join("hooks").join("post-update").exists());
}

#[test]
fn a_tag_goes_before_a_branch() {
    let world = World::new();
    let tagged = world.commit("a", "2");
    world.git("source", &["tag", "one"]);
    world.git("source", &["checkout", "-qb", "one"]);
    world.commit("a", "3");
    world.push(&["refs/heads/one", "refs/tags/one"]);
    assert_eq!(commit(&world.fetch(&world.url(), Some("one"))), tagged);
}

#[test]
fn what_moved_is_seen_and_what_became_a_folder_too() {
    let world = World::new();
    let url = world.url();
    let first = commit(&world.fetch(&url, None)).to_string();
    world.git("source", &["branch", "topic"]);
    world.push(&["topic"]);
    assert_eq!(commit(&world.fetch(&url, Some("topic"))), first);
    let second = world.commit("a", "2");
    world.git("source", &["push", "-q", "origin", ":topic"]);
    world.git("source", &["branch", "-D", "topic"]);
    world.git("source", &["branch", "topic/deeper"]);
    world.push(&["main", "topic/deeper"]);
    assert_eq!(commit(&world.fetch(&url, None)), second);
    assert_eq!(commit(&world.fetch(&url, Some("topic/deeper"))), second);
    // Rewritten history, and the beginning of an id while branches became folders.
    world.git("source", &["commit", "-q", "--amend", "-m", "other"]);
    let third = world.git("source", &["rev-parse", "HEAD"]).trim().to_string();
    world.push(&["main"]);
    assert_eq!(commit(&world.fetch(&url, None)), third);
    assert_eq!(commit(&world.fetch(&url, Some(&first[..8]))), first);
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let world = World::new();
    let url = world.url();
    for branch in ["develop", "release"] {
        world.git("source", &["branch", branch]);
    }
    world.push(&["develop", "release"]);
    let result = world.fetch(&url, Some("develp"));
    assert_eq!(
        error(&result),
        format!("there is no branch, tag or commit `develp` in {url}")
    );
    assert_eq!(result["hints"], json!(["did you mean `develop`?"]));
    let result = world.fetch(&url, Some("xyz"));
    assert_eq!(result["hints"], json!(["there is `develop`, `main`, `release`"]));
    for id in ["0123456", &"1".repeat(40), &"1".repeat(64)] {
        let result = world.fetch(&url, Some(id));
        assert!(error(&result).contains(id), "{result:#}");
    }
    // Nothing stands in for what the remote no longer has.
    commit(&world.fetch(&url, Some("release")));
    world.git("source", &["push", "-q", "origin", ":release"]);
    let result = world.fetch(&url, Some("release"));
    assert_eq!(
        error(&result),
        format!("there is no branch, tag or commit `release` in {url}")
    );
    world.git(".", &["init", "-q", "--bare", "empty.git"]);
    let empty = world.path("empty.git").display().to_string();
    let result = world.fetch(&empty, None);
    assert_eq!(error(&result), format!("{empty} has no default branch"));
    assert_eq!(result["hints"], json!(["it may be empty"]));
}

#[test]
fn a_tag_of_a_file_is_no_commit() {
    let world = World::new();
    world.git("source", &["tag", "file", "HEAD:a"]);
    world.push(&["--tags"]);
    let result = world.fetch(&world.url(), Some("file"));
    assert!(
        error(&result).starts_with("there is no branch, tag or commit `file`"),
        "{result:#}"
    );
}

#[test]
fn a_shallow_repository_can_be_fetched_from() {
    let world = World::new();
    let tip = world.commit("a", "2");
    world.push(&["main"]);
    world.git(
        ".",
        &["clone", "-q", "--bare", "--depth=1", &world.url(), "shallow.git"],
    );
    let url = format!("file://{}", world.path("shallow.git").display());
    assert_eq!(commit(&world.fetch(&url, None)), tip);
    assert_eq!(commit(&world.fetch(&url, Some(&tip[..10]))), tip);
    let _ = error(&world.fetch(&url, Some("0123456")));
}
