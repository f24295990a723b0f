//! What code may bind or change in ways that are not followed: found among the words, however deep they stand.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged;

use super::bytes;

/// Words by which a module gets names that nothing in it spells out.
const OPEN: &[&str] = &["__dict__", "__getattr__", "exec", "globals", "modules", "vars"];
/// Words that set any attribute.
const SETTERS: &[&str] = &["__dict__", "__setattr__", "setattr"];

#[derive(Debug, Default)]
pub struct Loose {
    /// Names of `global` and of `:=`.
    pub names: BTreeSet<String>,
    /// Attributes that are set on something other than `self`.
    attributes: BTreeSet<String>,
    sets_any: bool,
    /// Any name may be bound.
    pub is_open: bool,
    /// How often each name stands in the text.
    counts: BTreeMap<String, usize>,
}

impl Loose {
    pub(super) fn of(tokens: &Tokens, content: &str) -> Loose {
        let mut found = Loose::default();
        let mut is_global = false;
        // The words before this one: `x`, `.`, `name`.
        let mut last = [(TokenKind::EndOfFile, ""); 3];
        for token in tokens {
            let kind = token.kind();
            let word = content.get(bytes(token.range())).unwrap_or_default();
            let [(_, owner), (dot, _), (name, named)] = last;
            if kind == TokenKind::Name {
                *found.counts.entry(word.to_string()).or_default() += 1;
            }
            match kind {
                TokenKind::Global => is_global = true,
                TokenKind::Newline => is_global = false,
                TokenKind::Name if is_global => {
                    found.names.insert(word.to_string());
                }
                TokenKind::Name => {
                    found.is_open |= OPEN.contains(&word);
                    found.sets_any |= SETTERS.contains(&word);
                }
                TokenKind::ColonEqual if name == TokenKind::Name => {
                    found.names.insert(named.to_string());
                }
                TokenKind::Equal if dot == TokenKind::Dot && owner != "self" => {
                    found.attributes.insert(named.to_string());
                }
                _ => {}
            }
            last = [last[1], last[2], (kind, word)];
        }
        found
    }

    pub fn count(&self, name: &str) -> usize {
        self.counts.get(name).copied().unwrap_or_default()
    }

    /// Whether a class of the module may get this attribute from outside of its body.
    pub fn sets(&self, attribute: &str) -> bool {
        self.sets_any || self.attributes.contains(attribute)
    }
}
