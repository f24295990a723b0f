//! `setup.cfg`, which setuptools reads.

use std::rc::Rc;

use super::ini::{Entry, Ini};
use super::{Distribution, EntryPoint, Layout, Licence, LicenceForm, Rule};
use crate::extension::finding::{Code, Finding};
use crate::extension::text::{Declared, Text};

pub(super) fn read(text: &Rc<Text>) -> Distribution {
    let ini = Ini::parse(text);
    let mut found = Distribution::default();
    for (place, why) in &ini.faults {
        found.problems.push(
            Finding::error(Code::Unreadable, format!("this is not what configparser reads: {why}"))
                .at(place)
                .hint("the build stops here; write `[section]` and `key = value` once each, and indent what goes on"),
        );
    }
    let cfg = Cfg { ini };
    found.name = cfg.plain("metadata", "name");
    found.version = cfg.plain("metadata", "version");
    found.summary = cfg.plain("metadata", "description");
    for field in ["name", "version"] {
        if cfg.joined("metadata", field).is_some() && cfg.plain("metadata", field).is_none() {
            found
                .computed
                .extend(cfg.joined("metadata", field).map(|declared| Declared {
                    value: field.into(),
                    ..declared
                }));
        }
    }
    cfg.addresses(&mut found);
    found.requires_python = cfg.joined("options", "python_requires");
    found.dependencies = cfg.list("options", "install_requires");
    found.build_requires = cfg.list("options", "setup_requires");
    found.classifiers = cfg.list("metadata", "classifiers");
    found.licence = cfg.licence();
    for entry in cfg.ini.section("options.extras_require") {
        let values = entry.lines.iter().cloned();
        found.extras.extend(values.map(|value| (entry.key.clone(), value)));
    }
    for entry in cfg.ini.section("options.entry_points") {
        entry_points(entry, &mut found);
    }
    if let Some(file) = cfg.joined("options", "entry_points") {
        found.computed.push(Declared {
            value: "entry_points".into(),
            ..file
        });
    }
    found.layout = cfg.layout();
    found
}

/// The lines of a group.
fn entry_points(group: &Entry, found: &mut Distribution) {
    let name = Declared::new(&group.key, &group.at.text, group.at.range.clone());
    for line in &group.lines {
        found.entry_points.push(split(&name, line));
    }
}

/// `name = object`; a line without `=` is an entry point without an object.
pub(super) fn split(group: &Declared, line: &Declared) -> EntryPoint {
    let text = &line.at.text;
    let start = line.at.range.start;
    let (name, object) = line.value.split_once('=').unwrap_or((&line.value, ""));
    let object_start = start + line.value.len() - object.trim_start().len();
    let (name, object) = (name.trim(), object.trim());
    EntryPoint {
        group: group.clone(),
        name: Declared::new(name, text, start..start + name.len()),
        object: Declared::new(object, text, object_start..object_start + object.len()),
    }
}

struct Cfg {
    ini: Ini,
}

impl Cfg {
    /// setuptools reads `-` in a key as `_`.
    fn entry(&self, section: &str, key: &str) -> Option<&Entry> {
        self.ini
            .section(section)
            .find(|entry| entry.key.replace('-', "_") == key)
    }

    fn joined(&self, section: &str, key: &str) -> Option<Declared> {
        let entry = self.entry(section, key)?;
        (!entry.lines.is_empty()).then(|| entry.joined())
    }

    /// What is written there itself, not in a file or a module.
    fn plain(&self, section: &str, key: &str) -> Option<Declared> {
        let is_plain = |value: &Declared| !value.value.starts_with("attr:") && !value.value.starts_with("file:");
        self.joined(section, key).filter(is_plain)
    }

    /// A list stands in lines, or in one with commas.
    fn list(&self, section: &str, key: &str) -> Vec<Declared> {
        let Some(entry) = self.entry(section, key) else {
            return Vec::new();
        };
        match &entry.lines[..] {
            [one] if key == "classifiers" && one.value.starts_with("file:") => Vec::new(),
            [one] if section == "options.packages.find" || key == "packages" || key == "py_modules" => {
                let mut start = one.at.range.start;
                let mut parts = Vec::new();
                for part in one.value.split(',') {
                    let at = start + part.len() - part.trim_start().len();
                    let value = part.trim();
                    parts.push(Declared::new(value, &one.at.text, at..at + value.len()));
                    start += part.len() + 1;
                }
                parts
            }
            lines => lines.to_vec(),
        }
    }

