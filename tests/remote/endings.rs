//! Told to stop, or left alone: how a run ends when git does not.

use std::fs;
use std::time::{Duration, Instant};

use super::hardening::fake_git;
use super::*;

#[test]
fn a_git_that_hangs_ends_when_we_are_told_to_stop() {
    let world = World::empty();
    let pid = world.path("pid").display().to_string();
    fake_git(&world, &format!("#!/bin/sh\necho $$ > {pid}\nsleep 30\n"));
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let world = world.env("PATH", &path);
    for (signal, exit) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let _ = fs::remove_file(world.path("pid"));
        let start = Instant::now();
        let child = world.start(&json!({ "address": "https://host/x" }));
        let mut git = String::new();
        while git.is_empty() {
            assert!(start.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(10));
            git = fs::read_to_string(world.path("pid"))
                .unwrap_or_default()
                .trim()
                .to_string();
        }
        let kill = |args: &[&str]| {
            Command::new("kill")
                .args(args)
                .stderr(Stdio::null())
                .status()
                .unwrap()
                .success()
        };
        assert!(kill(&[&format!("-{signal}"), &child.id().to_string()]));
        let result = driver::heard(child);
        assert_eq!(
            (error(&result), &result["exit"]),
            ("interrupted; nothing was written", &json!(exit))
        );
        assert!(start.elapsed() < Duration::from_secs(15), "{signal}");
        assert!(!kill(&["-0", &git]), "git goes on after {signal}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_git_connects_by_ends_with_it() {
    let world = World::empty();
    let [ready, ended] = ["ready", "ended"].map(|name| world.path(name));
    // As `git fetch` does, this one ends by the signal and leaves the other to itself.
    let connection = format!(
        "trap 'touch {}; exit' TERM; touch {}; n=0; while [ $n -lt 300 ]; do sleep 0.1; n=$((n + 1)); done",
        ended.display(),
        ready.display()
    );
    fake_git(
        &world,
        &format!("#!/bin/sh\nsh -c '({})'\n", connection.replace('\'', "\"")),
    );
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let world = world.env("PATH", &path);
    let child = world.start(&json!({ "address": "https://host/x" }));
    let wait_for = |path: &Path| {
        let start = Instant::now();
        while !path.exists() {
            assert!(start.elapsed() < Duration::from_secs(20), "{}", path.display());
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait_for(&ready);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let _ = error(&driver::heard(child));
    wait_for(&ended);
}

#[test]
fn a_program_that_git_leaves_behind_is_not_waited_for() {
    let world = World::empty();
    fake_git(&world, "#!/bin/sh\nsleep 20 &\necho 'fatal: no' >&2\nexit 1\n");
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let world = world.env("PATH", &path);
    let start = Instant::now();
    // The sleeper holds the driver's own standard error too, so the result is read and the end not waited for.
    let mut child = world.start(&json!({ "address": "https://host/x" }));
    assert!(child.wait().unwrap().success());
    assert!(start.elapsed() < Duration::from_secs(10));
}
