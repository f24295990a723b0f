//! The record a project keeps of its making: by which template, from which answers, and what was written.
//!
//! An update renders the template again from these answers; the files' ids tell which were edited since.

use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use anyhow::Result;

use super::answers::Answers;
use super::escape;
use super::source::Source;
use super::template::Template;
use super::tree::{File, RelPath, Tree};
use super::value::Value;
use crate::{git, parallel};

/// The record's place in a project.
pub const FILE: &str = ".lstk-extension.toml";

/// The text of a record.
#[derive(Debug)]
pub struct Record(String);

impl Record {
    /// `project` is the folder the project will be in.
    pub fn of(template: &Template, answers: &Answers, tree: &Tree, project: &Path) -> Result<Record> {
        let mut text = String::from(
            "# How this project was made, by `lstk-extensions dev new`. Keep it in git: updates start from it.\n\n[template]\n",
        );
        match &template.source {
            Source::BuiltIn(name) => line(&mut text, "built-in", name)?,
            Source::Folder(path) => line(&mut text, "folder", &recorded(path, project))?,
            Source::Git(commit) => {
                let folder = commit.folder.as_ref().map(|folder| recorded(folder, project));
                line(&mut text, "git", folder.as_ref().unwrap_or(&commit.address))?;
                for (key, value) in [("checkout", &commit.reference), ("directory", &commit.directory)] {
                    value.iter().try_for_each(|value| line(&mut text, key, value))?;
                }
                line(&mut text, "commit", &commit.id)?;
            }
        }
        line(&mut text, "version", &template.manifest.version)?;
        text.push_str("\n[answers]\n");
        // Secrets stay out: the record is kept in git.
        let kept = answers.iter().filter(|answer| !answer.secret && !answer.absent);
        text.push_str(&answers_as_toml(
            kept.map(|answer| (answer.key.as_str(), &answer.value)),
        )?);
        text.push_str("\n# The git blob id of every file as it was written.\n[files]\n");
        let files: Vec<_> = tree.iter().collect();
        let ids = parallel::map(&files, |(_, file)| git::blob_id(&file.content));
        for ((path, _), id) in files.iter().zip(ids) {
            escape::quoted(&mut text, path.as_str())?;
            writeln!(text, " = \"{}\"", id?)?;
        }
        Ok(Record(text))
    }

    /// Puts the record into the project it describes.
    pub fn add_to(self, tree: &mut Tree) -> Result<()> {
        tree.insert(RelPath::new(FILE)?, File::new(self.0.into_bytes()))
    }
}

/// A template's folder as the project will find it: from the project's own folder where it was named from the folder the
/// program runs in.
fn recorded(folder: &Path, project: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path);
    let (Ok(target), Ok(project)) = (absolute(folder), absolute(project)) else {
        // Without a current folder nothing leads from one to the other.
        return folder.to_string_lossy().into_owned();
    };
    let real = target.canonicalize().ok();
    let is_there = |path: &Path| real.is_none() || path.canonicalize().ok() == real;
    // The name of a link comes first: what it leads to may change, such as `current`.
    let names = [Some(settled(&target)), real.clone()];
    let mut names = names.into_iter().flatten();
    // `..` goes up from where a link leads, not from where it is.
    let project = resolved(&project);
    let way_to = |target: PathBuf| way(&project, &target).filter(|way| is_there(&settled(&project.join(way))));
    let way = match folder.is_absolute() {
        true => None,
        false => names.clone().find_map(way_to),
    };
    way.unwrap_or_else(|| {
        let named = names.find(|name| is_there(name));
        named.unwrap_or(target).to_string_lossy().into_owned()
    })
}

/// An absolute path without links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let nearest = path
        .ancestors()
        .find_map(|above| Some((above.canonicalize().ok()?, path.strip_prefix(above).ok()?)));
    settled(&nearest.map_or_else(|| path.to_path_buf(), |(above, rest)| above.join(rest)))
}

/// An absolute path without `.` and `..`, read without a look at what is there.
fn settled(path: &Path) -> PathBuf {
    let mut settled = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                settled.pop();
            }
            part => settled.push(part),
        }
    }
    settled
}

/// The way from one folder to another, with `/` between its parts on every system; none between two drives.
fn way(from: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    if from.first() != to.first() {
        return None;
    }
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let up = from[shared..].iter().map(|_| "..".to_string());
    let down = to[shared..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    Some(if parts.is_empty() {
        ".".to_string()
    } else {
        parts.join("/")
    })
}

fn line(text: &mut String, key: &str, value: &str) -> Result<()> {
    write!(text, "{key} = ")?;
    escape::quoted(text, value)?;
    text.push('\n');
    Ok(())
}

/// Answers as lines of TOML.
pub fn answers_as_toml<'a>(answers: impl Iterator<Item = (&'a str, &'a Value)>) -> Result<String> {
    let mut text = String::new();
    for (key, value) in answers {
        write!(text, "{key} = ")?;
        put(&mut text, value)?;
        text.push('\n');
    }
    Ok(text)
}

/// A value as TOML.
fn put(text: &mut String, value: &Value) -> std::fmt::Result {
    match value {
        Value::Text(value) => escape::quoted(text, value),
        Value::Bool(value) => write!(text, "{value}"),
        Value::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                escape::quoted(text, item)?;
            }
            text.push(']');
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_folder_is_found_from_the_project_and_an_absolute_one_from_everywhere() {
        for (folder, project, expected) in [
            ("t", "p", "../t"),
            ("./t", "out/p", "../../t"),
            ("../repos/multi/./web", "p", "../../repos/multi/web"),
            ("t/../u/", "a/../p", "../u"),
            ("t", "t/p", ".."),
            ("p/t", "p", "t"),
            (".", ".", "."),
            ("/srv/w/../t", "p", "/srv/t"),
            ("/../srv/./t/", "/srv", "/srv/t"),
        ] {
            assert_eq!(
                recorded(folder.as_ref(), project.as_ref()),
                expected,
                "{folder} {project}"
            );
        }
        let here = std::env::current_dir().unwrap();
        let here = here.display().to_string();
        let up = "../".repeat(2);
        assert_eq!(recorded("t".as_ref(), "/x/p".as_ref()), format!("{up}{}/t", &here[1..]));
    }
}
