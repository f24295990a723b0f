//! `template convert`: the new template asks and renders the same, and what finds no place in it is listed.

use std::process::Command;

use snapbox::{assert_data_eq, str};

use super::{PROJECT, template};
use crate::support::Sandbox;

const VARIABLES: &str = r#"{
  "name": "My App",
  "slug": "{{ cookiecutter.name.lower().replace(' ', '-') }}",
  "year": 2024,
  "kind": ["library", "program"],
  "tests": true,
  "platforms": ["amd64,arm64", "amd64"],
  "settings": {"port": 80},
  "nothing": null,
  "_ports": [4566, {"a": "{{ not code }}"}],
  "_braces": "{{ kept }}",
  "__derived": "{{ cookiecutter.name }}!",
  "__list": ["{{ cookiecutter.name }}"],
  "_copy_without_render": ["raw/*"],
  "__prompts__": {"kind": {"__prompt__": "What is it", "library": "Used by others"}}
}
"#;

fn all_kinds() -> Sandbox {
    let text = "{% include 'head.txt' %}{{ cookiecutter.__derived }} {{ cookiecutter.kind }} {{ cookiecutter.tests }}\n\
                {%- for port in cookiecutter._ports %} {{ port }}{% endfor %} {{ cookiecutter._braces }}\n  {% if cookiecutter.tests %}\n\
                tested {{ cookiecutter.settings.port }} {{ cookiecutter.year }} {{ cookiecutter.platforms }}\n  {% endif %}\n";
    let file = |path: &str| format!("{PROJECT}/{path}");
    template(
        VARIABLES,
        &[
            (&file("{{cookiecutter.kind}}/a.txt"), text),
            (&file("crlf.txt"), "{{ cookiecutter.name }}\r\nend\r\n"),
            (&file("mixed.txt"), "no code\r\nat all\n"),
            (&file("raw/b.j2"), "{{ raw }}\n"),
            (&file("plain.j2"), "plain\n"),
            ("templates/head.txt", "# {{ cookiecutter.name }}\n"),
            ("hooks/post_gen_project.py", "import sys\n"),
        ],
    )
}

#[test]
fn both_give_the_same_and_what_is_lost_is_listed() {
    let sandbox = all_kinds();
    assert_data_eq!(
        sandbox.run(&["template", "convert", "./t", "ours"]).ok(),
        str![[r#"
Created ours/ from ./t:
  files/crlf.txt.j2
  files/mixed.txt.j2
  files/plain.j2.j2
  files/raw/b.j2
  files/{{cookiecutter.kind}}/a.txt.j2
  includes/head.txt
  template.toml

Not carried over:
  cookiecutter.json:7: `platforms`: a choice is empty, there twice, or has a comma in it: any text is taken here
  cookiecutter.json:9: `nothing`: it is None in cookiecutter until it is answered, and an empty text here
  cookiecutter.json:13: `__list`: data that follows from the answers
  cookiecutter.json:8: `settings`: a dictionary is not asked for here, and stays as it is
  hooks/post_gen_project.py: is not run: `when` in a file rule leaves a file out, and `[after]` names commands to type

Both give the same 5 files with the defaults.

Next:
  lstk-extensions template check ./ours
  lstk-extensions dev new --template ./ours

"#]]
    );
    assert_data_eq!(
        sandbox.read("ours/template.toml"),
        str![[r#"
[template]
name = "t"
version = "1"
description = "Converted from the cookiecutter template t"
folder = "{{cookiecutter.slug}}"

# The texts are Jinja2 as cookiecutter has it, and know every value as `name` and `cookiecutter.name`.
[jinja2]

# What nobody is asked for.
[jinja2.data]
_ports = [4566, { a = "{{ not code }}" }]
settings = { port = "80" }

[[question]]
key = "name"
default = "My App"

[[question]]
key = "slug"
default = "{{ cookiecutter.name.lower().replace(' ', '-') }}"

[[question]]
key = "year"
default = "2024"

[[question]]
key = "kind"
prompt = "What is it"
type = "choice"
choices = [{ value = "library", label = "Used by others" }, "program"]
default = "library"

[[question]]
key = "tests"
type = "bool"
default = true

[[question]]
key = "platforms"
default = "amd64,arm64"

[[question]]
key = "nothing"
default = ""

[[question]]
key = "_braces"
default = "{% raw %}{{ kept }}{% endraw %}"
when = "false"

[[question]]
key = "__derived"
default = "{{ cookiecutter.name }}!"
when = "false"

[[file]]
match = "raw/b.j2"
copy = true

"#]]
    );
    for answers in [
        &["-d", "name=Ünï \"x\""][..],
        &["-d", "kind=program", "-d", "tests=no", "-d", "year=1"],
    ] {
        for (from, to) in [("./t", "theirs"), ("./ours", "converted")] {
            let new = [
                "dev",
                "new",
                to,
                "-t",
                from,
                "-d",
                "slug=s",
                "--defaults",
                "--no-git",
                "--no-record",
                "-q",
            ];
            // The hooks that are not run are told.
            assert_eq!(sandbox.run(&[&new, answers].concat()).status, Some(0));
        }
        let diff = Command::new("diff")
            .arg("-r")
            .args([sandbox.path("theirs"), sandbox.path("converted")])
            .output();
        assert_eq!(String::from_utf8_lossy(&diff.unwrap().stdout), "");
        for folder in ["theirs", "converted"] {
            std::fs::remove_dir_all(sandbox.path(folder)).unwrap();
        }
    }
}

#[test]
fn programs_get_it_as_data() {
    let sandbox = template(
        r#"{"slug": "p"}"#,
        &[(&format!("{PROJECT}/a.txt"), "{{ cookiecutter }}\n")],
    );
    let seen = sandbox.run(&["template", "convert", "./t", "ours", "--json"]).ok();
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
    assert_eq!(seen["data"]["rendersTheSame"], false);
    assert_eq!(seen["data"]["differing"], serde_json::json!(["a.txt"]));
    assert_eq!(seen["data"]["notCarriedOver"][0]["at"], "cookiecutter.json");
}

#[test]
fn a_template_of_ours_is_none_to_convert_and_one_of_theirs_none_to_eject() {
    let sandbox = all_kinds();
    assert_data_eq!(
        sandbox.run(&["template", "convert", "basic", "ours"]).fails(2),
        str![[r#"
error: `basic` is no cookiecutter template
hint: a template of ours is edited as it is: `lstk-extensions template eject`

"#]]
    );
    assert_data_eq!(
        sandbox.run(&["template", "eject", "./t", "ours"]).fails(2),
        str![[r#"
error: `./t` is a cookiecutter template
hint: make one of ours of it: `lstk-extensions template convert ./t ./ours`

"#]]
    );
    assert!(!sandbox.path("ours").exists());
}
