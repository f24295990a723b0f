//! `dev enable`, `dev disable` and `dev list`; `.ci/developer` asks the old program, Python and Plux what they make of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use crate::support::{PROGRAM, Sandbox};

const LIST: &str = "../home/.localstack/extensions-dev.json";

/// With a project in each folder: metadata at the root of the first one, code in `src` in the second one.
fn projects() -> Sandbox {
    let sandbox = Sandbox::new();
    for (folder, template) in [("flat", "basic"), ("deep", "handlers")] {
        let new = ["dev", "new", folder, "-t", template, "--defaults", "--no-git", "-q"];
        sandbox.run(&new).ok();
    }
    fs::remove_file(sandbox.path("deep/src.pth")).unwrap();
    sandbox
}

#[test]
fn a_folder_is_enabled_once_and_found() {
    let sandbox = projects();
    let seen = sandbox.run(&["dev", "enable", "flat", "deep", "./flat/"]).ok();
    assert_eq!(
        seen,
        "Wrote [SANDBOX]/work/flat/flat.egg-info\n\
         Enabled [SANDBOX]/work/flat\n\
         Wrote [SANDBOX]/work/deep/src.pth\n\
         Wrote [SANDBOX]/work/deep/src/deep.egg-info\n\
         Enabled [SANDBOX]/work/deep\n\nNext:\n  lstk-extensions dev start\n"
    );
    let list = sandbox.stable(&sandbox.read(LIST));
    assert_eq!(
        list,
        r#"{"extensions":[{"host_path":"[SANDBOX]/work/flat"},{"host_path":"[SANDBOX]/work/deep"}]}"#
    );
    let seen = sandbox.command(&["dev", "enable"]).in_folder("deep/src/..").run().ok();
    assert_eq!(
        seen,
        "[SANDBOX]/work/deep is enabled already\n\nNext:\n  lstk-extensions dev start\n"
    );
    assert_eq!(
        sandbox.run(&["dev", "list"]).ok(),
        "NAME  STATE  FOLDER\n\
         flat  ready  [SANDBOX]/work/flat\n\
         deep  ready  [SANDBOX]/work/deep\n"
    );
    let seen = sandbox.run(&["dev", "disable", "flat", "nowhere"]).ok();
    assert_eq!(
        seen,
        "Disabled [SANDBOX]/work/flat\n[SANDBOX]/work/nowhere is not enabled: `lstk-extensions dev list` shows what is\n"
    );
    assert_eq!(
        sandbox.run(&["dev", "disable", "--all"]).ok(),
        "Disabled [SANDBOX]/work/deep\n"
    );
    assert_eq!(
        sandbox.run(&["dev", "disable", "--all"]).ok(),
        "No extension is enabled\n"
    );
    assert_eq!(sandbox.read(LIST), r#"{"extensions":[]}"#);
}

#[test]
fn nothing_is_enabled_if_one_cannot_be() {
    let sandbox = projects();
    sandbox.write("file", "");
    sandbox.write("none/README.md", "");
    let seen = sandbox
        .run(&["dev", "enable", "flat", "nowhere", "file", "none", "/"])
        .fails(2);
    assert_eq!(
        seen,
        "error: could not enable the extension\n  \
         nowhere: is not there\n  \
         file: is no folder\n  \
         /: has no name to be mounted by\n  \
         none: there is neither pyproject.toml nor setup.cfg nor setup.py here, and no metadata\n    \
         hint: name the project's folder: `lstk-extensions dev check DIR`; `lstk-extensions dev new` makes one\n"
    );
    let seen = sandbox.run(&["dev", "enable", "flat", "none"]).fails(1);
    assert!(
        seen.starts_with("error: LocalStack would not load this extension\n  none: there is neither "),
        "{seen}"
    );
    assert!(seen.ends_with("hint: `--no-check` enables it all the same\n"), "{seen}");
    assert!(!sandbox.path("flat/flat.egg-info").exists() && !sandbox.path("../home/.localstack").exists());
}

#[test]
fn what_is_missing_is_told() {
    let sandbox = projects();
    let seen = sandbox.run(&["dev", "enable", "deep", "--no-metadata"]);
    assert_eq!(
        (seen.status, seen.stdout.as_str()),
        (
            Some(0),
            "Enabled [SANDBOX]/work/deep\n\nNext:\n  lstk-extensions dev start\n"
        )
    );
    assert_eq!(
        seen.stderr,
        "warning: LocalStack does not find [SANDBOX]/work/deep: no .pth file leads to `src`, which has the code\n  \
         hint: `lstk-extensions dev enable [SANDBOX]/work/deep` writes it\n\
         warning: LocalStack does not find [SANDBOX]/work/deep: there is no metadata with the entry points that the project declares\n  \
         hint: `lstk-extensions dev enable [SANDBOX]/work/deep` writes it\n"
    );
    let seen = sandbox.run(&["dev", "list"]);
    assert_eq!(
        (seen.status, seen.stdout.as_str()),
        (
            Some(0),
            "NAME  STATE        FOLDER\ndeep  no metadata  [SANDBOX]/work/deep\n"
        )
    );
    sandbox.run(&["dev", "enable", "deep", "flat", "-q"]).ok();
    fs::remove_dir_all(sandbox.path("deep")).unwrap();
    let code = sandbox.read("flat/flat/extension.py");
    sandbox.write("flat/flat/extension.py", &code.replace("class ", "class X"));
    let seen = sandbox.run(&["dev", "list"]);
    assert_eq!(
        seen.stdout,
        "NAME  STATE   FOLDER\n-     gone    [SANDBOX]/work/deep\n\
         flat  faulty  [SANDBOX]/work/flat\n"
    );
    assert_eq!(
        seen.stderr,
        "warning: [SANDBOX]/work/deep is enabled and not there\n  \
         hint: `lstk-extensions dev disable [SANDBOX]/work/deep` takes it off the list\n\
         warning: LocalStack would not load [SANDBOX]/work/flat\n  \
         hint: `lstk-extensions dev check [SANDBOX]/work/flat` tells why\n"
    );
}

#[test]
fn folders_that_do_not_go_together_are_told() {
    let sandbox = projects();
    sandbox
        .run(&["dev", "new", "other/mine", "--defaults", "--no-git", "-q"])
        .ok();
    fs::rename(sandbox.path("other/mine"), sandbox.path("other/flat")).unwrap();
    sandbox.run(&["dev", "enable", "flat"]).ok();
    let seen = sandbox.run(&["dev", "enable", "other/flat"]);
    assert_eq!(
        seen.stderr,
        "warning: [SANDBOX]/work/other/flat: [SANDBOX]/work/flat has the same last name: the old `localstack` program \
         mounts one of them, `lstk-extensions dev start` both\n"
    );
    let copy = Command::new("cp")
        .args(["-r", "flat", "twin"])
        .current_dir(sandbox.path(""))
        .status();
    assert!(copy.unwrap().success());
    let seen = sandbox.run(&["dev", "enable", "twin", "-q"]);
    assert_eq!(
        seen.stderr,
        "warning: [SANDBOX]/work/twin: [SANDBOX]/work/flat has an extension `flat` as well: LocalStack loads one of them\n"
    );
    let seen = sandbox.run(&["dev", "list", "--json"]);
    let envelope: Value = serde_json::from_str(&seen.stdout).unwrap();
    let states: Vec<&str> = envelope["data"]["extensions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|folder| folder["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["clash", "clash", "clash"]);
    assert_eq!(envelope["command"], "extensions dev list");
    assert_eq!(envelope["warnings"][0]["code"], "CLASH");
}

#[test]
fn an_empty_list_is_empty() {
    let seen = Sandbox::new().run(&["dev", "list"]);
    assert_eq!(
        (seen.status, seen.stdout.as_str(), seen.stderr.as_str()),
        (
            Some(0),
            "",
            "No extension is enabled: `lstk-extensions dev enable DIR`\n"
        )
    );
    let seen = Sandbox::new().command(&["dev", "list"]).without("HOME").run().fails(1);
    assert_eq!(
        seen,
        "error: there is no folder for LocalStack's settings\nhint: set HOME or CONFIG_DIR to a folder\n"
    );
}

#[test]
fn a_broken_list_is_told_before_anything_is_written() {
    let sandbox = projects();
    sandbox.write("settings/extensions-dev.json", "{\"extensions\": [\n");
    for command in ["enable", "disable", "list"] {
        let args: &[&str] = if command == "list" {
            &["dev", command]
        } else {
            &["dev", command, "flat"]
        };
        let seen = sandbox.command(args).env("CONFIG_DIR", "settings").run().fails(1);
        assert_eq!(
            seen,
            "error: could not read the list of extensions in developer mode\n  \
             [SANDBOX]/work/settings/extensions-dev.json:2:0: EOF while parsing a list\n\
             hint: correct the file, or move it away and enable the extensions again\n"
        );
    }
    assert!(!sandbox.path("flat/flat.egg-info").exists());
    assert_eq!(sandbox.read("settings/extensions-dev.json"), "{\"extensions\": [\n");
}

/// Root writes everywhere.
#[test]
fn a_folder_that_cannot_be_written_into_is_told() {
    let sandbox = projects();
    let folder = sandbox.path("flat");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(folder.join("probe"), "").is_ok();
    let seen = sandbox.run(&["dev", "enable", "flat"]);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    if !is_root {
        let told = seen.fails(1);
        assert!(
            told.starts_with("error: could not write the metadata of [SANDBOX]/work/flat\n"),
            "{told}"
        );
        assert!(
            told.ends_with("hint: `--no-metadata` leaves the folder as it is\n"),
            "{told}"
        );
        assert!(!sandbox.path(LIST).exists());
    }
}

#[test]
fn runs_at_once_lose_nothing() {
    const RUNS: usize = 24;
    let sandbox = Sandbox::new();
    sandbox.run(&["dev", "new", "p0", "--defaults", "--no-git", "-q"]).ok();
    for run in 1..RUNS {
        let copy = Command::new("cp")
            .args(["-r", "p0", &format!("p{run}")])
            .current_dir(sandbox.path(""))
            .status();
        assert!(copy.unwrap().success());
    }
    let environment = sandbox.environment();
    let start = |run: usize| {
        let mut command = Command::new(PROGRAM);
        let args = ["dev", "enable", &format!("p{run}"), "--json"].map(str::to_string);
        command
            .args(args)
            .current_dir(sandbox.path(""))
            .env_clear()
            .envs(environment.clone());
        command.stdout(std::process::Stdio::null()).spawn().unwrap()
    };
    let started: Vec<_> = (0..RUNS).map(start).collect();
    for mut run in started {
        assert!(run.wait().unwrap().success());
    }
    let list: Value = serde_json::from_str(&sandbox.read(LIST)).unwrap();
    let paths: std::collections::BTreeSet<&str> = list["extensions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["host_path"].as_str().unwrap())
        .collect();
    assert_eq!(paths.len(), RUNS);
}
