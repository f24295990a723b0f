//! The operating system failing at every step of writing a project: the destination is complete or absent, an error
//! leaves nothing behind, and the next run works.

use std::fs;
use std::process::{Command, Output, Stdio};

use crate::support::{PROGRAM, Sandbox};

const NEW: [&str; 6] = ["dev", "new", "p", "--defaults", "--no-git", "-q"];

/// Every place that can fail, and how often it is passed while `basic` is written.
const POINTS: [(&str, usize); 6] = [
    ("staging", 1),
    ("folder", 2),
    ("create", 8),
    ("write", 8),
    ("rename", 1),
    ("parent", 0),
];

fn is_complete(sandbox: &Sandbox) -> bool {
    let whole = Sandbox::new();
    let _ = whole.run(&NEW).ok();
    let diff = Command::new("diff")
        .arg("-r")
        .arg(whole.path("p"))
        .arg(sandbox.path("p"))
        .stdout(Stdio::null())
        .status();
    diff.unwrap().success()
}

#[test]
fn an_error_at_any_step_leaves_nothing_and_a_retry_works() {
    for (errno, cause) in [
        (28, "No space left on device"),
        (5, "Input/output error"),
        (13, "Permission denied"),
    ] {
        for (point, times) in POINTS {
            for nth in 0..times {
                let sandbox = Sandbox::new();
                let faults = format!("{point}={nth}*off->1*return({errno})");
                let seen = sandbox.command(&NEW).env("FAILPOINTS", &faults).run().fails(1);
                assert!(seen.contains(cause), "{faults}: {seen}");
                let path = match point {
                    "staging" => "for p in .",
                    "folder" => ".tmp/p",
                    "rename" => "to p\n",
                    _ => "could not write p/",
                };
                let named = seen.starts_with("error: could not ") && seen.contains(path);
                assert!(named, "{faults}: {seen}");
                assert_eq!(sandbox.listing(), [""; 0], "{faults}");
                let _ = sandbox.run(&NEW).ok();
                assert!(is_complete(&sandbox));
            }
        }
    }
}

#[test]
fn parents_that_were_made_are_unmade() {
    let new = ["dev", "new", "a/b/p", "--defaults", "--no-git", "-q"];
    for faults in ["parent=1*off->return(28)", "staging=return(28)", "rename=return(28)"] {
        let sandbox = Sandbox::new();
        let _ = sandbox.command(&new).env("FAILPOINTS", faults).run().fails(1);
        assert_eq!(sandbox.listing(), [""; 0], "{faults}");
    }
}

#[test]
fn a_process_that_dies_at_any_step_leaves_a_complete_project_or_none() {
    for (point, times) in [
        ("staging", 1),
        ("folder", 2),
        ("create", 8),
        ("write", 8),
        ("rename", 1),
        ("clean", 1),
    ] {
        for nth in 0..times {
            let sandbox = Sandbox::new();
            let faults = format!("{point}={nth}*off->return(kill)");
            let seen = sandbox.command(&NEW).env("FAILPOINTS", &faults).run();
            assert_eq!(seen.status, None, "{faults}");
            let listing = sandbox.listing();
            let left: Vec<&String> = listing.iter().filter(|path| !path.starts_with("p/")).collect();
            assert!(
                left.iter()
                    .all(|path| path.starts_with(".p.") && path.contains(".tmp/")),
                "{left:?}"
            );
            match sandbox.path("p").exists() {
                true => assert!(point == "clean" && is_complete(&sandbox), "{faults}"),
                false => {
                    assert_ne!(point, "clean");
                    let _ = sandbox.run(&NEW).ok();
                    assert!(is_complete(&sandbox));
                }
            }
        }
    }
}

#[test]
fn a_staging_folder_that_cannot_be_removed_does_not_spoil_the_project() {
    let sandbox = Sandbox::new();
    let _ = sandbox.command(&NEW).env("FAILPOINTS", "clean=return(16)").run().ok();
    assert!(is_complete(&sandbox));
}

#[test]
fn an_error_while_replacing_files_puts_the_old_ones_back() {
    let policy = ["--on-conflict", "overwrite"];
    for nth in 0..8 {
        let sandbox = Sandbox::new();
        sandbox.write("p/setup.cfg", "mine");
        sandbox.write("p/README.md", "mine too");
        let before = sandbox.listing();
        let faults = format!("put={nth}*off->1*return(28)");
        let seen = sandbox
            .command(&[&NEW[..], &policy].concat())
            .env("FAILPOINTS", &faults)
            .run()
            .fails(1);
        assert!(seen.contains("No space left on device"), "{seen}");
        assert_eq!(sandbox.listing(), before, "{faults}");
        assert_eq!(
            (&*sandbox.read("p/setup.cfg"), &*sandbox.read("p/README.md")),
            ("mine", "mine too")
        );
    }
}

