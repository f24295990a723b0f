//! What an environment of another Python holds, so that it can be installed into a new one.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

use super::environment::Environment;
use super::installed::{Installed, extensions};
use super::spec::Spec;
use crate::extension::file;
use crate::failure::is_final;

/// The extensions of an environment.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub specs: Vec<Spec>,
    /// Those that came from a place which is not there, in words.
    pub lost: Vec<String>,
}

impl Kept {
    pub fn of(environment: &Environment) -> std::io::Result<Kept> {
        let mut kept = Kept::default();
        for packages in environment.all_site_packages()? {
            for one in extensions(&packages)? {
                match again(&one) {
                    Ok(spec) => kept.specs.push(spec),
                    Err(place) => kept.lost.push(format!(
                        "{} {} is gone: it came from {place}, which is not there; install it again",
                        one.name, one.version
                    )),
                }
            }
        }
        Ok(kept)
    }
}

/// From the place it came from, else by name and version: another package of an index may have the name of somebody's folder.
fn again(one: &Installed) -> Result<Spec, String> {
    let Installed { name, version, .. } = one;
    let direct = file::read(&one.info.join("direct_url.json")).ok();
    let direct: Option<Value> = direct.and_then(|text| serde_json::from_slice(&text).ok());
    let Some(direct) = direct else {
        return Ok(Spec::Requirement(format!("{name}=={version}")));
    };
    let url = direct["url"].as_str().unwrap_or_default();
    let vcs = &direct["vcs_info"];
    let url = match (
        vcs["vcs"].as_str(),
        vcs["commit_id"].as_str(),
        url.strip_prefix("file://"),
    ) {
        (Some(vcs), Some(commit), _) => format!("{vcs}+{url}@{commit}"),
        // It may have been a path of a container.
        (_, _, Some(path)) => {
            let path = PathBuf::from(decoded(path));
            return match path.exists() {
                true => Ok(Spec::Path(path)),
                false => Err(path.display().to_string()),
            };
        }
        _ => url.to_string(),
    };
    let folder = direct["subdirectory"]
        .as_str()
        .map(|folder| format!("#subdirectory={folder}"));
    Ok(Spec::Requirement(format!(
        "{name} @ {url}{}",
        folder.unwrap_or_default()
    )))
}

/// A path as an address has it.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = code
            .and_then(|two| u8::from_str_radix(two, 16).ok())
            .filter(|_| *first == b'%');
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Installs all of them together, or else those that can be; returns the others, in words.
pub fn reinstall(specs: &[Spec], install: &mut dyn FnMut(&[Spec]) -> Result<()>) -> Result<Vec<String>> {
    if specs.is_empty() {
        return Ok(Vec::new());
    }
    match install(specs) {
        Err(error) if is_final(&error) => return Err(error),
        Err(_) => {}
        Ok(()) => return Ok(Vec::new()),
    }
    let mut lost = Vec::new();
    for spec in specs {
        match install(std::slice::from_ref(spec)) {
            Err(error) if is_final(&error) => return Err(error),
            Err(error) => lost.push(format!("{spec} is gone: {error}")),
            Ok(()) => {}
        }
    }
    Ok(lost)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn told(direct: Option<&str>, folder: &Path) -> String {
        let file = folder.join("direct_url.json");
        match direct {
            Some(direct) => fs::write(file, direct).unwrap(),
            None => drop(fs::remove_file(file)),
        }
        let one = Installed {
            name: "a".to_string(),
            version: "1".to_string(),
            summary: String::new(),
            author: String::new(),
            plugins: Vec::new(),
            info: folder.to_path_buf(),
        };
        match again(&one) {
            Ok(spec) => spec.to_string(),
            Err(place) => format!("lost {place}"),
        }
    }

    #[test]
    fn what_was_there_comes_from_where_it_came_from() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("my ext")).unwrap();
        assert_eq!(told(None, root), "a==1");
        let here = format!(
            "{{\"url\": \"file://{}/my%20ext\", \"dir_info\": {{}}}}",
            root.display()
        );
        assert_eq!(told(Some(&here), root), format!("{}/my ext", root.display()));
        // Never by its name alone from an index.
        assert_eq!(
            told(Some(r#"{"url": "file:///tmp/no/a.whl"}"#), root),
            "lost /tmp/no/a.whl"
        );
        assert_eq!(
            told(Some(r#"{"url": "https://x.y/a.whl"}"#), root),
            "a @ https://x.y/a.whl"
        );
        let git = r#"{"url": "https://g.h/o/r", "subdirectory": "s", "vcs_info": {"vcs": "git", "commit_id": "abc"}}"#;
        assert_eq!(told(Some(git), root), "a @ git+https://g.h/o/r@abc#subdirectory=s");
        assert_eq!(decoded("a%2Fb%zz%"), "a/b%zz%");
    }

    #[test]
    fn what_cannot_be_had_again_does_not_keep_the_rest() {
        let specs = ["a", "b", "c"].map(|name| Spec::Requirement(name.to_string()));
        let mut installed = Vec::new();
        let mut install = |specs: &[Spec]| {
            if specs.iter().any(|spec| spec.to_string() == "b") {
                anyhow::bail!("no b");
            }
            installed.extend(specs.iter().map(ToString::to_string));
            Ok(())
        };
        assert_eq!(reinstall(&specs, &mut install).unwrap(), ["b is gone: no b"]);
        assert_eq!(installed, ["a", "c"]);
    }
}
