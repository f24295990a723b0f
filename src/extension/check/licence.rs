//! The form of the licence: setuptools drops one, and refuses another.

use super::Subject;
use crate::extension::distribution::{Backend, LicenceForm};
use crate::extension::finding::{Code, Edit, Finding, Fix};
use crate::extension::text::Declared;

/// Licences that extensions have, by their SPDX names.
#[rustfmt::skip]
const SPDX: &[&str] = &[
    "0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0",
    "EPL-2.0", "EUPL-1.2", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC",
    "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0",
    "Unlicense", "Zlib",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let distribution = subject.distribution;
    let Some(licence) = distribution.licence.as_ref().filter(|_| subject.is_project) else {
        return;
    };
    if distribution.backend != Backend::Setuptools {
        return;
    }
    match licence.form {
        LicenceForm::Table => {
            let spdx = SPDX.iter().find(|id| id.eq_ignore_ascii_case(&licence.value));
            let written = licence
                .at
                .text
                .content
                .get(licence.at.range.clone())
                .unwrap_or_default();
            let fix = spdx.filter(|_| written.starts_with('{')).map(|id| {
                let told = format!("wrote the licence as the expression \"{id}\"");
                Fix::replace(&licence.at, licence.at.range.clone(), format!("\"{id}\""), told)
            });
            let hint = match spdx {
                Some(id) => format!("write `license = \"{id}\"`"),
                None => "write an SPDX expression: `license = \"Apache-2.0\"`, or `LicenseRef-` and a name".to_string(),
            };
            findings.push(
                Finding::warning(
                    Code::LicenceForm,
                    "the licence is a table, which setuptools no longer supports after February 2027",
                )
                .at(&licence.at)
                .hint(hint)
                .fix(fix),
            );
        }
        LicenceForm::Expression => {
            for classifier in &distribution.classifiers {
                if classifier.value.starts_with("License ::") {
                    findings.push(superseded(classifier));
                }
            }
        }
        LicenceForm::Text => {}
    }
}

fn superseded(classifier: &Declared) -> Finding {
    let message = format!(
        "setuptools refuses the classifier `{}` beside a licence expression, and builds nothing",
        classifier.value
    );
    Finding::error(Code::LicenceForm, message)
        .at(&classifier.at)
        .hint("remove the classifier")
        .fix(removal(classifier))
}

/// Takes the line out where it has the classifier alone; or else the item of the list.
fn removal(classifier: &Declared) -> Option<Fix> {
    let text = &classifier.at.text.content;
    let range = &classifier.at.range;
    if classifier.at.text.path == "setup.py" {
        return None;
    }
    let start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |newline| range.end + newline + 1);
    let behind = text[range.end..end].trim().trim_start_matches(',').trim();
    let is_alone = text[start..range.start].trim().is_empty() && (behind.is_empty() || behind.starts_with('#'));
    let range = if is_alone {
        start..end
    } else {
        let after = &text[range.end..];
        let comma = after.trim_start().strip_prefix(',').map(str::trim_start);
        range.start..comma.map_or(range.end, |rest| text.len() - rest.len())
    };
    let is_in_list = is_alone || classifier.at.text.path == "pyproject.toml";
    is_in_list.then(|| Fix {
        file: classifier.at.text.path.clone().into(),
        was: text.clone(),
        edits: vec![Edit {
            range,
            text: String::new(),
        }],
        told: format!("removed the classifier `{}`", classifier.value),
    })
}
