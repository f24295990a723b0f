//! Whether a text may call one of some methods, in any of its tags.

use memchr::memchr3_iter;

use super::Syntax;
use super::letters::is_space;
use super::lexer::tokens;
use super::tokens::Token;

/// As `x.name` or `x['name']`; of a text that cannot be read nothing is known.
pub fn may_call(source: &str, syntax: &Syntax, names: &[&str]) -> bool {
    // Reading tags is much more work than looking where a method's name can stand, and few texts have one there.
    if !has_behind_a_dot_or_quote(source, names) {
        return false;
    }
    let Ok(tokens) = tokens(source, syntax) else {
        return true;
    };
    let is_one = |name: &String| names.contains(&name.as_str());
    let behind_dot = |at: usize| at > 0 && tokens[at - 1].token == Token::Operator(".");
    tokens.iter().enumerate().any(|(at, placed)| match &placed.token {
        Token::Name(name) => behind_dot(at) && is_one(name),
        Token::Text(name) => is_one(name),
        _ => false,
    })
}

/// In code or not, and whatever comes after the name.
fn has_behind_a_dot_or_quote(source: &str, names: &[&str]) -> bool {
    memchr3_iter(b'.', b'\'', b'"', source.as_bytes()).any(|at| {
        let rest = &source[at + 1..];
        let rest = match source.as_bytes()[at] {
            b'.' => rest.trim_start_matches(is_space),
            _ => rest,
        };
        // Most end at the first letter, without a comparison of texts.
        let first = rest.as_bytes().first();
        let mut names = names.iter().filter(|name| name.as_bytes().first() == first);
        names.any(|name| rest.starts_with(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_looked_for_in_code_only() {
        let told = |text: &str| may_call(text, &Syntax::default(), &["pop", "sort"]);
        for text in [
            "{{ c.pop() }}",
            "x\n{% set y = c . pop %}",
            "{{ c['pop']('x') }}",
            "{{ c|attr('sort') }}",
            "c.pop {{ 'unclosed }}",
        ] {
            assert!(told(text), "{text}");
        }
        for text in [
            "{{ c.a }} c.pop()",
            "{{ pop }} {{ popular.a }}",
            "{{ c|sort }}",
            "{# c.pop() #}",
            "{% raw %}{{ c.pop() }}{% endraw %}",
            "{{ c.popitem() }}",
        ] {
            assert!(!told(text), "{text}");
        }
    }
}
