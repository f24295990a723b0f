//! A store's folder with a `cookiecutter.json` -> [`Template`]: which of its folders is the project, what texts may
//! include, and the hooks.

use std::collections::BTreeMap;

use anyhow::Result;
use bytes::Bytes;

use super::{Context, Cookiecutter, DESCRIPTION, FILE, hooks, json, questions, settings};
use crate::failure::Problem;
use crate::limits::MOST_BYTES;
use crate::scaffold::confine::confined;
use crate::scaffold::engine::{Engine, Part};
use crate::scaffold::jinja2::Syntax;
use crate::scaffold::manifest::{After, Manifest};
use crate::scaffold::source::Source;
use crate::scaffold::store::Store;
use crate::scaffold::template::{Outline, Template, broken, too_large};
use crate::scaffold::tree::File;

/// The folder of a template whose files are only included by others.
pub const SHARED: &str = "templates";

/// Loads the template whose `cookiecutter.json` has this text.
pub(in crate::scaffold) fn load(source: Source, store: &Store, text: String) -> Result<Template> {
    let (variables, syntax, engine, questions) =
        confined(|| read(&text)).map_err(|problems| broken(&source, problems))?;
    let root = root(store, &syntax).map_err(|problem| broken(&source, vec![problem]))?;
    let contents = store.contents(&root)?.unwrap_or_default();
    let shared = store.contents(SHARED)?.unwrap_or_default().files;
    let hooks = hooks::find(store)?;
    let files = contents.files.iter().chain(&shared);
    let bytes = files.map(|(_, file)| file.content.len() as u64).sum::<u64>();
    if bytes > MOST_BYTES {
        return Err(too_large(&source));
    }
    let mut engine = engine;
    let parts = parts(&root, &shared, &contents.files);
    engine.set_parts(move |name| {
        let (place, content) = parts.get(&plain(name))?;
        let text = String::from_utf8(content.to_vec()).ok()?;
        let place = place.clone();
        Some(Part { text, place })
    });
    let manifest = manifest(&source, questions);
    Ok(Template {
        source,
        manifest,
        text,
        files: contents.files,
        includes: shared,
        engine,
        cookiecutter: Some(Cookiecutter {
            context: Context::new(variables),
            root,
            folders: contents.folders,
            links: contents.links,
            permissions: contents.permissions,
            is_nested: false,
            hooks,
            runs_hooks: false,
            copy: None,
        }),
    })
}

/// The same for a list of many: no content is read and no code is run.
pub(in crate::scaffold) fn outline(source: &Source, store: &Store, text: &str) -> Result<Outline> {
    let broken = |problem| broken(source, vec![problem]);
    let variables = json::parse(text).map_err(broken)?;
    let questions = questions::questions(text, &variables, None);
    let questions = questions.map_err(|problems| crate::scaffold::template::broken(source, problems))?;
    let syntax = settings::syntax(text, &variables).unwrap_or_default();
    let root = root(store, &syntax).map_err(broken)?;
    let mut paths = store.paths(&root)?;
    paths.iter_mut().for_each(|path| *path = format!("{root}/{path}"));
    let manifest = manifest(source, questions);
    Ok(Outline { manifest, paths })
}

type Parsed = (
    serde_json::Map<String, serde_json::Value>,
    Syntax,
    Engine,
    Vec<crate::scaffold::question::Question>,
);

fn read(text: &str) -> Result<Parsed, Vec<Problem>> {
    let variables = json::parse(text).map_err(|problem| vec![problem])?;
    let syntax = settings::syntax(text, &variables)?;
    let engine = Engine::jinja2(&syntax).map_err(|message| {
        let at = json::place(text, "_jinja2_env_vars");
        vec![Problem::new(at, format!("Jinja cannot be set up like this: {message}"))]
    })?;
    let questions = questions::questions(text, &variables, Some(&engine))?;
    Ok((variables, syntax, engine, questions))
}

fn manifest(source: &Source, questions: Vec<crate::scaffold::question::Question>) -> Manifest {
    Manifest {
        name: source.name(),
        version: String::new(),
        description: DESCRIPTION.to_string(),
        folder: None,
        data: serde_json::Map::new(),
        questions,
        computed: Vec::new(),
        files: Vec::new(),
        after: After::default(),
        secret: Vec::new(),
    }
}

/// The first folder with `cookiecutter` and a placeholder in its name.
///
/// Source: cookiecutter's `find_template`, which takes the first in the order of the disk.
fn root(store: &Store, syntax: &Syntax) -> Result<String, Problem> {
    let folders = store
        .folders()
        .map_err(|error| Problem::new(FILE, format!("{error:#}")))?;
    let is_root = |name: &String| {
        name.contains("cookiecutter") && name.contains(&syntax.variable.0) && name.contains(&syntax.variable.1)
    };
    folders.into_iter().find(is_root).ok_or_else(|| {
        let (start, end) = (&syntax.variable.0, &syntax.variable.1);
        Problem::new(FILE, "has no project beside it").hint(format!(
            "the project is a folder beside it whose name is like `{start} cookiecutter.project_slug {end}`"
        ))
    })
}

/// A path in a text as [`parts`] has it. Source: Jinja's `split_template_path`.
fn plain(name: &str) -> String {
    let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.collect::<Vec<_>>().join("/")
}

/// What texts may include, extend or import, by the path that they use, each with its place in the template; the project's
/// own files come first.
fn parts(root: &str, shared: &[(String, File)], files: &[(String, File)]) -> BTreeMap<String, (String, Bytes)> {
    let placed = |folder: &str, (path, file): &(String, File)| {
        (path.clone(), (format!("{folder}/{path}"), file.content.clone()))
    };
    let shared = shared.iter().map(|file| placed(SHARED, file));
    shared.chain(files.iter().map(|file| placed(root, file))).collect()
}
