//! What the build backends are told about packages, each in its own way.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::{strings, table, text_of};
use crate::extension::distribution::{Layout, Rule};

/// Poetry's build script and hatchling's hooks, which may make modules or add some.
pub(super) fn builds_modules(tool: &DeTable<'_>) -> Option<Range<usize>> {
    let script = table(tool, "poetry").and_then(|poetry| poetry.get("build"));
    let build = table(tool, "hatch").and_then(|hatch| table(hatch, "build"));
    let hooks = build.and_then(|build| build.get("hooks"));
    let of_wheel = build.and_then(wheel).and_then(|wheel| wheel.get("hooks"));
    script.or(hooks).or(of_wheel).map(Spanned::span)
}

fn wheel<'a, 'd>(build: &'a DeTable<'d>) -> Option<&'a DeTable<'d>> {
    table(table(build, "targets")?, "wheel")
}

pub(super) fn unknown() -> Layout {
    Layout {
        rule: Rule::Unknown,
        ..Layout::default()
    }
}

pub(super) fn find(find: &DeTable<'_>) -> Rule {
    let list = |key: &str, default: &[&str]| {
        strings(find.get(key)).unwrap_or_else(|| default.iter().map(ToString::to_string).collect())
    };
    Rule::Find {
        folders: list("where", &["."]),
        include: list("include", &["*"]),
        exclude: list("exclude", &[]),
        namespaces: find
            .get("namespaces")
            .is_none_or(|value| value.get_ref().as_bool() != Some(false)),
    }
}

pub(super) fn named_module(own: &DeTable<'_>, key: &str) -> Option<Layout> {
    let name = own.get(key)?.get_ref().as_str()?.to_string();
    Some(Layout {
        rule: Rule::Taken(vec![(String::new(), name.clone()), ("src".into(), name)]),
        ..Layout::default()
    })
}

/// Anything but a plain list of packages is beyond this program.
pub(super) fn hatchling(build: &DeTable<'_>) -> Rule {
    let wheel = wheel(build);
    let is_plain = |table: &DeTable<'_>| {
        let told = [
            "include",
            "exclude",
            "only-include",
            "sources",
            "force-include",
            "only-packages",
            "ignore-vcs",
            "hooks",
        ];
        !told.iter().any(|key| table.contains_key(*key))
    };
    if !is_plain(build) || wheel.is_some_and(|wheel| !is_plain(wheel)) {
        return Rule::Unknown;
    }
    let packages = wheel
        .and_then(|wheel| wheel.get("packages"))
        .or_else(|| build.get("packages"));
    match packages {
        None => Rule::Automatic,
        Some(_) => strings(packages).map_or(Rule::Unknown, |packages| {
            Rule::Taken(packages.iter().map(|path| split(path.trim_end_matches('/'))).collect())
        }),
    }
}

/// The folder and what is taken of it.
fn split(path: &str) -> (String, String) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder.to_string(), name.to_string())
}

pub(super) fn poetry_packages(own: &DeTable<'_>) -> Rule {
    if own.contains_key("include") || own.contains_key("exclude") {
        return Rule::Unknown;
    }
    let Some(packages) = own.get("packages") else {
        return Rule::Automatic;
    };
    let taken = packages
        .get_ref()
        .as_array()
        .into_iter()
        .flat_map(|packages| packages.iter());
    let taken = taken.map(|package| {
        let package = package.get_ref().as_table()?;
        let include = package.get("include")?.get_ref().as_str()?;
        let folder = package.get("from").map(text_of).unwrap_or_default();
        let is_plain = !package.contains_key("to") && !include.contains(['*', '/']);
        is_plain.then(|| (folder, include.to_string()))
    });
    taken.collect::<Option<_>>().map_or(Rule::Unknown, Rule::Taken)
}

pub(super) fn uv(own: &DeTable<'_>) -> Rule {
    let told = ["namespace", "wheel-exclude", "data", "source-include"];
    let Some(name) = own.get("module-name") else {
        return if own.is_empty() { Rule::Automatic } else { Rule::Unknown };
    };
    let root = own.get("module-root").map_or("src".to_string(), text_of);
    match name.get_ref().as_str() {
        Some(name) if !told.iter().any(|key| own.contains_key(*key)) && !name.contains('.') => {
            Rule::Taken(vec![(root, name.to_string())])
        }
        _ => Rule::Unknown,
    }
}
