//! The program on a real pseudo-terminal, and the screen a person would see.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::Sandbox;

/// Long enough for a loaded machine; no test waits this long unless it fails.
const PATIENCE: Duration = Duration::from_secs(20);

pub const ROWS: u16 = 70;
pub const COLUMNS: u16 = 120;

pub struct Terminal {
    screen: vt100::Parser,
    /// Everything the program has written, as it came.
    written: Vec<u8>,
    output: Receiver<Vec<u8>>,
    input: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts a command in the sandbox's working folder.
    pub fn start(sandbox: &Sandbox, command: &[&str]) -> Self {
        Terminal::sized(ROWS, COLUMNS, sandbox, command)
    }

    /// The same on a screen of another size.
    pub fn sized(rows: u16, columns: u16, sandbox: &Sandbox, command: &[&str]) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut builder = CommandBuilder::new(command[0]);
        builder.args(&command[1..]);
        builder.cwd(sandbox.path(""));
        builder.env_clear();
        for (name, value) in sandbox.environment() {
            builder.env(name, value);
        }
        let child = pair.slave.spawn_command(builder).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Reading fails when the other side is gone.
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Terminal {
            screen: vt100::Parser::new(nonzero(rows), nonzero(columns), 0),
            written: Vec::new(),
            output,
            input: pair.master.take_writer().expect("a writer"),
            child,
            _master: pair.master,
        }
    }

    /// Waits until a question is asked, then types. The question is the line above the cursor's, the default stands in
    /// brackets on the cursor's own: `[1/9] project_name [Default]`.
    #[track_caller]
    pub fn answer(&mut self, question: &str, typed: &str) {
        let (head, default) = question.split_once(" [").unwrap_or((question, ""));
        self.wait(&format!("the question {question:?}"), |screen| {
            let (row, _) = screen.cursor_position();
            let lines: Vec<String> = screen
                .rows(0, COLUMNS)
                .skip(usize::from(row.max(1)) - 1)
                .take(2)
                .collect();
            let shown = lines[1].trim_start().strip_prefix('[');
            lines[0].starts_with(head) && shown.is_some_and(|shown| shown.starts_with(default))
        });
        self.type_in(typed);
    }

    /// Waits until a question without a default is asked, then types.
    #[track_caller]
    pub fn fill_in(&mut self, question: &str, typed: &str) {
        self.wait(&format!("the question {question:?}"), |screen| {
            let (row, _) = screen.cursor_position();
            let mut lines = screen.rows(0, COLUMNS).skip(usize::from(row.max(1)) - 1);
            let is_head = lines.next().is_some_and(|line| line.starts_with(question));
            is_head && lines.next().is_some_and(|line| line.trim() == ":")
        });
        self.type_in(typed);
    }

    /// Waits until a menu with this title offers its choices.
    #[track_caller]
    pub fn choose(&mut self, title: &str, typed: &str) {
        self.wait(&format!("the menu {title:?}"), |screen| {
            let text = screen.contents();
            text.rfind(title).is_some_and(|title| text[title..].contains("\n> "))
        });
        self.type_in(typed);
    }

    #[track_caller]
    pub fn see(&mut self, text: &str) {
        self.wait(&format!("{text:?}"), |screen| screen.contents().contains(text));
    }

    pub fn type_in(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).expect("the terminal takes input");
        self.input.flush().expect("the terminal takes input");
    }

    fn process_output(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.written.extend(bytes);
    }

    /// Everything the program has written, as a terminal reads it.
    pub fn written(&self) -> &[u8] {
        &self.written
    }

    pub fn process(&self) -> u32 {
        self.child.process_id().expect("a running process")
    }

    /// The screen's text, without trailing blanks.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self
            .screen
            .screen()
            .rows(0, COLUMNS)
            .map(|line| line.trim_end().to_string())
            .collect();
        format!("{}\n", lines.join("\n").trim_end())
    }

    /// The screen with its colours, one escaped line a row.
    pub fn styled(&self) -> String {
        let rows: Vec<String> = self.screen.screen().rows_formatted(0, COLUMNS).collect();
        let used = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
        // A row says how it looks from the defaults on, and leaves it so.
        rows[..used].join("\u{1b}[0m\n")
    }

    /// Waits for the end; returns the exit code and the last screen.
    #[track_caller]
    pub fn end(&mut self) -> (u32, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.process_output(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    assert!(Instant::now() < deadline, "the program does not end:\n{}", self.text());
                }
            }
        }
        let status = self.child.wait().expect("the program ends");
        assert!(status.signal().is_none(), "{status}\n{}", self.text());
        (status.exit_code(), self.text())
    }

    #[track_caller]
    fn wait(&mut self, what: &str, seen: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !seen(self.screen.screen()) {
            match self.output.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.process_output(&bytes),
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => {}
                Err(_) => panic!("waited for {what}, and this is the screen:\n{}", self.text()),
            }
        }
    }
}

fn nonzero(size: u16) -> NonZero<u16> {
    NonZero::new(size).expect("a screen has a size")
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves the program at a prompt.
        let _ = self.child.kill();
    }
}
