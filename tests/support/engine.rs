//! A program in the place of docker: it replays what was recorded of LocalStack's installer, and writes down how it was called.

use std::fs;
use std::path::Path;

use lstk_extensions::config::LocalStack;
use lstk_extensions::failure::Failure;
use lstk_extensions::host::container::{Container, Installed};
use lstk_extensions::host::docker::Docker;
use lstk_extensions::host::spec::Spec;
use lstk_extensions::host::volume::{Origin, Volume};

use super::{Run, Sandbox};

const PRELUDE: &str = include_str!("../../src/host/container/prelude.py");

/// The n-th container gets the n-th replay. Its arguments go to `calls/n`, what it finds in the environment to `calls/n.env`.
const ENGINE: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit 1
[ "$1" = version ] && { echo "$(cat says)"; exit; }
[ "$1" = image ] && { [ -e has-image ]; exit; }
[ "$1" = run ] || { printf '%s\n' "$@" >> calls/others; exit 1; }
n=$(($(cat count) + 1)); echo $n > count
printf '%s\n' "$@" > calls/$n
env | sed 's/=.*//' | sort > calls/$n.env
[ -e made ] && mkdir -p "$(cat made)"
cat replays/$n.ndjson 2> /dev/null
cat replays/$n.stderr >&2 2> /dev/null
[ -e replays/$n.sh ] && . replays/$n.sh
[ -e replays/$n.waits ] && { echo waiting; exec sleep 60; }
exit $(cat replays/$n.exit 2> /dev/null || echo 0)
"#;

/// A sandbox with an engine, and a volume whose environment is empty.
pub struct Engine {
    pub sandbox: Sandbox,
    pub config: LocalStack,
}

impl Engine {
    pub fn replaying(recorded: &[&str]) -> Engine {
        let sandbox = Sandbox::new();
        sandbox.executable("engine/docker", ENGINE);
        for (file, content) in [("count", "0"), ("says", "Docker"), ("calls/others", "")] {
            sandbox.write(&format!("engine/{file}"), content);
        }
        fs::create_dir_all(sandbox.path("volume/lib/extensions/python_venv")).unwrap();
        let config = LocalStack {
            licence_variables: vec!["LOCALSTACK_AUTH_TOKEN"],
            ..LocalStack::default()
        };
        let engine = Engine { sandbox, config };
        for (index, name) in recorded.iter().enumerate() {
            for kind in ["ndjson", "stderr", "exit"] {
                let file = Path::new("tests/container").join(format!("{name}.{kind}"));
                if let Ok(text) = fs::read_to_string(file) {
                    engine.replay(index + 1, kind, &text);
                }
            }
        }
        engine
    }

    /// What a container that is made up says.
    pub fn saying(exit: u8, stdout: &str, stderr: &str) -> Engine {
        let engine = Engine::replaying(&[]);
        engine.replay(1, "ndjson", stdout);
        engine.replay(1, "stderr", stderr);
        engine.replay(1, "exit", &exit.to_string());
        engine
    }

    pub fn replay(&self, number: usize, kind: &str, text: &str) {
        self.sandbox.write(&format!("engine/replays/{number}.{kind}"), text);
    }

    pub fn container(&self) -> Container<'static> {
        let docker = Docker::found(Some(&self.sandbox.path("engine/docker"))).unwrap();
        Container::new(docker, None, &self.config)
    }

    pub fn volume(&self) -> Volume {
        Volume {
            path: self.sandbox.path("volume"),
            origin: Origin::Flag,
        }
    }

    pub fn install(&self, spec: &Spec, upgrade: bool) -> Result<Installed, Failure> {
        let installed = self.container().install(&self.volume(), spec, upgrade, &mut |_| {});
        installed.map_err(|error| error.downcast().unwrap())
    }

    pub fn install_named(&self, name: &str) -> Result<Installed, Failure> {
        self.install(&Spec::Requirement(name.to_string()), false)
    }

    pub fn uninstall(&self, name: &str) -> Result<(), Failure> {
        let done = self.container().uninstall(&self.volume(), name, &mut |_| {});
        done.map_err(|error| error.downcast().unwrap())
    }

    /// The arguments of a container without what is different each time.
    pub fn call(&self, number: usize) -> Vec<String> {
        let path = format!("engine/calls/{number}");
        let text = self.sandbox.read(&path).replace(PRELUDE, "[PRELUDE]");
        let text = self.sandbox.stable(&text);
        let lines = text.lines().map(|line| match line.starts_with("lstk-extensions-") {
            true => "[NAME]".to_string(),
            false => line.to_string(),
        });
        lines.collect()
    }

    /// What comes behind the prelude.
    pub fn words(&self, number: usize) -> String {
        let call = self.call(number);
        let start = call.iter().position(|word| word == "[PRELUDE]").unwrap();
        call[start + 1..].join(" ")
    }

    pub fn mounts(&self, number: usize) -> Vec<String> {
        let mounts = self.call(number).into_iter();
        mounts.filter(|word| word.starts_with("type=bind,")).collect()
    }

    pub fn count(&self) -> usize {
        self.sandbox.read("engine/count").trim().parse().unwrap()
    }

    /// The program, with this engine, and a licence.
    pub fn command(&self, args: &[&str]) -> Run<'_> {
        let volume = self.sandbox.path("volume").display().to_string();
        // What the engine itself is written in comes behind it.
        let path = format!("{}:/usr/bin:/bin", self.sandbox.path("engine").display());
        self.sandbox
            .command(args)
            .env("PATH", &path)
            .env("LOCALSTACK_VOLUME_DIR", &volume)
            .env("LOCALSTACK_AUTH_TOKEN", "ls-secret")
    }
}
