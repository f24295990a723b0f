//! The metadata that LocalStack needs to find an extension in its folder, written without Python where setuptools would.

use std::path::Path;

use anyhow::Result;

use super::joined;
use super::project::{Home, Project, module};
use super::readiness::{Missing, Readiness};
use crate::extension::distribution::EntryPoint;
use crate::extension::version;
use crate::failure::{Code, Failure, Problem};
use crate::scaffold::plan::{OnConflict, Plan};
use crate::scaffold::tree::{File, RelPath, Tree};

/// What was put into a project's folder.
#[derive(Debug, Default)]
pub struct Written {
    /// From the folder: `src/x.egg-info`, `src.pth`.
    pub paths: Vec<String>,
    /// What is not as it will be in what is built, in words.
    pub remarks: Vec<String>,
}

/// Writes what is missing as far as it can be written: all of it, or nothing.
pub fn write(project: &Project, readiness: &Readiness) -> Result<Written> {
    let mut written = Written::default();
    let Some(root) = project.root.path() else {
        return Ok(written);
    };
    let mut tree = Tree::new();
    let mut put = |path: &str, text: String| -> Result<()> {
        tree.insert(RelPath::new(path)?, File::new(text.into_bytes()))?;
        Ok(())
    };
    for missing in &readiness.missing {
        match missing {
            Missing::Path(folder) => {
                let file = pth(root, folder);
                put(&file, format!("{folder}\n"))?;
                written.paths.push(file);
            }
            Missing::Metadata => {
                let folder = place(project, readiness);
                put(&format!("{folder}/PKG-INFO"), about(project, &mut written.remarks))?;
                put(&format!("{folder}/entry_points.txt"), entry_points(project))?;
                put(&format!("{folder}/top_level.txt"), top_level(project))?;
                written.paths.push(folder);
            }
            Missing::Other(_) => {}
        }
    }
    let shown = root.display();
    if let Some(path) = written.paths.iter().find(|path| is_in_the_way(root, path)) {
        let problem = Problem::new(format!("{shown}/{path}"), "is no folder of the project's own");
        let failure = Failure::new(Code::Validation, format!("could not write the metadata of {shown}"));
        return Err(failure.problems(vec![problem]).hint("move it away").into());
    }
    if !written.paths.is_empty() {
        Plan::over(root, tree, OnConflict::Overwrite)?.apply()?;
    }
    Ok(written)
}

/// A file or a link where a folder with metadata belongs.
fn is_in_the_way(root: &Path, path: &str) -> bool {
    let kind = root.join(path).symlink_metadata();
    path.ends_with(".egg-info") && kind.is_ok_and(|kind| !kind.is_dir())
}

/// A file for the line that leads to the folder, which nobody has yet.
fn pth(root: &Path, folder: &str) -> String {
    let stem = folder.replace('/', "-");
    let name = format!("{stem}.pth");
    match root.join(&name).exists() {
        true => format!("{stem}-developer-mode.pth"),
        false => name,
    }
}

/// Where there is some already, else beside the code.
fn place(project: &Project, readiness: &Readiness) -> String {
    if let Some(egg) = &readiness.egg {
        return egg.clone();
    }
    let mut homes = project
        .extensions()
        .iter()
        .map(|extension| project.home(module(&extension.object)));
    let home = match homes.next() {
        Some(Home::In(folder)) => folder,
        _ => String::new(),
    };
    joined(&home, &format!("{}.egg-info", file_name(&name(project))))
}

/// The distribution's; of one that computes it, the folder's.
fn name(project: &Project) -> String {
    let folder = || project.root.path().and_then(Path::file_name);
    match &project.distribution.name {
        Some(name) => name.value.clone(),
        None => folder().unwrap_or_default().to_string_lossy().into_owned(),
    }
}

/// As setuptools makes a name of a file from that of a distribution.
fn file_name(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            char if char.is_ascii_alphanumeric() || char == '.' => safe.push(char),
            _ if safe.ends_with('_') => {}
            _ => safe.push('_'),
        }
    }
    match safe.trim_matches('_') {
        "" => "extension".to_string(),
        safe => safe.to_string(),
    }
}

