//! What is to be said of an installation once it is there, or before it takes its place: LocalStack itself would be silent.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use super::environment::Environment;
use super::installed::{Installed, distributions, extensions, identity};
use super::spec::Spec;
use crate::extension::check;
use crate::extension::distribution::normalized;
use crate::extension::finding::Severity;
use crate::failure::Problem;

/// The distributions that are there, by normal name, with their folders of metadata.
#[derive(Clone, Debug, Default)]
pub struct Contents(BTreeMap<String, PathBuf>);

impl Contents {
    pub fn of(environment: &Environment) -> io::Result<Contents> {
        let found = distributions(&environment.site_packages())?;
        Ok(Contents(found.into_iter().collect()))
    }

    fn folder(&self, name: &str) -> Option<OsString> {
        Some(self.0.get(name)?.file_name()?.to_os_string())
    }

    /// Those that are new here, or there in another version than before.
    pub fn since(&self, before: &Contents) -> BTreeSet<String> {
        let names = self.0.keys().filter(|name| self.folder(name) != before.folder(name));
        names.cloned().collect()
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn info(&self, name: &str) -> Option<&PathBuf> {
        self.0.get(name)
    }

    /// As the folder of metadata has it.
    pub fn version(&self, name: &str) -> Option<String> {
        Some(identity(self.info(name)?)?.1)
    }
}

/// What speaks against an installation.
#[derive(Debug, Default)]
pub struct Verdict {
    /// LocalStack would not load it, or not it alone.
    pub problems: Vec<Problem>,
    /// What holds no extension.
    pub without: Vec<Spec>,
}

/// Looks at what came into an environment.
pub fn of(environment: &Environment, before: &Contents, specs: &[Spec]) -> io::Result<Verdict> {
    let after = Contents::of(environment)?;
    let there = extensions(&environment.site_packages())?;
    let mut changed = after.since(before);
    changed.extend(specs.iter().filter_map(named));
    let is_changed = |one: &Installed| changed.contains(&normalized(&one.name));
    let mut verdict = Verdict::default();
    for one in there.iter().filter(|one| is_changed(one)) {
        verdict.problems.extend(faults(one));
        verdict.problems.extend(clashes(one, &there, &is_changed));
    }
    for spec in specs {
        if let Some(problem) = misnamed(spec, &after, &changed) {
            verdict.problems.push(problem);
            continue;
        }
        let holds = match named(spec) {
            // Not by what LocalStack calls it: an index may have another package of that name.
            Some(name) => there.iter().any(|one| normalized(&one.name) == name),
            None => there.iter().any(is_changed),
        };
        if !holds {
            verdict.without.push(spec.clone());
        }
    }
    Ok(verdict)
}

/// An address that calls the package something else than it is called: pip refuses that, uv does not.
fn misnamed(spec: &Spec, after: &Contents, changed: &BTreeSet<String>) -> Option<Problem> {
    let Spec::Address(_) = spec else { return None };
    let name = spec.name().filter(|name| !after.has(name))?;
    let problem = Problem::new(
        spec.to_string(),
        format!("`#egg={name}` is not what the package is called"),
    );
    let mut there = changed.iter().filter(|name| after.has(name));
    Some(match (there.next(), there.next()) {
        (Some(only), None) => problem.hint(format!("`#egg={only}`")),
        _ => problem,
    })
}

fn named(spec: &Spec) -> Option<String> {
    spec.name().or_else(|| spec.renewed())
}

/// Why LocalStack would not load it.
fn faults(one: &Installed) -> Vec<Problem> {
    let at = format!("{} {}", one.name, one.version);
    let report = match check::check(&one.info) {
        Ok(report) => report,
        Err(error) => return vec![Problem::new(at, format!("{error:#}"))],
    };
    let errors = report
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error);
    let told = |finding: crate::extension::finding::Finding| {
        let place = finding
            .line
            .map(|line| format!("{}:{line}: ", finding.file))
            .unwrap_or_default();
        Problem::new(&at, format!("{place}{}", finding.message))
    };
    errors.map(told).collect()
}

