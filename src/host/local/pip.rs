//! pip, where there is no uv: it tells what is needed, installs that into a folder, and this puts it beside the rest.
//!
//! pip can install for another machine only into a folder, and takes no account of what is installed then. So it is asked first
//! what would be missing, with a folder that says what is there.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::removal::remove;
use super::renewal::Renewal;
use super::{Order, PYTHONS};
use crate::extension::distribution::{Requirement, normalized};
use crate::extension::file;
use crate::extension::metadata::Headers;
use crate::failure::{Code, Failure};
use crate::host::installed::{distributions, identity};
use crate::host::requirements::Requirements;
use crate::installer::{Tell, command, pip, run};
use crate::lock::Lock;
use crate::runtime::python;

const SCRIPT: &str = include_str!("pip_for_container.py");

/// What pip would install.
#[derive(Deserialize)]
struct Report {
    install: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Identity,
    /// It was named by an address or a path.
    #[serde(default)]
    is_direct: bool,
    download_info: Download,
}

#[derive(Deserialize)]
struct Identity {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Download {
    url: String,
    subdirectory: Option<String>,
    vcs_info: Option<Revision>,
}

#[derive(Deserialize)]
struct Revision {
    vcs: String,
    commit_id: String,
}

impl Report {
    /// As arguments, without what LocalStack's image brings: a newer one beside that would never be imported.
    fn missing(&self, provided: &BTreeMap<String, String>) -> Vec<String> {
        let is_brought = |item: &&Item| provided.contains_key(&normalized(&item.metadata.name));
        let missing = self.install.iter().filter(|item| !is_brought(item));
        missing.map(Item::argument).collect()
    }
}

impl Item {
    /// As an argument that means exactly this one.
    fn argument(&self) -> String {
        let Identity { name, version } = &self.metadata;
        if !self.is_direct {
            return format!("{name}=={version}");
        }
        let Download {
            url,
            subdirectory,
            vcs_info,
        } = &self.download_info;
        let url = match vcs_info {
            Some(revision) => format!("{}+{url}@{}", revision.vcs, revision.commit_id),
            None => url.clone(),
        };
        // pip itself tells the address of a repository without.
        let url = url.replace(' ', "%20");
        match subdirectory {
            Some(folder) => format!("{name} @ {url}#subdirectory={folder}"),
            None => format!("{name} @ {url}"),
        }
    }
}

pub(super) fn install(
    order: &Order<'_>,
    renewal: &Renewal,
    cache: &Path,
    lock: &Lock,
    tell: &mut dyn FnMut(Tell<'_>),
) -> Result<()> {
    let room = renewal.staging();
    let installed = room.join("installed");
    write_installed(order, renewal, &installed).with_context(|| format!("could not write {}", installed.display()))?;
    let interpreter = prepared(cache, tell)?;
    let script = room.join("pip_for_container.py");
    fs::write(&script, SCRIPT).with_context(|| format!("could not write {}", script.display()))?;
    let markers = order.target.markers().to_string();
    let pip = || {
        let mut pip = command(&interpreter);
        pip.arg("-I").arg(&script).arg(&markers).arg(&installed);
        pip.args([
            "--disable-pip-version-check",
            "--no-input",
            "install",
            "--progress-bar=off",
        ]);
        pip.args(order.target.pip_platform());
        pip
    };
    let report = room.join("report.json");
    let mut resolve = pip();
    resolve.arg("--dry-run").arg("--report").arg(&report);
    run_for(order, resolve.args(order.arguments()), lock, tell)?;
    let options = room.join("options.txt");
    let listed = Requirements {
        options: order.wanted.listed.options.clone(),
        items: Vec::new(),
    };
    fs::write(&options, listed.text()).with_context(|| format!("could not write {}", options.display()))?;
    let report = fs::read(&report).with_context(|| format!("could not read {}", report.display()))?;
    let report: Report = serde_json::from_slice(&report).context("could not read what pip reports")?;
    let mut missing = report.missing(&order.target.provided);
    // That one is there in any case, as it runs.
    missing.extend(order.renewed.iter().filter(|name| *name == "pip").cloned());
    if missing.is_empty() {
        return Ok(());
    }
    let brought = room.join("brought");
    let mut fetch = pip();
    fetch
        .args(["--no-deps", "--no-compile", "--target"])
        .arg(&brought)
        .arg("--requirement")
        .arg(&options)
        .arg("--");
    run_for(order, fetch.args(missing), lock, tell)?;
    let merging = || format!("could not write into {}", renewal.environment.folder.display());
    merge(&brought, renewal).with_context(merging)
}

fn run_for(
    order: &Order<'_>,
    command: &mut Command,
    lock: &Lock,
    tell: &mut dyn FnMut(Tell<'_>),
) -> Result<(), Failure> {
    run("pip", command, lock, &|| order.wanted.failed(), tell)
}

/// A folder that says what is installed, in LocalStack's own environment as well, and has nothing that could be imported.
fn write_installed(order: &Order<'_>, renewal: &Renewal, folder: &Path) -> io::Result<()> {
    let provided = &order.target.provided;
    let mut known: BTreeMap<String, String> = provided
        .iter()
        .map(|(name, version)| (name.clone(), format!("{version}\n")))
        .collect();
    for (name, info) in distributions(&renewal.environment.site_packages())? {
        if let Some((_, version)) = identity(&info) {
            known.insert(name, format!("{version}\n{}", needs(&info, provided)));
        }
    }
    known.retain(|name, _| !order.renewed.contains(name));
    for (name, rest) in known {
        let version = rest.lines().next().unwrap_or_default();
        let info = folder.join(format!("{}-{version}.dist-info", name.replace('-', "_")));
        fs::create_dir_all(&info)?;
        let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {rest}");
        fs::write(info.join("METADATA"), metadata)?;
    }
    fs::create_dir_all(folder)
}

/// The lines with what a distribution needs, so that what is missing of that is brought again; what LocalStack's image has is
/// there in the one version that it has.
fn needs(info: &Path, provided: &BTreeMap<String, String>) -> String {
    let metadata = file::read(&info.join("METADATA")).unwrap_or_default();
    let metadata = String::from_utf8_lossy(&metadata);
    let headers = Headers::read(&metadata);
    let is_own = |line: &&str| !Requirement::parse(line).is_some_and(|needed| provided.contains_key(&needed.name));
    let lines = headers.all("requires-dist").filter(is_own);
    lines.map(|line| format!("Requires-Dist: {line}\n")).collect()
}

/// An interpreter with a pip of today and nothing else, made once.
fn prepared(cache: &Path, tell: &mut dyn FnMut(Tell<'_>)) -> Result<PathBuf> {
    let folder = cache.join("pip");
    let interpreter = folder.join("bin").join("python");
    let mark = folder.join("made");
    if mark.exists() && interpreter.exists() {
        return Ok(interpreter);
    }
    let mut waiting = || tell(Tell::Step("another run is preparing pip, waiting for it"));
    let alone = Lock::take(&folder.with_added_extension("lock"), &mut waiting)?;
    if mark.exists() && interpreter.exists() {
        return Ok(interpreter);
    }
    let needs = "neither uv nor Python is there to install with".to_string();
    let python = python::find(None, &PYTHONS, &needs)?;
    let unable = || Failure::new(Code::DependencyMissing, "could not prepare pip");
    let mut venv = command(&python);
    run(
        "venv",
        venv.args(["-m", "venv", "--clear"]).arg(&folder),
        &alone,
        &unable,
        tell,
    )?;
    let mut update = pip(&interpreter);
    update.args(["install", "--quiet", "--upgrade", "pip"]);
    run("pip", &mut update, &alone, &unable, tell)?;
    // Older Pythons bring it, and what is here counts as installed there.
    let mut rid = pip(&interpreter);
    rid.args(["uninstall", "--quiet", "--yes", "setuptools"]);
    run("pip", &mut rid, &alone, &unable, tell)?;
    fs::write(&mark, "").with_context(|| format!("could not write {}", mark.display()))?;
    Ok(interpreter)
}

/// Puts what was brought into the copy, in place of other versions of the same.
fn merge(brought: &Path, renewal: &Renewal) -> io::Result<()> {
    let environment = &renewal.environment;
    let there = distributions(&environment.site_packages())?;
    for (name, _) in distributions(brought)? {
        for (_, old) in there.iter().filter(|(old, _)| *old == name) {
            remove(environment, old)?;
        }
    }
    moved(brought, &environment.site_packages())
}

/// Moves everything in a folder into another one, where some of it may be: packages of several distributions share folders.
fn moved(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() && target.is_dir() {
            moved(&entry.path(), &target)?;
        } else {
            fs::rename(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pip_would_install_is_named_exactly() {
        let report = r#"{"install": [
            {"metadata": {"name": "a", "version": "1"}, "download_info": {"url": "https://x.y/a.whl"}},
            {"metadata": {"name": "b", "version": "2"}, "is_direct": true, "download_info":
                {"url": "file:///o/a r", "subdirectory": "s", "vcs_info": {"vcs": "git", "commit_id": "abc"}}},
            {"metadata": {"name": "c", "version": "3"}, "is_direct": true, "download_info": {"url": "file:///c.whl"}},
            {"metadata": {"name": "Brought_Too", "version": "2"}, "download_info": {"url": "https://x.y/b.whl"}}]}"#;
        let report: Report = serde_json::from_str(report).unwrap();
        let provided = BTreeMap::from([("brought-too".to_string(), "1".to_string())]);
        assert_eq!(
            report.missing(&provided),
            [
                "a==1",
                "b @ git+file:///o/a%20r@abc#subdirectory=s",
                "c @ file:///c.whl"
            ]
        );
    }

    #[test]
    fn what_is_needed_beside_the_image_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let metadata = "Name: a\nRequires-Dist: flask>=2\nRequires-Dist: Boto3<1\nRequires-Dist: x; extra == 'dev'\n";
        fs::write(folder.path().join("METADATA"), metadata).unwrap();
        let provided = BTreeMap::from([("boto3".to_string(), "1.42".to_string())]);
        let told = "Requires-Dist: flask>=2\nRequires-Dist: x; extra == 'dev'\n";
        assert_eq!(needs(folder.path(), &provided), told);
    }

    #[test]
    fn folders_that_are_shared_become_one() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for (root, file) in [(&from, "shared/new.py"), (&from, "own/x.py"), (&to, "shared/old.py")] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        moved(&from, &to).unwrap();
        assert!(
            ["shared/new.py", "shared/old.py", "own/x.py"]
                .iter()
                .all(|file| to.join(file).exists())
        );
    }
}
