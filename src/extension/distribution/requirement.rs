//! One line of a list of dependencies, as far as it says what is wanted.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use super::normalized;

/// `name[extra]<specifier`, without its marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// In its normal form.
    pub name: String,
    pub extras: Vec<String>,
    specifier: String,
}

impl Requirement {
    pub fn parse(line: &str) -> Option<Requirement> {
        let line = line.split(';').next()?.trim();
        let end = line
            .find(|char: char| !(char.is_ascii_alphanumeric() || "-_.".contains(char)))
            .unwrap_or(line.len());
        let (name, rest) = line.split_at(end);
        let rest = rest.trim_start();
        let (extras, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((extras, rest)) => (extras, rest),
            None => ("", rest),
        };
        let rest = rest.trim().trim_start_matches('(').trim_end_matches(')');
        (!name.is_empty()).then(|| Requirement {
            name: normalized(name),
            extras: extras
                .split(',')
                .map(normalized_extra)
                .filter(|extra| !extra.is_empty())
                .collect(),
            specifier: rest.trim().to_string(),
        })
    }

    /// Whether it may be installed in this version; an address may be anything.
    pub fn admits(&self, version: &str) -> bool {
        if self.specifier.is_empty() {
            return true;
        }
        match (VersionSpecifiers::from_str(&self.specifier), Version::from_str(version)) {
            (Ok(specifiers), Ok(version)) => specifiers.contains(&version),
            _ => false,
        }
    }
}

fn normalized_extra(extra: &str) -> String {
    normalized(extra.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_wanted() {
        for (line, name, extras, admits) in [
            ("localstack", "localstack", &[][..], true),
            (
                "Local_Stack.Core [Base_Runtime,x] >= 4.14 ; python_version < '3'",
                "local-stack-core",
                &["base-runtime", "x"],
                true,
            ),
            ("localstack>=1,<4", "localstack", &[], false),
            ("localstack (>=1)", "localstack", &[], true),
            ("localstack @ git+https://x.y/z", "localstack", &[], false),
        ] {
            let requirement = Requirement::parse(line).unwrap();
            assert_eq!(
                (requirement.name.as_str(), &requirement.extras[..]),
                (name, &extras.iter().map(ToString::to_string).collect::<Vec<_>>()[..])
            );
            assert_eq!(requirement.admits("2026.8.2"), admits, "{line}");
        }
        assert_eq!(Requirement::parse("; x"), None);
    }
}
