//! What the environment says of LocalStack on this machine: by the same variables as LocalStack's own programs.

use std::env;
use std::fmt;
use std::path::PathBuf;

use super::{path, text};

/// Sources: the `localstack` program 4.14.0, `config.py`, `pro/core/config.py` and `pro/core/bootstrap/licensingv2.py`.
#[derive(Clone, Debug, Default)]
pub struct LocalStack {
    /// `LOCALSTACK_VOLUME_DIR`
    pub volume: Option<PathBuf>,
    /// Where the volume is when nobody says otherwise, whether or not there is one.
    pub default_volume: Option<PathBuf>,
    /// Where the list of extensions in developer mode is kept: `CONFIG_DIR`, else `~/.localstack`.
    pub settings: Option<PathBuf>,
    /// `IMAGE_NAME`
    pub image: Option<String>,
    /// `DOCKER_SOCK`: the container engine's socket, where it is not the usual one.
    pub docker_socket: Option<PathBuf>,
    /// `EXTENSION_AUTO_INSTALL`, or as lstk hands it on: `LOCALSTACK_EXTENSION_AUTO_INSTALL`
    pub auto_install: Vec<String>,
    /// As lstk knows it; the variable holds where there is one.
    pub token: Option<Token>,
    /// Those of the variables with a licence that are set.
    pub licence_variables: Vec<&'static str>,
}

/// The variable with the token of a LocalStack account.
pub const TOKEN_VARIABLE: &str = "LOCALSTACK_AUTH_TOKEN";

/// What proves a licence to the container. It is handed on, and never shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    pub(super) fn new(text: String) -> Token {
        Token(text)
    }

    /// For the environment of a program, and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl LocalStack {
    pub(super) fn from_env(token: Option<Token>) -> LocalStack {
        let home = || path("HOME").or_else(|| path("USERPROFILE"));
        let cache = match env::consts::OS {
            "macos" => home().map(|home| home.join("Library/Caches")),
            "windows" => path("LOCALAPPDATA").map(|local| local.join("cache")),
            _ => path("XDG_CACHE_HOME")
                .filter(|path| path.is_absolute())
                .or_else(|| home().map(|home| home.join(".cache"))),
        };
        LocalStack {
            volume: path("LOCALSTACK_VOLUME_DIR"),
            default_volume: cache.map(|cache| cache.join("localstack").join("volume")),
            settings: path("CONFIG_DIR").or_else(|| home().map(|home| home.join(".localstack"))),
            image: text("IMAGE_NAME"),
            docker_socket: path("DOCKER_SOCK"),
            auto_install: listed(
                &text("EXTENSION_AUTO_INSTALL")
                    .or_else(|| text("LOCALSTACK_EXTENSION_AUTO_INSTALL"))
                    .unwrap_or_default(),
            ),
            licence_variables: [TOKEN_VARIABLE, "LOCALSTACK_API_KEY"]
                .into_iter()
                .filter(|name| text(name).is_some())
                .collect(),
            token,
        }
    }
}

/// The items between commas, as LocalStack takes them.
fn listed(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_between_commas() {
        assert_eq!(
            listed(" a==1 ,,git+https://x/y#egg=z&subdirectory=s,"),
            ["a==1", "git+https://x/y#egg=z&subdirectory=s"]
        );
    }

    #[test]
    fn a_token_is_not_shown() {
        assert_eq!(format!("{:?}", Token::new("ls-secret".to_string())), "(hidden)");
    }
}
