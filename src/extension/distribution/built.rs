//! What was built or installed: `X.dist-info` in a wheel or an environment, `X.egg-info` beside the sources.

use std::rc::Rc;

use super::{Backend, Distribution, EntryPoint, Layout, Licence, LicenceForm, Rule};
use crate::extension::root::{Read, Root};
use crate::extension::text::{Declared, Text};

/// Reads the metadata folder at a path below the root.
pub(crate) fn read(root: &Root, folder: &str) -> Distribution {
    let mut found = Distribution {
        backend: Backend::Built,
        layout: Layout {
            rule: Rule::Unknown,
            ..Layout::default()
        },
        ..Distribution::default()
    };
    for name in ["METADATA", "PKG-INFO"] {
        let path = format!("{folder}/{name}");
        match root.read(&path) {
            Read::Text(text) => {
                headers(&text, &mut found);
                found.sources.push(text);
                break;
            }
            Read::Absent => {}
            Read::Unreadable(why) => found.problems.push(super::unreadable(&path, why)),
        }
    }
    let path = format!("{folder}/entry_points.txt");
    match root.read(&path) {
        Read::Text(text) => {
            found.entry_points = entry_points(&text);
            found.sources.push(text);
        }
        Read::Absent => {}
        Read::Unreadable(why) => found.problems.push(super::unreadable(&path, why)),
    }
    found
}

/// The lines before the first empty one.
fn headers(text: &Rc<Text>, found: &mut Distribution) {
    let mut start = 0;
    for line in text.content.split_inclusive('\n') {
        let content = line.trim_end();
        if content.is_empty() {
            return;
        }
        if let Some((key, value)) = content.split_once(':')
            && !content.starts_with([' ', '\t'])
        {
            let end = start + content.len();
            let value = value.trim();
            header(key, Declared::new(value, text, end - value.len()..end), found);
        }
        start += line.len();
    }
}

fn header(key: &str, value: Declared, found: &mut Distribution) {
    let licence = |form, declared: Declared| {
        Some(Licence {
            form,
            value: declared.value,
            at: declared.at,
        })
    };
    match &*key.to_ascii_lowercase() {
        "name" => found.name = Some(value),
        "version" => found.version = Some(value),
        "summary" => found.summary = Some(value),
        "requires-python" => found.requires_python = Some(value),
        "requires-dist" => match extra(&value.value) {
            Some(extra) => found.extras.push((extra, value)),
            None => found.dependencies.push(value),
        },
        "classifier" => found.classifiers.push(value),
        "home-page" => found.urls.push(("homepage".into(), value.value)),
        "license-expression" => found.licence = licence(LicenceForm::Expression, value),
        "license" if found.licence.is_none() => found.licence = licence(LicenceForm::Text, value),
        _ => {}
    }
}

/// The extra in the marker of a requirement.
fn extra(requirement: &str) -> Option<String> {
    let (_, marker) = requirement.split_once(';')?;
    let (_, rest) = marker.split_once("extra")?;
    let quoted = rest.trim_start().strip_prefix("==")?.trim_start();
    let name = quoted.trim_start_matches(['"', '\'']);
    name.split(['"', '\'']).next().map(str::to_string)
}

/// As `importlib.metadata` reads them.
pub(crate) fn entry_points(text: &Rc<Text>) -> Vec<EntryPoint> {
    let mut found = Vec::new();
    let mut group: Option<Declared> = None;
    let mut start = 0;
    for line in text.content.split_inclusive('\n') {
        let content = line.trim();
        let at = start + line.len() - line.trim_start().len();
        start += line.len();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            group = Some(Declared::new(name, text, at..at + content.len()));
        } else if let Some(group) = &group {
            let line = Declared::new(content, text, at..at + content.len());
            found.push(super::setup_cfg::split(group, &line));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installed_distribution_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let info = folder.path().join("a_b-1.dist-info");
        std::fs::create_dir(&info).unwrap();
        let metadata = "Metadata-Version: 2.4\nName: a-b\nVersion: 1\nLicense: MIT\nRequires-Dist: x>=1\nRequires-Dist: y; extra == 'dev'\n\nName: no\n";
        std::fs::write(info.join("METADATA"), metadata).unwrap();
        std::fs::write(
            info.join("entry_points.txt"),
            "[localstack.extensions]\n# c\na-b = a_b.x:C\n",
        )
        .unwrap();
        let root = Root::folder(folder.path(), Some(&["a_b-1.dist-info".to_string()])).unwrap();
        let found = read(&root, "a_b-1.dist-info");
        assert_eq!(found.name.as_ref().unwrap().value, "a-b");
        assert_eq!((found.dependencies.len(), found.extras[0].0.as_str()), (1, "dev"));
        let [entry] = &found.entry_points[..] else { panic!() };
        assert_eq!(
            (entry.name.value.as_str(), entry.object.at.line(), entry.parts()),
            ("a-b", 3, Some(("a_b.x", "C")))
        );
    }
}
