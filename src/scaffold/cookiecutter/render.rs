//! Template + Answers -> Tree, as cookiecutter's `generate_files` walks a template.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json};

use super::binary::is_binary;
use super::context::copied;
use super::hooks::{Script, Stage};
use super::newlines::{self, Newline};
use super::pattern::Pattern;
use super::walk::{self, Step};
use super::{Cookiecutter, json};
use crate::failure::{Failure, Problem};
use crate::limits::LARGEST_FILE;
use crate::neutral::neutral_line;
use crate::parallel;
use crate::scaffold::answers::Answers;
use crate::scaffold::confine::confined;
use crate::scaffold::engine::Scope;
use crate::scaffold::render::{Rendered, gather, placed};
use crate::scaffold::template::Template;
use crate::scaffold::tree::{File, RelPath, Tree};

/// Renders every name and every text, and the hooks that run; all problems are one error.
pub(in crate::scaffold) fn render(
    template: &Template,
    own: &Cookiecutter,
    answers: &Answers,
) -> Result<Rendered, Failure> {
    confined(|| {
        let variables = own.context.answered(answers);
        let newline = newline(template, &variables).map_err(|problem| template.broken(vec![problem]))?;
        let walk = Walk {
            is_ordered: is_ordered(template, own),
            template,
            own,
            scope: own.context.whole(answers).shared(),
            copied: copied(&variables),
            newline,
        };
        let mut problems = Vec::new();
        // In this order, for a hook may change what the texts see.
        let mut hooks = walk.hooks(Stage::PreGen, &mut problems);
        let tree = walk.tree(&mut problems);
        hooks.extend(walk.hooks(Stage::PostGen, &mut problems));
        match problems.is_empty() {
            true => Ok(Rendered {
                tree,
                hooks,
                ..Rendered::default()
            }),
            false => Err(template.broken(problems)),
        }
    })
}

/// What every line of every text is to end with, where the template says so.
fn newline(template: &Template, variables: &Map<String, Json>) -> Result<Option<Newline>, Problem> {
    const KEY: &str = "_new_lines";
    let said = match variables.get(KEY) {
        None | Some(Json::Null | Json::Bool(false)) => return Ok(None),
        Some(Json::String(text)) if text.is_empty() => return Ok(None),
        Some(said) => said,
    };
    let newline = said.as_str().and_then(Newline::named);
    newline.map(Some).ok_or_else(|| {
        let problem = Problem::new(
            json::place(&template.text, KEY),
            format!("`{KEY}` is {said}, which ends no line"),
        );
        problem.hint(r#"write "\n", "\r\n" or "\r""#)
    })
}

/// The methods that change a value in Python, so that a text may change what others see.
const CHANGING: [&str; 11] = [
    "update",
    "pop",
    "popitem",
    "setdefault",
    "append",
    "extend",
    "insert",
    "remove",
    "clear",
    "sort",
    "reverse",
];

/// Whether a text may change what the texts after it see.
fn is_ordered(template: &Template, own: &Cookiecutter) -> bool {
    let files = template.files.iter().chain(&template.includes);
    let texts = files.map(|(_, file)| &file.content);
    let hooks = own.hooks.iter().map(|hook| &hook.file.content);
    let texts = texts
        .chain(hooks)
        .filter_map(|content| std::str::from_utf8(content).ok());
    let names = own.folders.iter().chain(template.files.iter().map(|(path, _)| path));
    let mut texts = texts.chain(names.map(String::as_str));
    texts.any(|text| template.engine.is_code(text) && template.engine.may_call(text, &CHANGING))
}

struct Walk<'a> {
    template: &'a Template,
    own: &'a Cookiecutter,
    scope: Scope,
    copied: Vec<Pattern>,
    /// What every line of every text ends with.
    newline: Option<Newline>,
    /// A text may change what the texts after it see.
    is_ordered: bool,
}

/// A folder of the template.
struct Folder {
    /// Its path in the project.
    target: String,
    /// What is in it is copied, names and all.
    is_copied: bool,
}

