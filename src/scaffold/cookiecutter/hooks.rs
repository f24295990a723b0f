//! The scripts of a template that cookiecutter runs before and after it writes a project.

use anyhow::Result;

use crate::failure::Problem;
use crate::scaffold::engine::{Engine, Scope};
use crate::scaffold::store::Store;
use crate::scaffold::tree::File;

mod copy;
mod run;

pub use copy::copied;
pub use run::{Environment, Running, run_before_asking};

/// When a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Before the first question, in a copy of the template, which it may change.
    PrePrompt,
    /// In the project's folder, before there is anything in it.
    PreGen,
    /// In the finished project.
    PostGen,
}

impl Stage {
    /// What the name of its scripts is without their ending.
    pub fn name(self) -> &'static str {
        match self {
            Stage::PrePrompt => "pre_prompt",
            Stage::PreGen => "pre_gen_project",
            Stage::PostGen => "post_gen_project",
        }
    }

    const ALL: [Stage; 3] = [Stage::PrePrompt, Stage::PreGen, Stage::PostGen];
}

#[derive(Clone, Debug)]
pub struct Hook {
    pub stage: Stage,
    /// The script's name in the folder `hooks/`.
    pub name: String,
    pub file: File,
}

/// The folder of a template that its hooks are in.
pub const FOLDER: &str = "hooks";

/// Every hook of a template, in the order they run; a backup such as `pre_prompt.py~` is none.
pub(super) fn find(store: &Store) -> Result<Vec<Hook>> {
    let contents = store.contents(FOLDER)?.unwrap_or_default();
    let hook = |(name, file): (String, File)| {
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let stage = Stage::ALL.into_iter().find(|stage| stage.name() == stem)?;
        (!name.contains('/') && !name.ends_with('~')).then_some(Hook { stage, name, file })
    };
    let mut hooks: Vec<Hook> = contents.files.into_iter().filter_map(hook).collect();
    hooks.sort_by_key(|hook| hook.stage);
    Ok(hooks)
}

/// A hook as it runs: all of it is rendered before anything is written.
#[derive(Clone, Debug)]
pub struct Script {
    pub stage: Stage,
    /// The hook's name, whose ending says what runs it.
    pub name: String,
    pub text: String,
}

impl Hook {
    /// As it runs, with the answers in it.
    pub(super) fn rendered(&self, engine: &Engine, scope: &Scope) -> Result<Script, Problem> {
        let at = format!("{FOLDER}/{}", self.name);
        let text = std::str::from_utf8(&self.file.content).map_err(|_| Problem::new(&at, "is not UTF-8"))?;
        let text = super::newlines::to_render(text);
        Ok(Script {
            stage: self.stage,
            name: self.name.clone(),
            text: engine.render_named(&at, &at, &text, scope)?,
        })
    }
}
