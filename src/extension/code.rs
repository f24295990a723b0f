//! The modules of a project together: which class a name means, followed through imports and bases.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::finding::Finding;
use super::packages::{Found, Packaged};
use super::python::{self, Class, Import, Item, Literal, Module, Value};
use super::root::{Read, Root};
use crate::limits::MOST_MODULES;

pub struct Code<'a> {
    root: &'a Root,
    packaged: &'a Packaged,
    /// By file.
    read: RefCell<BTreeMap<String, Loaded>>,
}

/// A module that was read, or why it was not.
#[derive(Clone)]
pub enum Loaded {
    Module(Rc<Source>),
    Broken(Rc<Finding>),
    Unreadable(&'static str),
}

#[derive(Debug)]
pub struct Source {
    /// As it is imported.
    pub dotted: String,
    pub is_package: bool,
    pub module: Module,
}

/// What a name means.
#[derive(Clone)]
pub enum Meant {
    Class(Rc<Source>, String),
    Function(Rc<Source>, String),
    Value(Rc<Source>, Value),
    /// A module of the project.
    Module,
    /// Something of another distribution, by its full name.
    Elsewhere(String),
    Missing,
    Unknown,
}

/// A base class of another distribution, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// LocalStack's own: it has the namespace, and no name.
    Extension,
    /// LocalStack's own for web pages.
    WebApp,
    /// Plux' own: it has neither.
    Plugin,
    /// Of Python, and no plugin.
    Plain,
    /// Anything may be in it.
    Other,
}

/// Imports that lead on to imports.
const LONGEST_WAY: usize = 16;

