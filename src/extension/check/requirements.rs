//! What the distribution wants: a Python that LocalStack has not, or an API that does not come with what is named.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use super::Subject;
use crate::extension::finding::{Code, Finding};

/// The Python of LocalStack's container, whichever of its releases.
const CONTAINER: [&str; 3] = ["3.13.0", "3.13.5", "3.13.12"];

/// The first release of the package `localstack` without a package `localstack` in it, and the newest one.
const CLI_ALONE: [&str; 2] = ["4.14.0", "2026.8.2"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    python(subject, findings);
    api(subject, findings);
}

fn python(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(declared) = &subject.distribution.requires_python else {
        return;
    };
    let Ok(specifiers) = VersionSpecifiers::from_str(&declared.value) else {
        return;
    };
    let mut versions = CONTAINER.iter().filter_map(|version| Version::from_str(version).ok());
    if versions.any(|version| specifiers.contains(&version)) {
        return;
    }
    let message = format!(
        "Python has to be {}, and LocalStack's container has 3.13",
        declared.value
    );
    findings.push(
        Finding::error(Code::RequiresPython, message)
            .at(&declared.at)
            .hint("no installer puts it there; `>=3.10` would do"),
    );
}

fn api(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let requirements: Vec<_> = subject.distribution.requirements().collect();
    let is_core = |name: &str| matches!(name, "localstack-core" | "localstack-ext");
    let has_core = requirements.iter().any(|(_, requirement)| is_core(&requirement.name));
    for (declared, requirement) in &requirements {
        let is_bare = requirement.extras.is_empty();
        let message = match requirement.name.as_str() {
            "localstack" if is_bare && !has_core && CLI_ALONE.iter().all(|version| requirement.admits(version)) => {
                "`localstack` is only the command line program: it does not bring `localstack.extensions.api`"
            }
            "localstack-core"
                if is_bare
                    && !requirements
                        .iter()
                        .any(|(_, other)| is_core(&other.name) && !other.extras.is_empty()) =>
            {
                "`localstack-core` without an extra lacks botocore: `localstack.extensions.api` cannot be imported"
            }
            _ => continue,
        };
        findings.push(
            Finding::warning(Code::ApiDependency, message)
                .at(&declared.at)
                .hint("use `localstack-core[base-runtime]`, for development only: LocalStack brings itself"),
        );
    }
}
