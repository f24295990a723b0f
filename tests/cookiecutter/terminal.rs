//! Cookiecutter templates at a terminal: questions in the template's words, a menu of templates, consent to hooks.

use snapbox::{assert_data_eq, str};

use super::{PROJECT, ordinary, template};
use crate::support::terminal::Terminal;
use crate::support::{PROGRAM, Sandbox};

const NEW: [&str; 6] = [PROGRAM, "dev", "new", "-t", "./t", "--no-git"];

#[test]
fn questions_are_asked_in_the_words_of_the_template() {
    let sandbox = ordinary();
    let mut terminal = Terminal::start(&sandbox, &NEW);
    terminal.answer("[1/5] The name [My App]", "Mine\r");
    terminal.answer("[2/5] slug [Mine]", "mine\r");
    terminal.choose("[3/5] What is it", "j\r");
    terminal.answer("[4/5] tests", "n\r");
    terminal.answer("[5/5] settings", "{\"port\": \"81\"}\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0);
    assert_data_eq!(
        screen,
        str![[r#"
A cookiecutter template (template t)
Enter takes the default, `<` (in a menu Esc) goes back, Ctrl-C leaves without a trace.

[1/5] The name
      Mine
[2/5] slug
      mine
[3/5] What is it  (arrow keys; Esc goes back)
      program
[4/5] tests
      n
[5/5] settings
      {"port": "81"}

  name      Mine
  slug      mine
  kind      program
  tests     no
  settings  {"port":"81"}
  git       no

  mine/
    .lstk-extension.toml
    sub/a.txt

Create this project? Create it
Created mine/:
  .lstk-extension.toml
  sub/a.txt

Next:
  cd mine

"#]]
    );
    assert_eq!(sandbox.read("mine/sub/a.txt"), "Mine Mine!\n");
}

#[test]
fn what_is_typed_is_never_run() {
    let text = "{{ cookiecutter.name }}\n";
    let sandbox = template(r#"{"slug": "p", "name": "n"}"#, &[(&format!("{PROJECT}/a.txt"), text)]);
    let mut terminal = Terminal::start(&sandbox, &NEW);
    terminal.answer("[1/2] slug", "\r");
    terminal.answer("[2/2] name", "{{ 7 * 7 }}\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(sandbox.read("p/a.txt"), "{{ 7 * 7 }}\n");
}

/// One whose hook makes a file, and tries to look harmless.
fn with_hook() -> Sandbox {
    let hook = "#!/bin/sh\ntouch made.txt \u{1b}[2K\n";
    template(
        r#"{"slug": "p"}"#,
        &[(&format!("{PROJECT}/a.txt"), ""), ("hooks/post_gen_project.sh", hook)],
    )
}

#[test]
fn hooks_are_shown_whole_and_left_out_unless_agreed_to() {
    for (typed, is_made) in [("\r", false), ("j\r", true)] {
        let sandbox = with_hook();
        let mut terminal = Terminal::start(&sandbox, &NEW);
        terminal.see("    | touch made.txt \\u{1b}[2K");
        terminal.choose("Run these programs?", typed);
        terminal.answer("[1/1] slug", "\r");
        terminal.choose("Create this project?", "\r");
        let (status, screen) = terminal.end();
        assert_eq!((status, sandbox.path("p/made.txt").exists()), (0, is_made), "{screen}");
        if !is_made {
            assert_data_eq!(
                screen,
                str![[r#"
This template comes with programs of its own, which run on this machine with all your rights:

  hooks/post_gen_project.sh, in the finished project:
    | #!/bin/sh
    | touch made.txt /u{1b}[2K

Run these programs? No, make the project without them
warning: the template's hooks are not run: post_gen_project.sh; what they would add, change or remove is missing. `--tru
st` runs them
A cookiecutter template (template t)
Enter takes the default, `<` (in a menu Esc) goes back, Ctrl-C leaves without a trace.

[1/1] slug
      p

  slug  p
  git   no

  p/
    .lstk-extension.toml
    a.txt

Create this project? Create it
Created p/:
  .lstk-extension.toml
  a.txt

Next:
  cd p

"#]]
            );
        }
    }
}

#[test]
fn nobody_is_asked_who_has_said_it_already() {
    let sandbox = with_hook();
    let mut terminal = Terminal::start(&sandbox, &[&NEW[..], &["--trust"]].concat());
    terminal.answer("[1/1] slug", "\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert!(sandbox.path("p/made.txt").exists());
    // With `--defaults` there is nobody to ask either.
    let mut terminal = Terminal::start(&sandbox, &[&NEW[..], &["--defaults", "q"]].concat());
    let (status, screen) = terminal.end();
    assert!(
        status == 0 && screen.contains("hooks are not run: post_gen_project.sh"),
        "{screen}"
    );
    assert!(!sandbox.path("q/made.txt").exists());
}

#[test]
fn ctrl_c_leaves_nothing_wherever_it_comes() {
    // At the question about hooks, at a question, in a hook (whose text is on the screen before it runs).
    for point in 0..3 {
        let sandbox = template(
            r#"{"slug": "p"}"#,
            &[
                (&format!("{PROJECT}/a.txt"), ""),
                (
                    "hooks/post_gen_project.sh",
                    "#!/bin/sh\necho it is $((1 + 1)) now\nexec sleep 60\n",
                ),
            ],
        );
        let before = sandbox.listing();
        let mut terminal = Terminal::start(&sandbox, &NEW);
        terminal.choose("Run these programs?", if point == 0 { "\x03" } else { "j\r" });
        match point {
            0 => {}
            1 => terminal.answer("[1/1] slug", "\x03"),
            _ => {
                terminal.answer("[1/1] slug", "\r");
                terminal.choose("Create this project?", "\r");
                terminal.see("it is 2 now");
                terminal.type_in("\x03");
            }
        }
        let (status, screen) = terminal.end();
        assert!(
            status == 130 && screen.contains("interrupted; nothing was written"),
            "at {point}: {status}\n{screen}"
        );
        assert_eq!(sandbox.listing(), before, "at {point}");
    }
}

#[test]
fn one_of_several_templates_is_chosen_from_a_menu() {
    let sandbox = Sandbox::new();
    let several = r#"{"templates": {"b": {"path": "./b", "title": "Bee", "description": "The default"}, "a": {"path": "./a", "title": "Ay"}}}"#;
    sandbox.write("t/cookiecutter.json", several);
    for name in ["a", "b"] {
        sandbox.write(&format!("t/{name}/cookiecutter.json"), r#"{"slug": "p"}"#);
        sandbox.write(&format!("t/{name}/{PROJECT}/{name}.txt"), "");
    }
    let mut terminal = Terminal::start(&sandbox, &NEW);
    terminal.choose("Which template of ./t?", "j\r");
    terminal.answer("[1/1] slug", "\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0);
    assert_data_eq!(
        screen,
        str![[r#"
Which template of ./t? a
A cookiecutter template (template a)
Enter takes the default, `<` (in a menu Esc) goes back, Ctrl-C leaves without a trace.

[1/1] slug
      p

  slug  p
  git   no

  p/
    .lstk-extension.toml
    a.txt

Create this project? Create it
Created p/:
  .lstk-extension.toml
  a.txt

Next:
  cd p

"#]]
    );
    assert!(sandbox.path("p/a.txt").exists());
}
