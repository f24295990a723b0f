//! A store's folder -> [`Template`]: a manifest, the files of the project, the parts they share, and their engine.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, bail};
use bytes::Bytes;

use super::confine::confined;
use super::engine::Engine;
use super::manifest::{self, Manifest};
use super::source::Source;
use super::store::Store;
use super::tree::File;
use crate::failure::{Code, Failure, Problem};
use crate::limits::MOST_BYTES;

/// The folder of a template whose content becomes the project.
pub const FILES: &str = "files";

/// The folder of a template whose files are only included by others.
pub const INCLUDES: &str = "includes";

/// The ending of a rendered file's name, which the project's file has not.
pub const ENDING: &str = ".j2";

pub struct Template {
    pub source: Source,
    pub manifest: Manifest,
    /// The manifest as it was written.
    pub text: String,
    /// Files by their path below `files/`, in order; names ending in `.j2` are rendered.
    pub files: Vec<(String, File)>,
    /// Files by their path below `includes/`.
    pub includes: Vec<(String, File)>,
    pub engine: Engine,
}

impl Template {
    pub fn load(source: Source, store: &Store) -> Result<Self> {
        let text = manifest_of(&source, store)?;
        let files = store.files(FILES)?;
        let includes = store.files(INCLUDES)?;
        let bytes = files
            .iter()
            .chain(&includes)
            .map(|(_, file)| file.content.len() as u64)
            .sum::<u64>();
        if bytes > MOST_BYTES {
            bail!("the template `{source}` has more than {} MiB", MOST_BYTES >> 20);
        }
        let mut engine = Engine::new();
        let manifest = confined(|| Manifest::parse(&text, &engine)).map_err(|problems| broken(&source, problems))?;
        let parts = parts(&files, &includes);
        engine.set_parts(move |name| String::from_utf8(parts.get(name)?.to_vec()).ok());
        Ok(Template {
            source,
            manifest,
            text,
            files,
            includes,
            engine,
        })
    }

    /// The paths that texts may include, extend or import.
    pub fn parts(&self) -> impl Iterator<Item = String> {
        parts(&self.files, &self.includes).into_keys()
    }

    /// The failure for problems in the template's own files.
    pub fn broken(&self, problems: Vec<Problem>) -> Failure {
        broken(&self.source, problems)
    }
}

/// What a template is called and asks, and its files' names: all that a list of many shows.
pub struct Outline {
    pub manifest: Manifest,
    /// Below `files/`, in order.
    pub paths: Vec<String>,
}

impl Outline {
    /// No content is read: a small repository may hold the same large file in thousands of templates. And no code is run:
    /// one template must not keep the others out of a list.
    pub fn load(source: &Source, store: &Store) -> Result<Self> {
        let text = manifest_of(source, store)?;
        let manifest = Manifest::outline(&text).map_err(|problems| broken(source, problems))?;
        let paths = store.paths(FILES)?;
        Ok(Outline { manifest, paths })
    }
}

fn manifest_of(source: &Source, store: &Store) -> Result<String> {
    store.text(manifest::FILE)?.ok_or_else(|| {
        let message = format!("{source} is not a template: it has no {}", manifest::FILE);
        let hint = format!("a template is a {} beside a folder {FILES}/", manifest::FILE);
        Failure::new(Code::Validation, message).hint(hint).into()
    })
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("source", &self.source)
            .field("manifest", &self.manifest)
            .finish_non_exhaustive()
    }
}

fn broken(source: &Source, mut problems: Vec<Problem>) -> Failure {
    for problem in &mut problems {
        // Some are about a place in the manifest without a line of its own, such as `after.message`.
        if [manifest::FILE, FILES, INCLUDES]
            .iter()
            .any(|own| problem.at.starts_with(own))
        {
            problem.at = source.locate(&problem.at);
        }
    }
    Failure::new(Code::Validation, format!("the template `{source}` does not work")).problems(problems)
}

/// What texts may include, extend or import: the template's own texts by their path in its folder.
fn parts(files: &[(String, File)], includes: &[(String, File)]) -> BTreeMap<String, Bytes> {
    let rendered = files
        .iter()
        .filter(|(path, _)| path.ends_with(ENDING))
        .map(|file| (FILES, file));
    let parts = rendered.chain(includes.iter().map(|file| (INCLUDES, file)));
    parts
        .map(|(folder, (path, file))| (format!("{folder}/{path}"), file.content.clone()))
        .collect()
}
