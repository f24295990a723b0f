//! What a manifest says of some files by their paths: whether, how and how often they are written.

use glob::{MatchOptions, Pattern};

use super::snippet::Snippet;

#[derive(Debug)]
pub struct FileRule {
    /// Over the paths below `files/`, as they are in the template, each with its place in the manifest.
    pub patterns: Vec<(Pattern, String)>,
    /// An expression; without it the files are always written.
    pub when: Option<Snippet>,
    /// Content as it is, whatever the name ends in.
    pub copy: bool,
    pub executable: Option<bool>,
    /// An expression that gives a list; the file is written for each `item` of it.
    pub each: Option<Snippet>,
}

/// `*` stays within one part of a path, `**` does not.
pub const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl FileRule {
    pub fn applies_to(&self, path: &str) -> bool {
        self.patterns
            .iter()
            .any(|(pattern, _)| pattern.matches_with(path, MATCHING))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_over_whole_paths() {
        let matches = |pattern: &str, path: &str| {
            let rule = FileRule {
                patterns: vec![(Pattern::new(pattern).unwrap(), String::new())],
                when: None,
                copy: false,
                executable: None,
                each: None,
            };
            rule.applies_to(path)
        };
        assert!(matches("frontend/**", "frontend/src/a.ts"));
        assert!(matches("**/*.sh", "run.sh"));
        assert!(matches("**/*.sh", "a/b/.run.sh"));
        assert!(matches("{{ module_name }}/*", "{{ module_name }}/a.py"));
        assert!(!matches("*.sh", "a/run.sh"));
        assert!(!matches("frontend", "frontend/a"));
    }
}
