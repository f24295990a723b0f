//! Cookiecutter templates and answers that do not work, told with their place before anything is written.

use snapbox::{assert_data_eq, str};

use super::{PROJECT, new, ordinary, template};

#[test]
fn without_a_terminal_every_question_wants_an_answer() {
    let sandbox = ordinary();
    assert_data_eq!(
        sandbox.run(&["dev", "new", "-t", "./t", "-d", "name=x"]).fails(2),
        str![[r#"
error: 4 questions are unanswered and there is nobody to ask
  slug: is not answered
    hint: --data slug=VALUE
  kind: is not answered
    hint: --data kind=VALUE
  tests: is not answered
    hint: --data tests=VALUE
  settings: is not answered
    hint: --data settings=VALUE
hint: add `--defaults` to take the default of every question not answered

"#]]
    );
    assert_eq!(
        sandbox.listing(),
        [
            "t/",
            "t/cookiecutter.json",
            &format!("t/{PROJECT}/"),
            &format!("t/{PROJECT}/sub/"),
            &format!("t/{PROJECT}/sub/a.txt")
        ]
    );
}

#[test]
fn answers_that_cannot_be_used_are_told_together() {
    let sandbox = ordinary();
    let bad = [
        "-d",
        "name={{ 7 * 7 }}",
        "-d",
        "kind=other",
        "-d",
        "tests=perhaps",
        "-d",
        "settings=[1]",
        "-d",
        "knd=x",
        "-d",
        "_own={% raw %}",
    ];
    assert_data_eq!(
        sandbox.run(&new(&bad)).fails(2),
        str![[r#"
error: 6 answers are not usable
  knd: is not a question of the template `t`
    hint: did you mean `kind`?
  name: is template code, and an answer is never run
    hint: write what it should come to
  kind: must be one of library, program
  tests: must be yes or no
  _own: is template code, and an answer is never run
    hint: write what it should come to
  settings: must be a JSON object, such as {"key": "value"}

"#]]
    );
    sandbox.write("code.json", r#"{"settings": {"deep": ["{# x #}"]}}"#);
    assert_data_eq!(
        sandbox.run(&new(&["--data-file", "code.json"])).fails(2),
        str![[r#"
error: an answer is not usable
  settings: is template code, and an answer is never run
    hint: write what it should come to

"#]]
    );
    assert!(!sandbox.path("My App").exists());
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let broken = [
        "{\n  \"slug\": \"p\",\n}\n",
        "[]",
        "{\n  \"slug\": \"p\",\n  \"a\": \"{{ cookiecutter.b }}\",\n  \"b\": \"\"\n}\n",
        "{\n  \"slug\": \"p\",\n  \"a\": []\n}\n",
        "{\n  \"slug\": \"p\",\n  \"_jinja2_env_vars\": {\"trim_blocks\": \"yes\", \"finalize\": \"f\"}\n}",
    ];
    let mut said = String::new();
    for variables in broken {
        let sandbox = template(variables, &[(&format!("{PROJECT}/a.txt"), "x\n")]);
        said += &sandbox.run(&new(&[])).fails(1);
        assert!(!sandbox.path("p").exists());
    }
    let files = [
        ("one\ntwo {{ cookiecutter.nothing }} three\n", "a.txt"),
        ("", "{{ cookiecutter.no }}"),
    ];
    for (text, name) in files {
        let sandbox = template(r#"{"slug": "p"}"#, &[(&format!("{PROJECT}/{name}"), text)]);
        said += &sandbox.run(&new(&[])).fails(1);
    }
    let sandbox = template(r#"{"slug": "p"}"#, &[("{{ cookiecutter }/a.txt", "")]);
    said += &sandbox.run(&new(&[])).fails(1);
    assert_data_eq!(
        said,
        str![[r#"
error: the template `./t` does not work
  ./t/cookiecutter.json:3:1: trailing comma
    hint: the file is JSON: an object with a default for each variable
error: the template `./t` does not work
  ./t/cookiecutter.json: must be a JSON object
    hint: write `{"project_name": "My project"}`
error: the template `./t` does not work
  ./t/cookiecutter.json:3: undefined value: `cookiecutter.b` is undefined
error: the template `./t` does not work
  ./t/cookiecutter.json:3: `a` has nothing to choose from
    hint: write the choices into its list, the default first
error: the template `./t` does not work
  ./t/cookiecutter.json:3: `trim_blocks` in `_jinja2_env_vars` must be true or false
  ./t/cookiecutter.json:3: `finalize` in `_jinja2_env_vars` is not a setting of Jinja that can be written in JSON
error: the template `./t` does not work
  ./t/{{cookiecutter.slug}}/a.txt:2:8: undefined value: `cookiecutter.nothing` is undefined
    |
  2 | two {{ cookiecutter.nothing }} three
    |        ^^^^^^^^^^^^^^^^^^^^
error: the template `./t` does not work
  ./t/{{cookiecutter.slug}}/{{ cookiecutter.no }}: undefined value: `cookiecutter.no` is undefined
error: the template `./t` does not work
  ./t/cookiecutter.json: has no project beside it
    hint: the project is a folder beside it whose name is like `{{ cookiecutter.project_slug }}`

"#]]
    );
    // How the language puts it is not for this test.
    let sandbox = template(
        "{\n  \"slug\": \"p\",\n  \"a\": \"{{ oh\"\n}\n",
        &[(&format!("{PROJECT}/a.txt"), "")],
    );
    assert!(
        sandbox
            .run(&new(&[]))
            .fails(1)
            .contains("\n  ./t/cookiecutter.json:3: `a`: ")
    );
    let sandbox = template(r#"{"slug": "p"}"#, &[(&format!("{PROJECT}/a.txt"), "one\n{% if %}\n")]);
    assert!(
        sandbox
            .run(&new(&[]))
            .fails(1)
            .contains(&format!("\n  ./t/{PROJECT}/a.txt:2:7: "))
    );
}

#[test]
fn python_that_it_would_need_is_told_before_anything_is_asked() {
    let variables = "{\n  \"slug\": \"p\",\n  \"_extensions\": [\n    \"jinja2.ext.do\",\n    \"local_extensions.Mine\",\n    \"jinja2_github.Extension\"\n  ]\n}\n";
    let sandbox = template(variables, &[(&format!("{PROJECT}/a.txt"), "")]);
    let said = sandbox.run(&["dev", "new", "-t", "./t"]).fails(1);
    assert_data_eq!(
        said,
        str![[r#"
error: the template `./t` does not work
  ./t/cookiecutter.json:3: needs the Jinja extension `local_extensions.Mine`, which is Python code and not built in
    hint: take it out of `_extensions` if no text uses it, write what it does as Jinja in a variable `__name`, or use cookiecutter itself
  ./t/cookiecutter.json:3: needs the Jinja extension `jinja2_github.Extension`, which is Python code and not built in
    hint: take it out of `_extensions` if no text uses it, write what it does as Jinja in a variable `__name`, or use cookiecutter itself

"#]]
    );
    let said = sandbox.run(&new(&["--json"]));
    assert_eq!(said.status, Some(1));
    let told: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(told["error"]["code"], "VALIDATION_ERROR", "{}", said.stdout);
    // What it asks can be seen all the same.
    assert!(sandbox.run(&["template", "list", "./t"]).ok().contains("\nt "));
}
