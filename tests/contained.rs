//! `init`, `install` and `uninstall` in a container, through the program.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::support::engine::Engine;

const VENV: &str = "volume/lib/extensions/python_venv";
const PACKAGES: &str = "volume/lib/extensions/python_venv/lib/python3.13/site-packages";

/// With an environment as LocalStack's installer makes it.
fn engine(recorded: &[&str]) -> Engine {
    let engine = Engine::replaying(recorded);
    let sandbox = &engine.sandbox;
    let link = "/opt/code/localstack/.venv/lib/python3.13/site-packages\n";
    sandbox.write(&format!("{PACKAGES}/localstack-venv.pth"), link);
    sandbox.write(&format!("{VENV}/pyvenv.cfg"), "home = /usr/local/bin\n");
    sandbox.write(&format!("{VENV}/bin/pip"), "");
    symlink("/usr/local/bin/python3.13", sandbox.path(&format!("{VENV}/bin/python"))).unwrap();
    engine
}

/// The n-th container leaves an extension in the volume.
fn leaves(engine: &Engine, number: usize, name: &str, plugin: &str) {
    let packages = engine.sandbox.path(PACKAGES).display().to_string();
    let info = format!("{packages}/{name}-1.dist-info");
    let script = format!(
        "mkdir -p {info}\nprintf 'Name: {name}\\nVersion: 1\\n' > {info}/METADATA\n\
         printf '[localstack.extensions]\\n{plugin} = {name}:X\\n' > {info}/entry_points.txt\n\
         printf '{name}.py,,\\n{name}-1.dist-info/METADATA,,\\n{name}-1.dist-info/entry_points.txt,,\\n' > {info}/RECORD\n\
         printf 'from localstack.extensions.api import Extension\\nclass X(Extension):\\n    name = \"{plugin}\"\\n' > {packages}/{name}.py\n"
    );
    engine.replay(number, "sh", &script);
}

/// The n-th container removes one.
fn removes(engine: &Engine, number: usize, name: &str) {
    let packages = engine.sandbox.path(PACKAGES).display().to_string();
    engine.replay(
        number,
        "sh",
        &format!("rm -r {packages}/{name}-1.dist-info {packages}/{name}.py\n"),
    );
}

fn last_words(engine: &Engine, number: usize) -> String {
    let call = engine.call(number);
    let image = call
        .iter()
        .position(|word| word == "localstack/localstack-pro")
        .unwrap();
    call[image + 1..].join(" ")
}

#[test]
fn localstacks_own_installer_is_asked_as_the_old_program_asks_it() {
    let engine = engine(&["install-name"]);
    leaves(&engine, 1, "localstack_extension_hello_world", "hello-world");
    let seen = engine.command(&["install", "localstack-extension-hello-world"]).run();
    assert_eq!(
        seen.stdout,
        "Installed localstack_extension_hello_world 1 (hello-world)\n\
         LocalStack loads extensions when it starts: restart it.\n",
        "{}",
        seen.stderr
    );
    assert!(
        seen.stderr.starts_with(
            "Volume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\n\
             Installing localstack-extension-hello-world with a container of localstack/localstack-pro\n\
             Starting a container of localstack/localstack-pro\nChecking installed extensions\n"
        ),
        "{}",
        seen.stderr
    );
    assert_eq!(
        last_words(&engine, 1),
        "-m localstack.pro.core.bootstrap.extensions install localstack-extension-hello-world"
    );
    let seen = engine.command(&["uninstall", "nothing"]).run().fails(2);
    assert!(seen.contains("nothing: is not installed"), "{seen}");
    engine.sandbox.write(
        "engine/replays/2.ndjson",
        &engine.sandbox.read("engine/replays/1.ndjson"),
    );
    let uninstall = fs::read_to_string("tests/container/uninstall.ndjson").unwrap();
    engine.replay(2, "ndjson", &uninstall);
    removes(&engine, 2, "localstack_extension_hello_world");
    let seen = engine.command(&["uninstall", "hello-world", "--json"]).run().ok();
    let envelope: Value = serde_json::from_str(&seen).unwrap();
    assert_eq!(envelope["data"]["engine"], "container");
    assert_eq!(
        last_words(&engine, 2),
        "-m localstack.pro.core.bootstrap.extensions uninstall localstack_extension_hello_world"
    );
}

