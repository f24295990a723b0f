//! `dev start` in all its forms, with a program in docker's place; `.ci/dev-start` has docker, compose and LocalStack's own
//! start read what it says.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use snapbox::{assert_data_eq, file};

use crate::support::{PROGRAM, Sandbox};

/// With an extension that is ready to be mounted, in a folder that wants quoting.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    extension(&sandbox, "my ext", "my_ext");
    sandbox
}

fn extension(sandbox: &Sandbox, folder: &str, module: &str) {
    let name = module.replace('_', "-");
    let points = format!("[localstack.extensions]\n{name} = {module}.extension:Mine\n");
    sandbox.write(
        &format!("{folder}/pyproject.toml"),
        &format!(
            "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n\n\
             [project]\nname = \"{name}\"\nversion = \"0.1.0\"\ndependencies = []\n\n\
             [project.entry-points.\"localstack.extensions\"]\n{name} = \"{module}.extension:Mine\"\n\n\
             [tool.setuptools]\npackages = [\"{module}\"]\n"
        ),
    );
    sandbox.write(&format!("{folder}/{module}/__init__.py"), "");
    sandbox.write(
        &format!("{folder}/{module}/extension.py"),
        &format!(
            "from localstack.extensions.api import Extension\n\n\nclass Mine(Extension):\n    name = \"{name}\"\n"
        ),
    );
    let info = format!("{folder}/{module}.egg-info");
    sandbox.write(
        &format!("{info}/PKG-INFO"),
        &format!("Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n"),
    );
    sandbox.write(&format!("{info}/entry_points.txt"), &points);
}

fn start(sandbox: &Sandbox, args: &[&str]) -> crate::support::Seen {
    sandbox.run(&[&["dev", "start", "my ext"], args].concat())
}

#[test]
fn the_docker_command_is_printed() {
    let seen = start(&project(), &["--print", "-e", "DEBUG=it's 1", "-e", "CI"]);
    assert_data_eq!(seen.all(), file!["dev_start/print.txt"].raw());
}

#[test]
fn a_compose_file_is_printed() {
    let seen = start(&project(), &["--compose", "-e", "GREETING=$HOME \"x\"", "-p", "4600"]);
    assert_data_eq!(seen.all(), file!["dev_start/compose.txt"].raw());
}

#[test]
fn configuration_of_lstk_is_printed() {
    let seen = start(&project(), &["--lstk", "-e", "DEBUG=1", "-e", "LOCALSTACK_X"]);
    assert_data_eq!(seen.all(), file!["dev_start/lstk.txt"].raw());
}

#[test]
fn json_has_it_as_data() {
    let seen = start(
        &project(),
        &[
            "--lstk",
            "--json",
            "--volume",
            "state",
            "--image",
            "my/image:1",
            "-e",
            "A=secret",
        ],
    );
    let envelope: Value = serde_json::from_str(&seen.ok()).unwrap();
    assert_eq!(envelope["command"], "extensions dev start");
    let data = &envelope["data"];
    assert_eq!(data["form"], "lstk");
    assert_eq!(data["image"], "my/image:1");
    assert_eq!(data["volume"]["origin"], "flag");
    assert_eq!(
        data["environment"],
        serde_json::json!(["EXTENSION_DEV_MODE", "LOCALSTACK_AUTH_TOKEN", "A"])
    );
    let mounts = data["mounts"].as_array().unwrap();
    assert_eq!(mounts.len(), 4, "{mounts:?}");
    assert_eq!(mounts[2]["source"], "[SANDBOX]/work/my ext");
    assert_eq!(mounts[2]["target"], "/opt/code/extensions/my-ext");
    assert_eq!(mounts[2]["readOnly"], true);
    assert_eq!(data["ports"][0], "127.0.0.1:4566:4566");
    assert_eq!(data["file"], Value::Null);
    assert!(data["text"].as_str().unwrap().contains("image = \"my/image:1\"\n"));
}

/// What is printed works as it stands: what it mounts is there.
#[test]
fn what_is_mounted_is_made() {
    let sandbox = project();
    let printed = start(&sandbox, &["--print", "-q", "--volume", "state"]).ok();
    assert!(sandbox.path("state").is_dir());
    let script = sandbox.read("../home/.localstack/extensions-dev-boot.py");
    assert!(script.contains("/opt/code/extensions"), "{script}");
    // An older one is brought up to date.
    sandbox.write("../home/.localstack/extensions-dev-boot.py", "old");
    assert_eq!(start(&sandbox, &["--print", "-q", "--volume", "state"]).ok(), printed);
    assert_eq!(sandbox.read("../home/.localstack/extensions-dev-boot.py"), script);
}

