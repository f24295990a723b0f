//! `template list`, `show`, `eject`, `check`, `snapshot`, `schema`.

use lstk_extensions::scaffold::built_in::built_in;
use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::support::Sandbox;

fn data(text: &str) -> Value {
    let envelope: Value = serde_json::from_str(text).unwrap();
    assert_eq!(envelope["status"], "ok", "{text}");
    envelope["data"].clone()
}

const MANIFEST: &str = r#"[template]
name = "ours"
version = "2"
description = "Ours"

[[question]]
key = "project_slug"
default = "thing"
check = "distribution-name"

[[question]]
key = "database"
type = "choice"
help = "Where data goes."
choices = ["none", { value = "pg", label = "PostgreSQL" }]

[[question]]
key = "token"
secret = true
when = "database == 'pg'"

[[question]]
key = "services"
type = "choices"
choices = ["s3", "sqs"]
default = ["s3"]

[[file]]
match = "pg/**"
when = "database == 'pg'"
[[file]]
match = "services/*"
each = "services"
[[file]]
match = "raw/**"
copy = true
[[file]]
match = "**/*.sh"
executable = true
"#;

/// A template in `t` that uses everything it has.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("t/template.toml", MANIFEST);
    for (path, content) in [
        (
            "files/README.md.j2",
            "# {{ project_slug }}\n{% include \"includes/foot.md\" %}",
        ),
        ("files/pg/url.txt.j2", "{{ token }}"),
        ("files/services/{{ item }}.toml.j2", "name = {{ item }}\n"),
        ("files/raw/page.html.j2", "{{ left }} {% as it is\n"),
        ("files/bin/run.sh", "#!/bin/sh\n"),
        ("includes/foot.md", "with {{ services | length }}\n"),
    ] {
        sandbox.write(&format!("t/{path}"), content);
    }
    sandbox
}

