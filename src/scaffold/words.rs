//! The names in a template text with their places, which the engine does not tell before it runs into them.

/// A name inside a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    pub text: &'a str,
    /// In bytes.
    pub offset: usize,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A variable, a function, or a word of the language.
    Name,
    /// Behind `|`, or the name of a filter block.
    Filter,
    /// Behind `is` or `is not`.
    Test,
    /// Behind a dot, or in front of `=` in a call.
    Attribute,
    /// Behind a dot, and called.
    Method,
}

/// What a method is called on, where that is a variable, perhaps with attributes: `a.b` of `a.b.method()`.
pub fn receiver<'a>(words: &[Word<'a>], method: usize, source: &'a str) -> Option<&'a str> {
    let end = words
        .get(method.checked_sub(1)?)
        .map(|word| word.offset + word.text.len())?;
    let mut at = method;
    loop {
        let (before, word) = (words.get(at.checked_sub(1)?)?, words.get(at)?);
        if source.get(before.offset + before.text.len()..word.offset)?.trim() != "." {
            return None;
        }
        match before.role {
            Role::Name => return source.get(before.offset..end),
            Role::Attribute => at -= 1,
            _ => return None,
        }
    }
}

/// The names in the tags of a text, in order; comments, raw blocks and quoted strings left out.
pub fn words(source: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = source[at..].find('{').map(|start| at + start) {
        let closing = match source.as_bytes().get(start + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => {
                at = source[start..].find("#}").map_or(source.len(), |end| start + end + 2);
                continue;
            }
            _ => {
                at = start + 1;
                continue;
            }
        };
        let from = found.len();
        at = inside(source, start + 2, closing, &mut found);
        if closing == "%}" && found.get(from).is_some_and(|word| word.text == "raw") {
            found.truncate(from);
            at = source[at..].find("endraw").map_or(source.len(), |end| at + end);
        }
    }
    found
}

/// The names of an expression.
pub fn words_of_expression(expression: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    inside(expression, 0, "\0", &mut found);
    found
}

/// Collects names up to the closing delimiter, and tells where the text goes on.
fn inside<'a>(source: &'a str, from: usize, closing: &str, found: &mut Vec<Word<'a>>) -> usize {
    let mut role = Role::Name;
    let mut at = from;
    while let Some(char) = source[at..].chars().next() {
        if source[at..].starts_with(closing) {
            return at + closing.len();
        }
        if char == '"' || char == '\'' {
            at = after_string(source, at, char);
            role = Role::Name;
        } else if char.is_alphabetic() || char == '_' {
            let length = source[at..].find(|char: char| !char.is_alphanumeric() && char != '_');
            let text = &source[at..length.map_or(source.len(), |length| at + length)];
            let rest = source[at + text.len()..].trim_start();
            let is_keyword_argument = rest.starts_with('=') && !rest.starts_with("==") && found.len() > 1;
            let called = role == Role::Attribute && rest.starts_with('(');
            let role_here = if called { Role::Method } else { role };
            let word = Word {
                text,
                offset: at,
                role: role_here,
            };
            role = match (text, role) {
                // What is tested comes behind it.
                ("not", Role::Test) => Role::Test,
                ("is", Role::Name) => Role::Test,
                ("filter", Role::Name) => Role::Filter,
                _ => Role::Name,
            };
            match (text, word.role) {
                ("not", Role::Test) => {}
                (_, Role::Name) if is_keyword_argument => found.push(Word {
                    role: Role::Attribute,
                    ..word
                }),
                _ => found.push(word),
            }
            at += text.len();
        } else if char.is_ascii_digit() {
            at += source[at..]
                .find(|char: char| !char.is_alphanumeric())
                .unwrap_or(source.len() - at);
        } else {
            match char {
                '|' => role = Role::Filter,
                '.' => role = Role::Attribute,
                char if char.is_whitespace() => {}
                _ => role = Role::Name,
            }
            at += char.len_utf8();
        }
    }
    source.len()
}

fn after_string(source: &str, from: usize, quote: char) -> usize {
    let mut escaped = false;
    for (offset, char) in source[from + 1..].char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            char if char == quote => return from + 1 + offset + 1,
            _ => {}
        }
    }
    source.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<(&str, Role)> {
        words(source).into_iter().map(|word| (word.text, word.role)).collect()
    }

    #[test]
    fn names_are_told_apart_by_what_stands_before_them() {
        use Role::{Attribute, Filter, Method, Name, Test};
        assert_eq!(
            found("é {{ a.b | slug }} {# c #} {% if x is not defined and 'y' != \"z\\\"\" %}q{% endif %}"),
            [
                ("a", Name),
                ("b", Attribute),
                ("slug", Filter),
                ("if", Name),
                ("x", Name),
                ("is", Name),
                ("defined", Test),
                ("and", Name),
                ("endif", Name)
            ]
        );
        assert_eq!(found("{% raw %}{{ a }}{% endraw %}{{ b }}"), [("b", Name)]);
        assert_eq!(found("{{ a.b(c) }}"), [("a", Name), ("b", Method), ("c", Name)]);
        assert_eq!(found("{{ 1e5 ~ f(x, key=y) }}").len(), 4);
        assert_eq!(found("${{ a }} { b } {{ 'c"), [("a", Name)]);
        assert_eq!(words("{{ ä }}")[0].offset, 3);
        let filters: Vec<_> = words_of_expression("a | join(',') in b|list").into_iter().collect();
        assert_eq!(filters.iter().filter(|word| word.role == Filter).count(), 2);
    }

    #[test]
    fn a_method_is_called_on_a_variable_or_on_what_is_not_known() {
        let on = |source| {
            let words = words(source);
            let method = words.iter().position(|word| word.role == Role::Method).unwrap();
            receiver(&words, method, source)
        };
        assert_eq!(on("{{ a.b() }}"), Some("a"));
        assert_eq!(on("{% if x and a . b.c () %}"), Some("a . b"));
        assert_eq!(on("{{ 'a'.b() }}"), None);
        assert_eq!(on("{{ (a ~ c).b() }}"), None);
        assert_eq!(on("{{ f(a).b() }}"), None);
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in [
            "{{",
            "{%",
            "{#",
            "{{ '",
            "{% raw %}",
            "{",
            "é{",
            "{{ é.",
            "{% raw",
            "{{ \"\\",
        ] {
            words(text);
        }
    }
}
