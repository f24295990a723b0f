//! A `cookiecutter.json` that only leads to others: `templates`, or `template` as it was written before.

use serde_json::Value as Json;

use super::json;
use crate::failure::Problem;

/// A template to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nested {
    /// Its folder below the one of the file.
    pub path: String,
    pub label: String,
}

/// The templates that a text leads to, the default first; nothing where it is a template itself.
pub fn nested(text: &str) -> Result<Vec<Nested>, Problem> {
    let variables = json::parse(text)?;
    let at = |key: &str| json::place(text, key);
    match (variables.get("templates"), variables.get("template")) {
        (Some(Json::Object(templates)), _) if !templates.is_empty() => {
            let nested = |(key, entry): (&String, &Json)| {
                let text = |name: &str| entry.get(name).and_then(Json::as_str);
                let Some(path) = text("path") else {
                    let hint = format!("write `\"{key}\": {{\"path\": \"./{key}\", \"title\": \"...\"}}`");
                    return Err(Problem::new(at("templates"), format!("`{key}` has no path")).hint(hint));
                };
                let title = text("title").unwrap_or(key);
                Ok(Nested {
                    path: path.to_string(),
                    label: match text("description").unwrap_or(key) {
                        same if same == title => title.to_string(),
                        description => format!("{title} ({description})"),
                    },
                })
            };
            templates.iter().map(nested).collect()
        }
        (None, Some(Json::Array(entries))) => {
            // `A label (./path)`.
            let nested = |entry: &Json| {
                let label = entry.as_str()?;
                let path = label.split_once('(')?.1.rsplit_once(')')?.0;
                let (path, label) = (path.to_string(), label.to_string());
                Some(Nested { path, label })
            };
            // Without paths it is a question like any other.
            Ok(entries.iter().map(nested).collect::<Option<_>>().unwrap_or_default())
        }
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String)> {
        let pair = |nested: Nested| (nested.path, nested.label);
        nested(text).unwrap().into_iter().map(pair).collect()
    }

    #[test]
    fn both_ways_of_leading_to_others_are_known() {
        let text =
            r#"{"templates": {"b": {"path": "./b", "title": "Bee", "description": "A bee"}, "a": {"path": "a"}}}"#;
        let pairs = [("./b", "Bee (A bee)"), ("a", "a")];
        assert_eq!(
            told(text),
            pairs.map(|(path, label)| (path.to_string(), label.to_string()))
        );
        let text = r#"{"template": ["Package (./pkg)", "App (the (./odd) one)"]}"#;
        let pairs = [
            ("./pkg", "Package (./pkg)"),
            ("the (./odd) one", "App (the (./odd) one)"),
        ];
        assert_eq!(
            told(text),
            pairs.map(|(path, label)| (path.to_string(), label.to_string()))
        );
        for text in [
            "{}",
            r#"{"template": "x"}"#,
            r#"{"template": ["x"]}"#,
            r#"{"templates": {}}"#,
        ] {
            assert!(told(text).is_empty(), "{text}");
        }
        assert!(nested(r#"{"templates": {"a": "b"}}"#).is_err());
    }
}
