//! What the texts of a cookiecutter template see: `cookiecutter` with every variable, and `_cookiecutter` as it was
//! before anything was answered.

use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};

use super::pattern::Pattern;
use super::questions::{PROMPTS, as_texts, printed};
use crate::scaffold::answers::{Answers, Origin};
use crate::scaffold::engine::{GROUP, Scope};
use crate::scaffold::overlay::laid_over;
use crate::scaffold::value::Value;

/// Where a project is made from and to, which texts may tell: `cookiecutter._template` and its like.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The template as it was named.
    pub template: String,
    /// The folder that the project's folder is made in, from the root of the file system.
    pub output_dir: PathBuf,
    /// Where the template is on this machine.
    pub repo_dir: PathBuf,
    pub checkout: Option<String>,
}

#[derive(Debug)]
pub struct Context {
    /// As they are in `cookiecutter.json`, in order.
    variables: Map<String, Json>,
    pub facts: Facts,
}

impl Context {
    pub(super) fn new(variables: Map<String, Json>) -> Self {
        let facts = Facts::default();
        Context { variables, facts }
    }

    /// As they are in `cookiecutter.json`.
    pub fn variables(&self) -> &Map<String, Json> {
        &self.variables
    }

    /// Whether the file of this path in the template is copied as it is.
    pub fn is_copied(&self, path: &str) -> bool {
        let patterns = copied(&self.variables);
        let within = path.match_indices('/').map(|(end, _)| &path[..end]);
        within
            .chain([path])
            .any(|path| patterns.iter().any(|pattern| pattern.matches(path)))
    }

    /// For a default: the variables answered so far, in the order they were.
    pub fn so_far(&self, answers: &Answers) -> Scope {
        let pairs = answers
            .iter()
            .map(|answer| (answer.key.clone(), self.json(&answer.key, &answer.value)));
        let mut scope = Scope::default();
        scope.set_data(GROUP, pairs.collect::<Map<_, _>>().into());
        scope
    }

    /// For files, names and hooks.
    pub fn whole(&self, answers: &Answers) -> Scope {
        let mut scope = Scope::default();
        scope.set_data(GROUP, self.answered(answers).into());
        scope.set_data("_cookiecutter", self.raw(answers).into());
        scope
    }

    /// Every variable with its answer, in the order of the file.
    pub fn answered(&self, answers: &Answers) -> Map<String, Json> {
        let mut answered: Map<String, Json> = self.variables.clone();
        answered.shift_remove(PROMPTS);
        for answer in answers.iter() {
            let value = self.json(&answer.key, &answer.value);
            answered.insert(answer.key.clone(), value);
        }
        let facts = &self.facts;
        for (key, value) in [
            ("_template", json!(facts.template)),
            ("_output_dir", json!(facts.output_dir.to_string_lossy())),
            ("_repo_dir", json!(facts.repo_dir.to_string_lossy())),
            ("_checkout", json!(facts.checkout)),
        ] {
            answered.insert(key.to_string(), value);
        }
        answered
    }

    /// The public variables with what was given laid over them, nothing rendered and every choice there.
    fn raw(&self, answers: &Answers) -> Map<String, Json> {
        let mut raw = self.variables.clone();
        raw.retain(|key, _| !key.starts_with('_'));
        for answer in answers.iter() {
            let is_given = matches!(
                answer.origin,
                Origin::Flag | Origin::DataFile | Origin::Config | Origin::Path
            );
            let Some(own) = raw.get_mut(&answer.key) else { continue };
            if let Some(laid) = answers.laid.get(&answer.key) {
                own.clone_from(laid);
            } else if is_given && let Ok(laid) = laid_over(own.clone(), self.json(&answer.key, &answer.value)) {
                *own = laid;
            }
        }
        raw
    }

    /// An answer as the texts see it: a choice that is no text in the file is none here either.
    fn json(&self, key: &str, answer: &Value) -> Json {
        match (self.variables.get(key), answer) {
            (Some(Json::Array(items)), Value::Text(text)) if !key.starts_with('_') => {
                let mut others = items
                    .iter()
                    .filter(|item| !item.is_string() && !item.is_number())
                    .map(as_texts);
                others
                    .find(|item| printed(item) == *text)
                    .unwrap_or_else(|| answer.into())
            }
            (Some(Json::Null), Value::Text(text)) if text.is_empty() => Json::Null,
            _ => answer.into(),
        }
    }
}

/// What is copied and not rendered, by these variables.
pub(super) fn copied(variables: &Map<String, Json>) -> Vec<Pattern> {
    match variables.get(COPIED) {
        Some(Json::Array(patterns)) => patterns.iter().filter_map(Json::as_str).map(Pattern::new).collect(),
        // Python goes through a text letter by letter.
        Some(Json::String(text)) => text.chars().map(|char| Pattern::new(&char.to_string())).collect(),
        _ => Vec::new(),
    }
}

/// The variable that names what is copied.
pub(super) const COPIED: &str = "_copy_without_render";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::answers::Answer;

    #[test]
    fn variables_keep_their_order_and_choices_their_type() {
        let variables = json!({
            "b": "B", "a": ["x", "y"], "_own": {"k": [1]}, "switch": [true, false], "none": null,
            "__prompts__": {"b": "Bee"},
        });
        let context = Context::new(variables.as_object().unwrap().clone());
        let answer = |key: &str, value: &str, origin| Answer {
            key: key.to_string(),
            value: Value::text(value),
            origin,
            secret: false,
            absent: false,
            own: false,
        };
        let answers = Answers {
            answers: vec![
                answer("a", "y", Origin::Flag),
                answer("b", "C", Origin::Prompt),
                answer("switch", "False", Origin::Default),
                answer("none", "", Origin::Default),
            ],
            ..Answers::default()
        };
        let answered = context.answered(&answers);
        assert_eq!(
            serde_json::to_string(&answered).unwrap(),
            r#"{"b":"C","a":"y","_own":{"k":[1]},"switch":false,"none":null,"_template":"","_output_dir":"","_repo_dir":"","_checkout":null}"#
        );
        let raw = serde_json::to_string(&context.raw(&answers)).unwrap();
        assert_eq!(raw, r#"{"b":"B","a":["y","x"],"switch":[true,false],"none":null}"#);
    }
}
