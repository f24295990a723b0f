//! `pyproject.toml`: the `[project]` table, Poetry's own, and what the build backends are told about packages.

use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{BUILT_MODULES, Backend, Distribution, EntryPoint, GROUP, Layout, Licence, LicenceForm, Rule};
use crate::extension::finding::{Code, Finding};
use crate::extension::text::{Declared, Place, Text};
use crate::limits::MOST_FAULTS;

mod layout;

use layout::{builds_modules, find, hatchling, named_module, poetry_packages, unknown, uv};

type Value<'a> = Spanned<DeValue<'a>>;

pub(super) fn read(text: &Rc<Text>) -> Distribution {
    let mut found = Distribution::default();
    if text.content.starts_with('\u{feff}') {
        found.problems.push(
            Finding::error(
                Code::Unreadable,
                "this begins with a byte order mark, which Python's TOML reader refuses",
            )
            .at(&Place::top(text))
            .hint("save it as UTF-8 without a byte order mark"),
        );
        return found;
    }
    let (document, errors) = DeTable::parse_recoverable(&text.content);
    for error in errors.into_iter().take(MOST_FAULTS) {
        let message = error.message().replace('\n', ", ");
        found.problems.push(
            Finding::error(Code::Unreadable, format!("this is not TOML: {message}"))
                .at(&Place::new(text, error.span().unwrap_or_default()))
                .hint("no installer reads it either; correct the syntax"),
        );
    }
    if !found.problems.is_empty() {
        return found;
    }
    let reader = Reader { text };
    let document = document.get_ref();
    if let Some(build) = table(document, "build-system") {
        found.build_requires = reader.texts(build.get("requires"));
        found.backend = backend(build);
    }
    if let Some(project) = table(document, "project") {
        reader.project(project, &mut found);
    }
    let tool = table(document, "tool");
    if let Some(poetry) = tool.and_then(|tool| table(tool, "poetry")) {
        reader.poetry(poetry, &mut found);
    }
    found.layout = reader.layout(tool, &found.backend);
    if let Some(at) = tool.and_then(builds_modules) {
        found.computed.push(Declared::new(BUILT_MODULES, text, at));
    }
    // Tables come sorted by their keys.
    found.entry_points.sort_by_key(|entry| entry.name.at.range.start);
    found
}

fn backend(build: &DeTable<'_>) -> Backend {
    match build.get("build-backend").and_then(|value| value.get_ref().as_str()) {
        None => Backend::Setuptools,
        // An own backend in the project may wrap any other.
        Some(_) if build.contains_key("backend-path") => Backend::Unknown("backend-path".into()),
        Some("setuptools.build_meta" | "setuptools.build_meta:__legacy__") => Backend::Setuptools,
        Some("hatchling.build" | "hatchling.ouroboros") => Backend::Hatchling,
        Some("poetry.core.masonry.api" | "poetry.masonry.api") => Backend::Poetry,
        Some("flit_core.buildapi" | "flit.buildapi") => Backend::Flit,
        Some("pdm.backend" | "pdm.pep517.api") => Backend::Pdm,
        Some("uv_build") => Backend::Uv,
        Some(other) => Backend::Unknown(other.to_string()),
    }
}

fn table<'a, 'd>(table: &'a DeTable<'d>, key: &str) -> Option<&'a DeTable<'d>> {
    table.get(key)?.get_ref().as_table()
}

fn text_of(value: &Value<'_>) -> String {
    value.get_ref().as_str().unwrap_or_default().to_string()
}

fn strings(value: Option<&Value<'_>>) -> Option<Vec<String>> {
    let values = value?.get_ref().as_array()?.iter();
    values
        .map(|value| value.get_ref().as_str().map(str::to_string))
        .collect()
}

struct Reader<'a> {
    text: &'a Rc<Text>,
}

