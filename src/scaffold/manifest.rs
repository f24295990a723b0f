//! `template.toml` -> [`Manifest`]: what a template asks, computes, writes and says; every problem in it is reported at
//! once.

use std::ops::Range;
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use serde_json::{Map, Value as Json};
use toml::de::{DeTable, DeValue};

use super::confine::confined;
use super::engine::Engine;
use super::file_rule::FileRule;
use super::question::{Kind, Question};
use super::snippet::Snippet;
use super::template::ENDING;
use crate::failure::Problem;
use crate::limits::{LARGEST_MANIFEST, MOST_ENTRIES};

mod file_rules;
mod jinja2;
mod questions;
mod reader;

pub use jinja2::engine;
use reader::{Known, Reader};

/// The manifest's file name, beside `files/`.
pub const FILE: &str = "template.toml";

/// A JSON Schema of the manifest, for editors.
pub const SCHEMA: &str = include_str!("../../templates/template.schema.json");

/// What every file may use without asking for it.
pub const PROVIDED: [&str; 3] = ["badge", "installer_url", "repository_url"];

/// What defaults may use: the user's identity and the current year. A file that used them could not be rendered again
/// from the recorded answers.
pub const CIRCUMSTANCES: [&str; 2] = ["git", "year"];

/// Where else those are used, it can be said what to do.
pub const ONLY_IN_DEFAULTS: &str = "only a question's default can use it: ask, and use the answer";

/// The one of a list that a file is written for.
pub const ITEM: &str = "item";

#[derive(Debug)]
pub struct Manifest {
    pub name: String,
    /// The template's own version, recorded in projects.
    pub version: String,
    pub description: String,
    /// The name of the project's folder, as template text; else the answer to `project_slug` is.
    pub folder: Option<Snippet>,
    /// What texts in Jinja2 may use beside the answers.
    pub data: Map<String, Json>,
    /// In the order they are asked.
    pub questions: Vec<Question>,
    /// Values that follow from the answers: name and template text.
    pub computed: Vec<(String, Snippet)>,
    pub files: Vec<FileRule>,
    pub after: After,
    /// The names of secret questions and of what is computed from them.
    pub secret: Vec<String>,
}

/// What is said once the project is there; template texts.
#[derive(Debug, Default)]
pub struct After {
    pub message: Option<Snippet>,
    pub next: Vec<Snippet>,
}

impl Manifest {
    /// Parses the text of a manifest; `engine` checks the code in it.
    pub fn parse(text: &str, engine: &Engine) -> Result<Self, Vec<Problem>> {
        Manifest::parsed(text, Some(engine))
    }

    /// The same without a look at the code in it, so that nothing of it runs or is taken apart.
    pub fn outline(text: &str) -> Result<Self, Vec<Problem>> {
        Manifest::parsed(text, None)
    }

    fn parsed(text: &str, engine: Option<&Engine>) -> Result<Self, Vec<Problem>> {
        if text.len() > LARGEST_MANIFEST {
            let message = format!("is larger than {} MiB", LARGEST_MANIFEST >> 20);
            return Err(vec![Problem::new(FILE, message)]);
        }
        confined(|| Manifest::read(Reader::new(text, engine)))
    }

    fn read(mut reader: Reader<'_>) -> Result<Self, Vec<Problem>> {
        let (document, errors) = DeTable::parse_recoverable(reader.text);
        for error in errors {
            reader.problem(
                &error.span().unwrap_or(0..0),
                error.message(),
                "the file is TOML: tables like `[template]`, and below them lines like `name = \"ours\"`",
            );
        }
        let manifest = match reader.is_content() {
            true => reader.manifest(document.get_ref()),
            false => None,
        };
        match manifest {
            Some(manifest) if reader.is_content() => Ok(manifest),
            _ => Err(reader.problems()),
        }
    }

    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.key == key)
    }

    /// The questions that somebody may be asked.
    pub fn asked(&self) -> impl Iterator<Item = &Question> {
        self.questions
            .iter()
            .filter(|question| !matches!(question.kind, Kind::Data))
    }

    /// The names of what the template works out by itself.
    pub fn worked_out(&self) -> impl Iterator<Item = &str> {
        let own = self
            .questions
            .iter()
            .filter(|question| matches!(question.kind, Kind::Data));
        let own = own.map(|question| question.key.as_str());
        own.chain(self.computed.iter().map(|(key, _)| key.as_str()))
    }

    /// What the files at these paths are called in a project, placeholders included.
    pub fn project_paths<'a>(&self, paths: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let name = |path: &'a String| {
            let is_copied = self.files.iter().any(|rule| rule.copy && rule.applies_to(path));
            path.strip_suffix(ENDING)
                .filter(|_| !is_copied)
                .unwrap_or(path)
                .to_string()
        };
        paths.into_iter().map(name).collect()
    }

    /// Every name that a file of the template may use.
    pub fn names(&self) -> Vec<&str> {
        let questions = self.questions.iter().map(|question| question.key.as_str());
        let computed = self.computed.iter().map(|(key, _)| key.as_str());
        let data = self.data.keys().map(String::as_str);
        questions.chain(computed).chain(PROVIDED).chain(data).collect()
    }
}

