//! A file that lists what to install, as pip reads it: LocalStack's `extensions.txt`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Problem};
use crate::host::spec::{Spec, address};

/// Files within files.
const DEEPEST: usize = 10;
/// What goes before the path of a file with constraints.
const CONSTRAINTS: &str = "-c ";

/// What a file says, and those that it refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// Lines that hold for all items: an index, constraints.
    pub options: Vec<String>,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// As uv and pip read it, with the hashes and markers of the line.
    pub line: String,
    /// What it means, as far as that is seen.
    pub spec: Option<Spec>,
    /// `file:line`
    pub at: String,
    /// The line says that the code is to stay where it is.
    pub is_editable: bool,
}

impl Requirements {
    /// Reads a file; paths in it are below the file's folder. All that is wrong is told at once.
    pub fn read(file: &Path) -> Result<Requirements, Failure> {
        let mut read = Reader::default();
        read.file(file, 0);
        match read.problems.is_empty() {
            true => Ok(read.found),
            false => {
                let message = format!("could not read what {} lists", file.display());
                Err(Failure::invalid_input(message).problems(read.problems))
            }
        }
    }

    /// Only this item, under the same options.
    pub fn only(&self, item: &Item) -> Requirements {
        Requirements {
            options: self.options.clone(),
            items: vec![item.clone()],
        }
    }

    /// A file for uv or pip.
    pub fn text(&self) -> String {
        let line = |option: &String| match option.strip_prefix(CONSTRAINTS) {
            Some(file) => format!("{CONSTRAINTS}{}\n", address(Path::new(file))),
            None => format!("{option}\n"),
        };
        let items = self.items.iter().map(|item| format!("{}\n", item.line));
        self.options.iter().map(line).chain(items).collect()
    }

    pub fn specs(&self) -> impl Iterator<Item = &Spec> {
        self.items.iter().filter_map(|item| item.spec.as_ref())
    }
}

#[derive(Default)]
struct Reader {
    found: Requirements,
    problems: Vec<Problem>,
}

impl Reader {
    fn file(&mut self, file: &Path, depth: usize) {
        let shown = file.display().to_string();
        if depth > DEEPEST {
            self.problems
                .push(Problem::new(shown, "is listed by files that list each other"));
            return;
        }
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                self.problems.push(Problem::new(shown, error.to_string()));
                return;
            }
        };
        let folder = file.parent().unwrap_or(Path::new(""));
        for (number, line) in logical_lines(&text) {
            self.line(&line, folder, &format!("{shown}:{number}"), depth);
        }
    }

    fn line(&mut self, line: &str, folder: &Path, at: &str, depth: usize) {
        if let Some(other) = option(line, &["-r", "--requirement"]) {
            self.file(&folder.join(other), depth + 1);
        } else if let Some(constraints) = option(line, &["-c", "--constraint"]) {
            let path = absolute(folder, constraints);
            match path.is_file() {
                true => self.found.options.push(format!("{CONSTRAINTS}{}", path.display())),
                false => self
                    .problems
                    .push(Problem::new(at, format!("there is no file {}", path.display()))),
            }
        } else if let Some(folder_of_wheels) = option(line, &["-f", "--find-links"]) {
            let path = match folder_of_wheels.contains("://") {
                true => folder_of_wheels.to_string(),
                false => address(&absolute(folder, folder_of_wheels)),
            };
            self.found.options.push(format!("--find-links {path}"));
        } else if let Some(editable) = option(line, &["-e", "--editable"]) {
            self.item(editable, folder, at, true);
        } else if line.starts_with('-') {
            self.found.options.push(line.to_string());
        } else {
            self.item(line, folder, at, false);
        }
    }

    fn item(&mut self, text: &str, folder: &Path, at: &str, is_editable: bool) {
        // `--hash=sha256:...` and its like belong to the line.
        let (wanted, options) = match text.find(" --") {
            Some(start) => text.split_at(start),
            None => (text, ""),
        };
        let spec = match Spec::parse(wanted, folder) {
            Ok(spec) => Some(spec),
            // Environment variables, say, which uv and pip put in.
            Err(_) if wanted.contains("${") => None,
            Err(problem) => {
                self.problems.push(Problem {
                    at: format!("{at}: {}", problem.at),
                    ..problem
                });
                return;
            }
        };
        let line = match &spec {
            Some(Spec::Path(path)) => format!("{}{options}", address(path)),
            _ => text.to_string(),
        };
        self.found.items.push(Item {
            line,
            spec,
            at: at.to_string(),
            is_editable,
        });
    }
}

