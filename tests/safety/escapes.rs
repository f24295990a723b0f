//! Names that would leave the project, and answers that look like template code.

use std::path::Component;

use lstk_extensions::scaffold::answers::{Given, Origin};
use lstk_extensions::scaffold::ask::Defaults;
use lstk_extensions::scaffold::circumstances::Circumstances;
use lstk_extensions::scaffold::interview::resolve;
use lstk_extensions::scaffold::plan::Plan;
use lstk_extensions::scaffold::render::render;
use lstk_extensions::scaffold::source::Source;
use lstk_extensions::scaffold::store::Store;
use lstk_extensions::scaffold::template::Template;
use proptest::prelude::*;
use proptest::sample::select;

use super::{HEADER, NEW, template, world};

/// What a part of a template's path may be made of; `a` and `b` are the answers.
const PIECES: [&str; 24] = [
    "{{ a }}",
    "{{ b }}",
    "{{ a ~ b }}",
    "{{ '..' }}",
    "{{ '/' }}",
    "{{ '../' ~ a }}",
    "{{ a | replace('x', '..') }}",
    "{{ [a, b] | join('\\x2f') }}",
    "{{ [a, '..', b] | join('\\u002f') }}",
    "{% if a %}..{% endif %}",
    "{% for c in a %}{{ c }}{% endfor %}",
    "{{ '.' }}{{ '.' }}",
    "{{ '\\\\' }}",
    "{{ '.GIT' | lower }}",
    "{{ '\\u0000' }}",
    "{{ 'C:' }}",
    "{# #}",
    ".",
    "..",
    "x",
    "\u{2215}",
    "\u{ff0e}\u{ff0e}",
    " ",
    "~",
];

fn answer() -> impl Strategy<Value = String> {
    let special: Vec<char> = "./\\:~ x{}%\0\n\u{2215}\u{ff0f}\u{200d}".chars().collect();
    let char = prop_oneof![3 => select(special), 1 => any::<char>()];
    prop_oneof![
        4 => prop::collection::vec(char, 0..8).prop_map(|chars| chars.into_iter().collect::<String>()),
        1 => select(vec!["..", "../..", "/", "/etc/passwd", ".git", "{{ b }}", "a"]).prop_map(str::to_string),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let part = prop::collection::vec(select(&PIECES[..]), 1..4).prop_map(|pieces| pieces.concat());
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"))
}

/// The outcome of a template with one file of this name, its project made in a folder of its own: the paths in it.
fn made(path: &str, a: &str, b: &str) -> Option<Vec<String>> {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("template");
    let file = folder.join("files").join(path);
    // Only what a folder can hold at all; of the others each part is tried by itself.
    if path.split('/').any(|part| part == "." || part == "..") {
        return None;
    }
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "content").unwrap();
    let questions = "[[question]]\nkey = \"a\"\n[[question]]\nkey = \"b\"\n";
    std::fs::write(folder.join("template.toml"), format!("{HEADER}{questions}")).unwrap();
    let template = Template::load(Source::Folder(folder.clone()), &Store::folder(folder)).unwrap();
    let mut given = Given::default();
    for (key, value) in [("a", a), ("b", b)] {
        given.answers.insert(key.to_string(), (value.into(), Origin::Flag));
    }
    let answers = resolve(&template, &Circumstances::fixed(), &given, &mut Defaults).ok()?;
    let tree = render(&template, &answers).ok()?.tree;
    let paths = tree.iter().map(|(path, _)| path.to_string()).collect();
    let root = place.path().join("deep/project");
    let applied = Plan::fresh(&root, tree).unwrap().apply();
    let seen = |folder: &std::path::Path| {
        let names = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    // A name that the file system does not take is an error, and the rest is as it was.
    match applied {
        Ok(()) => {
            assert_eq!(seen(place.path()), ["deep", "template"]);
            assert_eq!(seen(&place.path().join("deep")), ["project"]);
        }
        Err(_) => assert_eq!(seen(place.path()), ["template"]),
    }
    Some(paths)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_name_and_no_answers_lead_out_of_the_project(path in path(), a in answer(), b in answer()) {
        for path in made(&path, &a, &b).unwrap_or_default() {
            let path = std::path::Path::new(&path);
            prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))), "{path:?}");
            prop_assert!(!path.to_string_lossy().contains(['\\', ':', '\0']), "{path:?}");
        }
    }
}

