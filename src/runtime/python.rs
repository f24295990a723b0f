//! An interpreter of the right version, among those that are on PATH.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Code, Failure, Problem};

/// Asked in isolation, so that no `sitecustomize` of the user's says something.
const QUESTION: &str = "import sys; print(*sys.version_info[:2]); print(sys.executable)";

/// Finds an interpreter of one of these versions, by the second number: the named one, or the best on PATH. `needs` is what is said
/// where there is none.
pub(crate) fn find(named: Option<&Path>, versions: &[u64], needs: &str) -> Result<PathBuf, Failure> {
    let candidates: Vec<PathBuf> = match named {
        Some(named) => vec![named.to_path_buf()],
        None => versions
            .iter()
            .map(|minor| PathBuf::from(format!("python3.{minor}")))
            .chain([PathBuf::from("python3"), PathBuf::from("python")])
            .collect(),
    };
    let mut problems = Vec::new();
    for candidate in candidates {
        match asked(candidate.as_os_str()) {
            Ok((3, minor, program)) if versions.contains(&minor) => return Ok(program),
            Ok((major, minor, _)) => problems.push(Problem::new(
                candidate.display().to_string(),
                format!("is Python {major}.{minor}"),
            )),
            Err(reason) => problems.push(Problem::new(candidate.display().to_string(), reason)),
        }
    }
    Err(Failure::new(Code::DependencyMissing, needs)
        .problems(problems)
        .hint("install uv, which brings Python: https://docs.astral.sh/uv"))
}

/// The version of a Python and where it really is, or why it is none.
fn asked(program: &OsStr) -> Result<(u64, u64, PathBuf), String> {
    let output = Command::new(program)
        .args(["-I", "-c", QUESTION])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "is not there".to_string(),
            _ => error.to_string(),
        })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines();
    let numbers = lines.next().and_then(|line| line.split_once(' '));
    let numbers = numbers.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    match (numbers, lines.next()) {
        (Some((major, minor)), Some(program)) if output.status.success() => Ok((major, minor, PathBuf::from(program))),
        _ => {
            // A command of pyenv's for a version that is not chosen, say.
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.lines().find(|line| !line.trim().is_empty());
            Err(format!(
                "does not run: {}",
                said.unwrap_or("it says nothing about itself").trim()
            ))
        }
    }
}