/// `PKG-INFO`.
fn about(project: &Project, remarks: &mut Vec<String>) -> String {
    let distribution = &project.distribution;
    let version = version::of(&project.root, distribution, &project.packaged).unwrap_or_else(|| {
        remarks.push("the version is computed: 0.0.0 stands for it".into());
        "0.0.0".into()
    });
    let computes = |field| distribution.computes(field) && distribution.dependencies.is_empty();
    if computes("dependencies") || computes("install_requires") {
        remarks.push("the dependencies are computed, and left out".into());
    }
    let mut text = String::from("Metadata-Version: 2.1\n");
    let mut header = |key: &str, value: &str| {
        let value = line(value);
        if !value.is_empty() {
            text.push_str(&format!("{key}: {value}\n"));
        }
    };
    header("Name", &name(project));
    header("Version", &version);
    let summary = distribution.summary.iter().map(|value| ("Summary", value));
    let python = distribution
        .requires_python
        .iter()
        .map(|value| ("Requires-Python", value));
    let dependencies = distribution.dependencies.iter().map(|value| ("Requires-Dist", value));
    for (key, value) in summary.chain(python).chain(dependencies) {
        header(key, &value.value);
    }
    text
}

/// All groups in the order of their first entry, as `importlib.metadata` reads them.
fn entry_points(project: &Project) -> String {
    let declared = &project.distribution.entry_points;
    let mut text = String::new();
    let mut groups: Vec<&str> = Vec::new();
    for entry in declared {
        let group = entry.group.value.as_str();
        if groups.contains(&group) {
            continue;
        }
        groups.push(group);
        text.push_str(&format!("[{group}]\n"));
        let own = declared.iter().filter(|entry| entry.group.value == group);
        text.extend(
            own.map(|EntryPoint { name, object, .. }| format!("{} = {}\n", line(&name.value), line(&object.value))),
        );
        text.push('\n');
    }
    if project.report.extensions.is_empty() {
        text.push_str("[localstack.extensions]\n");
        let discovered = project.extensions().iter();
        text.extend(discovered.map(|extension| format!("{} = {}\n", extension.entry_point, extension.object)));
    }
    text
}

