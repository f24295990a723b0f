//! What LocalStack's container is started with, as facts: the files below write them down as somebody reads them.
//!
//! Source: LocalStack's documentation, "Installation", docker run and docker compose; of developer mode, the `localstack`
//! program 4.14.0, `pro/core/bootstrap/extensions/bootstrap.py`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::whole;
use crate::config::TOKEN_VARIABLE;
use crate::failure::{Code, Failure, Problem};
use crate::scaffold::rule::is_unprintable;

pub mod compose;
pub mod docker_run;
pub mod lstk;

pub const IMAGE: &str = "localstack/localstack-pro";
/// As LocalStack expects to be called where nobody tells it otherwise.
pub const CONTAINER: &str = "localstack-main";
pub const PORT: u16 = 4566;
/// For services that have a port of their own.
const SERVICE_PORTS: (u16, u16) = (4510, 4559);
const HTTPS_PORT: u16 = 443;

const VOLUME: &str = "/var/lib/localstack";
const EXTENSIONS: &str = "/opt/code/extensions";
const SOCKET: &str = "/var/run/docker.sock";

/// What links the mounted folders with LocalStack's Python, and where the container looks for it.
const BOOT_SCRIPT: &str = include_str!("../../runtime/boot/extensions_dev.py");
const BOOT_SCRIPT_NAME: &str = "extensions-dev-boot.py";
const BOOT_SCRIPT_TARGET: &str = "/etc/localstack/init/boot.d/extensions-dev.py";

/// One start; every path is absolute, and a text that each form can quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    pub image: String,
    /// The port of this machine that LocalStack's gateway is on.
    pub port: u16,
    /// Whether 443 leads to the gateway as well.
    pub has_https: bool,
    /// For services that start containers themselves.
    pub socket: Option<String>,
    pub volume: String,
    pub boot_script: String,
    pub extensions: Vec<Mount>,
    /// What the user adds.
    pub variables: Vec<Variable>,
}

/// A file or folder of this machine, as the container sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    pub source: String,
    pub target: String,
    pub is_read_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    /// None where it comes from the environment of whoever starts the container.
    pub value: Option<String>,
}

/// What a start is made from, as the user gives it.
pub struct Given<'a> {
    pub image: &'a str,
    pub port: u16,
    pub socket: Option<&'a Path>,
    pub volume: &'a Path,
    /// Where the boot script is to be.
    pub settings: &'a Path,
    pub folders: &'a [std::path::PathBuf],
    /// `NAME=VALUE` or `NAME`.
    pub variables: &'a [String],
}

impl Start {
    /// Tells all that is wrong at once, and touches nothing.
    pub fn new(given: &Given<'_>) -> Result<Start, Failure> {
        let mut problems = Vec::new();
        let mut text = |path: &Path| match path.to_str() {
            Some(text) if !text.contains(char::is_control) => text.to_string(),
            found => {
                let why = found.map_or("is not Unicode", |_| "has a control character in it");
                problems.push(Problem::new(path.to_string_lossy(), why));
                String::new()
            }
        };
        let volume = text(given.volume);
        let settings = std::path::absolute(given.settings).unwrap_or_default();
        let boot_script = text(&settings.join(BOOT_SCRIPT_NAME));
        let socket = text(given.socket.unwrap_or(Path::new(SOCKET)));
        let mut names = BTreeSet::new();
        let mut mount = |folder: &std::path::PathBuf| Mount {
            source: text(folder),
            target: format!("{EXTENSIONS}/{}", distinct(&mut names, plain_name(folder))),
            is_read_only: true,
        };
        let extensions = given.folders.iter().map(&mut mount).collect();
        let variables = given.variables.iter().filter_map(|typed| {
            let variable = Variable::parse(typed);
            variable.map_err(|problem| problems.push(problem)).ok()
        });
        let variables = variables.collect();
        if (SERVICE_PORTS.0..=SERVICE_PORTS.1).contains(&given.port) {
            let why = format!(
                "is one of {}-{}, which LocalStack's services have",
                SERVICE_PORTS.0, SERVICE_PORTS.1
            );
            problems.push(Problem::new(format!("--port {}", given.port), why));
        }
        let is_image = |char: char| char.is_ascii_alphanumeric() || "-._/:@".contains(char);
        if given.image.is_empty() || given.image.starts_with('-') || !given.image.chars().all(is_image) {
            problems.push(Problem::new(given.image, "is no name of an image"));
        }
        match problems.is_empty() {
            true => Ok(Start {
                image: given.image.to_string(),
                port: given.port,
                has_https: given.port != HTTPS_PORT,
                socket: Some(socket),
                volume,
                boot_script,
                extensions,
                variables,
            }),
            false => Err(Failure::invalid_input("could not prepare the start of LocalStack").problems(problems)),
        }
    }

