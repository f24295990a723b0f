//! `dev new` without a terminal: flags, data, files, JSON, and what it refuses.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::support::{Sandbox, Seen};

fn envelope(seen: &Seen) -> Value {
    assert_eq!(seen.stderr, "");
    serde_json::from_str(&seen.stdout).unwrap_or_else(|error| panic!("{error}\n{}", seen.all()))
}

#[test]
fn a_project_and_what_to_do_with_it() {
    let sandbox = Sandbox::with_identity();
    assert_data_eq!(
        sandbox.run(&["dev", "new", "--defaults"]).all(),
        str![[r#"
exit: 0
--- stdout
Created my-localstack-extension/ as a git repository with a first commit:
  .gitignore
  .lstk-extension.toml
  Makefile
  README.md
  my_localstack_extension/__init__.py
  my_localstack_extension/extension.py
  setup.cfg
  setup.py

Next:
  cd my-localstack-extension
  make install
  lstk-extensions dev run
  make help

Once it is on GitHub, this installs it with one click:
  https://app.localstack.cloud/extensions/remote?url=git+https://github.com/ada/my-localstack-extension/#egg=my-localstack-extension

The badge for it:
  [![Install LocalStack Extension](https://localstack.cloud/gh/extension-badge.svg)](https://app.localstack.cloud/extensions/remote?url=git+https://github.com/ada/my-localstack-extension/#egg=my-localstack-extension)
--- stderr

"#]]
    );
    assert_data_eq!(
        sandbox.listing().join("\n"),
        str![[r#"
my-localstack-extension/
my-localstack-extension/.git/
my-localstack-extension/.gitignore
my-localstack-extension/.lstk-extension.toml
my-localstack-extension/Makefile
my-localstack-extension/README.md
my-localstack-extension/my_localstack_extension/
my-localstack-extension/my_localstack_extension/__init__.py
my-localstack-extension/my_localstack_extension/extension.py
my-localstack-extension/setup.cfg
my-localstack-extension/setup.py
"#]]
    );
    assert_data_eq!(
        sandbox.read("my-localstack-extension/.lstk-extension.toml"),
        str![[r##"
# How this project was made, by `lstk-extensions dev new`. Keep it in git: updates start from it.

[template]
built-in = "basic"
version = "1"

[answers]
project_name = "My LocalStack Extension"
project_short_description = "All the boilerplate you need to create a LocalStack extension."
project_slug = "my-localstack-extension"
module_name = "my_localstack_extension"
class_name = "MyLocalstackExtension"
full_name = "Ada Lovelace"
email = "ada@example.org"
github_username = "ada"
version = "0.1.0"

# The git blob id of every file as it was written.
[files]
".gitignore" = "e5f80f6db710dc3f758f50e60c2ebcaae728c054"
"Makefile" = "d67a06a4f4007a1e367c1bd16201f8ea0441ec39"
"README.md" = "06edfbeed5c846ed7dc67257d9053652e78d7e70"
"my_localstack_extension/__init__.py" = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
"my_localstack_extension/extension.py" = "d15951bb12b72a06ef481ce2293aafc9a99b95fb"
"setup.cfg" = "0afa181fad64fcf89bd725bc7ec69a90c82b3026"
"setup.py" = "606849326a4002007fd42060b51e69a19c18675c"

"##]]
    );
}

#[test]
fn names_follow_from_the_path() {
    let sandbox = Sandbox::new();
    let seen = sandbox
        .run(&["dev", "new", "deep/down/My Mock", "--defaults", "--no-git"])
        .ok();
    assert!(seen.contains("\n  cd 'deep/down/My Mock'\n"), "{seen}");
    assert!(sandbox.path("deep/down/My Mock/my_mock/extension.py").is_file());
    assert!(sandbox.read("deep/down/My Mock/README.md").starts_with("# My Mock\n"));
    assert!(sandbox.read("deep/down/My Mock/setup.cfg").contains("name = my-mock\n"));
    let seen = sandbox.run(&["dev", "new", "json", "-o", "out", "--defaults", "--no-git"]);
    assert_eq!(seen.status, Some(0));
    assert!(sandbox.path("out/json/localstack_json/extension.py").is_file());
}

#[test]
fn the_envelope_holds_everything() {
    let sandbox = Sandbox::with_identity();
    let args = [
        "dev",
        "new",
        "--json",
        "--defaults",
        "--project-name",
        "Größe",
        "-d",
        "version=1.0-beta.2",
    ];
    assert_data_eq!(
        sandbox.run(&args).all(),
        str![[r#"
exit: 0
--- stdout
{
  "schemaVersion": 1,
  "command": "extensions dev new",
  "status": "ok",
  "data": {
    "path": "[SANDBOX]/work/grosse",
    "dryRun": false,
    "template": {
      "source": "basic",
      "version": "1"
    },
    "answers": {
      "project_name": {
        "value": "Größe",
        "origin": "flag"
      },
      "project_short_description": {
        "value": "All the boilerplate you need to create a LocalStack extension.",
        "origin": "default"
      },
      "project_slug": {
        "value": "grosse",
        "origin": "default"
      },
      "module_name": {
        "value": "grosse",
        "origin": "default"
      },
      "class_name": {
        "value": "Grosse",
        "origin": "default"
      },
      "full_name": {
        "value": "Ada Lovelace",
        "origin": "git"
      },
      "email": {
        "value": "ada@example.org",
        "origin": "git"
      },
      "github_username": {
        "value": "ada",
        "origin": "git"
      },
      "version": {
        "value": "1.0b2",
        "origin": "flag"
      }
    },
    "files": [
      ".gitignore",
      ".lstk-extension.toml",
      "Makefile",
      "README.md",
      "grosse/__init__.py",
      "grosse/extension.py",
      "setup.cfg",
      "setup.py"
    ],
    "leftAlone": [],
    "badge": "[![Install LocalStack Extension](https://localstack.cloud/gh/extension-badge.svg)](https://app.localstack.cloud/extensions/remote?url=git+https://github.com/ada/grosse/#egg=grosse)",
    "installerUrl": "https://app.localstack.cloud/extensions/remote?url=git+https://github.com/ada/grosse/#egg=grosse",
    "message": null,
    "nextCommands": [
      "cd grosse",
      "make install",
      "lstk-extensions dev run",
      "make help"
    ],
    "git": {
      "initialized": true,
      "committed": true
    }
  },
  "warnings": [
    {
      "code": "NORMALIZED",
      "message": "version: `1.0-beta.2` is written `1.0b2`"
    }
  ],
  "error": null
}
--- stderr

"#]]
    );
}

#[test]
fn the_nearer_source_wins() {
    let sandbox = Sandbox::with_identity();
    sandbox.write(
        "../home/.config/lstk-extensions/config.toml",
        "[defaults]\nemail = 'config@example.org'\nversion = '7'\n",
    );
    sandbox.write("a.yaml", "version: 8\nproject_name: From a file\nfull_name: File\n");
    let args = [
        "dev",
        "new",
        "--json",
        "--defaults",
        "--data-file",
        "a.yaml",
        "--full-name",
        "Flag",
        "--dry-run",
    ];
    let envelope = envelope(&sandbox.run(&args));
    let answers = &envelope["data"]["answers"];
    for (key, value, origin) in [
        ("project_name", "From a file", "data-file"),
        ("project_slug", "from-a-file", "default"),
        ("full_name", "Flag", "flag"),
        ("email", "config@example.org", "config"),
        ("github_username", "ada", "git"),
        ("version", "8", "data-file"),
    ] {
        assert_eq!(answers[key]["value"], value);
        assert_eq!(answers[key]["origin"], origin, "{key}");
    }
    assert_eq!(envelope["data"]["dryRun"], true);
    assert_eq!(sandbox.listing(), ["a.yaml"]);
}

#[test]
fn answers_are_read_from_files_of_three_formats_and_from_standard_input() {
    let sandbox = Sandbox::new();
    for (name, text) in [
        ("a.toml", "project_slug = 'x'\nversion = '2.0'"),
        ("a.json", "{\"project_slug\": \"x\", \"version\": \"2.0\"}"),
        ("a.yml", "project_slug: x\nversion: '2.0'"),
    ] {
        sandbox.write(name, text);
        for (file, stdin) in [(name, ""), ("-", text)] {
            let args = ["dev", "new", "--json", "--defaults", "--dry-run", "--data-file", file];
            let envelope = envelope(&sandbox.command(&args).stdin(text).run());
            assert_eq!(envelope["data"]["answers"]["version"]["value"], "2.0", "{name} {stdin}");
        }
    }
    sandbox.write("bad.yaml", "version: 1.10\nproject_name: [a]\nfull_name: true\n");
    let seen = sandbox
        .run(&["dev", "new", "--defaults", "--data-file", "bad.yaml"])
        .fails(2);
    assert_data_eq!(
        seen,
        str![[r#"
error: 3 answers are not usable
  version: must be a text
    hint: write it in quotes
  project_name: must be a text: write it in quotes
  full_name: must be a text: write it in quotes

"#]]
    );
    sandbox.write("broken.toml", "version = '1'\nfull_name = Ada\n");
    let seen = sandbox
        .run(&["dev", "new", "--defaults", "--data-file", "broken.toml"])
        .fails(2);
    assert_data_eq!(
        seen,
        str![[r#"
error: could not read the answers in broken.toml
  broken.toml: string values must be quoted, expected literal string at line 2 column 13
hint: write one `key = "value"` a line (TOML), or a JSON or YAML object

"#]]
    );
    sandbox.write("broken.json", "{\"a\": ");
    let seen = sandbox
        .run(&["dev", "new", "--defaults", "--data-file", "broken.json"])
        .fails(2);
    assert_data_eq!(
        seen,
        str![[r#"
error: could not read the answers in broken.json
  broken.json: EOF while parsing a value at line 1 column 6
hint: write one `key = "value"` a line (TOML), or a JSON or YAML object

"#]]
    );
    let seen = sandbox
        .run(&["dev", "new", "--defaults", "--data-file", "none.json"])
        .fails(2);
    assert_data_eq!(
        seen,
        str![[r#"
error: could not read the answers in none.json
  none.json: No such file or directory (os error 2)

"#]]
    );
}

#[test]
fn every_bad_answer_is_told_at_once() {
    let sandbox = Sandbox::new();
    let args = [
        "dev",
        "new",
        "--defaults",
        "--module-name",
        "class",
        "--email",
        "jane",
        "-d",
        "modul_name=x",
    ];
    assert_data_eq!(
        sandbox.run(&args).fails(2),
        str![[r#"
error: 3 answers are not usable
  modul_name: is not a question of the template `basic`
    hint: did you mean `module_name`?
  module_name: `class` is a Python keyword
    hint: `class_` would do
  email: must be an address like `jane@example.com`

"#]]
    );
    let seen = sandbox.command(&[&args[..], &["--json"]].concat()).run();
    assert_eq!(seen.status, Some(2));
    let envelope = envelope(&seen);
    assert_eq!(envelope["error"]["code"], "VALIDATION_ERROR");
    assert_eq!(envelope["error"]["details"]["problems"][1]["at"], "module_name");
    let seen = sandbox
        .run(&["dev", "new", "--defaults", "--version", "1", "-d", "version=2"])
        .fails(2);
    assert_data_eq!(
        seen,
        str![[r#"
error: the command line contradicts itself
  version: is answered twice on the command line

"#]]
    );
    assert_eq!(sandbox.listing(), [""; 0]);
}

#[test]
fn with_nobody_to_ask_every_open_question_is_listed() {
    let sandbox = Sandbox::new();
    assert_data_eq!(
        sandbox.run(&["dev", "new", "--project-name", "X"]).fails(2),
        str![[r#"
error: 7 questions are unanswered and there is nobody to ask
  project_short_description: is not answered
    hint: --project-short-description VALUE
  project_slug: is not answered
    hint: --project-slug VALUE
  module_name: is not answered
    hint: --module-name VALUE
  full_name: is not answered
    hint: --full-name VALUE
  email: is not answered
    hint: --email VALUE
  github_username: is not answered
    hint: --github-username VALUE
  version: is not answered
    hint: --version VALUE
hint: add `--defaults` to take the default of every question not answered

"#]]
    );
    // A name without a letter or digit leaves nothing to derive.
    assert_data_eq!(
        sandbox
            .run(&["dev", "new", "--defaults", "--project-name", "!?"])
            .fails(2),
        str![[r#"
error: 1 question is unanswered and there is nobody to ask
  project_slug: has no usable default
    hint: --project-slug VALUE

"#]]
    );
}

#[test]
fn lstk_s_context_is_honoured() {
    let sandbox = Sandbox::new();
    let context = r#"{"configDir":"/x","authToken":"ls-SECRET","json":true,"nonInteractive":true,"emulators":[]}"#;
    let seen = sandbox
        .command(&["dev", "new", "--defaults"])
        .env("LSTK_EXT_CONTEXT", context)
        .run();
    assert_eq!(envelope(&seen)["status"], "ok");
    assert!(!seen.stdout.contains("SECRET"));
    for file in ["README.md", ".lstk-extension.toml", "setup.cfg"] {
        assert!(
            !sandbox
                .read(&format!("my-localstack-extension/{file}"))
                .contains("SECRET")
        );
    }
}

#[test]
fn a_context_that_cannot_be_read_is_said() {
    let sandbox = Sandbox::new();
    let run = sandbox.command(&["dev", "new", "p", "--defaults", "--no-git", "-q"]);
    let seen = run.env("LSTK_EXT_CONTEXT", "{\"json\": tr").run();
    assert_eq!((seen.status, &*seen.stdout), (Some(0), ""));
    assert_eq!(
        seen.stderr,
        "warning: LSTK_EXT_CONTEXT is not the JSON object that lstk sets; it is ignored\n"
    );
}

#[test]
fn a_place_that_is_taken_is_refused_with_the_command_that_would_work() {
    let sandbox = Sandbox::new();
    sandbox.write("mine/file", "");
    sandbox.write("file", "");
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    std::os::unix::fs::symlink("nowhere", sandbox.path("link")).unwrap();
    // Before the first question: nothing says `--defaults`, and the questions are not the complaint.
    assert_data_eq!(
        sandbox.run(&["dev", "new", "mine"]).fails(1),
        str![[r#"
error: mine exists already and is not empty
hint: take another place: `lstk-extensions dev new mine-2`
hint: or add to what is there: `--on-conflict skip` keeps the files that are there

"#]]
    );
    assert_data_eq!(
        sandbox.run(&["dev", "new", "file"]).fails(1),
        str![[r#"
error: file exists already and is not a folder
hint: take another place: `lstk-extensions dev new file-2`

"#]]
    );
    assert_data_eq!(
        sandbox.run(&["dev", "new", "link"]).fails(1),
        str![[r#"
error: link is a link that leads nowhere
hint: take another place: `lstk-extensions dev new link-2`

"#]]
    );
    assert_data_eq!(
        sandbox.run(&["dev", "new", "file/below", "--defaults"]).fails(1),
        str![[r#"
error: could not look at file/below
  caused by: Not a directory (os error 20)

"#]]
    );
    let seen = sandbox.run(&["dev", "new", "empty", "--defaults", "--no-git"]).ok();
    assert!(seen.starts_with("Created empty/:\n"), "{seen}");
    let before = sandbox.listing();
    assert!(before.contains(&"empty/setup.cfg".to_string()));
}

#[test]
fn a_folder_with_files_takes_a_project_when_told_how() {
    let sandbox = Sandbox::new();
    sandbox.write("p/setup.cfg", "mine");
    sandbox.write("p/notes", "mine");
    let new = |policy: &str| sandbox.run(&["dev", "new", "p", "--defaults", "--no-git", "--on-conflict", policy]);
    assert_data_eq!(
        new("fail").fails(1),
        str![[r#"
error: p has files that differ
  setup.cfg: is there with another content
hint: keep the files that are there with `--on-conflict skip`, or replace them with `--on-conflict overwrite`

"#]]
    );
    assert_eq!(sandbox.listing(), ["p/", "p/notes", "p/setup.cfg"]);
    let seen = new("skip").ok();
    assert!(seen.contains("\nLeft as they are:\n  setup.cfg\n"), "{seen}");
    assert_eq!(sandbox.read("p/setup.cfg"), "mine");
    assert!(sandbox.path("p/p/extension.py").is_file());
    let seen = new("overwrite").ok();
    assert!(seen.starts_with("Created p/:\n  setup.cfg\n\nNext:"), "{seen}");
    assert_eq!(
        new("fail").ok().lines().next(),
        Some("Nothing to write: p/ has everything already.")
    );
    assert!(sandbox.read("p/setup.cfg").starts_with("[metadata]"));
    assert_eq!(sandbox.read("p/notes"), "mine");
    assert!(sandbox.listing().iter().all(|path| !path.contains(".tmp")));
}

#[test]
fn a_link_in_the_way_is_not_written_through() {
    let sandbox = Sandbox::new();
    sandbox.write("victim/file", "safe");
    std::fs::create_dir(sandbox.path("p")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("victim"), sandbox.path("p/p")).unwrap();
    let seen = sandbox
        .run(&["dev", "new", "p", "--defaults", "--on-conflict", "overwrite"])
        .fails(1);
    assert_data_eq!(
        seen,
        str![[r#"
error: p/p is in the way: a folder is needed there
hint: take another place: `lstk-extensions dev new p-2 --defaults --on-conflict overwrite`

"#]]
    );
    assert_eq!(sandbox.listing(), ["p/", "p/p", "victim/", "victim/file"]);
    // The destination itself may be a link the user made.
    std::fs::create_dir(sandbox.path("real")).unwrap();
    std::os::unix::fs::symlink("real", sandbox.path("to-real")).unwrap();
    let _ = sandbox.run(&["dev", "new", "to-real", "--defaults", "--no-git"]).ok();
    assert!(sandbox.path("real/setup.cfg").is_file());
}

#[test]
fn the_folder_the_shell_is_in_can_become_the_project() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("my-ext")).unwrap();
    let seen = sandbox
        .command(&["dev", "new", ".", "--defaults", "--no-git"])
        .in_folder("my-ext")
        .run()
        .ok();
    assert!(!seen.contains("cd "), "{seen}");
    assert!(sandbox.path("my-ext/my_ext/extension.py").is_file());
}

#[test]
fn quiet_is_quiet_and_a_dry_run_is_dry() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&["dev", "new", "a", "--defaults", "-q"]).status, Some(0));
    assert_eq!(
        sandbox.run(&["-q", "dev", "new", "b", "--defaults", "--no-git"]).ok(),
        ""
    );
    assert_data_eq!(
        sandbox
            .run(&["dev", "new", "c", "--defaults", "--pretend", "--no-git"])
            .ok(),
        str![[r#"
Would create c/:
     create  .gitignore
     create  .lstk-extension.toml
     create  Makefile
     create  README.md
     create  c/__init__.py
     create  c/extension.py
     create  setup.cfg
     create  setup.py

"#]]
    );
    assert!(!sandbox.path("c").exists());
}

#[test]
fn a_broken_configuration_file_is_told_with_its_place() {
    let sandbox = Sandbox::new();
    sandbox.write("../home/.config/lstk-extensions/config.toml", "[defalts]\nemail = 1\n");
    assert_data_eq!(
        sandbox.run(&["dev", "new", "--defaults"]).fails(1),
        str![[r#"
error: the configuration file does not work
  [SANDBOX]/home/.config/lstk-extensions/config.toml:1:2: `defalts` is not known here; did you mean `defaults`?

"#]]
    );
    sandbox.write(
        "../home/.config/lstk-extensions/config.toml",
        "[defaults]\nemail = 'jane'\n",
    );
    assert_data_eq!(
        sandbox.run(&["dev", "new", "--defaults"]).fails(2),
        str![[r#"
error: an answer is not usable
  defaults.email in the configuration file: must be an address like `jane@example.com`

"#]]
    );
    // Commands that do not need it work.
    assert_eq!(sandbox.run(&["--version"]).status, Some(0));
}

#[test]
fn a_configured_default_that_a_template_does_not_take_gives_way_to_its_own() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "../home/.config/lstk-extensions/config.toml",
        "[defaults]\nlicense = 'MIT'\nteam = 'a b'\nport = '80'\n",
    );
    sandbox.write(
        "mine/template.toml",
        "[template]\nname = 'mine'\nversion = '1'\ndescription = 'd'\n\
         [[question]]\nkey = 'license'\ntype = 'choice'\nchoices = ['apache', 'bsd']\ndefault = 'bsd'\n\
         [[question]]\nkey = 'team'\ndefault = 'a-team'\nregex = '[a-z-]+'\nmessage = 'must be small letters'\n\
         [[question]]\nkey = 'port'\ndefault = '4510'\ntest = 'port | int > 1023'\nmessage = 'must be above 1023'\n",
    );
    sandbox.write("mine/files/a.txt.j2", "{{ license }} {{ team }} {{ port }}\n");
    let seen = sandbox.run(&["dev", "new", "p", "-t", "./mine", "--defaults", "--no-git", "-q"]);
    assert_eq!(seen.status, Some(0));
    assert_data_eq!(
        seen.stderr,
        str![[r#"
warning: the configured default of license is not taken: it must be one of apache, bsd
warning: the configured default of port is not taken: it must be above 1023
warning: the configured default of team is not taken: it must be small letters

"#]]
    );
    assert_eq!(sandbox.read("p/a.txt"), "bsd a-team 4510\n");
    // An answer of one's own leaves nothing to say.
    let args = ["dev", "new", "q", "-t", "./mine", "--defaults", "--no-git", "-q"];
    let own = ["-d", "license=apache", "-d", "team=b", "-d", "port=2000"];
    assert_eq!(sandbox.run(&[&args[..], &own[..]].concat()).stderr, "");
}

#[test]
fn without_home_nothing_is_needed_from_it() {
    let sandbox = Sandbox::new();
    let seen = sandbox
        .command(&["dev", "new", "--defaults", "--no-git"])
        .without("HOME")
        .without("PATH")
        .run();
    assert_eq!((seen.status, &*seen.stderr), (Some(0), ""));
    assert!(
        sandbox
            .read("my-localstack-extension/setup.cfg")
            .contains("author = Jane Doe\n")
    );
}

#[test]
fn the_same_answers_give_the_same_bytes() {
    let sandbox = Sandbox::new();
    for folder in ["a", "b"] {
        let args = [
            "dev",
            "new",
            folder,
            "--defaults",
            "--no-git",
            "--project-name",
            "N",
            "--project-slug",
            "n",
            "-q",
        ];
        let _ = sandbox.run(&args).ok();
    }
    let compared = std::process::Command::new("diff")
        .args(["-r", "a", "b"])
        .current_dir(sandbox.path(""))
        .status();
    assert!(compared.unwrap().success());
}

#[test]
fn the_folder_the_shell_is_in_must_be_empty_or_a_new_clone() {
    let sandbox = Sandbox::with_identity();
    sandbox.write("here/mine", "");
    let seen = sandbox.command(&["dev", "new", "."]).in_folder("here").run().fails(1);
    assert_data_eq!(
        seen,
        str![[r#"
error: [SANDBOX]/work/here exists already and is not empty
hint: take another place: `lstk-extensions dev new [SANDBOX]/work/here-2`
hint: or add to what is there: `--on-conflict skip` keeps the files that are there

"#]]
    );
    std::fs::create_dir_all(sandbox.path("clone/.git")).unwrap();
    let _ = sandbox.run(&["dev", "new", "clone", "--defaults", "--no-git"]).ok();
    assert!(sandbox.path("clone/setup.cfg").is_file() && sandbox.path("clone/.git").is_dir());
}

#[test]
fn the_command_that_would_work_works() {
    let sandbox = Sandbox::new();
    sandbox.write("-x/mine", "");
    let args = [
        "dev",
        "new",
        "--defaults",
        "--no-git",
        "--project-name",
        "It's \"mine\"",
        "--",
        "-x",
    ];
    let seen = sandbox.run(&args).fails(1);
    let command = seen
        .split("`lstk-extensions ")
        .nth(1)
        .and_then(|rest| rest.split("`\n").next())
        .unwrap();
    let words = shell_words::split(command).unwrap();
    let seen = sandbox.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).ok();
    assert!(seen.contains("\n  cd ./-x-2\n"), "{seen}");
    assert!(sandbox.read("-x-2/README.md").starts_with("# It's \"mine\"\n"));
}

#[test]
fn a_path_that_no_shell_could_be_told_is_refused() {
    let sandbox = Sandbox::new();
    for path in ["a\u{1b}[31mb", "a\nb", "a\u{202e}b"] {
        let seen = sandbox.run(&["dev", "new", path, "--defaults"]).fails(2);
        assert!(
            seen.contains("PATH: must be UTF-8 without control characters"),
            "{seen}"
        );
    }
    assert_eq!(sandbox.listing(), [""; 0]);
}

#[test]
fn line_breaks_in_a_description_are_said_to_become_spaces() {
    let sandbox = Sandbox::new();
    let seen = sandbox.run(&[
        "dev",
        "new",
        "p",
        "--defaults",
        "--no-git",
        "--project-short-description",
        "two\nlines",
    ]);
    assert_eq!(seen.status, Some(0));
    assert_eq!(
        seen.stderr,
        "warning: project_short_description: its line breaks are spaces where a file wants one line\n"
    );
    assert!(sandbox.read("p/setup.cfg").contains("description = two lines\n"));
}
