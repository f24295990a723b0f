//! YAML -> JSON: the only yaml-rust2.
//!
//! A text may repeat a part of itself by name, and that part another, so what is repeated is counted.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};
use yaml_rust2::Yaml;
use yaml_rust2::parser::{Event, MarkedEventReceiver, Parser};
use yaml_rust2::scanner::{Marker, TScalarStyle};

/// What the first document of a text is; nothing at all is null.
pub fn parse(text: &str) -> Result<Json, String> {
    let mut reader = Reader::default();
    let mut parser = Parser::new_from_str(text);
    parser
        .load(&mut reader, false)
        .map_err(|error| said(error.info(), error.marker()))?;
    match reader.problem {
        Some(problem) => Err(problem),
        None => Ok(reader.document.unwrap_or(Json::Null)),
    }
}

fn said(what: &str, at: &Marker) -> String {
    format!("{what} at line {} column {}", at.line(), at.col() + 1)
}

/// More values than any file that a person writes has, what is repeated counted each time.
const MOST: usize = 100_000;

#[derive(Default)]
struct Reader {
    /// Lists and objects that are not complete, the outermost first, each with its anchor.
    open: Vec<(Open, usize)>,
    /// What has a name, by the number of its anchor, with how many values it is.
    anchors: HashMap<usize, (Json, usize)>,
    count: usize,
    document: Option<Json>,
    problem: Option<String>,
}

enum Open {
    List(Vec<Json>),
    /// With the key whose value comes next.
    Object(Map<String, Json>, Option<String>),
}

impl MarkedEventReceiver for Reader {
    fn on_event(&mut self, event: Event, at: Marker) {
        if self.problem.is_some() {
            return;
        }
        let done = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = style != TScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str");
                let value = if is_text { Json::String(text) } else { plain(&text) };
                self.complete(value, 1, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                self.open.push((Open::List(Vec::new()), anchor));
                Ok(())
            }
            Event::MappingStart(anchor, _) => {
                self.open.push((Open::Object(Map::new(), None), anchor));
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some((Open::List(items), anchor)) => self.complete(Json::Array(items), 1, anchor),
                Some((Open::Object(object, _), anchor)) => self.complete(Json::Object(object), 1, anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some((value, size)) => self.complete(value, size, 0),
                None => Err("a part that is repeated before it is complete".to_string()),
            },
            _ => Ok(()),
        };
        self.problem = done.err().map(|what| said(&what, &at));
    }
}

impl Reader {
    /// Puts a value, which is so many in all, to where it belongs.
    fn complete(&mut self, value: Json, size: usize, anchor: usize) -> Result<(), String> {
        self.count += size;
        if self.count > MOST {
            return Err(format!("more than {MOST} values, what is repeated counted each time"));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), sizes(&value)));
        }
        match self.open.last_mut() {
            None => self.document = Some(value),
            Some((Open::List(items), _)) => items.push(value),
            Some((Open::Object(object, key), _)) => match key.take() {
                None => *key = Some(key_of(&value)?),
                Some(name) if object.contains_key(&name) => return Err(format!("the key `{name}` is there twice")),
                Some(name) => drop(object.insert(name, value)),
            },
        }
        Ok(())
    }
}

fn sizes(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(sizes).sum::<usize>(),
        Json::Object(object) => 1 + object.values().map(sizes).sum::<usize>(),
        _ => 1,
    }
}

fn key_of(value: &Json) -> Result<String, String> {
    match value {
        Json::String(text) => Ok(text.clone()),
        Json::Number(_) | Json::Bool(_) | Json::Null => Ok(value.to_string()),
        _ => Err("a key that is a list or an object".to_string()),
    }
}

/// A text without quotes, which may mean something else.
fn plain(text: &str) -> Json {
    match Yaml::from_str(text) {
        Yaml::Integer(number) => number.into(),
        Yaml::Real(number) => number.parse::<f64>().map_or_else(|_| text.into(), Json::from),
        Yaml::Boolean(answer) => answer.into(),
        Yaml::Null => Json::Null,
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_what_they_mean() {
        let text = "b: 1\na: ['x', 1.5, true, ~, null, \"5\", yes]\nnested: {k: v}\n? z\n: |\n  one\n  two\n1: n\nt: !!str 5\n";
        let value = parse(text).unwrap();
        let expected = json!({
            "b": 1, "a": ["x", 1.5, true, null, null, "5", "yes"], "nested": {"k": "v"}, "z": "one\ntwo\n", "1": "n",
            "t": "5",
        });
        assert_eq!(value.to_string(), expected.to_string());
        assert_eq!(parse(""), Ok(Json::Null));
        assert_eq!(parse("- &a [1]\n- *a\n"), Ok(json!([[1], [1]])));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        assert_eq!(
            parse("a: 1\na: 2\n").unwrap_err(),
            "the key `a` is there twice at line 2 column 4"
        );
        assert!(parse("a: [1\n").unwrap_err().contains(" at line "));
        let doubling: String = (1..40).fold("- &a0 [x, x]\n".to_string(), |text, number| {
            let before = number - 1;
            text + &format!("- &a{number} [*a{before}, *a{before}]\n")
        });
        assert!(parse(&doubling).unwrap_err().contains("more than 100000 values"));
        let deep = "[".repeat(100_000);
        assert!(parse(&deep).is_err());
    }
}
