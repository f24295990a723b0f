//! Everything the environment says, read in one place: `lstk`'s context, git's variables, the user's own file.

#![allow(
    clippy::disallowed_methods,
    reason = "this is the door that everything else is sent to"
)]

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use crate::failure::{Code, Failure, Problem, did_you_mean};
use crate::scaffold::value::Value;

mod cookiecutter;
mod localstack;

pub use cookiecutter::CookiecutterConfig;
pub use localstack::{LocalStack, TOKEN_VARIABLE, Token};

/// The environment as far as this program looks at it.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub lstk: Lstk,
    /// There is a context that cannot be read.
    pub lstk_is_broken: bool,
    pub git: GitEnvironment,
    /// Where the user's file is, whether or not there is one.
    pub file: Option<PathBuf>,
    /// Where to keep what can be fetched again, whether or not there is such a folder.
    pub cache: Option<PathBuf>,
    /// Where cookiecutter's own file is, whether or not there is one; and whether the user says that there is.
    pub cookiecutter: Option<(PathBuf, bool)>,
    pub localstack: LocalStack,
}

/// What `lstk` tells the programs it runs, in `LSTK_EXT_CONTEXT`; fields are taken by presence.
///
/// Source: lstk `docs/extensions-authoring.md`. The token in it goes to the container that needs it, and nowhere else.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct Lstk {
    /// The user said that nothing may be asked, or standard output is no terminal.
    pub non_interactive: bool,
    /// The user said `lstk --json extensions ...`.
    pub json: bool,
}

/// The whole of it, as far as it is taken.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    #[serde(flatten)]
    lstk: Lstk,
    auth_token: Option<String>,
}

