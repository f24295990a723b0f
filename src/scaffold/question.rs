//! A question of a template: what may be answered, and what an answer becomes.

use regex_lite::Regex;

use super::rule::{Refusal, Rule};
use super::snippet::Snippet;
use super::value::{Value, yes_or_no};
use crate::failure::did_you_mean;

#[derive(Clone, Debug)]
pub struct Question {
    /// The name under which templates use the answer.
    pub key: String,
    /// The key's place in the manifest, as `template.toml:LINE:COLUMN`.
    pub at: String,
    pub prompt: String,
    pub help: String,
    pub kind: Kind,
    /// None where an answer must be given.
    pub default: Option<Default>,
    /// What must hold for an answer beyond its kind.
    pub test: Option<Test>,
    /// An expression; the question is asked only where it holds, else the default does.
    pub when: Option<Snippet>,
    /// The choices are template texts, to be rendered when the question comes up.
    pub choices_are_code: bool,
    /// An empty answer is none.
    pub required: bool,
    /// Asked hidden, and neither shown nor recorded.
    pub secret: bool,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Text {
        rule: Rule,
        pattern: Option<Pattern>,
    },
    Bool,
    /// One of these.
    Choice(Vec<Choice>),
    /// Any of these.
    Choices(Vec<Choice>),
    /// Keys and values, typed as a JSON object.
    Dictionary,
    /// Anything: a template's own data, which nobody is asked for.
    Data,
}

/// Something to choose: what templates see, and what a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// A default, as template text over earlier answers, `git` and `year`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Default {
    One(Snippet),
    /// For a question of several choices; texts that come out empty choose nothing.
    Many(Vec<Snippet>),
    /// Data, in which every text is template text.
    Data {
        data: serde_json::Value,
        at: String,
    },
    /// Data as it is.
    Plain(serde_json::Value),
}

impl Default {
    pub fn texts(&self) -> &[Snippet] {
        match self {
            Default::One(text) => std::slice::from_ref(text),
            Default::Many(texts) => texts,
            Default::Data { .. } | Default::Plain(_) => &[],
        }
    }
}

/// A regular expression that must match the whole of a text.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it was written.
    pub text: String,
    pub regex: Regex,
    /// Said when it does not match.
    pub message: String,
}

/// An expression that must hold, over earlier answers and this one under its own key.
#[derive(Clone, Debug)]
pub struct Test {
    pub expression: Snippet,
    pub message: String,
}

impl Question {
    /// The answer in its normal form, or why it is refused; [`Question::test`] is left to whoever knows the other answers.
    pub fn check(&self, value: &Value) -> Result<Value, Refusal> {
        let value = self
            .kind
            .check(value)
            .map_err(|refusal| match (&self.kind, self.secret) {
                // A rule may quote what was typed; the template's own words do not.
                (Kind::Text { .. }, true) if !self.kind.is_said_by_template(&refusal) => {
                    Refusal::new("must be one line of printable text that keeps the question's rules")
                }
                _ => refusal,
            })?;
        match self.required && value.is_empty() {
            true => Err(Refusal::new("must be answered")),
            false => Ok(value),
        }
    }

    /// What stands for an answer where none is needed.
    pub fn nothing(&self) -> Value {
        match &self.kind {
            Kind::Text { .. } | Kind::Choice(_) => Value::text(""),
            Kind::Bool => Value::Bool(false),
            Kind::Choices(_) => Value::List(Vec::new()),
            Kind::Dictionary => Value::Data(serde_json::Map::new().into()),
            Kind::Data => Value::Data(serde_json::Value::Null),
        }
    }
}

impl Kind {
    /// The name a manifest uses.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Text { .. } => "text",
            Kind::Bool => "bool",
            Kind::Choice(_) => "choice",
            Kind::Choices(_) => "choices",
            Kind::Dictionary => "dictionary",
            Kind::Data => "data",
        }
    }

    /// Those that a manifest may name.
    pub const NAMES: [&'static str; 4] = ["text", "bool", "choice", "choices"];

    pub fn choices(&self) -> &[Choice] {
        match self {
            Kind::Choice(choices) | Kind::Choices(choices) => choices,
            _ => &[],
        }
    }

    /// Whether the reason is the message that a manifest gives.
    fn is_said_by_template(&self, refusal: &Refusal) -> bool {
        matches!(self, Kind::Text { pattern: Some(pattern), .. } if pattern.message == refusal.reason)
    }

    /// Whether it is a text that the question's named rule refuses.
    pub fn breaks_rule(&self, value: &Value) -> bool {
        matches!((self, value), (Kind::Text { rule, .. }, Value::Text(text)) if rule.check(text).is_err())
    }

    pub fn check(&self, value: &Value) -> Result<Value, Refusal> {
        match (self, value) {
            (Kind::Text { rule, pattern }, Value::Text(text)) => {
                let normal = rule.check(text)?;
                match pattern.as_ref().filter(|pattern| !pattern.regex.is_match(&normal)) {
                    Some(pattern) => Err(Refusal::new(&pattern.message)),
                    None => Ok(Value::Text(normal)),
                }
            }
            (Kind::Text { .. }, _) => Err(Refusal::new("must be a text: write it in quotes")),
            (Kind::Bool, Value::Bool(_)) => Ok(value.clone()),
            (Kind::Bool, Value::Text(text)) if yes_or_no(text).is_some() => {
                Ok(Value::Bool(yes_or_no(text).unwrap_or_default()))
            }
            (Kind::Bool, _) => Err(Refusal::new("must be yes or no")),
            (Kind::Choice(choices), Value::Text(text)) => Ok(Value::Text(chosen(choices, text)?)),
            (Kind::Choice(choices), _) => Err(Refusal::new(format!("must be one of {}", listed(choices)))),
            (Kind::Choices(choices), Value::List(items)) => several(choices, items.iter().map(String::as_str)),
            (Kind::Choices(choices), Value::Text(text)) => several(choices, text.split(',')),
            (Kind::Choices(choices), Value::Bool(_) | Value::Data(_)) => {
                Err(Refusal::new(format!("must be a list of {}", listed(choices))))
            }
            (Kind::Dictionary, Value::Data(serde_json::Value::Object(_))) | (Kind::Data, _) => Ok(value.clone()),
            (Kind::Dictionary, Value::Text(text)) => match serde_json::from_str(text) {
                Ok(serde_json::Value::Object(object)) => Ok(Value::Data(object.into())),
                _ => Err(not_an_object()),
            },
            (Kind::Dictionary, _) => Err(not_an_object()),
        }
    }
}

