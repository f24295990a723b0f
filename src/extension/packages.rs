//! Which modules go into the distribution, and where their code is.
//!
//! The commonest silent fault is a module that is there while one develops, and not in what was built. So this follows what
//! setuptools and the other backends do; where that is not certain, it says so, and no verdict comes of it.

use std::collections::BTreeMap;

use super::distribution::{Backend, Distribution, Rule, is_identifier, normalized};
use super::root::Root;

pub(super) mod setuptools;

/// The packages and modules of a distribution.
#[derive(Debug, PartialEq, Eq)]
pub enum Packaged {
    Known {
        /// A dotted package, and its folder.
        packages: BTreeMap<String, String>,
        /// A module beside them, and its file.
        modules: BTreeMap<String, String>,
        /// Packages come with everything below them.
        whole: bool,
    },
    /// setuptools finds several packages at the top and builds nothing.
    Several(Vec<String>),
    Unknown,
}

/// What can be said of a module.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Its file, and it is in the distribution as far as anybody knows.
    File(String),
    /// The file is there, and the distribution is built without it.
    NotPackaged(String),
    Missing,
    Unknown,
}

pub fn packaged(root: &Root, distribution: &Distribution) -> Packaged {
    if root.is_built {
        return Packaged::of_wheel(root);
    }
    let is_told_elsewhere = distribution.backend == Backend::Hatchling && root.has("hatch.toml");
    if root.is_cut || is_told_elsewhere {
        return Packaged::Unknown;
    }
    match &distribution.backend {
        Backend::Setuptools => setuptools::packaged(root, &distribution.layout),
        Backend::Unknown(_) | Backend::Built => Packaged::Unknown,
        backend => match &distribution.layout.rule {
            Rule::Taken(taken) => taken_from(root, taken),
            Rule::Automatic => by_name(root, distribution, backend),
            _ => Packaged::Unknown,
        },
    }
}

/// Folders and modules that are taken as they are, those of them that are there.
fn taken_from(root: &Root, taken: &[(String, String)]) -> Packaged {
    let mut packages = BTreeMap::new();
    let mut modules = BTreeMap::new();
    for (folder, name) in taken {
        let path = joined(folder, name);
        if root.folders.contains(&path) {
            packages.insert(name.replace('/', "."), path);
        } else if root.has(&format!("{path}.py")) {
            modules.insert(name.clone(), format!("{path}.py"));
        } else if let Some(module) = name.strip_suffix(".py").filter(|_| root.has(&path)) {
            modules.insert(module.to_string(), path);
        }
    }
    match packages.is_empty() && modules.is_empty() {
        true => Packaged::Unknown,
        false => Packaged::Known {
            packages,
            modules,
            whole: true,
        },
    }
}

/// These backends look for the module that is called like the distribution.
fn by_name(root: &Root, distribution: &Distribution, backend: &Backend) -> Packaged {
    let Some(name) = &distribution.name else {
        return Packaged::Unknown;
    };
    let name = match backend {
        Backend::Flit => name.value.replace('-', "_"),
        Backend::Hatchling | Backend::Poetry | Backend::Uv => normalized(&name.value).replace('-', "_"),
        _ => return Packaged::Unknown,
    };
    let folders: &[&str] = if *backend == Backend::Uv {
        &["src"]
    } else {
        &["", "src"]
    };
    let is_there = |folder: &&&str| {
        let path = joined(folder, &name);
        root.folders.contains(&path) || root.has(&format!("{path}.py"))
    };
    match folders.iter().filter(is_there).collect::<Vec<_>>()[..] {
        [folder] => taken_from(root, &[(folder.to_string(), name.clone())]),
        _ => Packaged::Unknown,
    }
}

pub(super) fn joined(folder: &str, name: &str) -> String {
    match folder.trim_start_matches("./") {
        "" | "." => name.to_string(),
        folder => format!("{}/{name}", folder.trim_end_matches('/')),
    }
}

impl Packaged {
    /// What was built has what it has.
    fn of_wheel(root: &Root) -> Packaged {
        let is_library = |name: &&str| !name.ends_with(".dist-info") && is_identifier(name);
        // What is in `X.data` is put somewhere else.
        if root.top_folders().any(|name| name.ends_with(".data")) {
            return Packaged::Unknown;
        }
        let packages = root.top_folders().filter(is_library);
        let modules = root
            .top_files()
            .filter_map(|file| Some((file.strip_suffix(".py")?, file)));
        Packaged::Known {
            packages: packages.map(|name| (name.to_string(), name.to_string())).collect(),
            modules: modules
                .map(|(name, file)| (name.to_string(), file.to_string()))
                .collect(),
            whole: true,
        }
    }

