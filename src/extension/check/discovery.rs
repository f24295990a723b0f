//! Extensions that no entry point names, and what the modules import.

use std::rc::Rc;

use super::classes::{Search, name_of, text};
use super::entries::Entry;
use super::{Extension, Subject};
use crate::extension::code::{Ancestor, Foreign, Loaded, Source};
use crate::extension::distribution::{Backend, Distribution, GROUP};
use crate::extension::finding::{Code, Finding, Fix};
use crate::extension::packages::{Found, Packaged};
use crate::extension::python::Item;
use crate::extension::text::{Place, Text};
use crate::limits::MOST_MODULES;

pub(super) fn check(subject: &Subject<'_>, entries: &[Entry<'_>], findings: &mut Vec<Finding>) -> Vec<Extension> {
    let distribution = subject.distribution;
    let has_one = distribution.extensions().next().is_some();
    let is_told = findings.iter().any(|finding| finding.code == Code::WrongGroup);
    let discovered = match has_one || is_told {
        true => Vec::new(),
        false => missing(subject, findings),
    };
    let mut seen = Vec::new();
    for entry in entries {
        if let Some((source, class)) = entry.class()
            && !seen.contains(&(source.dotted.as_str(), class))
        {
            seen.push((source.dotted.as_str(), class));
            reexported(subject, source, class, findings);
        }
        if let Some((module, _)) = entry.declared.parts() {
            imports(subject, module, findings);
        }
    }
    discovered
}

/// A class that LocalStack would take for an extension.
struct Candidate {
    module: String,
    class: String,
    at: Place,
    name: Option<String>,
}

impl Candidate {
    fn told(self) -> Extension {
        Extension {
            entry_point: self.name.clone().unwrap_or_else(|| self.class.clone()),
            name: self.name,
            object: format!("{}:{}", self.module, self.class),
            file: Some(self.at.text.path.clone()),
            line: Some(self.at.line()),
        }
    }
}

