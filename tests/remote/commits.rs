//! The files of a commit, also of one that was made to hurt.

use std::time::{Duration, Instant};

use lstk_extensions::git::{Commit, Entry};

use super::*;

impl World {
    fn object(&self, kind: &str, content: &[u8]) -> String {
        std::fs::write(self.path("object"), content).unwrap();
        let args = ["hash-object", "-t", kind, "-w", "--literally", "../object"];
        self.git("source", &args).trim().to_string()
    }

    /// A tree of lines `mode name id`, as no honest git would make it.
    fn tree(&self, lines: &[(&str, &[u8], &str)]) -> String {
        let mut content = Vec::new();
        for (mode, name, id) in lines {
            content.extend([mode.as_bytes(), b" ", name, b"\0"].concat());
            let bytes = (0..40)
                .step_by(2)
                .map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap());
            content.extend(bytes);
        }
        self.object("tree", &content)
    }

    fn commit_of(&self, tree: &str) -> Commit {
        let commit = self.git("source", &["commit-tree", tree, "-m", "x"]);
        Commit::open(&self.path("source/.git"), commit.trim()).unwrap()
    }

    fn repository() -> World {
        let world = World::empty();
        world.git(".", &["init", "-q", "-b", "main", "source"]);
        world
    }
}

fn refused(commit: &Commit) -> String {
    format!("{:#}", commit.entries(None).unwrap_err())
}

#[test]
fn every_path_is_told_with_its_kind() {
    let world = World::repository();
    let file = world.object("blob", b"hello");
    let sub = world.tree(&[("100755", b"run", &file), ("120000", b"link", &file)]);
    let commit = world.commit_of(&world.tree(&[
        ("100644", b"{{ name | slug }}.py", &file),
        ("40000", b"sub", &sub),
        ("160000", b"module", &file),
        ("100664", b"odd", &file),
    ]));
    let id = git2_id(&commit, "odd");
    let file = |executable| Entry::File {
        id,
        size: 5,
        executable,
    };
    assert_eq!(
        commit.entries(None).unwrap(),
        [
            ("module".to_string(), Entry::Submodule),
            ("odd".to_string(), file(false)),
            ("sub/link".to_string(), Entry::Link { id }),
            ("sub/run".to_string(), file(true)),
            ("{{ name | slug }}.py".to_string(), file(false)),
        ]
    );
    assert_eq!(
        commit.entries(Some("sub")).unwrap(),
        [
            ("link".to_string(), Entry::Link { id }),
            ("run".to_string(), file(true))
        ]
    );
    assert_eq!(commit.read(id).unwrap(), b"hello");
    for below in ["", "sub/", "/sub", "sub/run", "odd", "module", "..", "nothing"] {
        let error = commit.entries(Some(below)).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("there is no folder `{below}` in the commit ")),
            "{error}"
        );
    }
    let error = commit.entries(Some("sub/link")).unwrap_err().to_string();
    assert!(error.contains("links are not followed"), "{error}");
}

fn git2_id(commit: &Commit, path: &str) -> lstk_extensions::git::Id {
    let entries = commit.entries(None).unwrap();
    match entries.into_iter().find(|(known, _)| known == path) {
        Some((_, Entry::File { id, .. })) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let world = World::repository();
    let file = world.object("blob", b"x");
    for name in [
        &b".."[..],
        b".",
        b".git",
        b".GIT",
        b"git~1",
        b"a/b",
        b"/etc/x",
        b"../x",
        b"\xff",
    ] {
        for mode in ["100644", "40000", "120000"] {
            let below = world.tree(&[("100644", b"x", &file)]);
            let id = if mode == "40000" { &below } else { &file };
            let tree = world.tree(&[(mode, name, id)]);
            let said = refused(&world.commit_of(&tree));
            assert!(said.contains("named") || said.contains("UTF-8"), "{said}");
            let said = refused(&world.commit_of(&world.tree(&[("40000", b"sub", &tree)])));
            assert!(said.contains("in `sub`"), "{said}");
        }
    }
    let twice = world.tree(&[("100644", b"x", &file), ("100644", b"x", &file)]);
    assert!(refused(&world.commit_of(&twice)).ends_with("it has `x` twice"));
    // What is not what it says to be, what is not there, what is no tree.
    let tree = world.tree(&[("100644", b"x", &file)]);
    assert!(refused(&world.commit_of(&world.tree(&[("100644", b"x", &tree)]))).contains("says to be a file"));
    let _ = refused(&world.commit_of(&world.tree(&[("40000", b"x", &file)])));
    let _ = refused(&world.commit_of(&world.tree(&[("100644", b"x", &"1".repeat(40))])));
    let _ = refused(&world.commit_of(&world.object("tree", b"100644")));
}

#[test]
fn a_bomb_of_trees_does_not_go_off() {
    let world = World::repository();
    let file = world.object("blob", b"x");
    let names: Vec<String> = (0..10).map(|number| format!("f{number}")).collect();
    for lines in [
        vec![],
        names
            .iter()
            .map(|name| ("100644", name.as_bytes(), file.as_str()))
            .collect::<Vec<_>>(),
    ] {
        let mut tree = world.tree(&lines);
        for _ in 0..20 {
            let lines: Vec<_> = names
                .iter()
                .map(|name| ("40000", name.as_bytes(), tree.as_str()))
                .collect();
            tree = world.tree(&lines);
        }
        let commit = world.commit_of(&tree);
        let start = Instant::now();
        assert!(refused(&commit).contains("more than 50000 files and folders"));
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
    let mut tree = world.tree(&[("100644", b"x", &file)]);
    for _ in 0..65 {
        tree = world.tree(&[("40000", b"d", &tree)]);
    }
    assert!(refused(&world.commit_of(&tree)).contains("more than 64 folders deep"));
}

#[test]
fn what_is_too_large_is_not_unpacked() {
    let world = World::repository();
    let large = world.object("blob", &vec![0; (10 << 20) + 1]);
    let commit = world.commit_of(&world.tree(&[("100644", b"x", &large)]));
    let id = git2_id(&commit, "x");
    assert!(matches!(commit.entries(None).unwrap()[0].1, Entry::File { size, .. } if size == (10 << 20) + 1));
    let error = format!("{:#}", commit.read(id).unwrap_err());
    assert!(error.contains("larger than 10 MiB"), "{error}");
    let tree = world.object("tree", &vec![0; (16 << 20) + 1]);
    assert!(refused(&world.commit_of(&tree)).contains("larger than 16 MiB"));
}

#[test]
fn a_fetched_bomb_is_looked_over_at_once() {
    let world = World::repository();
    let file = world.object("blob", b"x");
    let mut tree = world.tree(&[("100644", b"x", &file)]);
    let names: Vec<String> = (0..10).map(|number| format!("f{number}")).collect();
    for _ in 0..20 {
        let lines: Vec<_> = names
            .iter()
            .map(|name| ("40000", name.as_bytes(), tree.as_str()))
            .collect();
        tree = world.tree(&lines);
    }
    let commit = world.git("source", &["commit-tree", &tree, "-m", "x"]);
    world.git("source", &["update-ref", "refs/heads/main", commit.trim()]);
    let start = Instant::now();
    let result = world.fetch(&format!("file://{}", world.path("source").display()), None);
    assert!(
        error(&result).contains("more than 50000 files and folders"),
        "{result:#}"
    );
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