fn absolute(folder: &Path, path: &str) -> PathBuf {
    let path = folder.join(path.strip_prefix("file://").unwrap_or(path));
    std::path::absolute(&path).unwrap_or(path)
}

/// What stands behind an option of one of these names: `-r x`, `-rx`, `--requirement=x`.
fn option<'a>(line: &'a str, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        let rest = line.strip_prefix(name)?;
        let is_long = name.starts_with("--");
        let value = rest.trim_start_matches([' ', '\t']);
        match (rest.strip_prefix('='), is_long) {
            (Some(value), true) => Some(value.trim()),
            // Another option that begins alike.
            _ if is_long && value.len() == rest.len() => None,
            _ if value.is_empty() => None,
            _ => Some(value),
        }
    })
}

/// Lines with their numbers, without comments, and those that end in `\` together with the next.
///
/// Source: pip's "Requirements File Format".
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let is_comment = line.trim_start().starts_with('#');
        let (number, mut whole) = open.take().unwrap_or((index + 1, String::new()));
        match line.strip_suffix('\\').filter(|_| !is_comment) {
            Some(start) => {
                whole.push_str(start);
                open = Some((number, whole));
            }
            None => {
                whole.push_str(line);
                lines.push((number, whole));
            }
        }
    }
    lines.extend(open);
    let bare = |line: &str| {
        let end = line.match_indices('#').map(|(at, _)| at);
        let is_start = |at: &usize| *at == 0 || line[..*at].ends_with([' ', '\t']);
        let end = end.into_iter().find(is_start).unwrap_or(line.len());
        line[..end].trim().to_string()
    };
    let lines = lines.into_iter().map(|(number, line)| (number, bare(&line)));
    lines.filter(|(_, line)| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_pip_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("my ext")).unwrap();
        fs::write(root.join("my ext/setup.py"), "").unwrap();
        fs::write(root.join("my pins.txt"), "").unwrap();
        fs::write(root.join("more.txt"), "d\n").unwrap();
        let text = "# all\na==1 # one\n--index-url https://x.y/simple\n  b \\\n  >=2 --hash=sha256:00\n-e ./my ext\n\n-c my pins.txt\n-r more.txt\n\
            git+https://g.h/o/r#egg=e&subdirectory=s\n${URL}/f.whl\n";
        fs::write(root.join("extensions.txt"), text).unwrap();
        let read = Requirements::read(&root.join("extensions.txt")).unwrap();
        let items: Vec<&str> = read.items.iter().map(|item| item.line.as_str()).collect();
        let ext = format!("file://{}/my%20ext", root.display());
        assert_eq!(
            items,
            [
                "a==1",
                "b   >=2 --hash=sha256:00",
                &ext,
                "d",
                "git+https://g.h/o/r#egg=e&subdirectory=s",
                "${URL}/f.whl"
            ]
        );
        assert_eq!(read.options[0], "--index-url https://x.y/simple");
        assert_eq!(read.options[1], format!("-c {}/my pins.txt", root.display()));
        assert_eq!(read.items[1].at, format!("{}/extensions.txt:4", root.display()));
        assert!(read.items[2].is_editable && read.specs().count() == 5);
        let one = read.only(&read.items[0]).text();
        assert!(
            one.starts_with("--index-url https://x.y/simple\n-c file:///") && one.ends_with("/my%20pins.txt\na==1\n"),
            "{one}"
        );
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("extensions.txt");
        fs::write(&file, "a b\n-c none.txt\n-r extensions.txt\n./none\n").unwrap();
        let failure = Requirements::read(&file).unwrap_err();
        let said = |text: &str| failure.problems.iter().any(|problem| problem.message.contains(text));
        for text in ["no package", "there is no file", "list each other", "is not there"] {
            assert!(said(text), "{text}: {:?}", failure.problems);
        }
    }
}
