//! The order in which cookiecutter goes through a template: what a text changes is seen by the texts after it.

use std::collections::BTreeMap;

use super::Cookiecutter;
use crate::scaffold::template::Template;
use crate::scaffold::tree::File;

/// One thing that becomes part of a project, by its path below the template's root.
pub(super) enum Step<'a> {
    Folder(&'a str),
    File(&'a str, &'a File),
}

/// Everything in a folder of the template.
#[derive(Default)]
struct Content<'a> {
    folders: Vec<&'a str>,
    files: Vec<(&'a str, &'a File)>,
}

/// Every step: in each folder first the folders, those that are copied whole before the others, then the files, then
/// what is in the folders.
///
/// Source: cookiecutter's `generate_files`, which goes by `os.walk` with sorted names.
pub(super) fn steps<'a>(
    template: &'a Template,
    own: &'a Cookiecutter,
    is_copied: impl Fn(&str) -> bool,
) -> Vec<Step<'a>> {
    let above = |path: &'a str| path.rsplit_once('/').map_or("", |(above, _)| above);
    let mut contents: BTreeMap<&str, Content<'_>> = BTreeMap::new();
    for path in &own.folders {
        contents.entry(above(path)).or_default().folders.push(path);
    }
    for (path, file) in &template.files {
        contents.entry(above(path)).or_default().files.push((path, file));
    }
    let mut steps = Vec::with_capacity(own.folders.len() + template.files.len());
    // What is still to be gone through, the next one last; a copied folder at once.
    let mut pending = vec![""];
    while let Some(folder) = pending.pop() {
        let Some(content) = contents.remove(folder) else {
            continue;
        };
        let (copied, rendered): (Vec<_>, Vec<_>) = content.folders.into_iter().partition(|path| is_copied(path));
        for path in copied {
            let mut whole = vec![path];
            while let Some(path) = whole.pop() {
                steps.push(Step::Folder(path));
                let inside = contents.remove(path).unwrap_or_default();
                steps.extend(inside.files.into_iter().map(|(path, file)| Step::File(path, file)));
                whole.extend(inside.folders.into_iter().rev());
            }
        }
        steps.extend(rendered.iter().map(|path| Step::Folder(path)));
        steps.extend(content.files.into_iter().map(|(path, file)| Step::File(path, file)));
        pending.extend(rendered.into_iter().rev());
    }
    steps
}
