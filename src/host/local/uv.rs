//! uv, which resolves, fetches, builds and installs for another machine than this one.

use std::fs;

use anyhow::{Context, Result};

use super::{Order, PYTHONS};
use crate::installer::{Tell, command, run};
use crate::lock::Lock;
use crate::runtime::python;

use super::renewal::Renewal;

/// Installs into the copy. What is there already stays, unless it does not satisfy, or a newer one is wanted.
pub(super) fn install(order: &Order<'_>, renewal: &Renewal, lock: &Lock, tell: &mut dyn FnMut(Tell<'_>)) -> Result<()> {
    let target = &order.target;
    let room = renewal.staging();
    let overrides = room.join("overrides.txt");
    fs::write(&overrides, target.overrides()).with_context(|| format!("could not write {}", overrides.display()))?;
    let mut uv = command("uv");
    // Where no project's settings speak to it.
    uv.current_dir(&room);
    uv.args(["pip", "install", "--no-progress", "--link-mode=copy"]);
    // Any Python will do, it only builds what there is no wheel of; uv fetches one where there is none.
    match python::find(None, &PYTHONS, "") {
        Ok(python) => uv.arg("--python").arg(python),
        Err(_) => uv.args(["--python", &target.python]),
    };
    uv.args(["--python-version", &target.python]);
    uv.args(["--python-platform", &target.uv_platform()]);
    uv.arg("--target").arg(renewal.environment.site_packages());
    uv.arg("--overrides").arg(&overrides);
    for name in &order.renewed {
        uv.args(["--reinstall-package", name]);
    }
    uv.args(order.arguments());
    run("uv", &mut uv, lock, &|| order.wanted.failed(), tell)?;
    // Its lock; ours holds for the copy.
    let _ = fs::remove_file(renewal.environment.site_packages().join(".lock"));
    Ok(())
}
