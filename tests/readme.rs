//! The README shows what the program really prints, and its picture is of a real session.

use snapbox::{Data, assert_data_eq};

use crate::support::terminal::{COLUMNS, ROWS, Terminal};
use crate::support::transcript::{Kind, Piece, in_project, joined, pieces};
use crate::support::{PROGRAM, Sandbox};

#[test]
fn the_readme_s_examples_are_real() {
    let place = in_project("README.md");
    let mut readme = pieces(&std::fs::read_to_string(&place).unwrap());
    let sandbox = Sandbox::with_identity();
    let (mut transcripts, mut files) = (0, 0);
    for piece in &mut readme {
        let Piece::Block(block) = piece else { continue };
        match block.kind() {
            Kind::Console => transcripts += 1,
            Kind::File(_) | Kind::Addition(_) => files += 1,
            Kind::Unnamed => {}
        }
        block.play(&sandbox);
    }
    assert!(
        transcripts >= 4 && files >= 1,
        "{transcripts} transcripts, {files} files"
    );
    assert_data_eq!(joined(&readme), Data::read_from(&place, None).raw());
}

#[test]
fn the_picture_is_of_a_real_session() {
    let sandbox = Sandbox::with_identity();
    // The whole session fits.
    let mut terminal = Terminal::sized(ROWS + 10, COLUMNS, &sandbox, &[PROGRAM, "dev", "new"]);
    if sandbox.templates().len() > 1 {
        terminal.choose("Which template?", "\r");
    }
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

#[test]
fn the_threat_model_names_what_is_there() {
    let text = std::fs::read_to_string(in_project("THREAT_MODEL.md")).unwrap();
    let promise =
        "without `--trust` a template can only write new regular files below the destination and print plain text";
    assert!(text.to_lowercase().contains(&promise.to_lowercase()));
    let quoted = text.split('`').skip(1).step_by(2);
    let paths: Vec<&str> = quoted
        .filter(|word| ["tests/", "src/", ".ci/"].iter().any(|folder| word.starts_with(folder)))
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    for path in paths {
        assert!(in_project(path).is_file(), "{path}");
    }
}
