//! Secret answers: in the files that are made of them, and nowhere else, however a template is written.

use crate::support::Sandbox;

const HEADER: &str = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"d\"\n\
                      [[question]]\nkey = \"token\"\nsecret = true\n";

const SECRET: &str = "hunter2secret";

fn template(manifest: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with_identity();
    sandbox.write("t/template.toml", &format!("{HEADER}{manifest}"));
    sandbox.write("t/includes/t", "{{ token }}");
    sandbox.write("t/files/env.txt.j2", "{{ token }}");
    for (path, content) in files {
        sandbox.write(&format!("t/{path}"), content);
    }
    sandbox
}

/// Texts that tell the secret, if anything does.
const TEXTS: [&str; 10] = [
    "{{ token }}",
    "{{ token[:] }}",
    "{{ token[:6] ~ token[6:] }}",
    "{{ token | upper | lower }}",
    "{% include 'includes/t' %}",
    "{% set token = token %}{{ token }}",
    "{% with token = token %}{{ token }}{% endwith %}",
    "{% macro f(token=token) %}{{ token }}{% endmacro %}{{ f() }}",
    "{% filter replace('a', token) %}a{% endfilter %}",
    "{{ debug() }}",
];

/// In the manifest, in place of `TEXT`; each begins with what does not depend on it.
const PLACES: [&str; 5] = [
    "[[question]]\nkey = \"q\"\ndefault = \"\"\"{{ year }}TEXT\"\"\"\n",
    "[computed]\nc = \"\"\"TEXT\"\"\"\n[after]\nmessage = \"{{ c }}\"\n",
    "[computed]\nc = \"\"\"TEXT\"\"\"\n[[file]]\nmatch = \"each/*\"\neach = \"[c]\"\n",
    "[after]\nmessage = \"\"\"TEXT\"\"\"\n",
    "[after]\nnext = [\"\"\"echo TEXT\"\"\"]\n",
];

fn is_told_nowhere(sandbox: &Sandbox, what: &str) {
    let answer = format!("token={SECRET}");
    for more in [&[][..], &["--json"], &["--dry-run"]] {
        let new = ["dev", "new", "p", "-t", "./t", "--defaults", "--no-git", "-d", &answer];
        let seen = sandbox.run(&[&new[..], more].concat());
        assert!(matches!(seen.status, Some(0 | 1)), "{what}: {}", seen.all());
        assert!(!seen.all().contains(SECRET), "{what}: {}", seen.all());
        if seen.status == Some(0) && more != ["--dry-run"] {
            assert_eq!(sandbox.read("p/env.txt"), SECRET, "{what}");
            let names = sandbox.listing().join("\n");
            assert!(!names.contains(SECRET), "{what}: {names}");
            let record = sandbox.read("p/.lstk-extension.toml");
            assert!(!record.contains(SECRET), "{what}: {record}");
            std::fs::remove_dir_all(sandbox.path("p")).unwrap();
        }
    }
}

#[test]
fn no_text_of_a_manifest_tells_a_secret() {
    for text in TEXTS {
        for place in PLACES {
            let manifest = place.replace("TEXT", text);
            let sandbox = template(&manifest, &[("files/each/{{ item }}", "")]);
            is_told_nowhere(&sandbox, &manifest);
        }
    }
}

#[test]
fn no_name_tells_a_secret() {
    let names = TEXTS.iter().filter(|text| !text.contains('/'));
    for name in names.chain(&["x{{ c }}", "x{{ d[:] }}"]) {
        let computed = "[computed]\nc = \"{{ token[:] }}\"\nd = \"{% include 'includes/t' %}\"\n";
        let sandbox = template(computed, &[(&format!("files/x{name}"), "")]);
        is_told_nowhere(&sandbox, name);
    }
}

#[test]
fn what_the_program_itself_makes_of_answers_tells_no_secret() {
    let texts = "{{ badge }}{{ installer_url }}{{ repository_url }}";
    for [secret, open] in [["github_username", "project_slug"], ["project_slug", "github_username"]] {
        let manifest = format!(
            "[[question]]\nkey = \"{secret}\"\nsecret = true\ndefault = \"{SECRET}\"\n\
             [[question]]\nkey = \"{open}\"\ndefault = \"acme\"\n[after]\nmessage = \"{texts}\"\n"
        );
        let sandbox = template(&manifest, &[("files/x{{ repository_url | slug }}", "")]);
        is_told_nowhere(&sandbox, secret);
        // Neither does the folder, where it is to be named after one.
        let seen = sandbox.run(&["dev", "new", "-t", "./t", "--defaults", "--no-git"]);
        let names = sandbox.listing().join("\n");
        assert!(
            !seen.all().contains(SECRET) && !names.contains(SECRET),
            "{}",
            seen.all()
        );
        let named = secret != "project_slug";
        assert_eq!(seen.status, Some(if named { 0 } else { 2 }), "{}", seen.all());
    }
}

#[test]
fn a_secret_goes_into_files_in_every_way() {
    let computed =
        "[computed]\nc = \"Bearer {{ token[:] }}\"\nd = \"{{ token | default('none') }}\"\ne = \"{{ c }}!\"\n";
    let sandbox = template(
        computed,
        &[("files/all.txt.j2", "{{ c }} {{ d }} {{ e }} {% include 'includes/t' %}")],
    );
    let answer = format!("token={SECRET}");
    let _ = sandbox
        .run(&["dev", "new", "p", "-t", "./t", "--defaults", "--no-git", "-d", &answer])
        .ok();
    assert_eq!(
        sandbox.read("p/all.txt"),
        format!("Bearer {SECRET} {SECRET} Bearer {SECRET}! {SECRET}")
    );
}

#[test]
fn of_two_secrets_the_longer_is_hidden_whole() {
    let sandbox = template(
        "[[question]]\nkey = \"other\"\nsecret = true\ntest = \"other != token\"\n",
        &[],
    );
    sandbox.write("t/files/{{ other | default(token) }}", "");
    let seen = sandbox.run(&[
        "dev",
        "new",
        "p",
        "-t",
        "./t",
        "--defaults",
        "-d",
        "other=hunter",
        "-d",
        "token=hunter2secret",
    ]);
    assert!(!seen.all().contains("2secret"), "{}", seen.all());
}
