//! Mending what is mechanical: only the bytes of a fix change, and a file is replaced at once or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result};

use super::distribution::ini::Ini;
use super::finding::{Edit, Finding, Fix};
use super::python;
use super::text::Text;
use crate::scaffold::plan::{OnConflict, Plan};
use crate::scaffold::tree::{File, RelPath, Tree};

/// Applies every fix of the findings below a folder. Returns what was done, in words.
pub fn apply(root: &Path, findings: &[Finding]) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for (path, fixes) in by_file(findings) {
        let Some(first) = fixes.first() else { continue };
        let (text, done) = mended(&first.was, &fixes);
        write(root, &path, &first.was, text)?;
        told.extend(done.into_iter().map(|done| format!("{}: {done}", path.display())));
    }
    Ok(told)
}

fn by_file(findings: &[Finding]) -> BTreeMap<PathBuf, Vec<&Fix>> {
    let mut files: BTreeMap<PathBuf, Vec<&Fix>> = BTreeMap::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        files.entry(fix.file.clone()).or_default().push(fix);
    }
    files
}

/// Whether the file can still be read with the fix in it. What is not written as it is meant is left to its author.
pub fn is_safe(fix: &Fix) -> bool {
    // Text of another encoding is not what the file has.
    !fix.was.contains('\u{fffd}') && reads(&fix.file, with_edits(&fix.was, fix.edits.iter().collect()))
}

fn reads(path: &Path, content: String) -> bool {
    let path = path.to_string_lossy().into_owned();
    let text = Rc::new(Text { path, content });
    match text.path.rsplit('.').next() {
        Some("py") => python::parse(&text).is_ok(),
        Some("toml") => text.content.parse::<toml::Table>().is_ok(),
        Some("cfg") => Ini::parse(&text).faults.is_empty(),
        _ => true,
    }
}

/// The text with all fixes in it. One that touches what another one changes waits for the next time, and so does one that
/// does not go together with another one.
fn mended(text: &str, fixes: &[&Fix]) -> (String, Vec<String>) {
    let mut edits: Vec<&Edit> = Vec::new();
    let mut told = Vec::new();
    for fix in fixes {
        let touches = |edit: &&Edit| {
            fix.edits.iter().any(|own| {
                own.range.start < edit.range.end && edit.range.start < own.range.end || own.range == edit.range
            })
        };
        if edits.iter().any(touches) {
            continue;
        }
        let both: Vec<&Edit> = edits.iter().copied().chain(&fix.edits).collect();
        if edits.is_empty() || reads(&fix.file, with_edits(text, both.clone())) {
            edits = both;
            told.push(fix.told.clone());
        }
    }
    (with_edits(text, edits), told)
}

fn with_edits(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.range.start, edit.range.end)));
    let mut mended = text.to_string();
    for edit in edits {
        mended.replace_range(edit.range.clone(), &edit.text);
    }
    mended
}

fn write(root: &Path, path: &Path, was: &str, text: String) -> Result<()> {
    let shown = root.join(path);
    // A file that is a link to another one of the project is changed where it really is.
    let real = shown
        .canonicalize()
        .with_context(|| format!("could not find {}", shown.display()))?;
    let now = std::fs::read_to_string(&real).with_context(|| format!("could not read {}", shown.display()))?;
    if now != was || !real.starts_with(root) {
        anyhow::bail!("{} changed while it was looked at", shown.display());
    }
    let name = real
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut tree = Tree::new();
    tree.insert(RelPath::new(&name)?, File::new(text.into_bytes()))?;
    Plan::over(real.parent().unwrap_or(root), tree, OnConflict::Overwrite)?.apply()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bytes_of_the_fixes_change() {
        let fix = |range: std::ops::Range<usize>, text: &str| Fix {
            file: "a".into(),
            was: "one two three".into(),
            edits: vec![Edit {
                range,
                text: text.into(),
            }],
            told: text.into(),
        };
        let fixes = [fix(4..7, "2"), fix(5..6, "x"), fix(0..3, "1"), fix(13..13, "!")];
        let (text, told) = mended("one two three", &fixes.each_ref());
        assert_eq!((text.as_str(), told.join(" ").as_str()), ("1 2 three!", "2 1 !"));
    }
}
