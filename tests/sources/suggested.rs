//! Commands that a hint suggests: each is the one that was typed with a word changed, and works when it is typed.

use snapbox::{assert_data_eq, str};

use super::folder::several;
use super::{git, manifest};
use crate::support::{Sandbox, Seen};

fn run(sandbox: &Sandbox, command: &str) -> Seen {
    let command = command.replace("[SANDBOX]/work", &sandbox.path("").display().to_string());
    let words = shell_words::split(&command).unwrap();
    let args: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    sandbox.run(&args)
}

/// The command that is suggested for one that fails.
#[track_caller]
fn suggested(sandbox: &Sandbox, command: &str) -> String {
    let seen = run(sandbox, command);
    assert!(matches!(seen.status, Some(1 | 2)), "{command}: {}", seen.all());
    let commands = seen.stderr.lines().filter_map(|line| {
        let (_, command) = line.strip_prefix("hint: ")?.split_once('`')?;
        command
            .starts_with("lstk-extensions ")
            .then(|| command.trim_end_matches('`'))
    });
    let commands: Vec<&str> = commands.collect();
    assert_eq!(commands.len(), 1, "{command}: {}", seen.all());
    commands[0].to_string()
}

/// A repository `r` whose template `web` asks for a `token`, which is secret, and for `k`.
fn with_questions() -> Sandbox {
    let sandbox = several();
    let questions = "[[question]]\nkey = \"token\"\nsecret = true\ndefault = \"\"\n[[question]]\nkey = \"k\"\ndefault = \"\"\n\
                     [[question]]\nkey = \"email\"\nsecret = true\ndefault = \"\"\n";
    sandbox.write("r/web/template.toml", &format!("{}{questions}", manifest("web", "1")));
    sandbox.write("r/web/files/a.txt.j2", "{{ k }}{{ token }}{{ email }}\n");
    git(&sandbox, "r", &["add", "."]);
    git(&sandbox, "r", &["commit", "-qm", "2"]);
    sandbox
}

/// The commands suggested for these, one a line. Each makes its project when it is typed.
fn all_suggested(sandbox: &Sandbox, commands: &[(&str, &str)]) -> String {
    let mut said = String::new();
    for (command, made) in commands {
        let suggested = suggested(sandbox, command);
        said.push_str(&format!("{suggested}\n"));
        let seen = run(sandbox, &suggested);
        assert_eq!(seen.status, Some(0), "{suggested}: {}", seen.all());
        let record = sandbox.path(made).join(".lstk-extension.toml");
        assert!(record.exists(), "{suggested}: {:?}", sandbox.listing());
    }
    said
}