/// Says why there is no entry point. Returns what Plux would find all the same.
fn missing(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> Vec<Extension> {
    let distribution = subject.distribution;
    if let Some(at) = computed(subject) {
        findings.push(
            Finding::note(Code::Computed, "the entry points are computed, and cannot be read here")
                .at(&at)
                .hint("check what was built: `lstk-extensions dev check dist/*.whl`"),
        );
        return match distribution.is_built_with_plux() && subject.is_project {
            true => candidates(subject).into_iter().map(Candidate::told).collect(),
            false => Vec::new(),
        };
    }
    if let Some(ignored) = distribution.ignored.iter().find(|entry| entry.group.value == GROUP) {
        let message = "this entry point is left out: setuptools takes all of them from [project] in pyproject.toml, which has others";
        findings.push(
            Finding::error(Code::IgnoredEntryPoint, message)
                .at(&ignored.name.at)
                .hint(
                    "move it to [project.entry-points] in pyproject.toml, or add \"entry-points\" to `dynamic` there",
                ),
        );
        return Vec::new();
    }
    let candidates = if subject.is_project {
        candidates(subject)
    } else {
        Vec::new()
    };
    let is_plux = distribution.is_built_with_plux() && distribution.backend == Backend::Setuptools;
    if is_plux && !candidates.is_empty() {
        findings.extend(candidates.iter().map(|candidate| {
            Finding::warning(
                Code::DiscoveredAtBuild,
                format!(
                    "no entry point names `{}`: it is in what is built only after `python -m plux entrypoints`",
                    candidate.class
                ),
            )
            .at(&candidate.at)
            .hint(format!("declare it, and it is in every build: `{}`", line(candidate)))
            .fix(addition(distribution, candidate).filter(|_| candidates.len() == 1))
        }));
        return candidates.into_iter().map(Candidate::told).collect();
    }
    findings.push(no_entry_point(subject, &candidates));
    Vec::new()
}

/// Where it is said that the entry points come from somewhere else.
fn computed(subject: &Subject<'_>) -> Option<Place> {
    let distribution = subject.distribution;
    let mut computed = distribution.computed.iter();
    if let Some(computed) = computed.find(|computed| computed.value == "entry_points") {
        return Some(computed.at.clone());
    }
    let is_foreign = matches!(distribution.backend, Backend::Unknown(_)) && !distribution.has_project_table();
    // Plux looks into what is not looked into here.
    let is_plux = distribution.is_built_with_plux() && matches!(subject.packaged, Packaged::Unknown);
    let source = distribution.sources.first()?;
    (subject.is_project && (is_foreign || is_plux)).then(|| Place::top(source))
}

fn line(candidate: &Candidate) -> String {
    let name = candidate.name.as_deref().unwrap_or("NAME");
    format!("{name} = {}:{}", candidate.module, candidate.class)
}

fn no_entry_point(subject: &Subject<'_>, candidates: &[Candidate]) -> Finding {
    let distribution = subject.distribution;
    let finding = Finding::error(
        Code::NoEntryPoint,
        format!("there is no entry point in the group `{GROUP}`: LocalStack finds no extension"),
    );
    let sources = distribution.sources.iter();
    let place = sources.map(Place::top).next();
    let finding = place.iter().fold(finding, Finding::at);
    match candidates {
        [candidate] => finding
            .hint(format!("add `{}`", line(candidate)))
            .fix(addition(distribution, candidate)),
        [] => finding.hint("write a class that derives from `localstack.extensions.api.Extension`, and name it there: `name = module:Class`"),
        several => {
            let lines: Vec<String> = several.iter().map(|candidate| format!("`{}`", line(candidate))).collect();
            finding.hint(format!("add one of {}", lines.join(", ")))
        }
    }
}

/// Named classes of the project that derive from LocalStack's.
fn candidates(subject: &Subject<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (file, module) in subject.packaged.files(subject.root).into_iter().take(MOST_MODULES) {
        // Most modules have nothing to do with it, and reading them as Python takes long.
        let has_it = |text: Rc<Text>| text.content.contains("Extension");
        if !subject.root.read(&file).text().is_some_and(has_it) {
            continue;
        }
        let Loaded::Module(source) = subject.code.load(&file, &module) else {
            continue;
        };
        for (name, item) in &source.module.names {
            if let Item::Class(class) = item {
                let line = subject.code.line(&source, name);
                let is_one =
                    |ancestor: &Ancestor| matches!(ancestor, Ancestor::Foreign(Foreign::Extension | Foreign::WebApp));
                if !line.iter().any(is_one) {
                    continue;
                }
                let name = match name_of(&line) {
                    Search::Found(attribute, Ancestor::Own(owner, _)) => text(subject, owner, attribute),
                    Search::Absent => continue,
                    _ => None,
                };
                found.push(Candidate {
                    module: module.clone(),
                    class: class.name.clone(),
                    at: class.at.clone(),
                    name,
                });
            }
        }
    }
    found
}

/// The lines that declare it, in the file that declares the rest.
fn addition(distribution: &Distribution, candidate: &Candidate) -> Option<Fix> {
    let name = candidate.name.as_ref()?;
    if !name
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "-_.".contains(char))
        || name.is_empty()
    {
        return None;
    }
    let object = format!("{}:{}", candidate.module, candidate.class);
    let own = |text: &&Rc<Text>| text.path == "setup.py" && text.content.contains("entry_points");
    if distribution.sources.iter().any(|text| own(&text)) {
        // What a script says holds against every file.
        return None;
    }
    let source = |path: &str| distribution.sources.iter().find(|source| source.path == path);
    let told = format!("declared the entry point `{name} = {object}`");
    let pyproject = source("pyproject.toml");
    let table = pyproject.and_then(|text| text.content.parse::<toml::Table>().ok());
    let has = |path: &[&str]| {
        path.iter()
            .try_fold(table.as_ref()?, |table, key| table.get(*key)?.as_table())
            .map(|_| ())
    };
    let key = if name.contains('.') {
        format!("\"{name}\"")
    } else {
        name.clone()
    };
    let in_toml = |header: &str| format!("[{header}.\"{GROUP}\"]\n{key} = \"{object}\"\n");
    match (pyproject, source("setup.cfg")) {
        (Some(text), _) if has(&["project"]).is_some() => {
            let is_inline = text.content.contains("entry-points =") || text.content.contains("entry-points=");
            let is_dynamic = distribution.computes("entry_points");
            (!is_inline && !is_dynamic).then(|| appended(text, &in_toml("project.entry-points"), told))
        }
        (Some(text), _) if has(&["tool", "poetry"]).is_some() && distribution.backend == Backend::Poetry => {
            Some(appended(text, &in_toml("tool.poetry.plugins"), told))
        }
        (_, Some(text)) if distribution.backend == Backend::Setuptools => {
            let ini = crate::extension::distribution::ini::Ini::parse(text);
            let lines = format!("{GROUP} =\n    {name} = {object}\n");
            match ini
                .sections
                .iter()
                .find(|(section, _)| section == "options.entry_points")
            {
                Some((_, end)) => {
                    let is_whole_line = text.content[..*end].ends_with('\n');
                    is_whole_line
                        .then(|| Fix::replace(&Place::top(text), *end..*end, with_newlines(text, &lines), told))
                }
                None => Some(appended(text, &format!("[options.entry_points]\n{lines}"), told)),
            }
        }
        _ => None,
    }
}

