//! Whether a text may call a method, in any of its tags.

use memchr::memmem::find;

use super::Syntax;
use super::lexer::tokens;
use super::tokens::Token;

/// As `x.name` or `x['name']`; of a text that cannot be read nothing is known.
pub fn may_call(source: &str, syntax: &Syntax, names: &[&str]) -> bool {
    // Most texts have none of the words anywhere, and looking for words is much less work than reading tags.
    if !names
        .iter()
        .any(|name| find(source.as_bytes(), name.as_bytes()).is_some())
    {
        return false;
    }
    let Ok(tokens) = tokens(source, syntax) else {
        return true;
    };
    let behind_dot = |at: usize| at > 0 && tokens[at - 1].token == Token::Operator(".");
    tokens.iter().enumerate().any(|(at, placed)| match &placed.token {
        Token::Name(name) => behind_dot(at) && names.contains(&name.as_str()),
        Token::Text(name) => names.contains(&name.as_str()),
        _ => false,
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
            "pop {{ 'unclosed }}",
        ] {
            assert!(told(text), "{text}");
        }
        for text in [
            "{{ c.a }} c.pop()",
            "{{ c|sort }}",
            "{# c.pop() #}",
            "{% raw %}{{ c.pop() }}{% endraw %}",
            "{{ c.popitem() }}",
        ] {
            assert!(!told(text), "{text}");
        }
    }
}