#[test]
fn another_place_is_suggested_for_the_path_alone() {
    let sandbox = with_questions();
    for taken in ["basic", "demo/demo", "out/x", "out/sub/x", "web", "-x", "new"] {
        sandbox.write(&format!("{taken}/mine"), "");
    }
    let absolute = format!(
        "lstk-extensions dev new {} -o demo --defaults",
        sandbox.path("out/x").display()
    );
    let commands = [
        ("lstk-extensions dev new basic --template basic --defaults", "basic-2"),
        (
            "lstk-extensions dev new web -t./r --directory=web --data k=web --defaults",
            "web-2",
        ),
        ("lstk-extensions dev new demo -o demo --defaults", "demo/demo-2"),
        ("lstk-extensions dev new x -o out --defaults", "out/x-2"),
        ("lstk-extensions dev new sub/x -oout --defaults", "out/sub/x-2"),
        (&absolute, "out/x-3"),
        (
            "lstk-extensions dev new --project-slug x --output-dir=out --defaults",
            "out/x-4",
        ),
        (
            "lstk-extensions --quiet dev new --project-name web --defaults web",
            "web-3",
        ),
        ("lstk-extensions dev new --defaults --email new@x.org -- new", "new-2"),
        ("lstk-extensions dev new -o . --defaults -- -x", "-x-2"),
    ];
    assert_data_eq!(
        sandbox.stable(&all_suggested(&sandbox, &commands)),
        str![[r#"
lstk-extensions dev new basic-2 --template basic --defaults
lstk-extensions dev new web-2 -t./r '--directory=web' --data 'k=web' --defaults
lstk-extensions dev new demo-2 -o demo --defaults
lstk-extensions dev new x-2 -o out --defaults
lstk-extensions dev new sub/x-2 -oout --defaults
lstk-extensions dev new [SANDBOX]/work/out/x-3 -o demo --defaults
lstk-extensions dev new --project-slug x '--output-dir=out' --defaults x-4
lstk-extensions --quiet dev new --project-name web --defaults web-3
lstk-extensions dev new --defaults --email new@x.org -- new-2
lstk-extensions dev new -o . --defaults -- ./-x-2

"#]]
    );
}

#[test]
fn a_repository_is_suggested_for_the_template_alone() {
    let sandbox = with_questions();
    let commands = [
        (
            "lstk-extensions dev new demo -tr/web --checkout main -o r/web --defaults",
            "r/web/demo",
        ),
        ("lstk-extensions dev new q -qt=r/web --checkout main --defaults", "q"),
        (
            "lstk-extensions dev new --checkout main --template r/more --directory=api --defaults -- s",
            "s",
        ),
    ];
    assert_data_eq!(
        all_suggested(&sandbox, &commands),
        str![[r#"
lstk-extensions dev new demo -tr --checkout main -o r/web --defaults --directory web
lstk-extensions dev new q '-qt=r' --checkout main --defaults --directory web
lstk-extensions dev new --checkout main --template r '--directory=more/api' --defaults -- s

"#]]
    );
    for command in [
        "template check --checkout main -- r/web",
        "template list r/web --checkout main",
    ] {
        let suggested = suggested(&sandbox, &format!("lstk-extensions {command}"));
        let seen = run(&sandbox, &suggested);
        assert_eq!(seen.status, Some(0), "{suggested}: {}", seen.all());
    }
    // No word of these names the template.
    sandbox.write("../home/.config/lstk-extensions/config.toml", "template = \"r/web\"\n");
    for path in ["my-r/web", "r/web", "web"] {
        let said = sandbox
            .run(&["dev", "new", path, "--checkout", "main", "--defaults"])
            .fails(2);
        assert!(said.contains("`r` as the template, and `--directory web`"), "{said}");
    }
}

#[test]
fn a_suggested_command_has_no_secret_answer() {
    let sandbox = with_questions();
    sandbox.write("p/mine", "");
    let secrets = ["hunter2secret", "abc", "hunter2 \"x'y"];
    let mut commands = Vec::new();
    for secret in secrets {
        for spelling in [
            "-d token=",
            "-dtoken=",
            "--data=token=",
            "--data token=",
            "-d' token '=",
            "--email=",
            "--email ",
        ] {
            let answer = format!("{spelling}{}", shell_words::quote(secret));
            commands.push(format!("dev new p -t ./r --directory web -d k=v --defaults {answer}"));
            commands.push(format!("dev new p1 -t ./r/web --checkout main --defaults {answer}"));
        }
    }
    let mut said: Vec<String> = Vec::new();
    for command in commands {
        let suggested = suggested(&sandbox, &format!("lstk-extensions {command}"));
        for secret in ["hunter2", "abc", "(hidden)"] {
            assert!(!suggested.contains(secret), "{command}: {suggested}");
        }
        if !said.contains(&suggested) {
            let seen = run(&sandbox, &suggested);
            assert_eq!(seen.status, Some(0), "{suggested}: {}", seen.all());
            let made = if suggested.contains("new p1") { "p1" } else { "p-2" };
            assert!(sandbox.read(&format!("{made}/a.txt")).ends_with("VALUE\n"));
            std::fs::remove_dir_all(sandbox.path(made)).unwrap();
            said.push(suggested);
        }
    }
    assert_data_eq!(
        format!("{}\n", said.join("\n")),
        str![[r#"
lstk-extensions dev new p-2 -t ./r --directory web -d 'k=v' --defaults -d 'token=VALUE'
lstk-extensions dev new p1 -t ./r --checkout main --defaults -d 'token=VALUE' --directory web
lstk-extensions dev new p-2 -t ./r --directory web -d 'k=v' --defaults '-dtoken=VALUE'
lstk-extensions dev new p1 -t ./r --checkout main --defaults '-dtoken=VALUE' --directory web
lstk-extensions dev new p-2 -t ./r --directory web -d 'k=v' --defaults '--data=token=VALUE'
lstk-extensions dev new p1 -t ./r --checkout main --defaults '--data=token=VALUE' --directory web
lstk-extensions dev new p-2 -t ./r --directory web -d 'k=v' --defaults --data 'token=VALUE'
lstk-extensions dev new p1 -t ./r --checkout main --defaults --data 'token=VALUE' --directory web
lstk-extensions dev new p-2 -t ./r --directory web -d 'k=v' --defaults '-d token =VALUE'
lstk-extensions dev new p1 -t ./r --checkout main --defaults '-d token =VALUE' --directory web
lstk-extensions dev new p-2 -t ./r --directory web -d 'k=v' --defaults '--email=VALUE'
lstk-extensions dev new p1 -t ./r --checkout main --defaults '--email=VALUE' --directory web
lstk-extensions dev new p-2 -t ./r --directory web -d 'k=v' --defaults --email VALUE
lstk-extensions dev new p1 -t ./r --checkout main --defaults --email VALUE --directory web

"#]]
    );
}