#[test]
fn a_compose_file_of_somebody_else_stays() {
    let sandbox = project();
    let write = |more: &[&str]| start(&sandbox, &[&["--compose", "c.yaml"], more].concat());
    let seen = write(&[]);
    assert_eq!(
        (seen.status, seen.stdout.as_str()),
        (
            Some(0),
            "Wrote c.yaml\n\nNext:\n  export LOCALSTACK_AUTH_TOKEN=...\n  docker compose -f c.yaml up\n"
        )
    );
    let text = sandbox.read("c.yaml");
    assert!(
        text.starts_with("# Written by `lstk-extensions dev start --compose`"),
        "{text}"
    );
    // Its own, and unchanged.
    assert_eq!(write(&["-e", "DEBUG=1", "-q"]).ok(), "");
    assert_ne!(sandbox.read("c.yaml"), text);

    sandbox.write("c.yaml", &format!("{text}# mine\n"));
    assert_eq!(
        write(&[]).fails(1),
        "error: c.yaml has been edited since it was written\n\
         hint: `--force` replaces it\nhint: `--compose` without a file prints it\n"
    );
    assert!(sandbox.read("c.yaml").ends_with("# mine\n"));
    assert_eq!(write(&["--force", "-q"]).ok(), "");
    assert_eq!(sandbox.read("c.yaml"), text);

    sandbox.write("c.yaml", "services: {}\n");
    let seen = write(&["--json"]);
    let envelope: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(envelope["error"]["message"], "c.yaml was not written by this program");
    assert_eq!(
        (seen.status, sandbox.read("c.yaml").as_str()),
        (Some(1), "services: {}\n")
    );
}

#[test]
fn what_is_wrong_is_told_before_anything_is_written() {
    let sandbox = project();
    let seen = start(
        &sandbox,
        &[
            "--print",
            "-p",
            "4510",
            "-e",
            "a b=1",
            "-e",
            "LOCALSTACK_AUTH_TOKEN=ls-secret",
            "--image",
            "x y",
        ],
    );
    assert_eq!(
        seen.fails(2),
        "error: could not prepare the start of LocalStack\n  \
         -e a b: is no name of a variable: `NAME=VALUE`\n  \
         -e LOCALSTACK_AUTH_TOKEN: is handed on by its name, so that no file and no list of processes has it: set the variable\n  \
         --port 4510: is one of 4510-4559, which LocalStack's services have\n  \
         x y: is no name of an image\n"
    );
    let seen = sandbox
        .run(&["dev", "start", "nowhere", "my ext/pyproject.toml", "--lstk"])
        .fails(2);
    assert_eq!(
        seen,
        "error: could not find the project\n  \
         nowhere: No such file or directory (os error 2)\n  \
         my ext/pyproject.toml: is no folder\n"
    );
    sandbox.write("a:b/x", "");
    let seen = sandbox.run(&["dev", "start", "a:b", "--lstk", "-q", "-e", "name=1"]);
    let told = seen.stderr;
    assert!(
        told.contains("a:b: has a `:`, which ends a path for lstk\n  -e name: would come out"),
        "{told}"
    );
    assert!(!sandbox.path("../home/.localstack").exists());
}

/// A program in docker's place on an otherwise empty PATH, which leaves in `log` what it is called with.
fn engine(sandbox: &Sandbox, run: &str) -> String {
    let log = sandbox.path("log").display().to_string();
    let script = format!(
        "#!/bin/sh\nPATH=/usr/bin:/bin log='{log}'\n[ \"$1\" = version ] && exit 0\n\
         {{ printf '%s\\n' \"$@\"; echo \"token $LOCALSTACK_AUTH_TOKEN\"; }} >> \"$log\"\n\
         [ \"$1\" = run ] || exit 0\n{run}\n"
    );
    sandbox.executable("bin/docker", &script);
    sandbox.path("bin").display().to_string()
}

