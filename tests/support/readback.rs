//! Reading a generated project as its consumers will, and comparing with the answers it was made from.

use std::collections::BTreeMap;

use configparser::ini::Ini;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use rustpython_parser::ast::{self, Stmt, Suite};
use rustpython_parser::{Parse, ast::Constant, ast::Expr};

/// Text files by path.
pub type Files = BTreeMap<String, String>;

/// Compares every place an answer is written to; says where it does not read back.
pub fn check(files: &Files, answers: &BTreeMap<String, String>) -> Result<(), String> {
    let answer = |key: &str| answers.get(key).map(String::as_str).unwrap_or_default();
    let module = answer("module_name");
    let class = answer("class_name");
    let slug = answer("project_slug");

    let folder = match files.contains_key("setup.cfg") {
        true => setup_cfg(file(files, "setup.cfg")?, answers).map(|()| ""),
        false => pyproject(file(files, "pyproject.toml")?, answers).map(|()| "src/"),
    }?;

    let record: toml::Table = file(files, ".lstk-extension.toml")?
        .parse()
        .map_err(|error| format!("{error}"))?;
    for (key, value) in answers {
        same(key, record["answers"][key].as_str(), Some(value.as_str()))?;
    }

    let (title, paragraph) = title_and_paragraph(file(files, "README.md")?);
    same("the title of the README", words(&title), words(answer("project_name")))?;
    same(
        "the first paragraph of the README",
        words(&paragraph),
        words(answer("project_short_description")),
    )?;

    for path in files.keys().filter(|path| path.ends_with(".py")) {
        let suite = Suite::parse(&files[path], path).map_err(|error| format!("{path}: {error}"))?;
        if path.ends_with("/extension.py") {
            same(
                "the path of extension.py",
                path.as_str(),
                format!("{folder}{module}/extension.py").as_str(),
            )?;
            same(
                "class and name",
                class_and_name(&suite),
                Some((class.to_string(), slug.to_string())),
            )?;
            if !folder.is_empty() {
                same("names that a class may have", other_names(&suite, class), Vec::new())?;
            }
        }
    }
    Ok(())
}

fn setup_cfg(text: &str, answers: &BTreeMap<String, String>) -> Result<(), String> {
    let mut setup = Ini::new_cs();
    setup.set_multiline(true);
    setup.set_inline_comment_symbols(Some(&[]));
    setup.read(text.to_string())?;
    let mut sections = setup.sections();
    sections.sort();
    same(
        "the sections of setup.cfg",
        &sections,
        &SECTIONS.map(String::from).to_vec(),
    )?;
    let metadata = |key: &str| setup.get("metadata", key).unwrap_or_default().replace("%%", "%");
    let read = Metadata {
        name: metadata("name"),
        version: metadata("version"),
        description: metadata("description"),
        author: metadata("author"),
        email: metadata("author_email"),
        url: metadata("url"),
        entry: setup
            .get("options.entry_points", "localstack.extensions")
            .unwrap_or_default(),
    };
    read.compare(answers)
}

fn pyproject(text: &str, answers: &BTreeMap<String, String>) -> Result<(), String> {
    let document: toml::Table = text.parse().map_err(|error| format!("{error}"))?;
    let project = &document["project"];
    let text = |value: Option<&toml::Value>| value.and_then(toml::Value::as_str).unwrap_or_default().to_string();
    let author = |key: &str| text(project.get("authors").and_then(|authors| authors.get(0)?.get(key)));
    let points = project["entry-points"]["localstack.extensions"].as_table();
    let points = points.ok_or("there are no entry points")?.iter();
    let points: Vec<String> = points
        .map(|(name, object)| format!("{name} = {}", text(Some(object))))
        .collect();
    let read = Metadata {
        name: text(project.get("name")),
        version: text(project.get("version")),
        description: text(project.get("description")),
        author: author("name"),
        email: author("email"),
        url: text(project["urls"].get("Repository")),
        entry: points.join("\n"),
    };
    let license = answers.get("license").map(String::as_str);
    let expected = match license {
        Some("proprietary") => Some("LicenseRef-Proprietary"),
        license => license,
    };
    same("license", project["license"].as_str(), expected)?;
    read.compare(answers)
}

/// What the file that setuptools reads says of the distribution.
struct Metadata {
    name: String,
    version: String,
    description: String,
    author: String,
    email: String,
    url: String,
    entry: String,
}

