//! Trying a template with everything that can be chosen.

use super::super::answers::{Given, Origin};
use super::super::engine::{Scope, root};
use super::super::question::{Kind, Question};
use super::super::rule::Rule;
use super::super::snippet::Snippet;
use super::super::template::Template;
use super::super::value::Value;

/// More combinations than this are not gone through.
const MOST: usize = 512;

/// Whether an expression holds for some answers; none where that cannot be told because it is about free text.
pub(super) fn holds(template: &Template, expression: &Snippet) -> Option<bool> {
    let scopes = scopes(template, &expression.names)?;
    let mut results = scopes.iter().map(|scope| template.engine.holds(expression, scope));
    results.try_fold(false, |any, holds| Some(any | holds.ok()?))
}

/// Whether a text comes out empty for all answers; none where that cannot be told.
pub(super) fn is_empty(template: &Template, text: &str) -> Option<bool> {
    let names = template.engine.references(text).ok()?;
    let scopes = scopes(template, &names)?;
    let mut results = scopes
        .iter()
        .map(|scope| template.engine.render_text("name", text, scope));
    results.try_fold(true, |all, text| Some(all & text.ok()?.is_empty()))
}

/// Every combination of values for these names; none where one of them can be any text.
fn scopes(template: &Template, names: &[String]) -> Option<Vec<Scope>> {
    let mut roots: Vec<&str> = names.iter().map(|name| root(name)).collect();
    roots.dedup();
    let mut scopes = vec![Scope::default()];
    for name in roots {
        let values = every_value(template.manifest.question(name)?)?;
        if scopes.len() * values.len() > MOST {
            return None;
        }
        scopes = scopes
            .iter()
            .flat_map(|scope| values.iter().map(|value| scope.with(name, value)))
            .collect();
    }
    Some(scopes)
}

/// Everything a question can be answered with, where that is not any text or too much.
fn every_value(question: &Question) -> Option<Vec<Value>> {
    let Kind::Choices(choices) = &question.kind else {
        return values(question);
    };
    let count = 1_usize
        .checked_shl(u32::try_from(choices.len()).ok()?)
        .filter(|count| *count <= MOST)?;
    let subset = |number: usize| {
        let chosen = choices.iter().enumerate().filter(|(index, _)| number >> index & 1 == 1);
        Value::List(chosen.map(|(_, choice)| choice.value.clone()).collect())
    };
    Some((0..count).map(subset).collect())
}

/// What a question is tried with, where that is not any text; of several choices none, each and all.
fn values(question: &Question) -> Option<Vec<Value>> {
    match &question.kind {
        Kind::Text { .. } | Kind::Dictionary | Kind::Data => None,
        // What there is to choose from is not known before the other answers.
        Kind::Choice(_) if question.choices_are_code => None,
        Kind::Bool => Some(vec![Value::Bool(true), Value::Bool(false)]),
        Kind::Choice(choices) => Some(choices.iter().map(|choice| Value::text(&choice.value)).collect()),
        Kind::Choices(choices) => {
            let all: Vec<String> = choices.iter().map(|choice| choice.value.clone()).collect();
            let each = all.iter().map(|value| Value::List(vec![value.clone()]));
            Some(
                each.chain([Value::List(Vec::new()), Value::List(all.clone())])
                    .collect(),
            )
        }
    }
}

/// The defaults, then the same with one other choice at a time.
pub(super) fn trials(template: &Template) -> Vec<Given> {
    let mut base = Given::default();
    let required = template
        .manifest
        .questions
        .iter()
        .filter(|question| question.default.is_none());
    for question in required {
        let value = match &question.kind {
            Kind::Text { rule, .. } => Value::text(example(*rule)),
            _ => values(question)
                .unwrap_or_default()
                .pop()
                .unwrap_or_else(|| question.nothing()),
        };
        base.answers.insert(question.key.clone(), (value, Origin::Default));
    }
    let mut trials = vec![base.clone()];
    for question in &template.manifest.questions {
        for value in values(question).unwrap_or_default() {
            let mut given = base.clone();
            given.answers.insert(question.key.clone(), (value, Origin::Default));
            trials.push(given);
        }
    }
    trials
}

/// A text that a rule takes.
fn example(rule: Rule) -> &'static str {
    match rule {
        Rule::Text | Rule::Line | Rule::ProjectName | Rule::Summary | Rule::PersonName => "An Example",
        Rule::DistributionName | Rule::GithubUser => "an-example",
        Rule::ModuleName => "an_example",
        Rule::ClassName => "AnExample",
        Rule::Email => "jane@example.com",
        Rule::Version => "1.0",
    }
}
