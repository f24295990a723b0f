//! `template.toml` -> [`Manifest`]: what a template asks, computes and says; every problem in it is reported at once.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::engine::Engine;
use super::rule::Rule;
use crate::failure::{Problem, did_you_mean};

/// The manifest's file name, beside `files/`.
pub const FILE: &str = "template.toml";

/// What every template may use without asking for it. `git` holds the user's identity and is there for defaults only:
/// a file that used it could not be rendered again from the recorded answers.
pub const PROVIDED: [&str; 3] = ["badge", "installer_url", "repository_url"];

#[derive(Debug)]
pub struct Manifest {
    pub name: String,
    /// The template's own version, recorded in projects.
    pub version: String,
    pub description: String,
    /// In the order they are asked.
    pub questions: Vec<Question>,
    /// Values that follow from the answers: name and template text.
    pub computed: Vec<(String, String)>,
    pub after: After,
}

/// A question whose answer is one line of text.
#[derive(Debug)]
pub struct Question {
    pub key: String,
    pub prompt: String,
    pub help: String,
    /// Template text over earlier answers and `git`; without one an answer must be given.
    pub default: Option<String>,
    pub rule: Rule,
    /// An expression; the question is asked only where it holds, else the default does.
    pub when: Option<String>,
}

/// What is said once the project is there; template texts.
#[derive(Debug, Default)]
pub struct After {
    pub message: Option<String>,
    pub next: Vec<String>,
}

impl Manifest {
    /// Parses the text of a manifest; `engine` checks the expressions in it.
    pub fn parse(text: &str, engine: &Engine) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader {
            text,
            engine,
            problems: Vec::new(),
        };
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            reader.problem(&error.span().unwrap_or(0..0), error.message());
        }
        let manifest = match reader.problems.is_empty() {
            true => reader.manifest(document.get_ref()),
            false => None,
        };
        match manifest {
            Some(manifest) if reader.problems.is_empty() => Ok(manifest),
            _ => {
                reader.problems.sort_by_key(|(start, _)| *start);
                Err(reader.problems.into_iter().map(|(_, problem)| problem).collect())
            }
        }
    }

    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.key == key)
    }
}

/// Walks the document and keeps going after a problem.
struct Reader<'a> {
    text: &'a str,
    engine: &'a Engine,
    /// With the place in the text each begins at.
    problems: Vec<(usize, Problem)>,
}