impl Metadata {
    fn compare(&self, answers: &BTreeMap<String, String>) -> Result<(), String> {
        let answer = |key: &str| answers.get(key).map(String::as_str).unwrap_or_default();
        let slug = answer("project_slug");
        same("name", self.name.as_str(), slug)?;
        same("version", self.version.as_str(), answer("version"))?;
        same(
            "description",
            words(&self.description),
            words(answer("project_short_description")),
        )?;
        same("lines of the description", self.description.trim().lines().count(), 1)?;
        same("author", self.author.as_str(), answer("full_name"))?;
        same("author's email", self.email.as_str(), answer("email"))?;
        let url = format!("https://github.com/{}/{slug}", answer("github_username"));
        same("url", self.url.as_str(), url.as_str())?;
        let (module, class) = (answer("module_name"), answer("class_name"));
        let entry = format!("{slug} = {module}.extension:{class}");
        same("the entry point", self.entry.trim(), entry.as_str())
    }
}

const SECTIONS: [&str; 5] = [
    "metadata",
    "options",
    "options.entry_points",
    "options.extras_require",
    "options.packages.find",
];

fn file<'a>(files: &'a Files, path: &str) -> Result<&'a str, String> {
    files.get(path).map(String::as_str).ok_or(format!("{path} is missing"))
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "calls read better without a `&` at every value"
)]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), String> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{what}: found {found:?}, expected {expected:?}")),
    }
}

/// Formats of one line join the lines of a text by a space, and Markdown does not count blanks.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The text of the only first-level heading, and of the first paragraph below it that is not the badge.
fn title_and_paragraph(markdown: &str) -> (String, String) {
    let mut texts: Vec<(Option<usize>, String)> = Vec::new();
    let mut open = false;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                texts.push((Some(level as usize), String::new()));
                open = true;
            }
            Event::Start(Tag::Paragraph) => {
                texts.push((None, String::new()));
                open = true;
            }
            Event::End(TagEnd::Heading(_) | TagEnd::Paragraph) => open = false,
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) | Event::Html(text) if open => {
                texts.last_mut().expect("an open text").1.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak if open => texts.last_mut().expect("an open text").1.push(' '),
            _ => {}
        }
    }
    let titles: Vec<&String> = texts
        .iter()
        .filter(|(level, _)| *level == Some(1))
        .map(|(_, text)| text)
        .collect();
    let title = if titles.len() == 1 {
        titles[0].clone()
    } else {
        format!("{titles:?}")
    };
    let paragraphs = texts.iter().filter(|(level, _)| level.is_none());
    (
        title,
        paragraphs
            .skip(1)
            .map(|(_, text)| text.clone())
            .next()
            .unwrap_or_default(),
    )
}

/// Names that a module binds beside its extension, and that the extension could be called as well.
fn other_names(suite: &Suite, class: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for statement in suite {
        match statement {
            Stmt::Import(import) => names.extend(import.names.iter().map(bound)),
            Stmt::ImportFrom(import) => names.extend(import.names.iter().map(bound)),
            Stmt::Assign(assign) => {
                let targets = assign.targets.iter().filter_map(Expr::as_name_expr);
                names.extend(targets.map(|target| target.id.to_string()));
            }
            Stmt::ClassDef(other) if other.name.as_str() != class => names.push(other.name.to_string()),
            Stmt::FunctionDef(function) => names.push(function.name.to_string()),
            _ => {}
        }
    }
    // As the rule for classes has it: a capital first, then letters and digits.
    names.retain(|name| name.starts_with(|first: char| first.is_ascii_uppercase()) && !name.contains('_'));
    names
}

fn bound(alias: &ast::Alias) -> String {
    alias.asname.as_ref().unwrap_or(&alias.name).to_string()
}

/// The one class of a module that is an extension, and its attribute `name`.
fn class_and_name(suite: &Suite) -> Option<(String, String)> {
    let is_extension = |class: &&ast::StmtClassDef| match &class.bases[..] {
        [Expr::Name(base)] => base.id.ends_with("Extension"),
        [Expr::Attribute(base)] => ["Extension", "Pages", "Site"]
            .iter()
            .any(|end| base.attr.ends_with(end)),
        _ => false,
    };
    let classes = suite.iter().filter_map(Stmt::as_class_def_stmt);
    let classes: Vec<&ast::StmtClassDef> = classes.filter(is_extension).collect();
    let [class] = classes[..] else { return None };
    let name = class.body.iter().filter_map(Stmt::as_assign_stmt).find_map(|assign| {
        match (&assign.targets[..], &*assign.value) {
            ([Expr::Name(target)], Expr::Constant(value)) if target.id.as_str() == "name" => match &value.value {
                Constant::Str(name) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        }
    });
    Some((class.name.to_string(), name?))
}
