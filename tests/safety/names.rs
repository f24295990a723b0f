//! Names that git, Windows or macOS take for something else, and modes that give others a right.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{NEW, address, git, new_from, remove, template, world};
use crate::support::{PROGRAM, Sandbox};

/// How file systems may spell `.git`.
const GIT_FOLDERS: [&str; 14] = [
    ".git",
    ".GIT",
    ".Git",
    "git~1",
    "GIT~1",
    ".git.",
    ".git ",
    ".git::$INDEX_ALLOCATION",
    ".git\\config",
    ".g\u{200c}it",
    "\u{feff}.git",
    ".gi\u{ad}t",
    ".git\u{200d}",
    ".\u{ff47}it",
];

/// What some operating system cannot hold, or takes for something else.
const UNPORTABLE: [&str; 44] = [
    "con",
    "CON",
    "Con.txt",
    "con .txt",
    "con.tar.gz",
    "prn",
    "aux.h",
    "NUL",
    "nul.",
    "com1",
    "COM2.log",
    "com3",
    "com4",
    "com5",
    "com6",
    "com7",
    "com8",
    "com9",
    "com\u{b9}",
    "COM\u{b2}.txt",
    "com\u{b3}",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "lpt5",
    "lpt6",
    "lpt7",
    "lpt8",
    "LPT9",
    "lpt\u{b9}",
    "conin$",
    "CONOUT$",
    "a:b",
    "a<b",
    "a>b",
    "a\"b",
    "a|b",
    "a?b",
    "a*b",
    "a\\b",
    "a ",
    " a",
    "a\u{1}b",
];

/// The places of all problems that a run finds.
fn problems(sandbox: &Sandbox, command: &[&str]) -> Vec<(String, String)> {
    let seen = sandbox.run(&[command, &["--json"]].concat());
    assert_eq!(seen.status, Some(1), "{}", seen.all());
    let envelope: Value = serde_json::from_str(&seen.stdout).unwrap();
    let problems = envelope["error"]["details"]["problems"].as_array().expect("problems");
    let text = |problem: &Value, key: &str| problem[key].as_str().unwrap().to_string();
    problems
        .iter()
        .map(|problem| (text(problem, "at"), text(problem, "message")))
        .collect()
}

/// Each name is refused as it stands, in a folder below, and as an answer.
fn all_are_refused(names: &[&str], why: &str) {
    let sandbox = template("", &[]);
    for name in names {
        sandbox.write(&format!("t/files/{name}"), "x");
        sandbox.write(&format!("t/files/a/b/{name}/c"), "x");
    }
    let before = world(&sandbox);
    let found = problems(&sandbox, &NEW);
    for name in names {
        for path in [format!("./t/files/{name}"), format!("./t/files/a/b/{name}/c")] {
            let problem = found.iter().find(|(at, _)| *at == path);
            assert!(
                problem.is_some_and(|(_, message)| message.contains(why)),
                "{path:?}: {problem:?}"
            );
        }
    }
    assert!(!sandbox.path("p").exists());
    assert_eq!(world(&sandbox), before);

    let sandbox = template(
        "[[question]]\nkey = \"k\"\n",
        &[("files/a{{ k }}", ""), ("files/x/{{ k[1:] }}/y", "")],
    );
    // An answer has no blanks at its end.
    for name in names.iter().filter(|name| name.trim_end() == **name) {
        let data = format!("k=x{name}");
        let seen = sandbox.run(&[&NEW[..], &["-d", &data]].concat());
        // Some are refused as an answer already.
        assert!(matches!(seen.status, Some(1 | 2)), "{name:?}: {}", seen.all());
        assert!(!sandbox.path("p").exists());
    }
}

