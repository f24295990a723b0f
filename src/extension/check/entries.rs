//! Entry points: whether they are in the right group, well formed, and lead to something that is there.

use std::rc::Rc;

use strsim::osa_distance;

use super::packaging::brings_data;
use super::{Extension, Subject};
use crate::extension::code::{Loaded, Meant, Source};
use crate::extension::distribution::{BUILT_MODULES, Backend, EntryPoint, GROUP, Rule};
use crate::extension::finding::{Code, Finding, Fix};
use crate::extension::packages::{Found, Packaged};
use crate::extension::python::{Item, Literal, Value};
use crate::extension::text::{Declared, Place};
use crate::failure::did_you_mean;
use crate::limits::MOST_EXTENSIONS;

/// An entry point of the right group, and what it leads to.
pub(super) struct Entry<'a> {
    pub(super) declared: &'a EntryPoint,
    pub(super) object: String,
    pub(super) meant: Meant,
    /// As its class or its `PluginSpec` says.
    pub(super) name: Option<String>,
}

impl Entry<'_> {
    pub(super) fn told(self) -> Extension {
        let place = match &self.meant {
            Meant::Class(source, name) => match source.module.names.get(name) {
                Some(Item::Class(class)) => Some(class.at.clone()),
                _ => None,
            },
            Meant::Function(source, name) => match source.module.names.get(name) {
                Some(Item::Function(function)) => Some(function.at.clone()),
                _ => None,
            },
            _ => None,
        };
        Extension {
            name: self.name,
            entry_point: self.declared.name.value.clone(),
            object: self.declared.object.value.clone(),
            line: place.as_ref().map(Place::line),
            file: place.map(|place| place.text.path.clone()),
        }
    }

    /// Where the class is defined.
    pub(super) fn class(&self) -> Option<(&Rc<Source>, &str)> {
        match &self.meant {
            Meant::Class(source, name) => Some((source, name)),
            _ => None,
        }
    }
}

pub(super) fn check<'a>(subject: &Subject<'a>, findings: &mut Vec<Finding>) -> Vec<Entry<'a>> {
    wrong_groups(subject, findings);
    let mut entries = Vec::new();
    for declared in subject.distribution.extensions().take(MOST_EXTENSIONS) {
        let Some((module, object)) = declared.parts() else {
            findings.push(malformed(declared));
            continue;
        };
        let meant = meant(subject, declared, module, object, findings);
        entries.push(Entry {
            declared,
            object: object.to_string(),
            meant,
            name: None,
        });
    }
    entries
}

/// Groups that look like a slip of the pen.
fn wrong_groups(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut told: Vec<&Declared> = Vec::new();
    for entry in &subject.distribution.entry_points {
        let group = &entry.group;
        let plain = group.value.to_lowercase().replace(['-', '_'], ".");
        if group.value == GROUP || osa_distance(&plain, GROUP) > 3 || told.contains(&group) {
            continue;
        }
        told.push(group);
        let is_there = subject.distribution.extensions().next().is_some();
        let message = format!("LocalStack looks in the group `{GROUP}`, not in `{}`", group.value);
        let finding = match is_there {
            // Somebody else may look there.
            true => Finding::warning(Code::WrongGroup, message),
            false => {
                let fix = renamed(group).filter(|_| subject.is_project);
                Finding::error(Code::WrongGroup, message).fix(fix)
            }
        };
        findings.push(finding.at(&group.at).hint(format!("rename the group to `{GROUP}`")));
    }
}

/// The group with its right name, which a TOML key has to quote.
fn renamed(group: &Declared) -> Option<Fix> {
    let range = group.raw()?;
    let is_bare = group.at.text.path == "pyproject.toml" && range == group.at.range;
    let name = if is_bare {
        format!("\"{GROUP}\"")
    } else {
        GROUP.to_string()
    };
    let told = format!("renamed the group `{}` to `{GROUP}`", group.value);
    Some(Fix::replace(&group.at, range, name, told))
}

fn malformed(entry: &EntryPoint) -> Finding {
    let value = &entry.object.value;
    let (message, hint) = match value.as_str() {
        "" => (
            format!("the entry point `{}` names no object", entry.name.value),
            "write it as `name = package.module:Class`".to_string(),
        ),
        value => (
            format!("the entry point leads to `{value}`, which is not `module:Class`"),
            match value.rsplit_once('.').filter(|_| !value.contains(':')) {
                Some((module, class)) => format!("write `{module}:{class}`"),
                None => "write it as `package.module:Class`".to_string(),
            },
        ),
    };
    let place = if value.is_empty() {
        &entry.name.at
    } else {
        &entry.object.at
    };
    Finding::error(Code::BadEntryPoint, message).at(place).hint(hint)
}

