use super::*;
use crate::scaffold::source::Source;
use crate::scaffold::store::Store;

/// Answers from a list, and remembers what was asked with which default, and what was refused.
#[derive(Default)]
struct Script {
    replies: Vec<&'static str>,
    seen: Vec<String>,
}

impl Ask for Script {
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Reply> {
        let (key, default) = (
            &asked.question.key,
            asked.default.and_then(Value::as_text).unwrap_or("-"),
        );
        self.seen
            .push(format!("{}/{} {key} [{default}]", asked.number, asked.total));
        Ok(match self.replies.remove(0) {
            "" => Reply::Keep,
            "<" => Reply::Back,
            text => Reply::Said(Value::text(text)),
        })
    }

    fn refused(&mut self, question: &Question, refusal: &Refusal) -> Result<()> {
        self.seen.push(format!("{} {}", question.key, refusal.reason));
        Ok(())
    }
}

/// A template of a manifest alone.
fn template(manifest: &str) -> Template {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("template.toml"), manifest).unwrap();
    let store = Store::folder(folder.path().to_path_buf());
    Template::load(Source::Folder(folder.path().to_path_buf()), &store).expect("a good manifest")
}

const MANIFEST: &str = r#"
    [template]
    name = "t"
    version = "1"
    description = ""
    [[question]]
    key = "name"
    default = "One"
    [[question]]
    key = "hidden"
    default = "{{ name }}!"
    when = "false"
    [[question]]
    key = "version"
    default = "1.0"
    check = "version"
    [[question]]
    key = "slug"
    default = "{{ name | slug }}"
"#;

fn play(given: &Given, replies: &[&'static str]) -> (Answers, Vec<String>) {
    let template = template(MANIFEST);
    let mut script = Script {
        replies: replies.to_vec(),
        ..Script::default()
    };
    let answers = resolve(&template, &Circumstances::fixed(), given, &mut script).expect("answers");
    assert!(script.replies.is_empty(), "left over: {:?}", script.replies);
    (answers, script.seen)
}

fn values(answers: &Answers) -> Vec<&str> {
    answers.iter().map(|answer| answer.value.as_text().unwrap()).collect()
}

#[test]
fn a_refused_answer_is_asked_again_and_a_normal_form_is_noted() {
    let (answers, seen) = play(&Given::default(), &["", "latest", "v2.0", ""]);
    assert_eq!(values(&answers), ["One", "One!", "2.0", "one"]);
    assert_eq!(answers.normalised, [("version".into(), "v2.0".into(), "2.0".into())]);
    assert_eq!(seen[1], "2/3 version [1.0]");
    assert!(seen[2].starts_with("version must be a Python version"));
}

#[test]
fn going_back_forgets_what_followed_and_offers_what_was_typed() {
    let (answers, seen) = play(&Given::default(), &["<", "Two", "v2", "<", "<", "Three", "", ""]);
    assert_eq!(values(&answers), ["Three", "Three!", "2", "three"]);
    assert_eq!(answers.normalised, []);
    assert_eq!(
        seen,
        [
            "1/3 name [One]",
            "1/3 name [One]",
            "2/3 version [1.0]",
            "3/3 slug [two]",
            "2/3 version [2]",
            "1/3 name [Two]",
            "2/3 version [2]",
            "3/3 slug [three]",
        ]
    );
}

#[test]
fn revising_one_answer_keeps_what_was_typed_and_lets_defaults_follow() {
    let given = Given::default();
    let (answers, _) = play(&given, &["Two", "7", ""]);
    let (answers, seen) = play(&answers.revising("name", &given), &["Three", ""]);
    assert_eq!(values(&answers), ["Three", "Three!", "7", "three"]);
    assert_eq!(seen, ["1/2 name [Two]", "2/2 slug [three]"]);
}