#[test]
fn a_folder_that_becomes_a_link_while_files_are_put_leads_nowhere() {
    for policy in ["overwrite", "fail"] {
        let sandbox = Sandbox::new();
        let manifest = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"t\"\n";
        for (path, content) in [
            ("template.toml", manifest),
            ("files/sub/deep/x", "new"),
            ("files/zoo/z", "new"),
        ] {
            sandbox.write(&format!("t/{path}"), content);
        }
        sandbox.write("p/sub/deep/y", "mine");
        if policy == "overwrite" {
            sandbox.write("p/sub/deep/x", "mine");
        }
        sandbox.write("victim/deep/x", "theirs");
        sandbox.write("victim/deep/y", "theirs");
        let child = Command::new(PROGRAM)
            .args([
                "dev",
                "new",
                "p",
                "--template",
                "./t",
                "--defaults",
                "--no-git",
                "--on-conflict",
                policy,
            ])
            .current_dir(sandbox.path(""))
            .env_clear()
            .envs(sandbox.environment())
            // Everything is looked at and prepared, and nothing is in its place.
            .env("FAILPOINTS", "put=1*sleep(600)->off")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The last of the folders.
        while !sandbox.path("p/zoo").is_dir() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        fs::rename(sandbox.path("p/sub"), sandbox.path("p/was")).unwrap();
        std::os::unix::fs::symlink("../victim", sandbox.path("p/sub")).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{policy}: {said}");
        assert!(
            said.starts_with("error: could not write p/sub/deep/x\n"),
            "{policy}: {said}"
        );
        let expected: &[&str] = match policy {
            "overwrite" => &[
                "p/sub",
                "p/was/deep/x",
                "p/was/deep/y",
                "victim/deep/x",
                "victim/deep/y",
            ],
            _ => &["p/sub", "p/was/deep/y", "victim/deep/x", "victim/deep/y"],
        };
        let mut listing = sandbox.listing();
        listing.retain(|path| !path.ends_with('/') && !path.starts_with("t/"));
        assert_eq!(listing, expected, "{policy}");
        for path in &expected[1..] {
            let owner = if path.starts_with("victim") { "theirs" } else { "mine" };
            assert_eq!(sandbox.read(path), owner, "{policy}: {path}");
        }
    }
}

#[test]
fn of_many_runs_into_one_place_exactly_one_wins() {
    for _ in 0..10 {
        let sandbox = Sandbox::new();
        let children: Vec<_> = (0..8)
            .map(|run| {
                Command::new(PROGRAM)
                    .args(NEW)
                    .args([
                        "--project-name",
                        &format!("Run {run}"),
                        "--project-slug",
                        "p",
                        "--no-record",
                    ])
                    .current_dir(sandbox.path(""))
                    .env_clear()
                    .envs(sandbox.environment())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let outputs: Vec<_> = children
            .into_iter()
            .map(|child| child.wait_with_output().unwrap())
            .collect();
        let won: Vec<usize> = (0..8).filter(|run| outputs[*run].status.success()).collect();
        assert_eq!(won.len(), 1, "{outputs:?}");
        assert!(sandbox.read("p/README.md").starts_with(&format!("# Run {}\n", won[0])));
        for output in outputs.iter().filter(|output| !output.status.success()) {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.code() == Some(1) && said.contains("p exists already"),
                "{said}"
            );
        }
        assert!(sandbox.listing().iter().all(|path| path.starts_with("p/")));
    }
}

#[test]
fn a_signal_while_writing_leaves_nothing() {
    for (signal, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let sandbox = Sandbox::new();
        // The fifth file is written after the signal has come.
        let faults = "create=4*off->1*sleep(400)->off";
        let mut child = Command::new(PROGRAM)
            .args(NEW)
            .current_dir(sandbox.path(""))
            .env_clear()
            .envs(sandbox.environment())
            .env("FAILPOINTS", faults)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !sandbox.listing().iter().any(|path| path.ends_with("/Makefile")) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let process = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([format!("-{signal}"), process])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(child.wait().unwrap().code(), Some(status));
        assert_eq!(sandbox.listing(), [""; 0]);
    }
}

/// Runs a shell script in the sandbox.
fn bash(sandbox: &Sandbox, script: &str) -> Output {
    let mut shell = Command::new("bash");
    shell.args(["-c", script]).current_dir(sandbox.path(""));
    shell.env_clear().envs(sandbox.environment()).output().unwrap()
}

#[test]
fn limits_of_the_process_are_errors_with_a_cause() {
    let sandbox = Sandbox::new();
    let output = bash(&sandbox, &format!("ulimit -f 1; exec {PROGRAM} {}", NEW.join(" ")));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(1) && said.contains("File too large"),
        "{:?} {said}",
        output.status
    );
    assert_eq!(sandbox.listing(), [""; 0]);
    // One file at a time is all that is ever open.
    let output = bash(&sandbox, &format!("ulimit -n 4; exec {PROGRAM} {}", NEW.join(" ")));
    assert!(output.status.success(), "{output:?}");
    assert!(is_complete(&sandbox));
}

#[test]
fn a_full_or_closed_standard_output_does_not_spoil_the_project() {
    for (redirection, status) in [("> /dev/full", 1), ("| true", 0), (">&-", 0)] {
        let sandbox = Sandbox::new();
        let script = format!("set -o pipefail; {PROGRAM} dev new p --defaults --no-git {redirection}");
        let output = bash(&sandbox, &script);
        assert_eq!(output.status.code(), Some(status), "{redirection}: {output:?}");
        assert!(is_complete(&sandbox), "{redirection}");
    }
}

#[test]
fn the_user_s_mask_decides_on_modes() {
    use std::os::unix::fs::PermissionsExt;
    for mask in [0o000, 0o027, 0o077] {
        let sandbox = Sandbox::new();
        let script = format!("umask {mask:o}; exec {PROGRAM} {}", NEW.join(" "));
        assert!(bash(&sandbox, &script).status.success());
        let mode = |path: &str| fs::metadata(sandbox.path(path)).unwrap().permissions().mode() & 0o7777;
        for (path, base) in [
            ("p", 0o777),
            ("p/p", 0o777),
            ("p/setup.cfg", 0o666),
            ("p/p/extension.py", 0o666),
        ] {
            assert_eq!(mode(path), base & !mask, "{path} with {mask:o}");
        }
    }
}
