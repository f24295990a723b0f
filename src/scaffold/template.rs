//! A store's folder -> [`Template`]: a manifest, the files of the project, the parts they share, and their engine.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Error, Result, anyhow};
use bytes::Bytes;

use super::answers::Answers;
use super::confine::confined;
use super::cookiecutter::{self, Cookiecutter, hooks};
use super::engine::{Engine, GROUP, Part, Scope};
use super::manifest::{self, Manifest};
use super::question::{Kind, Question};
use super::render::open_values;
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

/// The question whose answer names the folder of a project made by a template of ours.
const NAMED_BY: &str = "project_slug";

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
    /// What more there is to one that was written for cookiecutter. Its files are below the folder that becomes the
    /// project, and every text among them is rendered.
    pub cookiecutter: Option<Cookiecutter>,
}

impl Template {
    pub fn load(source: Source, store: &Store) -> Result<Self> {
        let text = match manifest_of(&source, store)? {
            Text::Ours(text) => text,
            Text::Cookiecutter(text) => return cookiecutter::load(source, store, text),
        };
        let files = store.files(FILES)?;
        let includes = store.files(INCLUDES)?;
        let bytes = files
            .iter()
            .chain(&includes)
            .map(|(_, file)| file.content.len() as u64)
            .sum::<u64>();
        if bytes > MOST_BYTES {
            return Err(too_large(&source));
        }
        let mut engine = manifest::engine(&text);
        let manifest = confined(|| Manifest::parse(&text, &engine)).map_err(|problems| broken(&source, problems))?;
        let mut parts = parts(&files, &includes);
        if engine.is_jinja2() {
            parts.extend(by_short_name(&parts));
        }
        engine.set_parts(move |name| {
            let text = String::from_utf8(parts.get(name)?.to_vec()).ok()?;
            let place = name.to_string();
            Some(Part { text, place })
        });
        Ok(Template {
            source,
            manifest,
            text,
            files,
            includes,
            engine,
            cookiecutter: None,
        })
    }

    /// What its files are called in a project, placeholders included.
    pub fn project_paths(&self) -> Vec<String> {
        let paths = self.files.iter().map(|(path, _)| path);
        match &self.cookiecutter {
            Some(cookiecutter) => paths.map(|path| format!("{}/{path}", cookiecutter.root)).collect(),
            None => self.manifest.project_paths(paths),
        }
    }

    /// Whether its projects have a name that follows from the answers.
    pub fn names_folder(&self) -> bool {
        self.cookiecutter.is_some() || self.manifest.folder.is_some() || self.named_by().is_some()
    }

    /// The question whose answer names the project's folder, where it is one answer that does.
    pub fn named_by(&self) -> Option<&Question> {
        let key = match &self.cookiecutter {
            Some(cookiecutter) => cookiecutter.named_by()?,
            None => match &self.manifest.folder {
                Some(folder) => self
                    .manifest
                    .questions
                    .iter()
                    .map(|question| question.key.as_str())
                    .find(|key| folder.is(key))?,
                None => NAMED_BY,
            },
        };
        let question = self.manifest.question(key)?;
        (!question.secret && !matches!(question.kind, Kind::Data)).then_some(question)
    }

    /// The name of the project's folder, if these answers give it one.
    pub fn folder_name(&self, answers: &Answers) -> Result<Option<String>, Failure> {
        let name = match (&self.cookiecutter, &self.manifest.folder) {
            (Some(own), _) => self
                .engine
                .render_text(&own.root, &own.root, &own.context.whole(answers)),
            (None, Some(folder)) => self
                .engine
                .render_text(&folder.at, &folder.code, &open_values(self, answers)?),
            (None, None) => return Ok(answers.open_text(NAMED_BY).map(str::to_string)),
        };
        name.map(Some).map_err(|problem| self.broken(vec![problem]))
    }

    /// What a default or an expression sees of the answers so far.
    pub fn scope_so_far(&self, answers: &Answers) -> Scope {
        match &self.cookiecutter {
            Some(cookiecutter) => cookiecutter.context.so_far(answers),
            None => {
                let mut scope = answers.scope();
                self.add_group(&mut scope, answers.data());
                scope
            }
        }
    }

