//! What a project, or what was built from one, declares of itself, whichever file it does it in.

use std::rc::Rc;

use super::finding::{Code, Finding};
use super::root::{Read, Root};
use super::text::{Declared, Place, Text};

pub(crate) mod built;
pub(super) mod ini;
mod pyproject;
mod requirement;
mod setup_cfg;
mod setup_py;

pub use requirement::Requirement;

/// The group whose entry points LocalStack loads.
pub const GROUP: &str = "localstack.extensions";

/// What stands for modules that the build makes, in what is computed.
pub(super) const BUILT_MODULES: &str = "modules";

/// `name = module:Class` in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPoint {
    pub group: Declared,
    pub name: Declared,
    /// What stands behind the `=`.
    pub object: Declared,
}

impl EntryPoint {
    /// Module and object, where the value has that form.
    pub fn parts(&self) -> Option<(&str, &str)> {
        let (module, object) = self.object.value.split_once(':')?;
        let object = object.split('[').next().unwrap_or_default();
        let (module, object) = (module.trim(), object.trim());
        let dotted = |name: &str| name.split('.').all(is_identifier);
        (dotted(module) && dotted(object)).then_some((module, object))
    }
}

pub(crate) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|char| char.is_alphanumeric() || char == '_')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenceForm {
    /// An SPDX expression as metadata 2.4 wants it.
    Expression,
    /// `license = {text = ...}` or `{file = ...}`.
    Table,
    /// Free text.
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    pub form: LicenceForm,
    /// Its text; empty where a file has it.
    pub value: String,
    pub at: Place,
}

/// The program that builds the distribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    #[default]
    Setuptools,
    Hatchling,
    Poetry,
    Flit,
    Pdm,
    Uv,
    Unknown(String),
    /// Nothing is to be built any more.
    Built,
}

/// Which packages and modules go into the distribution, as it is said; what that gives is for [`super::packages`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// Nothing is said: the backend's own way.
    #[default]
    Automatic,
    Find {
        folders: Vec<String>,
        include: Vec<String>,
        exclude: Vec<String>,
        /// Folders without `__init__.py` are packages too.
        namespaces: bool,
    },
    /// Paths below the root and what of it is taken: `("src", "pkg")`.
    Taken(Vec<(String, String)>),
    Listed(Vec<String>),
    /// It is said in a way that cannot be followed.
    Unknown,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub rule: Rule,
    /// Where it is said.
    pub at: Option<Place>,
    pub modules: Vec<String>,
    /// `package_dir`: a package and its folder, `""` for all of them.
    pub folders: Vec<(String, String)>,
    /// Packages with patterns of files beside the code; and whether it is certain that there are no others.
    pub data: Vec<(String, Vec<String>)>,
}

#[derive(Debug, Default)]
pub struct Distribution {
    pub name: Option<Declared>,
    pub version: Option<Declared>,
    /// What it is, in a line.
    pub summary: Option<Declared>,
    /// Labels and addresses, in the order of the file.
    pub urls: Vec<(String, String)>,
    pub requires_python: Option<Declared>,
    pub dependencies: Vec<Declared>,
    /// Each with the extra's name.
    pub extras: Vec<(String, Declared)>,
    pub entry_points: Vec<EntryPoint>,
    /// Entry points of `setup.cfg` or `setup.py` that a `[project]` table makes ineffective.
    pub ignored: Vec<EntryPoint>,
    pub classifiers: Vec<Declared>,
    pub licence: Option<Licence>,
    pub backend: Backend,
    /// What is needed to build it.
    pub build_requires: Vec<Declared>,
    pub layout: Layout,
    /// What a `setup.py` or a file computes: its name there, and where.
    pub computed: Vec<Declared>,
    /// The files that declare it, the first one first.
    pub sources: Vec<Rc<Text>>,
    pub problems: Vec<Finding>,
    /// `[project]` fields that come from elsewhere; `None` where there is no such table.
    dynamic: Option<Vec<String>>,
    /// A `[project]` table has entry points or scripts: setuptools takes all from there.
    has_own_entry_points: bool,
}