#[test]
fn the_built_in_templates_are_listed() {
    let sandbox = Sandbox::new();
    assert_data_eq!(
        sandbox.run(&["template", "list"]).ok(),
        str![[r#"
NAME       VERSION  DESCRIPTION
basic      1        A LocalStack extension with one example route
container  1        A program in a container, answering through LocalStack
handlers   1        Faults and delays injected into AWS calls, by rules
pyproject  1        A typed and tested package, in today's layout
react      1        A live page in React and TypeScript, built by Vite
webapp     1        Web pages and a JSON API inside LocalStack

"#]]
    );
    let listed = data(&sandbox.run(&["template", "list", "--json"]).ok());
    assert_eq!(listed["templates"][0]["name"], "basic");
    assert_eq!(listed["templates"][0]["questions"][0], "project_name");
    assert_eq!(listed["templates"][0]["files"][0], ".gitignore");
    let shown = sandbox.run(&["template", "show", "basic"]).ok();
    assert!(shown.contains("; rule class-name; not asked\n"), "{shown}");
}

#[test]
fn a_template_s_questions_and_files_are_shown() {
    let sandbox = sandbox();
    assert_data_eq!(
        sandbox.run(&["template", "show", "t"]).ok(),
        str![[r#"
ours 2  Ours

Questions:
  project_slug  text     default `thing`; rule distribution-name
  database      choice   default `none`; of none, pg
                         Where data goes.
                           pg: PostgreSQL
  token         text     asked when `database == 'pg'`; secret
  services      choices  default `s3`; of s3, sqs

Files:
  README.md
  bin/run.sh
  pg/url.txt
  raw/page.html.j2
  services/{{ item }}.toml

"#]]
    );
    let shown = data(&sandbox.run(&["template", "show", "t", "--json"]).ok());
    assert_eq!(shown["questions"][1]["choices"][1]["label"], "PostgreSQL");
    assert_eq!(shown["questions"][2]["secret"], true);
    assert_eq!(shown["files"][3], "raw/page.html.j2");
}

#[test]
fn an_ejected_template_renders_the_same_as_the_built_in() {
    let sandbox = Sandbox::with_identity();
    for template in built_in() {
        let said = sandbox.run(&["template", "eject", template, "ours"]).ok();
        assert!(said.contains("lstk-extensions dev new --template ./ours"), "{said}");
        assert!(
            sandbox
                .read("ours/template.toml")
                .starts_with("#:schema ./template.schema.json\n[template]\n")
        );
        assert_eq!(
            sandbox.read("ours/template.schema.json"),
            sandbox.run(&["template", "schema"]).ok()
        );
        assert_eq!(
            sandbox.run(&["template", "check", "ours"]).ok(),
            "ours: no problems, no recorded cases\n"
        );
        for (template, folder) in [(template, "a"), ("./ours", "b")] {
            let new = [
                "dev",
                "new",
                "-t",
                template,
                "-o",
                folder,
                "--no-record",
                "--no-git",
                "--defaults",
            ];
            let _ = sandbox.run(&new).ok();
        }
        let diff = std::process::Command::new("diff")
            .args(["-r", "a", "b"])
            .current_dir(sandbox.path(""))
            .output();
        let diff = diff.unwrap();
        assert!(diff.status.success(), "{}", String::from_utf8_lossy(&diff.stdout));
        assert!(sandbox.path("a/my-localstack-extension/Makefile").exists());
        for folder in ["a", "b", "ours"] {
            std::fs::remove_dir_all(sandbox.path(folder)).unwrap();
        }
    }
    let _ = sandbox.run(&["template", "eject", "basic", "ours"]).ok();
    // A folder that is there is not touched.
    let refused = sandbox.run(&["template", "eject", "basic", "ours"]).fails(1);
    assert!(refused.contains("ours exists already and is not empty"), "{refused}");
}

#[test]
fn file_rules_choose_copy_repeat_and_make_executable() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = sandbox();
    let new = ["dev", "new", "p", "-t", "./t", "--defaults", "--no-git"];
    let _ = sandbox.run(&[&new[..], &["-d", "services=s3,sqs"]].concat()).ok();
    let listing = sandbox.listing();
    let made: Vec<&str> = listing.iter().filter_map(|path| path.strip_prefix("p/")).collect();
    assert_eq!(
        made,
        [
            "",
            ".lstk-extension.toml",
            "README.md",
            "bin/",
            "bin/run.sh",
            "raw/",
            "raw/page.html.j2",
            "services/",
            "services/s3.toml",
            "services/sqs.toml"
        ]
    );
    assert_eq!(sandbox.read("p/README.md"), "# p\nwith 2\n");
    assert_eq!(sandbox.read("p/services/sqs.toml"), "name = \"sqs\"\n");
    assert_eq!(sandbox.read("p/raw/page.html.j2"), "{{ left }} {% as it is\n");
    let mode = sandbox.path("p/bin/run.sh").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111);
}

#[test]
fn a_secret_is_used_and_neither_shown_nor_recorded() {
    let sandbox = sandbox();
    let new = ["dev", "new", "p", "-t", "./t", "--defaults", "--json"];
    let said = sandbox
        .run(&[&new[..], &["-d", "database=pg", "-d", "token=TOPSECRET"]].concat())
        .ok();
    assert!(!said.contains("TOPSECRET"), "{said}");
    assert_eq!(data(&said)["answers"]["token"]["secret"], true);
    assert_eq!(data(&said)["answers"]["database"]["value"], "pg");
    assert_eq!(sandbox.read("p/pg/url.txt"), "TOPSECRET");
    let record = sandbox.read("p/.lstk-extension.toml");
    assert!(!record.contains("TOPSECRET") && !record.contains("token"), "{record}");
    assert!(record.contains("services = [\"s3\"]\n"), "{record}");
    // The command that would work is told without it, and so is what a name became.
    let again = [
        "dev",
        "new",
        "p",
        "-t",
        "./t",
        "--defaults",
        "-d",
        "database=pg",
        "-d",
        "token=TOPSECRET",
    ];
    for more in [&[][..], &["--json"]] {
        let taken = sandbox.run(&[&again[..], more].concat());
        assert_eq!(taken.status, Some(1));
        assert!(
            taken.all().contains("p-2") && !taken.all().contains("TOPSECRET"),
            "{}",
            taken.all()
        );
    }
    sandbox.write("t/files/{{ token }}.txt.j2", "{% include token %}");
    let named = sandbox.run(&["dev", "new", "n", "-t", "./t", "--defaults", "-d", "token=TOP/SECRET"]);
    assert!(
        named.status == Some(1) && !named.all().contains("TOP/SECRET"),
        "{}",
        named.all()
    );
    std::fs::remove_file(sandbox.path("t/files/{{ token }}.txt.j2")).unwrap();
    // Nor is it quoted where it is refused.
    let refused = sandbox
        .run(&["dev", "new", "q", "-t", "./t", "--defaults", "-d", "token=TOP\tSECRET"])
        .fails(2);
    assert!(
        refused.contains("token: must be one line") && !refused.contains("SECRET"),
        "{refused}"
    );
}

#[test]
fn a_clean_template_with_its_cases_is_told_in_one_line() {
    let sandbox = sandbox();
    assert_eq!(
        sandbox.run(&["template", "check", "t"]).ok(),
        "t: no problems, no recorded cases\n"
    );
    let said = sandbox.run(&["template", "snapshot", "t"]).ok();
    assert!(
        said.starts_with("default: t/snapshots/default/ recorded\n     create  README.md\n"),
        "{said}"
    );
    let postgres = [
        "template",
        "snapshot",
        "t",
        "--case",
        "postgres",
        "-d",
        "database=pg",
        "-d",
        "token=x",
    ];
    let _ = sandbox.run(&postgres).ok();
    // Both are for git, so the secret is in neither.
    assert_eq!(sandbox.read("t/snapshots/postgres.toml"), "database = \"pg\"\n");
    assert_eq!(sandbox.read("t/snapshots/postgres/pg/url.txt"), "secret-token");
    let check = sandbox.run(&["template", "check", "t"]).ok();
    assert_eq!(check, "t: no problems, 2 of 2 recorded cases as they were\n");
    // From within, the template is the folder one is in.
    let inside = sandbox.command(&["template", "check"]).in_folder("t").run().ok();
    assert_eq!(inside, ".: no problems, 2 of 2 recorded cases as they were\n");
}

#[test]
fn what_a_case_gives_now_is_shown_beside_what_was_recorded() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = sandbox();
    let _ = sandbox.run(&["template", "snapshot", "t"]).ok();
    sandbox.write(
        "t/files/README.md.j2",
        "# {{ project_slug }}\n{% include \"includes/foot.md\" %}more\n",
    );
    sandbox.write("t/files/new.txt", "");
    std::fs::remove_file(sandbox.path("t/files/raw/page.html.j2")).unwrap();
    let manifest = MANIFEST
        .replace("[[file]]\nmatch = \"raw/**\"\ncopy = true\n", "")
        .replace("executable = true", "executable = false");
    sandbox.write("t/template.toml", &manifest);
    let seen = sandbox.run(&["template", "check", "t"]);
    assert_data_eq!(
        seen.all(),
        str![[r#"
exit: 1
--- stdout
case default: differs from t/snapshots/default/
  overwrite  README.md
--- recorded
+++ rendered
@@ -1,2 +1,3 @@
 # thing
 with 1
+more
  overwrite  bin/run.sh
  (is now not executable)
     create  new.txt
     remove  raw/page.html.j2
--- recorded
+++ rendered
@@ -1 +0,0 @@
-{{ left }} {% as it is
t: no problems, 0 of 1 recorded cases as they were
If the difference is meant, `lstk-extensions template snapshot` records it.
--- stderr

"#]]
    );
    let seen = sandbox.run(&["template", "check", "t", "--json"]);
    assert_eq!(seen.status, Some(1));
    let found = data(&seen.stdout);
    assert_eq!(found["clean"], false);
    assert_eq!(found["cases"][0]["status"], "differs");
    let changes = &found["cases"][0]["changes"];
    assert_eq!(changes[2]["path"], "new.txt");
    let lines = "--- recorded\n+++ rendered\n@@ -1,2 +1,3 @@\n # thing\n with 1\n+more\n";
    assert_eq!(changes[0]["difference"], lines);
    assert_eq!(changes[1]["difference"], "  (is now not executable)\n");
    // Nothing was changed by looking; recording it makes it clean.
    assert!(sandbox.path("t/snapshots/default/raw/page.html.j2").exists());
    let _ = sandbox.run(&["template", "snapshot", "t"]).ok();
    assert!(!sandbox.path("t/snapshots/default/raw").exists());
    let mode = sandbox
        .path("t/snapshots/default/bin/run.sh")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o111, 0);
    assert_eq!(
        sandbox.run(&["template", "check", "t"]).ok(),
        "t: no problems, 1 of 1 recorded cases as they were\n"
    );
}

#[test]
fn a_file_that_became_a_folder_is_recorded_and_the_other_way_round() {
    let sandbox = Sandbox::new();
    let header = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n";
    sandbox.write("t/template.toml", header);
    sandbox.write("t/files/a", "1");
    sandbox.write("t/files/b/c", "2");
    let _ = sandbox.run(&["template", "snapshot", "t"]).ok();
    std::fs::remove_dir_all(sandbox.path("t/files")).unwrap();
    sandbox.write("t/files/a/d", "1");
    sandbox.write("t/files/b", "2");
    // An error takes everything back.
    let failing = sandbox
        .command(&["template", "snapshot", "t"])
        .env("FAILPOINTS", "put=return(28)")
        .run();
    assert_eq!(failing.status, Some(1));
    assert_eq!(sandbox.read("t/snapshots/default/a"), "1");
    assert_eq!(sandbox.read("t/snapshots/default/b/c"), "2");
    let _ = sandbox.run(&["template", "snapshot", "t"]).ok();
    assert_eq!(sandbox.read("t/snapshots/default/a/d"), "1");
    assert_eq!(sandbox.read("t/snapshots/default/b"), "2");
}

#[test]
fn every_problem_of_a_template_is_found() {
    let sandbox = Sandbox::new();
    let manifest = r#"[template]
name = "bad"
version = "1"
description = ""
[[question]]
key = "kind"
type = "choice"
choices = ["a", "b"]
[[question]]
key = "never_used"
[computed]
also_unused = "x"
[[file]]
match = "nowhere/**"
copy = true
[[file]]
match = "late.txt"
when = "kind == 'c'"
"#;
    sandbox.write("t/template.toml", manifest);
    for (path, content) in [
        ("files/a.py.j2", "x = {{ kind }}\ny = {{ knid }}\n"),
        (
            "files/b.txt.j2",
            "{% if kind == 'b' %}{{ other }}{% endif %}{{ kind | upppper }}",
        ),
        ("files/c.txt.j2", "{% if %}"),
        ("files/e.py.j2", "{% autoescape false %}{{ kind }}{% endautoescape %}"),
        ("files/d.txt.j2", "{% include 'includes/haed.md' %}"),
        ("files/late.txt", ""),
        ("files/{% if kind == 'c' %}e{% endif %}", ""),
        ("files/{{ kid }}.txt", ""),
        ("includes/head.md", "{{ unknwon }}"),
        ("includes/lonely.md", ""),
    ] {
        sandbox.write(&format!("t/{path}"), content);
    }
    std::fs::write(sandbox.path("t/files/latin.txt.j2"), b"ok\n\xe9\n").unwrap();
    let seen = sandbox.run(&["template", "check", "t"]);
    assert_data_eq!(
        seen.all(),
        str![[r#"
exit: 1
--- stdout
t/files/latin.txt.j2:2: is not UTF-8
  hint: take `.j2` off its name to have it copied as it is
t/files/a.py.j2:2:8: `knid` is not known here
  hint: did you mean `kind`?
t/files/b.txt.j2:1:24: `other` is not known here
  hint: ask for it in template.toml, or compute it there
t/files/b.txt.j2:1:53: there is no filter `upppper`
  hint: did you mean `upper`?
t/files/c.txt.j2:1:7: syntax error: unexpected end of block
    |
  1 | {% if %}
    |       ^^
t/files/d.txt.j2:1:13: there is no part `includes/haed.md`
  hint: did you mean `includes/head.md`?
t/files/e.py.j2:1:4: `autoescape` takes away what keeps an answer from breaking the file
  hint: write single names as they are with `raw`
t/includes/head.md:1:4: `unknwon` is not known here
  hint: ask for it in template.toml, or compute it there
t/files/{{ kid }}.txt: `kid` is not known here
  hint: did you mean `kind`?
t/includes/head.md: is never included
  hint: include it, or take it out
t/includes/lonely.md: is never included
  hint: include it, or take it out
t/template.toml:10:7: the question `never_used` is not used
  hint: use it in a file, a name or another value, or take it out
t/template.toml:12:15: the computed value `also_unused` is not used
  hint: use it in a file, a name or another value, or take it out
t/template.toml:14:9: `nowhere/**` matches no file below files/
  hint: patterns are over the paths below files/, as they are called in the template
t/files/late.txt: never becomes part of a project: `when = "kind == 'c'"` never holds
  hint: correct the condition, or take the file out
t/files/{% if kind == 'c' %}e{% endif %}: never becomes part of a project: the part `{% if kind == 'c' %}e{% endif %}` of its name is always empty
  hint: correct the condition, or take the file out
t: 16 problems, no recorded cases
--- stderr

"#]]
    );
}

#[test]
fn a_case_without_an_answer_that_must_be_given_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "t/template.toml",
        "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n[[question]]\nkey = \"a\"\nrequired = true\n",
    );
    sandbox.write("t/files/a.txt.j2", "{{ a }}");
    assert_data_eq!(
        sandbox.run(&["template", "snapshot", "t"]).fails(2),
        str![[r#"
error: could not record the case `default`
  caused by: the case does not answer every question that must be answered
  a: has no default, and no answer in this case
    hint: give one: `--case default -d a=VALUE`, or a line in its file

"#]]
    );
    assert!(!sandbox.path("t/snapshots").exists());
    sandbox.write("t/snapshots/one.toml", "");
    assert_data_eq!(
        sandbox.run(&["template", "check", "t"]).all(),
        str![[r#"
exit: 1
--- stdout
case one: its answers give no project
  a: has no default, and no answer in this case
    hint: give one: `--case one -d a=VALUE`, or a line in its file
t: no problems, 0 of 1 recorded cases as they were
--- stderr

"#]]
    );
}

#[test]
fn what_newcomers_try_is_told_with_what_to_do_instead() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "t/template.toml",
        "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n[[question]]\nkey = \"a\"\n",
    );
    sandbox.write(
        "t/files/a.json.j2",
        "{{ a | tojson }}{{ a | safe }}{{ year }}\n${{ github.ref }}\n",
    );
    let seen = sandbox.run(&["template", "check", "t"]);
    assert_data_eq!(
        seen.all(),
        str![[r#"
exit: 1
--- stdout
t/files/a.json.j2:2:5: `github` is not known here
  hint: where `${{ }}` is to stay, write it between `{% raw %}` and `{% endraw %}`
t/files/a.json.j2:1:34: `year` is not known here
  hint: only a question's default can use it: ask, and use the answer
t/files/a.json.j2:1:8: there is no filter `tojson`
  hint: values are escaped by the name of their file; `raw` writes a plain name as it is
t/files/a.json.j2:1:24: there is no filter `safe`
  hint: values are escaped by the name of their file; `raw` writes a plain name as it is
t: 4 problems, no recorded cases
--- stderr

"#]]
    );
}

#[test]
fn what_only_looks_wrong_is_not_told() {
    let sandbox = Sandbox::new();
    let header = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n";
    sandbox.write(
        "t/template.toml",
        &format!("{header}[[question]]\nkey = \"debug\"\ntype = \"bool\"\n"),
    );
    sandbox.write("t/files/debug.txt.j2", "{{ debug }}");
    for (path, content) in [
        (
            "files/a.txt.j2",
            "{# {% include 'x' %} #}{% raw %}{% include 'x' %}{{ x }}{% endraw %}{% include 'y' ignore missing %}",
        ),
        (
            "files/b.txt.j2",
            "{% for item in [1] %}{%- include \"includes/a.txt\" -%}{% endfor %}",
        ),
        (
            "files/c.txt.j2",
            "{% with u=1, v=2 %}{% include 'includes/b.txt' %}{% endwith %}{% set s, w = [1, 2] %}",
        ),
        (
            "files/d.txt.j2",
            "{% from 'includes/m.txt' import greet %}{{ greet('x') }}{% set ns = namespace(n=1) %}{{ ns.n }}",
        ),
        ("includes/a.txt", "{{ loop.index }}"),
        ("includes/b.txt", "{{ u }}{{ v }}"),
        (
            "includes/m.txt",
            "{% macro greet(name) %}Hello {{ name }}{% endmacro %}",
        ),
    ] {
        sandbox.write(&format!("t/{path}"), content);
    }
    assert_eq!(
        sandbox.run(&["template", "check", "t"]).ok(),
        "t: no problems, no recorded cases\n"
    );
}

#[test]
fn what_only_some_answers_bring_out_is_found() {
    let sandbox = Sandbox::new();
    let manifest = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n[[question]]\nkey = \"docs\"\ntype = \"bool\"\n";
    sandbox.write("t/template.toml", manifest);
    sandbox.write("t/files/{{ 'README' if docs else 'readme' }}", "");
    sandbox.write("t/files/readme", "");
    sandbox.write("t/files/x.txt.j2", "{% if docs %}{{ 1 / 0 }}{% endif %}");
    let seen = sandbox.run(&["template", "check", "t"]);
    assert_data_eq!(
        seen.all(),
        str![[r#"
exit: 1
--- stdout
t/files/{{ 'README' if docs else 'readme' }}: two files would be written to `readme`
t/files/x.txt.j2:1:17: invalid operation: unable to calculate 1 / 0
    |
  1 | {% if docs %}{{ 1 / 0 }}{% endif %}
    |                 ^^^^^
t/files/{{ 'README' if docs else 'readme' }}: the files `readme` and `README` are one on some systems
t: 3 problems, no recorded cases
--- stderr

"#]]
    );
}

#[test]
fn a_template_that_cannot_be_tried_is_told_until_a_case_is_recorded() {
    let sandbox = Sandbox::new();
    let manifest = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n[[question]]\nkey = \"zip\"\nregex = '[0-9]{5}'\n";
    sandbox.write("t/template.toml", manifest);
    sandbox.write("t/files/a.txt.j2", "{{ zip }}");
    assert_data_eq!(
        sandbox.run(&["template", "check", "t"]).all(),
        str![[r#"
exit: 1
--- stdout
t/template.toml: cannot be tried: no answer is known that is good for zip (must match `[0-9]{5}`)
  hint: record a case: `lstk-extensions template snapshot t --case plain -d zip=VALUE`
t: 1 problem, no recorded cases
--- stderr

"#]]
    );
    let _ = sandbox
        .run(&["template", "snapshot", "t", "--case", "one", "-d", "zip=12345"])
        .ok();
    assert_eq!(
        sandbox.run(&["template", "check", "t"]).ok(),
        "t: no problems, 1 of 1 recorded cases as they were\n"
    );
}

#[test]
fn a_snapshot_is_of_all_cases_or_of_none_and_of_nothing_else() {
    let sandbox = sandbox();
    let _ = sandbox.run(&["template", "snapshot", "t", "--case", "a"]).ok();
    let _ = sandbox.run(&["template", "snapshot", "t", "--case", "b"]).ok();
    sandbox.write("t/files/new.txt", "");
    sandbox.write("t/snapshots/b.toml", "database = \"mysql\"\n");
    let failed = sandbox.run(&["template", "snapshot", "t"]).fails(2);
    assert!(failed.contains("could not record the case `b`"), "{failed}");
    assert!(!sandbox.path("t/snapshots/a/new.txt").exists());
    // A folder that is no golden tree is not made into one.
    sandbox.write("t/docs/thesis.md", "");
    let refused = sandbox
        .run(&["template", "snapshot", "t", "--snapshots", "t", "--case", "docs"])
        .fails(1);
    assert!(
        refused.contains("t/docs is there, and is not a case's golden tree"),
        "{refused}"
    );
    assert!(sandbox.path("t/docs/thesis.md").exists() && !sandbox.path("t/docs.toml").exists());
}

#[test]
fn placeholders_with_filters_are_ejected_and_an_odd_folder_is_named_safely() {
    let sandbox = sandbox();
    sandbox.write("t/files/{{ project_slug | module_name }}/a.py", "");
    let said = sandbox.run(&["template", "eject", "t", "--", "-x"]).ok();
    assert!(said.contains("template check ./-x\n"), "{said}");
    assert!(sandbox.path("-x/files/{{ project_slug | module_name }}/a.py").exists());
}

#[test]
fn a_case_that_gives_no_project_is_told() {
    let sandbox = sandbox();
    sandbox.write("t/snapshots/wrong.toml", "database = \"mysql\"\nother = \"x\"\n");
    sandbox.write("t/snapshots/new.toml", "");
    let seen = sandbox.run(&["template", "check", "t"]);
    assert_data_eq!(
        seen.all(),
        str![[r#"
exit: 1
--- stdout
case new: has no golden tree yet
case wrong: its answers give no project
  other: is not a question of the template `ours`
    hint: its questions are database, project_slug, services, token
  database: must be one of none, pg
t: no problems, 0 of 2 recorded cases as they were
If the difference is meant, `lstk-extensions template snapshot` records it.
--- stderr

"#]]
    );
    assert!(
        sandbox
            .run(&["template", "snapshot", "t", "--case", "../x"])
            .fails(2)
            .contains("--case")
    );
}

#[test]
fn several_templates_in_one_folder_are_listed_and_one_is_named() {
    let sandbox = sandbox();
    std::fs::create_dir(sandbox.path("many")).unwrap();
    std::fs::rename(sandbox.path("t"), sandbox.path("many/ours")).unwrap();
    let _ = sandbox.run(&["template", "eject", "basic", "many/web/basic"]).ok();
    let new = ["dev", "new", "p", "--template", "./many", "--defaults", "--no-git"];
    assert_data_eq!(
        sandbox.run(&new).fails(2),
        str![[r#"
error: ./many holds several templates
  ours: Ours
  web/basic: A LocalStack extension with one example route
hint: name one of them: `--directory ours`

"#]]
    );
    assert_data_eq!(
        sandbox.run(&["template", "list", "many"]).ok(),
        str![[r#"
NAME       VERSION  DESCRIPTION
ours       2        Ours
web/basic  1        A LocalStack extension with one example route

"#]]
    );
    let said = sandbox.run(&[&new[..], &["--directory", "ours"]].concat()).ok();
    assert!(said.contains("services/s3.toml"), "{said}");
    assert!(
        sandbox
            .read("p/.lstk-extension.toml")
            .contains("folder = \"../many/ours\"\n")
    );
    std::fs::create_dir(sandbox.path("none")).unwrap();
    assert!(
        sandbox
            .run(&["template", "list", "none"])
            .fails(1)
            .contains("there is no template in none")
    );
    for (directory, reason) in [
        ("../many", "`..`"),
        ("/etc", "a path within"),
        ("nowhere", "no template in `nowhere`"),
    ] {
        let seen = sandbox.run(&[&new[..], &["--directory", directory]].concat());
        assert!(
            matches!(seen.status, Some(1 | 2)) && seen.stderr.contains(reason),
            "{}",
            seen.all()
        );
    }
}

#[test]
fn the_schema_knows_what_the_program_knows() {
    let sandbox = Sandbox::new();
    let text = sandbox.run(&["template", "schema"]).ok();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let in_json: Value = serde_json::from_str(&sandbox.run(&["template", "schema", "--json"]).ok()).unwrap();
    assert_eq!(in_json["data"], schema);
    // The program names the keys that it knows where it meets one that it does not.
    let told = |manifest: &str| {
        let sandbox = Sandbox::new();
        sandbox.write("t/template.toml", manifest);
        let said = sandbox.run(&["template", "show", "t"]).fails(1);
        let known = said
            .lines()
            .find_map(|line| line.trim().strip_prefix("hint: known are "))
            .expect("known keys")
            .to_string();
        let mut known: Vec<String> = known.split(", ").map(str::to_string).collect();
        known.sort();
        known
    };
    let resolved = |part: &Value| match part["$ref"].as_str() {
        Some(reference) => schema.pointer(&reference[1..]).expect("a definition").clone(),
        None => part.clone(),
    };
    let keys = |part: &Value| {
        let schema = resolved(part);
        let mut keys: Vec<String> = schema["properties"]
            .as_object()
            .expect("properties")
            .keys()
            .cloned()
            .collect();
        keys.sort();
        keys
    };
    let head = "[template]\nname = 'a'\nversion = '1'\ndescription = ''\n";
    let properties = &schema["properties"];
    assert_eq!(keys(&schema), told("[qqqqqqqq]"));
    assert_eq!(keys(&properties["template"]), told(&format!("{head}qqqqqqqq = 1")));
    assert_eq!(
        keys(&resolved(&properties["question"])["items"]),
        told(&format!("{head}[[question]]\nqqqqqqqq = 1"))
    );
    assert_eq!(
        keys(&resolved(&properties["file"])["items"]),
        told(&format!("{head}[[file]]\nqqqqqqqq = 1"))
    );
    assert_eq!(
        keys(&properties["after"]),
        told(&format!("{head}[after]\nqqqqqqqq = 1"))
    );
}