    /// All but the engine's socket.
    pub fn mounts(&self) -> Vec<Mount> {
        let mount = |source: &String, target: &str, is_read_only| Mount {
            source: source.clone(),
            target: target.to_string(),
            is_read_only,
        };
        let own = [
            mount(&self.volume, VOLUME, false),
            mount(&self.boot_script, BOOT_SCRIPT_TARGET, true),
        ];
        own.into_iter().chain(self.extensions.iter().cloned()).collect()
    }

    /// And that of the engine.
    pub fn all_mounts(&self) -> Vec<Mount> {
        let socket = self.socket.iter().map(|source| Mount {
            source: source.clone(),
            target: SOCKET.to_string(),
            is_read_only: false,
        });
        self.mounts().into_iter().chain(socket).collect()
    }

    /// `127.0.0.1:HOST:CONTAINER`, as docker and compose take them: nobody on the network is let in.
    pub fn ports(&self) -> Vec<String> {
        let (first, last) = SERVICE_PORTS;
        let mut ports = vec![
            format!("127.0.0.1:{}:{PORT}", self.port),
            format!("127.0.0.1:{first}-{last}:{first}-{last}"),
        ];
        ports.extend(self.has_https.then(|| format!("127.0.0.1:{HTTPS_PORT}:{HTTPS_PORT}")));
        ports
    }

    /// What the user adds comes last, and in place of what it would repeat.
    pub fn environment(&self) -> Vec<Variable> {
        let variable = |name: &str, value: Option<String>| Variable {
            name: name.to_string(),
            value,
        };
        let mut all = vec![
            variable("EXTENSION_DEV_MODE", Some("1".to_string())),
            variable(TOKEN_VARIABLE, None),
        ];
        if self.port != PORT {
            // The addresses that LocalStack gives out have its port.
            all.push(variable(
                "LOCALSTACK_HOST",
                Some(format!("localhost.localstack.cloud:{}", self.port)),
            ));
        }
        for given in &self.variables {
            all.retain(|known| known.name != given.name);
            all.push(given.clone());
        }
        all
    }

    /// Where LocalStack is found when it runs.
    pub fn endpoint(&self) -> String {
        format!("http://localhost.localstack.cloud:{}", self.port)
    }

    /// Makes what is mounted and is this program's to make: the boot script, and a volume that is not there yet. An engine
    /// would make that as root.
    pub fn write_what_is_mounted(&self) -> Result<()> {
        let making = |path: &Path| format!("could not create {}", path.display());
        let volume = Path::new(&self.volume);
        fs::create_dir_all(volume).with_context(|| making(volume))?;
        let script = Path::new(&self.boot_script);
        let folder = script.parent().unwrap_or(script);
        fs::create_dir_all(folder).with_context(|| making(folder))?;
        // A container that is about to read it is left in peace.
        match fs::read(script).is_ok_and(|found| found == BOOT_SCRIPT.as_bytes()) {
            true => Ok(()),
            false => whole::write(script, BOOT_SCRIPT),
        }
    }
}

impl Variable {
    fn parse(typed: &str) -> Result<Variable, Problem> {
        let (name, value) = match typed.split_once('=') {
            Some((name, value)) => (name, Some(value.to_string())),
            None => (typed, None),
        };
        let why = |why: &str| Err(Problem::new(format!("-e {name}"), why));
        let is_name = |char: char| char == '_' || char.is_ascii_alphanumeric();
        if name.is_empty() || name.starts_with(|char: char| char.is_ascii_digit()) || !name.chars().all(is_name) {
            return why("is no name of a variable: `NAME=VALUE`");
        }
        if name == TOKEN_VARIABLE && value.is_some() {
            return why("is handed on by its name, so that no file and no list of processes has it: set the variable");
        }
        // The container's own script reads its variables line by line.
        if value.iter().any(|value| value.contains(char::is_control)) {
            return why("has a control character or a line break in its value");
        }
        Ok(Variable {
            name: name.to_string(),
            value,
        })
    }
}