#[test]
fn no_spelling_of_git_s_folder_comes_into_a_project() {
    all_are_refused(&GIT_FOLDERS, "`");
    // Nor into the copy of a template, whose names are not rendered.
    for name in GIT_FOLDERS {
        let sandbox = template("", &[(&format!("files/{name}/config"), "")]);
        let seen = sandbox.run(&["template", "eject", "./t", "e"]).fails(1);
        assert!(seen.contains("/config: the path `"), "{name:?}: {seen}");
        assert!(!sandbox.path("e").exists());
    }
}

#[test]
fn no_name_comes_into_a_project_that_another_system_cannot_hold() {
    all_are_refused(&UNPORTABLE, "has a");
}

#[test]
fn names_and_paths_are_no_longer_than_file_systems_take() {
    for (manifest, path, why) in [
        ("", "files/{{ 'a' * 256 }}", "longer than 255 bytes"),
        ("", "files/{{ 'é' * 128 }}", "longer than 255 bytes"),
        ("", "files/{{ 'a' * 9000000 }}", "longer than 255 bytes"),
    ] {
        let sandbox = template(manifest, &[(path, "")]);
        let seen = sandbox.run(&NEW).fails(1);
        assert!(seen.contains(why) && seen.len() < 2_000, "{path}: {seen}");
    }
    let deep = ["{{ 'a' * 250 }}"; 20].join("/");
    let sandbox = template("", &[(&format!("files/{deep}"), "")]);
    let seen = sandbox.run(&NEW).fails(1);
    assert!(seen.contains("longer than 4095 bytes"), "{seen}");
    assert!(!sandbox.path("p").exists());
}

#[test]
fn two_names_that_are_one_elsewhere_are_refused() {
    for (first, second) in [
        ("README", "readme"),
        ("\u{e9}", "e\u{301}"),
        ("\u{212a}", "k"),
        ("stra\u{df}e", "STRASSE"),
        ("\u{3a3}\u{391}\u{3a3}", "\u{3c3}\u{3b1}\u{3c3}"),
        ("A/x", "a/y"),
        ("a/b/C/x", "a/B/c/x"),
        ("x", "x.j2"),
        ("{{ 'same' }}", "same"),
        ("{{ 'Same' }}/a", "same/b"),
        ("{{ 'a' }}", "a.j2"),
    ] {
        let sandbox = template("", &[(&format!("files/{first}"), ""), (&format!("files/{second}"), "")]);
        let found = problems(&sandbox, &NEW);
        let told = |message: &str| message.contains("are one on some systems") || message.contains("two files");
        assert!(found.len() == 1 && told(&found[0].1), "{first} {second}: {found:?}");
    }
}

#[test]
fn a_repository_s_shape_is_refused_in_any_case_and_under_any_name() {
    let shapes = [
        ["HEAD", "objects/k", "refs/k", "config"],
        ["a/b/head", "a/b/Objects/k", "a/b/REFS/k", "a/b/config"],
        ["{{ 'HE' }}AD", "{{ 'objects' }}/k", "refs/{{ 'k' }}", "config"],
        ["HEAD.j2", "objects/k.j2", "refs/k", "config"],
    ];
    for shape in shapes {
        let paths = shape.map(|path| format!("files/{path}"));
        let files = paths.each_ref().map(|path| (path.as_str(), ""));
        let sandbox = template("", &files);
        let seen = sandbox.run(&NEW).fails(1);
        assert!(seen.contains("together make it a git repository"), "{shape:?}: {seen}");
    }
    // A template's own files are written as they are, too.
    let sandbox = template("", &[("files/HEAD", ""), ("files/objects/k", ""), ("files/refs/k", "")]);
    let seen = sandbox.run(&["template", "eject", "./t", "e"]).fails(1);
    assert!(seen.contains("files: HEAD, objects/ and refs/ together"), "{seen}");
    assert!(!sandbox.path("e").exists() && !sandbox.path("p").exists());
}

