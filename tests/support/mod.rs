//! A private place to run the program in, and what it said there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub mod engine;
pub mod readback;
pub mod terminal;
pub mod transcript;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_lstk-extensions");

/// A home, and a folder `work` to run in; gone when dropped.
pub struct Sandbox {
    root: TempDir,
}

impl Sandbox {
    pub fn new() -> Self {
        let root = TempDir::with_prefix("lstk-extensions-test-").expect("a temporary folder");
        for folder in ["home", "work"] {
            fs::create_dir(root.path().join(folder)).expect("a folder in it");
        }
        Sandbox { root }
    }

    /// With a git identity in the home.
    pub fn with_identity() -> Self {
        let sandbox = Sandbox::new();
        let config = "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[github]\n\tuser = ada\n";
        sandbox.write("../home/.gitconfig", config);
        sandbox
    }

    /// A path in the folder that runs happen in.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.path().join("work").join(path)
    }

    pub fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders can be made");
        fs::write(path, content).expect("files can be written");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A program in a folder of its own, for a PATH; returns the folder.
    pub fn program(&self, name: &str, script: &str) -> String {
        self.executable(&format!("bin/{name}"), script);
        self.path("bin").display().to_string()
    }

    /// Written by another process: while this one has a file open, a process that another test starts has it open too for a
    /// moment, and a file that somebody writes to cannot be run.
    pub fn executable(&self, path: &str, script: &str) {
        self.write(path, "");
        let write = Command::new("/bin/sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(self.path(path))
            .stdin(Stdio::piped())
            .spawn();
        let mut write = write.expect("a shell");
        let mut stdin = write.stdin.take().expect("a pipe");
        stdin.write_all(script.as_bytes()).expect("it reads");
        drop(stdin);
        assert!(write.wait().expect("it ends").success());
    }

    /// Every file and folder in the working folder, sorted; the content of `.git` left out.
    pub fn listing(&self) -> Vec<String> {
        fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
            let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()).collect();
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.file_type().unwrap().is_dir() {
                    found.push(format!("{name}/"));
                    if entry.file_name() != ".git" {
                        walk(&entry.path(), &format!("{name}/"), found);
                    }
                } else {
                    found.push(name);
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path(""), "", &mut found);
        found
    }

    pub fn run(&self, args: &[&str]) -> Seen {
        self.command(args).run()
    }

    pub fn command(&self, args: &[&str]) -> Run<'_> {
        let mut command = Command::new(PROGRAM);
        command
            .args(args)
            .current_dir(self.path(""))
            .env_clear()
            .envs(self.environment());
        Run {
            sandbox: self,
            command,
            stdin: String::new(),
        }
    }

    /// The built-in templates, by name and description.
    pub fn templates(&self) -> Vec<(String, String)> {
        let listed = self.run(&["template", "list", "--json"]).ok();
        let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_string();
        let templates = listed["data"]["templates"].as_array().expect("a list").iter();
        templates
            .map(|template| (text(&template["name"]), text(&template["description"])))
            .collect()
    }

    /// The whole environment of a run.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.root.path().join("home").display().to_string();
        vec![
            ("HOME", home),
            ("PATH", "/usr/local/bin:/usr/bin:/bin".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("TERM", "xterm-256color".into()),
        ]
    }

    /// Text with the parts that differ from run to run replaced.
    pub fn stable(&self, text: &str) -> String {
        text.replace(&self.root.path().display().to_string(), "[SANDBOX]")
    }
}

/// A run being prepared.
#[must_use = "a run does nothing until it is run"]
pub struct Run<'a> {
    sandbox: &'a Sandbox,
    command: Command,
    stdin: String,
}

impl Run<'_> {
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn env_os(mut self, name: &str, value: &std::ffi::OsStr) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub fn stdin(mut self, text: &str) -> Self {
        self.stdin = text.to_string();
        self
    }

    pub fn in_folder(mut self, path: &str) -> Self {
        self.command.current_dir(self.sandbox.path(path));
        self
    }

    /// The process itself, for signals; its standard output is to be read.
    pub fn spawn(mut self) -> std::process::Child {
        let streams = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        streams.spawn().expect("the program starts")
    }

    pub fn run(mut self) -> Seen {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // The program may end without reading.
        let _ = child.stdin.take().expect("a pipe").write_all(self.stdin.as_bytes());
        let output = child.wait_with_output().expect("the program ends");
        let text = |bytes: &[u8]| self.sandbox.stable(&String::from_utf8_lossy(bytes));
        Seen {
            status: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

/// What a run ended with. Look at all three, or say which one is of no interest.
#[derive(Debug)]
#[must_use = "compare what was seen"]
pub struct Seen {
    /// None when a signal ended the process.
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Seen {
    /// One text of all three, for snapshots.
    pub fn all(&self) -> String {
        let status = self.status.map_or("signal".to_string(), |status| status.to_string());
        format!("exit: {status}\n--- stdout\n{}--- stderr\n{}", self.stdout, self.stderr)
    }

    /// Succeeds without a word on standard error.
    #[track_caller]
    pub fn ok(self) -> String {
        assert!(self.status == Some(0) && self.stderr.is_empty(), "{}", self.all());
        self.stdout
    }

    /// Fails with this exit code and nothing on standard output; returns what it says.
    #[track_caller]
    pub fn fails(self, status: i32) -> String {
        assert!(self.status == Some(status) && self.stdout.is_empty(), "{}", self.all());
        self.stderr
    }
}
