//! Questions of every type, on a real pseudo-terminal.

use snapbox::{assert_data_eq, str};

use crate::support::terminal::Terminal;
use crate::support::{PROGRAM, Sandbox};

const MANIFEST: &str = r#"[template]
name = "typed"
version = "1"
description = "Every type of question"

[[question]]
key = "project_slug"
prompt = "Project slug"
help = "Names the folder."
default = "thing"
check = "distribution-name"

[[question]]
key = "with_docs"
type = "bool"
prompt = "Write docs?"
default = true

[[question]]
key = "database"
type = "choice"
prompt = "Database"
help = "Where data goes."
choices = [{ value = "none", label = "No database" }, { value = "pg", label = "PostgreSQL" }, "mysql"]
default = "pg"

[[question]]
key = "services"
type = "choices"
prompt = "Services"
choices = ["s3", "sqs", "sns"]
default = ["s3"]

[[question]]
key = "token"
prompt = "API token"
secret = true
required = true
when = "database == 'pg'"

[[question]]
key = "port"
prompt = "Port"
regex = '[0-9]{2,5}'
test = "port | int < 65536"
message = "must be a port number"
default = "8080"
"#;

fn start() -> (Sandbox, Terminal) {
    let sandbox = Sandbox::new();
    sandbox.write("t/template.toml", MANIFEST);
    sandbox.write(
        "t/files/a.txt.j2",
        "{{ with_docs }} {{ database }} {{ services | join('+') }} {{ token }} {{ port }}\n",
    );
    let terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new", "-t", "./t", "--no-git"]);
    (sandbox, terminal)
}

const DOWN: &str = "\u{1b}[B";

