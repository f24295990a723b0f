//! Whether a text may call one of some methods, in any of its tags.

use memchr::memmem::Finder;

use super::Syntax;
use super::letters::is_space;
use super::lexer::tokens;
use super::tokens::Token;

/// By their names.
pub struct Methods<'n>(Vec<(&'n str, Finder<'n>)>);

impl<'n> Methods<'n> {
    pub fn named(names: &[&'n str]) -> Self {
        Methods(names.iter().map(|name| (*name, Finder::new(*name))).collect())
    }

    /// As `x.name` or `x['name']`; of a text that cannot be read nothing is known.
    pub fn may_be_called_in(&self, source: &str, syntax: &Syntax) -> bool {
        // Looking for words is much less work than reading tags, and few are found where a method's name can stand.
        if !self.0.iter().any(|(_, finder)| stands(finder, source)) {
            return false;
        }
        let Ok(tokens) = tokens(source, syntax) else {
            return true;
        };
        let is_one = |name: &str| self.0.iter().any(|(known, _)| *known == name);
        let behind_dot = |at: usize| at > 0 && tokens[at - 1].token == Token::Operator(".");
        tokens.iter().enumerate().any(|(at, placed)| match &placed.token {
            Token::Name(name) => behind_dot(at) && is_one(name),
            Token::Text(name) => is_one(name),
            _ => false,
        })
    }
}

/// Whether the name is anywhere behind a dot or in quotes.
fn stands(name: &Finder, source: &str) -> bool {
    name.find_iter(source.as_bytes()).any(|at| {
        let before = &source[..at];
        before.ends_with(['\'', '"']) || before.trim_end_matches(is_space).ends_with('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_looked_for_in_code_only() {
        let methods = Methods::named(&["pop", "sort"]);
        let told = |text: &str| methods.may_be_called_in(text, &Syntax::default());
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
