//! `dev check`: would LocalStack load the extension, told without Python.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use crate::Outcome;
use crate::extension::check::{Report, check};
use crate::extension::finding::{Finding, Severity};
use crate::extension::fix;

/// Tell whether LocalStack would load an extension, without running it
///
/// LocalStack is silent about most faults: an extension that is not packaged, has no name or cannot be made is just not
/// there. This reads pyproject.toml, setup.cfg, setup.py and the code, or what was built of them, and tells each fault
/// with its place and what mends it. It needs no Python. Exits with 1 when there is an error.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    lstk-extensions dev check                    the project in this folder\n  \
    lstk-extensions dev check dist/*.whl         what was built from it\n  \
    lstk-extensions dev check --fix              mend what is mechanical\n  \
    lstk-extensions dev check --strict --json    for CI")]
pub struct Args {
    /// The project's folder, a wheel, or a folder `X.dist-info` or `X.egg-info`
    #[arg(value_name = "DIR|WHEEL", default_value = ".")]
    path: PathBuf,
    /// Take warnings for errors
    #[arg(long)]
    strict: bool,
    /// Mend what is mechanical, then check again
    #[arg(long)]
    fix: bool,
}

/// One fix may make room for another one.
const MOST_ROUNDS: usize = 4;

pub fn run(args: &Args) -> Result<Outcome> {
    let mut report = check(&args.path)?;
    let mut fixed = Vec::new();
    for _ in 0..MOST_ROUNDS {
        if !args.fix || !report.findings.iter().any(|finding| finding.fix.is_some()) {
            break;
        }
        fixed.extend(fix::apply(&report.root, &report.findings)?);
        report = check(&args.path)?;
    }
    let fails = |severity| match severity {
        Severity::Error => true,
        Severity::Warning => args.strict,
        Severity::Note => false,
    };
    let is_refused = report.findings.iter().any(|finding| fails(finding.severity));
    let text = text(&report, &fixed);
    let data = data(&report, &fixed);
    Ok(match report.count(Severity::Warning) {
        _ if is_refused => Outcome::differs(text, data),
        0 => Outcome::status(text, data),
        _ => Outcome::new(text, data),
    })
}

fn text(report: &Report, fixed: &[String]) -> String {
    let mut text = String::new();
    for fixed in fixed {
        text.push_str(&format!("fixed: {fixed}\n"));
    }
    for finding in &report.findings {
        text.push_str(&finding.told());
    }
    let has = |severity| report.count(severity) > 0;
    if !has(Severity::Error) && !has(Severity::Warning) {
        text.push_str(&loaded(report));
    }
    if !report.findings.is_empty() {
        text.push_str(&format!("{}\n", counted(report)));
    }
    text
}

/// What LocalStack would load.
fn loaded(report: &Report) -> String {
    let name = report
        .distribution
        .as_ref()
        .and_then(|distribution| distribution.name.as_deref());
    let name = name.unwrap_or("this project");
    let extensions = report.extensions.iter();
    let told = extensions.map(|extension| {
        let known = extension.name.as_deref().unwrap_or(&extension.entry_point);
        format!("{known} = {}", extension.object)
    });
    match told.collect::<Vec<_>>() {
        none if none.is_empty() => format!("{name}: nothing was found that speaks against it\n"),
        told => format!("{name}: LocalStack would load it: {}\n", told.join(", ")),
    }
}

fn counted(report: &Report) -> String {
    let count = |severity: Severity| match report.count(severity) {
        0 => None,
        1 => Some(format!("1 {}", severity.name())),
        count => Some(format!("{count} {}s", severity.name())),
    };
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(count);
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn data(report: &Report, fixed: &[String]) -> Value {
    let extensions = report.extensions.iter().map(|extension| {
        json!({
            "name": extension.name,
            "entry_point": extension.entry_point,
            "object": extension.object,
            "file": extension.file,
            "line": extension.line,
        })
    });
    json!({
        "path": report.path.display().to_string(),
        "distribution": report.distribution.as_ref().map(|distribution| json!({
            "name": distribution.name,
            "version": distribution.version,
        })),
        "extensions": extensions.collect::<Vec<_>>(),
        "findings": report.findings.iter().map(Finding::data).collect::<Vec<_>>(),
        "fixed": fixed,
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "notes": report.count(Severity::Note),
    })
}
