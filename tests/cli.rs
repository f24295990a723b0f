//! The command tree: help of every command, versions, usage errors, completions.

use snapbox::{assert_data_eq, file};

use crate::support::Sandbox;

#[test]
fn help_of_every_command_is_the_reviewed_one() {
    let sandbox = Sandbox::new();
    let mut text = String::new();
    for command in [
        "",
        "dev",
        "dev new",
        "dev check",
        "dev run",
        "dev enable",
        "dev disable",
        "dev list",
        "dev start",
        "init",
        "install",
        "list",
        "uninstall",
        "badge",
        "completions",
    ] {
        for flag in ["--help", "-h"] {
            let args: Vec<&str> = command.split_whitespace().chain([flag]).collect();
            text.push_str(&format!(
                "$ lstk-extensions {}\n{}\n",
                args.join(" "),
                sandbox.run(&args).ok()
            ));
        }
    }
    assert_data_eq!(text, file!["help.txt"]);
}

#[test]
fn a_bare_command_shows_what_there_is() {
    let sandbox = Sandbox::new();
    for args in [&[][..], &["dev"]] {
        let seen = sandbox.run(args).fails(2);
        assert!(seen.contains("Usage: lstk-extensions"), "{seen}");
    }
}

#[test]
fn the_version_is_the_package_s() {
    let sandbox = Sandbox::new();
    let version = format!("lstk-extensions {}\n", env!("CARGO_PKG_VERSION"));
    for args in [&["--version"][..], &["-V"], &["--version", "-q"]] {
        assert_eq!(sandbox.run(args).ok(), version);
    }
    // With `--json` even this is one object.
    let envelope: serde_json::Value = serde_json::from_str(&sandbox.run(&["--json", "--version"]).ok()).unwrap();
    assert_eq!(envelope["data"]["text"], version);
}

#[test]
fn a_typing_mistake_is_told_with_what_was_meant() {
    let sandbox = Sandbox::new();
    for (args, meant) in [
        (&["deb", "new"][..], "'dev'"),
        (&["dev", "newt"], "'new'"),
        (&["dev", "new", "--project-nam", "x"], "'--project-name'"),
        (&["badge", "--format", "markdwon"], "'markdown'"),
    ] {
        let seen = sandbox.run(args).fails(2);
        assert!(seen.contains(meant), "{seen}");
    }
}

#[test]
fn usage_errors_are_envelopes_too() {
    let sandbox = Sandbox::new();
    let context = r#"{"configDir":"/x","json":true,"nonInteractive":true,"emulators":[]}"#;
    for run in [
        sandbox.command(&["dev", "newt", "--json"]),
        sandbox.command(&["--json", "dev", "newt"]),
        sandbox.command(&["dev", "newt"]).env("LSTK_EXT_CONTEXT", context),
    ] {
        let seen = run.run();
        assert_eq!((seen.status, &*seen.stderr), (Some(2), ""));
        let envelope: serde_json::Value = serde_json::from_str(&seen.stdout).unwrap();
        assert_eq!(envelope["status"], "error");
        assert_eq!(envelope["data"], serde_json::Value::Null);
        assert_eq!(envelope["command"], "extensions dev");
        assert_eq!(envelope["error"]["code"], "USAGE_ERROR");
        assert_eq!(envelope["error"]["message"], "unrecognized subcommand 'newt'");
        assert_eq!(
            envelope["error"]["details"]["hints"][0],
            "tip: a similar subcommand exists: 'new'"
        );
    }
}

#[test]
fn completions_know_the_commands() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sandbox.run(&["completions", shell]).ok();
        assert!(script.contains("project-slug") && script.contains("badge"), "{shell}");
    }
    let script = sandbox.run(&["completions", "bash"]).ok();
    let checked = std::process::Command::new("bash")
        .args(["-n", "-c", &script])
        .status()
        .unwrap();
    assert!(checked.success());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let sandbox = Sandbox::new();
    let program = crate::support::PROGRAM;
    // The reader is gone before the first byte: `true` does not read.
    let script =
        format!("set -o pipefail; {program} completions bash | true; {program} completions bash > /dev/full; echo $?");
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(sandbox.path(""))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        stderr,
        "error: could not write to standard output: No space left on device (os error 28)\n"
    );
}
