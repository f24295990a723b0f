//! A menu's choices on lines that fit the terminal.

use std::borrow::Cow;
use std::fmt;

use anyhow::Result;
use console::Term;
use dialoguer::theme::Theme;

use crate::failure::{Code, Failure};
use crate::neutral::neutral_line;

/// The plain theme for a menu, one line for each choice: dialoguer clears as many lines as there are choices.
///
/// It also counts the bytes of what it is given to show, so that is the choice's number, and the label stays here.
pub(super) struct Menu<'a> {
    term: &'a Term,
    labels: Vec<String>,
    /// How many choices there is room for at a time.
    pub(super) page: usize,
}

/// The line above a menu, one that it may wrap to, dialoguer's own with the page, and the cursor's below.
const ROWS_BESIDE: usize = 4;

/// dialoguer has no menus for less.
const FEWEST_ROWS: u16 = 3;

/// What dialoguer puts behind a prompt: ` [Page 10/10] `.
const PAGE_WIDTH: usize = 14;

impl<'a> Menu<'a> {
    pub(super) fn of<'b>(term: &'a Term, labels: impl Iterator<Item = &'b str>) -> Result<Self> {
        let (rows, _) = term.size();
        if rows < FEWEST_ROWS {
            let message = format!("a menu needs a terminal of {FEWEST_ROWS} lines, this one has {rows}");
            return Err(Failure::new(Code::Validation, message)
                .hint("make it larger, or answer on the command line, as `--help` tells")
                .into());
        }
        Ok(Menu {
            term,
            labels: labels.map(neutral_line).collect(),
            page: usize::from(rows).saturating_sub(ROWS_BESIDE).max(1),
        })
    }

    pub(super) fn items(&self) -> std::ops::Range<usize> {
        0..self.labels.len()
    }

    fn label<'b>(&'b self, item: &'b str) -> &'b str {
        let label = item.parse().ok().and_then(|item: usize| self.labels.get(item));
        label.map_or(item, String::as_str)
    }

    pub(super) fn is_paged(&self) -> bool {
        self.labels.len() > self.page
    }

    /// As much of a text as fits beside something else on a line. The last column stays free: a terminal may go on to
    /// the next line when it is written to.
    fn cut<'b>(&self, text: &'b str, beside: usize) -> Cow<'b, str> {
        let (_, columns) = self.term.size();
        console::truncate_str(text, usize::from(columns).saturating_sub(beside + 1), "...")
    }
}

impl Theme for Menu<'_> {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        let beside = if self.is_paged() { PAGE_WIDTH } else { 0 };
        f.write_str(&self.cut(prompt, beside))
    }

    fn format_select_prompt_item(&self, f: &mut dyn fmt::Write, item: &str, active: bool) -> fmt::Result {
        let mark = if active { "> " } else { "  " };
        write!(f, "{mark}{}", self.cut(self.label(item), mark.len()))
    }

    fn format_multi_select_prompt_item(
        &self,
        f: &mut dyn fmt::Write,
        item: &str,
        checked: bool,
        active: bool,
    ) -> fmt::Result {
        let mark = match (checked, active) {
            (true, true) => "> [x] ",
            (true, false) => "  [x] ",
            (false, true) => "> [ ] ",
            (false, false) => "  [ ] ",
        };
        write!(f, "{mark}{}", self.cut(self.label(item), mark.len()))
    }
}