type Folders<'a> = HashMap<&'a str, Folder>;

impl Walk<'_> {
    fn tree(&self, problems: &mut Vec<Problem>) -> Tree {
        let steps = walk::steps(self.template, self.own, |path| self.is_copied(path));
        match self.is_ordered {
            true => self.one_by_one(&steps, problems),
            false => self.at_once(&steps, problems),
        }
    }

    /// Every text when those before it are done.
    fn one_by_one(&self, steps: &[Step<'_>], problems: &mut Vec<Problem>) -> Tree {
        let mut tree = Tree::new();
        let mut folders = HashMap::new();
        let mut made = Vec::new();
        for step in steps {
            match step {
                Step::Folder(path) => self.folder(path, &mut tree, &mut folders, problems),
                Step::File(path, file) => made.push((*path, self.file(path, file, &folders))),
            }
        }
        self.put(made, &folders, &mut tree, problems);
        tree
    }

    /// The folders, then all texts on all cores.
    fn at_once(&self, steps: &[Step<'_>], problems: &mut Vec<Problem>) -> Tree {
        let mut tree = Tree::new();
        let mut folders = HashMap::new();
        let mut files = Vec::new();
        for step in steps {
            match step {
                Step::Folder(path) => self.folder(path, &mut tree, &mut folders, problems),
                Step::File(path, file) => files.push((*path, *file)),
            }
        }
        let made = parallel::map(&files, |(path, file)| self.file(path, file, &folders));
        let paths = files.iter().map(|(path, _)| *path);
        self.put(paths.zip(made).collect(), &folders, &mut tree, problems);
        tree
    }

    fn put(&self, made: Vec<(&str, Made)>, folders: &Folders<'_>, tree: &mut Tree, problems: &mut Vec<Problem>) {
        let targets: HashSet<&str> = folders.values().map(|folder| folder.target.as_str()).collect();
        // A name that comes out as that of a folder is an empty name to cookiecutter.
        let is_file = |(target, _): &(RelPath, File)| !targets.contains(target.as_str());
        let made = made.into_iter();
        let made = made.map(|(path, made)| (self.at(path), made.map(|made| made.filter(is_file))));
        gather(tree, made, problems);
    }

    /// The hooks of a stage, as they run.
    fn hooks(&self, stage: Stage, problems: &mut Vec<Problem>) -> Vec<Script> {
        let agreed = self
            .own
            .hooks
            .iter()
            .filter(|hook| self.own.runs_hooks && hook.stage == stage);
        let rendered = agreed.map(|hook| hook.rendered(&self.template.engine, &self.scope));
        rendered
            .filter_map(|script| script.map_err(|problem| problems.push(problem)).ok())
            .collect()
    }

    /// The place of a file or folder in the template.
    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.own.root)
    }

    /// Adds a folder by its path in the template; it becomes part of the tree, also if it stays empty.
    fn folder<'p>(&self, path: &'p str, tree: &mut Tree, folders: &mut Folders<'p>, problems: &mut Vec<Problem>) {
        let at = self.at(path);
        let (above, name) = match path.rsplit_once('/') {
            // One above had a problem, which is told already.
            Some((above, _)) if !folders.contains_key(above) => return,
            Some((above, name)) => (folders.get(above), name),
            None => (None, path),
        };
        let is_within_copied = above.is_some_and(|above| above.is_copied);
        let is_copied = is_within_copied || self.is_copied(path);
        if is_copied && self.own.links.contains(path) {
            let problem = Problem::new(&at, "is a link to a folder, in one that is copied whole");
            problems.push(problem.hint("put a folder with its files in its place"));
            return;
        }
        let target = match is_within_copied {
            true => Ok(joined(above, name)),
            false => self
                .name(&at, name)
                .and_then(|name| Ok(joined(above, &normal(&at, &name)?))),
        };
        // A folder that is copied whole keeps its mode; any other has what the umask leaves.
        let permissions = self.own.permissions.get(path).filter(|_| is_copied).copied();
        let folder = target.and_then(|target| {
            let placed = RelPath::new(&target).and_then(|path| tree.insert_folder(&path, permissions));
            placed.map_err(|error| Problem::new(&at, error.to_string()))?;
            Ok(Folder { target, is_copied })
        });
        match folder {
            Ok(folder) => drop(folders.insert(path, folder)),
            Err(problem) => problems.push(problem),
        }
    }

    fn is_copied(&self, path: &str) -> bool {
        self.copied.iter().any(|pattern| pattern.matches(path))
    }

    /// The short way, where a value is what it was in the beginning.
    fn substituted(&self, text: &str) -> Option<String> {
        match self.is_ordered {
            true => None,
            false => self.template.engine.substituted(text, &self.scope),
        }
    }

    fn name(&self, at: &str, name: &str) -> Result<String, Problem> {
        if let Some(name) = self.substituted(name) {
            return Ok(name);
        }
        self.template.engine.render_text(at, name, &self.scope)
    }

    /// What becomes of one file: nothing where its name comes out empty.
    fn file(&self, path: &str, file: &File, folders: &Folders<'_>) -> Made {
        let at = self.at(path);
        let (above, name) = match path.rsplit_once('/') {
            // The folder has a problem, which is told already.
            Some((above, _)) if !folders.contains_key(above) => return Ok(None),
            Some((above, name)) => (folders.get(above), name),
            None => (None, path),
        };
        let is_within_copied = above.is_some_and(|above| above.is_copied);
        let target = match is_within_copied {
            true => joined(above, name),
            false => match self.name(&at, name)? {
                name if name.is_empty() => return Ok(None),
                name => joined(above, &normal(&at, &name)?),
            },
        };
        let target = placed(&at, &target)?;
        let is_text = !is_within_copied && !self.is_copied(path) && !is_binary(name, &file.content);
        let file = if is_text {
            self.text(&at, path, file)?
        } else {
            file.clone()
        };
        Ok(Some((target, file)))
    }

    fn text(&self, at: &str, path: &str, file: &File) -> Result<File, Problem> {
        let engine = &self.template.engine;
        let Ok(source) = std::str::from_utf8(&file.content) else {
            return Ok(file.clone());
        };
        let newline = self.newline.unwrap_or_else(|| Newline::detect(&file.content));
        if newline == Newline::Lf && !engine.is_code(source) {
            return Ok(file.clone());
        }
        let source = newlines::to_render(source);
        let rendered = match self.substituted(&source) {
            Some(text) => text,
            None => engine.render_named(at, path, &source, &self.scope)?,
        };
        let text = newline.write(&rendered).into_owned();
        if text.len() as u64 > LARGEST_FILE {
            let message = format!("becomes larger than {} MiB", LARGEST_FILE >> 20);
            return Err(Problem::new(at, message));
        }
        // Thousands of these wait in memory until all are known to be good.
        let content = text.into_boxed_str().into_boxed_bytes().into();
        Ok(File {
            content,
            ..file.clone()
        })
    }
}

/// What becomes of a file, or why nothing can.
type Made = Result<Option<(RelPath, File)>, Problem>;

/// A name that may have slashes in it, without what the file system does not mind.
fn normal(at: &str, name: &str) -> Result<String, Problem> {
    if name.starts_with('/') {
        let message = format!(
            "becomes `{}`, which begins at the root of the file system",
            neutral_line(name)
        );
        return Err(Problem::new(at, message));
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    match parts.is_empty() {
        true => Err(Problem::new(
            at,
            format!("its name becomes `{}`, which names nothing", neutral_line(name)),
        )),
        false => Ok(parts.join("/")),
    }
}

fn joined(above: Option<&Folder>, name: &str) -> String {
    match above {
        Some(above) => format!("{}/{name}", above.target),
        None => name.to_string(),
    }
}
