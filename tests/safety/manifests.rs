//! Templates that are too much in other ways: endless manifests, thousands of files, and what every command makes of
//! them.

use std::fs;

use super::measure::within_limits;
use super::{HEADER, NEW, committed, git, new_from, template};

/// Every command that reads a template keeps the limits.
fn every_command(what: &str, manifest: &str, files: &[(&str, &str)], said: &str) {
    let sandbox = template(manifest, files);
    let commands: [&[&str]; 4] = [
        &NEW,
        &["template", "list", "./t"],
        &["template", "check", "./t"],
        &["template", "show", "./t", "--json"],
    ];
    for command in commands {
        let seen = within_limits(&sandbox, &format!("{what}: {command:?}"), command);
        assert!(
            seen.stdout.len() < 3 << 20,
            "{what}, {command:?}: {} bytes",
            seen.stdout.len()
        );
        // A list looks at no code, so it has nothing to say of it.
        let is_listed = command[1] == "list" && seen.status == Some(0) && seen.stdout.contains("\nours ");
        let told = seen.all();
        assert!(
            is_listed || told.contains(said) || told.contains("its code ran for "),
            "{what}, {command:?}: {:.3000}",
            told
        );
        super::remove(&sandbox.path("p"));
    }
}

#[test]
fn no_manifest_takes_long_or_much() {
    let questions = |count: usize| {
        (0..count)
            .map(|n| format!("[[question]]\nkey = \"q{n}\"\n"))
            .collect::<String>()
    };
    let unknown: String = (0..400)
        .map(|n| format!("[[question]]\nkey = \"r{n}\"\ndefault = \"{{{{ qq{n} }}}}\"\n"))
        .collect();
    let keys: String = (0..80_000).map(|n| format!("k{n} = 1\n")).collect();
    let choices: Vec<String> = (0..80_000).map(|n| format!("\"c{n}\"")).collect();
    let choices = format!(
        "[[question]]\nkey = \"a\"\ntype = \"choices\"\nchoices = [{}]\ndefault = [\"x\"]\n",
        choices.join(",")
    );
    let computed: String = (0..20_000).map(|n| format!("c{n} = \"x\"\n")).collect();
    let mega = |text: &str| text.repeat((1 << 20) / text.len() - 100);
    let large = "is larger than 1 MiB";
    let many = "more than 1000 questions, computed values and file rules";
    for (what, manifest, said) in [
        ("9 MiB of brackets", format!("a = {}", "[".repeat(9 << 20)), large),
        ("brackets", format!("a = {}", mega("[")), "recurs"),
        ("tables", format!("[a{}]", mega(".a")), "recurs"),
        ("tables in tables", format!("a = {}", mega("{a=")), "recurs"),
        ("nothing that is TOML", mega("= \n"), "template.toml:"),
        ("unknown keys", keys, "`k0` is not known here"),
        ("an endless key", format!("{} = 1\n", mega("a")), "`aaaaaaaa"),
        (
            "an endless question",
            format!("[[question]]\nkey = \"{}\"\n", mega("a")),
            "",
        ),
        (
            "an endless name",
            format!("[[question]]\nkey = \"q\"\nprompt = \"{}\"\n", mega("a")),
            "",
        ),
        ("20,000 questions", questions(20_000), many),
        ("20,000 computed values", format!("[computed]\n{computed}"), many),
        ("1,001 questions", questions(1_001), many),
        (
            "names that are not known",
            format!("{}{unknown}", questions(500)),
            "is not known here",
        ),
        (
            "a huge regular expression",
            "[[question]]\nkey = \"a\"\nregex = '((a{1000}){1000}){1000}'\n".to_string(),
            "is not a regular expression",
        ),
        (
            "a slow regular expression",
            format!(
                "[[question]]\nkey = \"a\"\nregex = '(a*)*(a|aa)*b'\ndefault = \"{}\"\n",
                "a".repeat(999)
            ),
            "the default is refused",
        ),
    ] {
        every_command(what, &manifest, &[], said);
    }
    let seen = within_limits(&template(&choices, &[]), "80,000 choices", &NEW).fails(1);
    assert!(seen.contains("its code ran for "), "{seen}");
}