impl Reader<'_> {
    fn manifest(&mut self, document: &DeTable<'_>) -> Option<Manifest> {
        self.known_keys(document, &["template", "question", "computed", "after"]);
        let Some(header) = document.get("template") else {
            self.problem(&(0..0), "the table [template] is missing");
            self.last_hint("begin the file with `[template]` and give `name`, `version` and `description`");
            return None;
        };
        let header_span = header.span();
        let header = self.table(header)?;
        self.known_keys(header, &["name", "version", "description"]);
        let [name, version, description] =
            ["name", "version", "description"].map(|key| self.required(header, &header_span, key));

        let mut questions: Vec<Question> = Vec::new();
        for entry in self.list(document, "question") {
            if let Some(question) = self.question(entry, &questions) {
                questions.push(question);
            }
        }
        let mut computed: Vec<(String, String)> = Vec::new();
        if let Some(table) = document.get("computed").and_then(|entry| self.table(entry)) {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            for (key, value) in entries {
                let Some(text) = self.string(value) else { continue };
                let known = known_names(&questions, &computed);
                self.check_key(key.get_ref(), &key.span(), &known);
                self.check_text(&text, &value.span(), &known);
                computed.push((key.get_ref().to_string(), text));
            }
        }
        let mut after = After::default();
        if let Some(table) = document.get("after").and_then(|entry| self.table(entry)) {
            self.known_keys(table, &["message", "next"]);
            let mut known = known_names(&questions, &computed);
            known.extend(PROVIDED);
            for (target, span) in self.texts(table, "message") {
                self.check_text(&target, &span, &known);
                after.message = Some(target);
            }
            for (target, span) in self.texts(table, "next") {
                self.check_text(&target, &span, &known);
                after.next.push(target);
            }
        }
        Some(Manifest {
            name: name?,
            version: version?,
            description: description?,
            questions,
            computed,
            after,
        })
    }

    fn question(&mut self, entry: &Spanned<DeValue<'_>>, earlier: &[Question]) -> Option<Question> {
        let span = entry.span();
        let table = self.table(entry)?;
        self.known_keys(table, &["key", "type", "prompt", "help", "default", "check", "when"]);
        let key = self.required(table, &span, "key")?;
        let known: Vec<&str> = earlier.iter().map(|question| question.key.as_str()).collect();
        self.check_key(&key, &span_of(table, "key", &span), &known);
        let optional = |reader: &mut Self, name: &str| table.get(name).and_then(|value| reader.string(value));
        if let Some(kind) = optional(self, "type").filter(|kind| kind != "text") {
            self.problem(
                &span_of(table, "type", &span),
                &format!("`{kind}` is not a type of question"),
            );
            self.last_hint("the type is `text`");
        }
        let rule = match optional(self, "check") {
            None => Rule::Line,
            Some(name) => Rule::named(&name).unwrap_or_else(|| {
                self.problem(&span_of(table, "check", &span), &format!("`{name}` is not a rule"));
                let names = Rule::NAMED.map(|(name, _)| name);
                self.last_hint(&match did_you_mean(&name, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the rules are {}", names.join(", ")),
                });
                Rule::Line
            }),
        };
        let default = optional(self, "default");
        let when = optional(self, "when");
        for (name, text) in [
            ("default", default.clone()),
            ("when", when.as_ref().map(|when| braced(when))),
        ] {
            if let Some(text) = text {
                let mut known = known.clone();
                known.push("git");
                self.check_text(&text, &span_of(table, name, &span), &known);
            }
        }
        Some(Question {
            prompt: optional(self, "prompt").unwrap_or_else(|| key.clone()),
            help: optional(self, "help").unwrap_or_default(),
            key,
            default,
            rule,
            when,
        })
    }

    /// A key must be usable as a name in templates, and be there once.
    fn check_key(&mut self, key: &str, span: &Range<usize>, known: &[&str]) {
        let letters = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
        if !key.starts_with(|first: char| first.is_ascii_lowercase()) || !key.chars().all(letters) {
            self.problem(
                span,
                &format!("`{key}` is not a key: letters a-z, digits and `_`, a letter first"),
            );
        } else if known.contains(&key) {
            self.problem(span, &format!("the key `{key}` is there twice"));
        } else if PROVIDED.contains(&key) || key == "git" {
            self.problem(span, &format!("the key `{key}` is the program's own"));
        }
    }

    /// A template text must parse and use only what is known at its place.
    fn check_text(&mut self, text: &str, span: &Range<usize>, known: &[&str]) {
        match self.engine.references(text) {
            Err(reason) => self.problem(span, &reason),
            Ok(names) => {
                for name in names {
                    let root = name.split('.').next().unwrap_or(&name);
                    if !known.contains(&root) {
                        self.problem(span, &format!("`{root}` is not known here"));
                        self.last_hint(&match did_you_mean(root, known.iter().copied()) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => "only the answers to earlier questions can be used".to_string(),
                        });
                    }
                }
            }
        }
    }

    fn known_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                self.problem(&key.span(), &format!("`{name}` is not known here"));
                self.last_hint(&match did_you_mean(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", known.join(", ")),
                });
            }
        }
    }

    fn required(&mut self, table: &DeTable<'_>, span: &Range<usize>, key: &str) -> Option<String> {
        match table.get(key) {
            Some(value) => self.string(value),
            None => {
                self.problem(span, &format!("`{key}` is missing"));
                None
            }
        }
    }

    fn string(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref().as_str() {
            Some(text) => Some(text.to_string()),
            None => {
                let found = value.get_ref().type_str();
                self.problem(&value.span(), &format!("a string is expected, found {found}"));
                None
            }
        }
    }

    fn table<'t, 'i>(&mut self, value: &'t Spanned<DeValue<'i>>) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let found = value.get_ref().type_str();
            self.problem(&value.span(), &format!("a table is expected, found {found}"));
        }
        table
    }

    fn list<'t, 'i>(&mut self, table: &'t DeTable<'i>, key: &str) -> Vec<&'t Spanned<DeValue<'i>>> {
        match table.get(key) {
            None => Vec::new(),
            Some(value) => match value.get_ref().as_array() {
                Some(array) => array.iter().collect(),
                None => {
                    self.problem(
                        &value.span(),
                        &format!("`{key}` is a list of tables: write `[[{key}]]`"),
                    );
                    Vec::new()
                }
            },
        }
    }

    /// One string or a list of them.
    fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let items = match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => vec![value],
        };
        items
            .into_iter()
            .filter_map(|item| self.string(item).map(|text| (text, item.span())))
            .collect()
    }

    fn problem(&mut self, span: &Range<usize>, message: &str) {
        let problem = Problem::in_text(FILE, self.text, span.start, message);
        self.problems.push((span.start, problem));
    }

    fn last_hint(&mut self, hint: &str) {
        if let Some((_, problem)) = self.problems.last_mut() {
            problem.hint = Some(hint.to_string());
        }
    }
}

/// An expression as template text, so that one check serves both.
pub fn braced(expression: &str) -> String {
    format!("{{{{ {expression} }}}}")
}

fn known_names<'a>(questions: &'a [Question], computed: &'a [(String, String)]) -> Vec<&'a str> {
    let questions = questions.iter().map(|question| question.key.as_str());
    questions.chain(computed.iter().map(|(key, _)| key.as_str())).collect()
}

fn span_of(table: &DeTable<'_>, key: &str, otherwise: &Range<usize>) -> Range<usize> {
    table.get(key).map_or(otherwise.clone(), Spanned::span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let problems = Manifest::parse(text, &Engine::new()).unwrap_err();
        problems
            .into_iter()
            .map(|problem| {
                format!(
                    "{}: {} ({})",
                    problem.at,
                    problem.message,
                    problem.hint.unwrap_or_default()
                )
            })
            .collect()
    }

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let found = problems(
            r#"[template]
name = 3
versoin = "1"
description = ""

[[question]]
key = "b"
default = "{{ c }}"
check = "modul-name"

[[question]]
key = "b"
default = "{{ b"
"#,
        );
        assert_eq!(
            found,
            [
                "template.toml:1:1: `version` is missing ()",
                "template.toml:2:8: a string is expected, found integer ()",
                "template.toml:3:1: `versoin` is not known here (did you mean `version`?)",
                "template.toml:8:11: `c` is not known here (only the answers to earlier questions can be used)",
                "template.toml:9:9: `modul-name` is not a rule (did you mean `module-name`?)",
                "template.toml:12:7: the key `b` is there twice ()",
                "template.toml:13:11: syntax error: unexpected end of input, expected end of variable block ()",
            ]
        );
    }

    #[test]
    fn broken_toml_is_reported_with_its_place() {
        assert_eq!(
            problems("[template\nname = 1\n"),
            ["template.toml:1:10: unclosed table, expected `]` ()"]
        );
        assert_eq!(problems("").len(), 1);
    }
}
