//! Rows of text for a person, whose columns stand below each other.

use crate::neutral::neutral_line;

/// A column is no wider than this, whatever something is called.
const WIDEST: usize = 100;

/// Rows whose columns stand below each other.
pub(super) fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    // A cell with a line break in it would look like a row of its own.
    let plain = |row: &[String; COLUMNS]| row.each_ref().map(|cell| neutral_line(cell));
    let rows: Vec<_> = rows.iter().map(plain).collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
            .min(WIDEST)
    };
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    let line = |row: &[String; COLUMNS]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_row() {
        let rows = [["a\nb", "c"], ["d", "\u{1b}[2J"]].map(|row| row.map(String::from));
        assert_eq!(table(&rows), "a\\nb  c\nd     \\u{1b}[2J\n");
    }
}
