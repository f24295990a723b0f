//! The user's own settings for cookiecutter, which its templates go by here too: defaults and short forms of addresses.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::failure::{Code, Failure, Problem};
use crate::yaml;

/// `~/.cookiecutterrc`, as far as this program has a use for it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct CookiecutterConfig {
    /// By the name of a variable.
    pub default_context: Map<String, Json>,
    /// As in this program's own file, with `{0}` for the rest.
    pub abbreviations: BTreeMap<String, String>,
}

impl CookiecutterConfig {
    /// Nothing where there is no such file, unless the user has named it.
    pub(super) fn read(file: &Path, is_named: bool) -> Result<Self> {
        let invalid = |message: String| {
            Failure::new(Code::ConfigInvalid, "cookiecutter's configuration file cannot be read")
                .problems(vec![Problem::new(file.display().to_string(), message)])
        };
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_named => return Ok(Self::default()),
            Err(error) => return Err(invalid(error.to_string()).into()),
        };
        Ok(Self::parse(&text).map_err(invalid)?)
    }

    fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let mut config: Self = serde_json::from_value(yaml::parse(text)?).map_err(|error| error.to_string())?;
        for address in config.abbreviations.values_mut() {
            *address = address.replace("{0}", "{}");
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_use_is_read_in_order() {
        let text = "cookiecutters_dir: ~/x\ndefault_context:\n  full_name: Jane\n  port: 5\n  tools: {b: 1, a: 2}\nabbreviations:\n  my: https://git.example.com/{0}.git\n";
        let config = CookiecutterConfig::parse(text).unwrap();
        assert_eq!(
            Json::from(config.default_context).to_string(),
            r#"{"full_name":"Jane","port":5,"tools":{"b":1,"a":2}}"#
        );
        assert_eq!(config.abbreviations["my"], "https://git.example.com/{}.git");
        assert_eq!(CookiecutterConfig::parse("\n"), Ok(CookiecutterConfig::default()));
        assert!(CookiecutterConfig::parse("default_context: 5").is_err());
    }
}
