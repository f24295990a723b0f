//! Cookiecutter templates from end to end: what this program adds to what cookiecutter does. That the projects are the
//! same is for `.ci/cookiecutter` to show.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::support::Sandbox;

mod convert;
mod hooks;
mod refusals;
mod terminal;

/// A template `t` with this `cookiecutter.json` and these files, whose project's folder is the variable `slug`.
fn template(variables: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with_identity();
    sandbox.write("t/cookiecutter.json", variables);
    for (path, text) in files {
        sandbox.write(&format!("t/{path}"), text);
    }
    sandbox
}

const PROJECT: &str = "{{cookiecutter.slug}}";
const VARIABLES: &str = r#"{
  "name": "My App",
  "slug": "{{ cookiecutter.name }}",
  "kind": ["library", "program"],
  "tests": true,
  "settings": {"port": 80},
  "_own": [1],
  "__derived": "{{ cookiecutter.name }}!",
  "__prompts__": {"name": "The name", "kind": {"__prompt__": "What is it", "library": "Used by others"}}
}
"#;

/// One with every kind of variable and no hooks.
fn ordinary() -> Sandbox {
    let text = "{{ cookiecutter.name }} {{ cookiecutter.__derived }}\n";
    template(VARIABLES, &[(&format!("{PROJECT}/sub/a.txt"), text)])
}

const NEW: [&str; 6] = ["dev", "new", "--template", "./t", "--defaults", "--no-git"];

fn new<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&NEW, more].concat()
}

