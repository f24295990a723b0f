//! One fetch in a process of its own: told what to do in a variable, tells what came of it on standard output.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command};

use lstk_extensions::config::Config;
use lstk_extensions::failure::Failure;
use lstk_extensions::git::{self, Entry};
use lstk_extensions::remote::{How, Reference, Remote, fetch};
use serde_json::{Map, Value, json};

pub const VARIABLE: &str = "REMOTE_TEST";
const BEGIN: &str = "<<<<";
const END: &str = ">>>>";

pub fn command() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "remote::driver::run", "--ignored", "--nocapture"]);
    command
}

/// Waits for the end; the result holds everything that was printed too, as `all`.
pub fn heard(child: Child) -> Value {
    let output = child.wait_with_output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    let result = stdout.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END));
    let (result, _) = result.unwrap_or_else(|| panic!("no result: {stdout}{stderr}"));
    let mut result: Value = serde_json::from_str(result).unwrap();
    result["all"] = json!(format!("{stdout}{stderr}"));
    result
}

#[test]
#[ignore = "run by other tests"]
#[allow(clippy::print_stdout, reason = "this is how the result gets out")]
fn run() {
    let Ok(what) = std::env::var(VARIABLE) else { return };
    let what: Value = serde_json::from_str(&what).unwrap();
    let mut progress = Vec::new();
    let result = attempt(&what, &mut |line| progress.push(line.to_string()));
    let mut result = result.unwrap_or_else(|error| {
        let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        let failure = error.chain().find_map(|cause| cause.downcast_ref::<Failure>());
        json!({
            "error": chain.join(": "),
            "exit": failure.map(|failure| failure.exit),
            "hints": failure.map(|failure| failure.hints.clone()),
            "problems": failure.map(|failure| failure.problems.iter().map(|problem| &problem.message).collect::<Vec<_>>()),
            "debug": format!("{error:?}"),
        })
    });
    result["progress"] = json!(progress);
    println!("{BEGIN}{result}{END}");
}

fn attempt(what: &Value, progress: &mut dyn FnMut(&str)) -> anyhow::Result<Value> {
    let text = |key: &str| what[key].as_str();
    let address = text("address").unwrap();
    let remote = Remote::parse(address, &BTreeMap::new())?.unwrap_or_else(|| Remote::local(Path::new(address)));
    let wanted = text("wanted").map(Reference::parse).transpose()?;
    let config = Config::from_env();
    let cache = config.cache.unwrap();
    let how = How {
        cache: &cache,
        git: &config.git,
        offline: what["offline"] == true,
        interactive: what["interactive"] == true,
    };
    let fetched = fetch(&remote, wanted.as_ref(), &how, progress)?;
    let commit = git::Commit::open(&fetched.repository, &fetched.commit)?;
    let mut files = Map::new();
    for (path, entry) in commit.entries(None)? {
        let content = match entry {
            Entry::File { id, .. } => String::from_utf8_lossy(&commit.read(id)?).into_owned(),
            other => format!("{other:?}"),
        };
        files.insert(path, content.into());
    }
    Ok(json!({ "commit": fetched.commit, "stale": fetched.stale, "files": files }))
}
