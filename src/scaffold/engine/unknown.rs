//! Filters, tests and methods that do not exist, told before a text runs into them.

use minijinja::ErrorKind;

use super::super::words::{Role, Word, receiver, words, words_of_expression};
use super::{BYPASSES, Engine, root};
use crate::failure::did_you_mean;

/// A filter, test or method that does not exist, and where it is used.
#[derive(Debug)]
pub struct Unknown {
    /// In bytes.
    pub offset: usize,
    pub message: String,
    pub hint: String,
}

const FILTERS: &str =
    "there are filters, like `name | upper`: `slug`, `module_name`, `class_name`, `raw` and those of Jinja";

/// What may have been meant where a filter is mistyped.
const COMMON_FILTERS: [&str; 28] = [
    "capitalize",
    "class_name",
    "default",
    "first",
    "float",
    "format",
    "indent",
    "int",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "module_name",
    "raw",
    "reject",
    "replace",
    "reverse",
    "select",
    "slug",
    "sort",
    "split",
    "title",
    "trim",
    "unique",
    "upper",
];

const TESTS: &str = "the tests are those of Jinja, like `is defined` and `is startingwith(...)`";

const ESCAPED: &str = "values are escaped by the name of their file; `raw` writes a plain name as it is";

impl Engine {
    /// The filters, tests and methods in a text that do not exist, which would only be noticed where they are used;
    /// `is_value` tells the names of plain values, which have no methods.
    pub fn unknown(&self, source: &str, is_value: impl Fn(&str) -> bool) -> Vec<Unknown> {
        self.unknown_of(source, &words(source), is_value)
    }

    /// The same for an expression.
    pub fn unknown_of_expression(&self, expression: &str, is_value: impl Fn(&str) -> bool) -> Vec<Unknown> {
        self.unknown_of(expression, &words_of_expression(expression), is_value)
    }

    fn unknown_of(&self, source: &str, words: &[Word<'_>], is_value: impl Fn(&str) -> bool) -> Vec<Unknown> {
        // Of a value's methods in Jinja2 nothing is known before it is there.
        if words.is_empty() || self.is_jinja2() {
            return Vec::new();
        }
        let mut state = self.environment.empty_state();
        let mut is_filter = |name: &str| match state.apply_filter(name, &[]) {
            Err(error) => error.kind() != ErrorKind::UnknownFilter,
            Ok(_) => true,
        };
        let mut found = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let name = word.text;
            let (message, hint) = match word.role {
                Role::Filter if !is_filter(name) => {
                    let hint = match did_you_mean(name, COMMON_FILTERS) {
                        _ if BYPASSES.contains(&name) || name == "tojson" => ESCAPED.to_string(),
                        Some(near) => format!("did you mean `{near}`?"),
                        None => FILTERS.to_string(),
                    };
                    (format!("there is no filter `{name}`"), hint)
                }
                Role::Test if !self.is_test(name) => (format!("there is no test `{name}`"), TESTS.to_string()),
                Role::Method => match receiver(words, index, source).filter(|value| is_value(root(value).trim_end())) {
                    Some(value) if is_filter(name) => (
                        format!("`{value}` has no method `{name}`"),
                        format!("it is a filter: `{value} | {name}`"),
                    ),
                    Some(value) => (format!("`{value}` has no method `{name}`"), FILTERS.to_string()),
                    None => continue,
                },
                _ => continue,
            };
            found.push(Unknown {
                offset: word.offset,
                message,
                hint,
            });
        }
        found
    }

    fn is_test(&self, name: &str) -> bool {
        match self.environment.empty_state().perform_test(name, &[]) {
            Err(error) => error.kind() != ErrorKind::UnknownTest,
            Ok(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_exist_is_told_with_what_does() {
        let engine = Engine::new();
        let told = |text: &str| {
            let unknown = engine.unknown(text, |name| name == "a").into_iter();
            unknown
                .map(|unknown| unknown.message + "; " + &unknown.hint)
                .collect::<Vec<_>>()
        };
        for name in COMMON_FILTERS {
            assert_eq!(told(&format!("{{{{ a | {name} }}}}")), [""; 0]);
        }
        assert_eq!(
            told("{{ a | uper }}"),
            ["there is no filter `uper`; did you mean `upper`?"]
        );
        assert_eq!(
            told("{{ a.upper() }}"),
            ["`a` has no method `upper`; it is a filter: `a | upper`"]
        );
        assert_eq!(told("{{ a.b.isdigit() ~ b.upper() ~ loop.cycle(a) }}").len(), 1);
        assert_eq!(told("{% if a is defned %}{% endif %}").len(), 1);
    }
}
