//! What is needed to point others to a project: its name, and its addresses, the likeliest repository first.

use std::path::Path;

use anyhow::Result;

use super::distribution::Distribution;
use super::root::Root;
use crate::failure::{Code, Failure};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The distribution's name.
    pub name: String,
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
        let files = ["pyproject.toml", "setup.cfg", "setup.py"].map(str::to_string);
        let distribution = match folder.is_dir() {
            true => Distribution::of_project(&Root::folder(folder, Some(&files))?),
            false => None,
        };
        let shown = folder.display();
        let Some(distribution) = distribution else {
            let message = format!(
                "{shown} is not an extension project: it has neither pyproject.toml nor setup.cfg nor setup.py"
            );
            return Err(Failure::new(Code::Validation, message)
                .hint("name the project's folder: `lstk-extensions badge DIR`")
                .into());
        };
        if let Some(problem) = distribution.problems.first() {
            let place = problem.line.zip(problem.column);
            let place = place
                .map(|(line, column)| format!(":{line}:{column}"))
                .unwrap_or_default();
            let message = format!(
                "could not read {}{place}: {}",
                folder.join(&problem.file).display(),
                problem.message
            );
            return Err(Failure::new(Code::Validation, message).hint(&problem.hint).into());
        }
        let Some(name) = distribution.name else {
            let sources: Vec<&str> = distribution.sources.iter().map(|source| source.path.as_str()).collect();
            let message = format!("{} does not name the distribution", sources.join(" and "));
            let hint = "give `name` below [project] in pyproject.toml, or below [metadata] in setup.cfg";
            return Err(Failure::new(Code::Validation, message).hint(hint).into());
        };
        let mut urls: Vec<Url> = distribution
            .urls
            .iter()
            .map(|(label, address)| Url::new(label, address))
            .collect();
        urls.sort();
        Ok(Metadata { name: name.value, urls })
    }
}

/// The fields of a `METADATA` or `PKG-INFO` file; what follows the first empty line is its description.
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// As mail has them: a line that begins with a space goes on with the one before.
    pub fn read(text: &str) -> Headers {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in text.lines().take_while(|line| !line.trim().is_empty()) {
            match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
                (true, Some((_, value)), _) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (false, _, Some((name, value))) => fields.push((name.to_ascii_lowercase(), value.trim().to_string())),
                _ => {}
            }
        }
        Headers(fields)
    }

    /// By the field's name in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter().filter(move |(field, _)| field == name);
        fields.map(|(_, value)| value.as_str())
    }

    /// By the field's name in lower case.
    pub fn first(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, content: &str) -> (String, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), content).unwrap();
        let metadata = Metadata::read(folder.path()).unwrap();
        (
            metadata.name,
            metadata.urls.into_iter().map(|url| url.address).collect(),
        )
    }

    #[test]
    fn every_file_is_understood() {
        let pyproject =
            "[project]\nname = \"a-b\"\n[project.urls]\nDocs = \"https://x.y/d\"\nSource = \"https://g.h/o/r\"\n";
        let (name, urls) = read("pyproject.toml", pyproject);
        assert_eq!(
            (name.as_str(), &urls[..]),
            ("a-b", &["https://g.h/o/r".to_string(), "https://x.y/d".into()][..])
        );
        let setup_cfg = "[metadata]\nname = a-b\nurl = https://g.h/o/r#x\ndescription = a ; b\nproject_urls =\n    Source = https://s.t/o/r\n";
        let (name, urls) = read("setup.cfg", setup_cfg);
        assert_eq!(
            (name.as_str(), &urls[..]),
            ("a-b", &["https://s.t/o/r".to_string(), "https://g.h/o/r#x".into()][..])
        );
        assert_eq!(read("setup.cfg", "[metadata]\nname: colon\n").0, "colon");
        assert_eq!(
            read("setup.py", "import setuptools\nsetuptools.setup(name='py')\n").0,
            "py"
        );
    }
}
