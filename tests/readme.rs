//! The README shows what the program really prints, and its picture is of a real session.

use std::path::{Path, PathBuf};

use snapbox::{Data, IntoData, assert_data_eq};

use crate::support::terminal::Terminal;
use crate::support::{PROGRAM, Sandbox};

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The blocks of a Markdown file between "```console" and "```", each as its lines.
fn console_blocks(markdown: &str) -> Vec<Vec<&str>> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while lines.by_ref().any(|line| line == "```console") {
        blocks.push(lines.by_ref().take_while(|line| *line != "```").collect());
    }
    blocks
}

#[test]
fn the_readme_s_transcripts_are_real() {
    let readme = std::fs::read_to_string(in_project("README.md")).unwrap();
    let sandbox = Sandbox::with_identity();
    let mut seen = 0;
    for block in console_blocks(&readme) {
        let Some(command) = block[0].strip_prefix("$ lstk-extensions ") else {
            continue;
        };
        let args = shell_words::split(command).unwrap();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let run = sandbox.run(&args);
        let said = format!("{}{}", run.stdout, run.stderr);
        let shown = format!("{}\n", block[1..].join("\n"));
        assert_data_eq!(said, shown.raw());
        seen += 1;
    }
    assert!(seen >= 4, "{seen} transcripts");
}

#[test]
fn the_picture_is_of_a_real_session() {
    let sandbox = Sandbox::with_identity();
    let mut terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new"]);
    terminal.answer("[1/9]", "Billing Mock\r");
    terminal.answer("[2/9]", "Answers like the billing API, without a bill.\r");
    terminal.answer("[3/9] project_slug [billing-mock]", "\r");
    terminal.answer("[4/9] module_name [billing_mock]", "import\r");
    terminal.see("hint: `import_` would do");
    terminal.answer("[4/9] module_name [billing_mock]", "\r");
    for number in 5..9 {
        terminal.answer(&format!("[{number}/9]"), "\r");
    }
    terminal.answer("[9/9]", "\r");
    terminal.choose("Create this project?", "\r");
    assert_eq!(terminal.end().0, 0);
    let screen = format!("\u{1b}[1m$ lstk-extensions dev new\u{1b}[0m\n{}\n", terminal.styled());
    let picture = anstyle_svg::Term::new().render_svg(&screen);
    assert_data_eq!(picture, Data::read_from(&in_project("docs/dev-new.svg"), None).raw());
}
