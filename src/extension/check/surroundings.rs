//! What stands around the code: the Makefile, the badge, and the metadata that developer mode needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use super::Subject;
use crate::badge::readme::{Markup, eggs};
use crate::extension::distribution::{GROUP, built::entry_points, normalized};
use crate::extension::finding::{Code, Finding, Fix};
use crate::extension::text::{Place, Text};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !subject.is_project {
        return;
    }
    findings.extend(make_dist(subject));
    badge(subject, findings);
    metadata(subject, findings);
}

/// `python -m build` in a Makefile whose `build` nobody installs.
fn make_dist(subject: &Subject<'_>) -> Option<Finding> {
    let makefile = subject.root.read("Makefile").text()?;
    let at = recipe_with(&makefile, "-m build")?;
    let is_word = |line: &str| {
        line.split(|char: char| !char.is_ascii_alphanumeric() && char != '-')
            .any(|word| word == "build")
    };
    let mut recipes = makefile.content.lines().filter(|line| line.starts_with('\t'));
    let installs = recipes.any(|line| line.contains("install") && is_word(line));
    let declares = subject
        .distribution
        .requirements()
        .any(|(_, requirement)| requirement.name == "build");
    let elsewhere = subject
        .root
        .top_files()
        .any(|name| name.starts_with("requirements") || name == "uv.lock" || name == "poetry.lock")
        || makefile.content.contains("install -r")
        || makefile.content.contains("requirement");
    let groups = subject
        .distribution
        .sources
        .iter()
        .any(|source| source.content.contains("[dependency-groups]"));
    if installs || declares || elsewhere || groups {
        return None;
    }
    Some(
        Finding::warning(Code::MakeDist, "runs `python -m build`, and nothing installs `build`")
            .at(&at)
            .hint("add `build` to the extra that `make install` installs"),
    )
}

/// A line of a recipe with these words.
fn recipe_with(makefile: &Rc<Text>, words: &str) -> Option<Place> {
    let mut start = 0;
    for line in makefile.content.split_inclusive('\n') {
        if line.starts_with('\t') && !line.trim_start().starts_with('#') {
            let found = line
                .find(words)
                .filter(|at| line[at + words.len()..].starts_with(char::is_whitespace));
            if let Some(at) = found {
                return Some(Place::new(makefile, start + at..start + at + words.len()));
            }
        }
        start += line.len();
    }
    None
}

/// An installer link that pip refuses, because another distribution comes of it.
fn badge(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(name) = &subject.distribution.name else {
        return;
    };
    let ends = ["md", "markdown", "rst", "adoc", "asciidoc"];
    let is_readme = |file: &&str| {
        let lower = file.to_lowercase();
        lower.strip_prefix("readme.").is_some_and(|end| ends.contains(&end))
    };
    for file in subject.root.top_files().filter(is_readme) {
        let Some(text) = subject.root.read(file).text() else {
            continue;
        };
        for range in eggs(&text.content, Markup::of(file)) {
            let egg = &text.content[range.clone()];
            if normalized(egg) == normalized(&name.value) {
                continue;
            }
            let at = Place::new(&text, range.clone());
            let told = format!("corrected the badge: egg={}", name.value);
            findings.push(
                Finding::warning(
                    Code::BadgeEgg,
                    format!(
                        "the badge installs `{egg}`, and the distribution is `{}`: pip refuses that",
                        name.value
                    ),
                )
                .at(&at)
                .hint("`lstk-extensions badge --write` corrects it")
                .fix(Some(Fix::replace(&at, range, name.value.clone(), told))),
            );
        }
    }
}

/// Developer mode looks for metadata in the folder and in virtual environments below it.
fn metadata(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(name) = subject.distribution.normal_name() else {
        return;
    };
    let files = subject
        .root
        .files
        .iter()
        .filter(|path| path.ends_with(".egg-info/entry_points.txt"));
    let mut is_there = false;
    for path in files {
        let folder = path.strip_suffix("/entry_points.txt").unwrap_or(path);
        let own = folder
            .rsplit('/')
            .next()
            .and_then(|name| name.strip_suffix(".egg-info"));
        if own.map(normalized).as_deref() != Some(&name) {
            continue;
        }
        is_there = true;
        findings.extend(subject.root.read(path).text().and_then(|text| stale(subject, &text)));
    }
    let root = subject.root.path();
    if !is_there
        && !root.is_some_and(|root| is_installed(root, &name))
        && subject.distribution.extensions().next().is_some()
    {
        findings.push(
            Finding::note(
                Code::DevMetadata,
                "developer mode finds no extension here yet: there is no metadata in the folder",
            )
            .hint("`lstk-extensions dev enable` writes it"),
        );
    }
}

fn stale(subject: &Subject<'_>, text: &Rc<Text>) -> Option<Finding> {
    let told = |entry: &crate::extension::distribution::EntryPoint| {
        (entry.name.value.clone(), entry.object.value.replace(' ', ""))
    };
    let built = entry_points(text);
    let built: BTreeSet<_> = built
        .iter()
        .filter(|entry| entry.group.value == GROUP)
        .map(told)
        .collect();
    let declared: BTreeSet<_> = subject.distribution.extensions().map(told).collect();
    // Plux renames them when it builds.
    let differs = !declared.is_empty() && built != declared && !subject.distribution.is_built_with_plux();
    differs.then(|| {
        Finding::note(
            Code::DistMetadataStale,
            "these are not the entry points that the project declares now",
        )
        .at(&Place::top(text))
        .hint("developer mode reads this file: `lstk-extensions dev enable` writes it anew")
    })
}

/// Whether a virtual environment in the folder has it.
fn is_installed(root: &Path, name: &str) -> bool {
    let entries = |path: &Path| fs::read_dir(path).into_iter().flatten().flatten().take(5_000);
    let environments = entries(root).filter(|entry| entry.path().join("pyvenv.cfg").exists());
    environments.into_iter().any(|environment| {
        entries(&environment.path().join("lib")).any(|python| {
            entries(&python.path().join("site-packages")).any(|installed| {
                let installed = installed.file_name().to_string_lossy().into_owned();
                let own = installed
                    .strip_suffix(".dist-info")
                    .and_then(|rest| rest.rsplit_once('-'));
                own.is_some_and(|(own, _)| normalized(own) == name)
            })
        })
    })
}