/// Of two extensions with one name LocalStack loads one, and does not say so.
fn clashes(one: &Installed, there: &[Installed], is_changed: &dyn Fn(&Installed) -> bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    for other in there.iter().filter(|other| other.info != one.info) {
        // Two new ones would be told twice.
        if is_changed(other) && other.info < one.info {
            continue;
        }
        for plugin in &one.plugins {
            if other.plugins.iter().any(|theirs| theirs.name == plugin.name) {
                let message = format!(
                    "its extension is called `{}`, as that of {} is",
                    plugin.name, other.name
                );
                problems.push(
                    Problem::new(format!("{} {}", one.name, one.version), message).hint(format!(
                        "LocalStack loads only one of a name: `lstk-extensions uninstall {}`",
                        other.name
                    )),
                );
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn put(environment: &Environment, name: &str, version: &str, plugin: Option<&str>) {
        let packages = environment.site_packages();
        let info = format!("{name}-{version}.dist-info");
        fs::create_dir_all(packages.join(&info)).unwrap();
        fs::write(
            packages.join(&info).join("METADATA"),
            format!("Name: {name}\nVersion: {version}\n"),
        )
        .unwrap();
        fs::write(
            packages.join(&info).join("RECORD"),
            format!("{name}.py,,\n{info}/METADATA,,\n{info}/entry_points.txt,,\n"),
        )
        .unwrap();
        if let Some(plugin) = plugin {
            let entry = format!("[localstack.extensions]\n{plugin} = {name}:X\n");
            fs::write(packages.join(&info).join("entry_points.txt"), entry).unwrap();
            let code = format!(
                "from localstack.extensions.api import Extension\nclass X(Extension):\n    name = '{plugin}'\n"
            );
            fs::write(packages.join(format!("{name}.py")), code).unwrap();
        }
    }

    #[test]
    fn what_localstack_would_keep_to_itself_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::at(folder.path().join("python_venv"), "3.13");
        environment.lay_out().unwrap();
        put(&environment, "old", "1", Some("same"));
        let before = Contents::of(&environment).unwrap();
        put(&environment, "fine", "1", Some("fine"));
        put(&environment, "twin", "2", Some("same"));
        put(&environment, "plain", "3", None);
        put(&environment, "same", "5", None);
        put(&environment, "broken", "4", Some("broken"));
        let broken = environment.site_packages().join("broken-4.dist-info/entry_points.txt");
        fs::write(broken, "[localstack.extensions]\nbroken = broken:Y\n").unwrap();
        let after = Contents::of(&environment).unwrap();
        assert_eq!(
            Vec::from_iter(after.since(&before)),
            ["broken", "fine", "plain", "same", "twin"]
        );
        assert_eq!(after.version("plain").as_deref(), Some("3"));
        let specs = ["fine", "plain", "same"].map(|name| Spec::Requirement(name.to_string()));
        let verdict = of(&environment, &before, &specs).unwrap();
        let told: Vec<String> = verdict
            .problems
            .iter()
            .map(|problem| format!("{}: {}", problem.at, problem.message))
            .collect();
        assert_eq!(verdict.without, specs[1..]);
        assert!(
            told[0].starts_with("broken 4: ") && told[0].contains("names the class `Y`"),
            "{told:?}"
        );
        let address = Spec::Address("git+https://g.h/o/r#egg=fin".to_string());
        let misnamed = of(&environment, &before, &[address]).unwrap();
        let misnamed = misnamed
            .problems
            .iter()
            .find(|problem| problem.message.contains("`#egg=fin`"));
        assert!(misnamed.is_some_and(|problem| problem.hint.is_none()));
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!(told[1], "twin 2: its extension is called `same`, as that of old is");
    }
}