/// Runs a command with a file mode mask of its own.
fn with_umask(sandbox: &Sandbox, umask: u32, args: &[&str]) {
    let done = Command::new("/bin/sh")
        .args(["-c", &format!("umask {umask:03o}; exec \"$0\" \"$@\""), PROGRAM])
        .args(args)
        .current_dir(sandbox.path(""))
        .env_clear()
        .envs(sandbox.environment())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// The modes of all files and folders below one, each with its name.
fn modes(folder: &Path, found: &mut Vec<(String, bool, u32)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        if metadata.is_dir() {
            modes(&path, found);
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        found.push((name, metadata.is_dir(), metadata.permissions().mode() & 0o7777));
    }
}

const UMASKS: [u32; 4] = [0o000, 0o022, 0o027, 0o077];

/// The project has the modes that any program makes files with; those whose name begins with `x` may be executed.
fn has_plain_modes(sandbox: &Sandbox, args: &[&str], count: usize) {
    for umask in UMASKS {
        with_umask(sandbox, umask, args);
        let mut found = Vec::new();
        modes(&sandbox.path("p"), &mut found);
        assert!(found.len() >= count, "{found:?}");
        for (name, is_folder, mode) in found {
            let base = if is_folder || name.starts_with('x') {
                0o777
            } else {
                0o666
            };
            assert_eq!(mode, base & !umask, "{name}, umask {umask:o}: {mode:o}");
        }
        remove(&sandbox.path("p"));
    }
}

#[test]
fn only_the_executable_bit_of_a_file_in_a_folder_counts() {
    let sandbox = template("", &[]);
    // Whoever runs this can read them; a step that meets every bit.
    for mode in (0..=0o7777_u32)
        .step_by(37)
        .chain([0o4755, 0o2755, 0o1777, 0o7777, 0o666])
        .map(|mode| mode | 0o400)
    {
        let kind = if mode & 0o111 == 0 { "-" } else { "x" };
        let path = format!("t/files/d{mode:o}/{kind}{mode:o}");
        sandbox.write(&path, "content");
        fs::set_permissions(sandbox.path(&path), PermissionsExt::from_mode(mode)).unwrap();
        let folder = sandbox.path(&path).parent().unwrap().to_path_buf();
        fs::set_permissions(folder, PermissionsExt::from_mode(mode | 0o700)).unwrap();
    }
    has_plain_modes(&sandbox, &NEW, 2 * 100);
}

#[test]
fn only_the_executable_bit_of_a_file_in_a_commit_counts() {
    let sandbox = template("", &[]);
    git(&sandbox, "t", &["init", "-q"]);
    let blob = git(&sandbox, "t", &["hash-object", "-w", "template.toml"]);
    let modes = [
        "100644", "100755", "100664", "100777", "104755", "106755", "107777", "101666", "100000",
    ];
    let names = ["-a", "x-b", "-c", "x-d", "x-e", "x-f", "x-g", "-h", "-i"];
    // Written byte by byte: git itself would put the modes in order.
    let made = |entries: &[(&str, &str, &str)]| {
        let mut tree = Vec::new();
        for (mode, name, id) in entries {
            tree.extend(format!("{mode} {name}\0").into_bytes());
            tree.extend(
                (0..40)
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap()),
            );
        }
        fs::write(sandbox.path("tree"), tree).unwrap();
        git(
            &sandbox,
            "t",
            &["hash-object", "-t", "tree", "-w", "--literally", "../tree"],
        )
    };
    let entries: Vec<(&str, &str, &str)> = modes
        .iter()
        .zip(names)
        .map(|(mode, name)| (*mode, name, &*blob))
        .collect();
    let files = made(&entries);
    let root = made(&[("40000", "files", &files), ("100644", "template.toml", &blob)]);
    let commit = git(&sandbox, "t", &["commit-tree", &root, "-m", "x"]);
    git(&sandbox, "t", &["update-ref", "refs/heads/main", &commit]);
    has_plain_modes(&sandbox, &new_from(&address(&sandbox)), names.len());
}
