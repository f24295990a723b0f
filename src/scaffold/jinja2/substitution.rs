//! Texts with nothing but names in them, such as `{{ cookiecutter.slug }}`, which need no engine: most texts are so.

use serde_json::{Map, Value as Json};

use super::{Syntax, dict_methods};

/// The text with the values of `group` in place of its names; none of a text that has anything else in it, or a value
/// that is no text.
pub fn substituted(source: &str, syntax: &Syntax, group: &str, values: &Map<String, Json>) -> Option<String> {
    if !syntax.is_plain_default() {
        return None;
    }
    let mut text = String::with_capacity(source.len() + source.len() / 8);
    let mut rest = source;
    while let Some(start) = first_mark(rest)? {
        let (before, code) = (&rest[..start], &rest[start + 2..]);
        let (inside, after) = code.split_once("}}")?;
        let name = inside.trim_matches(' ').strip_prefix(group)?.strip_prefix('.')?;
        let letters = |char: char| char.is_ascii_alphanumeric() || char == '_';
        // What a dictionary of Python's has of its own comes before its keys.
        let is_attribute = dict_methods::NAMES.contains(&name) || name.ends_with("__");
        if name.is_empty() || !name.chars().all(letters) || is_attribute {
            return None;
        }
        text.push_str(before);
        text.push_str(values.get(name)?.as_str()?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// Where the first `{{` is, if there is one; none at all where a mark of another kind comes first.
fn first_mark(text: &str) -> Option<Option<usize>> {
    let bytes = text.as_bytes();
    for place in memchr::memchr_iter(b'{', bytes) {
        match bytes.get(place + 1) {
            Some(b'{') => return Some(Some(place)),
            Some(b'%' | b'#') => return None,
            _ => {}
        }
    }
    Some(None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_names_of_texts_are_substituted() {
        let values = json!({"a": "A", "b_1": "{{ c.a }}", "n": 1, "items": "x"});
        let told = |text: &str| substituted(text, &Syntax::default(), "c", values.as_object().unwrap());
        assert_eq!(
            told("x {{ c.a }}{{c.b_1}} }} {\n").as_deref(),
            Some("x A{{ c.a }} }} {\n")
        );
        assert_eq!(told("no code").as_deref(), Some("no code"));
        for text in [
            "{{ c.n }}",
            "{{ c.none }}",
            "{{ c.items }}",
            "{{- c.a }}",
            "{{ c.a -}}",
            "{{ c.a | upper }}",
            "{{ c.a.b }}",
            "{{ cc.a }}",
            "{{ c.a",
            "{{ c. a }}",
            "{{ c.a }}{# #}",
            "{% raw %}{{ c.a }}{% endraw %}",
            "{{ '}}' }}",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
        let syntax = Syntax {
            trim_blocks: true,
            ..Syntax::default()
        };
        assert_eq!(
            substituted("{{ c.a }}", &syntax, "c", values.as_object().unwrap()).as_deref(),
            Some("A")
        );
        let syntax = Syntax {
            autoescape: true,
            ..Syntax::default()
        };
        assert_eq!(
            substituted("{{ c.a }}", &syntax, "c", values.as_object().unwrap()),
            None
        );
    }
}
