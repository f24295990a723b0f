//! `install --auto`: what LocalStack installs when it starts, ahead of that.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Changes, Install};
use crate::Outcome;
use crate::commands::host::volume_data;
use crate::failure::is_final;
use crate::host::requirements::Requirements;
use crate::host::spec::Spec;

/// Where LocalStack looks, in its container.
const FILE: &str = "/etc/localstack/conf.d/extensions.txt";

/// What came of the items, in their order.
#[derive(Default)]
struct Results {
    text: String,
    data: Vec<Value>,
    failed: usize,
}

pub(super) fn run(install: &Install<'_>) -> Result<Outcome> {
    let mut results = Results::default();
    let named = install.args.requirement.as_deref();
    let file = named.unwrap_or(Path::new(FILE));
    // The usual file need not be there.
    if named.is_some() || file.exists() {
        of_file(install, file, &mut results)?;
    }
    for item in &install.session.config.localstack.auto_install {
        let result = match Spec::parse_all([item.as_str()]) {
            Ok(specs) => install.all(&specs, &Requirements::default()),
            Err(failure) => Err(failure.into()),
        };
        results.add(install, &crate::remote::without_credentials(item), result)?;
    }
    let ui = &install.session.ui;
    if results.data.is_empty() {
        ui.status(&format!(
            "Nothing is to be installed: there is no {FILE}, and EXTENSION_AUTO_INSTALL names nothing."
        ));
    }
    ui.status(&format!("Volume: {}", install.held.volume));
    let data = json!({
        "volume": volume_data(&install.held.volume),
        "engine": install.engine.kind(),
        "items": results.data,
    });
    Ok(match results.failed {
        0 => Outcome::status(results.text, data),
        failed => {
            ui.status(&format!("{failed} of {} items failed.", results.data.len()));
            Outcome::differs(results.text, data)
        }
    })
}

/// All at once, as LocalStack does; one by one where that fails.
fn of_file(install: &Install<'_>, file: &Path, results: &mut Results) -> Result<()> {
    let listed = match Requirements::read(file) {
        Ok(listed) => listed,
        Err(failure) => return results.add(install, &file.display().to_string(), Err(failure.into())),
    };
    if listed.items.is_empty() {
        return Ok(());
    }
    match install.all(&[], &listed) {
        Err(error) if listed.items.len() > 1 && !is_final(&error) => {
            install
                .session
                .ui
                .status("They cannot be installed together, so each is tried alone.");
            for item in &listed.items {
                let result = install.all(&[], &listed.only(item));
                results.add(install, &item.at, result)?;
            }
            Ok(())
        }
        result => results.add(install, &file.display().to_string(), result),
    }
}

impl Results {
    /// Only the user's wish to stop is an error here.
    fn add(&mut self, install: &Install<'_>, item: &str, result: Result<Changes>) -> Result<()> {
        let mut data = json!({ "item": item, "ok": result.is_ok() });
        match result {
            Ok(changes) => {
                self.text.push_str(&changes.told());
                changes.add_to(&mut data);
            }
            Err(error) if is_final(&error) => return Err(error),
            Err(error) => {
                let error = error.context(format!("could not install {item}"));
                install.session.ui.complain(&error);
                data["error"] = json!(format!("{error:#}"));
                self.failed += 1;
            }
        }
        self.data.push(data);
        Ok(())
    }
}