impl Distribution {
    /// Reads what a project's folder declares; none where no file there declares anything.
    pub fn of_project(root: &Root) -> Option<Distribution> {
        let mut found = Distribution::default();
        for name in ["pyproject.toml", "setup.cfg", "setup.py"] {
            let text = match root.read(name) {
                Read::Text(text) => text,
                Read::Absent => continue,
                Read::Unreadable(why) => {
                    found.problems.push(unreadable(name, why));
                    continue;
                }
            };
            let read = match name {
                "pyproject.toml" => pyproject::read(&text),
                // Only setuptools reads these two.
                _ if found.backend != Backend::Setuptools => continue,
                "setup.cfg" => setup_cfg::read(&text),
                _ => setup_py::read(&text),
            };
            match name {
                "pyproject.toml" => found = read,
                "setup.cfg" => found.under(read),
                _ => found.beside(read),
            }
            found.sources.push(text);
        }
        (!found.sources.is_empty() || !found.problems.is_empty()).then_some(found)
    }

    /// Adds what a file says that comes after this one: it holds where this one says nothing.
    fn under(&mut self, low: Distribution) {
        let is_open = |dynamic: &Option<Vec<String>>, field: &str| match dynamic {
            // A `[project]` table says what may come from elsewhere.
            Some(dynamic) => dynamic.iter().any(|name| name == field),
            None => true,
        };
        let is_dynamic = self.dynamic.is_some() && is_open(&self.dynamic, "entry-points");
        if self.has_own_entry_points && !is_dynamic {
            self.ignored.extend(low.entry_points);
        } else {
            fill(&mut self.entry_points, low.entry_points);
        }
        if is_open(&self.dynamic, "dependencies") {
            fill(&mut self.dependencies, low.dependencies);
        }
        if is_open(&self.dynamic, "optional-dependencies") {
            fill(&mut self.extras, low.extras);
        }
        if is_open(&self.dynamic, "classifiers") {
            fill(&mut self.classifiers, low.classifiers);
        }
        if is_open(&self.dynamic, "license") {
            self.licence = self.licence.take().or(low.licence);
        }
        self.name = self.name.take().or(low.name);
        self.version = self.version.take().or(low.version);
        self.summary = self.summary.take().or(low.summary);
        self.requires_python = self.requires_python.take().or(low.requires_python);
        self.urls.extend(low.urls);
        fill(&mut self.build_requires, low.build_requires);
        if self.layout.rule == Rule::Automatic && self.layout.modules.is_empty() {
            self.layout.rule = low.layout.rule;
            self.layout.at = low.layout.at;
            self.layout.modules = low.layout.modules;
        }
        fill(&mut self.layout.folders, low.layout.folders);
        self.layout.data.extend(low.layout.data);
        self.computed.extend(low.computed);
        self.problems.extend(low.problems);
    }

    /// Adds what `setup.py` says: it holds against `setup.cfg`, and not against `pyproject.toml`.
    fn beside(&mut self, script: Distribution) {
        if self.dynamic.is_some() {
            return self.under(script);
        }
        let said = std::mem::replace(self, script);
        let Distribution { backend, sources, .. } = &said;
        self.backend = backend.clone();
        self.sources.clone_from(sources);
        self.under(said);
    }

    /// Whether `pyproject.toml` has the table that every backend reads alike.
    pub fn has_project_table(&self) -> bool {
        self.dynamic.is_some()
    }

    /// Whether a field is there that no file says in so many words.
    pub fn computes(&self, field: &str) -> bool {
        self.computed.iter().any(|computed| computed.value == field)
    }

    /// The entry points that LocalStack looks at.
    pub fn extensions(&self) -> impl Iterator<Item = &EntryPoint> {
        self.entry_points.iter().filter(|entry| entry.group.value == GROUP)
    }

    /// The name as installers compare it.
    pub fn normal_name(&self) -> Option<String> {
        self.name.as_ref().map(|name| normalized(&name.value))
    }

