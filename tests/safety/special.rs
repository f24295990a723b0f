//! Pipes, sockets, devices and files that are larger than any disk: told at once, and never opened.

use std::fs;
use std::io::Write;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{NEW, template, world};
use crate::support::Sandbox;

pub fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// False where only root may make one.
fn device(path: &Path) -> bool {
    let made = Command::new("mknod").arg(path).args(["c", "1", "5"]).output();
    made.is_ok_and(|made| made.status.success())
}

const PLACES: [&str; 6] = [
    "t/files/x",
    "t/files/x.txt.j2",
    "t/includes/x",
    "t/template.toml",
    "t/files",
    "t/includes",
];

/// Every command that reads the template ends at once, and says which file it is.
fn refused(sandbox: &Sandbox, path: &str, kind: &str) {
    let before = world(sandbox);
    let commands = [
        &NEW[..],
        &["template", "show", "./t"],
        &["template", "check", "./t"],
        &["template", "eject", "./t", "e"],
        &[&NEW[..], &["--json"]].concat(),
    ];
    for command in commands {
        let start = Instant::now();
        let seen = sandbox.run(command);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(1), "{kind} as {path}, {command:?}: {took:?}");
        assert_eq!(seen.status, Some(1), "{kind} as {path}, {command:?}: {}", seen.all());
        let said = seen.stdout + &seen.stderr;
        assert!(said.contains(&path.replacen('t', "./t", 1)), "{kind} as {path}: {said}");
    }
    assert!(!sandbox.path("p").exists());
    assert_eq!(world(sandbox), before);
}

#[test]
fn what_is_no_regular_file_is_told_at_once() {
    for path in PLACES {
        for kind in ["fifo", "socket", "device", "huge"] {
            let sandbox = template("", &[("files/a", ""), ("includes/a", "")]);
            let place = sandbox.path(path);
            super::remove(&place);
            let mut socket = None;
            match kind {
                "fifo" => fifo(&place),
                "socket" => socket = Some(UnixListener::bind(&place).unwrap()),
                "device" if !device(&place) => {
                    // Not by a macro, whose words the test runner would keep to itself.
                    let _ = writeln!(std::io::stderr(), "SKIP: {path} as a device: only root may make one");
                    continue;
                }
                "device" => {}
                _ => fs::File::create(&place).unwrap().set_len(1 << 40).unwrap(),
            }
            refused(&sandbox, path, kind);
            drop(socket);
        }
    }
}

#[test]
fn a_destination_may_hold_them_and_they_are_not_opened() {
    for policy in ["fail", "skip", "overwrite"] {
        let sandbox = template("", &[("files/x", "new")]);
        fs::create_dir(sandbox.path("p")).unwrap();
        fifo(&sandbox.path("p/x"));
        let start = Instant::now();
        let seen = sandbox.run(&[&NEW[..], &["--on-conflict", policy]].concat()).fails(1);
        assert!(
            start.elapsed() < Duration::from_secs(1) && seen.contains("p/x is in the way"),
            "{seen}"
        );
        assert_eq!(fs::read_dir(sandbox.path("p")).unwrap().count(), 1);
    }
}
