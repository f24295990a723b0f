//! What `template check` finds beyond the manifest: mistakes that are hard to see, and none where there are none.

use snapbox::{assert_data_eq, str};

use crate::support::Sandbox;

const HEADER: &str = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"d\"\n";

const KIND: &str = "[[question]]\nkey = \"kind\"\ntype = \"choice\"\nchoices = [\"a\", \"b\"]\n";

fn template(manifest: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("t/template.toml", &format!("{HEADER}{manifest}"));
    for (path, content) in files {
        sandbox.write(&format!("t/{path}"), content);
    }
    sandbox
}

const CHECK: [&str; 3] = ["template", "check", "t"];

#[test]
fn a_part_that_an_expression_names_is_used_and_so_is_what_the_name_is_made_of() {
    for text in [
        "{% include \"includes/\" ~ kind %}",
        "{%- include 'includes/a' if kind == 'a' else 'includes/b' -%}",
        "{% set p = \"includes/\" ~ kind %}{% include p %}",
        "{% include 'includes/a' %}{% include 'includes/b' ignore missing %}{{ kind }}",
        "{% include 'includes/a'-%}{% include \"includes/b\" %}{{ kind }}",
    ] {
        let parts = [("includes/a", "A"), ("includes/b", "B"), ("files/x.txt.j2", text)];
        let seen = template(KIND, &parts).run(&CHECK);
        assert_eq!(seen.ok(), "t: no problems, no recorded cases\n", "{text}");
    }
}

#[test]
fn a_secret_in_a_name_is_refused() {
    let manifest = "[[question]]\nkey = \"token\"\nsecret = true\n[computed]\nhost = \"h-{{ token }}\"\n";
    let files = [
        ("files/{{ token }}/a", ""),
        ("files/x-{{ host }}", ""),
        ("files/url.txt.j2", "{{ token }} {{ host }}"),
    ];
    let sandbox = template(manifest, &files);
    assert_data_eq!(
        sandbox.run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
t/files/x-{{ host }}: its name would tell `host`, which is secret
  hint: names are printed and recorded: make it of other answers
t/files/{{ token }}/a: its name would tell `token`, which is secret
  hint: names are printed and recorded: make it of other answers
t: 2 problems, no recorded cases
--- stderr

"#]]
    );
    let new = ["dev", "new", "p", "-t", "./t", "--defaults", "-d", "token=TOPSECRET"];
    let seen = sandbox.run(&new);
    assert_eq!(seen.status, Some(1), "{}", seen.all());
    assert!(!seen.all().contains("TOPSECRET"), "{}", seen.all());
    assert!(!sandbox.path("p").exists());
}

#[test]
fn a_file_that_is_the_record_s_or_no_file_at_all_is_told() {
    let sandbox = template(
        "",
        &[
            ("files/.LSTK-extension.toml", ""),
            ("files/.j2", "x"),
            ("files/a/.j2", ""),
        ],
    );
    assert_data_eq!(
        sandbox.run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
t/files/.j2: never becomes part of a project: without `.j2` it has no name
  hint: give it one
t/files/a/.j2: never becomes part of a project: without `.j2` it has no name
  hint: give it one
t/files/.LSTK-extension.toml: would be `.lstk-extension.toml`, which is the program's own record of the project
  hint: give the file another name
t: 3 problems, no recorded cases
--- stderr

"#]]
    );
    assert_data_eq!(
        template("", &[]).run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
t/files: there is no file in it, so every project would be empty
  hint: the files of the project belong there
t: 1 problem, no recorded cases
--- stderr

"#]]
    );
}

