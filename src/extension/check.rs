//! Would LocalStack load it: everything that is to be said of a project or a distribution, without running any of it.
//!
//! An error is only what is certain. Where something is computed, or lies where nothing is looked at, there is no verdict.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::code::Code;
use super::distribution::{Distribution, built};
use super::finding::{self, Finding, Severity};
use super::fix;
use super::packages::{Packaged, packaged};
use super::root::Root;

mod classes;
mod discovery;
mod entries;
mod licence;
mod names;
mod packaging;
mod requirements;
mod surroundings;

/// An extension as LocalStack will know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// `name` of its class, where that can be read.
    pub name: Option<String>,
    pub entry_point: String,
    /// `module:Class`
    pub object: String,
    /// Where the class is.
    pub file: Option<String>,
    pub line: Option<usize>,
}

/// Name and version of a distribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub name: Option<String>,
    pub version: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Report {
    /// As it was given.
    pub path: PathBuf,
    /// What the files of the findings are below.
    pub root: PathBuf,
    pub distribution: Option<Identity>,
    pub extensions: Vec<Extension>,
    /// Those that no entry point names, and that Plux would find when the project is built.
    pub discovered: Vec<Extension>,
    /// In the order of files and lines.
    pub findings: Vec<Finding>,
}

impl Report {
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }
}

/// What every rule looks at.
struct Subject<'a> {
    root: &'a Root,
    distribution: &'a Distribution,
    packaged: &'a Packaged,
    code: &'a Code<'a>,
    /// It is a folder with sources, not something built.
    is_project: bool,
}

/// Looks at a project's folder, a wheel, or a folder with the metadata of a distribution. Fails only for what cannot be
/// looked at at all.
pub fn check(path: &Path) -> Result<Report> {
    let (root, metadata) = opened(path)?;
    let mut report = Report {
        path: path.to_path_buf(),
        root: root.path().map_or_else(|| path.to_path_buf(), Path::to_path_buf),
        distribution: None,
        extensions: Vec::new(),
        discovered: Vec::new(),
        findings: Vec::new(),
    };
    let is_project = metadata.is_none();
    let distribution = match metadata.or_else(|| metadata_in(&root).filter(|_| root.path().is_none())) {
        Some(folder) => Some(built::read(&root, &folder)),
        None => {
            Distribution::of_project(&root).or_else(|| metadata_in(&root).map(|folder| built::read(&root, &folder)))
        }
    };
    match distribution {
        None => report.findings.push(no_project(&root)),
        Some(distribution) => look(&root, &distribution, is_project, &mut report),
    }
    for finding in &mut report.findings {
        finding.fix = finding.fix.take().filter(fix::is_safe);
    }
    report.findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.file.clone(), finding.line, finding.column);
        key(a).cmp(&key(b)).then(a.severity.cmp(&b.severity))
    });
    report.findings.dedup();
    Ok(report)
}

/// The extensions of an installed distribution, without a verdict; by its folder of metadata.
pub fn extensions(info: &Path) -> Result<Vec<Extension>> {
    let (root, metadata) = opened(info)?;
    let distribution = built::read(&root, &metadata.unwrap_or_default());
    let packaged = packaged(&root, &distribution);
    let code = Code::new(&root, &packaged);
    let subject = Subject {
        root: &root,
        distribution: &distribution,
        packaged: &packaged,
        code: &code,
        is_project: false,
    };
    let mut entries = entries::check(&subject, &mut Vec::new());
    for entry in &mut entries {
        entry.name = names::named(&subject, entry).map(|(name, _)| name);
    }
    Ok(entries.into_iter().map(entries::Entry::told).collect())
}

/// The files, and the folder of metadata that was named.
fn opened(path: &Path) -> Result<(Root, Option<String>)> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if name.ends_with(".whl") {
        return Ok((Root::wheel(path)?, None));
    }
    let is_metadata = name.ends_with(".dist-info") || name.ends_with(".egg-info");
    if !is_metadata || !path.is_dir() {
        return Ok((Root::folder(path, None)?, None));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let listed = recorded(path).map(|files| Root::listed(parent, files));
    // Beside it may be everything else that is installed.
    let alone = match &listed {
        Some(root) => built::read(root, &name),
        None => built::read(&Root::folder(parent, Some(std::slice::from_ref(&name)))?, &name),
    };
    let modules = alone
        .extensions()
        .map(|entry| entry.parts().map_or("", |(module, _)| module));
    let wanted: Vec<String> = modules
        .filter_map(|module| module.split('.').next())
        .map(str::to_string)
        .collect();
    // The code may be another distribution's.
    let is_its_own = |root: &Root| {
        wanted
            .iter()
            .all(|top| root.folders.contains(top) || root.has(&format!("{top}.py")))
    };
    if let Some(root) = listed.filter(is_its_own) {
        return Ok((root, Some(name)));
    }
    let mut tops = vec![name.clone()];
    tops.extend(wanted);
    Ok((Root::folder(parent, Some(&tops))?, Some(name)))
}

/// The files that an installer has written down. Where an editable project's code is, its list does not say.
fn recorded(metadata: &Path) -> Option<Vec<String>> {
    let listed = super::record::read(metadata).ok()?;
    let is_editable = |file: &String| file.ends_with(".pth") || file.starts_with("__editable__");
    (!listed.is_empty() && !listed.iter().any(is_editable)).then_some(listed)
}

/// The metadata of what was built, at the top of a wheel or beside sources that declare nothing.
fn metadata_in(root: &Root) -> Option<String> {
    let ends = [".dist-info", ".egg-info"];
    let mut tops = root
        .top_folders()
        .filter(|name| ends.iter().any(|end| name.ends_with(end)));
    tops.next().map(str::to_string)
}

fn no_project(root: &Root) -> Finding {
    let code = finding::Code::NoProject;
    match root.path() {
        Some(_) => Finding::error(
            code,
            "there is neither pyproject.toml nor setup.cfg nor setup.py here, and no metadata",
        )
        .hint("name the project's folder: `lstk-extensions dev check DIR`; `lstk-extensions dev new` makes one"),
        None => Finding::error(code, "there is no X.dist-info folder in the wheel")
            .hint("build it again: `python -m build`"),
    }
}

fn look(root: &Root, distribution: &Distribution, is_project: bool, report: &mut Report) {
    report.distribution = Some(Identity {
        name: distribution.name.as_ref().map(|name| name.value.clone()),
        version: distribution.version.as_ref().map(|version| version.value.clone()),
    });
    let packaged = packaged(root, distribution);
    let code = Code::new(root, &packaged);
    let subject = Subject {
        root,
        distribution,
        packaged: &packaged,
        code: &code,
        is_project: is_project && root.path().is_some(),
    };
    let findings = &mut report.findings;
    findings.extend(distribution.problems.iter().cloned());
    if !findings.is_empty() {
        // What else such a file would have said is not known.
        return;
    }
    let mut entries = entries::check(&subject, findings);
    for entry in &mut entries {
        entry.name = names::named(&subject, entry).map(|(name, _)| name);
    }
    report.discovered = discovery::check(&subject, &entries, findings);
    classes::check(&subject, &entries, findings);
    names::check(&subject, &entries, findings);
    packaging::check(&subject, &entries, findings);
    requirements::check(&subject, findings);
    licence::check(&subject, findings);
    surroundings::check(&subject, findings);
    report.extensions = entries.into_iter().map(entries::Entry::told).collect();
}
