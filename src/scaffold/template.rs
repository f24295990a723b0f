//! Source -> [`Template`]: a manifest and its files, built in or from a folder.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};

use super::engine::Engine;
use super::folder;
use super::manifest::{self, Manifest};
use super::tree::File;
use crate::failure::{Code, Failure, did_you_mean};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The folder of a template whose content becomes the project.
const FILES: &str = "files";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    BuiltIn(String),
    Folder(PathBuf),
}

impl Source {
    /// What `--template` says: a built-in's name, else a folder.
    pub fn parse(text: &str) -> Source {
        match built_in().contains(&text) {
            true => Source::BuiltIn(text.to_string()),
            false => Source::Folder(PathBuf::from(text)),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::BuiltIn(name) => f.write_str(name),
            Source::Folder(path) => path.display().fmt(f),
        }
    }
}

/// The names of the built-in templates.
pub fn built_in() -> Vec<&'static str> {
    let mut names: Vec<&str> = BUILT_IN.dirs().filter_map(|dir| dir.path().to_str()).collect();
    names.sort_unstable();
    names
}

#[derive(Debug)]
pub struct Template {
    pub source: Source,
    pub manifest: Manifest,
    /// Files by their path below `files/`, in order; names ending in `.j2` are rendered.
    pub files: Vec<(String, File)>,
}

impl Template {
    pub fn load(source: Source, engine: &Engine) -> Result<Self> {
        let (text, files) = match &source {
            Source::BuiltIn(name) => built_in_files(name),
            Source::Folder(folder) => folder_files(folder)?,
        };
        let manifest = Manifest::parse(&text, engine).map_err(|mut problems| {
            if let Source::Folder(folder) = &source {
                for problem in &mut problems {
                    problem.at = format!("{}/{}", folder.display(), problem.at);
                }
            }
            Failure::new(Code::Validation, format!("the template `{source}` does not work")).problems(problems)
        })?;
        Ok(Template {
            source,
            manifest,
            files,
        })
    }
}

fn built_in_files(name: &str) -> (String, Vec<(String, File)>) {
    let root = PathBuf::from(name);
    let text = BUILT_IN
        .get_file(root.join(manifest::FILE))
        .and_then(include_dir::File::contents_utf8);
    let mut files = Vec::new();
    let mut pending: Vec<&Dir<'static>> = BUILT_IN.get_dir(root.join(FILES)).into_iter().collect();
    while let Some(dir) = pending.pop() {
        pending.extend(dir.dirs());
        for file in dir.files() {
            let path = file.path().strip_prefix(root.join(FILES)).unwrap_or(file.path());
            let path = path.components().map(|part| part.as_os_str().to_string_lossy());
            files.push((path.collect::<Vec<_>>().join("/"), File::new(file.contents())));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    (text.unwrap_or_default().to_string(), files)
}

fn folder_files(root: &Path) -> Result<(String, Vec<(String, File)>)> {
    if !root.is_dir() {
        let typed = root.to_string_lossy();
        let known = built_in();
        let failure = Failure::new(Code::Validation, format!("there is no template `{typed}`"));
        return Err(match did_you_mean(&typed, known.iter().copied()) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint(format!(
                "built in: {}; or give a folder with a {}",
                known.join(", "),
                manifest::FILE
            )),
        }
        .into());
    }
    let manifest = root.join(manifest::FILE);
    if !manifest.is_file() {
        let message = format!(
            "the folder {} is not a template: it has no {}",
            root.display(),
            manifest::FILE
        );
        return Err(Failure::new(Code::Validation, message)
            .hint(format!("a template is a {} beside a folder {FILES}/", manifest::FILE))
            .into());
    }
    folder::refuse_link(&manifest)?;
    let text = std::fs::read_to_string(&manifest).with_context(|| format!("could not read {}", manifest.display()))?;
    Ok((text, folder::read(&root.join(FILES))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_name_is_a_built_in_one() {
        assert_eq!(Source::parse("basic"), Source::BuiltIn("basic".into()));
        for folder in ["", "./basic", "basic/files", "Basic"] {
            assert_eq!(Source::parse(folder), Source::Folder(folder.into()));
        }
    }

    #[test]
    fn every_built_in_template_loads() {
        for name in built_in() {
            let template = Template::load(Source::parse(name), &Engine::new()).unwrap();
            assert_eq!(template.manifest.name, name);
            assert!(!template.files.is_empty());
        }
    }
}