    /// Every requirement of the distribution and of its extras.
    pub fn requirements(&self) -> impl Iterator<Item = (&Declared, Requirement)> {
        let extras = self.extras.iter().map(|(_, declared)| declared);
        self.dependencies
            .iter()
            .chain(extras)
            .filter_map(|declared| Some((declared, Requirement::parse(&declared.value)?)))
    }

    /// Whether the build asks Plux, which finds classes on its own.
    pub fn is_built_with_plux(&self) -> bool {
        self.build_requires
            .iter()
            .filter_map(|declared| Requirement::parse(&declared.value))
            .any(|requirement| requirement.name == "plux")
    }
}

fn fill<T>(own: &mut Vec<T>, low: Vec<T>) {
    if own.is_empty() {
        *own = low;
    }
}

pub(super) fn unreadable(file: &str, why: &str) -> Finding {
    Finding::error(Code::Unreadable, format!("cannot be read: {why}"))
        .in_file(file)
        .hint("no installer reads it either; make it a UTF-8 text file of the project")
}

/// As installers compare names: lower case, one `-` for each run of `-`, `_` and `.`.
pub fn normalized(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            char => normal.extend(char.to_lowercase()),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Distribution {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        Distribution::of_project(&Root::folder(folder.path(), None).unwrap()).unwrap()
    }

    fn entries(distribution: &Distribution) -> Vec<String> {
        let entries = distribution.entry_points.iter();
        let told = |entry: &EntryPoint| format!("{}: {} = {}", entry.group.value, entry.name.value, entry.object.value);
        entries.map(told).collect()
    }

    const CFG: &str = "[metadata]\nname = cfg\n[options.entry_points]\nlocalstack.extensions =\n  c = c:C\n";

    #[test]
    fn a_project_table_shuts_out_what_it_does_not_name() {
        let kept = project(&[
            ("pyproject.toml", "[project]\nname='p'\nversion='1'\n"),
            ("setup.cfg", CFG),
        ]);
        assert_eq!(entries(&kept), ["localstack.extensions: c = c:C"]);
        let shut = project(&[
            (
                "pyproject.toml",
                "[project]\nname='p'\nversion='1'\n[project.scripts]\nx='y:z'\n",
            ),
            ("setup.cfg", CFG),
        ]);
        assert_eq!(entries(&shut), ["console_scripts: x = y:z"]);
        assert_eq!(shut.ignored.len(), 1);
        let open = "[project]\nname='p'\ndynamic = ['version', 'entry-points']\n";
        let open = project(&[("pyproject.toml", open), ("setup.cfg", CFG)]);
        assert_eq!(entries(&open), ["localstack.extensions: c = c:C"]);
        assert_eq!(open.name.unwrap().value, "p");
        let other = "[project]\nname='p'\n[build-system]\nrequires=['hatchling']\nbuild-backend='hatchling.build'\n";
        assert!(
            project(&[("pyproject.toml", other), ("setup.cfg", CFG)])
                .ignored
                .is_empty()
        );
    }

    #[test]
    fn a_script_holds_against_setup_cfg() {
        let script = "from setuptools import setup\nsetup(name='py', entry_points={'g': ['a = b:C']}, version=v())\n";
        let both = project(&[("setup.cfg", CFG), ("setup.py", script)]);
        assert_eq!(
            (both.name.as_ref().unwrap().value.as_str(), entries(&both)),
            ("py", vec!["g: a = b:C".into()])
        );
        assert!(both.computes("version") && both.sources.len() == 2);
    }

    #[test]
    fn an_entry_point_has_a_module_and_an_object() {
        let text = Rc::new(Text {
            path: String::new(),
            content: String::new(),
        });
        let declared = |value: &str| Declared::new(value, &text, 0..0);
        for (value, parts) in [
            ("a.b:C", Some(("a.b", "C"))),
            ("a : B.C [x]", Some(("a", "B.C"))),
            ("a.b.C", None),
            ("a-b:C", None),
            (":C", None),
            ("a:", None),
        ] {
            let entry = EntryPoint {
                group: declared(GROUP),
                name: declared("x"),
                object: declared(value),
            };
            assert_eq!(entry.parts(), parts, "{value}");
        }
        assert_eq!(normalized("A._b--C"), "a-b-c");
    }
}
