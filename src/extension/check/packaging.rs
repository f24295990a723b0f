//! What goes into the distribution, and what it is called there.

use super::Subject;
use super::entries::Entry;
use crate::extension::code::{Ancestor, Foreign};
use crate::extension::distribution::{Backend, Requirement};
use crate::extension::finding::{Code, Finding};
use crate::extension::packages::Packaged;
use crate::extension::text::Place;
use crate::scaffold::naming::owner_of;

/// Names at the top that other distributions have as well, or will have.
#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "api", "app", "backend", "client", "common", "config", "core", "docs", "examples", "extension", "extensions",
    "frontend", "handler", "handlers", "helpers", "lib", "main", "models", "plugin", "plugins", "scripts", "server",
    "src", "test", "tests", "tools", "util", "utils",
];

pub(super) fn check(subject: &Subject<'_>, entries: &[Entry<'_>], findings: &mut Vec<Finding>) {
    findings.extend(several(subject));
    let tops = tops_of(entries);
    for (top, entry) in &tops {
        findings.extend(shadows(top, entry).filter(|_| !is_beside_localstack(entry)));
    }
    for top in subject.packaged.tops() {
        let place = tops
            .iter()
            .find(|(name, _)| name == top)
            .map(|(_, entry)| &entry.declared.object.at);
        findings.extend(generic(subject, top, place));
    }
    if matches!(subject.packaged, Packaged::Unknown | Packaged::Several(_)) {
        for (top, entry) in &tops {
            findings.extend(generic(subject, top, Some(&entry.declared.object.at)));
        }
    }
    for entry in entries {
        findings.extend(data(subject, entry));
    }
}

