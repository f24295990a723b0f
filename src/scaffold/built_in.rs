//! The templates that this program carries, and what they share: written once, below `templates/shared/`, and part of
//! each template that names it.

use include_dir::{Dir, include_dir};

use super::manifest;
use super::template::{ENDING, INCLUDES};
use super::tree::File;

static ALL: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The folder beside the templates with what several of them have.
const SHARED: &str = "shared";

/// Begins a line of a manifest that stands for a file of the shared folder, such as questions.
const INCLUDE: &str = "#:include ";

/// The names of the templates, in order.
pub fn built_in() -> Vec<&'static str> {
    let names = ALL.dirs().filter_map(|dir| dir.path().to_str());
    let mut names: Vec<&str> = names.filter(|name| *name != SHARED).collect();
    names.sort_unstable();
    names
}

/// One template, as whole as if nothing of it were shared.
#[derive(Clone, Copy)]
pub struct BuiltIn(&'static Dir<'static>);

impl BuiltIn {
    pub fn named(name: &str) -> Option<BuiltIn> {
        let dir = ALL.get_dir(name).filter(|_| name != SHARED)?;
        Some(BuiltIn(dir))
    }

    /// The content of a file; none where there is no such file.
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        let content = self.0.get_file(self.0.path().join(path))?.contents();
        match (path == manifest::FILE, std::str::from_utf8(content)) {
            (true, Ok(text)) => Some(whole(text).into_bytes()),
            _ => Some(content.to_vec()),
        }
    }

    /// Every file below a folder with its path there, in order.
    pub fn files(&self, below: &str) -> Vec<(String, File)> {
        let mut files = files(self.0, below);
        if below == INCLUDES {
            files.extend(self.shared());
            files.sort_by(|a, b| a.0.cmp(&b.0));
        }
        files
    }

    /// The names of its own folders.
    pub fn folders(&self) -> impl Iterator<Item = String> {
        let names = self.0.dirs().filter_map(|dir| dir.path().file_name()?.to_str());
        names.map(str::to_string)
    }

    pub fn below(&self, directory: &str) -> Option<BuiltIn> {
        self.0.get_dir(self.0.path().join(directory)).map(BuiltIn)
    }

    /// The shared parts that its texts take in, or those that they take in.
    fn shared(&self) -> Vec<(String, File)> {
        let mut left = ALL.get_dir(SHARED).map_or_else(Vec::new, |dir| files(dir, INCLUDES));
        let mut texts: Vec<File> = files(self.0, "")
            .into_iter()
            .filter(|(path, _)| path.ends_with(ENDING) || path.starts_with(INCLUDES))
            .map(|(_, file)| file)
            .collect();
        let mut taken = Vec::new();
        while let Some(text) = texts.pop() {
            let text = String::from_utf8_lossy(&text.content);
            let is_named = |path: &str| text.contains(&format!("\"{INCLUDES}/{path}\""));
            let (named, others) = left.into_iter().partition(|(path, _)| is_named(path));
            left = others;
            let named: Vec<(String, File)> = named;
            texts.extend(named.iter().map(|(_, file)| file.clone()));
            taken.extend(named);
        }
        taken
    }
}

/// A manifest with the shared parts in the place of the lines that name them.
fn whole(text: &str) -> String {
    let shared = |name: &str| ALL.get_file(format!("{SHARED}/{}", name.trim()))?.contents_utf8();
    let line = |line: &'_ str| match line.strip_prefix(INCLUDE).and_then(shared) {
        Some(part) => part.to_string(),
        None => line.to_string(),
    };
    text.split_inclusive('\n').map(line).collect()
}

fn files(dir: &'static Dir<'static>, below: &str) -> Vec<(String, File)> {
    let root = dir.path().join(below);
    let mut files = Vec::new();
    let mut pending: Vec<&Dir<'static>> = match below {
        "" => vec![dir],
        _ => dir.get_dir(&root).into_iter().collect(),
    };
    while let Some(dir) = pending.pop() {
        pending.extend(dir.dirs());
        for file in dir.files() {
            let path = file.path().strip_prefix(&root).unwrap_or(file.path());
            let path = path.components().map(|part| part.as_os_str().to_string_lossy());
            files.push((path.collect::<Vec<_>>().join("/"), File::new(file.contents())));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_manifest_stands_for_a_shared_part() {
        let text = whole("[template]\n#:include questions.toml\n\n[after]\n");
        assert!(text.starts_with("[template]\n[[question]]\n"), "{text}");
        assert!(text.ends_with("\n\n[after]\n"), "{text}");
    }

    #[test]
    fn every_line_that_names_a_shared_part_finds_one() {
        for name in built_in() {
            let manifest = BuiltIn::named(name).and_then(|own| own.read(manifest::FILE)).unwrap();
            let text = String::from_utf8(manifest).unwrap();
            assert!(!text.contains(INCLUDE), "{name}: {text}");
        }
    }

    #[test]
    fn every_shared_part_is_shared() {
        let parts = files(ALL.get_dir(SHARED).unwrap(), INCLUDES);
        let templates: Vec<BuiltIn> = built_in().into_iter().filter_map(BuiltIn::named).collect();
        for (path, _) in parts {
            let users = templates
                .iter()
                .filter(|own| own.shared().iter().any(|(known, _)| *known == path));
            assert!(users.count() > 1, "{path} is not shared");
        }
    }

    #[test]
    fn the_shared_folder_is_no_template() {
        assert!(!built_in().contains(&SHARED));
        assert!(BuiltIn::named(SHARED).is_none());
    }
}
