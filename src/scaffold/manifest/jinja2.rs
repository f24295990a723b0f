//! `[jinja2]`: the template's texts are Jinja2 as cookiecutter has it, with Python's methods and no escaping.

use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

use super::super::confine::confined;
use super::super::cookiecutter;
use super::super::engine::Engine;
use super::super::jinja2::Syntax;
use super::reader::Reader;

/// The table's name.
const TABLE: &str = "jinja2";

/// What renders the texts of the manifest that is this text.
pub fn engine(text: &str) -> Engine {
    let other = confined(|| language(text).and_then(|syntax| Engine::jinja2(&syntax).ok()));
    other.unwrap_or_default()
}

/// The language of the texts, where it is not our own; what is wrong with it is told by whoever reads the rest.
fn language(text: &str) -> Option<Syntax> {
    // Most manifests do not have the word in them.
    if !text.contains(TABLE) {
        return None;
    }
    let (document, _) = DeTable::parse_recoverable(text);
    let table = document.get_ref().get(TABLE)?.get_ref().as_table()?;
    let mut syntax = Syntax::default();
    for (key, value) in table {
        let _ = cookiecutter::set(&mut syntax, key.get_ref(), &json(value.get_ref()));
    }
    Some(syntax)
}

impl Reader<'_> {
    /// Whether there is such a table; its settings are checked.
    pub(super) fn jinja2(&mut self, document: &DeTable<'_>) -> bool {
        let Some(table) = self.table_at(document, TABLE) else {
            return false;
        };
        let mut syntax = Syntax::default();
        for (key, value) in table {
            let name: &str = key.get_ref();
            if let Err(reason) = cookiecutter::set(&mut syntax, name, &json(value.get_ref())) {
                let hint = "write it like `variable_start_string = \"[[\"` or `trim_blocks = true`";
                self.problem(&value.span(), &format!("`{name}` {reason}"), hint);
            }
        }
        true
    }
}

fn json(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Boolean(answer) => Json::Bool(*answer),
        _ => Json::Null,
    }
}
