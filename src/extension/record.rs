//! `RECORD`: the files of an installed distribution, written down by whoever installed it.

use std::io;
use std::path::Path;

/// The paths in the `RECORD` of a folder `X.dist-info`, as they stand there: from the folder that it is in, and also out of it
/// (`../../../bin/x`).
///
/// Source: the specification "Recording installed projects", which has them as CSV: path, hash, size.
pub fn read(metadata: &Path) -> io::Result<Vec<String>> {
    let text = super::file::read_text(&metadata.join("RECORD"))?;
    Ok(text
        .lines()
        .map(path)
        .filter(|path| !path.is_empty())
        .map(|path| path.replace('\\', "/"))
        .collect())
}

/// The first field of a line.
pub fn path(line: &str) -> String {
    let Some(rest) = line.strip_prefix('"') else {
        return line.split(',').next().unwrap_or_default().to_string();
    };
    let mut path = String::new();
    let mut chars = rest.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if chars.peek() == Some(&'"') => {
                path.push('"');
                chars.next();
            }
            '"' => break,
            char => path.push(char),
        }
    }
    path
}

/// A path as a first field.
pub fn field(path: &str) -> String {
    match path.contains([',', '"']) {
        true => format!("\"{}\"", path.replace('"', "\"\"")),
        false => path.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_first_field() {
        for line in [
            "a/b.py,sha256=x,12",
            "a/b.py,,",
            "a/b.py",
            "\"a/b, \"\"c\"\".py\",sha256=x,12",
        ] {
            let expected = if line.contains("\"\"") {
                "a/b, \"c\".py"
            } else {
                "a/b.py"
            };
            assert_eq!(path(line), expected);
        }
        assert_eq!(path(&format!("{},,", field("a, \"b\""))), "a, \"b\"");
    }
}
