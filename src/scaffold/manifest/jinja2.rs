//! `[jinja2]`: the template's texts are Jinja2 as cookiecutter has it, with Python's methods and no escaping.

use serde_json::{Map, Value as Json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::confine::confined;
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
    for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != DATA) {
        let _ = syntax.set(key.get_ref(), &json(value.get_ref()));
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
        self.data = data(table.get(DATA));
        if let Some(data) = table.get(DATA) {
            self.table(
                data,
                "write `[jinja2.data]` on a line of its own, and names with values below",
            );
        }
        for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != DATA) {
            let name: &str = key.get_ref();
            if let Err(reason) = syntax.set(name, &json(value.get_ref())) {
                let hint = "write it like `variable_start_string = \"[[\"` or `trim_blocks = true`";
                self.problem(&value.span(), &format!("`{name}` {reason}"), hint);
            }
        }
        true
    }
}

/// The key of values that texts use and nobody is asked for: lists, tables and all else that TOML can hold.
const DATA: &str = "data";

/// Those values, in the order of the text.
fn data(value: Option<&Spanned<DeValue<'_>>>) -> Map<String, Json> {
    match value.map(|value| json(value.get_ref())) {
        Some(Json::Object(data)) => data,
        _ => Map::new(),
    }
}

fn json(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Boolean(answer) => Json::Bool(*answer),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            parsed.map_or_else(|_| Json::from(number.as_str()), Json::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Json::Null, Json::from),
        DeValue::Datetime(time) => Json::from(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            let pair = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                (AsRef::<str>::as_ref(key.get_ref()).to_string(), json(value.get_ref()))
            };
            Json::Object(entries.into_iter().map(pair).collect())
        }
    }
}
