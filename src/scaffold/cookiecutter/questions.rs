//! The variables of a `cookiecutter.json` -> questions, in the order that cookiecutter asks them.

use serde_json::{Map, Value as Json};

use super::json::Places;
use crate::failure::Problem;
use crate::scaffold::engine::Engine;
use crate::scaffold::jinja2::python_str;
use crate::scaffold::overlay;
use crate::scaffold::question::{Choice, Default, Kind, Question};
use crate::scaffold::rule::Rule;
use crate::scaffold::snippet::Snippet;

/// What people read in place of the names of variables.
pub(super) const PROMPTS: &str = "__prompts__";

/// A question for every variable, the ones that nobody is asked included; dictionaries come last, so that they may refer
/// to everything else. Without an engine no code is looked at.
///
/// Source: cookiecutter's `prompt_for_config`.
pub(super) fn questions(
    text: &str,
    variables: &Map<String, Json>,
    engine: Option<&Engine>,
) -> Result<Vec<Question>, Vec<Problem>> {
    let mut reader = Reader {
        places: Places::of(text),
        engine,
        prompts: variables.get(PROMPTS),
        problems: Vec::new(),
    };
    let (mut first, mut dictionaries) = (Vec::new(), Vec::new());
    for (key, value) in variables.iter().filter(|(key, _)| *key != PROMPTS) {
        let question = reader.question(key, value);
        match value.is_object() && !is_verbatim(key) {
            true => dictionaries.push(question),
            false => first.push(question),
        }
    }
    first.append(&mut dictionaries);
    match reader.problems.is_empty() {
        true => Ok(first),
        false => Err(reader.problems),
    }
}

/// `_name` is the template's own and taken as it is; `__name` is the template's own and rendered.
fn is_private(key: &str) -> bool {
    key.starts_with('_')
}

fn is_verbatim(key: &str) -> bool {
    is_private(key) && !key.starts_with("__")
}

struct Reader<'a> {
    places: Places<'a>,
    engine: Option<&'a Engine>,
    prompts: Option<&'a Json>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn question(&mut self, key: &str, value: &Json) -> Question {
        let at = self.places.place(key);
        let one = |code: String| Default::One(self.snippet(&at, code));
        let data = || Default::Data {
            data: value.clone(),
            at: at.clone(),
        };
        let mut choices_are_code = false;
        let text = Kind::Text {
            rule: Rule::Text,
            pattern: None,
        };
        let (kind, default) = match value {
            _ if is_verbatim(key) => (Kind::Data, Default::Plain(value.clone())),
            _ if is_private(key) => (Kind::Data, data()),
            Json::Object(_) => (Kind::Dictionary, data()),
            Json::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| printed(&as_texts(item))).collect();
                choices_are_code = items.iter().any(|item| self.is_code(item));
                let first = items.first().cloned().unwrap_or_default();
                let choices = items.into_iter().map(|item| self.choice(key, item)).collect();
                (Kind::Choice(choices), one(first))
            }
            Json::Bool(answer) => (Kind::Bool, Default::Plain(Json::Bool(*answer))),
            Json::Null => (text, one(String::new())),
            value => (text, one(printed(value))),
        };
        if value.as_array().is_some_and(Vec::is_empty) && !is_private(key) {
            let problem = Problem::new(&at, format!("`{key}` has nothing to choose from"));
            self.problems
                .push(problem.hint("write the choices into its list, the default first"));
        }
        self.check(key, value, &at);
        Question {
            key: key.to_string(),
            at,
            prompt: self.prompt(key),
            help: String::new(),
            kind,
            default: Some(default),
            test: None,
            when: None,
            choices_are_code,
            required: false,
            secret: false,
        }
    }

    /// Refuses code that does not parse, wherever it is in the value.
    fn check(&mut self, key: &str, value: &Json, at: &str) {
        let Some(engine) = self.engine.filter(|_| !is_verbatim(key)) else {
            return;
        };
        match value {
            Json::String(code) => {
                if let Err(message) = engine.variables(code) {
                    self.problems.push(Problem::new(at, format!("`{key}`: {message}")));
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.check(key, item, at)),
            Json::Object(object) => {
                for (name, item) in object {
                    self.check(key, &Json::from(name.as_str()), at);
                    self.check(key, item, at);
                }
            }
            _ => {}
        }
    }

    fn snippet(&self, at: &str, code: String) -> Snippet {
        let names = self.engine.and_then(|engine| engine.variables(&code).ok());
        let names = names.unwrap_or_default();
        Snippet {
            code,
            at: at.to_string(),
            names,
        }
    }

    fn is_code(&self, text: &str) -> bool {
        self.engine.is_some_and(|engine| engine.is_code(text))
    }

    /// The words for a variable, or its name.
    fn prompt(&self, key: &str) -> String {
        let said = self.prompts.and_then(|prompts| prompts.get(key));
        let said = said.and_then(|said| said.as_str().or_else(|| said.get("__prompt__")?.as_str()));
        said.filter(|said| !said.is_empty()).unwrap_or(key).to_string()
    }

    fn choice(&self, key: &str, value: String) -> Choice {
        let labels = self.prompts.and_then(|prompts| prompts.get(key));
        let label = labels.and_then(|labels| labels.as_object()?.get(&value)?.as_str());
        Choice {
            label: label.unwrap_or(&value).to_string(),
            value,
        }
    }
}

/// A value of JSON as Python prints it, which is what cookiecutter makes of numbers.
pub fn printed(value: &Json) -> String {
    python_str(&crate::scaffold::jinja2::value_of(value))
}

/// The same with every number in it as a text, as cookiecutter has it where it renders.
pub(super) fn as_texts(value: &Json) -> Json {
    let text = |text: &str| Ok::<_, std::convert::Infallible>(text.to_string());
    match overlay::rendered(value, &text) {
        Ok(value) => value,
    }
}