#[test]
fn one_thing_that_is_found_hides_no_other() {
    let manifest = format!("{KIND}[[file]]\nmatch = [\"never\", \"./a.txt\", \"files/b\"]\nwhen = \"kind == 'zz'\"\n");
    let files = [
        ("files/never", ""),
        ("files/b", ""),
        ("files/a.txt.j2", "{{ 1 / 0 }}"),
        ("files/{{ kind | uper }}", ""),
        ("files/{{ kidn }}", ""),
    ];
    assert_data_eq!(
        template(&manifest, &files).run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
t/files/{{ kidn }}: `kidn` is not known here
  hint: did you mean `kind`?
t/files/{{ kind | uper }}: there is no filter `uper`
  hint: did you mean `upper`?
t/template.toml:10:19: `./a.txt` matches no file below files/
  hint: did you mean `a.txt.j2`?
t/template.toml:10:30: `files/b` matches no file below files/
  hint: did you mean `b`?
t/files/never: never becomes part of a project: `when = "kind == 'zz'"` never holds
  hint: correct the condition, or take the file out
t: 5 problems, no recorded cases
--- stderr

"#]]
    );
    let files = [&files[..3], &[("files/B", "")]].concat();
    assert_data_eq!(
        template(&manifest, &files).run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
t/template.toml:10:19: `./a.txt` matches no file below files/
  hint: did you mean `a.txt.j2`?
t/template.toml:10:30: `files/b` matches no file below files/
  hint: did you mean `b`?
t/files/never: never becomes part of a project: `when = "kind == 'zz'"` never holds
  hint: correct the condition, or take the file out
t/files/a.txt.j2:1:4: invalid operation: unable to calculate 1 / 0
    |
  1 | {{ 1 / 0 }}
    |    ^^^^^
t/files/b: the files `B` and `b` are one on some systems
t: 5 problems, no recorded cases
--- stderr

"#]]
    );
}

#[test]
fn what_fails_when_it_runs_has_its_place_in_the_manifest() {
    let texts = [
        format!("{KIND}[[question]]\nkey = \"b\"\ndefault = \"{{{{ kind / 2 }}}}\"\n"),
        format!("{KIND}[[question]]\nkey = \"b\"\nwhen = \"kind / 2\"\n"),
        format!("{KIND}[computed]\nb = \"{{{{ kind / 2 }}}}\"\n"),
        format!("{KIND}[[file]]\nmatch = \"x\"\neach = \"kind\"\n"),
        format!("{KIND}[[file]]\nmatch = \"x\"\nwhen = \"kind / 2\"\n"),
        format!("{KIND}[after]\nnext = [\"make\", \"{{{{ kind / 2 }}}}\"]\n"),
    ];
    for (text, place) in texts.iter().zip(["11:11", "11:8", "10:5", "11:8", "11:8", "10:17"]) {
        let sandbox = template(text, &[("files/x", ""), ("files/y.txt.j2", "{{ kind }}")]);
        for command in [&CHECK[..], &["dev", "new", "p", "-t", "./t", "--defaults"]] {
            let seen = sandbox.run(command);
            assert_eq!(seen.status, Some(1), "{text}: {}", seen.all());
            let at = format!("t/template.toml:{place}: ");
            assert!(seen.all().contains(&at), "{text}: {at}: {}", seen.all());
            assert!(!seen.all().contains("cannot be tried"), "{text}: {}", seen.all());
        }
    }
}

#[test]
fn quotes_around_what_comes_with_quotes_are_told() {
    let manifest = format!(
        "{KIND}[[question]]\nkey = \"docs\"\ntype = \"bool\"\n[computed]\ntitle = \"{{{{ kind | upper }}}}\"\n"
    );
    let yaml =
        "a: \"{{ kind }}\"\nb: '{{ title | lower }}'\nc: \"{{ docs }}\"\nd: \"{{ kind | raw }} x\"\ne: {{ kind }}\n";
    let python = "\"\"\"{{ title }}\"\"\"\nclass {{ kind }}:\n    def {{ kind | raw }}(self): return {{ kind }}\n";
    let files = [
        ("files/a.yaml.j2", yaml),
        ("files/b.py.j2", python),
        ("files/c.txt.j2", "'{{ kind }}'"),
        ("files/d.html.j2", "<a href=\"{{ kind }}\">"),
    ];
    assert_data_eq!(
        template(&manifest, &files).run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
t/files/a.yaml.j2:1:5: `kind` is written with its quotes, and there are quotes around it
  hint: take these out; or `{{ kind | raw }}` writes a plain name
t/files/a.yaml.j2:2:5: `title | lower` is written with its quotes, and there are quotes around it
  hint: take these out; or `{{ title | lower | raw }}` writes a plain name
t/files/b.py.j2:1:4: `title` is written with its quotes, and there are quotes around it
  hint: take these out; or `{{ title | raw }}` writes a plain name
t/files/b.py.j2:2:7: `kind` is written as a quoted text, and a name is needed
  hint: `{{ kind | raw }}` writes a plain name
t: 4 problems, no recorded cases
--- stderr

"#]]
    );
}

