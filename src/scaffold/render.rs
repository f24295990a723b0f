//! Template + Answers -> Tree: names and contents with every placeholder filled in.

use std::borrow::Cow;

use super::answers::Answers;
use super::confine::confined;
use super::cookiecutter;
use super::cookiecutter::hooks::Script;
use super::cookiecutter::newlines::{self, Newline};
use super::engine::{Engine, Scope};
use super::file_rule::FileRule;
use super::manifest::ITEM;
use super::record;
use super::rule::Rule;
use super::snippet::Snippet;
use super::template::{ENDING, FILES, Template};
use super::tree::{File, RelPath, Tree, check_part};
use super::value::Value;
use crate::badge::{Badge, Repository};
use crate::failure::{Failure, Problem};
use crate::limits::{LARGEST_FILE, MOST_BYTES, MOST_FILES};
use crate::neutral::{neutral_line, shortened};
use crate::parallel;

/// What a rendering gives: the project's files, and the template's closing words.
#[derive(Debug, Default)]
pub struct Rendered {
    pub tree: Tree,
    pub message: Option<String>,
    /// Commands to type next, in order.
    pub next: Vec<String>,
    /// A cookiecutter template's hooks, where the user has agreed to them.
    pub hooks: Vec<Script>,
}

/// Renders every file; all problems are one error.
pub fn render(template: &Template, answers: &Answers) -> Result<Rendered, Failure> {
    if let Some(own) = &template.cookiecutter {
        return cookiecutter::render(template, own, answers);
    }
    confined(|| {
        let fail = |problems| template.broken(problems);
        let scopes = Scopes::of(template, answers).map_err(|problem| fail(vec![problem]))?;
        let files = Files::of(template, &scopes).map_err(&fail)?;
        let told = names_that_tell(template);
        let mut problems = Vec::new();
        let tree = files.tree(template, &mut problems);
        problems.retain(|problem| told.iter().all(|told| told.at != problem.at));
        problems.splice(..0, told);
        let after = &template.manifest.after;
        let mut text = |text: &Snippet| {
            let rendered = template.engine.render_text(&text.at, &text.code, &scopes.open);
            rendered.map_err(|problem| problems.push(problem)).unwrap_or_default()
        };
        let message = after.message.as_ref().map(&mut text);
        let next = after.next.iter().map(text).collect();
        match problems.is_empty() {
            true => Ok(Rendered {
                tree,
                message,
                next,
                hooks: Vec::new(),
            }),
            false => Err(fail(problems)),
        }
    })
}

/// Names are printed and recorded, so none may be made of a secret.
fn names_that_tell(template: &Template) -> Vec<Problem> {
    let secret = &template.manifest.secret;
    let mut found = Vec::new();
    for (path, _) in template.files.iter().filter(|_| !secret.is_empty()) {
        let parts = path.split('/').filter(|part| part.contains('{'));
        let mut names = parts.flat_map(|part| template.engine.references(part).unwrap_or_default());
        if let Some(name) = names.find(|name| secret.contains(name)) {
            let message = format!("its name would tell `{name}`, which is secret");
            let hint = "names are printed and recorded: make it of other answers";
            found.push(Problem::new(format!("{FILES}/{path}"), message).hint(hint));
        }
    }
    found
}

/// The badge of the project that these answers describe, when they name a GitHub user and a distribution; both are open,
/// since it is printed.
pub fn badge(answers: &Answers) -> Option<Badge> {
    let owner = Rule::GithubUser.check(answers.open_text("github_username")?).ok()?;
    let slug = Rule::DistributionName.check(answers.open_text("project_slug")?).ok()?;
    Some(Badge {
        repository: Repository::github(&owner, &slug),
        reference: None,
        distribution: slug,
        subdirectory: None,
    })
}

/// Answers, what is computed from them, and what the program provides.
struct Scopes {
    /// What files may hold.
    all: Scope,
    /// The same without secrets, and without what cannot be computed without them: what is printed and recorded, names
    /// above all, is made of this, so that no way of writing it tells a secret.
    open: Scope,
}