    /// Texts in Jinja2 know all values by the group that cookiecutter has for them, too.
    pub(super) fn add_group(&self, scope: &mut Scope, values: serde_json::Map<String, serde_json::Value>) {
        if !self.engine.is_jinja2() {
            return;
        }
        let mut group = self.manifest.data.clone();
        for (key, value) in &group {
            scope.set_data(key, value.clone());
        }
        group.extend(values);
        scope.set_data(GROUP, group.into());
    }

    /// The paths that texts may include, extend or import.
    pub fn parts(&self) -> impl Iterator<Item = String> {
        parts(&self.files, &self.includes).into_keys()
    }

    /// The failure for problems in the template's own files.
    pub fn broken(&self, mut problems: Vec<Problem>) -> Failure {
        if let Some(cookiecutter) = &self.cookiecutter {
            let own = [&cookiecutter.root, hooks::FOLDER, cookiecutter::SHARED].map(|folder| format!("{folder}/"));
            for problem in problems
                .iter_mut()
                .filter(|problem| own.iter().any(|own| problem.at.starts_with(own)))
            {
                problem.at = self.source.locate(&problem.at);
            }
        }
        broken(&self.source, problems)
    }
}

/// What a template is called and asks, and its files' names: all that a list of many shows.
pub struct Outline {
    pub manifest: Manifest,
    /// What its files are called in a project, placeholders included.
    pub paths: Vec<String>,
}

impl Outline {
    /// No content is read: a small repository may hold the same large file in thousands of templates. And no code is run:
    /// one template must not keep the others out of a list.
    pub fn load(source: &Source, store: &Store) -> Result<Self> {
        let text = match manifest_of(source, store)? {
            Text::Ours(text) => text,
            Text::Cookiecutter(text) => return cookiecutter::outline(source, store, &text),
        };
        let manifest = Manifest::outline(&text).map_err(|problems| broken(source, problems))?;
        let paths = manifest.project_paths(&store.paths(FILES)?);
        Ok(Outline { manifest, paths })
    }
}

/// The text that says what a template asks.
enum Text {
    Ours(String),
    Cookiecutter(String),
}

/// The files whose presence makes a folder a template; where both are, the first one counts.
pub const MANIFESTS: [&str; 2] = [manifest::FILE, cookiecutter::FILE];

fn manifest_of(source: &Source, store: &Store) -> Result<Text> {
    if let Some(text) = store.text(manifest::FILE)? {
        return Ok(Text::Ours(text));
    }
    let text = store.text(cookiecutter::FILE)?;
    text.map(Text::Cookiecutter).ok_or_else(|| {
        let [ours, other] = MANIFESTS;
        let message = format!("{source} is not a template: it has neither {ours} nor {other}");
        let hint = format!("a template is a {ours} beside a folder {FILES}/, or a cookiecutter template");
        Failure::new(Code::Validation, message).hint(hint).into()
    })
}

pub(super) fn too_large(source: &Source) -> Error {
    anyhow!("the template `{source}` has more than {} MiB", MOST_BYTES >> 20)
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("source", &self.source)
            .field("manifest", &self.manifest)
            .finish_non_exhaustive()
    }
}

pub(super) fn broken(source: &Source, mut problems: Vec<Problem>) -> Failure {
    for problem in &mut problems {
        // Some are about a place in the manifest without a line of its own, such as `after.message`.
        let own = [manifest::FILE, FILES, INCLUDES, cookiecutter::FILE];
        if own.iter().any(|own| problem.at.starts_with(own)) {
            problem.at = source.locate(&problem.at);
        }
    }
    Failure::new(Code::Validation, format!("the template `{source}` does not work")).problems(problems)
}

/// What cookiecutter's texts call the parts: by the path below the project's folder, or below that of the parts.
fn by_short_name(parts: &BTreeMap<String, Bytes>) -> BTreeMap<String, Bytes> {
    let short = |(path, content): (&String, &Bytes)| {
        let (_, path) = path.split_once('/')?;
        Some((path.strip_suffix(ENDING).unwrap_or(path).to_string(), content.clone()))
    };
    parts.iter().filter_map(short).collect()
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