impl<'a> Code<'a> {
    pub fn new(root: &'a Root, packaged: &'a Packaged) -> Code<'a> {
        Code {
            root,
            packaged,
            read: RefCell::default(),
        }
    }

    /// The module in a file of the project.
    pub fn load(&self, file: &str, dotted: &str) -> Loaded {
        if let Some(loaded) = self.read.borrow().get(file) {
            return loaded.clone();
        }
        let loaded = match self.root.read(file) {
            _ if self.read.borrow().len() >= MOST_MODULES => Loaded::Unreadable("there are too many modules"),
            Read::Absent => Loaded::Unreadable("it is not there"),
            Read::Unreadable(why) => Loaded::Unreadable(why),
            Read::Text(text) => match python::parse(&text) {
                Ok(module) => Loaded::Module(Rc::new(Source {
                    dotted: dotted.to_string(),
                    is_package: file.ends_with("__init__.py"),
                    module,
                })),
                Err(fault) => Loaded::Broken(Rc::new(*fault)),
            },
        };
        self.read.borrow_mut().insert(file.to_string(), loaded.clone());
        loaded
    }

    fn source(&self, dotted: &str) -> Result<Rc<Source>, Found> {
        match self.packaged.module(self.root, dotted) {
            Found::File(file) | Found::NotPackaged(file) => match self.load(&file, dotted) {
                Loaded::Module(source) => Ok(source),
                _ => Err(Found::Unknown),
            },
            other => Err(other),
        }
    }

    /// The packages that are imported before a module, those of them that can be read.
    pub fn above(&self, source: &Source) -> Vec<Rc<Source>> {
        let ends = source.dotted.match_indices('.').map(|(end, _)| end);
        let packages = ends.filter_map(|end| self.source(&source.dotted[..end]).ok());
        packages.collect()
    }

    /// What `object`, dotted or not, means in a module.
    pub fn meant(&self, source: &Rc<Source>, object: &str) -> Meant {
        let (first, rest) = object
            .split_once('.')
            .map_or((object, None), |(first, rest)| (first, Some(rest)));
        let meant = self.named(source, first, 0);
        match rest {
            None => meant,
            Some(rest) => match meant {
                Meant::Elsewhere(name) => Meant::Elsewhere(format!("{name}.{rest}")),
                _ => Meant::Unknown,
            },
        }
    }

    fn named(&self, source: &Rc<Source>, name: &str, way: usize) -> Meant {
        if way > LONGEST_WAY {
            return Meant::Unknown;
        }
        match source.module.names.get(name) {
            Some(Item::Class(_)) => Meant::Class(Rc::clone(source), name.to_string()),
            Some(Item::Function(_)) => Meant::Function(Rc::clone(source), name.to_string()),
            Some(Item::Value(value)) => match &value.literal {
                Literal::Name(other) if other != name && !other.contains('.') => self.named(source, other, way + 1),
                Literal::Name(_) => Meant::Unknown,
                _ => Meant::Value(Rc::clone(source), value.clone()),
            },
            Some(Item::Import(import)) => self.imported(source, import, way),
            Some(Item::Other) => Meant::Unknown,
            None => self.not_named(source, name, way),
        }
    }

    fn not_named(&self, source: &Rc<Source>, name: &str, way: usize) -> Meant {
        if source.module.is_dynamic || source.module.loose.is_open {
            return Meant::Unknown;
        }
        for star in &source.module.stars {
            let import = Import {
                name: Some(name.to_string()),
                ..star.clone()
            };
            match self.imported(source, &import, way) {
                Meant::Missing => {}
                // Whatever another distribution has.
                Meant::Elsewhere(_) => return Meant::Unknown,
                meant => return meant,
            }
        }
        let is_submodule = source.is_package
            && !matches!(
                self.packaged.module(self.root, &format!("{}.{name}", source.dotted)),
                Found::Missing
            );
        match BUILTINS.contains(&name) {
            true => Meant::Elsewhere(format!("builtins.{name}")),
            false if is_submodule => Meant::Module,
            false => Meant::Missing,
        }
    }

    fn imported(&self, source: &Rc<Source>, import: &Import, way: usize) -> Meant {
        let Some(module) = absolute(source, import) else {
            return Meant::Unknown;
        };
        if module == source.dotted
            && let Some(name) = &import.name
        {
            return self.of_itself(source, name, import, way);
        }
        match (self.source(&module), &import.name) {
            (Ok(_), None) => Meant::Module,
            (Ok(other), Some(name)) => self.named(&other, name, way + 1),
            (Err(_), name) if import.level == 0 && !self.is_own(&module) => {
                let full = name.iter().fold(module, |module, name| format!("{module}.{name}"));
                Meant::Elsewhere(full)
            }
            (Err(_), _) => Meant::Unknown,
        }
    }

    /// `from . import x` in a package means its module x, or what it bound before.
    fn of_itself(&self, source: &Rc<Source>, name: &str, import: &Import, way: usize) -> Meant {
        match source.module.names.get(name) {
            Some(Item::Import(own)) if own == import => Meant::Module,
            Some(_) => self.named(source, name, way + 1),
            None => Meant::Unknown,
        }
    }

    /// Whether the top of a dotted name lies in the project.
    fn is_own(&self, dotted: &str) -> bool {
        let top = dotted.split('.').next().unwrap_or_default();
        self.packaged.tops().contains(&top)
            || ["", "src/"].iter().any(|folder| {
                let path = format!("{folder}{top}");
                self.root.folders.contains(&path) || self.root.has(&format!("{path}.py"))
            })
    }

    /// The classes a class is made from, itself first; what is foreign stands as what is known of it.
    ///
    /// The order is depth first, which is Python's own where no base is inherited twice.
    pub fn line(&self, source: &Rc<Source>, name: &str) -> Vec<Ancestor> {
        let mut line = Vec::new();
        self.ancestors(source, name, &mut line);
        line
    }

    fn ancestors(&self, source: &Rc<Source>, name: &str, line: &mut Vec<Ancestor>) {
        let Some(Item::Class(class)) = source.module.names.get(name) else {
            return;
        };
        let own = Ancestor::Own(Rc::clone(source), name.to_string());
        if line.contains(&own) || line.len() > LONGEST_WAY {
            // Inherited twice, or from too far away: what comes first is another question.
            line.insert(1, Ancestor::Foreign(Foreign::Other));
            return;
        }
        line.push(own);
        if class.is_changed {
            line.push(Ancestor::Foreign(Foreign::Other));
        }
        for base in &class.bases {
            let followed = base.as_deref().filter(|base| !is_rebound(source, base));
            match followed.map_or(Meant::Unknown, |base| self.meant(source, base)) {
                Meant::Class(other, name) => self.ancestors(&other, &name, line),
                Meant::Elsewhere(name) => line.push(Ancestor::Foreign(foreign(&name))),
                _ => line.push(Ancestor::Foreign(Foreign::Other)),
            }
        }
    }
}

/// Whether the name a base begins with, `x` of `x.Y`, stands for several things in the course of the module.
fn is_rebound(source: &Source, base: &str) -> bool {
    let name = base.split('.').next().unwrap_or_default();
    source.module.rebound.contains(name)
}

/// The module that is imported, with the dots before it resolved.
fn absolute(source: &Source, import: &Import) -> Option<String> {
    if import.level == 0 {
        return Some(import.module.clone());
    }
    let mut package = source.dotted.as_str();
    let up = import.level as usize - usize::from(source.is_package);
    for _ in 0..up {
        package = package.rsplit_once('.').map(|(package, _)| package)?;
    }
    Some(match import.module.as_str() {
        "" => package.to_string(),
        module => format!("{package}.{module}"),
    })
}

