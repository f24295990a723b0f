//! What of a repository is wanted, as the user said it; git must not take it for an option or an expression.

use std::fmt;

use crate::failure::Failure;
use crate::neutral::neutral_line;
use crate::scaffold::rule::is_unprintable;

/// A branch, a tag or the id of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// Refuses what no branch or tag may be called.
    ///
    /// Source: `git help check-ref-format`, whose rules for every part of a name are kept.
    pub fn parse(text: &str) -> Result<Reference, Failure> {
        match problem(text) {
            None => Ok(Reference(text.to_string())),
            Some(problem) => Err(Failure::invalid_input(format!(
                "`{}` is no branch, tag or commit: {problem}",
                neutral_line(text)
            ))
            .hint("give the name of a branch or a tag, or the id of a commit")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of one object: what it names never changes.
    pub(super) fn is_full_id(&self) -> bool {
        matches!(self.0.len(), 40 | 64) && self.is_hexadecimal()
    }

    /// The beginning of an id, unless it is the name of a branch or a tag.
    pub(super) fn may_be_abbreviated_id(&self) -> bool {
        (7..40).contains(&self.0.len()) && self.is_hexadecimal()
    }

    fn is_hexadecimal(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("it is empty")
    } else if text.len() > 200 {
        Some("it is longer than 200 bytes")
    } else if text.starts_with('-') {
        Some("it begins with `-`")
    } else if text.chars().any(|char| char.is_whitespace() || is_unprintable(char)) {
        Some("it has a space or a character that cannot be seen in it")
    } else if text.contains([':', '^', '~', '?', '*', '[', '\\']) || text.contains("..") || text.contains("@{") {
        Some(r"it has one of `..` `:` `^` `~` `?` `*` `[` `\` `@{` in it")
    } else if text == "@" {
        Some("it is `@` alone")
    } else if text.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        Some("it has a part that is empty or begins with a dot")
    } else if text.ends_with('.') || text.split('/').any(|part| part.ends_with(".lock")) {
        Some("it ends with a dot, or a part of it with `.lock`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_is_taken() {
        for text in [
            "",
            "-x",
            "--upload-pack=touch x",
            "a b",
            "a\nb",
            "a\u{200b}b",
            "a..b",
            "a:b",
            "a^",
            "HEAD~1",
            "a?",
            "a*",
            "a[0]",
            "a\\b",
            "main@{1}",
            "@",
            "a.lock",
            "a.lock/b",
            "a/",
            "/a",
            "a//b",
            "a.",
            ".a",
            "a/.b",
            &"x".repeat(201),
        ] {
            assert!(Reference::parse(text).is_err(), "{text:?}");
        }
        for text in [
            "main",
            "v1.0",
            "feature/x-y",
            "größe",
            "HEAD",
            "refs/heads/x",
            "a@b",
            "x-",
            &"0".repeat(64),
        ] {
            assert!(Reference::parse(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn an_id_is_told_from_a_name() {
        let reference = |text: &str| Reference::parse(text).unwrap();
        assert!(reference(&"0aF".repeat(14)[..40]).is_full_id());
        assert!(!reference(&"0aG".repeat(14)[..40]).is_full_id());
        assert!(reference("0123abc").may_be_abbreviated_id());
        for name in ["0123ab", "0123abg", "main"] {
            assert!(!reference(name).may_be_abbreviated_id(), "{name}");
        }
    }
}