/// A value that begins no line of its own.
fn line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn top_level(project: &Project) -> String {
    let mut tops = project.packaged.tops();
    let extensions = project.extensions().iter();
    tops.extend(extensions.filter_map(|extension| module(&extension.object).split('.').next()));
    tops.sort_unstable();
    tops.dedup();
    tops.into_iter().map(|top| format!("{top}\n")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::host::developer::path::Metadata;

    /// A project with an extension in `a/x.py` below a folder.
    fn project(home: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let code = "from localstack.extensions.api import Extension\nclass A(Extension):\n    name = 'a'\n";
        let own = [(joined(home, "a/__init__.py"), ""), (joined(home, "a/x.py"), code)];
        let files = files.iter().map(|(file, content)| (file.to_string(), *content));
        for (file, content) in own.into_iter().chain(files) {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    const TOML: &str = "[project]\nname = 'A.b-c'\nversion = '1'\ndescription = \"It is\\nso\"\ndependencies = ['x>=1']\n[project.entry-points.'localstack.extensions']\na = 'a.x:A'\n";
    const ENTRY: &str = "[localstack.extensions]\na = a.x:A\n\n";

    fn written(folder: &Path) -> Result<Written> {
        let project = Project::read(folder)?;
        let written = write(&project, &Readiness::of(&project))?;
        let again = Project::read(folder)?;
        let left = Readiness::of(&again).missing;
        assert!(left.is_empty(), "{left:?}");
        Ok(written)
    }

    #[test]
    fn metadata_is_where_setuptools_would_put_it() {
        for (home, toml, expected) in [
            ("", TOML.to_string(), &["A.b_c.egg-info"][..]),
            ("src", TOML.to_string(), &["src.pth", "src/A.b_c.egg-info"]),
            (
                "lib/py",
                format!("{TOML}[tool.setuptools.packages.find]\nwhere = ['lib/py']\n"),
                &["lib-py.pth", "lib/py/A.b_c.egg-info"],
            ),
        ] {
            let folder = project(home, &[("pyproject.toml", &toml)]);
            let done = written(folder.path()).unwrap();
            assert_eq!(done.paths, expected);
            let egg = folder.path().join(expected.last().unwrap());
            let read = |file| fs::read_to_string(egg.join(file)).unwrap();
            assert_eq!(
                read("PKG-INFO"),
                "Metadata-Version: 2.1\nName: A.b-c\nVersion: 1\nSummary: It is so\nRequires-Dist: x>=1\n"
            );
            assert_eq!(
                (read("entry_points.txt").as_str(), read("top_level.txt").as_str()),
                (ENTRY, "a\n")
            );
            assert!(written(folder.path()).unwrap().paths.is_empty());
        }
    }

    #[test]
    fn what_is_stale_is_written_where_it_is() {
        let files = [
            ("pyproject.toml", TOML),
            (
                "A.b_c.egg-info/entry_points.txt",
                "[localstack.extensions]\na = a.old:A\n",
            ),
            ("A.b_c.egg-info/SOURCES.txt", "kept"),
            ("own.pth", "src\n"),
        ];
        let folder = project("src", &files);
        assert_eq!(written(folder.path()).unwrap().paths, ["A.b_c.egg-info"]);
        let egg = folder.path().join("A.b_c.egg-info");
        assert_eq!(fs::read_to_string(egg.join("entry_points.txt")).unwrap(), ENTRY);
        assert!(egg.join("SOURCES.txt").exists());
    }

    #[test]
    fn what_is_computed_has_a_sensible_value() {
        let cfg =
            "[metadata]\nname = a\nversion = attr: a.version.V\n[options]\npackages = find:\nsetup_requires = plux\n";
        let folder = project("", &[("setup.cfg", cfg)]);
        let done = written(folder.path()).unwrap();
        assert_eq!(done.remarks, ["the version is computed: 0.0.0 stands for it"]);
        let entries = fs::read_to_string(folder.path().join("a.egg-info/entry_points.txt")).unwrap();
        assert_eq!(entries, ENTRY.trim_end().to_string() + "\n");
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let elsewhere =
            TOML.replace("'a.x:A'", "'b.x:A'") + "[tool.setuptools]\npackages = ['b']\npackage-dir = {b = 'a'}\n";
        let folder = project("", &[("pyproject.toml", &elsewhere)]);
        let missing = |folder: &Path| {
            let project = Project::read(folder).unwrap();
            let found = Readiness::of(&project).missing;
            found
                .iter()
                .map(|missing| missing.problem(Path::new("/p")))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            missing(folder.path())[0].message,
            "`b.x` is the file a/x.py: it has that name only when it is installed"
        );
        let packages = ".venv/lib/python3.13/site-packages";
        let installed = format!("{packages}/A_b_c-1.dist-info/entry_points.txt");
        let files = [
            ("pyproject.toml", TOML),
            (".venv/pyvenv.cfg", ""),
            (&installed, "[localstack.extensions]\na = a.old:A\n"),
        ];
        let folder = project("", &files);
        assert_eq!(missing(folder.path())[0].at, format!("/p/{packages}/A_b_c-1.dist-info"));
        let script = "from setuptools import setup\nsetup(name='a', entry_points=found())\n";
        let folder = project("", &[("setup.py", script)]);
        assert_eq!(
            missing(folder.path())[0].message,
            "which entry points the project has is known only when it is built"
        );
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_into_what_is_no_folder() {
        let folder = project("", &[("pyproject.toml", TOML)]);
        let path = folder.path();
        fs::create_dir(path.join("other")).unwrap();
        std::os::unix::fs::symlink("other", path.join("A.b_c.egg-info")).unwrap();
        let project = Project::read(path).unwrap();
        let error = write(&project, &Readiness::of(&project)).unwrap_err();
        assert!(
            error.to_string().starts_with("could not write the metadata of"),
            "{error}"
        );
        assert_eq!(fs::read_dir(path.join("other")).unwrap().count(), 0);
    }

    #[test]
    fn installed_metadata_is_enough_and_dependencies_are_looked_for() {
        let packages = ".venv/lib/python3.13/site-packages";
        let installed = format!("{packages}/A_b_c-1.dist-info/entry_points.txt");
        let files = [("pyproject.toml", TOML), (".venv/pyvenv.cfg", ""), (&installed, ENTRY)];
        let folder = project("", &files);
        assert!(written(folder.path()).unwrap().paths.is_empty());
        let told = |folder: &Path| Readiness::of(&Project::read(folder).unwrap()).warnings;
        assert_eq!(
            told(folder.path()),
            ["LocalStack does not bring x: install the project with Python 3.13 into `.venv` in the folder"]
        );
        fs::create_dir_all(folder.path().join(packages).join("X-2.dist-info")).unwrap();
        assert!(told(folder.path()).is_empty());
        let root = folder.path().canonicalize().unwrap();
        assert_eq!(
            Metadata::on(&crate::host::developer::path::SearchPath::of(&root), &root).len(),
            2
        );
    }
}
