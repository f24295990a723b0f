//! Which built-in template: asked first, where somebody is there to choose and nothing has chosen.

use anyhow::Result;

use super::{Args, Start};
use crate::Session;
use crate::commands::source;
use crate::config::UserConfig;
use crate::scaffold::ask::Nobody;
use crate::ui::Prompter;

/// The built-in templates, by name and description.
pub(super) struct Menu {
    rows: Vec<(String, String)>,
    /// The one that was chosen last; at first the default.
    at: usize,
}

impl Menu {
    /// None where there is nothing to choose, or nothing would be asked of the default template either.
    pub(super) fn of(args: &Args, user: &UserConfig, start: &Start, session: &Session) -> Result<Option<Menu>> {
        let is_named = args.template.is_some() || user.template.is_some();
        if is_named || args.defaults || !session.ui.can_ask() || start.asks_nothing(args) {
            return Ok(None);
        }
        let menu = Menu::of_all()?;
        Ok((menu.rows.len() > 1).then_some(menu))
    }

    fn of_all() -> Result<Menu> {
        let rows = source::all_built_in()?.into_iter();
        let rows = rows.map(|(_, outline)| (outline.manifest.name, outline.manifest.description));
        Ok(Menu {
            rows: rows.collect(),
            at: 0,
        })
    }

    /// The command line as it would be with the chosen template in it.
    pub(super) fn choose(&mut self, args: &Args) -> Result<Args> {
        self.at = Prompter::new(0).choose_named("Which template?", &self.rows, self.at)?;
        Ok(Args {
            template: Some(self.rows[self.at].0.clone()),
            from_menu: true,
            ..args.clone()
        })
    }
}

impl Start {
    /// Everything was said on the command line.
    fn asks_nothing(&self, args: &Args) -> bool {
        (args.git || args.no_git) && self.resolve(&mut Nobody).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mark, the gap behind the name, and the last column, which stays free.
    const BESIDE: usize = 5;

    #[test]
    fn every_template_has_a_line_that_80_columns_hold() {
        let rows = Menu::of_all().unwrap().rows;
        assert_eq!(rows[0].0, source::DEFAULT);
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap();
        for (name, description) in rows {
            let length = width + description.chars().count() + BESIDE;
            assert!(length <= 80, "{name}: {description}");
        }
    }
}