fn meant(subject: &Subject<'_>, entry: &EntryPoint, module: &str, object: &str, findings: &mut Vec<Finding>) -> Meant {
    let at = &entry.object.at;
    let file = match subject.packaged.module(subject.root, module) {
        Found::File(file) => file,
        // It may come as a file beside the code.
        Found::NotPackaged(file) if is_below_a_package(subject, module) && brings_data(subject) => file,
        Found::NotPackaged(file) => {
            findings.push(not_packaged(subject, entry, module, &file));
            file
        }
        Found::Missing if subject.distribution.computes(BUILT_MODULES) => return Meant::Unknown,
        Found::Missing => {
            let similar = subject.packaged.files(subject.root);
            let similar = did_you_mean(module, similar.iter().map(|(_, module)| module.as_str()));
            let hint = match similar {
                Some(similar) => format!("`{similar}` is there; correct the entry point"),
                None => "correct the module in the entry point, or add the file".to_string(),
            };
            findings.push(
                Finding::error(
                    Code::ModuleMissing,
                    format!("the entry point names the module `{module}`, which is not there"),
                )
                .at(at)
                .hint(hint),
            );
            return Meant::Unknown;
        }
        Found::Unknown => return Meant::Unknown,
    };
    findings.extend(broken_above(subject, module));
    let source = match subject.code.load(&file, module) {
        Loaded::Module(source) => source,
        Loaded::Broken(fault) => {
            findings.push((*fault).clone());
            return Meant::Unknown;
        }
        Loaded::Unreadable(why) => {
            findings.push(
                Finding::note(Code::Computed, format!("is not looked into: {why}"))
                    .in_file(&file)
                    .hint("what is said here is without this file"),
            );
            return Meant::Unknown;
        }
    };
    let meant = subject.code.meant(&source, object);
    match &meant {
        Meant::Missing => {
            let names = source.module.names.iter();
            let classes = names
                .filter(|(_, item)| matches!(item, Item::Class(_)))
                .map(|(name, _)| name.as_str());
            let classes: Vec<&str> = classes.collect();
            let hint = match (did_you_mean(object, classes.iter().copied()), &classes[..]) {
                (Some(similar), _) | (None, &[similar]) => format!("`{similar}` is there; correct the entry point"),
                _ => format!("write the class in {file}, or name one that is there"),
            };
            findings.push(
                Finding::error(
                    Code::ObjectMissing,
                    format!("the entry point names the class `{object}`, which {file} does not have"),
                )
                .at(at)
                .hint(hint),
            );
        }
        Meant::Module => findings.push(not_a_plugin(entry, object, "a module")),
        Meant::Value(_, value) => findings.extend(no_spec(value).map(|what| not_a_plugin(entry, object, what))),
        Meant::Function(source, name) => {
            if let Some(Item::Function(function)) = source.module.names.get(name)
                && function.decorators.is_empty()
                && !source.module.loose.sets("__pluginspec__")
            {
                findings.push(not_a_plugin(entry, object, "a function without `@plugin`"));
            }
        }
        _ => {}
    }
    meant
}

/// What keeps a package from being imported that the module is in.
fn broken_above(subject: &Subject<'_>, module: &str) -> Vec<Finding> {
    let packages = module.match_indices('.').map(|(end, _)| &module[..end]);
    let broken = packages.filter_map(|package| match subject.packaged.module(subject.root, package) {
        Found::File(file) => match subject.code.load(&file, package) {
            Loaded::Broken(fault) => Some((*fault).clone()),
            _ => None,
        },
        _ => None,
    });
    broken.collect()
}

fn is_below_a_package(subject: &Subject<'_>, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    module != top && subject.packaged.tops().contains(&top)
}

/// Why a value is no `PluginSpec`.
fn no_spec(value: &Value) -> Option<&'static str> {
    match value.literal {
        Literal::Text(_) => Some("a text"),
        Literal::List(_) | Literal::Dict(_) => Some("a collection"),
        Literal::Plain | Literal::Bool(_) | Literal::None => Some("a plain value"),
        Literal::Call { .. } | Literal::Name(_) | Literal::Computed => None,
    }
}

pub(super) fn not_a_plugin(entry: &EntryPoint, object: &str, what: &str) -> Finding {
    Finding::error(
        Code::NotAPlugin,
        format!("the entry point leads to `{object}`, which is {what}"),
    )
    .at(&entry.object.at)
    .hint("derive a class from `localstack.extensions.api.Extension`, and name that")
}

fn not_packaged(subject: &Subject<'_>, entry: &EntryPoint, module: &str, file: &str) -> Finding {
    let package = module.rsplit_once('.').map_or(module, |(package, _)| package);
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let lacks_init = module.contains('.') && !subject.root.has(&format!("{folder}/__init__.py"));
    let layout = &subject.distribution.layout;
    let hint = match &layout.rule {
        Rule::Find { namespaces: false, .. } if lacks_init => format!("add {folder}/__init__.py"),
        Rule::Find { .. } => format!("let `include` and `exclude` of the package discovery keep `{package}`"),
        Rule::Listed(_) if module.contains('.') => format!("add `{package}` to the packages"),
        Rule::Listed(_) => format!("add `{module}` to the modules (`py-modules`)"),
        _ => match (&subject.distribution.backend, subject.packaged) {
            (Backend::Setuptools, Packaged::Known { .. }) if subject.root.folders.contains("src") => {
                format!(
                    "setuptools takes only what is in src/: move `{package}` there, or say which packages there are"
                )
            }
            _ => format!("say that the distribution has the package `{package}`"),
        },
    };
    let message = format!("the module `{module}` is in {file}, and the distribution is built without it");
    Finding::error(Code::ModuleNotPackaged, message)
        .at(layout.at.as_ref().unwrap_or(&entry.object.at))
        .hint(hint)
}