/// A variable that is set, and not to nothing.
fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn path(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// git's own variables. `GIT_DIR` and its like are not among them: a new project is never part of that repository.
#[derive(Clone, Debug, Default)]
pub struct GitEnvironment {
    pub author: Person,
    pub committer: Person,
    /// `GIT_CONFIG_GLOBAL`, in place of `~/.gitconfig`.
    pub global: Option<PathBuf>,
    /// `GIT_CONFIG_NOSYSTEM`
    pub no_system: bool,
    /// `GIT_CEILING_DIRECTORIES`: no repository is looked for in or above these.
    pub ceilings: Vec<OsString>,
    /// `GIT_SSH` or `GIT_SSH_COMMAND`: the user's own way to connect.
    pub has_ssh: bool,
    /// The variables that are there and that a `git` started from here must not see: they speak of another repository,
    /// or change what git does, and none of them says how to connect.
    pub unwanted: Vec<OsString>,
}

/// How to connect, and where the user's configuration and git itself are.
const WANTED: [&str; 8] = [
    "GIT_ASKPASS",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
];

fn is_unwanted(name: &OsStr) -> bool {
    // On Windows the names of variables have no case.
    let name = name.to_string_lossy().to_ascii_uppercase();
    name.starts_with("GIT_")
        && !WANTED.contains(&name.as_str())
        && !name.starts_with("GIT_SSL_")
        && !name.starts_with("GIT_PROXY_SSL_")
}

#[derive(Clone, Debug, Default)]
pub struct Person {
    name: Option<String>,
    email: Option<String>,
}

impl Person {
    /// Name and email when both are known, from the environment or else from the given.
    pub fn or_else(&self, name: Option<String>, email: Option<String>) -> Option<(String, String)> {
        Some((self.name.clone().or(name)?, self.email.clone().or(email)?))
    }
}

impl Config {
    pub fn from_env() -> Config {
        let person = |name: &str, email: &str| Person {
            name: text(name),
            email: text(email),
        };
        let home = path("XDG_CONFIG_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| path("HOME").map(|home| home.join(".config")))
            .or_else(|| path("APPDATA"));
        let cache = path("XDG_CACHE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| path("HOME").map(|home| home.join(".cache")))
            .or_else(|| path("LOCALAPPDATA"));
        let context = text("LSTK_EXT_CONTEXT").map(|context| serde_json::from_str(&context));
        let lstk_is_broken = matches!(context, Some(Err(_)));
        let Context { lstk, auth_token } = context.and_then(Result::ok).unwrap_or_default();
        Config {
            lstk,
            lstk_is_broken,
            localstack: LocalStack::from_env(auth_token.filter(|token| !token.is_empty()).map(Token::new)),
            git: GitEnvironment {
                author: person("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"),
                committer: person("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"),
                global: env::var_os("GIT_CONFIG_GLOBAL").map(PathBuf::from),
                no_system: text("GIT_CONFIG_NOSYSTEM").is_some_and(|value| value != "0" && value != "false"),
                ceilings: env::var_os("GIT_CEILING_DIRECTORIES")
                    .map(|paths| env::split_paths(&paths).map(PathBuf::into_os_string).collect())
                    .unwrap_or_default(),
                has_ssh: text("GIT_SSH").or_else(|| text("GIT_SSH_COMMAND")).is_some(),
                unwanted: env::vars_os()
                    .map(|(name, _)| name)
                    .filter(|name| is_unwanted(name))
                    .collect(),
            },
            cache: cache.map(|cache| cache.join("lstk-extensions")),
            file: home.map(|home| home.join("lstk-extensions").join("config.toml")),
            cookiecutter: match path("COOKIECUTTER_CONFIG") {
                Some(named) => Some((named, true)),
                None => path("HOME").map(|home| (home.join(".cookiecutterrc"), false)),
            },
        }
    }

    /// The user's settings for cookiecutter.
    pub fn cookiecutter(&self) -> Result<CookiecutterConfig> {
        match &self.cookiecutter {
            Some((file, is_named)) => CookiecutterConfig::read(file, *is_named),
            None => Ok(CookiecutterConfig::default()),
        }
    }

    /// The user's own file; nothing when there is none.
    pub fn user(&self) -> Result<UserConfig> {
        let Some(file) = self.file.as_deref() else {
            return Ok(UserConfig::default());
        };
        match std::fs::read_to_string(file) {
            Ok(text) => Ok(UserConfig::parse(&text, file)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(UserConfig::default()),
            Err(error) => Err(
                Failure::new(Code::ConfigInvalid, "the configuration file cannot be read")
                    .problems(vec![Problem::new(file.display().to_string(), error.to_string())])
                    .into(),
            ),
        }
    }
}

/// `config.toml`: the template to use when none is named, defaults by question key, and short forms of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserConfig {
    pub template: Option<String>,
    pub defaults: BTreeMap<String, Value>,
    /// `name` of `name:rest`, and the address that it stands for, with `{}` for the rest.
    pub abbreviations: BTreeMap<String, String>,
}

impl UserConfig {
    /// Parses the file's text; every problem is reported with its place.
    pub fn parse(text: &str, file: &Path) -> Result<UserConfig, Failure> {
        let mut problems = Vec::new();
        let mut problem = |start: usize, message: String| {
            problems.push((start, Problem::in_text(file.display(), text, start, message)));
        };
        let (document, errors) = DeTable::parse_recoverable(text);
        let broken = !errors.is_empty();
        for error in errors {
            problem(error.span().map_or(0, |span| span.start), error.message().to_string());
        }
        let mut config = UserConfig::default();
        for (key, value) in document.get_ref().iter().filter(|_| !broken) {
            let start = value.span().start;
            match (&**key.get_ref(), value.get_ref(), value.get_ref().as_table()) {
                ("template", value, _) => match value.as_str() {
                    Some(text) => config.template = Some(text.to_string()),
                    None => problem(start, "`template` is a string".to_string()),
                },
                ("defaults", _, Some(table)) => {
                    for (key, value) in table {
                        match answer(value.get_ref()) {
                            Some(value) => {
                                config.defaults.insert(key.get_ref().to_string(), value);
                            }
                            None => problem(
                                value.span().start,
                                format!("`{}` is a string, true, false or a list of strings", key.get_ref()),
                            ),
                        }
                    }
                }
                ("abbreviations", _, Some(table)) => {
                    for (key, value) in table {
                        match value.get_ref().as_str() {
                            Some(text) => {
                                config.abbreviations.insert(key.get_ref().to_string(), text.to_string());
                            }
                            None => problem(value.span().start, format!("`{}` is a string", key.get_ref())),
                        }
                    }
                }
                (name @ ("defaults" | "abbreviations"), _, None) => problem(start, format!("`{name}` is a table")),
                (other, ..) => {
                    let near = did_you_mean(other, ["template", "defaults", "abbreviations"]);
                    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                    problem(key.span().start, format!("`{other}` is not known here{hint}"));
                }
            }
        }
        problems.sort_by_key(|(start, _)| *start);
        let problems: Vec<Problem> = problems.into_iter().map(|(_, problem)| problem).collect();
        match problems.is_empty() {
            true => Ok(config),
            false => Err(Failure::new(Code::ConfigInvalid, "the configuration file does not work").problems(problems)),
        }
    }
}

/// A default as an answer; what it becomes is for its question to say.
fn answer(value: &DeValue<'_>) -> Option<Value> {
    let text = |value: &DeValue<'_>| value.as_str().map(str::to_string);
    if let Some(items) = value.as_array() {
        return items
            .iter()
            .map(|item| text(item.get_ref()))
            .collect::<Option<_>>()
            .map(Value::List);
    }
    text(value)
        .map(Value::Text)
        .or_else(|| value.as_bool().map(Value::Bool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_sees_how_to_connect_and_nothing_else() {
        for name in [
            "GIT_SSH",
            "GIT_ASKPASS",
            "GIT_SSL_CAINFO",
            "GIT_PROXY_SSL_KEY",
            "GITHUB_TOKEN",
            "git",
        ] {
            assert!(!is_unwanted(name.as_ref()), "{name}");
        }
        for name in [
            "GIT_DIR",
            "GIT_TRACE",
            "GIT_CONFIG_COUNT",
            "GIT_CONFIG_PARAMETERS",
            "git_work_tree",
        ] {
            assert!(is_unwanted(name.as_ref()), "{name}");
        }
    }

    #[test]
    fn the_file_is_read_or_every_problem_told() {
        let file = Path::new("c.toml");
        let config = UserConfig::parse("template = 'basic'\n[defaults]\nemail = 'a@b.c'\n", file).unwrap();
        assert_eq!(config.template.as_deref(), Some("basic"));
        assert_eq!(config.defaults["email"], Value::text("a@b.c"));
        let failure = UserConfig::parse("templates = 'x'\n[defaults]\nversion = 1.0\n", file).unwrap_err();
        let problems: Vec<String> = failure
            .problems
            .iter()
            .map(|p| format!("{}: {}", p.at, p.message))
            .collect();
        assert_eq!(
            problems,
            [
                "c.toml:1:1: `templates` is not known here; did you mean `template`?",
                "c.toml:3:11: `version` is a string, true, false or a list of strings",
            ]
        );
    }
}
