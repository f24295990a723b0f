//! `dev check`: each code has a small project that it is told of, with all that is said of it, and what `--fix` makes of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lstk_extensions::extension::finding::Code;
use serde_json::Value;
use snapbox::{Data, assert_data_eq};

use crate::support::Sandbox;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}

/// The code that a case is for: the longest one that its name begins with.
fn code(case: &Path) -> Option<&'static str> {
    let name = name(case);
    let codes = Code::ALL.iter().map(|code| code.name());
    codes
        .filter(|code| name.starts_with(code))
        .max_by_key(|code| code.len())
}

/// A sandbox with the project of a case in `project/`.
fn sandbox(case: &Path) -> Sandbox {
    let sandbox = Sandbox::new();
    let root = case.join("project");
    for path in files(&root) {
        let content = fs::read_to_string(root.join(&path)).unwrap();
        sandbox.write(&format!("project/{path}"), &content);
    }
    sandbox
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        match entry.path().is_dir() {
            true => found.extend(files(&entry.path()).iter().map(|below| format!("{name}/{below}"))),
            false => found.push(name),
        }
    }
    found.sort();
    found
}

fn data(text: &str) -> Value {
    serde_json::from_str::<Value>(text).unwrap()["data"].clone()
}

fn codes(data: &Value) -> BTreeSet<String> {
    let findings = data["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_string())
        .collect()
}

#[test]
fn every_code_has_a_project_that_it_is_told_of() {
    let cases = cases();
    let tried: BTreeSet<&str> = cases.iter().filter_map(|case| code(case)).collect();
    let all: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(tried, all);
    for case in cases {
        let seen = sandbox(&case).run(&["--json", "dev", "check", "project"]);
        let data = data(&seen.stdout);
        let told = codes(&data);
        match code(&case) {
            Some(code) => assert!(told.contains(code), "{}: {told:?}", case.display()),
            // An installation is not there, all else is well.
            None => assert_eq!(Vec::from_iter(told), ["dev-metadata"], "{}", case.display()),
        }
        assert_eq!(seen.status, Some(i32::from(data["errors"] != 0)), "{}", case.display());
    }
}

#[test]
fn all_that_is_said_of_a_project_is_the_reviewed_text() {
    for case in cases() {
        let sandbox = sandbox(&case);
        let root = case.join("project");
        let seen = sandbox.run(&["dev", "check", "project"]);
        assert_eq!(seen.stderr, "");
        let mut text = format!("$ lstk-extensions dev check\n{}", seen.stdout);
        let fixed = sandbox.run(&["dev", "check", "--fix", "project"]);
        let changed: Vec<String> = files(&root)
            .into_iter()
            .filter(|path| sandbox.read(&format!("project/{path}")) != fs::read_to_string(root.join(path)).unwrap())
            .collect();
        assert_eq!(changed.is_empty(), seen.stdout == fixed.stdout, "{}", case.display());
        if !changed.is_empty() {
            text.push_str(&format!("\n$ lstk-extensions dev check --fix\n{}", fixed.stdout));
        }
        for path in changed {
            let now = sandbox.read(&format!("project/{path}"));
            text.push_str(&format!("\n$ cat {path}\n{now}"));
        }
        assert_data_eq!(text, Data::read_from(&case.join("expected.txt"), None).raw());
    }
}

#[test]
fn a_fix_that_is_told_is_made_and_lasts() {
    let mut fixable = 0;
    for case in cases() {
        let sandbox = sandbox(&case);
        let is_fixable = |data: &Value| {
            let findings = data["findings"].as_array().unwrap();
            findings.iter().filter(|finding| finding["fixable"] == true).count()
        };
        let before = data(&sandbox.run(&["--json", "dev", "check", "project"]).stdout);
        let after = data(&sandbox.run(&["--json", "dev", "check", "project", "--fix"]).stdout);
        let fixed = after["fixed"].as_array().unwrap().len();
        assert!(fixed >= is_fixable(&before), "{}", case.display());
        assert_eq!(is_fixable(&after), 0, "{}", case.display());
        assert_eq!(fixed > 0, is_fixable(&before) > 0, "{}", case.display());
        if let Some(code) = code(&case).filter(|_| fixed > 0) {
            assert!(!codes(&after).contains(code), "{}", case.display());
        }
        fixable += is_fixable(&before);
    }
    assert!(fixable >= 10, "{fixable}");
}

#[test]
fn strict_takes_warnings_for_errors() {
    let case = cases().into_iter().find(|case| name(case) == "name-differs").unwrap();
    let sandbox = sandbox(&case);
    let text = sandbox.run(&["dev", "check", "project"]).ok();
    let strict = sandbox.run(&["dev", "check", "project", "--strict"]);
    assert_eq!(
        (strict.status, strict.stdout, strict.stderr.as_str()),
        (Some(1), text, "")
    );
}

#[test]
fn the_manual_has_every_code_and_no_other() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks.md");
    let text = fs::read_to_string(manual).unwrap();
    let sections: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(sections, codes);
}