#[test]
fn cases_that_are_not_compared_are_told() {
    let sandbox = template("", &[("files/x", "")]);
    let seen = sandbox.run(&["template", "check", "t", "--snapshots", "nope"]);
    assert_data_eq!(
        seen.all(),
        str![[r#"
exit: 2
--- stdout
--- stderr
error: there is no folder nope
hint: `lstk-extensions template snapshot` with the same `--snapshots` makes it

"#]]
    );
    let _ = sandbox.run(&["template", "snapshot", "t", "--case", "plain"]).ok();
    std::fs::rename(
        sandbox.path("t/snapshots/plain.toml"),
        sandbox.path("t/snapshots/plian.toml"),
    )
    .unwrap();
    assert_data_eq!(
        sandbox.run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
t/snapshots/plain: is never compared: it has no answers
  hint: write its answers into t/snapshots/plain.toml, or take it out
case plian: has no golden tree yet
t: 1 problem, 0 of 1 recorded cases as they were
If the difference is meant, `lstk-extensions template snapshot` records it.
--- stderr

"#]]
    );
}

#[test]
fn every_link_of_a_template_is_named() {
    let sandbox = template("", &[("files/x", "")]);
    for name in ["b", "a"] {
        std::os::unix::fs::symlink("x", sandbox.path(&format!("t/files/{name}"))).unwrap();
    }
    assert_data_eq!(
        sandbox.run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
--- stderr
error: t/files/a, t/files/b are neither files nor folders; links and devices are not followed

"#]]
    );
}

/// A question of free text, one of a choice, one of several.
const QUESTIONS: &str = "[[question]]\nkey = \"name\"\ndefault = \"abcdef\"\n\
     [[question]]\nkey = \"kind\"\ntype = \"choice\"\nchoices = [\"a\", \"b\"]\n\
     [[question]]\nkey = \"services\"\ntype = \"choices\"\nchoices = [\"s3\", \"sqs\", \"sns\"]\n";

#[test]
fn honest_templates_have_no_problems() {
    let rest = "[[question]]\nkey = \"short\"\ndefault = \"{{ name[:3] }}{{ git.name[:1] | upper }}\"\n\
         [[question]]\nkey = \"filter\"\ntype = \"bool\"\n\
         [[question]]\nkey = \"more\"\nwhen = \"filter and kind == 'a'\"\n\
         default = \"{% filter replace('a', name) %}x{% endfilter %}\"\n\
         [computed]\nlong = \"{{ short[:2] }}\"\ncode = \"{{ dict(kind=1) | length }}\"\n\
         [[file]]\nmatch = \"pair\"\nwhen = \"services | length == 2\"\n";
    let used = "{{ long }} {{ more }} {{ filter }} {{ code }} {{ kind }} {{ services | join(' ') }} {{ name }}\n";
    let yaml = "{# \"{{ name }}\" #}\n{% raw %}a: \"{{ name }}\"{% endraw %}\nb: {{ \"{{ name }}\" }}\n\
                {% set name = name | raw %}c: \"{{ name }}\"\nd: \"{{ kind | length }}\"\ne: \"{{ kind == 'a' }}\"\n\
                g: [{% for s in services %}{{ s }}{{ ',' if not loop.last }}{% endfor %}]\n";
    let python = "{% macro m(kind) %}\"{{ kind }}\"{% endmacro %}{{ m(kind | raw) }}\nX = f\"{{ kind | raw }}-{y}\"\n\
                  D = {\"{{ kind | raw }}\": {{ name }}}\nfrom x import {{ kind | raw }}\n";
    let parts = "{% from 'includes/m' import f %}{% macro g(svc) %}{% include 'includes/x' %}{% endmacro %}{{ g(kind) }}\n\
                 {% with a=kind, b=kind, c=kind, d=kind %}{% include 'includes/y' %}{% endwith %}{{ f(kind) }}\n\
                 {% for x in services %}{% include 'files/part.txt.j2' %}{% endfor %}\n\
                 {% if kind == 'a' %}{% set q, r = 1, 2 %}{% else %}{% set q, r = 3, 4 %}{% endif %}{{ q + r }}\n\
                 {% macro h() %}{{ caller(kind) }}{% endmacro %}{% call(z) h() %}{{ z }}{% endcall %}\n\
                 {% set n = namespace(i=0) %}{% for s in services %}{% set n.i = n.i + loop.index %}{% endfor %}{{ n.i }}\n";
    let files = [
        ("files/{% if services | length == 2 %}pair{% endif %}/x", ""),
        ("files/pair", ""),
        ("files/used.txt.j2", used),
        ("files/a.yaml.j2", yaml),
        ("files/b.py.j2", python),
        ("files/parts.txt.j2", parts),
        ("files/part.txt.j2", "{{ x | default(name) }}"),
        ("includes/m", "{% macro f(v) -%}{{ v | upper }}{%- endmacro %}"),
        ("includes/x", "{{ svc }}"),
        ("includes/y", "{{ a ~ b ~ c ~ d }}"),
    ];
    let sandbox = template(&format!("{QUESTIONS}{rest}"), &files);
    assert_data_eq!(
        sandbox.run(&CHECK).all(),
        str![[r#"
exit: 0
--- stdout
t: no problems, no recorded cases
--- stderr

"#]]
    );
}

#[test]
fn mistakes_in_slices_and_parts_are_told_once_with_their_place() {
    let rest = "[[question]]\nkey = \"disk\"\n[computed]\nversion = \"{{ projekt[:3] }}{{ kind[:1] }}\"\n\
                [[file]]\nmatch = \"x\"\neach = \"nobody[1:]\"\n";
    let sandbox = template(&format!("{QUESTIONS}{rest}"), &[("files/x", "")]);
    assert_data_eq!(
        sandbox.run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
--- stderr
error: the template `t` does not work
  t/template.toml:19:11: `projekt` is not known here
    hint: known are name, kind, services, disk
  t/template.toml:22:8: `nobody` is not known here
    hint: known are name, kind, services, disk, version, badge, installer_url, repository_url

"#]]
    );
    let rest = "[[question]]\nkey = \"disk\"\n[computed]\nversion = \"{{ kind[:1] }}\"\n";
    let files = [
        (
            "files/x.txt.j2",
            "{% include 'includes/a' %}{{ services }}{{ nmae[:2] }}",
        ),
        ("includes/a", "\n  {{ nme }}"),
        (
            "files/y.yml.j2",
            "{% raw %}${{ github.sha }}{% endraw %}\na: {{ knd }}\nb: \"{{ name }}\"\n",
        ),
    ];
    let sandbox = template(&format!("{QUESTIONS}{rest}"), &files);
    assert_data_eq!(
        sandbox.run(&CHECK).all(),
        str![[r#"
exit: 1
--- stdout
t/files/y.yml.j2:2:7: `knd` is not known here
  hint: did you mean `kind`?
t/files/y.yml.j2:3:5: `name` is written with its quotes, and there are quotes around it
  hint: take these out; or `{{ name | raw }}` writes a plain name
t/includes/a:2:6: `nme` is not known here
  hint: did you mean `name`?
t/template.toml:17:7: the question `disk` is not used
  hint: use it in a file, a name or another value, or take it out
t/template.toml:19:11: the computed value `version` is not used
  hint: use it in a file, a name or another value, or take it out
t: 5 problems, no recorded cases
--- stderr

"#]]
    );
}
