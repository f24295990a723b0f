//! The built-in templates are tested by the commands that everybody has for their own.
//!
//! `snapshots/TEMPLATE/CASE.toml` holds answers, the folder `CASE` beside it the project. With `SNAPSHOTS=overwrite` the
//! trees are recorded anew.

use std::path::{Path, PathBuf};
use std::process::Command;

use lstk_extensions::scaffold::built_in::built_in;

use crate::support::Sandbox;

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn every_built_in_template_is_clean_and_gives_its_golden_trees() {
    for template in built_in() {
        let sandbox = Sandbox::new();
        let cases = in_project("snapshots").join(template).display().to_string();
        let on = |command| vec!["template", command, template, "--snapshots", &cases];
        if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
            let _ = sandbox.run(&on("snapshot")).ok();
        }
        let said = sandbox.run(&on("check")).ok();
        let count = std::fs::read_dir(&cases).unwrap().count() / 2;
        assert!(count >= 3, "{template} has {count} cases");
        assert_eq!(
            said,
            format!("{template}: no problems, {count} of {count} recorded cases as they were\n")
        );
    }
}

#[test]
fn the_golden_trees_are_whole_in_git() {
    // A `.gitignore` in a golden tree is a real one, and could hide files beside it.
    let listed = Command::new("git")
        .args([
            "ls-files",
            "--others",
            "--ignored",
            "--exclude-standard",
            "snapshots",
            "templates",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "");
}