/// A container that says something and runs until it is told to end.
const SERVES: &str = "echo 1234 > \"$3\"; trap 'echo ending; exit 0' TERM; echo pulling >&2; sleep 0.2\n\
                      echo LocalStack; echo up >> $log; while :; do sleep 0.05; done";

fn begun(sandbox: &Sandbox, path: &str, more: &[&str]) -> Child {
    let mut command = Command::new(PROGRAM);
    command.args([&["dev", "start", "my ext"], more].concat());
    command
        .current_dir(sandbox.path(""))
        .env_clear()
        .envs(sandbox.environment());
    command
        .env("PATH", path)
        .env("LOCALSTACK_AUTH_TOKEN", "ls-token")
        .stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends the signals one after the other when the container is there, and returns exit code, standard output and standard error.
fn ended_by(signals: &[&str], sandbox: &Sandbox, child: Child) -> (Option<i32>, String, String) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !fs::read_to_string(sandbox.path("log")).is_ok_and(|log| log.ends_with("\nup\n")) {
        assert!(Instant::now() < deadline, "the engine is not called");
        sleep(Duration::from_millis(20));
    }
    for signal in signals {
        sleep(Duration::from_millis(600));
        let status = Command::new("kill")
            .args([(*signal).to_string(), child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| sandbox.stable(&String::from_utf8_lossy(bytes));
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_container_runs_until_ctrl_c() {
    let sandbox = project();
    let path = engine(&sandbox, SERVES);
    // Whether this machine has them is not what is tested.
    let (status, stdout, stderr) = ended_by(&["-INT"], &sandbox, begun(&sandbox, &path, &["-e", "DEBUG=1"]));
    let told: Vec<&str> = stderr
        .lines()
        .filter(|line| !line.starts_with("warning: ") && !line.starts_with("  hint: "))
        .collect();
    assert_eq!(
        told,
        [
            "Starting localstack/localstack-pro with docker.",
            "  my-ext from [SANDBOX]/work/my ext",
            "Volume: [SANDBOX]/home/.cache/localstack/volume (the default)",
            "LocalStack",
            "Stopping LocalStack; Ctrl-C again does not wait for it.",
            "ending"
        ]
    );
    assert_eq!(
        stdout,
        "LocalStack will be at http://localhost.localstack.cloud:4566. Ctrl-C stops it.\n"
    );
    assert_eq!(status, Some(0));
    let log = sandbox.read("log");
    let words: Vec<&str> = log.lines().collect();
    assert_eq!(words[..2], ["run", "--cidfile"]);
    assert_eq!(words[3..6], ["--rm", "--name", "localstack-main"]);
    assert!(
        words.contains(&"LOCALSTACK_AUTH_TOKEN") && words.contains(&"DEBUG=1"),
        "{log}"
    );
    assert_eq!(
        words[words.len() - 3..],
        ["localstack/localstack-pro", "token ls-token", "up"]
    );
    // By name only.
    assert_eq!(log.matches("ls-token").count(), 1);
}

#[test]
fn lstk_s_token_is_handed_on() {
    let sandbox = project();
    let path = engine(&sandbox, "printf done");
    let run = sandbox.command(&["dev", "start", "my ext"]).env("PATH", &path);
    let seen = run.env("LSTK_EXT_CONTEXT", r#"{"authToken":"ls-of-lstk"}"#).run();
    assert_eq!(seen.status, Some(0), "{}", seen.all());
    assert!(!seen.all().contains("ls-of-lstk"), "{}", seen.all());
    assert!(seen.stderr.ends_with("\ndone\n"), "{}", seen.stderr);
    assert!(sandbox.read("log").ends_with("token ls-of-lstk\n"));

    let seen = sandbox.command(&["dev", "start", "my ext"]).env("PATH", &path).run();
    assert!(
        seen.stderr
            .contains("warning: LocalStack needs a licence, and there is no token"),
        "{}",
        seen.all()
    );
}

#[test]
fn a_container_that_does_not_end_is_removed() {
    let sandbox = project();
    let path = engine(
        &sandbox,
        "echo 1234 > \"$3\"; trap '' TERM; echo LocalStack; echo up >> $log; while :; do sleep 0.05; done",
    );
    let begun = begun(&sandbox, &path, &["--json"]);
    let (status, stdout, _) = ended_by(&["-INT", "-TERM"], &sandbox, begun);
    assert_eq!(status, Some(0));
    let envelope: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(envelope["data"]["form"], "run");
    let log = sandbox.read("log");
    assert!(log.contains("\nrm\n--force\n1234\n"), "{log}");
}

#[test]
fn a_container_that_does_not_start_says_why() {
    let sandbox = project();
    let conflict =
        "echo 'docker: Error: The container name \"/localstack-main\" is already in use by container 1.' >&2; exit 125";
    let path = engine(&sandbox, conflict);
    let seen = sandbox
        .command(&["dev", "start", "my ext", "--json"])
        .env("PATH", &path)
        .run();
    let envelope: Value = serde_json::from_str(&seen.stdout).unwrap();
    let error = &envelope["error"];
    assert_eq!(error["code"], "RUNTIME_UNAVAILABLE");
    assert_eq!(error["message"], "LocalStack's container does not start");
    assert_eq!(
        error["details"]["hints"][0],
        "there is one of that name: `docker rm --force localstack-main`"
    );
    let problem = &error["details"]["problems"][0];
    assert!(
        problem["message"].as_str().unwrap().contains("is already in use"),
        "{problem}"
    );
    assert_eq!(seen.status, Some(1));
}

#[test]
fn without_an_engine_there_are_other_ways() {
    let sandbox = project();
    fs::create_dir(sandbox.path("bin")).unwrap();
    let path = sandbox.path("bin").display().to_string();
    let seen = sandbox.command(&["dev", "start", "my ext"]).env("PATH", &path).run();
    assert_eq!(
        seen.fails(1),
        "error: no container engine answers\n  docker: is not there\n  podman: is not there\n  nerdctl: is not there\n\
         hint: start one; or print what would be run: `lstk-extensions dev start --print`\n\
         hint: or a compose file: `lstk-extensions dev start --compose`\n\
         hint: or configuration for lstk: `lstk-extensions dev start --lstk`\n\
         hint: `lstk-extensions dev run` needs no container: it runs extensions in the open-source core\n"
    );
    assert!(!sandbox.path("../home/.localstack").exists());
}

#[test]
fn one_form_at_a_time() {
    for args in [
        &["--print", "--lstk"][..],
        &["--compose", "a", "--print"],
        &["--force"],
        &["--port", "0"],
    ] {
        let seen = Sandbox::new().run(&[&["dev", "start"], args].concat()).fails(2);
        assert!(seen.starts_with("error: "), "{seen}");
    }
}

#[test]
fn the_enabled_ones_are_started() {
    let sandbox = project();
    let none = sandbox.run(&["dev", "start", "--print"]).fails(1);
    assert_eq!(
        none,
        "error: no extension is enabled\n\
         hint: enable one: `lstk-extensions dev enable DIR`\n\
         hint: or name one: `lstk-extensions dev start DIR`\n"
    );
    extension(&sandbox, "other/my ext", "other_ext");
    extension(&sandbox, "gone", "gone_ext");
    let enable = sandbox.run(&["dev", "enable", "my ext", "other/my ext", "gone", "-q"]);
    assert_eq!(enable.status, Some(0), "{}", enable.all());
    fs::remove_dir_all(sandbox.path("gone")).unwrap();
    fs::remove_dir_all(sandbox.path("other/my ext/other_ext.egg-info")).unwrap();
    let seen = sandbox.run(&["dev", "start", "--lstk", "-q"]);
    assert_eq!(seen.status, Some(0), "{}", seen.all());
    let mounts: Vec<&str> = seen.stdout.lines().filter(|line| line.contains("/opt/code")).collect();
    assert_eq!(
        mounts,
        [
            "    \"[SANDBOX]/work/my ext:/opt/code/extensions/my-ext:ro\",",
            "    \"[SANDBOX]/work/other/my ext:/opt/code/extensions/my-ext-2:ro\","
        ]
    );
    for told in [
        "[SANDBOX]/work/gone is enabled and not there\n  hint: `lstk-extensions dev disable",
        "warning: LocalStack does not find [SANDBOX]/work/other/my ext: there is no metadata",
        "  hint: `lstk-extensions dev enable '[SANDBOX]/work/other/my ext'` writes it\n",
    ] {
        assert!(seen.stderr.contains(told), "{}", seen.stderr);
    }
}
