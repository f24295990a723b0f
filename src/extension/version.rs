//! The version of a project that has it somewhere else than in its metadata, as far as it can be read without running anything.

use super::distribution::ini::Ini;
use super::distribution::{Backend, Distribution};
use super::packages::{Found, Packaged};
use super::python::{Item, parse};
use super::root::Root;

/// What is declared, or what the declaration points at: a name in a module, or a file. None where it is computed.
pub fn of(root: &Root, distribution: &Distribution, packaged: &Packaged) -> Option<String> {
    if let Some(version) = &distribution.version {
        return Some(version.value.clone());
    }
    let source = |path: &str| distribution.sources.iter().find(|source| source.path == path);
    let pyproject = source("pyproject.toml").and_then(|text| text.content.parse::<toml::Table>().ok());
    let pyproject = pyproject.unwrap_or_default();
    let own = |path: &[&str]| {
        let (last, tables) = path.split_last()?;
        let inner = |table: &'_ toml::Table, name: &&str| table.get(*name)?.as_table().cloned();
        let table = tables
            .iter()
            .try_fold(pyproject.clone(), |table, name| inner(&table, name))?;
        Some(table.get(*last)?.as_str()?.to_string())
    };
    let dynamic = |kind| own(&["tool", "setuptools", "dynamic", "version", kind]);
    let attribute = |name: String| {
        let (module, name) = name.rsplit_once('.')?;
        match packaged.module(root, module) {
            Found::File(file) | Found::NotPackaged(file) => text_in(root, &file, &[name]),
            Found::Missing | Found::Unknown => None,
        }
    };
    let found = match distribution.backend {
        Backend::Setuptools => dynamic("attr")
            .and_then(attribute)
            .or_else(|| first_line(root, &dynamic("file")?)),
        Backend::Hatchling => own(&["tool", "hatch", "version", "path"])
            .and_then(|file| text_in(root, &file, &["__version__", "VERSION"])),
        Backend::Flit => {
            let name = distribution.name.as_ref()?.value.replace('-', "_");
            attribute(format!("{name}.__version__"))
        }
        _ => None,
    };
    found.or_else(|| {
        let ini = Ini::parse(source("setup.cfg")?);
        let entry = ini.section("metadata").find(|entry| entry.key == "version")?.joined();
        match entry.value.split_once(':')? {
            ("attr", name) => attribute(name.trim().to_string()),
            ("file", path) => first_line(root, path.trim()),
            _ => None,
        }
    })
}

/// What one of the names stands for in a module.
fn text_in(root: &Root, file: &str, names: &[&str]) -> Option<String> {
    let module = parse(&root.read(file).text()?).ok()?;
    names.iter().find_map(|name| match module.names.get(*name)? {
        Item::Value(value) => Some(value.text()?.to_string()),
        _ => None,
    })
}

fn first_line(root: &Root, file: &str) -> Option<String> {
    let text = root.read(file.trim_start_matches("./")).text()?;
    let line = text.content.trim().lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extension::packages::packaged;

    fn version(files: &[(&str, &str)]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        for (file, content) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let root = Root::folder(folder.path(), None).unwrap();
        let distribution = Distribution::of_project(&root).unwrap();
        of(&root, &distribution, &packaged(&root, &distribution))
    }

    #[test]
    fn a_version_is_where_the_project_says() {
        let project = "[project]\nname = 'a'\ndynamic = ['version']\n";
        let code = ("a/__init__.py", "__version__ = '1.2'\n");
        let with = |more: &str| format!("{project}{more}");
        for (toml, files, expected) in [
            (
                with("[tool.setuptools.dynamic]\nversion = {attr = 'a.__version__'}\n"),
                [code, ("V", "")],
                Some("1.2"),
            ),
            (
                with("[tool.setuptools.dynamic]\nversion = {file = 'V'}\n"),
                [code, ("V", "\n3.4\n")],
                Some("3.4"),
            ),
            (
                with(
                    "[build-system]\nrequires = []\nbuild-backend = 'hatchling.build'\n[tool.hatch.version]\npath = 'a/__init__.py'\n",
                ),
                [code, ("V", "")],
                Some("1.2"),
            ),
            (
                with("[build-system]\nrequires = []\nbuild-backend = 'flit_core.buildapi'\n"),
                [code, ("V", "")],
                Some("1.2"),
            ),
            (with("[tool.setuptools_scm]\n"), [code, ("V", "")], None),
        ] {
            let files = [("pyproject.toml", toml.as_str()), files[0], files[1]];
            assert_eq!(version(&files).as_deref(), expected, "{toml}");
        }
        for (line, expected) in [("attr: a.__version__", "1.2"), ("file: V", "5"), ("6", "6")] {
            let cfg = format!("[metadata]\nname = a\nversion = {line}\n");
            assert_eq!(
                version(&[("setup.cfg", &cfg), code, ("V", "5")]).as_deref(),
                Some(expected)
            );
        }
    }
}
