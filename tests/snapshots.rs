//! What each built-in template gives for recorded answers, compared with the golden trees in `snapshots/`.
//!
//! `snapshots/TEMPLATE/CASE.toml` holds answers, the folder `CASE` beside it the project. To make or renew a tree, run
//! the tests with `SNAPSHOTS=overwrite` and review the difference.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lstk_extensions::scaffold::answers::{Given, Origin};
use lstk_extensions::scaffold::ask::Defaults;
use lstk_extensions::scaffold::interview::{Circumstances, resolve};
use lstk_extensions::scaffold::plan::Plan;
use lstk_extensions::scaffold::record::Record;
use lstk_extensions::scaffold::render::render;
use lstk_extensions::scaffold::source::Source;
use lstk_extensions::scaffold::store::{Store, built_in};
use lstk_extensions::scaffold::template::Template;
use lstk_extensions::scaffold::tree::Tree;
use snapbox::IntoData;

fn expected(case: &Path) -> Tree {
    let text = fs::read_to_string(case.with_extension("toml")).unwrap();
    let given: BTreeMap<String, String> = toml::from_str(&text).unwrap();
    let answers = given
        .into_iter()
        .map(|(key, value)| (key, (value.as_str().into(), Origin::DataFile)))
        .collect();
    let given = Given {
        answers,
        ..Given::default()
    };
    let name = case.parent().and_then(Path::file_name).unwrap().to_str().unwrap();
    let template = Template::load(Source::BuiltIn(name.into()), &Store::built_in(name).unwrap()).unwrap();
    let answers = resolve(&template, &Circumstances::fixed(), &given, &mut Defaults).unwrap();
    let mut tree = render(&template, &answers).unwrap().tree;
    Record::of(&template, &answers, &tree)
        .unwrap()
        .add_to(&mut tree)
        .unwrap();
    tree
}

#[test]
fn every_template_gives_its_golden_trees() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    for template in built_in() {
        let mut cases: Vec<_> = fs::read_dir(root.join(template))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        cases.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        assert!(cases.len() >= 3, "{template} has {} cases", cases.len());
        for case in cases {
            let golden = case.with_extension("");
            let tree = expected(&case);
            if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
                let _ = fs::remove_dir_all(&golden);
                Plan::fresh(&golden, tree.clone()).unwrap().apply().unwrap();
            }
            let found = Tree::read(&golden).unwrap();
            let paths = |tree: &Tree| tree.iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>();
            assert_eq!(paths(&found), paths(&tree), "{}", golden.display());
            for ((path, found), (_, file)) in found.iter().zip(tree.iter()) {
                let text = |content: &[u8]| String::from_utf8_lossy(content).into_owned();
                snapbox::assert_data_eq!(text(&file.content), text(&found.content).raw());
                assert_eq!(found.executable, file.executable, "{path}");
            }
        }
    }
}

#[test]
fn the_golden_trees_are_whole_in_git() {
    // A `.gitignore` in a golden tree is a real one, and could hide files beside it.
    let listed = std::process::Command::new("git")
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
