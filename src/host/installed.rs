//! Which extensions an environment holds: read from what installers have written down, so that it takes no Python.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::extension::check;
use crate::extension::distribution::{GROUP, Requirement, normalized};
use crate::extension::file;
use crate::extension::metadata::Headers;
use crate::parallel;

/// Until nothing has changed meanwhile.
const MOST_LOOKS: usize = 10;

/// A distribution with at least one extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    pub name: String,
    pub version: String,
    pub summary: String,
    /// Or else the address.
    pub author: String,
    pub plugins: Vec<Plugin>,
    /// The folder `X.dist-info`.
    pub info: PathBuf,
}

/// An extension, as LocalStack would know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// `name` of its class, where that can be read; the entry point's name else.
    pub name: String,
    pub entry_point: String,
    /// `module:Class`
    pub object: String,
}

/// The distributions in a folder with packages: the name in its normal form, and the folder `X.dist-info`.
pub fn distributions(packages: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let entries = match fs::read_dir(packages) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let info = entry?.path();
        if let Some((name, _)) = identity(&info) {
            found.push((normalized(&name), info));
        }
    }
    found.sort();
    Ok(found)
}

/// Name and version, as the name of a folder `X.dist-info` has them.
pub fn identity(info: &Path) -> Option<(String, String)> {
    let stem = info.file_name()?.to_str()?.strip_suffix(".dist-info")?;
    // The version has no `-`, and neither has the name as it stands here; old tools wrote it all the same.
    let (name, version) = stem.rsplit_once('-')?;
    Some((name.to_string(), version.to_string()))
}

/// Those of them that hold an extension, by name.
pub fn extensions(packages: &Path) -> io::Result<Vec<Installed>> {
    let mut found = distributions(packages)?;
    let mut looks = 1;
    loop {
        let read = parallel::map(&found, |(_, info)| of(info));
        let after = distributions(packages)?;
        if after == found || looks == MOST_LOOKS {
            return Ok(read.into_iter().flatten().collect());
        }
        // Another run has put a changed environment in its place, and some of these folders are gone.
        found = after;
        looks += 1;
    }
}

/// What is to be said of one; nothing where it has no extension.
pub fn of(info: &Path) -> Option<Installed> {
    let entry_points = file::read_text(&info.join("entry_points.txt")).ok()?;
    if !entry_points.contains(GROUP) {
        return None;
    }
    let extensions = check::extensions(info).ok()?;
    if extensions.is_empty() {
        return None;
    }
    let plugin = |extension: check::Extension| Plugin {
        name: extension.name.unwrap_or_else(|| extension.entry_point.clone()),
        entry_point: extension.entry_point,
        object: extension.object,
    };
    let metadata = file::read(&info.join("METADATA")).unwrap_or_default();
    let metadata = String::from_utf8_lossy(&metadata);
    let headers = Headers::read(&metadata);
    let header = |name| headers.first(name).map(known).unwrap_or_default();
    // The folder says it where the metadata do not.
    let (name, version) = identity(info)?;
    let or = |text: String, other: String| if text.is_empty() { other } else { text };
    Some(Installed {
        name: or(header("name"), name),
        version: or(header("version"), version),
        summary: header("summary"),
        author: or(header("author"), header("author-email")),
        plugins: extensions.into_iter().map(plugin).collect(),
        info: info.to_path_buf(),
    })
}

/// The normal names of what a distribution needs without any extra, whatever else it says of them.
pub fn requirements(info: &Path) -> Vec<String> {
    let metadata = file::read(&info.join("METADATA")).unwrap_or_default();
    let metadata = String::from_utf8_lossy(&metadata);
    let headers = Headers::read(&metadata);
    let plain = headers.all("requires-dist").filter(|line| !line.contains("extra"));
    plain.filter_map(|line| Some(Requirement::parse(line)?.name)).collect()
}

/// Old tools wrote this word for nothing.
fn known(value: &str) -> String {
    if value == "UNKNOWN" {
        String::new()
    } else {
        value.to_string()
    }
}

impl Installed {
    /// Whether a user means this one: by distribution or by extension.
    pub fn is_called(&self, name: &str) -> bool {
        normalized(&self.name) == normalized(name)
            || self
                .plugins
                .iter()
                .any(|plugin| plugin.name == name || plugin.entry_point == name)
    }

    /// For programs.
    pub fn data(&self) -> Value {
        let plugin =
            |plugin: &Plugin| json!({ "name": plugin.name, "entryPoint": plugin.entry_point, "object": plugin.object });
        json!({
            "name": self.name,
            "version": self.version,
            "summary": self.summary,
            "author": self.author,
            "plugins": self.plugins.iter().map(plugin).collect::<Vec<_>>(),
        })
    }

    /// `name 1.0 (plugin)`
    pub fn told(&self) -> String {
        let plugins: Vec<&str> = self.plugins.iter().map(|plugin| plugin.name.as_str()).collect();
        format!("{} {} ({})", self.name, self.version, plugins.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_told_from_other_distributions() {
        let packages = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = packages.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let metadata =
            "Name: A.b\nVersion: 1\nSummary: does\n  much\nAuthor: UNKNOWN\nAuthor-email: a@b.c\nLicense: x\n\ny: z\n";
        write("A.b-1.dist-info/METADATA", metadata);
        write(
            "A.b-1.dist-info/entry_points.txt",
            "[localstack.extensions]\na_b = a_b:X\n",
        );
        write(
            "A.b-1.dist-info/RECORD",
            "a_b.py,,\nA.b-1.dist-info/METADATA,,\nA.b-1.dist-info/entry_points.txt,,\n",
        );
        write(
            "a_b.py",
            "from localstack.extensions.api import Extension\nclass X(Extension):\n    name = 'a-b'\n",
        );
        write("other-2.dist-info/METADATA", "Name: other\nVersion: 2\n");
        write("other-2.dist-info/entry_points.txt", "[console_scripts]\no = o:main\n");
        let names: Vec<String> = distributions(packages.path())
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["a-b", "other"]);
        let found = extensions(packages.path()).unwrap();
        let [one] = &found[..] else { panic!("{found:?}") };
        assert_eq!(one.told(), "A.b 1 (a-b)");
        assert_eq!((one.summary.as_str(), one.author.as_str()), ("does much", "a@b.c"));
        assert!(["a-b", "A_B", "a_b"].iter().all(|name| one.is_called(name)) && !one.is_called("ab"));
        assert!(extensions(&packages.path().join("none")).unwrap().is_empty());
    }
}
