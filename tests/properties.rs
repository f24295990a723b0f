//! Any Unicode in any answer is refused, naming the question, or every generated file reads back equal.

use std::collections::BTreeMap;

use lstk_extensions::failure::Failure;
use lstk_extensions::scaffold::answers::{Given, Origin};
use lstk_extensions::scaffold::ask::Defaults;
use lstk_extensions::scaffold::circumstances::Circumstances;
use lstk_extensions::scaffold::interview::{Unanswered, resolve};
use lstk_extensions::scaffold::record::Record;
use lstk_extensions::scaffold::render::render;
use lstk_extensions::scaffold::source::Source;
use lstk_extensions::scaffold::store::Store;
use lstk_extensions::scaffold::template::Template;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::readback::{self, Files};

const QUESTIONS: [&str; 9] = [
    "project_name",
    "project_short_description",
    "project_slug",
    "module_name",
    "class_name",
    "full_name",
    "email",
    "github_username",
    "version",
];

/// Letters, anything at all, and what one of the formats gives a meaning.
fn text() -> impl Strategy<Value = String> {
    let special: Vec<char> = "\"'\\`%$#{}[]()<>|&*_~!=-+;:,.@/ \t\r\n\0\u{7f}\u{85}\u{2028}\u{202e}\u{feff}ßé漢🚀"
        .chars()
        .collect();
    let char = prop_oneof![3 => "[a-z0-9]".prop_map(|text| text.chars().next().unwrap()), 3 => select(special), 1 => any::<char>()];
    prop::collection::vec(char, 0..60).prop_map(|chars| chars.into_iter().collect())
}

fn generate(key: &str, value: &str) -> Result<(Files, BTreeMap<String, String>), anyhow::Error> {
    let template = Template::load(Source::BuiltIn("basic".into()), &Store::built_in("basic").unwrap())?;
    let mut given = Given::default();
    given.answers.insert(key.to_string(), (value.into(), Origin::Flag));
    let answers = resolve(&template, &Circumstances::fixed(), &given, &mut Defaults)?;
    let mut tree = render(&template, &answers)?.tree;
    Record::of(&template, &answers, &tree, "p".as_ref())?.add_to(&mut tree)?;
    let files = tree
        .into_iter()
        .map(|(path, file)| (path.to_string(), String::from_utf8(file.content.to_vec()).unwrap()));
    let answers = answers
        .iter()
        .map(|answer| (answer.key.clone(), answer.value.to_string()))
        .collect();
    Ok((files.collect(), answers))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_is_refused_or_reads_back_equal(key in select(&QUESTIONS[..]), value in text()) {
        match generate(key, &value) {
            Ok((files, answers)) => {
                let free_text = ["project_name", "project_short_description", "full_name", "email"].contains(&key);
                if free_text {
                    prop_assert_eq!(&answers[key], &value.trim().replace("\r\n", "\n"));
                }
                if let Err(what) = readback::check(&files, &answers) {
                    prop_assert!(false, "{}", what);
                }
            }
            // A name nothing can be derived from leaves the next question open instead.
            Err(error) if error.is::<Unanswered>() => prop_assert_eq!(key, "project_name"),
            Err(error) => {
                let failure = error.downcast_ref::<Failure>().expect("a refusal");
                let [problem] = &failure.problems[..] else { panic!("{failure:?}") };
                prop_assert_eq!(&problem.at, key);
                prop_assert!(!problem.message.is_empty());
            }
        }
    }
}

#[test]
fn most_texts_are_accepted() {
    // The property above would hold for a program that refuses everything.
    for (key, value) in [
        ("project_name", "Größe \"50%\" $(id) {{ 7*7 }} ~~*_[x](y)_*~~ 🚀"),
        ("project_short_description", "# a\n- b\n\n    c\n1. d\n=== \\"),
        ("full_name", "O'Hara \"J\" <x@y> ;#, %(name)s"),
        ("email", "o'hara+50%@bücher.example"),
    ] {
        let (files, answers) = generate(key, value).unwrap();
        assert_eq!(readback::check(&files, &answers), Ok(()), "{key}");
    }
}