#[test]
fn a_project_comes_with_a_record_of_its_answers() {
    let sandbox = ordinary();
    let answers = [
        "-d",
        "slug=app",
        "-d",
        r#"settings={"host": "h"}"#,
        "-d",
        "__derived=D",
        "-d",
        "tests=no",
    ];
    assert_data_eq!(
        sandbox.run(&new(&answers)).ok(),
        str![[r#"
Created app/:
  .lstk-extension.toml
  sub/a.txt

Next:
  cd app

"#]]
    );
    assert_eq!(sandbox.read("app/sub/a.txt"), "My App D\n");
    assert_data_eq!(
        sandbox.read("app/.lstk-extension.toml"),
        str![[r##"
# How this project was made, by `lstk-extensions dev new`. Keep it in git: updates start from it.

[template]
folder = "../t"

[answers]
name = "My App"
slug = "app"
kind = "library"
tests = false
__derived = "D"
settings = "{/"port/":/"80/",/"host/":/"h/"}"

# The git blob id of every file as it was written.
[files]
"sub/a.txt" = "90293023baaec304e38e8a426338f35d0fb024db"

"##]]
    );
}

#[test]
fn a_program_gets_the_same_as_json() {
    let sandbox = ordinary();
    let said = sandbox.run(&new(&["-d", "kind=program", "p", "--json"])).ok();
    assert_data_eq!(
        said,
        str![[r#"
{
  "schemaVersion": 1,
  "command": "extensions dev new",
  "status": "ok",
  "data": {
    "path": "[SANDBOX]/work/p",
    "dryRun": false,
    "template": {
      "source": "./t",
      "version": null
    },
    "answers": {
      "name": {
        "value": "My App",
        "origin": "default"
      },
      "slug": {
        "value": "p",
        "origin": "path"
      },
      "kind": {
        "value": "program",
        "origin": "flag"
      },
      "tests": {
        "value": true,
        "origin": "default"
      },
      "settings": {
        "value": {
          "port": "80"
        },
        "origin": "default"
      }
    },
    "files": [
      ".lstk-extension.toml",
      "sub/a.txt"
    ],
    "leftAlone": [],
    "badge": null,
    "installerUrl": null,
    "message": null,
    "nextCommands": [
      "cd p"
    ],
    "git": {
      "initialized": false,
      "committed": false
    }
  },
  "warnings": [],
  "error": null
}

"#]]
    );
    // Cookiecutter's own name for the flag, and a folder that is not there yet.
    let said = sandbox
        .run(&[
            "dev",
            "new",
            "-t",
            "./t",
            "--no-input",
            "--no-git",
            "-o",
            "new/er",
            "--no-record",
        ])
        .ok();
    assert!(
        said.starts_with("Created 'new/er/My App'/") || said.starts_with("Created new/er/My App/"),
        "{said}"
    );
    assert!(!sandbox.path("new/er/My App/.lstk-extension.toml").exists());
}

#[test]
fn answers_come_from_a_file_too() {
    let sandbox = ordinary();
    sandbox.write(
        "answers.json",
        r#"{"name": "From File", "settings": {"port": "81"}, "tests": false}"#,
    );
    let _ = sandbox.run(&new(&["--data-file", "answers.json"])).ok();
    assert_eq!(sandbox.read("From File/sub/a.txt"), "From File From File!\n");
    let record = sandbox.read("From File/.lstk-extension.toml");
    assert!(
        record.contains("tests = false\nsettings = \"{\\\"port\\\":\\\"81\\\"}\"\n"),
        "{record}"
    );
}

#[test]
fn show_and_list_tell_what_it_asks_and_writes() {
    let sandbox = ordinary();
    sandbox.write("t/hooks/post_gen_project.py", "");
    assert_data_eq!(
        sandbox.run(&["template", "show", "./t"]).ok(),
        str![[r#"
t  A cookiecutter template

Questions:
  name      text        default `My App`
  slug      text        default `{{ cookiecutter.name }}`
  kind      choice      default `library`; of library, program
                          library: Used by others
  tests     bool        default `true`
  settings  dictionary  default `{"port":80}`

Files:
  {{cookiecutter.slug}}/sub/a.txt

Hooks, which run only when you agree:
  hooks/post_gen_project.py

"#]]
    );
    sandbox.write("more/cookiecutter.json", r#"{"x": "y"}"#);
    sandbox.write("more/{{ cookiecutter.x }}/b.txt", "");
    assert_data_eq!(
        sandbox.run(&["template", "list", "."]).ok(),
        str![[r#"
NAME  VERSION  DESCRIPTION
more           A cookiecutter template
t              A cookiecutter template

"#]]
    );
}

#[test]
fn several_lines_stay_several() {
    let sandbox = ordinary();
    let _ = sandbox.run(&new(&["p", "-d", "name=one\ntwo"])).ok();
    assert_eq!(sandbox.read("p/sub/a.txt"), "one\ntwo one\ntwo!\n");
}

#[test]
fn nothing_is_written_for_a_look() {
    let sandbox = ordinary();
    let before = sandbox.listing();
    assert_data_eq!(
        sandbox.run(&new(&["--dry-run"])).ok(),
        str![[r#"
Would create My App/:
     create  .lstk-extension.toml
     create  sub/a.txt

"#]]
    );
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn a_folder_with_both_manifests_is_ours() {
    let sandbox = ordinary();
    let header = "[template]\nname = 'ours'\nversion = '1'\ndescription = ''\n";
    sandbox.write("t/template.toml", header);
    sandbox.write("t/files/ours.txt", "");
    let _ = sandbox.run(&new(&["p", "--no-record"])).ok();
    assert!(sandbox.path("p/ours.txt").exists() && !sandbox.path("p/sub").exists());
}

#[test]
fn the_path_names_the_folder_and_leads_the_defaults() {
    let sandbox = template(
        r#"{"slug": "x", "derived": "{{ cookiecutter.slug }}"}"#,
        &[(&format!("{PROJECT}/a.txt"), "{{ cookiecutter.derived }}\n")],
    );
    let _ = sandbox.run(&new(&["some/Where Else"])).ok();
    assert_eq!(sandbox.read("some/Where Else/a.txt"), "where-else\n");
}

#[test]
fn the_users_own_settings_for_cookiecutter_count_here_too() {
    let sandbox = ordinary();
    let settings = "default_context:\n  name: Mine\n  kind: program\n  settings: {port: \"1\"}\n  unknown: x\nabbreviations:\n  my: file://{0}\n";
    sandbox.write("../home/.cookiecutterrc", settings);
    let _ = sandbox.run(&new(&[])).ok();
    let record = sandbox.read("Mine/.lstk-extension.toml");
    assert!(
        record.contains("kind = \"program\"\n") && record.contains("port"),
        "{record}"
    );
    // Another file, for this run.
    sandbox.write("other.yaml", "default_context: {name: Other, kind: none of these}\n");
    let other = |more: &[&str]| {
        sandbox
            .command(&new(more))
            .env("COOKIECUTTER_CONFIG", "other.yaml")
            .run()
    };
    assert_data_eq!(
        other(&[]).all(),
        str![[r#"
exit: 0
--- stdout
Created Other/:
  .lstk-extension.toml
  sub/a.txt

Next:
  cd Other
--- stderr
warning: the configured default of kind is not taken: it must be one of library, program

"#]]
    );
    // Our own file comes before it, and the command line before both.
    sandbox.write(
        "../home/.config/lstk-extensions/config.toml",
        "[defaults]\nname = 'Nearer'\nkind = 'library'\n",
    );
    let _ = other(&["-d", "kind=program"]).ok();
    assert!(
        sandbox
            .read("Nearer/.lstk-extension.toml")
            .contains("kind = \"program\"\n")
    );
    sandbox.write("other.yaml", "default_context: [\n");
    assert_data_eq!(
        other(&[]).fails(1),
        str![[r#"
error: cookiecutter's configuration file cannot be read
  other.yaml: while parsing a node, did not find expected node content at line 2 column 1

"#]]
    );
    fs::remove_file(sandbox.path("other.yaml")).unwrap();
    assert!(
        other(&[])
            .fails(1)
            .contains("\n  other.yaml: No such file or directory")
    );
    // A template of our own does not look at it.
    let said = sandbox
        .command(&["dev", "new", "--defaults", "--no-git"])
        .env("COOKIECUTTER_CONFIG", "other.yaml")
        .run();
    assert!(said.ok().starts_with("Created my-localstack-extension/:"));
}

#[test]
fn one_that_leads_to_several_wants_to_know_which() {
    let sandbox = Sandbox::new();
    let several = r#"{"templates": {"b": {"path": "./b", "title": "Bee", "description": "The default"}, "a": {"path": "./a", "title": "Ay"}}}"#;
    sandbox.write("t/cookiecutter.json", several);
    for name in ["a", "b"] {
        sandbox.write(&format!("t/{name}/cookiecutter.json"), r#"{"slug": "p"}"#);
        sandbox.write(&format!("t/{name}/{PROJECT}/{name}.txt"), "");
    }
    assert_data_eq!(
        sandbox.run(&["dev", "new", "-t", "./t", "--no-git"]).fails(2),
        str![[r#"
error: ./t holds several templates
  b: Bee (The default)
  a: Ay (a)
hint: name one of them: `--directory b`

"#]]
    );
    let _ = sandbox.run(&new(&["--no-record"])).ok();
    assert!(sandbox.path("p/b.txt").exists());
    let _ = sandbox.run(&new(&["--directory", "a", "-o", "o", "--no-record"])).ok();
    assert!(sandbox.path("o/p/a.txt").exists());
    assert_data_eq!(
        sandbox.run(&["template", "list", "./t"]).ok(),
        str![[r#"
NAME  VERSION  DESCRIPTION
b              A cookiecutter template
a              A cookiecutter template

"#]]
    );
}
