//! How setuptools finds packages: by rule, by a list, or by itself.

use std::collections::BTreeMap;

use super::{Packaged, joined};
use crate::extension::distribution::{Layout, Rule, is_identifier};
use crate::extension::root::Root;
use crate::scaffold::naming::is_left_out_of_packages;

/// Modules at the top that setuptools never takes for the project's own.
#[rustfmt::skip]
const NO_MODULES: &[&str] = &[
    "benchmark", "benchmarks", "build", "conanfile", "conftest", "dodo", "example", "examples", "exercise", "exercises",
    "fabfile", "manage", "noxfile", "pavement", "setup", "tasks", "test", "tests", "toxfile",
];

pub(super) fn packaged(root: &Root, layout: &Layout) -> Packaged {
    match &layout.rule {
        Rule::Automatic => automatic(root, layout),
        Rule::Find {
            folders,
            include,
            exclude,
            namespaces,
        } => {
            let mut packages = BTreeMap::new();
            for folder in folders {
                let folder = folder.trim_start_matches("./").trim_matches('/');
                let folder = if folder == "." { "" } else { folder };
                if folder.contains("..") || folder.contains('*') {
                    return Packaged::Unknown;
                }
                let found = found(root, folder, *namespaces);
                let found = found.filter(|(name, _)| matches(include, name) && !matches(exclude, name));
                packages.extend(found.map(|(name, path)| {
                    // What `package_dir` says of a package holds, wherever it was found.
                    let path = if layout.folders.is_empty() {
                        path
                    } else {
                        folder_of(layout, &name)
                    };
                    (name, path)
                }));
            }
            known(root, layout, packages)
        }
        Rule::Listed(names) => {
            let packages = names.iter().map(|name| (name.clone(), folder_of(layout, name)));
            known(root, layout, packages.collect())
        }
        Rule::Taken(_) | Rule::Unknown => Packaged::Unknown,
    }
}

fn known(root: &Root, layout: &Layout, packages: BTreeMap<String, String>) -> Packaged {
    let modules = layout.modules.iter().map(|name| {
        let path = joined(&folder_of_all(layout), &name.replace('.', "/"));
        (name.clone(), format!("{path}.py"))
    });
    let modules = modules.filter(|(_, file)| root.has(file)).collect();
    // The project's folder itself is a package: nothing here names such a file.
    if packages.values().any(String::is_empty) {
        return Packaged::Unknown;
    }
    Packaged::Known {
        packages,
        modules,
        whole: false,
    }
}

fn folder_of_all(layout: &Layout) -> String {
    let all = layout.folders.iter().find(|(package, _)| package.is_empty());
    all.map(|(_, folder)| folder.clone()).unwrap_or_default()
}

/// Where distutils looks for a package: the nearest entry of `package_dir`.
fn folder_of(layout: &Layout, package: &str) -> String {
    let mut parent = package;
    let mut rest = String::new();
    loop {
        if let Some((_, folder)) = layout.folders.iter().find(|(name, _)| name == parent) {
            return match rest.as_str() {
                "" => joined(folder, "").trim_end_matches('/').to_string(),
                rest => joined(folder, rest),
            };
        }
        let (above, last) = parent.rsplit_once('.').unwrap_or(("", parent));
        rest = if rest.is_empty() {
            last.to_string()
        } else {
            format!("{last}/{rest}")
        };
        if above.is_empty() {
            return joined(&folder_of_all(layout), &rest);
        }
        parent = above;
    }
}

/// Packages below a folder, dotted, with their folders. A name with a dot in it ends the search.
fn found(root: &Root, folder: &str, namespaces: bool) -> impl Iterator<Item = (String, String)> {
    let prefix = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let inner = move |path: &String| {
        path.strip_prefix(&prefix)
            .filter(|rest| !rest.is_empty())
            .map(str::to_string)
    };
    root.folders.iter().filter_map(move |path| {
        let rest = inner(path)?;
        let is_package = |path: &str| namespaces || root.has(&format!("{path}/__init__.py"));
        let ends = rest.match_indices('/').map(|(end, _)| end).chain([rest.len()]);
        let above = path.len() - rest.len();
        let mut ends = ends.map(|end| &path[..above + end]);
        let is_reached = !rest.contains('.') && ends.all(is_package) && !rest.ends_with("__pycache__");
        is_reached.then(|| (rest.replace('/', "."), path.clone()))
    })
}

/// setuptools' way where nothing is said: `src/` if there is one, else one package or module beside `setup.cfg`.
fn automatic(root: &Root, layout: &Layout) -> Packaged {
    if layout.folders.iter().any(|(package, _)| !package.is_empty()) {
        return Packaged::Unknown;
    }
    let source = match folder_of_all(layout).as_str() {
        "" => "src".to_string(),
        folder => folder.trim_start_matches("./").trim_end_matches('/').to_string(),
    };
    if source != "." && root.folders.contains(&source) {
        let packages = found(root, &source, true).collect();
        let modules = top_modules(root, &source, &[]);
        return Packaged::Known {
            packages,
            modules,
            whole: false,
        };
    }
    let mut tops: Vec<&str> = root.top_folders().filter(|name| is_taken(name)).collect();
    if tops.len() > 1 {
        // A package of stubs comes with the package it is for.
        tops.retain(|name| !name.ends_with("-stubs"));
    }
    match tops[..] {
        [] => {}
        [top] => {
            let all = found(root, "", true);
            let packages =
                all.filter(|(name, _)| name.split('.').next() == Some(top) && name.split('.').all(is_identifier));
            return Packaged::Known {
                packages: packages.collect(),
                modules: BTreeMap::new(),
                whole: false,
            };
        }
        _ => return Packaged::Several(tops.iter().map(ToString::to_string).collect()),
    }
    let modules = top_modules(root, "", NO_MODULES);
    match modules.len() > 1 {
        true => Packaged::Several(modules.into_keys().collect()),
        false => Packaged::Known {
            packages: BTreeMap::new(),
            modules,
            whole: false,
        },
    }
}

