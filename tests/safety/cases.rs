//! Recorded cases in somebody else's template: `template check` reads nothing outside of it, and `template snapshot`
//! writes nothing there.

use std::fs;

use super::{Make, SECRET, link, template, world};
use crate::support::Sandbox;

/// A template with the case `one` recorded.
fn recorded() -> Sandbox {
    let sandbox = template("[[question]]\nkey = \"k\"\n", &[("files/x.txt.j2", "{{ k }}\n")]);
    let _ = sandbox
        .run(&["template", "snapshot", "./t", "--case", "one", "-d", "k=v"])
        .ok();
    sandbox
}

fn replaced(sandbox: &Sandbox, path: &str, target: &str) {
    super::remove(&sandbox.path(path));
    link(sandbox, target, path);
}

/// What each case has, and how it comes there.
const KINDS: [(&str, Make); 9] = [
    ("answers elsewhere", |sandbox| {
        replaced(sandbox, "t/snapshots/one.toml", "../../secret/key");
    }),
    ("answers nowhere", |sandbox| {
        replaced(sandbox, "t/snapshots/one.toml", "../../written");
    }),
    ("new answers nowhere", |sandbox| {
        link(sandbox, "../../written", "t/snapshots/two.toml");
    }),
    ("a golden tree elsewhere", |sandbox| {
        replaced(sandbox, "t/snapshots/one", "../../secret");
    }),
    ("a golden tree nowhere", |sandbox| {
        replaced(sandbox, "t/snapshots/one", "../../written");
    }),
    ("a file of it elsewhere", |sandbox| {
        replaced(sandbox, "t/snapshots/one/x.txt", "../../../secret/key");
    }),
    ("a folder of it elsewhere", |sandbox| {
        link(sandbox, "../../../secret", "t/snapshots/one/sub");
    }),
    ("snapshots/ elsewhere", |sandbox| {
        replaced(sandbox, "t/snapshots", "../secret");
    }),
    ("snapshots/ nowhere", |sandbox| {
        replaced(sandbox, "t/snapshots", "../written");
    }),
];

#[test]
fn no_link_among_cases_is_followed() {
    for (what, make) in KINDS {
        let sandbox = recorded();
        make(&sandbox);
        let before = world(&sandbox);
        for command in [
            &["template", "check", "./t"][..],
            &["template", "snapshot", "./t"],
            &["template", "snapshot", "./t", "--case", "one", "-d", "k=w"],
            &["template", "snapshot", "./t", "--case", "two", "-d", "k=w"],
        ] {
            let seen = sandbox.run(command);
            // The other case of two may be recorded; it is where it should be.
            let is_other = command.contains(&"--case") && seen.status == Some(0);
            let told = seen.status == Some(1) && seen.stderr.contains("link");
            assert!(told || is_other, "{what}, {command:?}: {}", seen.all());
            assert!(!seen.all().contains(SECRET), "{what}: {}", seen.all());
        }
        let mut after = world(&sandbox);
        let own = sandbox.path("t/snapshots").canonicalize().ok();
        after.retain(|path, _| {
            own.as_ref()
                .is_none_or(|own| !path.starts_with(own) || before.contains_key(path))
        });
        let elsewhere = |(path, _): &(&std::path::PathBuf, &String)| {
            !path.starts_with(sandbox.path("t/snapshots").parent().unwrap())
        };
        assert_eq!(
            after.iter().filter(elsewhere).collect::<Vec<_>>(),
            before.iter().filter(elsewhere).collect::<Vec<_>>(),
            "{what}"
        );
        assert!(!sandbox.path("written").exists(), "{what}");
    }
}

#[test]
fn a_case_cannot_be_called_like_the_folder_above() {
    for name in ["...toml", "..toml", ".toml", ".git.toml"] {
        let sandbox = recorded();
        sandbox.write(&format!("t/snapshots/{name}"), "");
        let before = world(&sandbox);
        for command in ["check", "snapshot"] {
            let seen = sandbox.run(&["template", command, "./t"]).fails(1);
            assert!(seen.contains("is not a case: its name has a"), "{seen}");
        }
        assert_eq!(world(&sandbox), before, "{name}");
    }
}

#[test]
fn what_is_no_file_of_answers_is_told_at_once() {
    for kind in ["fifo", "socket", "folder", "huge"] {
        let sandbox = recorded();
        let path = sandbox.path("t/snapshots/two.toml");
        match kind {
            "fifo" => super::special::fifo(&path),
            "socket" => drop(std::os::unix::net::UnixListener::bind(&path).unwrap()),
            "folder" => fs::create_dir(&path).unwrap(),
            _ => fs::File::create(&path).unwrap().set_len(1 << 40).unwrap(),
        }
        let start = std::time::Instant::now();
        let seen = sandbox.run(&["template", "check", "./t"]);
        assert!(start.elapsed().as_secs_f32() < 2.0, "{kind}: {:?}", start.elapsed());
        assert!(
            seen.status == Some(1) && seen.stdout.contains("case two: its answers give no project"),
            "{}",
            seen.all()
        );
        let what = if kind == "huge" {
            "is larger than 10 MiB"
        } else {
            "is not a regular file"
        };
        assert!(seen.stdout.contains(what), "{kind}: {}", seen.all());
        assert!(seen.stdout.contains("1 of 2 recorded cases"), "{}", seen.all());
    }
}