/// How many things there are to go through; some of that is done for each with each.
fn entries(document: &DeTable<'_>) -> usize {
    let count = |key: &str| match document.get(key).map(toml::Spanned::get_ref) {
        Some(DeValue::Array(array)) => array.len(),
        Some(DeValue::Table(table)) => table.len(),
        _ => 0,
    };
    ["question", "computed", "file"].into_iter().map(count).sum()
}

impl Reader<'_> {
    fn manifest(&mut self, document: &DeTable<'_>) -> Option<Manifest> {
        if entries(document) > MOST_ENTRIES {
            let message = format!("more than {MOST_ENTRIES} questions, computed values and file rules");
            self.problem(&(0..0), &message, "make several templates of it");
            return None;
        }
        let header = self.table_at(document, "template");
        if let Some(header) = header
            && !self.is_new_enough(header)
        {
            // Whatever else looks wrong may be right for the version that it is written for.
            return None;
        }
        self.known_keys(
            document,
            &["template", "jinja2", "question", "computed", "file", "after"],
        );
        self.is_jinja2 = self.jinja2(document);
        if header.is_none() && !document.contains_key("template") {
            self.problem(
                &(0..0),
                "the table [template] is missing",
                "begin the file with `[template]` and give `name`, `version` and `description`",
            );
        }
        let texts = header.map(|header| {
            let span = document.get("template").map_or(0..0, toml::Spanned::span);
            self.known_keys(header, &["name", "version", "description", "folder", "requires"]);
            let [name, version] = ["name", "version"].map(|key| self.required(header, &span, key));
            [name, version, self.present(header, &span, "description")]
        });
        let questions = self.questions(document);
        let asked: Vec<String> = questions.iter().map(|question| question.key.clone()).collect();
        let computed = self.computed(document, &asked);
        let mut known = asked;
        known.extend(computed.iter().map(|(key, _)| key.clone()));
        known.extend(PROVIDED.map(str::to_string));
        let files = self.file_rules(document, &known);
        let after = self.after(document, &Known::all(&known));
        let folder = header.and_then(|header| {
            let value = header.get("folder")?;
            let text = self.string(value)?;
            Some(self.said(text, &value.span(), &Known::all(&known)))
        });
        let [name, version, description] = texts?;
        Some(Manifest {
            name: name?,
            version: version?,
            description: description?,
            folder,
            data: std::mem::take(&mut self.data),
            questions,
            computed,
            files,
            after,
            secret: std::mem::take(&mut self.secret),
        })
    }

    /// Whether this program may read the manifest at all.
    fn is_new_enough(&mut self, header: &DeTable<'_>) -> bool {
        let Some(value) = header.get("requires") else {
            return true;
        };
        let Some(text) = self.string(value) else { return true };
        let ours = env!("CARGO_PKG_VERSION");
        match (VersionSpecifiers::from_str(&text), Version::from_str(ours)) {
            (Ok(wanted), Ok(version)) if !wanted.contains(&version) => {
                let message = format!("the template needs lstk-extensions {text}, this is {ours}");
                self.problem(
                    &value.span(),
                    &message,
                    "install a version of lstk-extensions that it works with",
                );
                false
            }
            (parsed, _) if parsed.is_err() || text.trim().is_empty() => {
                let message = format!("`{text}` is not a range of versions");
                self.problem(&value.span(), &message, "write it like `requires = \">=0.3\"`");
                true
            }
            _ => true,
        }
    }

    fn computed(&mut self, document: &DeTable<'_>, asked: &[String]) -> Vec<(String, Snippet)> {
        let Some(table) = self.table_at(document, "computed") else {
            return Vec::new();
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let keys: Vec<String> = entries.iter().map(|(key, _)| key.get_ref().to_string()).collect();
        let mut known = asked.to_vec();
        let mut computed = Vec::new();
        for (index, (key, value)) in entries.into_iter().enumerate() {
            self.check_key(key.get_ref(), &key.span(), &known);
            if let Some(text) = self.string(value) {
                let known = Known {
                    names: &known,
                    extra: &[],
                    later: &keys[index..],
                    own: Some(&keys[index]),
                };
                let text = self.checked_text(text, &value.span(), &known);
                if text.names.iter().any(|name| self.secret.contains(name)) {
                    self.secret.push(keys[index].clone());
                }
                computed.push((key.get_ref().to_string(), text));
            }
            known.push(key.get_ref().to_string());
        }
        computed
    }

    fn after(&mut self, document: &DeTable<'_>, known: &Known<'_>) -> After {
        let mut after = After::default();
        if let Some(table) = self.table_at(document, "after") {
            self.known_keys(table, &["message", "next"]);
            if let Some(value) = table.get("message")
                && let Some(text) = self.string(value)
            {
                after.message = Some(self.said(text, &value.span(), known));
            }
            for (text, span) in self.texts(table, "next") {
                after.next.push(self.said(text, &span, known));
            }
        }
        after
    }

    /// A text that is printed.
    fn said(&mut self, text: String, span: &Range<usize>, known: &Known<'_>) -> Snippet {
        let text = self.checked_text(text, span, known);
        self.refuse_secret(&text, span, "it would print", "say where it is kept instead");
        text
    }
}