fn not_an_object() -> Refusal {
    Refusal::new(r#"must be a JSON object, such as {"key": "value"}"#)
}

/// The value of one choice, given by its value or its label.
fn chosen(choices: &[Choice], text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let by_value = choices.iter().find(|choice| choice.value == text);
    let by_label = || choices.iter().find(|choice| choice.label.eq_ignore_ascii_case(text));
    if let Some(choice) = by_value.or_else(by_label) {
        return Ok(choice.value.clone());
    }
    let near = did_you_mean(text, choices.iter().map(|choice| choice.value.as_str()));
    Err(Refusal {
        reason: format!("must be one of {}", listed(choices)),
        suggestion: near.map(str::to_string),
    })
}

/// Several values in the order of the choices, each once.
fn several<'a>(choices: &[Choice], items: impl Iterator<Item = &'a str>) -> Result<Value, Refusal> {
    let items = items.map(str::trim).filter(|item| !item.is_empty());
    let picked = items.map(|item| chosen(choices, item)).collect::<Result<Vec<_>, _>>()?;
    let values = choices.iter().map(|choice| &choice.value);
    Ok(Value::List(
        values.filter(|value| picked.contains(value)).cloned().collect(),
    ))
}

fn listed(choices: &[Choice]) -> String {
    let values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
    values.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> Vec<Choice> {
        let choice = |value: &str, label: &str| Choice {
            value: value.into(),
            label: label.into(),
        };
        vec![
            choice("none", "No database"),
            choice("pg", "PostgreSQL"),
            choice("my", "MySQL"),
        ]
    }

    #[test]
    fn an_answer_takes_the_type_of_its_question() {
        let text = |text: &str| Value::text(text);
        let list = |items: &[&str]| Value::List(items.iter().map(ToString::to_string).collect());
        for (kind, given, taken) in [
            (Kind::Bool, text("Y"), Value::Bool(true)),
            (Kind::Bool, text("off"), Value::Bool(false)),
            (Kind::Bool, Value::Bool(true), Value::Bool(true)),
            (Kind::Choice(choices()), text("pg"), text("pg")),
            (Kind::Choice(choices()), text("postgresql"), text("pg")),
            (Kind::Choices(choices()), text("my, pg,my,"), list(&["pg", "my"])),
            (Kind::Choices(choices()), list(&["PostgreSQL"]), list(&["pg"])),
            (Kind::Choices(choices()), text(""), list(&[])),
            (
                Kind::Dictionary,
                text(r#"{"a": 1}"#),
                Value::Data(serde_json::json!({ "a": 1 })),
            ),
        ] {
            assert_eq!(kind.check(&given), Ok(taken), "{given:?}");
        }
        for (kind, given) in [
            (Kind::Bool, text("maybe")),
            (Kind::Bool, list(&["yes"])),
            (Kind::Choice(choices()), text("")),
            (Kind::Choice(choices()), list(&["pg"])),
            (Kind::Choices(choices()), text("pg, x")),
            (Kind::Choices(choices()), Value::Bool(true)),
            (Kind::Dictionary, text("[1]")),
            (Kind::Dictionary, text("a")),
            (Kind::Dictionary, Value::Bool(true)),
            (
                Kind::Text {
                    rule: Rule::Line,
                    pattern: None,
                },
                Value::Bool(true),
            ),
        ] {
            assert!(kind.check(&given).is_err(), "{given:?}");
        }
        let refusal = Kind::Choice(choices()).check(&text("gp")).unwrap_err();
        assert_eq!(refusal.reason, "must be one of none, pg, my");
    }

    #[test]
    fn a_refused_secret_is_told_in_the_template_s_words_and_never_quoted() {
        let pattern = Pattern {
            text: "(?:ls-.*)?".into(),
            regex: Regex::new(r"\A(?:ls-.*)?\z").unwrap(),
            message: "must begin with `ls-`".into(),
        };
        let question = Question {
            key: "token".into(),
            at: String::new(),
            prompt: String::new(),
            help: String::new(),
            kind: Kind::Text {
                rule: Rule::Line,
                pattern: Some(pattern),
            },
            default: None,
            test: None,
            when: None,
            choices_are_code: false,
            required: true,
            secret: true,
        };
        let reason = |text: &str| question.check(&Value::text(text)).unwrap_err().reason;
        assert_eq!(reason(""), "must be answered");
        assert_eq!(reason("abc"), "must begin with `ls-`");
        assert_eq!(
            reason("ls-\t1"),
            "must be one line of printable text that keeps the question's rules"
        );
        assert!(question.check(&Value::text("ls-1")).is_ok());
    }
}
