//! Variables of a `cookiecutter.json` that say how texts are read: `_jinja2_env_vars` and `_extensions`.

use serde_json::{Map, Value as Json};

use super::json::place;
use crate::failure::Problem;
use crate::scaffold::jinja2::Syntax;

/// Extensions that every text has without asking for them.
const ALWAYS: [&str; 11] = [
    "cookiecutter.extensions.JsonifyExtension",
    "cookiecutter.extensions.RandomStringExtension",
    "cookiecutter.extensions.SlugifyExtension",
    "cookiecutter.extensions.TimeExtension",
    "cookiecutter.extensions.UUIDExtension",
    // What `now` was called before it was cookiecutter's own.
    "jinja2_time.TimeExtension",
    // Part of Jinja itself for years.
    "jinja2.ext.autoescape",
    "jinja2.ext.with_",
    "jinja2.ext.AutoEscapeExtension",
    "jinja2.ext.WithExtension",
    "jinja2.ext.ExprStmtExtension",
];

/// How the texts of a template with these variables are read; the problems are about what cannot be.
pub(super) fn syntax(text: &str, variables: &Map<String, Json>) -> Result<Syntax, Vec<Problem>> {
    let mut syntax = Syntax::default();
    let mut problems = extensions(text, variables, &mut syntax);
    let at = place(text, "_jinja2_env_vars");
    match said(variables, "_jinja2_env_vars") {
        None => {}
        Some(Json::Object(settings)) => {
            for (key, value) in settings {
                if let Err(reason) = syntax.set(key, value) {
                    problems.push(Problem::new(&at, format!("`{key}` in `_jinja2_env_vars` {reason}")));
                }
            }
        }
        Some(_) => problems.push(Problem::new(&at, "`_jinja2_env_vars` must be an object")),
    }
    match problems.is_empty() {
        true => Ok(syntax),
        false => Err(problems),
    }
}

/// The key's value, where it says anything.
fn said<'a>(variables: &'a Map<String, Json>, key: &str) -> Option<&'a Json> {
    variables.get(key).filter(|value| !value.is_null())
}

/// Python code that texts would call: none of it can be run here, so it is told before anything is asked.
fn extensions(text: &str, variables: &Map<String, Json>, syntax: &mut Syntax) -> Vec<Problem> {
    let at = place(text, "_extensions");
    let asked = match said(variables, "_extensions") {
        None => return Vec::new(),
        Some(Json::Array(asked)) => asked,
        Some(_) => return vec![Problem::new(at, "`_extensions` must be a list")],
    };
    let mut problems = Vec::new();
    for extension in asked {
        let name = extension.as_str().map_or_else(|| extension.to_string(), str::to_string);
        match name.as_str() {
            "jinja2.ext.do" => syntax.has_do = true,
            "jinja2.ext.loopcontrols" => syntax.has_loop_controls = true,
            known if ALWAYS.contains(&known) => {}
            _ => {
                let message = format!("needs the Jinja extension `{name}`, which is Python code and not built in");
                problems.push(Problem::new(&at, message).hint(
                    "take it out of `_extensions` if no text uses it, write what it does as Jinja in a variable `__name`, or use cookiecutter itself",
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(variables: &Json) -> Result<Syntax, Vec<Problem>> {
        syntax("{}", variables.as_object().unwrap())
    }

    #[test]
    fn settings_are_taken_and_what_is_none_is_told() {
        let taken = read(&json!({
            "_jinja2_env_vars": {"block_start_string": "[%", "trim_blocks": true, "line_statement_prefix": "#"},
            "_extensions": ["jinja2_time.TimeExtension", "jinja2.ext.do"],
        }))
        .unwrap();
        assert_eq!(
            (taken.block.0.as_str(), taken.trim_blocks, taken.has_do),
            ("[%", true, true)
        );
        assert_eq!(taken.line_statement.as_deref(), Some("#"));
        let problems = read(&json!({
            "_jinja2_env_vars": {"keep_trailing_newline": true, "trim_blocks": "yes", "finalize": "x"},
            "_extensions": ["local_extensions.Mine", 5],
        }))
        .unwrap_err();
        assert_eq!(problems.len(), 5);
        assert!(problems[0].message.contains("`local_extensions.Mine`"), "{problems:?}");
    }
}