    /// Looks a dotted module up.
    pub fn module(&self, root: &Root, module: &str) -> Found {
        if let Packaged::Known {
            packages,
            modules,
            whole,
        } = self
        {
            if let Some(file) = modules.get(module) {
                return Found::File(file.clone());
            }
            if let Some(found) = in_packages(root, packages, *whole, module) {
                return found;
            }
        }
        let path = module.replace('.', "/");
        let candidates =
            ["", "src/"].map(|folder| [format!("{folder}{path}.py"), format!("{folder}{path}/__init__.py")]);
        let candidates = candidates.as_flattened();
        let is_here = candidates.iter().find(|path| root.has(path));
        let is_certain = candidates.iter().all(|path| root.knows(path)) && !root.is_cut;
        match (is_here, self) {
            (Some(file), Packaged::Known { .. }) => Found::NotPackaged(file.clone()),
            (Some(file), _) => Found::File(file.clone()),
            // A package without `__init__.py` binds nothing, and compiled modules cannot be looked into.
            (None, _) if !is_certain || is_binary(root, &path) => Found::Unknown,
            (None, Packaged::Unknown) => Found::Unknown,
            (None, _) => Found::Missing,
        }
    }

    /// The names at the top of what is installed.
    pub fn tops(&self) -> Vec<&str> {
        let Packaged::Known { packages, modules, .. } = self else {
            return Vec::new();
        };
        let mut tops: Vec<&str> = packages
            .keys()
            .chain(modules.keys())
            .map(|name| name.split('.').next().unwrap_or_default())
            .collect();
        tops.sort_unstable();
        tops.dedup();
        tops
    }

    /// Every Python file that is in the distribution, with its dotted module.
    pub fn files(&self, root: &Root) -> Vec<(String, String)> {
        let Packaged::Known {
            packages,
            modules,
            whole,
        } = self
        else {
            return Vec::new();
        };
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for (module, file) in modules {
            found.insert(file.clone(), module.clone());
        }
        for (package, folder) in packages {
            for path in root.below(folder).filter(|path| path.ends_with(".py")) {
                let rest = path
                    .strip_prefix(folder.as_str())
                    .unwrap_or(path)
                    .trim_start_matches('/');
                if !*whole && rest.contains('/') {
                    continue;
                }
                let stem = rest.trim_end_matches(".py").replace('/', ".");
                let stem = stem.strip_suffix("__init__").unwrap_or(&stem).trim_end_matches('.');
                let module = if stem.is_empty() {
                    package.clone()
                } else {
                    format!("{package}.{stem}")
                };
                if module.split('.').all(is_identifier) {
                    found.insert(path.to_string(), module);
                }
            }
        }
        found.into_iter().collect()
    }
}

fn in_packages(root: &Root, packages: &BTreeMap<String, String>, whole: bool, module: &str) -> Option<Found> {
    if let Some(folder) = packages.get(module) {
        let init = format!("{folder}/__init__.py");
        return Some(if root.has(&init) {
            Found::File(init)
        } else {
            Found::Unknown
        });
    }
    // The nearest package above it.
    let mut parent = module;
    let (package, folder) = loop {
        parent = parent.rsplit_once('.')?.0;
        if let Some(folder) = packages.get(parent) {
            break (parent, folder);
        }
    };
    let rest = module[package.len() + 1..].replace('.', "/");
    let below = format!("{folder}/{rest}");
    let file = format!("{below}.py");
    let init = format!("{below}/__init__.py");
    let is_direct = !rest.contains('/');
    if root.has(&init) {
        return Some(if whole {
            Found::File(init)
        } else {
            Found::NotPackaged(init)
        });
    }
    if root.has(&file) {
        return Some(if whole || is_direct {
            Found::File(file)
        } else {
            Found::NotPackaged(file)
        });
    }
    let is_certain = root.knows(&file) && root.knows(&init) && !is_binary(root, &below);
    Some(if is_certain { Found::Missing } else { Found::Unknown })
}

/// `name.cpython-313-x86_64-linux-gnu.so` and its like; a folder may be a package without `__init__.py`.
fn is_binary(root: &Root, path: &str) -> bool {
    let prefix = format!("{path}.");
    let next = root
        .files
        .range(prefix.clone()..)
        .take_while(|file| file.starts_with(&prefix));
    let mut others = next.filter(|file| !file.ends_with(".py"));
    others.any(|file| [".so", ".pyd", ".pyc", ".dylib"].iter().any(|end| file.ends_with(end)))
        || root.folders.contains(path)
}