#[test]
fn what_localstack_would_not_load_is_taken_back() {
    let engine = engine(&["install-name", "install-name", "uninstall"]);
    leaves(&engine, 1, "first", "same");
    leaves(&engine, 2, "second", "same");
    removes(&engine, 3, "second");
    assert_eq!(engine.command(&["install", "first", "-q"]).run().status, Some(0));
    let told = engine.command(&["install", "second", "-q"]).run().fails(1);
    assert_eq!(
        told,
        "error: LocalStack would not load this, so nothing was installed\n  \
         second 1: its extension is called `same`, as that of first is\n    \
         hint: LocalStack loads only one of a name: `lstk-extensions uninstall first`\n\
         hint: `--no-check` installs it all the same\n"
    );
    assert_eq!(engine.count(), 3);
    let listed = engine.command(&["list", "-q"]).run().stdout;
    assert!(listed.contains("first") && !listed.contains("second"), "{listed}");
}

#[test]
fn where_one_fails_the_others_are_taken_back() {
    let engine = engine(&["install-name", "not-found", "uninstall"]);
    leaves(&engine, 1, "first", "first");
    removes(&engine, 3, "first");
    let told = engine.command(&["install", "first", "nowhere", "-q"]).run().fails(1);
    assert!(told.starts_with("error: could not install nowhere\n"), "{told}");
    assert_eq!(engine.count(), 3);
    assert_eq!(engine.command(&["list", "-q"]).run().stdout, "");
}

/// Nobody said that it has to be a container.
#[test]
fn without_a_licence_this_machine_goes_on() {
    let engine = engine(&["licence-missing"]);
    engine.sandbox.write("engine/has-image", "");
    engine.sandbox.program(
        "uv",
        "#!/bin/sh\n[ \"$1\" = --version ] || { echo 'error: uv was asked'; exit 1; }\n",
    );
    let path = ["engine", "bin"]
        .map(|folder| engine.sandbox.path(folder).display().to_string())
        .join(":");
    let run = |args: &[&str]| {
        let run = engine.command(args).without("LOCALSTACK_AUTH_TOKEN");
        run.env("PATH", &format!("{path}:/usr/bin:/bin")).run()
    };
    let told = run(&["install", "x"]).fails(1);
    assert!(
        told.contains("LocalStack's own installer wants a licence; going on without a container\n")
            && told.ends_with("error: could not install x\n  uv: error: uv was asked\n"),
        "{told}"
    );
    assert_eq!(engine.count(), 1);
    // An image is not fetched to hear that.
    fs::remove_file(engine.sandbox.path("engine/has-image")).unwrap();
    assert!(
        run(&["install", "x"])
            .fails(1)
            .contains("Installing x with uv on this machine\n")
    );
    let told = run(&["install", "x", "--engine", "container"]).fails(4);
    assert!(
        told.contains("error: LocalStack's own installer needs a licence, and there is no token\n"),
        "{told}"
    );
    assert_eq!(engine.count(), 1);
}

#[test]
fn ctrl_c_ends_the_container() {
    let engine = engine(&[]);
    engine.replay(1, "waits", "");
    let mut child = engine.command(&["install", "x", "-v"]).spawn();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    lines
        .find(|line| line.as_ref().is_ok_and(|line| line.trim() == "waiting"))
        .unwrap()
        .unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let said: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(said, ["error: interrupted; run the command again to complete it"]);
    let others = engine.sandbox.read("engine/calls/others");
    let [kill, name, rm, force, again] = others.lines().collect::<Vec<_>>()[..] else {
        panic!("{others}")
    };
    assert_eq!((kill, rm, force, again), ("kill", "rm", "-f", name));
    assert!(name.starts_with("lstk-extensions-"), "{name}");
}
