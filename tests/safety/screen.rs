//! Text of a template on a real terminal: whatever it holds, it moves no cursor, colours nothing, makes no link, and
//! hides nothing.

use super::{HEADER, template};
use crate::support::terminal::Terminal;
use crate::support::{PROGRAM, Sandbox};

/// A colour, a title, a link, the same in one byte, an order that is reversed, what is invisible, and steps back.
const HOSTILE: &str = "H\u{1b}[7771m\u{1b}]0;title\u{7}\u{1b}]8;;http://x\u{1b}\\L\u{1b}]8;;\u{7}\u{9b}7771m\u{9d}8;;y\u{9c}\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\u{e0041}\r\u{8}\u{7f}\u{0}\u{1b}";

/// What the file system takes of it.
const HOSTILE_NAME: &str = "N\u{1b}[7771m\u{9b}7771m\u{202e}\u{200b}\r\u{8}\u{7f}";

/// What a project may have of it.
const INVISIBLE_NAME: &str = "I\u{202e}\u{200b}\u{2066}";

/// As it stands in a TOML file.
fn quoted(text: &str) -> String {
    let mut toml = String::from("\"");
    for char in text.chars() {
        match char {
            ' '..='~' if char != '"' && char != '\\' => toml.push(char),
            char => toml.push_str(&format!("\\U{:08x}", u32::from(char))),
        }
    }
    toml + "\""
}

/// Nothing that a terminal would obey, or a person not see, but what this program draws its dialogue with.
#[track_caller]
fn is_plain(written: &[u8], seen: &str) {
    let text = std::str::from_utf8(written).expect("UTF-8").replace('\r', "");
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        let sequence = &rest[at + 1..];
        let parameters = sequence
            .strip_prefix('[')
            .unwrap_or_else(|| panic!("{sequence:.40?} in {text:?}"));
        let end = parameters
            .find(|char: char| char.is_ascii_alphabetic())
            .expect("an end");
        let own = parameters[..end].chars().all(|char| "0123456789;?".contains(char))
            && "mKJABCDGHhl".contains(&parameters[end..=end]);
        assert!(
            own && !parameters[..end].contains("7771"),
            "{sequence:.40?} in {text:?}"
        );
        rest = &parameters[end..];
    }
    for char in text.chars().filter(|char| !matches!(char, '\n' | '\t' | '\u{1b}')) {
        let is_hidden = matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
        assert!(!char.is_control() && !is_hidden, "{char:?} in {text:?}");
    }
    // It was there, and can be read.
    assert!(text.contains(seen), "{text}");
}

const SHOWN: &str = "\\u{1b}[7771m";

/// The program's words on a terminal.
fn run(sandbox: &Sandbox, args: &[&str], status: u32, seen: &str) {
    let mut terminal = Terminal::start(sandbox, &[&[PROGRAM], args].concat());
    let (ended, screen) = terminal.end();
    assert_eq!(ended, status, "{args:?}: {screen}");
    is_plain(terminal.written(), seen);
}

fn hostile_manifest(name: &str) -> String {
    let text = quoted(HOSTILE);
    format!(
        r#"[template]
name = {name}
version = {text}
description = {text}
[[question]]
key = "a"
prompt = {text}
help = {text}
default = "{{{{ year }}}}\u001b[7771m"
regex = "[a-z]+"
message = {text}
[[question]]
key = "b"
type = "choice"
prompt = {text}
choices = [{{ value = {text}, label = {text} }}, "plain"]
[[question]]
key = "c"
type = "choices"
choices = [{{ value = {text}, label = {text} }}, "plain"]
default = [{text}]
[[question]]
key = "d"
test = "d == 'good'"
message = {text}
[[question]]
key = "e"
secret = true
prompt = {text}
help = {text}
[after]
message = {text}
next = [{text}]
"#
    )
}

