//! The dialogue, on a real pseudo-terminal.

use std::fs;
use std::process::Command;

use snapbox::{assert_data_eq, str};

use crate::support::terminal::Terminal;
use crate::support::{PROGRAM, Sandbox};

fn dev_new(sandbox: &Sandbox) -> Terminal {
    Terminal::start(sandbox, &[PROGRAM, "dev", "new", "--template", "basic"])
}

const QUESTIONS: [&str; 8] = [
    "project_name",
    "project_short_description",
    "project_slug",
    "module_name",
    "full_name",
    "email",
    "github_username",
    "version",
];

/// Takes the default of every question from the given one on, then says no to git.
fn take_defaults(terminal: &mut Terminal, from: usize) {
    for (index, key) in QUESTIONS.iter().enumerate().skip(from) {
        terminal.answer(&format!("[{}/9] {key}", index + 1), "\r");
    }
    terminal.answer("[9/9] initialize git?", "n\r");
}

#[test]
fn every_default_is_the_documented_one() {
    let sandbox = Sandbox::new();
    let mut terminal = dev_new(&sandbox);
    take_defaults(&mut terminal, 0);
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0);
    assert_data_eq!(
        screen,
        str![[r#"
A LocalStack extension with one example route (template basic)
Enter takes the default, `<` (in a menu Esc) goes back, Ctrl-C leaves without a trace.

[1/9] project_name  The name people read: the title of the README.
      My LocalStack Extension
[2/9] project_short_description  One sentence on what the extension does.
      All the boilerplate you need to create a LocalStack extension.
[3/9] project_slug  The name of distribution, extension and folder.
      my-localstack-extension
[4/9] module_name  The Python package: letters a-z, digits and `_`.
      my_localstack_extension
[5/9] full_name  The author, as the metadata will show.
      Jane Doe
[6/9] email  The author's address, public in the metadata.
      jane@example.com
[7/9] github_username  The user or organisation that will hold it.
      janedoe
[8/9] version  The first version, as Python counts them (PEP 440).
      0.1.0
[9/9] initialize git?  A repository of its own, with a first commit.
      n

  project_name               My LocalStack Extension
  project_short_description  All the boilerplate you need to create a LocalStack extension.
  project_slug               my-localstack-extension
  module_name                my_localstack_extension
  class_name                 MyLocalstackExtension
  full_name                  Jane Doe
  email                      jane@example.com
  github_username            janedoe
  version                    0.1.0
  git                        no

  my-localstack-extension/
    .gitignore
    .lstk-extension.toml
    Makefile
    README.md
    my_localstack_extension/__init__.py
    my_localstack_extension/extension.py
    setup.cfg
    setup.py

Create this project? Create it
Created my-localstack-extension/:
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
  https://app.localstack.cloud/extensions/remote?url=git+https://github.com/janedoe/my-localstack-extension/#egg=my-loca
lstack-extension

The badge for it:
  [![Install LocalStack Extension](https://localstack.cloud/gh/extension-badge.svg)](https://app.localstack.cloud/extens
ions/remote?url=git+https://github.com/janedoe/my-localstack-extension/#egg=my-localstack-extension)

"#]]
    );
    assert!(sandbox.path("my-localstack-extension/setup.cfg").is_file());
}

#[test]
fn typed_answers_lead_the_defaults_that_follow() {
    let sandbox = Sandbox::with_identity();
    let mut terminal = dev_new(&sandbox);
    terminal.answer("[1/9] project_name [My LocalStack Extension]", "Größe Zähler\r");
    terminal.answer("[2/9] project_short_description", "\r");
    terminal.answer("[3/9] project_slug [grosse-zahler]", "sizes\r");
    terminal.answer("[4/9] module_name [sizes]", "\r");
    terminal.answer("[5/9] full_name [Ada Lovelace]", "\r");
    terminal.answer("[6/9] email [ada@example.org]", "\r");
    terminal.answer("[7/9] github_username [ada]", "\r");
    terminal.answer("[8/9] version [0.1.0]", "\r");
    terminal.answer("[9/9] initialize git?", "\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0);
    assert!(
        screen.contains("Created sizes/ as a git repository with a first commit"),
        "{screen}"
    );
    assert!(sandbox.read("sizes/README.md").starts_with("# Größe Zähler\n"));
}

#[test]
fn a_bad_answer_is_told_at_once_and_asked_again() {
    let sandbox = Sandbox::new();
    let mut terminal = dev_new(&sandbox);
    terminal.answer("[1/9] project_name", "json\r");
    terminal.see("hint: `LocalStack Json` would do");
    terminal.answer("[1/9] project_name", "JSON\r");
    terminal.answer("[2/9] project_short_description", "\r");
    terminal.answer("[3/9] project_slug [localstack-json]", "\r");
    terminal.answer("[4/9] module_name [localstack_json]", "class\r");
    terminal.see("error: module_name `class` is a Python keyword\nhint: `class_` would do");
    terminal.answer("[4/9] module_name [localstack_json]", "\r");
    take_defaults(&mut terminal, 4);
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert!(sandbox.path("localstack-json/localstack_json/extension.py").is_file());
}

#[test]
fn going_back_offers_what_was_typed() {
    let sandbox = Sandbox::new();
    let mut terminal = dev_new(&sandbox);
    terminal.answer("[1/9] project_name", "<\r");
    terminal.answer("[1/9] project_name", "One\r");
    terminal.answer("[2/9] project_short_description", "First words\r");
    terminal.answer("[3/9] project_slug [one]", "<\r");
    terminal.answer("[2/9] project_short_description [First words]", "<\r");
    terminal.answer("[1/9] project_name [One]", "Two\r");
    terminal.answer("[2/9] project_short_description [First words]", "\r");
    terminal.answer("[3/9] project_slug [two]", "\r");
    take_defaults(&mut terminal, 3);
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert!(sandbox.read("two/setup.cfg").contains("description = First words\n"));
}

#[test]
fn an_answer_changed_at_the_summary_leads_the_ones_that_followed_it() {
    let sandbox = Sandbox::new();
    let mut terminal = dev_new(&sandbox);
    terminal.answer("[1/9] project_name", "One\r");
    terminal.answer("[2/9] project_short_description", "\r");
    terminal.answer("[3/9] project_slug [one]", "\r");
    terminal.answer("[4/9] module_name [one]", "kept\r");
    take_defaults(&mut terminal, 4);
    terminal.choose("Create this project?", "j\r");
    terminal.choose("Which one?", "\r");
    terminal.answer("[1/1] project_name [One]", "Two\r");
    terminal.see("project_slug               two");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0, "{screen}");
    assert!(
        sandbox.path("two/kept/extension.py").is_file(),
        "{:?}",
        sandbox.listing()
    );
}

#[test]
fn every_row_of_the_summary_can_be_changed_and_the_others_stay() {
    let sandbox = Sandbox::new();
    let mut terminal = dev_new(&sandbox);
    terminal.answer("[1/9] project_name", "One\r");
    take_defaults(&mut terminal, 1);
    // The last row is git.
    terminal.choose("Create this project?", "j\r");
    terminal.choose("Which one?", "jjjjjjjjj\r");
    terminal.answer("[9/9] initialize git?", "y\r");
    // A question that is not asked by itself.
    terminal.choose("Create this project?", "j\r");
    terminal.choose("Which one?", "jjjj\r");
    terminal.answer("[1/1] class_name [One]", "Uno\r");
    // An answer that was left as it is goes on following the others.
    terminal.choose("Create this project?", "j\r");
    terminal.choose("Which one?", "jj\r");
    terminal.answer("[1/1] project_slug [one]", "\r");
    terminal.choose("Create this project?", "j\r");
    terminal.choose("Which one?", "\r");
    terminal.answer("[1/1] project_name [One]", "Two\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0, "{screen}");
    assert!(sandbox.path("two/.git").is_dir(), "{:?}", sandbox.listing());
    assert!(sandbox.read("two/two/extension.py").contains("class Uno(Extension):"));
}

#[test]
fn the_question_about_git_takes_an_answer_or_goes_back() {
    let sandbox = Sandbox::new();
    let mut terminal = dev_new(&sandbox);
    for (index, key) in QUESTIONS.iter().enumerate() {
        terminal.answer(&format!("[{}/9] {key}", index + 1), "\r");
    }
    terminal.answer("[9/9] initialize git?", "maybe\r");
    terminal.see("error: must be yes or no");
    terminal.answer("[9/9] initialize git? [yes]", "<\r");
    terminal.answer("[1/1] version [0.1.0]", "2\r");
    terminal.answer("[9/9] initialize git? [yes]", "No\r");
    // A wrong choice in a menu can be left again, by the menu's last row and by `<`.
    terminal.choose("Create this project?", "j\r");
    terminal.choose("Which one?", "k\r");
    terminal.choose("Create this project?", "j\r");
    terminal.choose("Which one?", "\r");
    terminal.answer("[1/1] project_name [My LocalStack Extension]", "<\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0, "{screen}");
    assert!(
        sandbox
            .read("my-localstack-extension/setup.cfg")
            .contains("version = 2\n")
    );
    assert!(!sandbox.path("my-localstack-extension/.git").exists());
}

#[test]
fn going_back_from_the_only_question_asks_it_again() {
    let sandbox = Sandbox::new();
    let mut args = [PROGRAM, "dev", "new", "--template=basic"].map(String::from).to_vec();
    for (key, value) in QUESTIONS
        .iter()
        .zip(["One", "Text.", "one", "one", "A", "a@b.example", "a", "1"])
    {
        args.push(format!("--{}={value}", key.replace('_', "-")));
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut terminal = Terminal::start(&sandbox, &args);
    terminal.answer("[1/1] initialize git? [yes]", "<\r");
    terminal.see("      <\n[1/1] initialize git?");
    terminal.answer("[1/1] initialize git? [yes]", "n\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert!(sandbox.path("one/setup.cfg").is_file() && !sandbox.path("one/.git").exists());
}

#[test]
fn on_a_terminal_too_nothing_is_asked_when_that_is_said() {
    let program = format!("{PROGRAM} dev new");
    for (script, said) in [
        (format!("{program} --json"), "\"code\": \"VALIDATION_ERROR\""),
        (
            format!("LSTK_EXT_CONTEXT='{{\"nonInteractive\":true}}' {program}"),
            "error: 8 questions are unanswered",
        ),
        (format!("{program} < /dev/null"), "error: 8 questions are unanswered"),
        (format!("{program} 2>&1 | cat"), "error: 8 questions are unanswered"),
        (
            format!("{program} --defaults --no-git"),
            "Created my-localstack-extension/",
        ),
    ] {
        let sandbox = Sandbox::new();
        let mut terminal = Terminal::start(&sandbox, &["/bin/sh", "-c", &script]);
        let (_, screen) = terminal.end();
        assert!(screen.contains(said), "{script}:\n{screen}");
    }
}

#[test]
fn a_folder_that_is_there_is_told_when_it_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("my-localstack-extension/mine", "");
    let mut terminal = dev_new(&sandbox);
    terminal.answer("[1/9]", "\r");
    terminal.answer("[2/9]", "\r");
    terminal.answer("[3/9] project_slug", "\r");
    terminal.see("exists already and is not empty");
    terminal.see("hint: `my-localstack-extension-2` would do");
    terminal.answer("[3/9] project_slug", "other\r");
    take_defaults(&mut terminal, 3);
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert!(sandbox.path("other/setup.cfg").is_file());
}

#[test]
fn a_template_that_names_no_folder_says_so_before_the_first_question() {
    let sandbox = Sandbox::new();
    let header = "[template]\nname = 't'\nversion = '1'\ndescription = ''\n";
    sandbox.write("t/template.toml", &format!("{header}[[question]]\nkey = 'colour'\n"));
    sandbox.write("t/files/a.txt", "");
    let new = [PROGRAM, "dev", "new", "--no-git", "-t", "./t"];
    let mut terminal = Terminal::start(&sandbox, &new);
    terminal.see("error: this template does not name the project's folder");
    terminal.see("dev new --no-git -t ./t PATH`");
    let (status, screen) = terminal.end();
    assert!(status == 2 && !screen.contains("colour"), "{screen}");
    let mut terminal = Terminal::start(&sandbox, &[&new[..], &["p"]].concat());
    terminal.answer("[1/1] colour", "red\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn what_is_said_on_the_command_line_is_not_asked() {
    let sandbox = Sandbox::new();
    let args = ["--project-name", "Said", "--no-git", "--version", "1.0"];
    let mut terminal = Terminal::start(&sandbox, &[&[PROGRAM, "dev", "new", "-t", "basic"], &args[..]].concat());
    terminal.answer("[1/6] project_short_description", "\r");
    terminal.answer("[2/6] project_slug [said]", "\r");
    for (number, key) in [
        (3, "module_name"),
        (4, "full_name"),
        (5, "email"),
        (6, "github_username"),
    ] {
        terminal.answer(&format!("[{number}/6] {key}"), "\r");
    }
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert!(sandbox.read("said/setup.cfg").contains("version = 1.0\n"));
}

/// Runs the dialogue in a shell that compares the terminal's settings before and after.
fn in_a_shell(sandbox: &Sandbox) -> Terminal {
    let script = format!(
        "before=$(stty -g); {PROGRAM} dev new -t basic; echo \"exit=$?\"; [ \"$before\" = \"$(stty -g)\" ] && echo restored"
    );
    Terminal::start(sandbox, &["/bin/sh", "-c", &script])
}

#[test]
fn ctrl_c_at_any_point_leaves_nothing_and_restores_the_terminal() {
    // At the first question, in the middle of an answer, at a later question, at git, at the summary, in its menu.
    for point in 0..6 {
        let sandbox = Sandbox::new();
        let mut terminal = in_a_shell(&sandbox);
        match point {
            0 => terminal.answer("[1/9]", "\x03"),
            1 => terminal.answer("[1/9]", "half an ans\x03"),
            2 => {
                terminal.answer("[1/9]", "\r");
                terminal.answer("[2/9]", "\x03");
            }
            3 => {
                for (index, _) in QUESTIONS.iter().enumerate() {
                    terminal.answer(&format!("[{}/9]", index + 1), "\r");
                }
                terminal.answer("[9/9]", "\x03");
            }
            4 => {
                take_defaults(&mut terminal, 0);
                terminal.choose("Create this project?", "\x03");
            }
            _ => {
                take_defaults(&mut terminal, 0);
                terminal.choose("Create this project?", "j\r");
                terminal.choose("Which one?", "\x03");
            }
        }
        let (_, screen) = terminal.end();
        assert!(screen.contains("exit=130\nrestored"), "at {point}:\n{screen}");
        assert!(screen.contains("interrupted; nothing was written"), "{screen}");
        assert_eq!(sandbox.listing(), [""; 0], "at {point}");
    }
}

#[test]
fn cancelling_leaves_nothing() {
    let sandbox = Sandbox::new();
    let mut terminal = dev_new(&sandbox);
    take_defaults(&mut terminal, 0);
    terminal.choose("Create this project?", "jj\r");
    let (status, screen) = terminal.end();
    assert!(
        status != 0 && screen.contains("cancelled; nothing was written"),
        "{screen}"
    );
    assert_eq!(sandbox.listing(), [""; 0]);
}

#[test]
fn a_termination_request_at_a_prompt_is_obeyed() {
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let sandbox = Sandbox::new();
        let mut terminal = dev_new(&sandbox);
        terminal.answer("[1/9]", "half");
        terminal.see("half");
        let process = terminal.process().to_string();
        let killed = Command::new("kill")
            .args([format!("-{signal}"), process])
            .status()
            .unwrap();
        assert!(killed.success());
        assert_eq!(terminal.end().0, status, "{signal}");
        assert_eq!(sandbox.listing(), [""; 0]);
    }
}

#[test]
fn a_foreign_template_cannot_control_the_terminal() {
    let sandbox = Sandbox::new();
    let manifest = "[template]\nname = \"x\"\nversion = \"1\"\ndescription = \"\\u001b[31mred\\u202e\"\n\
         [[question]]\nkey = \"k\"\nprompt = \"\\u001b]0;owned\\u0007\"\nhelp = \"\\u001b[2J\"\ndefault = \"d\"\n";
    sandbox.write("t/template.toml", manifest);
    sandbox.write("t/files/a.txt", "");
    let mut terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new", "p", "-t", "./t", "--no-git"]);
    terminal.answer("[1/1]", "\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0);
    assert!(
        screen.contains("\\u{1b}[31mred\\u{202e}") && screen.contains("\\u{1b}]0;owned\\u{7}"),
        "{screen}"
    );
    assert_eq!(fs::read_dir(sandbox.path("p")).unwrap().count(), 2);
}