#[test]
fn some_names_lead_into_the_project() {
    // The property above would hold for a program that refuses everything.
    assert_eq!(made("{{ a }}/{{ a ~ b }}", "x", "y"), Some(vec!["x/xy".to_string()]));
    assert_eq!(made("x/{{ b }}", "x", ""), Some(Vec::new()));
    assert_eq!(made("{{ a }}", "../x", ""), None);
}

/// As an answer that a name is made of.
const ESCAPES: [&str; 40] = [
    "..",
    ".",
    "../x",
    "../../x",
    "../../../../../../../../tmp/lstk-extensions-escaped",
    "/",
    "//",
    "/tmp/lstk-extensions-escaped",
    "//tmp/lstk-extensions-escaped",
    "x/../../y",
    "x/..",
    "x/.",
    "./x",
    "x/",
    "x//y",
    "..\\x",
    "..\\..\\x",
    "\\",
    "\\x",
    "\\\\server\\share\\x",
    "\\\\?\\C:\\x",
    "\\\\.\\COM1",
    "C:",
    "C:x",
    "C:\\x",
    "C:/x",
    "x:stream",
    "~/x",
    "file:///x",
    "%2e%2e/x",
    "%2e%2e%2fx/..",
    "..;/x",
    "../\u{200b}x",
    "x\u{7f}",
    "x\u{9b}",
    "x\ty",
    "...",
    ".. ",
    " ..",
    "....",
];

#[test]
fn forty_answers_that_would_lead_elsewhere_are_refused() {
    let question = "[[question]]\nkey = \"k\"\n";
    let sandbox = template(question, &[("files/{{ k }}/f", "x"), ("files/a{{ k }}", "x")]);
    let before = world(&sandbox);
    for answer in ESCAPES {
        let data = format!("k={answer}");
        let seen = sandbox.run(&[&NEW[..], &["-d", &data]].concat());
        // An answer itself may be one that no question takes; blanks at its ends are taken away.
        assert!(matches!(seen.status, Some(1 | 2)), "{answer:?}: {}", seen.all());
        let told = seen.stderr.contains("files/{{ k }}/f: its part `{{ k }}` became") || seen.stderr.contains("  k: ");
        assert!(told, "{answer:?}: {}", seen.all());
        assert!(!sandbox.path("p").exists(), "{answer:?}");
        assert_eq!(world(&sandbox), before, "{answer:?}");
    }
    assert!(!std::path::Path::new("/tmp/lstk-extensions-escaped").exists());
}

#[test]
fn an_answer_that_looks_like_code_is_written_as_it_is() {
    let manifest = r#"
[[question]]
key = "k"
[[question]]
key = "dir"
[[question]]
key = "after_it"
default = "{{ k }}"
[computed]
computed = "{{ k }}{{ after_it }}"
[after]
message = "said {{ k }}"
next = ["echo {{ k }}"]
"#;
    let formats = ["txt", "py", "toml", "json", "yml", "cfg", "md", "html", "sh", "j2"];
    let paths = formats.map(|format| format!("files/{{{{ dir }}}}/{{{{ dir }}}}.{format}.j2"));
    let contents: Vec<(&str, &str)> = paths
        .iter()
        .map(|path| (path.as_str(), "{{ k }}|{{ computed }}"))
        .collect();
    let sandbox = template(manifest, &contents);
    let code = "{{ 7*7 }}{% if x %}{# x #}";
    let data = [format!("k={code}"), "dir={{ 7-7 }}".to_string()];
    let run = sandbox
        .run(&[&NEW[..], &["-d", &data[0], "-d", &data[1]]].concat())
        .ok();
    assert!(
        run.contains(&format!("said {code}\n")) && run.contains(&format!("echo {code}\n")),
        "{run}"
    );
    for format in formats {
        let text = sandbox.read(&format!("p/{{{{ 7-7 }}}}/{{{{ 7-7 }}}}.{format}"));
        let plain = text.replace('\\', "");
        let count = plain.matches("7*7").count();
        assert!(count == 3 && !text.contains("49"), "{format}: {text}");
    }
    let record = sandbox.read("p/.lstk-extension.toml");
    assert!(record.contains("{{ 7*7 }}") && !record.contains("\"49"), "{record}");
}
