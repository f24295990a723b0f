//! Template + Answers -> Tree: names and contents with every placeholder filled in.

use std::borrow::Cow;

use minijinja::value::Value;

use super::answers::Answers;
use super::engine::{Engine, Values};
use super::rule::Rule;
use super::template::Template;
use super::tree::{File, RelPath, Tree, check_part};
use crate::badge::{Badge, Repository};
use crate::failure::{Code, Failure, Problem};
use crate::parallel;

/// What a rendering gives: the project's files, and the template's closing words.
#[derive(Debug)]
pub struct Rendered {
    pub tree: Tree,
    pub message: Option<String>,
    /// Commands to type next, in order.
    pub next: Vec<String>,
}

/// Renders every file; all problems are one error.
pub fn render(template: &Template, answers: &Answers, engine: &Engine) -> Result<Rendered, Failure> {
    let fail = |problems| {
        let message = format!("the template `{}` does not work", template.source);
        Failure::new(Code::Validation, message).problems(problems)
    };
    let values = Value::from(values(template, answers, engine).map_err(|problem| fail(vec![problem]))?);
    let rendered = parallel::map(&template.files, |(path, file)| render_file(path, file, engine, &values));
    let mut tree = Tree::new();
    let mut problems = Vec::new();
    for ((path, _), result) in template.files.iter().zip(rendered) {
        let inserted = result.and_then(|file| match file {
            None => Ok(()),
            Some((target, file)) => tree
                .insert(target, file)
                .map_err(|error| Problem::new(path, error.to_string())),
        });
        problems.extend(inserted.err());
    }
    if let Some(folder) = tree.bare_repository() {
        let what = "HEAD, objects/ and refs/ together make it a git repository whose configuration could run programs";
        problems.push(Problem::new(folder, what));
    }
    let after = &template.manifest.after;
    let mut text = |place: &str, text: &str| {
        let rendered = engine.render_text(place, text, &values);
        rendered.map_err(|problem| problems.push(problem)).unwrap_or_default()
    };
    let message = after.message.as_ref().map(|message| text("after.message", message));
    let next = after.next.iter().map(|command| text("after.next", command)).collect();
    match problems.is_empty() {
        true => Ok(Rendered { tree, message, next }),
        false => Err(fail(problems)),
    }
}

/// The badge of the project that these answers describe, when they name a GitHub user and a distribution.
pub fn badge(answers: &Answers) -> Option<Badge> {
    let owner = Rule::GithubUser.check(answers.get("github_username")?).ok()?;
    let slug = Rule::DistributionName.check(answers.get("project_slug")?).ok()?;
    Some(Badge {
        repository: Repository::github(&owner, &slug),
        reference: None,
        distribution: slug,
        subdirectory: None,
    })
}

/// Answers, what is computed from them, and what the program provides.
fn values(template: &Template, answers: &Answers, engine: &Engine) -> Result<Values, Problem> {
    let mut values = answers.values();
    for (key, text) in &template.manifest.computed {
        let place = format!("computed.{key}");
        let value = engine.render_text(&place, text, &Value::from(values.clone()))?;
        values.insert(key.clone(), Value::from(value));
    }
    if let Some(badge) = badge(answers) {
        // Made of checked names only, so they may stand anywhere as they are.
        for (name, text) in [
            ("badge", badge.markdown()),
            ("installer_url", badge.installer_url()),
            (
                "repository_url",
                badge.repository.url().trim_end_matches('/').to_string(),
            ),
        ] {
            values.insert(name.to_string(), Value::from_safe_string(text));
        }
    }
    Ok(values)
}

/// One file, or none where a part of its name is empty.
fn render_file(path: &str, file: &File, engine: &Engine, values: &Value) -> Result<Option<(RelPath, File)>, Problem> {
    let (target, is_rendered) = match path.strip_suffix(".j2") {
        Some(target) => (target, true),
        None => (path, false),
    };
    // Each part is rendered alone: an answer with a slash in it is an error, never a folder.
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    for part in target.split('/') {
        let name = if part.contains('{') {
            Cow::from(engine.render_text(path, part, values)?)
        } else {
            Cow::from(part)
        };
        if name.is_empty() {
            return Ok(None);
        }
        if name.contains('/') {
            return Err(Problem::new(
                path,
                format!("its part `{part}` became `{name}`, which has a slash in it"),
            ));
        }
        check_part(&name).map_err(|reason| {
            Problem::new(
                path,
                format!("its part `{part}` became `{}`, which {reason}", name.escape_debug()),
            )
        })?;
        parts.push(name);
    }
    let target = RelPath::new(&parts.join("/")).map_err(|error| Problem::new(path, error.to_string()))?;
    let content = if is_rendered {
        let source = std::str::from_utf8(&file.content).map_err(|error| {
            let line = file.content[..error.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
                + 1;
            Problem::new(format!("{path}:{line}"), "is not UTF-8")
                .hint("take `.j2` off its name to have it copied as it is")
        })?;
        let mut text = engine.render_file(path, source, values)?;
        // Thousands of these wait in memory until all are known to be good.
        text.shrink_to_fit();
        Cow::from(text.into_bytes())
    } else {
        file.content.clone()
    };
    Ok(Some((
        target,
        File {
            content,
            executable: file.executable,
        },
    )))
}