#[test]
fn every_type_is_asked_in_its_own_way() {
    let (sandbox, mut terminal) = start();
    terminal.answer("[1/6] Project slug", "\r");
    terminal.answer("[2/6] Write docs?", "maybe\r");
    terminal.see("must be yes or no");
    terminal.answer("[2/6] Write docs?", "N\r");
    terminal.choose("[3/6] Database", "\r");
    terminal.choose("[4/6] Services", &format!("{DOWN} \r"));
    terminal.fill_in("[5/6] API token", "\r");
    terminal.see("API token must be answered");
    terminal.fill_in("[5/6] API token", "TOP SEX\u{7f}CRET\r");
    terminal.answer("[6/6] Port", "70000\r");
    terminal.see("Port must be a port number");
    terminal.answer("[6/6] Port", "443\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0);
    assert_data_eq!(
        screen,
        str![[r#"
Every type of question (template typed)
Enter takes the default, `<` (in a menu Esc) goes back, Ctrl-C leaves without a trace.

[1/6] Project slug  Names the folder.
      thing
[2/6] Write docs?
      maybe
error: Write docs? must be yes or no
[2/6] Write docs?
      N
[3/6] Database  Where data goes. (arrow keys; Esc goes back)
      PostgreSQL
[4/6] Services  (arrow keys and space; Esc goes back)
      s3, sqs
[5/6] API token

error: API token must be answered
[5/6] API token
      (hidden)
[6/6] Port
      70000
error: Port must be a port number
[6/6] Port
      443

  project_slug  thing
  with_docs     no
  database      pg
  services      s3, sqs
  token         (hidden)
  port          443
  git           no

  thing/
    .lstk-extension.toml
    a.txt

Create this project? Create it
Created thing/:
  .lstk-extension.toml
  a.txt

Next:
  cd thing

"#]]
    );
    assert_eq!(sandbox.read("thing/a.txt"), "False pg s3+sqs TOP SECRET 443\n");
    let record = sandbox.read("thing/.lstk-extension.toml");
    assert!(
        record.contains("with_docs = false\ndatabase = \"pg\"\nservices = [\"s3\", \"sqs\"]\nport = \"443\"\n"),
        "{record}"
    );
}

#[test]
fn escape_goes_back_from_a_list_and_a_condition_follows_its_answer() {
    let (sandbox, mut terminal) = start();
    terminal.answer("[1/6] Project slug", "\r");
    terminal.answer("[2/6] Write docs?", "\r");
    terminal.choose("[3/6] Database", &format!("{DOWN}\r"));
    // Without that database nobody is asked for a token.
    terminal.choose("[4/5] Services", "\u{1b}");
    terminal.see("> mysql");
    terminal.choose("[3/6] Database", "\u{1b}[A\r");
    terminal.choose("[4/6] Services", " \r");
    terminal.fill_in("[5/6] API token", "<\r");
    terminal.see("> [ ] s3");
    terminal.type_in("\r");
    terminal.fill_in("[5/6] API token", "x\r");
    terminal.answer("[6/6] Port", "\r");
    terminal.choose("Create this project?", &format!("{DOWN}\r"));
    terminal.choose("Which one?", &format!("{}\r", DOWN.repeat(2)));
    terminal.choose("[1/1] Database", "\u{1b}[A\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(sandbox.read("thing/a.txt"), "True none   8080\n");
}

#[test]
fn a_secret_being_typed_is_interrupted_like_any_answer() {
    let (sandbox, mut terminal) = start();
    terminal.answer("[1/6] Project slug", "\r");
    terminal.answer("[2/6] Write docs?", "\r");
    terminal.choose("[3/6] Database", "\r");
    terminal.choose("[4/6] Services", "\r");
    terminal.fill_in("[5/6] API token", "TOP\u{3}");
    let (status, screen) = terminal.end();
    assert_eq!(status, 130);
    assert!(
        screen.contains("interrupted; nothing was written") && !screen.contains("TOP"),
        "{screen}"
    );
    assert!(!sandbox.path("thing").exists());
}

#[test]
fn one_of_several_templates_is_chosen_from_a_menu() {
    let sandbox = Sandbox::new();
    for name in ["api", "web"] {
        let manifest = format!("[template]\nname = \"{name}\"\nversion = \"1\"\ndescription = \"The {name}\"\n");
        sandbox.write(&format!("many/{name}/template.toml"), &manifest);
        sandbox.write(&format!("many/{name}/files/{name}.txt"), "");
    }
    let args = [PROGRAM, "dev", "new", "p", "-t", "./many", "--no-git"];
    let mut terminal = Terminal::start(&sandbox, &args);
    terminal.see("api  The api");
    terminal.choose("Which template of ./many?", &format!("{DOWN}\r"));
    let (status, _) = terminal.end();
    assert_eq!(status, 0);
    assert!(sandbox.path("p/web.txt").exists());
}

/// What a person types into each menu, and the screen below the greeting when all is done.
fn menus(rows: u16, columns: u16, labels: impl Iterator<Item = String>, typed: &[(&str, &str)]) -> String {
    let sandbox = Sandbox::new();
    let choices: Vec<String> = labels
        .enumerate()
        .map(|(index, label)| format!("{{ value = \"v{index}\", label = \"{label}\" }}"))
        .collect();
    let choices = choices.join(", ");
    sandbox.write(
        "t/template.toml",
        &format!(
            "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n\
             [[question]]\nkey = \"a\"\ntype = \"choice\"\nchoices = [{choices}]\n\
             [[question]]\nkey = \"b\"\ntype = \"choices\"\nchoices = [{choices}]\n"
        ),
    );
    sandbox.write("t/files/a.txt.j2", "{{ a }} {{ b | join(' ') }}\n");
    let command = [PROGRAM, "dev", "new", "p", "-t", "./t", "--no-git"];
    let mut terminal = Terminal::sized(rows, columns, &sandbox, &command);
    for (title, keys) in typed {
        terminal.choose(title, keys);
    }
    terminal.choose("Create this project?", "\x03");
    let (status, screen) = terminal.end();
    assert_eq!(status, 130, "{screen}");
    screen
}

#[test]
fn labels_wider_than_the_terminal_are_cut_and_leave_nothing_behind() {
    let labels = |letter: &str| {
        (0..5)
            .map(|index| format!("{index} {}", letter.repeat(70)))
            .collect::<Vec<_>>()
    };
    let down = format!("{DOWN}{DOWN}");
    // The second has fewer columns than bytes.
    for letters in [
        labels("x"),
        labels("é").into_iter().map(|label| label[..80].to_string()).collect(),
    ] {
        let screen = menus(
            24,
            60,
            letters.iter().cloned(),
            &[
                ("[1/2] a", &format!("{down}\r")),
                ("[2/2] b", &format!("{down} {DOWN}\r")),
            ],
        );
        let wrapped = |label: &str| {
            let chars: Vec<char> = format!("      {label}").chars().collect();
            chars
                .chunks(60)
                .map(String::from_iter)
                .collect::<Vec<String>>()
                .join("\n")
        };
        let expected = format!(
            "[1/2] a  (arrow keys; Esc goes back)\n{}\n[2/2] b  (arrow keys and space; Esc goes back)\n{}\n",
            wrapped(&letters[2]),
            wrapped(&letters[2])
        );
        assert!(screen.contains(&expected), "{screen}\n{expected}");
    }
}

#[test]
fn a_terminal_too_low_for_a_menu_is_told() {
    let sandbox = Sandbox::new();
    let header = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n";
    for (rows, kind) in [(1, "choice"), (2, "choices")] {
        let question = format!("[[question]]\nkey = \"a\"\ntype = \"{kind}\"\nchoices = [\"x\", \"y\"]\n");
        sandbox.write("t/template.toml", &format!("{header}{question}"));
        sandbox.write("t/files/a.txt.j2", "{{ a }}");
        let command = [PROGRAM, "dev", "new", "p", "-t", "./t", "--no-git"];
        let mut terminal = Terminal::sized(rows, 60, &sandbox, &command);
        let (status, _) = terminal.end();
        let said = String::from_utf8_lossy(terminal.written());
        assert!(
            status == 1 && said.contains(&format!("a menu needs a terminal of 3 lines, this one has {rows}")),
            "{said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn a_menu_longer_than_the_terminal_has_pages() {
    let sandbox = Sandbox::new();
    let labels: Vec<String> = (0..60).map(|index| format!("\"{index} {}\"", "x".repeat(70))).collect();
    sandbox.write(
        "t/template.toml",
        &format!(
            "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n\
             [[question]]\nkey = \"a\"\ntype = \"choices\"\nchoices = [{}]\n",
            labels.join(", ")
        ),
    );
    let command = [PROGRAM, "dev", "new", "p", "-t", "./t", "--no-git"];
    let mut terminal = Terminal::sized(12, 50, &sandbox, &command);
    terminal.see("[1/1] a");
    terminal.see("[Page 1/8]");
    terminal.type_in(&DOWN.repeat(9));
    terminal.see("[Page 2/8]");
    terminal.see("> [ ] 9 xxx");
    // What is written last, to its end.
    terminal.see(&format!("  [ ] 15 {}...", "x".repeat(37)));
    assert_data_eq!(
        terminal.text(),
        str![[r#"

[1/1] a  (arrow keys and space; Esc goes back)
      [Page 2/8]
  [ ] 8 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
> [ ] 9 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
  [ ] 10 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
  [ ] 11 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
  [ ] 12 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
  [ ] 13 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
  [ ] 14 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
  [ ] 15 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...

"#]]
    );
    terminal.type_in("\x03");
    assert_eq!(terminal.end().0, 130);
}

#[test]
fn a_menu_of_templates_is_cut_too() {
    let sandbox = Sandbox::new();
    let folder = "a-folder-of-templates-whose-name-is-longer-than-the-terminal";
    for name in ["api", "web"] {
        let manifest = format!(
            "[template]\nname = \"{name}\"\nversion = \"1\"\ndescription = \"{}\"\n",
            "The one that is told of at length ".repeat(4)
        );
        sandbox.write(&format!("{folder}/{name}/template.toml"), &manifest);
        sandbox.write(&format!("{folder}/{name}/files/{name}.txt"), "");
    }
    let command = [PROGRAM, "dev", "new", "p", "-t", &format!("./{folder}"), "--no-git"];
    let mut terminal = Terminal::sized(24, 50, &sandbox, &command);
    // Like Esc, which leads nowhere here, and cannot be told from a key that begins with it.
    terminal.choose("Which template of", &format!("q{DOWN}"));
    terminal.see("> web  The one that is told of at length The o...");
    assert_data_eq!(
        terminal.text(),
        str![[r#"
Which template of ./a-folder-of-templates-whos...
  api  The one that is told of at length The o...
> web  The one that is told of at length The o...

"#]]
    );
    terminal.type_in("\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0);
    assert_data_eq!(
        screen,
        str![[r#"
Which template of ./a-folder-of-templates-whose-na
me-is-longer-than-the-terminal? web
Created p/:
  .lstk-extension.toml
  web.txt

Next:
  cd p

"#]]
    );
}

#[test]
fn back_to_the_summary_nothing_is_asked_again() {
    let questions = "[[question]]\nkey = \"a\"\ndefault = \"x\"\n[[question]]\nkey = \"b\"\ndefault = \"y\"\n";
    let (sandbox, mut terminal) = dialogue(questions);
    terminal.answer("[1/2] a [x]", "\r");
    terminal.answer("[2/2] b [y]", "\r");
    let again = |terminal: &mut Terminal| {
        terminal.choose("Create this project?", &format!("{DOWN}\r"));
        terminal.choose("Which one?", "k\r");
        terminal.see("Which one? none, back to the summary\n\n  a    x");
    };
    again(&mut terminal);
    terminal.choose("Create this project?", &format!("{DOWN}\r"));
    terminal.choose("Which one?", "\r");
    terminal.answer("[1/1] a [x]", "\r");
    again(&mut terminal);
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(sandbox.read("p/a.txt"), "x y\n");
}

#[test]
fn escape_goes_back_from_the_menus_of_the_summary() {
    let questions = "[[question]]\nkey = \"a\"\ndefault = \"x\"\n[[question]]\nkey = \"b\"\ndefault = \"y\"\n";
    let (sandbox, mut terminal) = dialogue(questions);
    terminal.answer("[1/2] a [x]", "\r");
    terminal.answer("[2/2] b [y]", "\r");
    terminal.choose("Create this project?", &format!("{DOWN}\r"));
    terminal.choose("Which one?", "\u{1b}");
    terminal.see("Create this project? Change an answer\n\n  a    x");
    terminal.choose("Create this project?", "\u{1b}");
    terminal.answer("[1/1] b [y]", "z\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(sandbox.read("p/a.txt"), "x z\n");
}

/// A dialogue over a manifest of these questions.
fn dialogue(questions: &str) -> (Sandbox, Terminal) {
    let sandbox = Sandbox::new();
    let header = "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n";
    sandbox.write("t/template.toml", &format!("{header}{questions}"));
    sandbox.write("t/files/a.txt.j2", "{{ a }} {{ b }}\n");
    let terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new", "p", "-t", "./t", "--no-git"]);
    (sandbox, terminal)
}

#[test]
fn an_answer_that_goes_with_the_others_no_more_is_asked_again() {
    let questions =
        "[[question]]\nkey = \"a\"\n[[question]]\nkey = \"b\"\ntest = \"a != b\"\nmessage = \"must differ from a\"\n";
    let (sandbox, mut terminal) = dialogue(questions);
    terminal.answer("[1/2] a", "one\r");
    terminal.answer("[2/2] b", "two\r");
    terminal.choose("Create this project?", &format!("{DOWN}\r"));
    terminal.choose("Which one?", "\r");
    terminal.answer("[1/1] a [one]", "\u{8}\u{8}\u{8}two\r");
    terminal.answer("[1/1] b [two]", "\r");
    terminal.see("b must differ from a");
    terminal.answer("[1/1] b [two]", "three\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(sandbox.read("p/a.txt"), "two three\n");
}

#[test]
fn a_question_that_a_change_brings_in_is_asked() {
    let questions =
        "[[question]]\nkey = \"a\"\ntype = \"bool\"\n[[question]]\nkey = \"b\"\nwhen = \"a\"\ndefault = \"x\"\n";
    let (sandbox, mut terminal) = dialogue(questions);
    terminal.answer("[1/1] a [no]", "\r");
    terminal.choose("Create this project?", &format!("{DOWN}\r"));
    terminal.choose("Which one?", "\r");
    terminal.answer("[1/1] a [no]", "yes\r");
    terminal.answer("[1/1] b [x]", "y\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(sandbox.read("p/a.txt"), "True y\n");
}

#[test]
fn a_test_that_fails_on_an_answer_refuses_it() {
    let questions = "[[question]]\nkey = \"a\"\ndefault = \"80\"\ntest = \"a | int < 65536\"\nmessage = \"must be a port\"\n[[question]]\nkey = \"b\"\n";
    let (sandbox, mut terminal) = dialogue(questions);
    terminal.answer("[1/2] a [80]", "http\r");
    terminal.see("error: a must be a port");
    terminal.answer("[1/2] a [80]", "\r");
    terminal.answer("[2/2] b", "\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    let refused = sandbox
        .run(&["dev", "new", "q", "-t", "./t", "--defaults", "-d", "a=http"])
        .fails(2);
    assert!(refused.contains("a: must be a port"), "{refused}");
}

#[test]
fn a_template_stopped_in_the_dialogue_leaves_the_terminal_as_it_was() {
    let sandbox = Sandbox::new();
    let doubled = "{% set x = x ~ x %}".repeat(60);
    let manifest = format!(
        "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n[[question]]\nkey = \"a\"\n[[question]]\nkey = \"b\"\ndefault = \"{{% set x = a %}}{doubled}\"\n"
    );
    sandbox.write("t/template.toml", &manifest);
    sandbox.write("t/files/a.txt.j2", "{{ a }}{{ b }}");
    let script = format!("stty -g > before; {PROGRAM} dev new p -t ./t --no-git; echo $? > code; stty -g > after");
    let mut terminal = Terminal::start(&sandbox, &["/bin/sh", "-c", &script]);
    terminal.answer("[1/2] a", "aaaaaaaaaaaaaaaa\r");
    let (_, screen) = terminal.end();
    assert!(
        screen.contains("error: the template `./t` was stopped: its code needs more than 512 MiB"),
        "{screen}"
    );
    assert_eq!(sandbox.read("code"), "1\n");
    assert_eq!(sandbox.read("after"), sandbox.read("before"));
}
