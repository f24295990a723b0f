//! The way from a project to the folder its template is in, which holds when both are moved together.

use std::path::{Component, Path, PathBuf};

/// A template's folder as the project will find it: from the project's own folder where it was named from the folder the
/// program runs in.
pub(super) fn recorded(folder: &Path, project: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path);
    let (Ok(target), Ok(project)) = (absolute(folder), absolute(project)) else {
        // Without a current folder nothing leads from one to the other.
        return folder.to_string_lossy().into_owned();
    };
    let real = target.canonicalize().ok();
    let is_there = |path: &Path| real.is_none() || path.canonicalize().ok() == real;
    // The name of a link comes first: what it leads to may change, such as `current`.
    let names = [Some(settled(&target)), real.clone()];
    let mut names = names.into_iter().flatten();
    // `..` goes up from where a link leads, not from where it is.
    let project = resolved(&project);
    let way_to = |target: PathBuf| way(&project, &target).filter(|way| is_there(&settled(&project.join(way))));
    let way = match folder.is_absolute() {
        true => None,
        false => names.clone().find_map(way_to),
    };
    way.unwrap_or_else(|| {
        let named = names.find(|name| is_there(name));
        named.unwrap_or(target).to_string_lossy().into_owned()
    })
}

/// An absolute path without links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let nearest = path
        .ancestors()
        .find_map(|above| Some((above.canonicalize().ok()?, path.strip_prefix(above).ok()?)));
    settled(&nearest.map_or_else(|| path.to_path_buf(), |(above, rest)| above.join(rest)))
}

/// An absolute path without `.` and `..`, read without a look at what is there.
fn settled(path: &Path) -> PathBuf {
    let mut settled = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                settled.pop();
            }
            part => settled.push(part),
        }
    }
    settled
}

/// The way from one folder to another, with `/` between its parts on every system; none between two drives.
fn way(from: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    if from.first() != to.first() {
        return None;
    }
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let up = from[shared..].iter().map(|_| "..".to_string());
    let down = to[shared..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    Some(if parts.is_empty() {
        ".".to_string()
    } else {
        parts.join("/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_folder_is_found_from_the_project_and_an_absolute_one_from_everywhere() {
        for (folder, project, expected) in [
            ("t", "p", "../t"),
            ("./t", "out/p", "../../t"),
            ("../repos/multi/./web", "p", "../../repos/multi/web"),
            ("t/../u/", "a/../p", "../u"),
            ("t", "t/p", ".."),
            ("p/t", "p", "t"),
            (".", ".", "."),
            ("/srv/w/../t", "p", "/srv/t"),
            ("/../srv/./t/", "/srv", "/srv/t"),
        ] {
            assert_eq!(
                recorded(folder.as_ref(), project.as_ref()),
                expected,
                "{folder} {project}"
            );
        }
        let here = std::env::current_dir().unwrap();
        let here = here.display().to_string();
        let up = "../".repeat(2);
        assert_eq!(recorded("t".as_ref(), "/x/p".as_ref()), format!("{up}{}/t", &here[1..]));
    }
}
