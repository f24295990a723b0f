//! What `dev check` says of the projects, before any of them is started.

use anyhow::Result;

use super::Run;
use crate::extension::check::{Report, check};
use crate::extension::finding::{Finding, Severity};
use crate::failure::{Code, Failure, Problem};

impl Run<'_> {
    /// The extensions of the projects, as `entry point = object`. Fails where LocalStack would not load one, and tells the
    /// warnings that it has not told before.
    pub(super) fn checked(&self) -> Result<Vec<String>> {
        let reports = self
            .args
            .folders
            .iter()
            .map(|folder| check(folder))
            .collect::<Result<Vec<_>>>()?;
        self.warn(&reports);
        let errors = |report: &Report| problems(report, Severity::Error);
        let errors: Vec<Problem> = reports.iter().flat_map(errors).collect();
        if !errors.is_empty() && !self.args.no_check {
            let failure = Failure::new(Code::Validation, "LocalStack would not load this extension");
            let failure = failure.problems(errors);
            return Err(failure.hint("`--no-check` starts it all the same").into());
        }
        let extensions = reports.iter().flat_map(|report| &report.extensions);
        Ok(extensions
            .map(|extension| format!("{} = {}", extension.entry_point, extension.object))
            .collect())
    }

    fn warn(&self, reports: &[Report]) {
        let warnings = reports.iter().flat_map(|report| problems(report, Severity::Warning));
        let warnings: Vec<String> = warnings
            .map(|problem| match problem.hint {
                Some(hint) => format!("{}: {}\n  hint: {hint}", problem.at, problem.message),
                None => format!("{}: {}", problem.at, problem.message),
            })
            .collect();
        let before = self.warned.replace(warnings.clone());
        for warning in warnings.into_iter().filter(|warning| !before.contains(warning)) {
            self.session.ui.warn("CHECK_WARNING", warning);
        }
    }
}

fn problems(report: &Report, severity: Severity) -> Vec<Problem> {
    let found = report.findings.iter().filter(|finding| finding.severity == severity);
    found.map(|finding| problem(report, finding)).collect()
}

fn problem(report: &Report, finding: &Finding) -> Problem {
    // As the user calls the project, so that a terminal can follow it.
    let file = match finding.file.as_str() {
        "." => report.path.clone(),
        file => report.path.strip_prefix(".").unwrap_or(&report.path).join(file),
    };
    let at = match finding.line {
        Some(line) => format!("{}:{line}", file.display()),
        None => file.display().to_string(),
    };
    Problem::new(at, &finding.message).hint(&finding.hint)
}