#[derive(Clone, Debug)]
pub enum Ancestor {
    Own(Rc<Source>, String),
    Foreign(Foreign),
}

impl PartialEq for Ancestor {
    fn eq(&self, other: &Ancestor) -> bool {
        match (self, other) {
            (Ancestor::Own(a, x), Ancestor::Own(b, y)) => Rc::ptr_eq(a, b) && x == y,
            (Ancestor::Foreign(a), Ancestor::Foreign(b)) => a == b,
            _ => false,
        }
    }
}

impl Ancestor {
    pub fn class(&self) -> Option<&Class> {
        match self {
            Ancestor::Own(source, name) => match source.module.names.get(name) {
                Some(Item::Class(class)) => Some(class),
                _ => None,
            },
            Ancestor::Foreign(_) => None,
        }
    }
}

fn foreign(name: &str) -> Foreign {
    let (module, class) = name.rsplit_once('.').unwrap_or(("", name));
    match (module, class) {
        ("localstack.extensions.api" | "localstack.extensions.api.extension", "Extension") => Foreign::Extension,
        ("localstack.extensions.patterns.webapp", "WebAppExtension") => Foreign::WebApp,
        ("plux" | "plugin" | "plux.core.plugin" | "plugin.core", "Plugin") => Foreign::Plugin,
        ("typing", "Any" | "Generic" | "NamedTuple" | "Protocol" | "TypedDict") => Foreign::Plain,
        ("builtins" | "abc" | "enum", _) => Foreign::Plain,
        _ => Foreign::Other,
    }
}

/// Those of Python's built-in names that somebody derives from.
const BUILTINS: &[&str] = &[
    "object",
    "Exception",
    "dict",
    "list",
    "str",
    "int",
    "tuple",
    "type",
    "RuntimeError",
    "ValueError",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extension::distribution::Distribution;
    use crate::extension::packages::packaged;

    fn told(files: &[(&str, &str)], module: &str, object: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("setup.cfg"), "[options]\npackages = find:\n").unwrap();
        for (file, content) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let root = Root::folder(folder.path(), None).unwrap();
        let distribution = Distribution::of_project(&root).unwrap();
        let packaged = packaged(&root, &distribution);
        let code = Code::new(&root, &packaged);
        let source = code.source(module).unwrap();
        match code.meant(&source, object) {
            Meant::Class(source, name) => {
                let line = code.line(&source, &name).into_iter().map(|ancestor| match ancestor {
                    Ancestor::Own(source, name) => format!("{}:{name}", source.dotted),
                    Ancestor::Foreign(foreign) => format!("{foreign:?}"),
                });
                line.collect::<Vec<_>>().join(" ")
            }
            Meant::Function(..) => "function".into(),
            Meant::Value(_, value) => format!("{:?}", value.literal),
            Meant::Module => "module".into(),
            Meant::Elsewhere(name) => name,
            Meant::Missing => "missing".into(),
            Meant::Unknown => "unknown".into(),
        }
    }

    #[test]
    fn names_are_followed_through_imports_and_bases() {
        let files = [
            ("p/__init__.py", "from .ext import X as Y\nfrom . import ext\n"),
            (
                "p/ext.py",
                "from localstack.extensions.api import Extension\nfrom .base import *\nimport q.z\nfrom r import S\nclass X(Base, Extension): pass\nclass E(S): pass\nV = 1\nW = X\ndef f(): pass\n",
            ),
            ("p/base.py", "class Base(object): pass\n"),
        ];
        for (module, object, expected) in [
            ("p", "Y", "p.ext:X p.base:Base Plain Extension"),
            ("p", "ext", "module"),
            ("p.ext", "W", "p.ext:X p.base:Base Plain Extension"),
            ("p.ext", "E", "p.ext:E Other"),
            ("p.ext", "q.z.T", "q.z.T"),
            ("p.ext", "V", "Plain"),
            ("p.ext", "f", "function"),
            ("p.ext", "Q", "missing"),
            ("p.base", "object", "builtins.object"),
        ] {
            assert_eq!(told(&files, module, object), expected, "{module}:{object}");
        }
        let circle = [
            ("p/__init__.py", "from p.a import X\n"),
            ("p/a.py", "from p import X\n"),
        ];
        assert_eq!(told(&circle, "p", "X"), "unknown");
        let own = [("p/__init__.py", "class A(B): pass\nclass B(A): pass\n")];
        assert_eq!(told(&own, "p", "A"), "p:A Other p:B");
    }
}
