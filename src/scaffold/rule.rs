//! The named rules a question's `check` refers to: what an answer must be, and its normal form.
//!
//! A rule never guesses in silence: it accepts, writes the same value in its normal form (the caller says so), or
//! refuses with the reason and, where there is one, a value that would do.

use std::str::FromStr;

use pep440_rs::Version;

use super::{naming, reserved};
use crate::failure::Problem;

/// Why an answer is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: String,
    /// A value the same rule accepts.
    pub suggestion: Option<String>,
}

impl Refusal {
    pub fn new(reason: impl Into<String>) -> Self {
        Refusal {
            reason: reason.into(),
            suggestion: None,
        }
    }

    /// As a problem with what is at a place.
    pub fn about(self, at: impl Into<String>) -> Problem {
        let problem = Problem::new(at, self.reason);
        match self.suggestion {
            Some(suggestion) => problem.hint(format!("`{suggestion}` would do")),
            None => problem,
        }
    }

    /// Adds a suggestion, unless there is nothing to suggest.
    fn suggest(mut self, value: String) -> Self {
        self.suggestion = Some(value).filter(|value| !value.is_empty());
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Any text without control characters, as it is; no manifest names it.
    Text,
    /// One line of printable text; the rule of a question that names none.
    Line,
    ProjectName,
    Summary,
    DistributionName,
    ModuleName,
    ClassName,
    PersonName,
    Email,
    GithubUser,
    Version,
}

impl Rule {
    /// The rules by the name a manifest uses.
    pub const NAMED: [(&'static str, Rule); 10] = [
        ("line", Rule::Line),
        ("project-name", Rule::ProjectName),
        ("summary", Rule::Summary),
        ("distribution-name", Rule::DistributionName),
        ("module-name", Rule::ModuleName),
        ("class-name", Rule::ClassName),
        ("person-name", Rule::PersonName),
        ("email", Rule::Email),
        ("github-user", Rule::GithubUser),
        ("version", Rule::Version),
    ];

    pub fn named(name: &str) -> Option<Rule> {
        Self::NAMED
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, rule)| rule)
    }

    /// The normal form of `value`, or why it is refused.
    pub fn check(self, value: &str) -> Result<String, Refusal> {
        let typed = value;
        let value = value.trim();
        match self {
            Rule::Text => text(typed),
            Rule::Summary => summary(&value.replace("\r\n", "\n")),
            _ => {
                printable(value)?;
                match self {
                    Rule::Line | Rule::Summary | Rule::Text => within(value, 1000),
                    Rule::PersonName => within(value, 200),
                    Rule::ProjectName => project_name(value),
                    Rule::DistributionName => distribution_name(value),
                    Rule::ModuleName => module_name(value),
                    Rule::ClassName => class_name(value),
                    Rule::Email => email(value),
                    Rule::GithubUser => github_user(value),
                    Rule::Version => version(value),
                }
            }
        }
    }
}

/// Whether a character has no place in any answer: it would move the cursor, reorder the text or be invisible.
pub fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Lines and tabs may be what a file needs; nothing else that moves the cursor is.
fn text(value: &str) -> Result<String, Refusal> {
    match value.chars().any(|char| char.is_control() && !"\n\t".contains(char)) {
        true => Err(Refusal::new("must not have a control character in it")),
        false => Ok(value.to_string()),
    }
}

