//! `install --auto`: what LocalStack installs when it starts, ahead of that.

use std::path::Path;

use anyhow::{Error, Result};
use serde_json::{Value, json};

use super::{Args, Changes, Install};
use crate::commands::host::{RESTART, volume_data};
use crate::failure::{Failure, Problem, is_final};
use crate::host::requirements::Requirements;
use crate::host::spec::Spec;
use crate::{Outcome, Session};

/// Where LocalStack looks, in its container.
const FILE: &str = "/etc/localstack/conf.d/extensions.txt";

/// What came of the items, in their order.
#[derive(Default)]
struct Results {
    text: String,
    data: Vec<Value>,
    failed: usize,
    is_something: bool,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let ui = &session.ui;
    let items = &session.config.localstack.auto_install;
    let named = args.requirement.as_deref();
    let file = named.unwrap_or(Path::new(FILE));
    // The usual file need not be there.
    let has_file = named.is_some() || file.exists();
    if !has_file && items.is_empty() {
        ui.status(&format!(
            "Nothing is to be installed: there is no {FILE}, and EXTENSION_AUTO_INSTALL names nothing."
        ));
        return Ok(Outcome::status("", json!({ "items": [] })));
    }
    let install = Install::ready(args, session)?;
    let mut results = Results::default();
    if has_file {
        of_file(&install, file, &mut results)?;
    }
    for item in items {
        let result = match Spec::parse_all([item.as_str()]) {
            Ok(specs) => install.all(&specs, &Requirements::default()),
            Err(failure) => Err(failure.into()),
        };
        results.add(&install, &crate::remote::without_credentials(item), result)?;
    }
    let data = json!({
        "volume": volume_data(&install.held.volume),
        "engine": install.engine.kind(),
        "items": results.data,
    });
    let text = results.text + if results.is_something { RESTART } else { "" };
    Ok(match results.failed {
        0 => Outcome::status(text, data),
        failed => {
            ui.status(&format!("{failed} of {} items failed.", results.data.len()));
            Outcome::differs(text, data)
        }
    })
}

/// All at once, as LocalStack does; one by one where that fails.
fn of_file(install: &Install<'_>, file: &Path, results: &mut Results) -> Result<()> {
    let shown = file.display().to_string();
    let listed = match Requirements::read(file) {
        Ok(listed) => listed,
        Err(failure) => return results.add(install, &shown, Err(failure.into())),
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
        result => results.add(install, &shown, result),
    }
}

impl Results {
    /// What would fail for the next item likewise is an error of the whole.
    fn add(&mut self, install: &Install<'_>, item: &str, result: Result<Changes>) -> Result<()> {
        let mut data = json!({ "item": item, "ok": result.is_ok() });
        match result {
            Ok(changes) => {
                self.text.push_str(&changes.told());
                self.is_something |= changes.is_something();
                changes.add_to(&mut data);
            }
            Err(error) if is_final(&error) => return Err(error),
            Err(error) => {
                install.session.ui.complain(&error);
                data["error"] = cause(&error);
                self.failed += 1;
            }
        }
        self.data.push(data);
        Ok(())
    }
}

/// For programs.
fn cause(error: &Error) -> Value {
    let problems = error
        .downcast_ref::<Failure>()
        .map_or(&[][..], |failure| &failure.problems);
    json!({
        "message": format!("{error:#}"),
        "problems": problems.iter().map(Problem::data).collect::<Vec<_>>(),
    })
}
