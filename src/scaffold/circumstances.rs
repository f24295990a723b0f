//! Who makes a project, and when: what only defaults may depend on.

use std::collections::BTreeMap;

use super::engine::Scope;

/// What defaults may refer to beside earlier answers.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The user's identity: `name`, `email`, `github_user`, as far as they are known.
    pub git: BTreeMap<&'static str, String>,
    pub year: i64,
}

impl Circumstances {
    /// Nobody's identity in a year that does not change, for results that can be compared.
    pub fn fixed() -> Self {
        Circumstances {
            git: BTreeMap::new(),
            year: 2000,
        }
    }

    /// As templates see them: `git.name`, `year`.
    pub(super) fn add_to(&self, scope: &mut Scope) {
        let known = |name: &'static str| (name, self.git.get(name).map_or("", String::as_str));
        scope.set_group("git", ["name", "email", "github_user"].map(known).into_iter());
        scope.set_number("year", self.year);
    }
}
