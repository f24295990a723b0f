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
    pub urls: Vec<String>,
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
                Failure::new(Code::Validation, message)
            }
            _ => Failure::new(
                Code::Validation,
                format!("{} does not name the distribution", looked_at.join(" and ")),
            ),
        };
        Err(failure
            .hint("name the project's folder: `lstk-extensions badge DIR`")
            .into())
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
        urls.extend(url.as_str().map(|url| (likeliness(label), url.to_string())));
    }
    for key in ["repository", "homepage"] {
        urls.extend(text(poetry, key).map(|url| (likeliness(key), url)));
    }
    urls.sort_by_key(|(likeliness, _)| *likeliness);
    Ok(Metadata {
        name: text(project, "name")
            .or_else(|| text(poetry, "name"))
            .unwrap_or_default(),
        urls: urls.into_iter().map(|(_, url)| url).collect(),
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
        urls.extend(
            line.split_once('=')
                .map(|(label, url)| (likeliness(label), url.trim().to_string())),
        );
    }
    for key in ["url", "home-page", "home_page"] {
        urls.extend(get(key).map(|url| (likeliness("homepage"), url)));
    }
    urls.sort_by_key(|(likeliness, _)| *likeliness);
    Ok(Metadata {
        name: get("name").unwrap_or_default(),
        urls: urls.into_iter().map(|(_, url)| url).collect(),
    })
}

/// How likely a labelled address is the repository: 0 first.
fn likeliness(label: &str) -> u8 {
    let label: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    match label.to_ascii_lowercase().as_str() {
        "repository" | "source" | "sourcecode" | "github" | "code" => 0,
        "homepage" | "home" => 1,
        _ => 2,
    }
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
        assert_eq!(metadata.urls, ["https://g.h/o/r", "https://x.y/d"]);
        let setup_cfg = "[metadata]\nname = a-b\nurl = https://g.h/o/r#x\ndescription = a ; b\nproject_urls =\n    Source = https://s.t/o/r\n";
        let metadata = from_setup_cfg(setup_cfg).unwrap();
        assert_eq!(metadata.name, "a-b");
        assert_eq!(metadata.urls, ["https://s.t/o/r", "https://g.h/o/r#x"]);
        assert_eq!(from_setup_cfg("[metadata]\nname: colon\n").unwrap().name, "colon");
    }
}