#[test]
fn a_thousand_questions_work() {
    let questions: String = (0..1_000)
        .map(|n| format!("[[question]]\nkey = \"q{n}\"\ndefault = \"{{{{ 1 }}}}\"\n"))
        .collect();
    every_command("1,000 questions", &questions, &[], "");
    let sandbox = template(&questions, &[("files/x.txt.j2", "{{ q999 }}")]);
    let _ = sandbox.run(&NEW).ok();
    assert_eq!(sandbox.read("p/x.txt"), "1");
}

#[test]
fn no_pattern_takes_long() {
    let long = "a".repeat(200);
    let names: Vec<String> = (0..300)
        .map(|n| format!("files/{}/{long}{n}", ["a"; 20].join("/")))
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    for pattern in [
        "**/*a*a*a*a*a*a*b",
        &format!("{}b", "**/".repeat(100)),
        &format!("**/{}b", "*a".repeat(100)),
        &format!("{}b", "**/*a*/".repeat(20)),
    ] {
        every_command(
            pattern,
            &format!("[[file]]\nmatch = \"{pattern}\"\ncopy = true\n"),
            &files,
            "",
        );
    }
    let rules = "[[file]]\nmatch = \"**/*a*a*a*a*a*a*a*b\"\ncopy = true\n".repeat(1_000);
    let _ = within_limits(
        &template(&rules, &files),
        "1,000 patterns",
        &["template", "show", "./t"],
    );
}

#[test]
fn files_are_counted_measured_and_not_too_deep() {
    let sandbox = template("", &[]);
    for number in 0..60_000 {
        fs::write(sandbox.path(&format!("t/files/{number}")), "").unwrap();
    }
    let seen = within_limits(&sandbox, "60,000 files", &NEW).fails(1);
    assert_eq!(seen, "error: ./t/files has more than 50000 files and folders\n");

    let sandbox = template("", &[]);
    for number in 0..60_000 {
        fs::create_dir_all(sandbox.path(&format!("t/files/{}/{number}", number / 300))).unwrap();
    }
    let seen = within_limits(&sandbox, "60,000 folders", &NEW).fails(1);
    assert_eq!(seen, "error: ./t/files has more than 50000 files and folders\n");

    let deep = format!("files/{}/x", ["d"; 100].join("/"));
    let sandbox = template("", &[(&deep, "")]);
    assert!(
        within_limits(&sandbox, "100 folders", &NEW)
            .fails(1)
            .contains("is more than 64 folders deep")
    );

    let sandbox = template("", &[("files/x", &"x".repeat((10 << 20) + 1))]);
    assert_eq!(
        within_limits(&sandbox, "a large file", &NEW).fails(1),
        "error: ./t/files/x is larger than 10 MiB\n"
    );

    let sandbox = template("", &[]);
    fs::write(sandbox.path("large"), "x".repeat(10 << 20)).unwrap();
    for number in 0..21 {
        fs::hard_link(sandbox.path("large"), sandbox.path(&format!("t/files/{number}"))).unwrap();
    }
    assert_eq!(
        within_limits(&sandbox, "210 MiB", &NEW).fails(1),
        "error: ./t/files has more than 200 MiB\n"
    );
    // The same in a commit is one file that is there 21 times.
    let address = committed(&sandbox);
    let seen = within_limits(&sandbox, "210 MiB in a commit", &new_from(&address)).fails(1);
    assert_eq!(seen, "error: files has more than 200 MiB\n");
}

#[test]
fn a_list_of_templates_reads_no_files() {
    let sandbox = template("", &[]);
    fs::remove_file(sandbox.path("t/template.toml")).unwrap();
    let large = "x".repeat(9 << 20);
    sandbox.write("t/large", &large);
    for number in 0..12 {
        sandbox.write(&format!("t/{number}/template.toml"), HEADER);
        fs::create_dir(sandbox.path(&format!("t/{number}/files"))).unwrap();
        for name in 0..20 {
            fs::hard_link(
                sandbox.path("t/large"),
                sandbox.path(&format!("t/{number}/files/{name}")),
            )
            .unwrap();
        }
    }
    let address = committed(&sandbox);
    git(&sandbox, "t", &["gc", "-q"]);
    for named in ["./t", &address] {
        let seen = within_limits(&sandbox, "12 templates of 180 MiB", &["template", "list", named]).ok();
        assert_eq!(seen.lines().count(), 13, "{seen}");
        assert!(seen.contains("\n11    1        Our skeleton\n"), "{seen}");
    }
}