fn printable(value: &str) -> Result<(), Refusal> {
    match value.chars().find(|char| is_unprintable(*char)) {
        None => Ok(()),
        Some(char) => {
            let kind = match char {
                '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break",
                '\t' => "a tab",
                char if char.is_control() => "a control character",
                _ => "an invisible character",
            };
            let clean: String = value
                .chars()
                .map(|char| if char.is_whitespace() { ' ' } else { char })
                .filter(|char| !is_unprintable(*char))
                .collect();
            let code = u32::from(char);
            Err(Refusal::new(format!("must not contain {kind} (U+{code:04X})")).suggest(one_spaced(&clean)))
        }
    }
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn within(value: &str, most: usize) -> Result<String, Refusal> {
    match value.chars().count() {
        count if count > most => Err(Refusal::new(format!(
            "must have at most {most} characters, this one has {count}"
        ))),
        _ => Ok(value.to_string()),
    }
}

fn not_empty(value: &str) -> Result<(), Refusal> {
    match value {
        "" => Err(Refusal::new("must not be empty")),
        _ => Ok(()),
    }
}

fn project_name(value: &str) -> Result<String, Refusal> {
    not_empty(value)?;
    if let Some(reason) = naming::taken_by(value) {
        let title = naming::title(value);
        return Err(Refusal::new(format!("`{value}` {reason}")).suggest(format!("LocalStack {title}")));
    }
    within(value, naming::LONGEST_NAME)
}

/// A short description. Line breaks are kept, they end up as spaces where a format wants one line.
fn summary(value: &str) -> Result<String, Refusal> {
    not_empty(value)?;
    value.split('\n').try_for_each(printable)?;
    if value.starts_with("file:") {
        return Err(Refusal::new(
            "must not begin with `file:`, which setuptools takes as the name of a file to read",
        ));
    }
    within(value, 512)
}

fn distribution_name(value: &str) -> Result<String, Refusal> {
    not_empty(value)?;
    let refuse = |reason: String| Err(Refusal::new(reason).suggest(naming::slug(value)));
    let ends = |edge: Option<char>| edge.is_some_and(|edge| edge.is_ascii_alphanumeric());
    if !ends(value.chars().next()) || !ends(value.chars().next_back()) {
        return refuse("must begin and end with a letter a-z or a digit".into());
    }
    let separator = |char: char| matches!(char, '-' | '_' | '.' | ' ');
    if let Some(other) = value
        .chars()
        .find(|char| !char.is_ascii_alphanumeric() && !separator(*char))
    {
        return refuse(format!(
            "must be made of letters a-z, digits and `-`; `{other}` is neither"
        ));
    }
    let normal: Vec<String> = value
        .split(separator)
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let normal = normal.join("-");
    if let Some(reason) = naming::taken_by(&normal) {
        return refuse(format!("`{normal}` {reason}"));
    }
    within(&normal, naming::LONGEST_NAME)
}

fn module_name(value: &str) -> Result<String, Refusal> {
    not_empty(value)?;
    let refuse = |reason: String| Err(Refusal::new(reason).suggest(naming::module(value)));
    let allowed = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
    if !value.starts_with(|first: char| first.is_ascii_lowercase()) {
        return refuse("must begin with a letter a-z".into());
    }
    if let Some(other) = value.chars().find(|char| !allowed(*char)) {
        return refuse(format!(
            "must be made of letters a-z, digits and `_`; `{other}` is neither"
        ));
    }
    if reserved::KEYWORDS.contains(&value) {
        return refuse(format!("`{value}` is a Python keyword"));
    }
    if let Some(reason) = naming::taken_by(value) {
        return refuse(format!("`{value}` {reason}"));
    }
    within(value, naming::LONGEST_NAME)
}

fn class_name(value: &str) -> Result<String, Refusal> {
    not_empty(value)?;
    let refuse = |reason: String| Err(Refusal::new(reason).suggest(naming::class(value)));
    if !value.starts_with(|first: char| first.is_ascii_uppercase()) {
        return refuse("must begin with a capital letter A-Z".into());
    }
    if let Some(other) = value.chars().find(|char| !char.is_ascii_alphanumeric()) {
        return refuse(format!(
            "must be made of letters A-Z, a-z and digits; `{other}` is neither"
        ));
    }
    if reserved::KEYWORDS.contains(&value) {
        return refuse(format!("`{value}` is a Python keyword"));
    }
    if naming::is_of_python(value) {
        return refuse(format!("`{value}` is a class of Python's own"));
    }
    if value == "LOG" {
        return refuse("`LOG` is the logger of every LocalStack module".into());
    }
    within(value, naming::LONGEST_NAME)
}

/// The addresses that setuptools, PyPI and mail servers agree on; empty means "none given".
fn email(value: &str) -> Result<String, Refusal> {
    if value.is_empty() {
        return Ok(String::new());
    }
    let refuse = |reason: &str| Err(Refusal::new(reason));
    let Some((local, domain)) = value.rsplit_once('@') else {
        return refuse("must be an address like `jane@example.com`");
    };
    let atom = |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(char);
    if local.is_empty() || !local.split('.').all(|part| !part.is_empty() && part.chars().all(atom)) {
        return refuse("must have a plain ASCII name before the `@`, like `jane.doe@example.com`");
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|char| char.is_alphanumeric() || char == '-')
    };
    if !domain.contains('.') || !domain.split('.').all(label) {
        return refuse("must have a full domain after the `@`, like `jane@example.com`");
    }
    if local.len() > 64 || value.len() > 254 {
        return refuse("must have at most 64 characters before the `@` and 254 in all");
    }
    Ok(value.to_string())
}

