//! Template + Answers -> Tree, as cookiecutter's `generate_files` walks a template.

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;

use super::Cookiecutter;
use super::binary::is_binary;
use super::context::copied;
use super::newlines::{self, Newline};
use super::pattern::Pattern;
use crate::failure::{Failure, Problem};
use crate::limits::{LARGEST_FILE, MOST_BYTES, MOST_FILES};
use crate::parallel;
use crate::scaffold::answers::Answers;
use crate::scaffold::confine::confined;
use crate::scaffold::engine::Scope;
use crate::scaffold::record;
use crate::scaffold::render::Rendered;
use crate::scaffold::template::Template;
use crate::scaffold::tree::{File, RelPath, Tree};

/// Renders every name and every text; all problems are one error.
pub(in crate::scaffold) fn render(
    template: &Template,
    own: &Cookiecutter,
    answers: &Answers,
) -> Result<Rendered, Failure> {
    confined(|| {
        let variables = own.context.answered(answers);
        let walk = Walk {
            template,
            own,
            scope: own.context.whole(answers),
            copied: copied(&variables),
            newline: variables
                .get("_new_lines")
                .and_then(Json::as_str)
                .and_then(Newline::named),
        };
        let mut problems = Vec::new();
        let tree = walk.tree(&mut problems);
        match problems.is_empty() {
            true => Ok(Rendered {
                tree,
                message: None,
                next: Vec::new(),
            }),
            false => Err(template.broken(problems)),
        }
    })
}

struct Walk<'a> {
    template: &'a Template,
    own: &'a Cookiecutter,
    scope: Scope,
    copied: Vec<Pattern>,
    /// What every line of every text ends with.
    newline: Option<Newline>,
}

/// A folder of the template.
struct Folder {
    /// Its path in the project.
    target: String,
    /// What is in it is copied, names and all.
    is_copied: bool,
}

impl Walk<'_> {
    fn tree(&self, problems: &mut Vec<Problem>) -> Tree {
        let mut tree = Tree::new();
        let folders = self.folders(&mut tree, problems);
        if !problems.is_empty() {
            // Whatever is in these folders has the same problem.
            return tree;
        }
        let targets: HashSet<&str> = folders.values().map(|folder| folder.target.as_str()).collect();
        let rendered = parallel::map(&self.template.files, |(path, file)| {
            let made = self.file(path, file, &folders)?;
            // A name that comes out as that of a folder is an empty name to cookiecutter.
            Ok(made.filter(|(target, _)| !targets.contains(target.as_str())))
        });
        let mut total = 0;
        for ((path, _), written) in self.template.files.iter().zip(rendered) {
            let at = self.at(path);
            match written {
                Err(problem) => problems.push(problem),
                Ok(None) => {}
                Ok(Some((target, file))) => {
                    total += file.content.len() as u64;
                    if let Err(error) = tree.insert(target, file) {
                        problems.push(Problem::new(&at, error.to_string()));
                    }
                }
            }
            if total > MOST_BYTES || tree.len() > MOST_FILES {
                let most = format!(
                    "the project would have more than {MOST_FILES} files or {} MiB",
                    MOST_BYTES >> 20
                );
                problems.push(Problem::new(at, most));
                break;
            }
        }
        problems.extend(tree.is_a_repository());
        tree
    }

    /// The place of a file or folder in the template.
    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.own.root)
    }

    /// Every folder by its path in the template; they become part of the tree, also those that stay empty.
    fn folders(&self, tree: &mut Tree, problems: &mut Vec<Problem>) -> HashMap<&str, Folder> {
        let mut folders: HashMap<&str, Folder> = HashMap::new();
        for path in &self.own.folders {
            let at = self.at(path);
            let (above, name) = match path.rsplit_once('/') {
                // One above had a problem, which is told already.
                Some((above, _)) if !folders.contains_key(above) => continue,
                Some((above, name)) => (folders.get(above), name),
                None => (None, path.as_str()),
            };
            let is_within_copied = above.is_some_and(|above| above.is_copied);
            let target = match is_within_copied {
                true => Ok(joined(above, name)),
                false => self.name(&at, name).map(|name| joined(above, &name)),
            };
            let folder = target.and_then(|target| {
                let placed = RelPath::new(&target).and_then(|path| tree.insert_folder(&path));
                placed.map_err(|error| Problem::new(&at, error.to_string()))?;
                let is_copied = is_within_copied || self.is_copied(path);
                Ok(Folder { target, is_copied })
            });
            match folder {
                Ok(folder) => drop(folders.insert(path, folder)),
                Err(problem) => problems.push(problem),
            }
        }
        folders
    }

    fn is_copied(&self, path: &str) -> bool {
        self.copied.iter().any(|pattern| pattern.matches(path))
    }

    fn name(&self, at: &str, name: &str) -> Result<String, Problem> {
        self.template.engine.render_text(at, name, &self.scope)
    }

    /// What becomes of one file: nothing where its name comes out empty.
    fn file(
        &self,
        path: &str,
        file: &File,
        folders: &HashMap<&str, Folder>,
    ) -> Result<Option<(RelPath, File)>, Problem> {
        let at = self.at(path);
        let (above, name) = match path.rsplit_once('/') {
            Some((above, name)) => (folders.get(above), name),
            None => (None, path),
        };
        let is_within_copied = above.is_some_and(|above| above.is_copied);
        let target = match is_within_copied {
            true => joined(above, name),
            false => match self.name(&at, name)? {
                name if name.is_empty() => return Ok(None),
                name => joined(above, &name),
            },
        };
        let target = self.placed(&at, &target)?;
        let is_text = !is_within_copied && !self.is_copied(path) && !is_binary(name, &file.content);
        let file = if is_text {
            self.text(&at, path, file)?
        } else {
            file.clone()
        };
        Ok(Some((target, file)))
    }

    fn placed(&self, at: &str, target: &str) -> Result<RelPath, Problem> {
        if target.eq_ignore_ascii_case(record::FILE) {
            let message = format!(
                "would be `{}`, which is the program's own record of the project",
                record::FILE
            );
            return Err(Problem::new(at, message).hint("give the file another name"));
        }
        RelPath::new(target).map_err(|error| Problem::new(at, error.to_string()))
    }

    fn text(&self, at: &str, path: &str, file: &File) -> Result<File, Problem> {
        let engine = &self.template.engine;
        let Ok(source) = std::str::from_utf8(&file.content) else {
            return Ok(file.clone());
        };
        let newline = self.newline.unwrap_or_else(|| Newline::detect(&file.content));
        if newline == Newline::Lf && !engine.is_code(source) && !source.contains('\r') {
            return Ok(file.clone());
        }
        let rendered = engine.render_named(at, path, &newlines::to_render(source), &self.scope)?;
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

fn joined(above: Option<&Folder>, name: &str) -> String {
    match above {
        Some(above) => format!("{}/{name}", above.target),
        None => name.to_string(),
    }
}