impl Scopes {
    fn of(template: &Template, answers: &Answers) -> Result<Self, Problem> {
        let (manifest, engine) = (&template.manifest, &template.engine);
        let mut all = answers.scope();
        let mut values = answers.data();
        template.add_group(&mut all, values.clone());
        for (key, text) in &manifest.computed {
            let value = engine.render_text(&text.at, &text.code, &all)?;
            values.insert(key.clone(), value.as_str().into());
            all.set(key, &Value::Text(value));
            template.add_group(&mut all, values.clone());
        }
        provide(&mut all, answers);
        if manifest.secret.is_empty() {
            let open = all.clone();
            return Ok(Scopes { all, open });
        }
        let mut open = answers.open_scope();
        let mut values = answers.open_data();
        template.add_group(&mut open, values.clone());
        for (key, text) in &manifest.computed {
            if let Ok(value) = engine.render_text(&text.at, &text.code, &open) {
                values.insert(key.clone(), value.as_str().into());
                open.set(key, &Value::Text(value));
                template.add_group(&mut open, values.clone());
            }
        }
        provide(&mut open, answers);
        Ok(Scopes { all, open })
    }
}

/// What may be told: answers and what is computed from them, without secrets.
pub(super) fn open_values(template: &Template, answers: &Answers) -> Result<Scope, Failure> {
    let scopes = Scopes::of(template, answers);
    scopes
        .map(|scopes| scopes.open)
        .map_err(|problem| template.broken(vec![problem]))
}

/// Adds what is made of checked and open answers only, so that it may stand anywhere as it is.
fn provide(scope: &mut Scope, answers: &Answers) {
    let badge = badge(answers);
    let address = |badge: &Badge| badge.repository.url().trim_end_matches('/').to_string();
    for (name, text) in [
        ("badge", badge.as_ref().map(Badge::markdown)),
        ("installer_url", badge.as_ref().map(Badge::installer_url)),
        ("repository_url", badge.as_ref().map(address)),
    ] {
        scope.set_plain(name, text.unwrap_or_default());
    }
}

/// The rules of a template over what its files may use.
struct Files<'a> {
    engine: &'a Engine,
    scopes: &'a Scopes,
    rules: Vec<RuleInForce<'a>>,
}

/// A file rule, and what of it is the same for every file.
struct RuleInForce<'a> {
    rule: &'a FileRule,
    /// Whether its files are written; none where that depends on the item.
    holds: Option<bool>,
    items: Option<Vec<String>>,
}

impl<'a> Files<'a> {
    fn of(template: &'a Template, scopes: &'a Scopes) -> Result<Self, Vec<Problem>> {
        let engine = &template.engine;
        let mut problems = Vec::new();
        let mut rules = Vec::new();
        for rule in &template.manifest.files {
            let items = rule
                .each
                .as_ref()
                .map(|each| engine.items(each, &scopes.open))
                .transpose();
            let holds = match (&rule.when, &rule.each) {
                (Some(_), Some(_)) => Ok(None),
                (Some(when), None) => engine.holds(when, &scopes.all).map(Some),
                (None, _) => Ok(Some(true)),
            };
            match (items, holds) {
                (Ok(items), Ok(holds)) => rules.push(RuleInForce { rule, holds, items }),
                (items, holds) => problems.extend(items.err().into_iter().chain(holds.err())),
            }
        }
        match problems.is_empty() {
            true => Ok(Files { engine, scopes, rules }),
            false => Err(problems),
        }
    }

    fn tree(&self, template: &Template, problems: &mut Vec<Problem>) -> Tree {
        let rendered = parallel::map(&template.files, |(path, file)| self.render(path, file));
        let paths = template.files.iter().map(|(path, _)| format!("{FILES}/{path}"));
        let mut tree = Tree::new();
        gather(&mut tree, paths.zip(rendered), problems);
        tree
    }

    /// What becomes of one file of the template: nothing, a file, or one for each item.
    fn render(&self, path: &str, file: &File) -> Result<Vec<(RelPath, File)>, Problem> {
        let rules: Vec<&RuleInForce<'_>> = self.rules.iter().filter(|rule| rule.rule.applies_to(path)).collect();
        if rules.iter().any(|rule| rule.holds == Some(false)) {
            return Ok(Vec::new());
        }
        let copy = rules.iter().any(|rule| rule.rule.copy);
        let executable = rules.iter().rev().find_map(|rule| rule.rule.executable);
        let mut lists = rules.iter().filter_map(|rule| rule.items.as_ref());
        let one = |all: &Scope, open: &Scope| -> Result<Option<(RelPath, File)>, Problem> {
            let by_item = rules.iter().filter(|rule| rule.holds.is_none());
            for when in by_item.filter_map(|rule| rule.rule.when.as_ref()) {
                if !self.engine.holds(when, all)? {
                    return Ok(None);
                }
            }
            let at = format!("{FILES}/{path}");
            let rendered = path.strip_suffix(ENDING).filter(|_| !copy);
            let Some(target) = target(&at, rendered.unwrap_or(path), self.engine, open)? else {
                return Ok(None);
            };
            let file = match rendered {
                Some(_) => render_file(&at, file, self.engine, all)?,
                None => file.clone(),
            };
            let executable = executable.unwrap_or(file.executable);
            Ok(Some((target, File { executable, ..file })))
        };
        let Some(items) = lists.next() else {
            return Ok(one(&self.scopes.all, &self.scopes.open)?.into_iter().collect());
        };
        if lists.next().is_some() {
            return Err(Problem::new(
                format!("{FILES}/{path}"),
                "two rules with `each` apply to it",
            ));
        }
        let mut written = Vec::new();
        for item in items {
            let item = Value::text(item);
            let [all, open] = [&self.scopes.all, &self.scopes.open].map(|scope| scope.with(ITEM, &item));
            written.extend(one(&all, &open)?);
        }
        Ok(written)
    }
}

