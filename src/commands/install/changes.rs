//! What an installation has changed, told to a person and to a program.

use serde_json::{Value, json};

use crate::host::installed::{self, Installed};
use crate::host::local::Wanted;
use crate::host::spec::Spec;
use crate::host::verdict::Contents;

#[derive(Default)]
pub(super) struct Changes {
    /// Each with the version that was there before.
    extensions: Vec<(Installed, Option<String>)>,
    /// Names and versions.
    others: Vec<(String, String)>,
    /// What was wanted and was there.
    unchanged: Vec<String>,
}

impl Changes {
    pub(super) fn between(before: &Contents, after: &Contents, wanted: Wanted<'_>) -> Changes {
        let mut changed = after.since(before);
        changed.extend(wanted.all().filter_map(Spec::renewed));
        let mut changes = Changes::default();
        for name in &changed {
            let Some(info) = after.info(name) else { continue };
            match installed::of(info) {
                Some(one) => changes.extensions.push((one, before.version(name))),
                None => changes
                    .others
                    .push((name.clone(), after.version(name).unwrap_or_default())),
            }
        }
        for name in wanted.all().filter_map(Spec::name) {
            if let Some(version) = after.version(&name).filter(|_| !changed.contains(&name)) {
                changes.unchanged.push(format!("{name} {version}"));
            }
        }
        changes
    }

    pub(super) fn told(&self) -> String {
        let mut text = String::new();
        for (one, before) in &self.extensions {
            let instead = match before {
                Some(before) if *before != one.version => format!(", in place of {before}"),
                Some(_) => ", again".to_string(),
                None => String::new(),
            };
            text.push_str(&format!("Installed {}{instead}\n", one.told()));
        }
        if !self.others.is_empty() {
            let names: Vec<String> = self
                .others
                .iter()
                .map(|(name, version)| format!("{name} {version}"))
                .collect();
            let with = if self.extensions.is_empty() {
                "Installed"
            } else {
                "  with"
            };
            text.push_str(&format!("{with} {}\n", names.join(", ")));
        }
        for name in &self.unchanged {
            text.push_str(&format!(
                "{name} is there already; `--upgrade` takes the newest version\n"
            ));
        }
        text
    }

    /// LocalStack would notice.
    pub(super) fn is_something(&self) -> bool {
        !self.extensions.is_empty() || !self.others.is_empty()
    }

    /// For programs.
    pub(super) fn add_to(&self, data: &mut Value) {
        let extension = |(one, before): &(Installed, Option<String>)| {
            let mut data = one.data();
            data["replaced"] = json!(before);
            data
        };
        let other = |(name, version): &(String, String)| json!({ "name": name, "version": version });
        data["installed"] = self.extensions.iter().map(extension).collect();
        data["dependencies"] = self.others.iter().map(other).collect();
        data["unchanged"] = json!(self.unchanged);
    }
}