/// The top of each module that an entry point names, once.
fn tops_of<'a>(entries: &'a [Entry<'a>]) -> Vec<(String, &'a Entry<'a>)> {
    let mut tops: Vec<(String, &Entry<'_>)> = Vec::new();
    for entry in entries {
        let module = entry.declared.parts().map_or("", |(module, _)| module);
        let top = module.split('.').next().unwrap_or_default().to_string();
        if !tops.iter().any(|(known, _)| *known == top) {
            tops.push((top, entry));
        }
    }
    tops
}

fn several(subject: &Subject<'_>) -> Option<Finding> {
    let Packaged::Several(tops) = subject.packaged else {
        return None;
    };
    let named: Vec<String> = tops.iter().map(|top| format!("`{top}`")).collect();
    let message = format!(
        "setuptools finds {} beside each other, and builds nothing",
        named.join(", ")
    );
    let finding = Finding::error(Code::SeveralPackages, message);
    let finding = match subject.distribution.sources.first() {
        Some(source) => finding.at(&Place::top(source)),
        None => finding,
    };
    let is_in_toml = subject
        .distribution
        .sources
        .first()
        .is_some_and(|source| source.path == "pyproject.toml");
    let package = subject.distribution.extensions().find_map(|entry| {
        let (module, _) = entry.parts()?;
        module.split('.').next().map(str::to_string)
    });
    let package = package.or_else(|| tops.first().cloned()).unwrap_or_default();
    Some(finding.hint(match is_in_toml {
        true => format!("say which one is meant, in pyproject.toml: [tool.setuptools.packages.find] include = [\"{package}*\"]"),
        false => format!("say which one is meant, in setup.cfg: `packages = find:`, and `include = {package}*` below [options.packages.find]"),
    }))
}

/// What a package `localstack` has, which is one without `__init__.py`: another distribution may add to it.
#[rustfmt::skip]
const LOCALSTACK: &[&str] = &[
    "aws", "cli", "config", "constants", "deprecations", "dev", "dns", "extensions", "http", "logging", "packages",
    "plugins", "pro", "runtime", "services", "state", "testing", "utils", "version",
];

/// A module such as `localstack.billing_mock`, which nobody else has.
fn is_beside_localstack(entry: &Entry<'_>) -> bool {
    let module = entry.declared.parts().map_or("", |(module, _)| module);
    let mut parts = module.split('.');
    parts.next() == Some("localstack") && parts.next().is_some_and(|part| !LOCALSTACK.contains(&part))
}

fn shadows(top: &str, entry: &Entry<'_>) -> Option<Finding> {
    let owner = owner_of(top)?;
    Some(
        Finding::error(
            Code::Shadows,
            format!("`{top}` is a module of {owner}: LocalStack imports that one"),
        )
        .at(&entry.declared.object.at)
        .hint(format!("rename the package, to `localstack_{top}` say")),
    )
}

fn generic(subject: &Subject<'_>, top: &str, place: Option<&Place>) -> Option<Finding> {
    if !GENERIC.contains(&top) {
        return None;
    }
    let message =
        format!("the distribution brings a module `{top}` at the top, as others do: only one of them is imported");
    let name = subject
        .distribution
        .name
        .as_ref()
        .map_or(String::new(), |name| crate::scaffold::naming::module(&name.value));
    let hint = match place {
        Some(_) if !name.is_empty() => format!("put it into a package of its own, `{name}` say"),
        Some(_) => "put it into a package of its own".to_string(),
        None => format!("leave `{top}` out of the packages, or put it into the extension's own one"),
    };
    let finding = Finding::warning(Code::GenericModule, message).hint(hint);
    let place = place.or(subject.distribution.layout.at.as_ref());
    Some(match place {
        Some(place) => finding.at(place),
        None => finding.in_file(match subject.root.folders.contains(top) {
            true => top.to_string(),
            false => format!("{top}.py"),
        }),
    })
}

/// Static files and templates of a web page that stay behind.
fn data(subject: &Subject<'_>, entry: &Entry<'_>) -> Option<Finding> {
    let (source, class) = entry.class()?;
    let line = subject.code.line(source, class);
    let is_web = line.contains(&Ancestor::Foreign(Foreign::WebApp));
    let is_setuptools = subject.distribution.backend == Backend::Setuptools;
    if !is_web || !is_setuptools || !subject.is_project || brings_data(subject) {
        return None;
    }
    let file = &source.module.text.path;
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let missing = ["static", "templates"].into_iter().find(|name| {
        let folder = if folder.is_empty() {
            name.to_string()
        } else {
            format!("{folder}/{name}")
        };
        let mut files = subject.root.below(&folder);
        files.any(|file| !file.ends_with(".py"))
    })?;
    let package = source
        .dotted
        .rsplit_once('.')
        .map_or(&*source.dotted, |(package, _)| package);
    let is_toml = subject
        .distribution
        .sources
        .iter()
        .any(|source| source.path == "pyproject.toml" && source.content.contains("[project]"));
    let hint = match is_toml {
        true => format!("[tool.setuptools.package-data] \"{package}\" = [\"{missing}/**\"] in pyproject.toml"),
        false => format!("`{package} = {missing}/**` below [options.package_data] in setup.cfg"),
    };
    let class = line.first().and_then(Ancestor::class)?;
    Some(
        Finding::warning(
            Code::PackageData,
            format!(
                "`{}` serves {missing}/, whose files do not come with the distribution",
                class.name
            ),
        )
        .at(&class.at)
        .hint(hint),
    )
}

/// Whether anything is said of other files than code; it may be the right thing.
pub(super) fn brings_data(subject: &Subject<'_>) -> bool {
    let asks_git = |requirement: Requirement| {
        matches!(
            &*requirement.name,
            "setuptools-scm" | "setuptools-git" | "setuptools-svn"
        )
    };
    let requires = subject.distribution.build_requires.iter();
    !subject.distribution.layout.data.is_empty()
        || subject.root.has("MANIFEST.in")
        || requires
            .filter_map(|declared| Requirement::parse(&declared.value))
            .any(asks_git)
        || subject.distribution.computes("package_data")
}
