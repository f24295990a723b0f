//! The menu of built-in templates, which is asked as soon as there are two.

use serde_json::{Map, Value};

use crate::support::terminal::Terminal;
use crate::support::{PROGRAM, Sandbox};

const DOWN: &str = "j";

/// A template beside the default one; the menu is not asked where there is none.
fn another(sandbox: &Sandbox) -> Option<String> {
    Some(sandbox.templates().into_iter().nth(1)?.0)
}

/// Every answer that a template's defaults give, in the file `answers.json`.
fn write_answers(sandbox: &Sandbox, template: &str) {
    let run = ["dev", "new", "-t", template, "--defaults", "--dry-run", "--json"];
    let seen: Value = serde_json::from_str(&sandbox.run(&run).ok()).unwrap();
    let answers = seen["data"]["answers"].as_object().unwrap().iter();
    let answers: Map<String, Value> = answers
        .map(|(key, answer)| (key.clone(), answer["value"].clone()))
        .collect();
    sandbox.write("answers.json", &Value::Object(answers).to_string());
}

fn dev_new(sandbox: &Sandbox, args: &[&str]) -> Terminal {
    Terminal::sized(24, 80, sandbox, &[&[PROGRAM, "dev", "new"], args].concat())
}

#[test]
fn a_person_is_asked_which_template_and_enter_takes_the_default() {
    let sandbox = Sandbox::new();
    let templates = sandbox.templates();
    let mut terminal = dev_new(&sandbox, &[]);
    let (name, description) = &templates[0];
    let greeting = format!("{description} (template {name})\n");
    if templates.len() == 1 {
        terminal.see("[1/9] project_name");
        assert!(terminal.text().starts_with(&greeting), "{}", terminal.text());
        return;
    }
    let width = templates.iter().map(|(name, _)| name.len()).max().unwrap();
    let rows = templates
        .iter()
        .map(|(name, description)| format!("  {name:width$}  {description}\n"));
    let menu = rows.collect::<String>().replacen(' ', ">", 1);
    // It is drawn row by row.
    terminal.see(&format!("Which template?\n{}", menu.trim_end()));
    assert_eq!(terminal.text(), format!("Which template?\n{menu}"));
    terminal.type_in("\r");
    terminal.see("[1/9] project_name");
    let said = format!("Which template? {name}\n{greeting}");
    assert!(terminal.text().starts_with(&said), "{}", terminal.text());
}

#[test]
fn the_chosen_template_makes_the_project_and_stands_in_its_record() {
    let sandbox = Sandbox::new();
    let Some(other) = another(&sandbox) else { return };
    write_answers(&sandbox, &other);
    // A pipe can be read only once.
    let script = format!("cat answers.json | {{ {PROGRAM} dev new p --data-file /dev/fd/3 3<&0 </dev/tty; }}");
    let mut terminal = Terminal::start(&sandbox, &["/bin/sh", "-c", &script]);
    terminal.choose("Which template?", &format!("{DOWN}\r"));
    terminal.answer("[1/1] initialize git? [yes]", "n\r");
    terminal.choose("Create this project?", "\r");
    let (status, screen) = terminal.end();
    assert_eq!(status, 0, "{screen}");
    let record = sandbox.read("p/.lstk-extension.toml");
    assert!(record.contains(&format!("\"{other}\"")), "{record}");
}

#[test]
fn a_warning_is_not_told_again_for_the_chosen_template() {
    let sandbox = Sandbox::new();
    let Some(other) = another(&sandbox) else { return };
    sandbox.write("../home/.gitconfig", "[user]\n\tname = Ada\n\temail = nowhere\n");
    let mut terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new"]);
    terminal.choose("Which template?", &format!("{DOWN}\r"));
    terminal.answer("[1/", "<\r");
    terminal.see(&format!("\n> {other} "));
    let told = terminal
        .text()
        .matches("git's user.email `nowhere` is not used")
        .count();
    assert_eq!(told, 1, "{}", terminal.text());
}

