//! Links where a project goes: a link that was typed is meant, one below it leads out and is an error.

use std::fs;

use super::{NEW, committed, link, new_from, remove, template, world};
use crate::support::Sandbox;

const POLICIES: [&str; 3] = ["fail", "skip", "overwrite"];

/// A template of `file` and `sub/x`, a destination with a file of its own, and somebody's folder and file.
fn sandbox() -> Sandbox {
    let sandbox = template(
        "",
        &[
            ("files/file", "new"),
            ("files/sub/x", "new"),
            ("files/sub/deep/y", "new"),
        ],
    );
    sandbox.write("p/mine", "mine");
    sandbox.write("victim/x", "theirs");
    sandbox.write("victim/deep/y", "theirs");
    fs::create_dir(sandbox.path("empty")).unwrap();
    sandbox
}

/// What is a link in the destination, and what the error calls it.
const KINDS: [(&str, &str, &str); 10] = [
    ("p/sub", "../victim", "p/sub is in the way: a folder is needed there"),
    ("p/sub", "../empty", "p/sub is in the way: a folder is needed there"),
    ("p/sub", "../nowhere", "p/sub is in the way: a folder is needed there"),
    ("p/sub", "sub", "p/sub is in the way: a folder is needed there"),
    (
        "p/sub/deep",
        "../../victim/deep",
        "p/sub/deep is in the way: a folder is needed there",
    ),
    (
        "p/sub/x",
        "../../victim/x",
        "p/sub/x is in the way: it is not a regular file",
    ),
    (
        "p/file",
        "../victim/x",
        "p/file is in the way: it is not a regular file",
    ),
    ("p/file", "../nowhere", "p/file is in the way: it is not a regular file"),
    ("p/file", "mine", "p/file is in the way: it is not a regular file"),
    ("p/file", "/dev/null", "p/file is in the way: it is not a regular file"),
];

#[test]
fn nothing_is_written_through_a_link_in_the_destination() {
    for (path, target, said) in KINDS {
        for policy in POLICIES {
            let sandbox = sandbox();
            if path.starts_with("p/sub/") {
                fs::create_dir(sandbox.path("p/sub")).unwrap();
            }
            link(&sandbox, target, path);
            let (before, listing) = (world(&sandbox), sandbox.listing());
            let seen = sandbox.run(&[&NEW[..], &["--on-conflict", policy]].concat()).fails(1);
            assert!(seen.contains(said), "{path} -> {target}, {policy}: {seen}");
            assert_eq!(
                (world(&sandbox), sandbox.listing()),
                (before, listing),
                "{path} -> {target}, {policy}"
            );
        }
    }
}

#[test]
fn a_file_with_a_second_name_keeps_it_unchanged() {
    let sandbox = sandbox();
    fs::hard_link(sandbox.path("victim/x"), sandbox.path("p/file")).unwrap();
    let before = world(&sandbox);
    let _ = sandbox.run(&[&NEW[..], &["--on-conflict", "overwrite"]].concat()).ok();
    assert_eq!(sandbox.read("p/file"), "new");
    assert_eq!(world(&sandbox), before);
}

#[test]
fn a_destination_that_is_a_link_is_where_it_leads() {
    for policy in POLICIES {
        let sandbox = sandbox();
        fs::remove_dir_all(sandbox.path("p")).unwrap();
        link(&sandbox, "empty", "p");
        let _ = sandbox.run(&[&NEW[..], &["--on-conflict", policy]].concat()).ok();
        assert_eq!(sandbox.read("empty/sub/x"), "new");
        assert!(sandbox.path("p").is_symlink());
    }
    let sandbox = sandbox();
    remove(&sandbox.path("p"));
    link(&sandbox, "nowhere", "p");
    assert!(sandbox.run(&NEW).fails(1).contains("p is a link that leads nowhere"));
    assert!(!sandbox.path("nowhere").exists());
}

#[test]
fn an_ejected_template_goes_into_a_new_folder_only() {
    for from_commit in [false, true] {
        let sandbox = sandbox();
        let named = match from_commit {
            true => committed(&sandbox),
            false => "./t".to_string(),
        };
        link(&sandbox, "victim", "full");
        link(&sandbox, "nowhere", "dangling");
        link(&sandbox, "loop", "loop");
        link(&sandbox, "victim/x", "file");
        let _ = sandbox.run(&new_from(&named)[..3]).status;
        let before = world(&sandbox);
        for place in ["full", "dangling", "loop", "file", "victim", "victim/x", "p"] {
            let seen = sandbox.run(&["template", "eject", &named, place]).fails(1);
            assert!(seen.starts_with("error: "), "{seen}");
        }
        assert_eq!(world(&sandbox), before);
        assert!(!sandbox.path("nowhere").exists());
    }
}