/// A paragraph at the end of a file.
fn appended(text: &Rc<Text>, lines: &str, told: String) -> Fix {
    let end = text.content.len();
    let gap = match text.content.as_str() {
        content if content.ends_with('\n') || content.is_empty() => "\n",
        _ => "\n\n",
    };
    Fix::replace(
        &Place::top(text),
        end..end,
        with_newlines(text, &format!("{gap}{lines}")),
        told,
    )
}

fn with_newlines(text: &Text, lines: &str) -> String {
    match text.content.contains("\r\n") {
        true => lines.replace('\n', "\r\n"),
        false => lines.to_string(),
    }
}

/// Plux meets a class again that a package re-exports, and stops.
fn reexported(subject: &Subject<'_>, source: &Rc<Source>, class: &str, findings: &mut Vec<Finding>) {
    if !subject.is_project || !subject.distribution.is_built_with_plux() {
        return;
    }
    let mut package = source.dotted.as_str();
    while let Some((above, _)) = package.rsplit_once('.') {
        package = above;
        let Found::File(file) = subject.packaged.module(subject.root, package) else {
            continue;
        };
        let Loaded::Module(init) = subject.code.load(&file, package) else {
            continue;
        };
        let imports = init.module.imports.iter();
        let names = init.module.names.iter();
        let is_it = |item: &Item| matches!(item, Item::Import(import) if import.name.as_deref() == Some(class));
        if !names.into_iter().any(|(_, item)| is_it(item)) {
            continue;
        }
        let ends = source.dotted.rsplit('.').next().unwrap_or_default();
        let import = imports.into_iter().find(|(import, _)| import.module.ends_with(ends));
        findings.extend(import.map(|(_, at)| {
            Finding::warning(
                Code::Reexported,
                format!(
                    "`{class}` is imported here too: `python -m plux entrypoints` stops at a \"Duplicate entry point\""
                ),
            )
            .at(at)
            .hint("remove the import, or take `plux` out of `requires` of [build-system]: the entry point is declared")
        }));
    }
}

/// Parts of LocalStack that only those have who pay for it.
fn imports(subject: &Subject<'_>, module: &str, findings: &mut Vec<Finding>) {
    let (Found::File(file) | Found::NotPackaged(file)) = subject.packaged.module(subject.root, module) else {
        return;
    };
    let Loaded::Module(source) = subject.code.load(&file, module) else {
        return;
    };
    let is_licensed = |module: &str| {
        ["localstack.pro", "localstack_ext"]
            .iter()
            .any(|top| module == *top || module.strip_prefix(top).is_some_and(|rest| rest.starts_with('.')))
    };
    for (import, at) in &source.module.imports {
        if import.level == 0 && is_licensed(&import.module) {
            findings.push(
                Finding::note(
                    Code::LicensedImport,
                    format!("`{}` is part of the licensed LocalStack only", import.module),
                )
                .at(at)
                .hint("it loads there, and in no localstack-core of PyPI: `dev run` cannot load it"),
            );
        }
    }
}
