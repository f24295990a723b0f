//! How one text differs from another, as `git diff` shows it.

use anyhow::{Context, Result};
use git2::{DiffOptions, Patch};

/// The hunks, without a header.
pub fn difference(old: &str, new: &str) -> Result<String> {
    let mut options = DiffOptions::new();
    // It is text, whatever characters are in it.
    options.force_text(true);
    let comparing = || "could not compare two texts";
    let mut patch =
        Patch::from_buffers(old.as_bytes(), None, new.as_bytes(), None, Some(&mut options)).with_context(comparing)?;
    let mut text = Vec::new();
    let mut add = |_: git2::DiffDelta<'_>, _: Option<git2::DiffHunk<'_>>, line: git2::DiffLine<'_>| {
        match line.origin() {
            // The names of files, which there are none of.
            'F' => return true,
            origin @ ('+' | '-' | ' ') => text.push(origin as u8),
            _ => {}
        }
        text.extend_from_slice(line.content());
        true
    };
    patch.print(&mut add).with_context(comparing)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_are_shown_with_those_around_them() {
        let shown = difference("a\nb\nc\n", "a\nB\nc").unwrap();
        assert_eq!(
            shown,
            "@@ -1,3 +1,3 @@\n a\n-b\n-c\n+B\n+c\n\\ No newline at end of file\n"
        );
        assert_eq!(difference("", "x\u{0}\n").unwrap(), "@@ -0,0 +1 @@\n+x\u{0}\n");
        assert_eq!(difference("a\n", "a\n").unwrap(), "");
    }

    /// Two texts that have little in common are compared less well rather than for hours.
    #[test]
    fn texts_with_nothing_in_common_take_no_hours() {
        let text = |start: u32| {
            (0..200_000_u32)
                .map(|line| format!("{}\n", (line * 7 + start) % 100_003))
                .collect::<String>()
        };
        let start = std::time::Instant::now();
        assert!(!difference(&text(0), &text(50_000)).unwrap().is_empty());
        assert!(start.elapsed().as_secs() < 20);
    }
}
