//! What an installer is about, told as it happens.

use crate::installer::Tell;
use crate::ui::Ui;

/// Steps stay, what happens within them is replaced by the next; a user who wants to see all of it keeps that too.
pub(super) fn teller(ui: &Ui, is_verbose: bool) -> impl FnMut(Tell<'_>) {
    move |tell| match tell {
        Tell::Step(step) => ui.status(&capitalized(step)),
        Tell::Progress("") => ui.progress(None),
        Tell::Progress(line) if is_verbose => ui.status(&format!("  {line}")),
        Tell::Progress(line) => ui.progress(Some(line)),
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