/// A folder's last name, as far as it needs no quoting anywhere.
fn plain_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let plain = |char: char| match char {
        char if char.is_ascii_alphanumeric() || "-_.".contains(char) => char,
        _ => '-',
    };
    let name: String = name.chars().map(plain).collect();
    match name.trim_start_matches(['.', '-']) {
        "" => "extension".to_string(),
        name => name.to_string(),
    }
}

/// That name, or the first of `NAME-2`, `NAME-3`, ... that is free.
fn distinct(taken: &mut BTreeSet<String>, name: String) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    let free = names.find(|name| !taken.contains(name)).unwrap_or(name);
    taken.insert(free.clone());
    free
}

/// A text as YAML and TOML both read it, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if is_unprintable(char) => quoted.push_str(&format!("\\U{:08x}", u32::from(char))),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

/// The failure of a form that cannot say it.
fn unspeakable(form: &str, problems: Vec<Problem>) -> Result<(), Failure> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(Code::Validation, format!("{form} has no way to say this")).problems(problems)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Paths and values that break what is not quoted.
    pub(crate) const NASTY: [&str; 12] = [
        "/a b/c",
        "/it's",
        "/say \"hi\"",
        "/$HOME/${x:?}/$$",
        "/a:b:ro",
        "/größe/日本/😀",
        "/back\\slash\\n",
        "/a # b",
        "/a,b,target=/etc",
        "/`id`;*?[x]{y}!&|<>~%",
        "/\u{202e}\u{2028}\u{feff}",
        "/- x: {y}, '",
    ];

    pub(crate) fn start(folders: &[&str], variables: &[&str]) -> Start {
        let folders: Vec<_> = folders.iter().map(std::path::PathBuf::from).collect();
        let variables: Vec<_> = variables.iter().map(ToString::to_string).collect();
        Start::new(&Given {
            image: IMAGE,
            port: PORT,
            socket: None,
            volume: Path::new("/volume"),
            settings: Path::new("/home/me/.localstack"),
            folders: &folders,
            variables: &variables,
        })
        .unwrap()
    }

    #[test]
    fn names_in_the_container_are_plain_and_distinct() {
        let start = start(&["/a/x", "/b/x", "/c/x", "/c/x-2", "/d/.my ext:ü", "/"], &[]);
        let targets: Vec<_> = start
            .extensions
            .iter()
            .map(|mount| &mount.target[EXTENSIONS.len()..])
            .collect();
        assert_eq!(targets, ["/x", "/x-2", "/x-3", "/x-2-2", "/my-ext--", "/extension"]);
    }

    #[test]
    fn what_the_user_adds_holds() {
        let start = Start {
            port: 4600,
            ..start(&[], &["DEBUG=1", "EXTENSION_DEV_MODE=0", "CI", "A=b=c"])
        };
        let all = start.environment();
        let all: Vec<_> = all
            .iter()
            .map(|one| (one.name.as_str(), one.value.as_deref()))
            .collect();
        assert_eq!(
            all,
            [
                ("LOCALSTACK_AUTH_TOKEN", None),
                ("LOCALSTACK_HOST", Some("localhost.localstack.cloud:4600")),
                ("DEBUG", Some("1")),
                ("EXTENSION_DEV_MODE", Some("0")),
                ("CI", None),
                ("A", Some("b=c")),
            ]
        );
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let failure = Start::new(&Given {
            image: "-v /:/x",
            port: 4520,
            socket: None,
            volume: Path::new("/a\nb"),
            settings: Path::new("/home"),
            folders: &["/x\u{1b}".into()],
            variables: &[
                "1A=b".into(),
                "LOCALSTACK_AUTH_TOKEN=ls-secret".into(),
                "A=b\nPATH=".into(),
            ],
        })
        .unwrap_err();
        assert_eq!(failure.problems.len(), 7, "{:?}", failure.problems);
        assert!(!format!("{failure:?}").contains("ls-secret"));
    }
}
