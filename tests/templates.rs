//! Templates of one's own: a folder with `template.toml` and `files/`.

use snapbox::{assert_data_eq, str};

use crate::support::Sandbox;

const HEADER: &str = "[template]\nname = \"ours\"\nversion = \"3\"\ndescription = \"Our skeleton\"\n";

/// A template of these files in the folder `t`, and a run of it into `p`.
fn sandbox(manifest: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("t/template.toml", &format!("{HEADER}{manifest}"));
    std::fs::create_dir_all(sandbox.path("t/files")).unwrap();
    for (path, content) in files {
        sandbox.write(&format!("t/files/{path}"), content);
    }
    sandbox
}

const NEW: [&str; 7] = ["dev", "new", "p", "--template", "./t", "--defaults", "--no-git"];

#[test]
fn names_and_contents_are_rendered_and_the_rest_is_copied() {
    let manifest = r#"
[[question]]
key = "name"
default = "A \"b\""
[[question]]
key = "module"
default = "{{ name | module_name }}"
[[question]]
key = "with_docs"
default = ""
[computed]
greeting = "Hello, {{ name }}!"
[after]
message = "{{ greeting }}"
next = ["ls {{ module }}"]
"#;
    let sandbox = sandbox(
        manifest,
        &[
            ("{{ module }}/a.py.j2", "x = {{ name }}\n"),
            ("{{ module }}/b.toml.j2", "{{ module | raw }} = {{ greeting }}\n"),
            ("workflow.yml", "${{ secrets.X }} {{ not touched }}\n"),
            ("{% if with_docs %}docs{% endif %}/x", "left out"),
            (".gitignore.j2", "x"),
        ],
    );
    let seen = sandbox.run(&NEW).ok();
    assert_data_eq!(
        seen,
        str![[r#"
Created p/:
  .gitignore
  .lstk-extension.toml
  a_b/a.py
  a_b/b.toml
  workflow.yml

Hello, A "b"!

Next:
  cd p
  ls a_b

"#]]
    );
    assert_eq!(sandbox.read("p/a_b/a.py"), "x = 'A \"b\"'\n");
    assert_eq!(sandbox.read("p/a_b/b.toml"), "a_b = \"Hello, A \\\"b\\\"!\"\n");
    assert_eq!(sandbox.read("p/workflow.yml"), "${{ secrets.X }} {{ not touched }}\n");
    assert!(
        sandbox
            .read("p/.lstk-extension.toml")
            .contains("folder = \"../t\"\nversion = \"3\"\n")
    );
    assert!(!sandbox.path("p/docs").exists());
}

#[test]
fn executable_files_stay_so_and_other_bits_do_not() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = sandbox("", &[("run.sh", "#!/bin/sh\n"), ("data", "")]);
    std::fs::write(sandbox.path("t/files/bytes"), [0, 159, 146, 150]).unwrap();
    std::fs::set_permissions(sandbox.path("t/files/run.sh"), PermissionsExt::from_mode(0o4777)).unwrap();
    let _ = sandbox.run(&NEW).ok();
    let mode = |path: &str| sandbox.path(path).metadata().unwrap().permissions().mode() & 0o7111;
    assert_eq!((mode("p/run.sh"), mode("p/data")), (0o111, 0));
    assert_eq!(std::fs::read(sandbox.path("p/bytes")).unwrap(), [0, 159, 146, 150]);
}

#[test]
fn every_problem_of_a_manifest_is_told_at_once() {
    let sandbox = sandbox("[[question]]\nkey = \"A\"\ndefalt = \"{{ x }}\"\n[other]\n", &[]);
    assert_data_eq!(
        sandbox.run(&NEW).fails(1),
        str![[r#"
error: the template `./t` does not work
  ./t/template.toml:6:7: `A` is not a key: letters a-z, digits and `_`, a letter first
    hint: write it like `project_name`
  ./t/template.toml:7:1: `defalt` is not known here
    hint: did you mean `default`?
  ./t/template.toml:8:2: `other` is not known here
    hint: known are template, jinja2, question, computed, file, after

"#]]
    );
}

#[test]
fn every_problem_of_the_files_is_told_at_once_with_an_excerpt() {
    let sandbox = sandbox(
        "[[question]]\nkey = \"name\"\ndefault = \"a/b\"\n",
        &[
            ("one.py.j2", "a = 1\nb = {{ nmae }}\n"),
            ("two.txt.j2", "{% if %}\n"),
            ("three.txt.j2", "{{ name | raw }}"),
            ("{{ name }}", ""),
            ("same.j2", ""),
            ("same", ""),
            ("Readme", ""),
            ("README", ""),
        ],
    );
    std::fs::write(sandbox.path("t/files/four.txt.j2"), b"ok\n\xff\n").unwrap();
    assert_data_eq!(
        sandbox.run(&NEW).fails(1),
        str![[r#"
error: the template `./t` does not work
  ./t/files/Readme: the files `README` and `Readme` are one on some systems
  ./t/files/four.txt.j2:2: is not UTF-8
    hint: take `.j2` off its name to have it copied as it is
  ./t/files/one.py.j2:2:8: undefined value: `nmae` is undefined
    |
  2 | b = {{ nmae }}
    |        ^^^^
  ./t/files/same.j2: two files would be written to `same`
  ./t/files/three.txt.j2:1:11: invalid operation: `raw` takes names of letters, digits and `._-+!` only, this value has '/'
    |
  1 | {{ name | raw }}
    |           ^^^
  ./t/files/two.txt.j2:1:7: syntax error: unexpected end of block
    |
  1 | {% if %}
    |       ^^
  ./t/files/{{ name }}: its part `{{ name }}` became `a/b`, which has a slash in it

"#]]
    );
    assert!(!sandbox.path("p").exists());
}

#[test]
fn a_name_cannot_leave_the_project() {
    for value in ["..", ".", "../x", "/etc/x", "a\\b", ".git", ".GIT", "con", "a:b"] {
        let sandbox = sandbox("[[question]]\nkey = \"k\"\n", &[("{{ k }}/f", "")]);
        let data = format!("k={value}");
        let seen = sandbox.run(&[&NEW[..], &["-d", &data]].concat()).fails(1);
        assert!(seen.contains("its part `{{ k }}` became `"), "{value}: {seen}");
        assert_eq!(
            sandbox.listing().iter().filter(|path| !path.starts_with("t/")).count(),
            0
        );
    }
    // An empty name leaves its folder out.
    let sandbox = sandbox("[[question]]\nkey = \"k\"\n", &[("{{ k }}/f", ""), ("g", "")]);
    let _ = sandbox.run(&[&NEW[..], &["-d", "k="]].concat()).ok();
    assert!(sandbox.path("p/g").exists() && !sandbox.path("p/f").exists());
}

#[test]
fn a_template_cannot_choose_where_its_folder_is() {
    for name in [
        "../x",
        "..",
        "/tmp/lstk-extensions-escape",
        ".git",
        "a/b",
        "con",
        "a\u{1b}b",
    ] {
        let sandbox = sandbox("[[question]]\nkey = \"project_slug\"\n", &[("f", "")]);
        let data = format!("project_slug={name}");
        let seen = sandbox.run(&["dev", "new", "-t", "./t", "--defaults", "--no-git", "-d", &data]);
        assert_eq!(seen.status, Some(2), "{name}: {}", seen.all());
        assert!(seen.stderr.contains("project_slug: "), "{}", seen.all());
        assert!(sandbox.listing().iter().all(|path| path.starts_with("t/")));
    }
    assert!(!std::path::Path::new("/tmp/lstk-extensions-escape").exists());
}

#[test]
fn an_answer_is_never_template_code() {
    let sandbox = sandbox("[[question]]\nkey = \"k\"\n", &[("{{ k }}.txt.j2", "{{ k }}")]);
    let _ = sandbox.run(&[&NEW[..], &["-d", "k={{ 7*7 }}"]].concat()).fails(1);
    let _ = sandbox.run(&[&NEW[..], &["-d", "k={{ 7-7 }}"]].concat()).ok();
    assert_eq!(sandbox.read("p/{{ 7-7 }}.txt"), "{{ 7-7 }}");
}

#[test]
fn links_and_special_files_in_a_template_are_refused() {
    let sandbox = sandbox("", &[("a", "")]);
    std::os::unix::fs::symlink("/etc/passwd", sandbox.path("t/files/link")).unwrap();
    let seen = sandbox.run(&NEW).fails(1);
    assert_eq!(
        seen,
        "error: ./t/files/link is neither a file nor a folder; links and devices are not followed\n"
    );
    std::fs::remove_file(sandbox.path("t/files/link")).unwrap();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(sandbox.path("t/files/fifo"))
            .status()
            .unwrap()
            .success()
    );
    assert!(
        sandbox
            .run(&NEW)
            .fails(1)
            .contains("t/files/fifo is neither a file nor a folder")
    );
}

#[test]
fn a_template_s_own_folder_is_no_way_out() {
    let sandbox = sandbox("", &[("a", "")]);
    sandbox.write("secret/key", "");
    std::fs::rename(sandbox.path("t/files"), sandbox.path("t/real")).unwrap();
    std::os::unix::fs::symlink("../secret", sandbox.path("t/files")).unwrap();
    assert_eq!(
        sandbox.run(&NEW).fails(1),
        "error: ./t/files is a link; links are not followed\n"
    );
    std::fs::rename(sandbox.path("t/template.toml"), sandbox.path("elsewhere.toml")).unwrap();
    std::os::unix::fs::symlink("../elsewhere.toml", sandbox.path("t/template.toml")).unwrap();
    assert_eq!(
        sandbox.run(&NEW).fails(1),
        "error: ./t/template.toml is a link; links are not followed\n"
    );
}

#[test]
fn a_template_cannot_bring_a_repository() {
    let sandbox = sandbox(
        "",
        &[("a/HEAD", ""), ("a/objects/k", ""), ("a/refs/k", ""), ("a/config", "")],
    );
    assert_data_eq!(
        sandbox.run(&NEW).fails(1),
        str![[r#"
error: the template `./t` does not work
  a: HEAD, objects/ and refs/ together make it a git repository whose configuration could run programs

"#]]
    );
}

#[test]
fn a_template_that_is_too_large_or_never_ends_is_an_error() {
    let sandbox = sandbox("", &[("big", "")]);
    std::fs::File::options()
        .write(true)
        .open(sandbox.path("t/files/big"))
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    assert_eq!(
        sandbox.run(&NEW).fails(1),
        "error: ./t/files/big is larger than 10 MiB\n"
    );
    std::fs::remove_file(sandbox.path("t/files/big")).unwrap();
    let nested = "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}";
    sandbox.write("t/files/x.j2", &format!("{nested}{}", "{% endfor %}".repeat(3)));
    assert!(sandbox.run(&NEW).fails(1).contains("takes more than 10 million steps"));
}

#[test]
fn a_template_that_is_none_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("folder/x", "");
    let seen = |template: &str| sandbox.run(&["dev", "new", "p", "--defaults", "-t", template]).fails(1);
    assert_data_eq!(
        seen("basci"),
        str![[r#"
error: there is no template `basci`
hint: did you mean `basic`?

"#]]
    );
    assert_data_eq!(
        seen("./folder"),
        str![[r#"
error: ./folder is not a template: it has neither template.toml nor cookiecutter.json
hint: a template is a template.toml beside a folder files/, or a cookiecutter template

"#]]
    );
    assert_data_eq!(
        seen("./nowhere"),
        str![[r#"
error: there is no template `./nowhere`
hint: built in: basic, container, handlers, pyproject, react, webapp; or give a folder with a template.toml or a cookiecutter.json, or a git address

"#]]
    );
}
