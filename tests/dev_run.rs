//! `dev run` as far as it goes without Python and without a network; `.ci/runtime` runs the rest with the real things.

use serde_json::Value;

use crate::support::Sandbox;

fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["dev", "new", "mine", "--defaults", "--no-git", "-q"])
        .ok();
    sandbox
}

#[test]
fn projects_that_are_not_there_are_told() {
    let sandbox = project();
    sandbox.write("file", "");
    let seen = sandbox.run(&["dev", "run", "nowhere", "mine", "file"]).fails(2);
    assert_eq!(
        seen,
        "error: could not find the project\n  \
         nowhere: No such file or directory (os error 2)\n  \
         file: is no folder\n"
    );
}

/// Checked before anything is made.
#[test]
fn what_localstack_would_not_load_is_not_started() {
    let sandbox = project();
    let module = sandbox.read("mine/mine/extension.py");
    sandbox.write("mine/mine/extension.py", &module.replace("class Mine(", "class Yours("));
    let seen = sandbox.run(&["dev", "run", "mine"]).fails(1);
    assert!(
        seen.starts_with("error: LocalStack would not load this extension\n  mine/setup.cfg:"),
        "{seen}"
    );
    assert!(seen.ends_with("hint: `--no-check` starts it all the same\n"), "{seen}");
    assert!(!sandbox.path("../home/.cache").exists());
}

#[test]
fn a_core_is_a_version() {
    let seen = project().run(&["dev", "run", "mine", "--core", "latest"]).fails(2);
    assert_eq!(
        seen,
        "error: `latest` is no version of localstack-core\nhint: one that works: `--core 4.14.0`\n"
    );
}

#[test]
fn every_python_that_does_not_do_is_told() {
    let sandbox = project();
    sandbox.program("python3", "#!/bin/sh\necho '3 11'\necho /usr/bin/python3.11\n");
    let path = sandbox.program("python", "#!/bin/sh\necho 'pyenv: no such version' >&2\nexit 127\n");
    let seen = sandbox.command(&["dev", "run", "mine"]).env("PATH", &path).run();
    let told = seen.fails(1);
    let [first, rest] = told.splitn(2, '\n').collect::<Vec<_>>()[..] else {
        panic!("{told}")
    };
    assert!(
        first.starts_with("Making an environment with localstack-core 4.14.0 in "),
        "{first}"
    );
    assert_eq!(
        rest,
        "error: localstack-core 4.14.0 runs on Python 3.13\n  \
         python3.13: is not there\n  \
         python3: is Python 3.11\n  \
         python: does not run: pyenv: no such version\n\
         hint: install uv, which brings Python: https://docs.astral.sh/uv\n\
         hint: or name an interpreter: `--python /path/to/python3.13`\n"
    );
}

#[test]
fn a_named_python_is_the_only_one_asked() {
    let sandbox = project();
    let seen = sandbox
        .command(&["dev", "run", "mine", "--python", "/bin/true", "--json"])
        .run();
    assert_eq!(seen.status, Some(1), "{}", seen.all());
    assert_eq!(seen.stderr, "");
    let envelope: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(envelope["command"], "extensions dev run");
    assert_eq!(envelope["error"]["code"], "DEPENDENCY_MISSING");
    let problems = &envelope["error"]["details"]["problems"];
    assert_eq!(problems.as_array().map(Vec::len), Some(1), "{problems}");
    assert_eq!(problems[0]["message"], "does not run: it says nothing about itself");
}

#[test]
fn what_an_installer_says_is_the_reason() {
    let sandbox = project();
    let script =
        "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\necho one\necho 'error: no Python 3.13 here' >&2\nexit 2\n";
    let path = sandbox.program("uv", script);
    let seen = sandbox.command(&["dev", "run", "mine", "-q"]).env("PATH", &path).run();
    assert_eq!(
        seen.fails(1),
        "error: could not install localstack-core 4.14.0\n  uv: one\n  error: no Python 3.13 here\n"
    );
}

#[test]
fn without_a_home_it_says_where_to_keep_things() {
    let sandbox = project();
    let seen = sandbox.command(&["dev", "run", "mine"]).without("HOME").run();
    assert_eq!(
        seen.fails(1),
        "error: there is no folder to keep localstack-core in\nhint: set HOME or XDG_CACHE_HOME to a folder\n"
    );
}

#[test]
fn watching_and_trying_once_do_not_go_together() {
    let seen = Sandbox::new().run(&["dev", "run", "--watch", "--smoke"]).fails(2);
    assert!(seen.contains("cannot be used with '--smoke'"), "{seen}");
}
