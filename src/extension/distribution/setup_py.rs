//! A simple `setup.py`: the literals in its call of `setup`. Whatever is computed is told as such.

use std::rc::Rc;

use super::ini::Ini;
use super::setup_cfg::split;
use super::{BUILT_MODULES, Distribution, EntryPoint, Licence, LicenceForm, Rule};
use crate::extension::python::{Item, Literal, Module, Value, parse};
use crate::extension::text::{Declared, Place, Text};

pub(super) fn read(text: &Rc<Text>) -> Distribution {
    let mut found = Distribution::default();
    let module = match parse(text) {
        Ok(module) => module,
        Err(fault) => {
            found.problems.push(*fault);
            return found;
        }
    };
    let is_setup = |value: &&Value| matches!(&value.literal, Literal::Call { function, .. } if function == "setup" || function.ends_with(".setup"));
    let mut calls = module.calls.iter().filter(is_setup);
    let script = Script { module: &module };
    match (calls.next(), calls.next()) {
        (Some(call), None) => script.call(call, &mut found),
        // It is called in another way, or not at all.
        _ => {
            for field in ["name", "entry_points", "packages", "install_requires"] {
                found.computed.push(Declared::new(field, text, 0..0));
            }
            found.layout.rule = Rule::Unknown;
        }
    }
    found
}

struct Script<'a> {
    module: &'a Module,
}