/// A GitHub user or organisation. Old accounts may end in `-`, managed ones in `_shortcode`; so only what no account
/// has is refused.
fn github_user(value: &str) -> Result<String, Refusal> {
    not_empty(value)?;
    let clean: String = value.trim_start_matches('@').to_string();
    let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    if !value.starts_with(|first: char| first.is_ascii_alphanumeric()) || !value.chars().all(allowed) {
        let refusal = Refusal::new("must be a GitHub user or organisation: letters a-z, digits and `-`, not `-` first");
        let usable = clean != value && github_user(&clean).is_ok();
        return Err(if usable { refusal.suggest(clean) } else { refusal });
    }
    within(value, 39)
}

fn version(value: &str) -> Result<String, Refusal> {
    not_empty(value)?;
    match Version::from_str(value) {
        Ok(version) if value.is_ascii() => within(&version.to_string(), 100),
        _ => Err(
            Refusal::new("must be a Python version (PEP 440) such as `0.1.0`, `1.0rc1` or `2.0.dev1`")
                .suggest("0.1.0".into()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(rule: Rule, value: &str) -> Refusal {
        rule.check(value).expect_err(value)
    }

    #[test]
    fn values_are_written_in_their_normal_form() {
        for (rule, typed, normal) in [
            (Rule::ProjectName, "  padded name ", "padded name"),
            (Rule::DistributionName, "My Slug Here", "my-slug-here"),
            (Rule::DistributionName, "My.Mixed_Case", "my-mixed-case"),
            (Rule::Version, "v1.0.0-beta.1", "1.0.0b1"),
            (Rule::Version, "01.02.03", "1.2.3"),
            (Rule::Version, "1.0-1", "1.0.post1"),
            (Rule::Summary, "a\r\nb", "a\nb"),
            (Rule::Email, "o'brien+x@bücher.example", "o'brien+x@bücher.example"),
            (Rule::PersonName, "", ""),
        ] {
            assert_eq!(rule.check(typed).as_deref(), Ok(normal));
        }
    }

    #[test]
    fn a_refusal_suggests_what_the_rule_accepts() {
        for (rule, typed, suggestion) in [
            (Rule::ProjectName, "json", "LocalStack Json"),
            (Rule::ProjectName, "Two\nLines", "Two Lines"),
            (Rule::ModuleName, "json", "localstack_json"),
            (Rule::ModuleName, "class", "class_"),
            (Rule::ModuleName, "1module", "ext_1module"),
            (Rule::ModuleName, "my-module", "my_module"),
            (Rule::ClassName, "my class", "MyClass"),
            (Rule::DistributionName, "trail-", "trail"),
            (Rule::DistributionName, "boto3", "localstack-boto3"),
            (Rule::GithubUser, "@jane", "jane"),
            (Rule::Version, "latest", "0.1.0"),
        ] {
            let refusal = refused(rule, typed);
            assert_eq!(refusal.suggestion.as_deref(), Some(suggestion), "{typed}");
            assert!(rule.check(suggestion).is_ok(), "{suggestion}");
        }
    }

    #[test]
    fn what_would_break_a_consumer_is_refused() {
        for (rule, values) in [
            (
                Rule::Email,
                &[
                    "jane",
                    "a@localhost",
                    "a..b@x.com",
                    "a@x.com>, E <e@x.com",
                    "\"j d\"@x.com",
                    "a@-x.com",
                ][..],
            ),
            (Rule::GithubUser, &["-jane", "a b", "x/#\"", "", &"a".repeat(40)][..]),
            (
                Rule::Version,
                &["latest", "1.0.0-SNAPSHOT", "1.0.0-rc.1.2", "", "١.٢"][..],
            ),
            (Rule::DistributionName, &[".git", ".", "..", "größe", "a/b", "-"][..]),
            (
                Rule::ModuleName,
                &["", "__init__", "../../x", "größe", "tools", "localstack", "con"][..],
            ),
            (
                Rule::ClassName,
                &["", "class", "True", "Exception", "LOG", "9X", "X(object):\n    pass"][..],
            ),
            (Rule::Summary, &["", "file: README.md", "a\tb", "a\u{202e}b"][..]),
            (
                Rule::ProjectName,
                &["", "  ", "a\u{200b}b", "\u{1b}[31m", "tools", &"B".repeat(240)][..],
            ),
        ] {
            for value in values {
                refused(rule, value);
            }
        }
    }
}
