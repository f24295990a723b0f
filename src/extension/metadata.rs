//! A project's metadata, read from its files as its own build would: `pyproject.toml` before `setup.cfg`.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use configparser::ini::Ini;
use toml::Table;

use crate::failure::{Code, Failure};

/// What is needed to point others to a project.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The distribution's name.
    pub name: String,
    /// Addresses the metadata gives, the likeliest repository first.
    pub urls: Vec<Url>,
}

/// An address, and what its label says of it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    pub kind: UrlKind,
    pub address: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UrlKind {
    Repository,
    Homepage,
    Other,
}

impl Url {
    fn new(label: &str, address: &str) -> Url {
        let label: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        let kind = match label.to_ascii_lowercase().as_str() {
            "repository" | "source" | "sourcecode" | "github" | "code" => UrlKind::Repository,
            "homepage" | "home" => UrlKind::Homepage,
            _ => UrlKind::Other,
        };
        Url {
            kind,
            address: address.trim().to_string(),
        }
    }
}

impl Metadata {
    /// Reads the project in `folder`. Fails when no file there names the distribution.
    pub fn read(folder: &Path) -> Result<Metadata> {
        let mut looked_at = Vec::new();
        let mut found = Metadata::default();
        for name in ["pyproject.toml", "setup.cfg"] {
            let path = folder.join(name);
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error).with_context(|| format!("could not read {}", path.display())),
            };
            let metadata = match name {
                "setup.cfg" => from_setup_cfg(&text),
                _ => from_pyproject(&text),
            };
            let metadata = metadata.with_context(|| format!("could not read {}", path.display()))?;
            looked_at.push(name);
            if found.name.is_empty() {
                found.name = metadata.name;
            }
            found.urls.extend(metadata.urls);
        }
        if !found.name.is_empty() {
            return Ok(found);
        }
        let shown = folder.display();
        let failure = match looked_at[..] {
            [] => {
                let message =
                    format!("{shown} is not an extension project: it has neither pyproject.toml nor setup.cfg");
                Failure::new(Code::Validation, message).hint("name the project's folder: `lstk-extensions badge DIR`")
            }
            _ => {
                let message = format!("{} does not name the distribution", looked_at.join(" and "));
                let hint = "give `name` below [project] in pyproject.toml, or below [metadata] in setup.cfg";
                Failure::new(Code::Validation, message).hint(hint)
            }
        };
        Err(failure.into())
    }
}

fn from_pyproject(text: &str) -> Result<Metadata> {
    let document: Table = text.parse()?;
    let table = |path: &[&str]| {
        path.iter()
            .try_fold(&document, |table, key| table.get(*key)?.as_table())
    };
    let text = |table: Option<&Table>, key: &str| table?.get(key)?.as_str().map(str::to_string);
    let project = table(&["project"]);
    let poetry = table(&["tool", "poetry"]);
    let mut urls = Vec::new();
    let labelled = [table(&["project", "urls"]), table(&["tool", "poetry", "urls"])];
    for (label, url) in labelled.into_iter().flatten().flatten() {
        urls.extend(url.as_str().map(|url| Url::new(label, url)));
    }
    for key in ["repository", "homepage"] {
        urls.extend(text(poetry, key).map(|url| Url::new(key, &url)));
    }
    urls.sort();
    Ok(Metadata {
        name: text(project, "name")
            .or_else(|| text(poetry, "name"))
            .unwrap_or_default(),
        urls,
    })
}

fn from_setup_cfg(text: &str) -> Result<Metadata> {
    let mut parser = Ini::new();
    parser.set_multiline(true);
    parser.set_inline_comment_symbols(Some(&[]));
    parser.read(text.to_string()).map_err(anyhow::Error::msg)?;
    let get = |key: &str| parser.get("metadata", key).map(|value| value.trim().to_string());
    let mut urls = Vec::new();
    for line in get("project_urls").unwrap_or_default().lines() {
        urls.extend(line.split_once('=').map(|(label, url)| Url::new(label, url)));
    }
    for key in ["url", "home-page", "home_page"] {
        urls.extend(get(key).map(|url| Url::new("homepage", &url)));
    }
    urls.sort();
    Ok(Metadata {
        name: get("name").unwrap_or_default(),
        urls,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_understood() {
        let pyproject =
            "[project]\nname = \"a-b\"\n[project.urls]\nDocs = \"https://x.y/d\"\nSource = \"https://g.h/o/r\"\n";
        let metadata = from_pyproject(pyproject).unwrap();
        assert_eq!(metadata.name, "a-b");
        let addresses = |metadata: &Metadata| metadata.urls.iter().map(|url| url.address.clone()).collect::<Vec<_>>();
        assert_eq!(addresses(&metadata), ["https://g.h/o/r", "https://x.y/d"]);
        let setup_cfg = "[metadata]\nname = a-b\nurl = https://g.h/o/r#x\ndescription = a ; b\nproject_urls =\n    Source = https://s.t/o/r\n";
        let metadata = from_setup_cfg(setup_cfg).unwrap();
        assert_eq!(metadata.name, "a-b");
        assert_eq!(addresses(&metadata), ["https://s.t/o/r", "https://g.h/o/r#x"]);
        assert_eq!(from_setup_cfg("[metadata]\nname: colon\n").unwrap().name, "colon");
    }
}