/// Puts what became of the files into a tree, as far as a project may grow; each comes with its place in the template.
pub(super) fn gather<Files: IntoIterator<Item = (RelPath, File)>>(
    tree: &mut Tree,
    made: impl Iterator<Item = (String, Result<Files, Problem>)>,
    problems: &mut Vec<Problem>,
) {
    let mut total = 0;
    for (at, files) in made {
        let files = files.map_err(|problem| problems.push(problem)).ok();
        for (target, file) in files.into_iter().flatten() {
            total += file.content.len() as u64;
            if let Err(error) = tree.insert(target, file) {
                problems.push(Problem::new(&at, error.to_string()));
            }
        }
        if total > MOST_BYTES || tree.len() > MOST_FILES {
            let most = format!(
                "the project would have more than {MOST_FILES} files or {} MiB",
                MOST_BYTES >> 20
            );
            problems.push(Problem::new(at, most));
            break;
        }
    }
    problems.extend(tree.is_a_repository());
}

/// The content of one file; `at` is its path in the template.
fn render_file(at: &str, file: &File, engine: &Engine, scope: &Scope) -> Result<File, Problem> {
    let source = as_text(at, file)?;
    let mut text = match engine.is_jinja2() {
        true => {
            let newline = Newline::detect(&file.content);
            let rendered = engine.render_file(at, &newlines::to_render(source), scope)?;
            newline.write(&rendered).into_owned()
        }
        false => engine.render_file(at, source, scope)?,
    };
    if text.len() as u64 > LARGEST_FILE {
        return Err(Problem::new(
            at,
            format!("becomes larger than {} MiB", LARGEST_FILE >> 20),
        ));
    }
    // Thousands of these wait in memory until all are known to be good.
    text.shrink_to_fit();
    let content = text.into_bytes().into();
    Ok(File {
        content,
        executable: file.executable,
        permissions: file.permissions,
    })
}

/// No file system holds a longer name.
const LONGEST_NAME: usize = 255;

/// A file's path in the project. Each part is rendered alone: an answer with a slash in it is an error, never a folder.
fn target(at: &str, path: &str, engine: &Engine, scope: &Scope) -> Result<Option<RelPath>, Problem> {
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    for part in path.split('/') {
        let name = match engine.is_code(part) {
            true => Cow::from(engine.render_text(at, part, scope)?),
            false => Cow::from(part),
        };
        if name.is_empty() {
            return Ok(None);
        }
        let reason = match name.contains('/') {
            true => Err("has a slash in it"),
            false => check_part(&name),
        };
        reason.map_err(|reason| {
            Problem::new(
                at,
                format!(
                    "its part `{part}` became `{}`, which {reason}",
                    neutral_line(&shortened(&name, LONGEST_NAME))
                ),
            )
        })?;
        parts.push(name);
    }
    let target = parts.join("/");
    placed(at, &target).map(Some)
}

/// A path in a project; `at` is the place of the file in the template.
pub(super) fn placed(at: &str, target: &str) -> Result<RelPath, Problem> {
    if target.eq_ignore_ascii_case(record::FILE) {
        let message = format!(
            "would be `{}`, which is the program's own record of the project",
            record::FILE
        );
        return Err(Problem::new(at, message).hint("give the file another name"));
    }
    RelPath::new(target).map_err(|error| Problem::new(at, error.to_string()))
}

/// The text of a file that is to be rendered.
pub fn as_text<'a>(at: &str, file: &'a File) -> Result<&'a str, Problem> {
    std::str::from_utf8(&file.content).map_err(|error| {
        let before = &file.content[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::new(format!("{at}:{line}"), "is not UTF-8").hint("take `.j2` off its name to have it copied as it is")
    })
}