    fn values(&self, section: &str, key: &str) -> Vec<String> {
        self.list(section, key)
            .into_iter()
            .map(|declared| declared.value)
            .collect()
    }

    fn addresses(&self, found: &mut Distribution) {
        for line in self.list("metadata", "project_urls") {
            found.urls.extend(
                line.value
                    .split_once('=')
                    .map(|(label, url)| (label.to_string(), url.to_string())),
            );
        }
        for key in ["url", "home_page"] {
            found.urls.extend(
                self.joined("metadata", key)
                    .map(|url| ("homepage".to_string(), url.value)),
            );
        }
    }

    fn licence(&self) -> Option<Licence> {
        let expression = self
            .joined("metadata", "license_expression")
            .map(|value| (LicenceForm::Expression, value));
        let (form, declared) = expression.or_else(|| Some((LicenceForm::Text, self.joined("metadata", "license")?)))?;
        Some(Licence {
            form,
            value: declared.value,
            at: declared.at,
        })
    }

    fn layout(&self) -> Layout {
        let packages = self.entry("options", "packages");
        let rule = match packages.map(|entry| entry.joined().value.trim().to_string()).as_deref() {
            None | Some("") => Rule::Automatic,
            Some(find @ ("find:" | "find_namespace:")) => self.find(find == "find_namespace:"),
            Some(_) => Rule::Listed(self.values("options", "packages")),
        };
        let modules = self.values("options", "py_modules");
        let rule = if rule == Rule::Automatic && !modules.is_empty() {
            Rule::Listed(Vec::new())
        } else {
            rule
        };
        let place = packages.or_else(|| self.entry("options", "py_modules"));
        Layout {
            rule,
            at: place.map(|entry| entry.at.clone()),
            modules,
            folders: self.folders(),
            data: self.data(),
        }
    }

    fn find(&self, namespaces: bool) -> Rule {
        let list = |key: &str, default: &str| {
            let values = self.values("options.packages.find", key);
            if values.is_empty() && !default.is_empty() {
                vec![default.to_string()]
            } else {
                values
            }
        };
        Rule::Find {
            folders: list("where", "."),
            include: list("include", "*"),
            exclude: list("exclude", ""),
            namespaces,
        }
    }

    fn folders(&self) -> Vec<(String, String)> {
        let lines = self.list("options", "package_dir");
        let pairs = lines.iter().flat_map(|line| line.value.split(','));
        let pair = |pair: &str| {
            let (package, folder) = pair.split_once('=')?;
            Some((package.trim().to_string(), folder.trim().to_string()))
        };
        pairs.filter_map(pair).collect()
    }

    fn data(&self) -> Vec<(String, Vec<String>)> {
        let entries = self.ini.section("options.package_data");
        let values = |entry: &Entry| entry.lines.iter().map(|line| line.value.clone()).collect();
        entries.map(|entry| (entry.key.clone(), values(entry))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(content: &str) -> Distribution {
        read(&Rc::new(Text {
            path: "setup.cfg".into(),
            content: content.into(),
        }))
    }

    #[test]
    fn entry_points_have_their_places() {
        let found = parsed(
            "[metadata]\nversion = attr: x.y\n[options.entry_points]\nlocalstack.extensions =\n    a =  b:C\n    broken\n",
        );
        let [first, second] = &found.entry_points[..] else {
            panic!()
        };
        assert_eq!(
            (first.object.at.line(), first.object.at.column(), first.parts()),
            (5, 10, Some(("b", "C")))
        );
        assert_eq!((second.name.value.as_str(), second.parts()), ("broken", None));
        assert!(found.computes("version") && found.version.is_none());
    }

    #[test]
    fn packages_are_found_or_listed() {
        let rule = |options: &str| parsed(&format!("[options]\n{options}")).layout.rule;
        assert_eq!(
            rule("packages = a, b.c\n"),
            Rule::Listed(vec!["a".into(), "b.c".into()])
        );
        assert_eq!(rule("py_modules = a\n"), Rule::Listed(vec![]));
        assert_eq!(rule("zip_safe = no\n"), Rule::Automatic);
        let found = Rule::Find {
            folders: vec!["src".into()],
            include: vec!["*".into()],
            exclude: vec!["t*".into()],
            namespaces: false,
        };
        assert_eq!(
            rule("packages = find:\n[options.packages.find]\nwhere = src\nexclude =\n  t*\n"),
            found
        );
    }
}