#[test]
fn one_template_does_not_keep_the_others_out_of_a_list() {
    let sandbox = template("", &[]);
    fs::remove_file(sandbox.path("t/template.toml")).unwrap();
    let bombs = [
        "{{ ('a\\n' * 100000) | indent(100000) }}".to_string(),
        format!("{{{{ {}1 }}}}", "-".repeat(100_000)),
    ];
    for (number, bomb) in bombs.iter().enumerate() {
        let question = format!("[[question]]\nkey = \"a\"\ndefault = \"{bomb}\"\n");
        sandbox.write(
            &format!("t/bomb-{number}/template.toml"),
            &format!("{HEADER}{question}"),
        );
    }
    sandbox.write("t/good/template.toml", HEADER);
    sandbox.write("t/odd/template.toml", "[template]\n");
    let seen = within_limits(&sandbox, "two bombs", &["template", "list", "./t"]);
    let said = seen.all();
    assert_eq!(seen.stdout.matches("Our skeleton").count(), 3, "{said}");
    assert!(seen.status == Some(0) && seen.stderr.contains("odd"), "{said}");
    for number in 0..2 {
        let show = ["template", "show", "./t", "--directory", &format!("bomb-{number}")];
        let seen = within_limits(&sandbox, "a bomb of a list", &show);
        assert!(seen.fails(1).contains("was stopped"));
    }
}

#[test]
fn what_differs_is_shown_as_far_as_anybody_reads() {
    let lines = |end: &str| (0..300_000).map(|n| format!("{n}{end}\n")).collect::<String>();
    for (wanted, found) in [
        (lines(""), lines("a")),
        ("ab".repeat(4 << 20), "ba".repeat(4 << 20)),
        ("a\n".repeat(1 << 20), "b\n".repeat(1 << 19)),
    ] {
        let sandbox = template(
            "",
            &[
                ("files/x.txt", &wanted),
                ("snapshots/one.toml", ""),
                ("snapshots/one/x.txt", &found),
            ],
        );
        let seen = within_limits(&sandbox, "a difference", &["template", "check", "./t"]);
        assert_eq!(seen.status, Some(1));
        assert!(seen.stdout.len() < 2 << 20, "{}", seen.stdout.len());
        let told = seen.stdout.contains("case one: differs") || seen.stderr.contains("was stopped");
        assert!(told, "{:.2000}", seen.all());
    }
}

#[test]
fn no_attribute_of_a_project_holds_up_its_first_commit() {
    let patterns = format!("{}b text\n{}*b text\n", "**/".repeat(40), "*a".repeat(60));
    let path = format!("files/{}/{}", vec!["a".repeat(100); 8].join("/"), "a".repeat(200));
    let sandbox = template(
        "",
        &[
            ("files/.gitattributes", &patterns),
            ("files/.gitignore", &patterns),
            (&path, "x\r\n"),
            ("files/run.sh", ""),
        ],
    );
    fs::set_permissions(
        sandbox.path("t/files/run.sh"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let mut args = NEW.to_vec();
    args[6] = "--git";
    let seen = within_limits(&sandbox, "attributes", &args).ok();
    assert!(seen.contains("as a git repository with a first commit"), "{seen}");
    let kept = git(&sandbox, "p", &["ls-tree", "-r", "HEAD"]);
    assert!(kept.lines().count() == 5 && kept.contains("100755 blob"), "{kept}");
    let content = git(
        &sandbox,
        "p",
        &["cat-file", "-s", &format!("HEAD:{}", path.trim_start_matches("files/"))],
    );
    assert_eq!(content, "3");
}