#[test]
fn a_dialogue_shows_what_a_template_says_and_obeys_nothing() {
    let sandbox = template("", &[("files/{{ b }}x", "")]);
    sandbox.write("t/template.toml", &hostile_manifest(&quoted(HOSTILE)));
    super::remove(&sandbox.path("t/files/{{ b }}x"));
    sandbox.write(&format!("t/files/{INVISIBLE_NAME}"), "");
    let mut terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new", "p", "-t", "./t", "--no-git"]);
    let reply = |terminal: &mut Terminal, number: &str, typed: &str| {
        terminal.see(number);
        terminal.see("     :");
        terminal.type_in(typed);
    };
    reply(&mut terminal, "[1/5]", "UPPER\r");
    terminal.see("error: ");
    reply(&mut terminal, "[1/5]", "lower\r");
    terminal.choose("[2/5]", "\r");
    terminal.choose("[3/5]", "\r");
    reply(&mut terminal, "[4/5]", "bad\r");
    terminal.see("error: d ");
    reply(&mut terminal, "[4/5]", "good\r");
    reply(&mut terminal, "[5/5]", "hunter2\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0, "{screen}");
    is_plain(terminal.written(), SHOWN);
    is_plain(terminal.written(), "\\u{202e}\\u{200b}\\u{2066}");
    assert!(
        !String::from_utf8_lossy(terminal.written()).contains("hunter2\r"),
        "{screen}"
    );
    assert!(sandbox.path("p").join(INVISIBLE_NAME).is_file());
}

#[test]
fn a_menu_of_templates_shows_them_plainly() {
    let sandbox = template("", &[]);
    super::remove(&sandbox.path("t"));
    for folder in [HOSTILE_NAME, INVISIBLE_NAME] {
        sandbox.write(
            &format!("t/{folder}/template.toml"),
            &hostile_manifest(&quoted(HOSTILE)),
        );
        sandbox.write(&format!("t/{folder}/files/x"), "");
    }
    let mut terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new", "p", "-t", "./t", "--defaults"]);
    terminal.choose("Which template of", "\x03");
    assert_eq!(terminal.end().0, 130);
    is_plain(terminal.written(), SHOWN);
    run(&sandbox, &["template", "list", "./t"], 0, SHOWN);
    run(&sandbox, &["template", "list", "./t", "--json"], 0, "\\u001b[7771m");
    run(
        &sandbox,
        &["dev", "new", "p", "-t", "./t", "--defaults", "--json"],
        2,
        "\\u001b[7771m",
    );
}

#[test]
fn what_other_commands_say_of_a_template_is_plain() {
    let sandbox = template("", &[]);
    sandbox.write("t/template.toml", &hostile_manifest("\"t\""));
    sandbox.write(&format!("t/files/{INVISIBLE_NAME}"), "a");
    let _ = sandbox
        .run(&[
            "template", "snapshot", "./t", "--case", "one", "-d", "a=x", "-d", "d=good",
        ])
        .ok();
    sandbox.write(&format!("t/files/{INVISIBLE_NAME}"), HOSTILE);
    sandbox.write(&format!("t/snapshots/one/{INVISIBLE_NAME}2"), HOSTILE);
    for json in [&[][..], &["--json"]] {
        let shown = if json.is_empty() { SHOWN } else { "7771m" };
        let on = |command: &[&'static str]| [command, json].concat();
        run(&sandbox, &on(&["template", "show", "./t"]), 0, shown);
        run(&sandbox, &on(&["template", "list", "./t"]), 0, shown);
        run(
            &sandbox,
            &on(&["template", "check", "./t"]),
            1,
            if json.is_empty() { SHOWN } else { "overwrite" },
        );
        run(
            &sandbox,
            &on(&["template", "snapshot", "./t"]),
            0,
            "recorded".get(json.len() * 8..).unwrap_or_default(),
        );
        sandbox.write(&format!("t/files/{INVISIBLE_NAME}"), &format!("{HOSTILE}2"));
    }
}

#[test]
fn errors_show_names_and_excerpts_plainly() {
    let wrong = format!("{HOSTILE}{{{{ nope }}}}{HOSTILE}");
    let name = format!("files/{HOSTILE_NAME}");
    let manifest = format!(
        "{HEADER}{} = 1\n[[question]]\nkey = {}\n",
        quoted(HOSTILE),
        quoted(HOSTILE)
    );
    let place = format!("t/{HOSTILE_NAME}/template.toml");
    for json in [&[][..], &["--json"]] {
        let shown = if json.is_empty() { SHOWN } else { "7771m" };
        let sandbox = template(
            "",
            &[("files/x.txt.j2", &wrong), (&name, ""), (&format!("{name}.j2"), &wrong)],
        );
        let commands: [&[&str]; 3] = [
            &["dev", "new", "p", "-t", "./t", "--defaults"],
            &["template", "check", "./t"],
            &["template", "eject", "./t", "e"],
        ];
        for command in commands {
            run(&sandbox, &[command, json].concat(), 1, shown);
        }
        sandbox.write("t/template.toml", &manifest);
        run(&sandbox, &[&["template", "show", "./t"], json].concat(), 1, shown);
        super::remove(&sandbox.path("t"));
        sandbox.write(&place, &manifest);
        run(&sandbox, &[&["template", "show", "./t"], json].concat(), 1, shown);
        super::remove(&sandbox.path("t"));
        sandbox.write("t/template.toml", HEADER);
        std::fs::create_dir(sandbox.path("t/files")).unwrap();
        super::link(&sandbox, "x", &format!("t/files/{HOSTILE_NAME}"));
        run(&sandbox, &[&["template", "show", "./t"], json].concat(), 1, shown);
        let address = super::committed(&sandbox);
        run(&sandbox, &[&["template", "show", &address], json].concat(), 1, shown);
    }
}
