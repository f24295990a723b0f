//! Good manifests are taken, and of bad ones every problem is told: with its place, and a hint.

use std::fs;
use std::path::{Path, PathBuf};

use lstk_extensions::scaffold::manifest::{Manifest, engine};
use snapbox::{Data, assert_data_eq};

fn manifests(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests").join(kind);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths
}

#[test]
fn good_manifests_are_taken() {
    let paths = manifests("good");
    assert!(paths.len() >= 5);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let manifest = Manifest::parse(&text, &engine(&text));
        assert!(manifest.is_ok(), "{}: {:#?}", path.display(), manifest.err());
    }
}

#[test]
fn every_problem_of_a_bad_manifest_is_told_with_its_place_and_a_hint() {
    let paths = manifests("bad");
    assert!(paths.len() >= 40);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let problems = Manifest::parse(&text, &engine(&text)).expect_err("a bad manifest");
        let mut told = String::new();
        for problem in problems {
            assert!(
                problem.at.starts_with("template.toml:"),
                "{}: {problem:?}",
                path.display()
            );
            let hint = problem
                .hint
                .unwrap_or_else(|| panic!("{}: no hint for {}", path.display(), problem.message));
            told.push_str(&format!("{}: {}\n  hint: {hint}\n", problem.at, problem.message));
        }
        assert_data_eq!(told, Data::read_from(&path.with_extension("txt"), None).raw());
    }
}
