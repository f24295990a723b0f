//! Which members of a value a text names, such as `slug` in `cookiecutter.slug` and `cookiecutter['slug']`.

use super::Syntax;
use super::lexer::tokens;
use super::tokens::Token;

/// The members of one value that a text names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Members {
    pub names: Vec<String>,
    /// The value is used in some other way too, so that any member may be.
    pub is_used_whole: bool,
}

/// Those of the value `group`; nothing of a text that cannot be read.
pub fn members(source: &str, syntax: &Syntax, group: &str) -> Members {
    let mut members = Members::default();
    let tokens = tokens(source, syntax).unwrap_or_default();
    let token = |at: usize| tokens.get(at).map(|placed| &placed.token);
    for (at, placed) in tokens.iter().enumerate() {
        let is_member = at > 0 && token(at - 1) == Some(&Token::Operator("."));
        if placed.token != Token::Name(group.to_string()) || is_member {
            continue;
        }
        match (token(at + 1), token(at + 2), token(at + 3)) {
            (Some(Token::Operator(".")), Some(Token::Name(name)), _)
            | (Some(Token::Operator("[")), Some(Token::Text(name)), Some(Token::Operator("]"))) => {
                members.names.push(name.clone());
            }
            _ => members.is_used_whole = true,
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_in_code_only() {
        let told = |text: &str| members(text, &Syntax::default(), "c");
        let text = "{{ c.a }} c.b {% if c['d'] %}{{ x.c.e }}{% endif %}{# c.f #}{% raw %}{{ c.g }}{% endraw %}";
        assert_eq!(
            (told(text).names, told(text).is_used_whole),
            (vec!["a".into(), "d".into()], false)
        );
        for text in ["{{ c }}", "{{ c[x] }}", "{% for k in c %}{% endfor %}"] {
            assert!(told(text).is_used_whole, "{text}");
        }
        assert_eq!(told("{{ 'unclosed }} {{ c.a }}"), Members::default());
    }
}
