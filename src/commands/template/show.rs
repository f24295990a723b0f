//! `template show`: what a template asks and writes.

use anyhow::Result;
use serde_json::{Value, json};

use super::Named;
use crate::scaffold::confine::confined;
use crate::scaffold::cookiecutter::hooks::FOLDER;
use crate::scaffold::question::{Default, Kind, Question};
use crate::scaffold::rule::Rule;
use crate::scaffold::template::Template;
use crate::{Outcome, Session};

/// Show a template's questions and files
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub named: Named,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let template = args.named.load(session)?;
    Ok(confined(|| Outcome::new(text(&template), data(&template))))
}

/// A column is no wider than this, however long a key is.
const WIDEST: usize = 100;

fn text(template: &Template) -> String {
    let manifest = &template.manifest;
    let version = match manifest.version.as_str() {
        "" => String::new(),
        version => format!(" {version}"),
    };
    let mut text = format!("{}{version}  {}\n", manifest.name, manifest.description);
    if manifest.asked().next().is_some() {
        text.push_str("\nQuestions:\n");
    }
    let width = manifest
        .asked()
        .map(|question| question.key.len())
        .max()
        .unwrap_or_default()
        .min(WIDEST);
    let kinds = manifest.asked().map(|question| question.kind.name().len());
    let column = kinds.max().unwrap_or_default().max("choices".len());
    for question in manifest.asked() {
        let (key, kind) = (&question.key, question.kind.name());
        text.push_str(&format!(
            "  {key:width$}  {kind:column$}  {}\n",
            facts(question).join("; ")
        ));
        for line in [&question.help].into_iter().filter(|help| !help.is_empty()) {
            text.push_str(&format!("  {:width$}  {:column$}  {line}\n", "", ""));
        }
        for choice in question
            .kind
            .choices()
            .iter()
            .filter(|choice| choice.label != choice.value)
        {
            text.push_str(&format!(
                "  {:width$}  {:column$}    {}: {}\n",
                "", "", choice.value, choice.label
            ));
        }
    }
    text.push_str("\nFiles:\n");
    for path in template.project_paths() {
        text.push_str(&format!("  {path}\n"));
    }
    let hooks = template.cookiecutter.iter().flat_map(|own| &own.hooks);
    let hooks: String = hooks.map(|hook| format!("  {FOLDER}/{}\n", hook.name)).collect();
    if !hooks.is_empty() {
        text.push_str(&format!("\nHooks, which run only when you agree:\n{hooks}"));
    }
    text
}

/// What holds for the answer, in short.
fn facts(question: &Question) -> Vec<String> {
    let mut facts = Vec::new();
    match &question.default {
        None => facts.push("must be answered".to_string()),
        Some(Default::Data { data, .. } | Default::Plain(data)) => facts.push(format!("default `{data}`")),
        Some(default) => {
            let texts: Vec<&str> = default.texts().iter().map(|text| text.code.as_str()).collect();
            let texts = texts.join(", ");
            facts.extend((!texts.is_empty()).then(|| format!("default `{texts}`")));
        }
    }
    let choices: Vec<&str> = question
        .kind
        .choices()
        .iter()
        .map(|choice| choice.value.as_str())
        .collect();
    if !choices.is_empty() {
        facts.push(format!("of {}", choices.join(", ")));
    }
    facts.extend(rule(question).map(|rule| format!("rule {rule}")));
    let mut messages: Vec<&String> = question.test.iter().map(|test| &test.message).collect();
    if let Kind::Text {
        pattern: Some(pattern), ..
    } = &question.kind
    {
        messages.insert(0, &pattern.message);
        messages.dedup();
    }
    facts.extend(messages.into_iter().cloned());
    facts.extend(question.when.as_ref().map(|when| match when.code.as_str() {
        "false" => "not asked".to_string(),
        code => format!("asked when `{code}`"),
    }));
    facts.extend(question.secret.then(|| "secret".to_string()));
    facts
}

/// The named rule that a text must keep, unless it is the one of every text.
fn rule(question: &Question) -> Option<&'static str> {
    let Kind::Text { rule, .. } = &question.kind else {
        return None;
    };
    let named = Rule::NAMED
        .into_iter()
        .find(|(_, known)| known == rule && *known != Rule::Line);
    named.map(|(name, _)| name)
}

fn data(template: &Template) -> Value {
    let manifest = &template.manifest;
    let questions: Vec<Value> = manifest.asked().map(question).collect();
    let version = Some(&manifest.version).filter(|version| !version.is_empty());
    json!({
        "source": template.source.to_string(),
        "name": manifest.name,
        "version": version,
        "description": manifest.description,
        "questions": questions,
        "computed": manifest.worked_out().collect::<Vec<_>>(),
        "files": template.project_paths(),
        "hooks": template.cookiecutter.as_ref().map(|own| own.hooks.iter().map(|hook| &hook.name).collect::<Vec<_>>()),
    })
}

fn question(question: &Question) -> Value {
    let choices = question.kind.choices().iter();
    let choices: Vec<Value> = choices
        .map(|choice| json!({ "value": choice.value, "label": choice.label }))
        .collect();
    let pattern = match &question.kind {
        Kind::Text { pattern, .. } => pattern.as_ref(),
        _ => None,
    };
    let default = question.default.as_ref().map(|default| match default {
        Default::One(text) => json!(text.code),
        Default::Many(texts) => texts.iter().map(|text| text.code.as_str()).collect(),
        Default::Data { data, .. } | Default::Plain(data) => data.clone(),
    });
    json!({
        "key": question.key,
        "type": question.kind.name(),
        "prompt": question.prompt,
        "help": question.help,
        "default": default,
        "choices": choices,
        "check": rule(question),
        "regex": pattern.map(|pattern| pattern.text.as_str()),
        "test": question.test.as_ref().map(|test| test.expression.code.as_str()),
        "message": pattern.map(|pattern| pattern.message.as_str()).or(question.test.as_ref().map(|test| test.message.as_str())),
        "when": question.when.as_ref().map(|when| when.code.as_str()),
        "required": question.default.is_none(),
        "secret": question.secret,
    })
}
