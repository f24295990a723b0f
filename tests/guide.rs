//! The guide for authors of templates: every example in it is tried, and it speaks of everything there is.

use std::collections::BTreeSet;

use clap::CommandFactory;
use lstk_extensions::cli::Cli;
use lstk_extensions::limits::{DEEPEST, LARGEST_FILE, MOST_BYTES, MOST_FILES};
use lstk_extensions::scaffold::confine::{MEMORY, SECONDS};
use lstk_extensions::scaffold::rule::Rule;
use pulldown_cmark::{Event, Parser};
use serde_json::Value;
use snapbox::{Data, assert_data_eq};

use crate::support::Sandbox;
use crate::support::transcript::{Kind, Piece, in_project, joined, pieces};

const GUIDE: &str = "docs/templates.md";

fn guide() -> String {
    std::fs::read_to_string(in_project(GUIDE)).unwrap()
}

/// With a forge: what git knows as `https://github.com/acme/extension-templates.git` is a repository beside the home.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_identity();
    let forge = sandbox.path("../forge").display().to_string();
    let config = sandbox.read("../home/.gitconfig");
    let rewrite = format!("[url \"file://{forge}/\"]\n\tinsteadOf = https://github.com/\n");
    sandbox.write("../home/.gitconfig", &format!("{config}{rewrite}"));
    let repository = sandbox.path("../forge/acme/extension-templates.git");
    let made = std::process::Command::new("git")
        .args(["init", "-q", "--bare", "-b", "main"])
        .arg(repository)
        .env_clear()
        .envs(sandbox.environment())
        .status();
    assert!(made.unwrap().success());
    sandbox
}

/// Every template that a section leaves behind must be without problems, once it has files.
fn check_templates(sandbox: &Sandbox, section: &str) -> usize {
    let listing = sandbox.listing();
    let folders = listing.iter().filter_map(|path| path.strip_suffix("template.toml"));
    let has_files = |folder: &str| listing.contains(&format!("{folder}files/"));
    let folders: Vec<&str> = folders
        .filter(|folder| folder.ends_with('/') && has_files(folder))
        .collect();
    for folder in &folders {
        let seen = sandbox.run(&["template", "check", folder]);
        assert!(seen.status == Some(0), "{section}: {}", seen.all());
    }
    folders.len()
}

#[test]
fn every_example_is_real() {
    let place = in_project(GUIDE);
    let mut guide = pieces(&guide());
    let mut sandbox = sandbox();
    let (mut section, mut paragraph, mut checked) = (String::new(), String::new(), 0);
    for piece in &mut guide {
        match piece {
            Piece::Line(line) => {
                if line.starts_with("## ") || line.starts_with("### ") {
                    checked += check_templates(&sandbox, &section);
                    section.clone_from(line);
                }
                if line.starts_with("## ") {
                    sandbox = self::sandbox();
                }
                match line.as_str() {
                    "" => {}
                    line if paragraph.ends_with('\n') => paragraph = line.to_string(),
                    line => paragraph.push_str(line),
                }
                if line.is_empty() && !paragraph.ends_with('\n') {
                    paragraph.push('\n');
                }
            }
            Piece::Block(block) => {
                match block.kind() {
                    Kind::Console => {}
                    // Readers do not see what is written beside the fence.
                    Kind::File(path) | Kind::Addition(path) => {
                        let mut spans = paragraph.split('`').skip(1).step_by(2);
                        let is_named = spans.any(|span| path == span || path.ends_with(&format!("/{span}")));
                        assert!(is_named, "{section}: the text above the file {path} does not name it");
                    }
                    Kind::Unnamed => panic!("{section}: a block that is neither a file nor a console"),
                }
                block.play(&sandbox);
            }
        }
    }
    checked += check_templates(&sandbox, &section);
    assert!(checked > 10, "{checked} templates");
    assert_data_eq!(joined(&guide), Data::read_from(&place, None).raw());
}

/// What stands in backticks in the text, blocks left out, whole and before a ` = `.
fn mentioned(markdown: &str) -> BTreeSet<String> {
    let parser = Parser::new_ext(markdown, pulldown_cmark::Options::ENABLE_TABLES);
    let mut found = BTreeSet::new();
    for event in parser {
        let Event::Code(code) = event else { continue };
        found.extend(code.split_once(" = ").map(|(key, _)| key.to_string()));
        found.insert(code.to_string());
    }
    found
}

/// The text of the guide below a heading, without its blocks.
fn chapter(heading: &str) -> String {
    let heading = format!("## {heading}");
    let text = pieces(&guide()).into_iter().filter_map(|piece| match piece {
        Piece::Line(line) => Some(line + "\n"),
        Piece::Block(_) => None,
    });
    let from = text.skip_while(|line| line.trim_end() != heading);
    let lines = from
        .enumerate()
        .take_while(|(index, line)| *index == 0 || !line.starts_with("## "));
    let chapter: String = lines.map(|(_, line)| line).collect();
    assert!(!chapter.is_empty(), "{heading}");
    chapter
}

