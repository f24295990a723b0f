//! Symbolic links in a template, of every kind and in every place, from a folder and from a commit.

use std::fs;

use super::{Make, SECRET, address, committed, git, link, new_from, remove, template, world};
use crate::support::Sandbox;

/// What each kind is called, and how it comes into the template `t`.
const KINDS: [(&str, Make); 12] = [
    ("a file", |sandbox| link(sandbox, "../../secret/key", "t/files/x")),
    ("a folder", |sandbox| link(sandbox, "../../secret", "t/files/x")),
    ("one that stays inside", |sandbox| link(sandbox, "a", "t/files/x")),
    ("a chain", |sandbox| {
        link(sandbox, "y", "t/files/x");
        link(sandbox, "../../secret/key", "t/files/y");
    }),
    ("to nowhere", |sandbox| link(sandbox, "../../nowhere", "t/files/x")),
    ("absolute", |sandbox| {
        link(sandbox, sandbox.path("secret/key"), "t/files/x");
    }),
    ("a loop", |sandbox| link(sandbox, "x", "t/files/x")),
    ("rendered", |sandbox| {
        link(sandbox, "../../secret/key", "t/files/x.txt.j2");
    }),
    ("files/ itself", |sandbox| {
        fs::remove_dir_all(sandbox.path("t/files")).unwrap();
        link(sandbox, "../secret", "t/files");
    }),
    ("includes/ itself", |sandbox| link(sandbox, "../secret", "t/includes")),
    ("a part", |sandbox| {
        fs::create_dir(sandbox.path("t/includes")).unwrap();
        link(sandbox, "../../secret/key", "t/includes/key");
        sandbox.write("t/files/x.txt.j2", "{% include 'includes/key' %}");
    }),
    ("the manifest", |sandbox| {
        fs::remove_file(sandbox.path("t/template.toml")).unwrap();
        link(sandbox, "../secret/template.toml", "t/template.toml");
    }),
];

/// Every command that reads a template refuses this one, says where the link is, and nothing happens.
fn refused(sandbox: &Sandbox, named: &str, what: &str) {
    let before = world(sandbox);
    let commands = [
        new_from(named),
        vec!["template", "show", named],
        vec!["template", "check", named],
        vec!["template", "snapshot", named, "--snapshots", "s"],
        vec!["template", "eject", named, "e"],
    ];
    for command in commands {
        let seen = sandbox.run(&command);
        assert_eq!(seen.status, Some(1), "{what}, {command:?}: {}", seen.all());
        assert!(
            seen.stdout.is_empty() && seen.stderr.contains("link"),
            "{what}: {}",
            seen.all()
        );
        assert!(
            seen.stderr.contains("links ") && !seen.stderr.contains(SECRET),
            "{what}: {}",
            seen.all()
        );
        assert!(!sandbox.path("p").exists(), "{what}");
    }
    assert_eq!(world(sandbox), before, "{what}");
}

#[test]
fn no_link_in_a_folder_is_followed() {
    for (what, make) in KINDS {
        let sandbox = template("", &[("files/a", "")]);
        make(&sandbox);
        refused(&sandbox, "./t", what);
    }
}

#[test]
fn no_link_in_a_commit_is_followed() {
    for (what, make) in KINDS {
        let sandbox = template("", &[("files/a", "")]);
        make(&sandbox);
        let address = committed(&sandbox);
        // The cache is filled by the first run; what it holds is looked at by the tests of repositories.
        refused(&sandbox, &address, what);
    }
}

#[test]
fn a_template_s_folder_is_not_reached_through_a_link() {
    let sandbox = template("", &[("files/a", "")]);
    remove(&sandbox.path("t/template.toml"));
    sandbox.write("t/real/template.toml", super::HEADER);
    sandbox.write("secret/deep/template.toml", super::HEADER);
    link(&sandbox, "../secret", "t/out");
    link(&sandbox, "real", "t/in");
    let address = committed(&sandbox);
    for named in ["./t", &address] {
        for directory in ["out", "out/deep", "in"] {
            let before = world(&sandbox);
            let seen = sandbox
                .run(&[&new_from(named)[..], &["--directory", directory]].concat())
                .fails(1);
            assert!(seen.contains("link"), "{named} {directory}: {seen}");
            assert_eq!(world(&sandbox), before);
        }
        let listed = sandbox.run(&["template", "list", named]).ok();
        assert!(listed.contains("\nreal ") && listed.lines().count() == 2, "{listed}");
        let beyond = sandbox
            .run(&[&new_from(named)[..], &["--directory", "../secret"]].concat())
            .fails(2);
        assert!(beyond.contains("a part `.` or `..`"), "{beyond}");
    }
    assert!(!sandbox.path("p").exists());
}

#[test]
fn the_template_itself_may_be_a_link_that_was_typed() {
    let sandbox = template("", &[("files/a", "")]);
    link(&sandbox, "t", "typed");
    let _ = sandbox.run(&new_from("./typed")).ok();
    assert!(sandbox.path("p/a").is_file());
}

#[test]
fn a_submodule_is_not_followed() {
    let sandbox = template("", &[("files/a", "")]);
    committed(&sandbox);
    let id = git(&sandbox, "t", &["rev-parse", "HEAD"]);
    git(
        &sandbox,
        "t",
        &[
            "update-index",
            "--add",
            "--cacheinfo",
            &format!("160000,{id},files/sub"),
        ],
    );
    git(&sandbox, "t", &["commit", "-qm", "y"]);
    let seen = sandbox.run(&new_from(&address(&sandbox))).fails(1);
    assert_eq!(
        seen,
        "error: files/sub is a submodule; other repositories are not fetched\n"
    );
    assert!(!sandbox.path("p").exists());
}