#[test]
fn going_back_from_the_first_question_leads_to_the_menu() {
    let sandbox = Sandbox::new();
    let Some(other) = another(&sandbox) else { return };
    let mut terminal = dev_new(&sandbox, &["p"]);
    terminal.choose("Which template?", &format!("{DOWN}\r"));
    terminal.answer("[1/", "<\r");
    // It offers what was chosen before.
    terminal.see(&format!("\n> {other} "));
    terminal.choose("Which template?", "k\r");
    terminal.answer("[1/9] project_name [P]", "One\r");
    // From a later question it leads to the one before, as ever.
    terminal.answer("[2/9] project_short_description", "<\r");
    terminal.answer("[1/9] project_name [One]", "\x03");
    assert_eq!(terminal.end().0, 130);
    // The question about git may be the first.
    write_answers(&sandbox, "basic");
    let mut terminal = dev_new(&sandbox, &["p", "--data-file", "answers.json"]);
    terminal.choose("Which template?", "\r");
    terminal.answer("[1/1] initialize git?", "<\r");
    terminal.choose("Which template?", "\r");
    terminal.answer("[1/1] initialize git?", "n\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    assert!(sandbox.read("p/.lstk-extension.toml").contains("\"basic\""));
}

#[test]
fn nothing_is_chosen_where_nothing_else_is_asked_or_a_template_is_named() {
    for configured in [false, true] {
        let sandbox = Sandbox::new();
        write_answers(&sandbox, "basic");
        let mut args = vec!["p", "--data-file", "answers.json"];
        if configured {
            sandbox.write("../home/.config/lstk-extensions/config.toml", "template = 'basic'\n");
        } else {
            args.push("--no-git");
        }
        let mut terminal = dev_new(&sandbox, &args);
        if configured {
            terminal.answer("[1/1] initialize git?", "n\r");
            terminal.choose("Create this project?", "\r");
        }
        let (status, screen) = terminal.end();
        assert!(status == 0 && !screen.contains("Which template?"), "{screen}");
    }
}

#[test]
fn what_cannot_work_is_told_before_the_menu_and_then_with_the_template() {
    let sandbox = Sandbox::new();
    let Some(other) = another(&sandbox) else { return };
    sandbox.write("full/file", "");
    for (args, said) in [
        (&["full"][..], "take another place: `lstk-extensions dev new full-2`"),
        (
            &["--checkout", "v1"],
            "`basic` is built in: there is nothing to check out",
        ),
        (&["--data-file", "none.json"], "could not read the answers in none.json"),
    ] {
        let (status, screen) = dev_new(&sandbox, args).end();
        assert!(status != 0 && screen.contains(said), "{screen}");
        assert!(!screen.contains("Which template?"), "{screen}");
    }
    let mut terminal = dev_new(&sandbox, &["p", "--quiet"]);
    terminal.choose("Which template?", "");
    sandbox.write("p/file", "");
    terminal.type_in(&format!("{DOWN}\r"));
    let (status, screen) = terminal.end();
    let again = format!("`lstk-extensions dev new p-2 --quiet --template {other}`");
    assert!(status == 1 && screen.replace('\n', "").contains(&again), "{screen}");
}

#[test]
fn escape_leads_nowhere_from_the_menu_and_ctrl_c_leaves_nothing() {
    let sandbox = Sandbox::new();
    if another(&sandbox).is_none() {
        return;
    }
    let script = format!(
        "before=$(stty -g); {PROGRAM} dev new; echo \"exit=$?\"; [ \"$before\" = \"$(stty -g)\" ] && echo restored"
    );
    let mut terminal = Terminal::start(&sandbox, &["/bin/sh", "-c", &script]);
    terminal.choose("Which template?", &format!("q{DOWN}"));
    terminal.see("\n> ");
    terminal.type_in("\x03");
    let (_, screen) = terminal.end();
    assert!(screen.contains("interrupted; nothing was written"), "{screen}");
    assert!(screen.contains("exit=130\nrestored"), "{screen}");
    assert_eq!(sandbox.listing(), [""; 0]);
}
