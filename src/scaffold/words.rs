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

/// `{{ ... }}` or `{% ... %}` with the names in it.
#[derive(Debug)]
pub struct Tag<'a> {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Behind its closing delimiter.
    pub end: usize,
    /// Whether a value comes out of it.
    pub is_value: bool,
    pub words: Vec<Word<'a>>,
}

/// The tags of a text, in order; comments and what is in raw blocks left out.
pub fn tags(source: &str) -> Vec<Tag<'_>> {
    let mut found: Vec<Tag<'_>> = Vec::new();
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
        let is_value = closing == "}}";
        let mut words = Vec::new();
        at = inside(source, start + 2, closing, &mut words);
        if !is_value && words.first().is_some_and(|word| word.text == "raw") {
            at = source[at..].find("endraw").map_or(source.len(), |end| at + end);
            continue;
        }
        found.push(Tag {
            start,
            end: at,
            is_value,
            words,
        });
    }
    found
}

/// The names in the tags of a text, in order; quoted strings left out.
pub fn words(source: &str) -> Vec<Word<'_>> {
    tags(source).into_iter().flat_map(|tag| tag.words).collect()
}

/// The names that a text gives a value to: by `set`, `with`, `for`, `macro`, `call` and `import`.
pub fn assigned(source: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for tag in tags(source).iter().filter(|tag| !tag.is_value) {
        let Some((first, rest)) = tag.words.split_first() else {
            continue;
        };
        let is_before = |sign: &str| {
            let end = source[tag.start..tag.end]
                .find(sign)
                .map_or(tag.end, |at| tag.start + at);
            move |word: &&Word<'_>| word.offset < end
        };
        let is_given = |word: &&Word<'_>| {
            let behind = source[word.offset + word.text.len()..].trim_start();
            behind.starts_with('=') && !behind.starts_with("==")
        };
        let named = |word: &Word<'_>| word.role != Role::Filter;
        let given: Vec<&Word<'_>> = match first.text {
            "set" => rest.iter().filter(is_before("=")).collect(),
            "with" => rest.iter().filter(is_given).collect(),
            "for" => rest.iter().take_while(|word| word.text != "in").collect(),
            "macro" => rest.iter().collect(),
            "call" => rest.iter().filter(is_before(")")).collect(),
            "from" | "import" => rest
                .iter()
                .skip_while(|word| !["import", "as"].contains(&word.text))
                .collect(),
            _ => continue,
        };
        names.extend(given.into_iter().filter(|word| named(word)).map(|word| word.text));
    }
    names
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
            let is_keyword_argument =
                rest.starts_with('=') && !rest.starts_with("==") && !found.is_empty() && !is_assignment(found);
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
                ("filter", Role::Name) if found.is_empty() && closing == "%}" => Role::Filter,
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

/// Whether a tag gives values to names, as `set` and `with` do.
fn is_assignment(words: &[Word<'_>]) -> bool {
    words.first().is_some_and(|word| ["set", "with"].contains(&word.text))
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
    fn the_place_of_a_tag_tells_what_its_words_are() {
        use Role::{Attribute, Filter, Name};
        let all = found("{{ a }}{% set b = dict(c=1) %}{{ f(d=e) }}{{ filter and g }}{% filter upper %}");
        for (text, role) in [
            ("b", Name),
            ("c", Name),
            ("d", Attribute),
            ("filter", Name),
            ("upper", Filter),
        ] {
            assert!(all.contains(&(text, role)), "{text}: {all:?}");
        }
        assert!(!all.contains(&("and", Filter)));
        let spans = |source| tags(source).iter().map(|tag| (tag.start, tag.end)).collect::<Vec<_>>();
        assert_eq!(spans("x{{ '}}' }}{# {{ #}{% raw %}{{ b }}{% endraw %}"), [(1, 11)]);
    }

    #[test]
    fn a_text_gives_values_to_names() {
        for (source, names) in [
            (
                "{% set a = b %}{% set c, d = e %}{% set f | upper %}g{% endset %}",
                &["a", "c", "d", "f"][..],
            ),
            ("{% with a=p, b = q | join(r) %}{% if a == p %}", &["a", "b"]),
            ("{% for a, b in c if d %}{{ e }}", &["a", "b"]),
            ("{% macro f(a, b=1) %}", &["f", "a", "b"]),
            ("{% call(a) f(b) %}", &["a"]),
            (
                "{% import 'x' as a %}{% from 'y' import b, c as d %}",
                &["as", "a", "import", "b", "c", "as", "d"],
            ),
            ("{{ a = b }}{# set c = 1 #}", &[]),
        ] {
            assert_eq!(assigned(source), names, "{source}");
        }
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
