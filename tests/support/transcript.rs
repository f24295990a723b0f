//! Markdown whose examples are real: its blocks are written as files and run in a shell, one after the other.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{PROGRAM, Sandbox};

pub fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A line of Markdown, or a fenced block.
pub enum Piece {
    Line(String),
    Block(Block),
}

pub struct Block {
    fence: String,
    info: String,
    pub lines: Vec<String>,
}

/// What a block is, as the line that opens it says.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `console`: commands behind `$ `, each with what it prints.
    Console,
    /// `LANGUAGE PATH`: a file.
    File(&'a str),
    /// `LANGUAGE >> PATH`: more of a file.
    Addition(&'a str),
    /// `LANGUAGE`
    Unnamed,
}

pub fn pieces(markdown: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let info = line.trim_start_matches('`');
        let fence = &line[..line.len() - info.len()];
        if fence.len() < 3 {
            pieces.push(Piece::Line(line.to_string()));
            continue;
        }
        let content = lines.by_ref().take_while(|line| *line != fence);
        pieces.push(Piece::Block(Block {
            fence: fence.to_string(),
            info: info.to_string(),
            lines: content.map(str::to_string).collect(),
        }));
    }
    pieces
}

/// The text that these are the pieces of.
pub fn joined(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Line(line) => text.push_str(line),
            Piece::Block(Block { fence, info, lines }) => {
                text.push_str(&format!("{fence}{info}\n{}{fence}", unlined(lines)));
            }
        }
        text.push('\n');
    }
    text
}

fn unlined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

impl Block {
    pub fn kind(&self) -> Kind<'_> {
        match self.info.split_once(' ') {
            None if self.info == "console" => Kind::Console,
            None => Kind::Unnamed,
            Some((_, path)) => match path.strip_prefix(">> ") {
                Some(path) => Kind::Addition(path),
                None => Kind::File(path),
            },
        }
    }

    /// Writes the file that this is, or runs the commands in it and takes down what they print.
    pub fn play(&mut self, sandbox: &Sandbox) {
        match self.kind() {
            Kind::File(path) => sandbox.write(&place(path), &unlined(&self.lines)),
            Kind::Addition(path) => {
                let before = sandbox.read(&place(path));
                sandbox.write(&place(path), &format!("{before}{}", unlined(&self.lines)));
            }
            Kind::Console => self.lines = transcript(sandbox, &self.lines),
            Kind::Unnamed => {}
        }
    }
}

/// `~/` is the sandbox's home.
fn place(path: &str) -> String {
    match path.strip_prefix("~/") {
        Some(path) => format!("../home/{path}"),
        None => path.to_string(),
    }
}

/// The commands with what they print now; one that ends in `\` goes on in the next line.
fn transcript(sandbox: &Sandbox, lines: &[String]) -> Vec<String> {
    let mut seen = Vec::new();
    let mut lines = lines.iter();
    assert!(
        lines.as_slice().first().is_some_and(|line| line.starts_with("$ ")),
        "a console block begins with `$ `"
    );
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            continue;
        };
        seen.push(line.clone());
        let mut command = command.to_string();
        while command.ends_with('\\') {
            let more = lines.next().expect("the line that a command goes on in");
            seen.push(more.clone());
            command = format!("{command}\n{more}");
        }
        seen.extend(printed(sandbox, &command).lines().map(str::to_string));
    }
    seen
}

/// What a command prints on both streams, as a terminal shows them.
fn printed(sandbox: &Sandbox, command: &str) -> String {
    let mut environment = sandbox.environment();
    let programs = Path::new(PROGRAM).parent().expect("a folder").display();
    for (name, value) in &mut environment {
        if *name == "PATH" {
            *value = format!("{programs}:{value}");
        }
    }
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(sandbox.path(""))
        .env_clear()
        .envs(environment)
        // Whoever reads along gets the same ids of commits.
        .env("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z")
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    let text = sandbox.stable(&String::from_utf8(output.stdout).expect("UTF-8"));
    // A reader has one home, and works in it.
    text.replace("[SANDBOX]/work", "/home/ada")
        .replace("[SANDBOX]/home", "/home/ada")
}