fn assert_mentions(place: &str, mentioned: &BTreeSet<String>, wanted: impl IntoIterator<Item = String>) {
    let wanted: BTreeSet<String> = wanted.into_iter().collect();
    assert!(wanted.len() > 1, "{place}: {wanted:?}");
    let missing: Vec<_> = wanted.difference(mentioned).collect();
    assert!(missing.is_empty(), "{place} does not mention {missing:?}");
}

/// The keys of a JSON Schema, at any depth, and the values that a key may have.
fn words_of_schema(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                if let ("properties", Value::Object(properties)) = (key.as_str(), value) {
                    found.extend(properties.keys().cloned());
                }
                if let ("enum", Value::Array(values)) = (key.as_str(), value) {
                    found.extend(values.iter().filter_map(Value::as_str).map(str::to_string));
                }
                words_of_schema(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| words_of_schema(item, found)),
        _ => {}
    }
}

#[test]
fn every_key_of_the_manifest_is_told() {
    let schema: Value = serde_json::from_str(&Sandbox::new().run(&["template", "schema"]).ok()).unwrap();
    let mut words = BTreeSet::new();
    words_of_schema(&schema, &mut words);
    let tables = ["template", "question", "computed", "file", "after"];
    let words = words.into_iter().map(|word| match word.as_str() {
        "question" | "file" => format!("[[{word}]]"),
        table if tables.contains(&table) => format!("[{word}]"),
        _ => word,
    });
    assert_mentions("the manifest's chapter", &mentioned(&chapter("The manifest")), words);
}

#[test]
fn every_command_and_flag_is_told() {
    let mut cli = Cli::command();
    cli.build();
    let template = cli.find_subcommand("template").expect("the command");
    let told = mentioned(&guide());
    let commands = template
        .get_subcommands()
        .filter(|command| command.get_name() != "help");
    assert_mentions(
        GUIDE,
        &told,
        commands.map(|command| format!("template {}", command.get_name())),
    );
    let flags = template.get_subcommands().flat_map(clap::Command::get_arguments);
    let flags: BTreeSet<String> = flags
        .filter(|flag| !flag.is_global_set() && flag.get_id() != "help")
        .filter_map(clap::Arg::get_long)
        .map(|flag| format!("--{flag}"))
        .collect();
    for flag in ["--checkout", "--directory", "--offline", "--snapshots", "--case"] {
        assert!(flags.contains(flag), "{flags:?}");
    }
    assert_mentions(GUIDE, &told, flags);
}

/// The rows of the table whose first column has this title, each as what is in backticks in its cells.
fn table(text: &str, title: &str) -> Vec<Vec<Vec<String>>> {
    let lines = text
        .lines()
        .skip_while(|line| !line.starts_with(&format!("| {title} |")));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        cells
            .map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_string).collect())
            .collect()
    })
    .collect()
}

#[test]
fn what_the_table_of_rules_says_is_so() {
    let rows = table(&chapter("The manifest"), "Rule");
    let names: Vec<&str> = rows.iter().map(|row| row[0][0].as_str()).collect();
    assert_eq!(names, Rule::NAMED.map(|(name, _)| name));
    for row in &rows {
        let [name, _, taken, refused] = &row[..] else {
            panic!("{row:?}");
        };
        let rule = Rule::named(&name[0]).expect("a rule");
        let normal = taken.last().expect("an example");
        assert_eq!(rule.check(&taken[0]).as_ref(), Ok(normal), "{name:?}");
        assert!(!refused.is_empty(), "{name:?}");
        for value in refused {
            let value = value.replace("\\t", "\t").replace("\\n", "\n");
            assert!(rule.check(&value).is_err(), "{name:?} takes {value}");
        }
    }
}

#[test]
fn every_filter_test_and_function_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "t/template.toml",
        "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n",
    );
    sandbox.write("t/files/state.txt.j2", "{{ debug() }}");
    let _ = sandbox
        .run(&["dev", "new", "p", "-t", "./t", "--defaults", "--no-git"])
        .ok();
    let state = sandbox.read("p/state.txt");
    let told = mentioned(&chapter("Texts"));
    for (list, end) in [("globals: {", "}"), ("filters: [", "]"), ("tests: [", "]")] {
        let start = state.find(list).expect("a list") + list.len();
        let inside = &state[start..];
        let inside = &inside[..inside.find(end).expect("its end")];
        let names = inside.split('"').skip(1).step_by(2).map(str::to_string);
        // Operators such as `==` are tests too, which nobody writes as such.
        let names = names.filter(|name| name.starts_with(char::is_alphabetic));
        assert_mentions(list, &told, names);
    }
}

#[test]
fn the_limits_are_told_as_they_are() {
    let chapter = chapter("Limits and safety").replace([',', '\n'], " ");
    for limit in [
        format!("{} {:03} files", MOST_FILES / 1000, MOST_FILES % 1000),
        format!("{DEEPEST} folders"),
        format!("{} MiB each", LARGEST_FILE >> 20),
        format!("{} MiB together", MOST_BYTES >> 20),
        format!("{SECONDS} seconds"),
        format!("{} MiB of memory", MEMORY >> 20),
    ] {
        assert!(chapter.contains(&limit), "{limit}: {chapter}");
    }
}