impl Script<'_> {
    fn call(&self, call: &Value, found: &mut Distribution) {
        let Literal::Call { keywords, is_open, .. } = &call.literal else {
            return;
        };
        let own = |(key, _): &(String, Value)| matches!(key.as_str(), "distclass" | "pbr");
        if *is_open || keywords.iter().any(own) {
            for field in ["name", "entry_points", "packages", "install_requires"] {
                found.computed.push(self.declared(field, call));
            }
        }
        for (key, value) in keywords {
            let value = self.known(value);
            if self.keyword(key, value, found).is_none() {
                found.computed.push(self.declared(key, value));
            }
        }
        let layout = ["packages", "py_modules", "package_dir"];
        if layout.iter().any(|field| found.computes(field)) {
            found.layout.rule = Rule::Unknown;
        }
    }

    /// What a name stands for, where the script says it once.
    fn known<'v>(&'v self, value: &'v Value) -> &'v Value {
        match &value.literal {
            Literal::Name(name) => match self.module.names.get(name) {
                Some(Item::Value(known)) if !self.module.is_dynamic && !self.may_grow(name, known) => known,
                _ => value,
            },
            _ => value,
        }
    }

    /// A list or a dictionary that stands in more places than the one where it is made and the one that asks.
    fn may_grow(&self, name: &str, value: &Value) -> bool {
        matches!(value.literal, Literal::List(_) | Literal::Dict(_)) && self.module.loose.count(name) > 2
    }

    fn declared(&self, text: impl Into<String>, value: &Value) -> Declared {
        Declared::new(text, &self.module.text, value.range.clone())
    }

    fn text(&self, value: &Value) -> Option<Declared> {
        let value = self.known(value);
        Some(self.declared(value.text()?, value))
    }

    fn texts(&self, value: &Value) -> Option<Vec<Declared>> {
        match &self.known(value).literal {
            Literal::List(values) => values.iter().map(|value| self.text(value)).collect(),
            _ => None,
        }
    }

    fn strings(&self, value: &Value) -> Option<Vec<String>> {
        Some(self.texts(value)?.into_iter().map(|declared| declared.value).collect())
    }

    /// Nothing where the value is computed.
    fn keyword(&self, key: &str, value: &Value, found: &mut Distribution) -> Option<()> {
        match key {
            "name" => found.name = Some(self.text(value)?),
            "version" => found.version = Some(self.text(value)?),
            "description" => found.summary = self.text(value),
            "python_requires" => found.requires_python = Some(self.text(value)?),
            "install_requires" => found.dependencies = self.texts(value)?,
            "setup_requires" => found.build_requires = self.texts(value)?,
            "classifiers" => found.classifiers = self.texts(value)?,
            "url" => found.urls.push(("homepage".into(), self.text(value)?.value)),
            "license" | "license_expression" => {
                let declared = self.text(value)?;
                let form = if key == "license" {
                    LicenceForm::Text
                } else {
                    LicenceForm::Expression
                };
                found.licence = Some(Licence {
                    form,
                    value: declared.value,
                    at: declared.at,
                });
            }
            "extras_require" => {
                for (extra, values) in self.pairs(value)? {
                    let extra = extra.text()?.to_string();
                    found
                        .extras
                        .extend(self.texts(values)?.into_iter().map(|value| (extra.clone(), value)));
                }
            }
            "entry_points" => found.entry_points = self.entry_points(value)?,
            "packages" => {
                found.layout.rule = self.packages(value)?;
                found.layout.at = Some(Place::new(&self.module.text, value.range.clone()));
            }
            "py_modules" => {
                found.layout.modules = self.strings(value)?;
                if found.layout.rule == Rule::Automatic {
                    found.layout.rule = Rule::Listed(Vec::new());
                }
            }
            "package_dir" => {
                for (package, folder) in self.pairs(value)? {
                    let pair = (package.text()?.to_string(), folder.text()?.to_string());
                    found.layout.folders.push(pair);
                }
            }
            "package_data" => {
                for (package, patterns) in self.pairs(value)? {
                    found
                        .layout
                        .data
                        .push((package.text()?.to_string(), self.strings(patterns)?));
                }
            }
            // They may make modules that are in no file yet.
            "cmdclass" | "ext_modules" => found.computed.push(self.declared(BUILT_MODULES, value)),
            // Anything else changes nothing here, or it is told where it is asked for.
            _ => {}
        }
        Some(())
    }

    fn pairs<'v>(&'v self, value: &'v Value) -> Option<&'v [(Value, Value)]> {
        match &self.known(value).literal {
            Literal::Dict(pairs) => Some(pairs),
            _ => None,
        }
    }

    fn entry_points(&self, value: &Value) -> Option<Vec<EntryPoint>> {
        if let Some(declared) = self.text(value) {
            return Some(self.lines_of(&declared));
        }
        let mut found = Vec::new();
        for (group, lines) in self.pairs(value)? {
            let group = self.text(group)?;
            let lines = match self.text(lines) {
                Some(line) => vec![line],
                None => self.texts(lines)?,
            };
            for line in &lines {
                let inner = line.raw().unwrap_or(line.at.range.clone());
                let line = Declared::new(&line.value, &line.at.text, inner);
                found.push(split(&group, &line));
            }
        }
        Some(found)
    }

    /// Entry points as one text in the form of `entry_points.txt`; all are told at its beginning.
    fn lines_of(&self, declared: &Declared) -> Vec<EntryPoint> {
        let text = Rc::new(Text {
            path: String::new(),
            content: declared.value.clone(),
        });
        let here = |value: &str| Declared::new(value, &declared.at.text, declared.at.range.clone());
        let ini = Ini::parse(&text);
        let entries = ini.entries.iter().map(|entry| EntryPoint {
            group: here(&entry.section),
            name: here(&entry.key),
            object: here(&entry.joined().value),
        });
        entries.collect()
    }

    fn packages(&self, value: &Value) -> Option<Rule> {
        let Literal::Call {
            function,
            arguments,
            keywords,
            is_open: false,
        } = &value.literal
        else {
            return self.strings(value).map(Rule::Listed);
        };
        let name = function.rsplit('.').next().unwrap_or_default();
        let namespaces = match name {
            "find_packages" => false,
            "find_namespace_packages" => true,
            _ => return None,
        };
        let mut found = [vec![".".to_string()], vec!["*".to_string()], Vec::new()];
        let positions = ["where", "exclude", "include"];
        let positional = positions.iter().copied().zip(arguments);
        let named = keywords.iter().map(|(key, value)| (key.as_str(), value));
        for (key, value) in positional.chain(named) {
            let slot = match key {
                "where" => 0,
                "include" => 1,
                "exclude" => 2,
                _ => return None,
            };
            found[slot] = match self.text(value) {
                Some(text) => vec![text.value],
                None => self.strings(value)?,
            };
        }
        let [folders, include, exclude] = found;
        Some(Rule::Find {
            folders,
            include,
            exclude,
            namespaces,
        })
    }
}