#[test]
fn what_is_no_folder_and_no_wheel_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write("bomb.whl", "PK");
    sandbox.write("file", "");
    for path in ["nowhere", "file", "bomb.whl"] {
        let error = sandbox.run(&["dev", "check", path]).fails(1);
        assert!(error.starts_with("error: ") && error.contains(path), "{error}");
    }
}

/// A wheel with these files, packed by the same library that reads it.
fn wheel(sandbox: &Sandbox, path: &str, files: &[(&str, &str)]) {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(fs::File::create(sandbox.path(path)).unwrap());
    for (name, content) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
}

const METADATA: &str = "Metadata-Version: 2.4\nName: a-b\nVersion: 1\n\n";
const POINTS: &str = "[localstack.extensions]\na-b = a_b.x:AB\n";
const CODE: &str = "from localstack.extensions.api import Extension\n\nclass AB(Extension):\n    name = 'a-b'\n";

#[test]
fn a_wheel_is_checked_as_it_is() {
    let sandbox = Sandbox::new();
    let info = [
        ("a_b-1.dist-info/METADATA", METADATA),
        ("a_b-1.dist-info/entry_points.txt", POINTS),
    ];
    wheel(&sandbox, "good.whl", &[info[0], info[1], ("a_b/x.py", CODE)]);
    assert_eq!(
        sandbox.run(&["dev", "check", "good.whl"]).ok(),
        "a-b: LocalStack would load it: a-b = a_b.x:AB\n"
    );
    wheel(&sandbox, "lacks.whl", &[info[0], info[1], ("a_b/__init__.py", "")]);
    let seen = sandbox.run(&["dev", "check", "lacks.whl"]);
    assert_eq!(seen.status, Some(1));
    assert!(
        seen.stdout.starts_with(
            "a_b-1.dist-info/entry_points.txt:2: error: the entry point names the module `a_b.x`, which is not there\n"
        ),
        "{}",
        seen.stdout
    );
    // Installed, beside much else.
    for (path, content) in [info[0], info[1], ("a_b/x.py", CODE), ("other/setup.py", "broken(")] {
        sandbox.write(&format!("site/{path}"), content);
    }
    let installed = sandbox.run(&["dev", "check", "site/a_b-1.dist-info"]).ok();
    assert_eq!(installed, "a-b: LocalStack would load it: a-b = a_b.x:AB\n");
}

#[test]
fn a_hostile_wheel_or_project_does_no_harm() {
    let sandbox = Sandbox::new();
    wheel(
        &sandbox,
        "out.whl",
        &[("../../evil.py", ""), ("a_b-1.dist-info/METADATA", METADATA)],
    );
    let error = sandbox.run(&["dev", "check", "out.whl"]).fails(1);
    assert!(error.contains("outside of the folder"), "{error}");
    // 64 MiB of blanks, in some kilobytes.
    let bomb = " ".repeat(64 << 20);
    wheel(
        &sandbox,
        "bomb.whl",
        &[
            ("a_b-1.dist-info/METADATA", &bomb),
            ("a_b-1.dist-info/entry_points.txt", POINTS),
        ],
    );
    let seen = sandbox.run(&["dev", "check", "bomb.whl"]);
    assert!(
        seen.stdout
            .contains("a_b-1.dist-info/METADATA: error: cannot be read: it is larger than 2 MiB"),
        "{}",
        seen.stdout
    );
    sandbox.write("p/pyproject.toml", &format!("x = {}", "[".repeat(100_000)));
    let seen = sandbox.run(&["dev", "check", "p"]);
    assert!(
        seen.status == Some(1) && seen.stdout.contains("this is not TOML"),
        "{}",
        seen.all()
    );
    sandbox.write(
        "q/setup.cfg",
        "[metadata]\nname = \u{1b}[31m\n[options.entry_points]\nlocalstack.extensions =\n  \u{1b}[2J = a:\u{1b}\n",
    );
    let seen = sandbox.run(&["dev", "check", "q"]);
    assert!(
        !seen.stdout.contains('\u{1b}') && seen.stdout.contains("\\u{1b}"),
        "{}",
        seen.stdout
    );
}

#[cfg(unix)]
#[test]
fn a_fix_changes_no_file_outside_of_the_project() {
    let sandbox = Sandbox::new();
    let code = "from localstack.extensions.api import Extension\n\nclass AB(Extension):\n    pass\n";
    sandbox.write("outside/x.py", code);
    sandbox.write("p/setup.cfg", "[metadata]\nname = a-b\n[options]\npackages = find:\n[options.entry_points]\nlocalstack.extensions =\n    a-b = a_b.x:AB\n");
    sandbox.write("p/a_b/__init__.py", "");
    std::os::unix::fs::symlink(sandbox.path("outside/x.py"), sandbox.path("p/a_b/x.py")).unwrap();
    let seen = sandbox.run(&["dev", "check", "--fix", "p"]);
    assert_eq!(sandbox.read("outside/x.py"), code);
    assert!(
        seen.status == Some(0) && !seen.stdout.contains("fixed:"),
        "{}",
        seen.all()
    );
}