fn is_taken(name: &str) -> bool {
    let is_hidden = name.starts_with(['.', '_']);
    let is_name = is_identifier(name) || name.ends_with("-stubs");
    !is_hidden && is_name && !is_left_out_of_packages(name)
}

fn top_modules(root: &Root, folder: &str, without: &[&str]) -> BTreeMap<String, String> {
    let prefix = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let files = root.below(folder).filter_map(|path| {
        let name = path.strip_prefix(&prefix)?.strip_suffix(".py")?;
        let is_own = is_identifier(name) && !without.contains(&name);
        let is_private = folder.is_empty() && name.starts_with('_');
        (is_own && !is_private).then(|| (name.to_string(), path.to_string()))
    });
    files.collect()
}

fn matches(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| {
        // fnmatch takes a `*` for dots too, as this does for anything but `/`, which no package has. Several of them are one.
        let mut single = String::with_capacity(pattern.len());
        for char in pattern.chars() {
            if char != '*' || !single.ends_with('*') {
                single.push(char);
            }
        }
        glob::Pattern::new(&single).map_or(single == name, |pattern| pattern.matches(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extension::packages::Found;

    fn root(files: &[&str]) -> (tempfile::TempDir, Root) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let root = Root::folder(folder.path(), None).unwrap();
        (folder, root)
    }

    fn found(files: &[&str], layout: &Layout, module: &str) -> Found {
        let (_folder, root) = root(files);
        packaged(&root, layout).module(&root, module)
    }

    fn find(namespaces: bool, include: &str, exclude: &str) -> Layout {
        Layout {
            rule: Rule::Find {
                folders: vec![".".into()],
                include: vec![include.into()],
                exclude: vec![exclude.into()],
                namespaces,
            },
            ..Layout::default()
        }
    }

    #[test]
    fn a_rule_finds_packages() {
        let files = ["a/__init__.py", "a/x.py", "a/b/y.py", "c/__init__.py"];
        let file = |path: &str| Found::File(path.into());
        let not = |path: &str| Found::NotPackaged(path.into());
        assert_eq!(found(&files, &find(false, "*", ""), "a.x"), file("a/x.py"));
        assert_eq!(found(&files, &find(false, "*", ""), "a.b.y"), not("a/b/y.py"));
        assert_eq!(found(&files, &find(true, "*", ""), "a.b.y"), file("a/b/y.py"));
        assert_eq!(found(&files, &find(true, "a", ""), "a.b.y"), not("a/b/y.py"));
        assert_eq!(found(&files, &find(false, "*", "a*"), "a.x"), not("a/x.py"));
        assert_eq!(found(&files, &find(false, "*", ""), "a.z"), Found::Missing);
        assert_eq!(found(&files, &find(false, "*", ""), "c"), file("c/__init__.py"));
    }

    #[test]
    fn packages_are_listed() {
        let listed = |folders: &[(&str, &str)]| Layout {
            rule: Rule::Listed(vec!["a".into()]),
            modules: vec!["m".into()],
            folders: folders
                .iter()
                .map(|(package, folder)| (package.to_string(), folder.to_string()))
                .collect(),
            ..Layout::default()
        };
        assert_eq!(
            found(&["a/x.py", "m.py"], &listed(&[]), "m"),
            Found::File("m.py".into())
        );
        assert_eq!(
            found(&["lib/a/x.py"], &listed(&[("", "lib")]), "a.x"),
            Found::File("lib/a/x.py".into())
        );
        assert_eq!(
            found(&["other/x.py"], &listed(&[("a", "other")]), "a.x"),
            Found::File("other/x.py".into())
        );
        assert_eq!(
            found(&["b/__init__.py", "b/x.py"], &listed(&[]), "b.x"),
            Found::NotPackaged("b/x.py".into())
        );
    }

    #[test]
    fn setuptools_finds_by_itself() {
        let auto = Layout::default;
        assert_eq!(
            found(&["src/a/x.py", "b/y.py"], &auto(), "a.x"),
            Found::File("src/a/x.py".into())
        );
        assert_eq!(
            found(&["src/a/x.py", "b/y.py"], &auto(), "b.y"),
            Found::NotPackaged("b/y.py".into())
        );
        assert_eq!(
            found(&["a/x.py", "tests/y.py", "setup.py"], &auto(), "a.x"),
            Found::File("a/x.py".into())
        );
        assert_eq!(
            found(&["a/x.py", "tests/y.py"], &auto(), "tests.y"),
            Found::NotPackaged("tests/y.py".into())
        );
        assert_eq!(found(&["m.py", "setup.py"], &auto(), "m"), Found::File("m.py".into()));
        for files in [
            &["a/x.py", "web/index.html"][..],
            &["a/x.py", "node_modules/z.js"],
            &["m.py", "n.py"],
        ] {
            let (_folder, root) = root(files);
            assert!(
                matches!(packaged(&root, &auto()), Packaged::Several(tops) if tops.len() == 2),
                "{files:?}"
            );
        }
        let (_folder, root) = root(&[
            "a/x.py",
            ".github/y.yml",
            "docs/z.md",
            "a.egg-info/PKG-INFO",
            "it-is/none",
        ]);
        assert_eq!(packaged(&root, &auto()).tops(), ["a"]);
        assert_eq!(
            packaged(&root, &auto()).files(&root),
            [("a/x.py".to_string(), "a.x".to_string())]
        );
    }
}
