//! Data of a template with what the user gives laid over it, as cookiecutter lays its overrides.

use serde_json::Value as Json;

use super::value::yes_or_no;

/// `own` changed by `given`: of a list the chosen item comes first, dictionaries are merged key by key, all else is
/// replaced. The error says what is not possible.
///
/// Source: cookiecutter's `apply_overwrites_to_context`.
pub fn laid_over(own: Json, given: Json) -> Result<Json, String> {
    match (own, given) {
        (Json::Array(items), Json::Array(chosen)) => match chosen.iter().find(|item| !items.contains(item)) {
            None => Ok(chosen.into()),
            Some(other) => Err(format!(
                "must be a part of {}, which {other} is not",
                Json::Array(items)
            )),
        },
        (Json::Array(mut items), given) => match items.iter().position(|item| *item == given) {
            Some(at) => {
                let chosen = items.remove(at);
                items.insert(0, chosen);
                Ok(items.into())
            }
            None => Err(format!("must be one of {}", Json::Array(items))),
        },
        (Json::Object(mut own), Json::Object(given)) => {
            for (key, value) in given {
                // A key keeps its place.
                let place = own.entry(key).or_insert(Json::Null);
                *place = match place.take() {
                    within @ Json::Object(_) if value.is_object() => laid_over(within, value)?,
                    Json::Bool(_) if value.is_string() => yes_or_no_of(&value)?,
                    _ => value,
                };
            }
            Ok(own.into())
        }
        (Json::Bool(_), given @ Json::String(_)) => yes_or_no_of(&given),
        (_, given) => Ok(given),
    }
}

fn yes_or_no_of(given: &Json) -> Result<Json, String> {
    let answer = given.as_str().and_then(yes_or_no);
    answer.map(Json::Bool).ok_or_else(|| "must be yes or no".to_string())
}

/// Data in which every text, keys too, is rendered; a number is a text to cookiecutter.
pub fn rendered<E>(data: &Json, render: &impl Fn(&str) -> Result<String, E>) -> Result<Json, E> {
    Ok(match data {
        Json::Null | Json::Bool(_) => data.clone(),
        Json::Number(number) => Json::String(render(&number.to_string())?),
        Json::String(text) => Json::String(render(text)?),
        Json::Array(items) => Json::Array(
            items
                .iter()
                .map(|item| rendered(item, render))
                .collect::<Result<_, _>>()?,
        ),
        Json::Object(object) => {
            let pair = |(key, value): (&String, &Json)| Ok((render(key)?, rendered(value, render)?));
            Json::Object(object.iter().map(pair).collect::<Result<_, _>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_given_is_laid_over_what_is_there() {
        for (own, given, expected) in [
            (json!("a"), json!("b"), json!("b")),
            (json!(["a", "b", "c"]), json!("c"), json!(["c", "a", "b"])),
            (json!(["a", "b", "c"]), json!(["c", "b"]), json!(["c", "b"])),
            (json!(true), json!("off"), json!(false)),
            (
                json!({"a": 1, "b": {"c": 2, "d": [3]}}),
                json!({"b": {"d": 4, "e": 5}}),
                json!({"a": 1, "b": {"c": 2, "d": 4, "e": 5}}),
            ),
            (json!({"a": true}), json!({"a": "no"}), json!({"a": false})),
            (json!({"a": 1}), json!("text"), json!("text")),
            (json!(null), json!({"a": 1}), json!({"a": 1})),
        ] {
            assert_eq!(laid_over(own, given), Ok(expected));
        }
        for (own, given) in [
            (json!(["a"]), json!("b")),
            (json!(["a"]), json!(["b"])),
            (json!(true), json!("maybe")),
        ] {
            assert!(laid_over(own, given).is_err());
        }
    }

    #[test]
    fn every_text_in_data_is_rendered_and_numbers_are_texts() {
        let render = |text: &str| Ok::<_, ()>(text.to_uppercase());
        let data = json!({"a": ["b", 1, 1.5, true, null], "c": {"d": "e"}});
        let expected = json!({"A": ["B", "1", "1.5", true, null], "C": {"D": "E"}});
        assert_eq!(rendered(&data, &render), Ok(expected));
    }
}
