//! `badge [DIR]`: the badge and the installer link of an extension project that is already there.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::json;

use crate::badge::readme::{self, Markup, Put};
use crate::badge::{Badge, Repository};
use crate::extension::metadata::{Metadata, UrlKind};
use crate::failure::{Code, Failure};
use crate::scaffold::plan::{OnConflict, Plan};
use crate::scaffold::tree::{File, RelPath, Tree};
use crate::{Outcome, Session, git};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    lstk-extensions badge                   print the badge as Markdown\n  \
    lstk-extensions badge --write           put it into the README, or correct the one that is there\n  \
    lstk-extensions badge --format url      print the one-click installer link only\n  \
    lstk-extensions badge --ref dev my-ext  the badge of the branch dev of the project in my-ext")]
pub struct Args {
    /// The extension project
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// How to write the badge
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    format: Format,
    /// Install from this branch, tag or commit
    #[arg(long = "ref", value_name = "REF", value_parser = parse_reference)]
    reference: Option<String>,
    /// Put the badge into the README, once
    #[arg(long)]
    write: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Markdown,
    Html,
    Rst,
    Asciidoc,
    /// The installer link alone
    Url,
    /// The parts, as data
    Json,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let badge = badge_of(args, session)?;
    let written = match args.write {
        true => Some(write(&args.folder, &badge)?),
        false => None,
    };
    let data = json!({
        "badge": badge.markdown(),
        "installerUrl": badge.installer_url(),
        "requirement": badge.requirement(),
        "distribution": badge.distribution,
        "repository": badge.repository.url(),
        "subdirectory": badge.subdirectory,
        "ref": badge.reference,
        "readme": written.as_ref().map(|(readme, _)| readme.display().to_string()),
        "changed": written.as_ref().map(|(_, changed)| *changed),
    });
    let text = match (&written, args.format) {
        (_, Format::Json) => format!("{data:#}"),
        (Some((readme, true)), _) => format!("put the badge into {}", readme.display()),
        (Some((readme, false)), _) => format!("{} has the badge already", readme.display()),
        (None, Format::Markdown) => badge.markdown(),
        (None, Format::Html) => badge.html(),
        (None, Format::Rst) => badge.rst(),
        (None, Format::Asciidoc) => badge.asciidoc(),
        (None, Format::Url) => badge.installer_url(),
    };
    Ok(match written.is_some() && !matches!(args.format, Format::Json) {
        true => Outcome::status(format!("{text}\n"), data),
        false => Outcome::new(format!("{text}\n"), data),
    })
}

fn badge_of(args: &Args, session: &Session) -> Result<Badge> {
    let metadata = Metadata::read(&args.folder)?;
    let checkout = git::checkout(&args.folder, &session.config.git)?;
    let (origin, subdirectory) = match checkout {
        Some(checkout) => (checkout.origin, checkout.subdirectory),
        None => (Vec::new(), None),
    };
    let from_metadata = metadata.urls.iter().filter_map(|url| {
        let repository = Repository::parse(&url.address)?;
        (url.kind == UrlKind::Repository || repository.is_on_a_forge()).then_some(repository)
    });
    let from_origin = origin.iter().find_map(|origin| Repository::parse(origin));
    let Some(repository) = from_origin.into_iter().chain(from_metadata).next() else {
        let failure = match origin.is_empty() {
            false => Failure::new(
                Code::Validation,
                "the remote `origin` is no address that others could install from",
            )
            .hint("give it one: `git remote set-url origin https://github.com/OWNER/REPO`"),
            true => Failure::new(
                Code::Validation,
                format!("no repository is known for {}", args.folder.display()),
            )
            .hint("name it: `git remote add origin https://github.com/OWNER/REPO`"),
        };
        return Err(failure
            .hint("or give its address in the metadata of the project")
            .into());
    };
    let name = &metadata.name;
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    if !name.chars().all(plain) {
        return Err(
            Failure::new(Code::Validation, format!("`{name}` is not a distribution's name"))
                .hint("letters, digits, `-`, `_` and `.` make one; correct `name` in the metadata of the project")
                .into(),
        );
    }
    Ok(Badge {
        repository,
        reference: args.reference.clone(),
        distribution: metadata.name,
        subdirectory,
    })
}

/// Returns the README's path and whether it changed.
fn write(folder: &Path, badge: &Badge) -> Result<(PathBuf, bool)> {
    let name = readme_in(folder)?;
    let shown = folder.join(&name);
    // A README that is a link to another one is edited where it really is.
    let path = shown
        .canonicalize()
        .with_context(|| format!("could not find {}", shown.display()))?;
    let text = fs::read_to_string(&path).with_context(|| format!("could not read {}", shown.display()))?;
    let text = match readme::put(badge, &text, Markup::of(&name)) {
        Put::Unchanged => return Ok((shown, false)),
        Put::Changed(text) => text,
        Put::Unclear => {
            return Err(Failure::new(
                Code::Validation,
                format!("{} has a badge in a form of its own", shown.display()),
            )
            .hint("correct it by hand: `lstk-extensions badge` prints what it should be")
            .into());
        }
    };
    let name = path
        .file_name()
        .map_or(name, |name| name.to_string_lossy().into_owned());
    let mut tree = Tree::new();
    tree.insert(RelPath::new(&name)?, File::new(text.into_bytes()))?;
    Plan::over(path.parent().unwrap_or(folder), tree, OnConflict::Overwrite)?.apply()?;
    Ok((shown, true))
}

fn readme_in(folder: &Path) -> Result<String> {
    let reading = || format!("could not read the folder {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(reading)? {
        names.extend(entry.with_context(reading)?.file_name().into_string().ok());
    }
    names.sort();
    let preferred = [
        "readme.md",
        "readme.markdown",
        "readme.rst",
        "readme.adoc",
        "readme.asciidoc",
    ];
    let found = preferred
        .iter()
        .find_map(|wanted| names.iter().find(|name| name.to_lowercase() == **wanted));
    match found {
        Some(name) => Ok(name.clone()),
        None => Err(Failure::new(
            Code::Validation,
            format!(
                "{} has no README in Markdown, reStructuredText or AsciiDoc",
                folder.display()
            ),
        )
        .hint("write a README.md, then run `lstk-extensions badge --write` again")
        .into()),
    }
}

/// A reference stands raw in a link, so it must not hold what ends one.
fn parse_reference(reference: &str) -> Result<String, String> {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_./+".contains(char);
    let is_one =
        !reference.starts_with(['-', '.', '/']) && !reference.contains("..") && !reference.ends_with(['/', '.']);
    match !reference.is_empty() && is_one && reference.chars().all(plain) {
        true => Ok(reference.to_string()),
        false => Err("not the name of a branch, tag or commit".to_string()),
    }
}