impl Reader<'_> {
    fn declared(&self, value: &Value<'_>) -> Option<Declared> {
        let text = value.get_ref().as_str()?;
        Some(Declared::new(text, self.text, value.span()))
    }

    fn get(&self, table: &DeTable<'_>, key: &str) -> Option<Declared> {
        self.declared(table.get(key)?)
    }

    fn texts(&self, value: Option<&Value<'_>>) -> Vec<Declared> {
        let values = value.and_then(|value| value.get_ref().as_array());
        values
            .into_iter()
            .flat_map(|values| values.iter())
            .filter_map(|value| self.declared(value))
            .collect()
    }

    fn project(&self, project: &DeTable<'_>, found: &mut Distribution) {
        let dynamic = strings(project.get("dynamic")).unwrap_or_default();
        for field in &dynamic {
            let range = project.get("dynamic").map(Spanned::span).unwrap_or_default();
            found
                .computed
                .push(Declared::new(field.replace('-', "_"), self.text, range));
        }
        found.name = self.get(project, "name");
        found.version = self.get(project, "version");
        found.summary = self.get(project, "description");
        found.requires_python = self.get(project, "requires-python");
        found.dependencies = self.texts(project.get("dependencies"));
        found.classifiers = self.texts(project.get("classifiers"));
        for (extra, values) in table(project, "optional-dependencies").into_iter().flatten() {
            let extra = extra.get_ref().to_string();
            found
                .extras
                .extend(self.texts(Some(values)).into_iter().map(|value| (extra.clone(), value)));
        }
        for (group, entries) in table(project, "entry-points").into_iter().flatten() {
            let group = Declared::new(group.get_ref().to_string(), self.text, group.span());
            found.problems.extend(self.malformed(&group.value, entries));
            found.entry_points.extend(self.entries(&group, entries));
        }
        for (key, group) in [("scripts", "console_scripts"), ("gui-scripts", "gui_scripts")] {
            if let Some(scripts) = project.get(key) {
                let group = Declared::new(group, self.text, scripts.span());
                found.entry_points.extend(self.entries(&group, scripts));
            }
        }
        found.has_own_entry_points = !found.entry_points.is_empty();
        for (label, url) in table(project, "urls").into_iter().flatten() {
            found.urls.push((label.get_ref().to_string(), text_of(url)));
        }
        found.licence = project.get("license").and_then(|licence| self.licence(licence));
        found.dynamic = Some(dynamic);
    }

    /// What no backend takes for an entry point, because it is no text.
    fn malformed(&self, group: &str, entries: &Value<'_>) -> Option<Finding> {
        let mut entries = entries.get_ref().as_table()?.iter();
        let (name, _) = entries.find(|(_, object)| !object.get_ref().is_str())?;
        let at = Place::new(self.text, name.span());
        let name = name.get_ref();
        let dotted = format!("{group}.{name}");
        let hint = match dotted == GROUP {
            true => format!("quote the name of the group: \"{GROUP}\""),
            false => "write it as `name = \"package.module:Class\"`".to_string(),
        };
        let message = format!("the entry point `{name}` is no text: no build goes past it");
        Some(Finding::error(Code::BadEntryPoint, message).at(&at).hint(hint))
    }

    fn entries(&self, group: &Declared, entries: &Value<'_>) -> Vec<EntryPoint> {
        let entries = entries.get_ref().as_table().into_iter().flatten();
        let entry = |(name, object): (&Spanned<_>, &Value<'_>)| {
            let name: &Spanned<std::borrow::Cow<'_, str>> = name;
            Some(EntryPoint {
                group: group.clone(),
                name: Declared::new(name.get_ref().to_string(), self.text, name.span()),
                object: self.declared(object)?,
            })
        };
        entries.filter_map(entry).collect()
    }

    fn licence(&self, value: &Value<'_>) -> Option<Licence> {
        let at = Place::new(self.text, value.span());
        let (form, value) = match value.get_ref() {
            DeValue::String(text) => (LicenceForm::Expression, text.to_string()),
            DeValue::Table(table) => (LicenceForm::Table, table.get("text").map(text_of).unwrap_or_default()),
            _ => return None,
        };
        Some(Licence { form, value, at })
    }

    /// What `[project]` does not say.
    fn poetry(&self, poetry: &DeTable<'_>, found: &mut Distribution) {
        found.name = found.name.take().or_else(|| self.get(poetry, "name"));
        found.version = found.version.take().or_else(|| self.get(poetry, "version"));
        found.summary = found.summary.take().or_else(|| self.get(poetry, "description"));
        if found.backend == Backend::Poetry && found.dynamic.is_none() {
            let python = table(poetry, "dependencies").and_then(|wanted| self.get(wanted, "python"));
            found.requires_python = found.requires_python.take().or(python);
        }
        for (label, url) in table(poetry, "urls").into_iter().flatten() {
            found.urls.push((label.get_ref().to_string(), text_of(url)));
        }
        for key in ["repository", "homepage"] {
            found
                .urls
                .extend(poetry.get(key).map(|url| (key.to_string(), text_of(url))));
        }
        for (group, entries) in table(poetry, "plugins").into_iter().flatten() {
            let group = Declared::new(group.get_ref().to_string(), self.text, group.span());
            found.entry_points.extend(self.entries(&group, entries));
        }
    }

    fn layout(&self, tool: Option<&DeTable<'_>>, backend: &Backend) -> Layout {
        let own = |names: &[&str]| names.iter().try_fold(tool?, |found, name| table(found, name));
        match backend {
            Backend::Setuptools => own(&["setuptools"]).map(|own| self.setuptools(own)),
            Backend::Hatchling => own(&["hatch", "build"]).map(|build| Layout {
                rule: hatchling(build),
                ..Layout::default()
            }),
            Backend::Poetry => own(&["poetry"]).map(|own| Layout {
                rule: poetry_packages(own),
                ..Layout::default()
            }),
            Backend::Flit => own(&["flit", "module"]).and_then(|own| named_module(own, "name")),
            Backend::Uv => own(&["uv", "build-backend"]).map(|own| Layout {
                rule: uv(own),
                ..Layout::default()
            }),
            Backend::Pdm => own(&["pdm", "build"]).map(|_| unknown()),
            Backend::Unknown(_) | Backend::Built => Some(unknown()),
        }
        .unwrap_or_default()
    }

    fn setuptools(&self, own: &DeTable<'_>) -> Layout {
        let mut layout = Layout::default();
        if let Some(packages) = own.get("packages") {
            layout.at = Some(Place::new(self.text, packages.span()));
            layout.rule = match packages.get_ref() {
                DeValue::Array(_) => strings(Some(packages)).map_or(Rule::Unknown, Rule::Listed),
                DeValue::Table(table) => table
                    .get("find")
                    .and_then(|find| find.get_ref().as_table())
                    .map_or(Rule::Unknown, find),
                _ => Rule::Unknown,
            };
        }
        layout.modules = strings(own.get("py-modules")).unwrap_or_default();
        if let Some(modules) = own.get("py-modules").filter(|_| layout.at.is_none()) {
            layout.at = Some(Place::new(self.text, modules.span()));
        }
        if own.contains_key("py-modules") && layout.rule == Rule::Automatic {
            layout.rule = Rule::Listed(Vec::new());
        }
        for (package, folder) in table(own, "package-dir").into_iter().flatten() {
            layout.folders.push((package.get_ref().to_string(), text_of(folder)));
        }
        for (package, patterns) in table(own, "package-data").into_iter().flatten() {
            let patterns = strings(Some(patterns)).unwrap_or_default();
            layout.data.push((package.get_ref().to_string(), patterns));
        }
        layout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(content: &str) -> Distribution {
        read(&Rc::new(Text {
            path: "pyproject.toml".into(),
            content: content.into(),
        }))
    }

    #[test]
    fn a_project_is_read_with_its_places() {
        let found = parsed(
            "[project]\nname = \"a-b\"\nlicense = {text = \"MIT\"}\n[project.entry-points.\"localstack.extensions\"]\nx = \"a:B\"\n",
        );
        let [entry] = &found.entry_points[..] else { panic!() };
        assert_eq!(
            (entry.name.value.as_str(), entry.name.at.line(), entry.parts()),
            ("x", 5, Some(("a", "B")))
        );
        assert_eq!(entry.group.at.line(), 4);
        assert_eq!(found.licence.unwrap().form, LicenceForm::Table);
        let broken = parsed("[project\nname = 1\n");
        assert!(!broken.problems.is_empty() && broken.problems[0].line == Some(1));
    }

    #[test]
    fn backends_say_in_their_own_way_what_is_packaged() {
        let rule = |backend: &str, rest: &str| {
            parsed(&format!(
                "[build-system]\nrequires = []\nbuild-backend = '{backend}'\n{rest}"
            ))
            .layout
            .rule
        };
        let pair = |folder: &str, name: &str| (folder.to_string(), name.to_string());
        let hatch = "hatchling.build";
        assert_eq!(rule(hatch, ""), Rule::Automatic);
        let packages = "[tool.hatch.build.targets.wheel]\npackages = ['src/a', 'b']\n";
        assert_eq!(
            rule(hatch, packages),
            Rule::Taken(vec![pair("src", "a"), pair("", "b")])
        );
        assert_eq!(
            rule(hatch, "[tool.hatch.build.targets.wheel]\ninclude = ['x']\n"),
            Rule::Unknown
        );
        let poetry = "[tool.poetry]\npackages = [{include = 'a', from = 'lib'}]\n";
        assert_eq!(
            rule("poetry.core.masonry.api", poetry),
            Rule::Taken(vec![pair("lib", "a")])
        );
        assert_eq!(
            rule("flit_core.buildapi", "[tool.flit.module]\nname='m'\n"),
            Rule::Taken(vec![pair("", "m"), pair("src", "m")])
        );
        assert_eq!(
            rule("uv_build", "[tool.uv.build-backend]\nmodule-name='m'\nmodule-root=''\n"),
            Rule::Taken(vec![pair("", "m")])
        );
        assert_eq!(rule("my_backend", ""), Rule::Unknown);
        assert_eq!(
            rule("setuptools.build_meta", "[tool.setuptools]\npackages = ['a']\n"),
            Rule::Listed(vec!["a".into()])
        );
        assert!(matches!(
            rule("setuptools.build_meta", "[tool.setuptools.packages.find]\n"),
            Rule::Find { namespaces: true, .. }
        ));
    }
}
