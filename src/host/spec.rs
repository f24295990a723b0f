//! What is to be installed, as it was typed: something from the index, from an address, or from this machine.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::extension::distribution::{Requirement, normalized};
use crate::extension::metadata::Metadata;
use crate::failure::{Failure, Problem};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spec {
    /// `name`, `name[extra]==1.0`, `name @ https://...`
    Requirement(String),
    /// `git+https://...#egg=name&subdirectory=folder`, or the address of a file.
    Address(String),
    /// A wheel, a source distribution, or a project's folder; absolute, and it is there.
    Path(PathBuf),
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spec::Requirement(text) | Spec::Address(text) => f.write_str(&crate::remote::without_credentials(text)),
            Spec::Path(path) => path.display().fmt(f),
        }
    }
}

/// What pip takes for a file to install.
const ARCHIVES: [&str; 5] = [".whl", ".tar.gz", ".tgz", ".tar.bz2", ".zip"];

impl Spec {
    /// Reads each of them; all that are none are told at once.
    pub fn parse_all<'a>(typed: impl IntoIterator<Item = &'a str>) -> Result<Vec<Spec>, Failure> {
        let mut specs = Vec::new();
        let mut problems = Vec::new();
        for text in typed {
            match Spec::parse(text, Path::new("")) {
                Ok(spec) => specs.push(spec),
                Err(problem) => problems.push(problem),
            }
        }
        match problems.is_empty() {
            true => Ok(specs),
            false => Err(Failure::invalid_input("could not tell what to install").problems(problems)),
        }
    }

    /// Paths that are not absolute are below a folder.
    pub fn parse(typed: &str, folder: &Path) -> Result<Spec, Problem> {
        let text = typed.trim();
        let problem = |message: &str| Problem::new(crate::remote::without_credentials(text), message);
        if text.is_empty() || text.starts_with('-') || text.contains(char::is_control) {
            return Err(problem("is no package, address or path"));
        }
        if let Some(path) = text.strip_prefix("file://") {
            return on_disk(path.split('#').next().unwrap_or_default(), folder, &problem);
        }
        if let Some((scheme, _)) = text.split_once("://").filter(|_| !text.contains(" @ ")) {
            let is_known = matches!(scheme, "http" | "https") || scheme.starts_with("git+");
            return match is_known {
                true => Ok(Spec::Address(text.to_string())),
                false => Err(problem("is an address that nothing can be installed from")
                    .hint("an address begins with `git+https://`, `git+ssh://`, `https://` or `file://`")),
            };
        }
        let is_path =
            text.starts_with('.') || text.contains(['/', '\\']) || ARCHIVES.iter().any(|end| text.ends_with(end));
        if is_path && !text.contains(" @ ") {
            return on_disk(text, folder, &problem);
        }
        let name_end = text
            .find(|char: char| !(char.is_ascii_alphanumeric() || "-_.".contains(char)))
            .unwrap_or(text.len());
        let (name, rest) = text.split_at(name_end);
        let is_name = |name: &str| name.starts_with(alphanumeric) && name.ends_with(alphanumeric);
        let is_rest = rest.is_empty()
            || rest
                .trim_start()
                .starts_with(['[', '=', '<', '>', '!', '~', '@', ';', '(']);
        match is_name(name) && is_rest {
            true => Ok(Spec::Requirement(text.to_string())),
            false => Err(problem("is no package, address or path")
                .hint("a package is named as in `localstack-extension-httpbin==0.1.2`")),
        }
    }

    /// The distribution's name in its normal form, where the text says it.
    pub fn name(&self) -> Option<String> {
        match self {
            Spec::Requirement(text) => Requirement::parse(text).map(|requirement| requirement.name),
            Spec::Address(text) => {
                let (_, fragment) = text.split_once('#')?;
                let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="))?;
                Some(normalized(egg.split('[').next().unwrap_or_default()))
            }
            Spec::Path(_) => None,
        }
    }

    /// The distribution that is to be installed again in whatever version is there: what is named by a path or an address may
    /// have changed.
    pub fn renewed(&self) -> Option<String> {
        match self {
            Spec::Requirement(text) => text.contains(" @ ").then(|| self.name()).flatten(),
            Spec::Address(_) => self.name(),
            Spec::Path(path) => name_at(path),
        }
    }

    /// As an argument of uv or pip.
    pub fn argument(&self) -> String {
        match self {
            Spec::Requirement(text) | Spec::Address(text) => text.clone(),
            Spec::Path(path) => address(path),
        }
    }
}

/// A path as uv and pip read it, whatever is in it: brackets, `;` and `${...}` would mean something to them.
pub(super) fn address(path: &Path) -> String {
    let mut address = String::from("file://");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' | b'+' => {
                address.push(*byte as char);
            }
            byte => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

fn alphanumeric(char: char) -> bool {
    char.is_ascii_alphanumeric()
}

fn on_disk(path: &str, folder: &Path, problem: &dyn Fn(&str) -> Problem) -> Result<Spec, Problem> {
    let found = folder.join(path);
    let found = match found.exists() {
        true => found,
        // As a browser writes it.
        false => folder.join(path.replace("%20", " ")),
    };
    let Ok(absolute) = found.canonicalize() else {
        return Err(problem("is not there"));
    };
    let name = absolute.to_string_lossy();
    let is_project = |name: &str| absolute.join(name).is_file();
    if absolute.is_dir() {
        return match is_project("pyproject.toml") || is_project("setup.py") {
            true => Ok(Spec::Path(absolute)),
            false => Err(problem("is a folder with neither pyproject.toml nor setup.py")),
        };
    }
    match ARCHIVES.iter().any(|end| name.ends_with(end)) && absolute.is_file() {
        true => Ok(Spec::Path(absolute)),
        false => Err(problem("is neither a wheel nor a source distribution")),
    }
}

/// The name of the distribution in a project's folder, a wheel or a source distribution.
fn name_at(path: &Path) -> Option<String> {
    if path.is_dir() {
        return Metadata::read(path).ok().map(|metadata| normalized(&metadata.name));
    }
    let file = path.file_name()?.to_str()?;
    let stem = match file.strip_suffix(".whl") {
        Some(wheel) => wheel.split('-').next()?,
        None => file.rsplit_once('-')?.0,
    };
    Some(normalized(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_from_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("ext")).unwrap();
        std::fs::write(root.join("ext/pyproject.toml"), "").unwrap();
        std::fs::create_dir_all(root.join("dist")).unwrap();
        std::fs::write(root.join("dist/a b-1.whl"), "").unwrap();
        let told = |text: &str| match Spec::parse(text, &root) {
            Ok(Spec::Requirement(text)) => format!("requirement {text}"),
            Ok(Spec::Address(text)) => format!("address {text}"),
            Ok(Spec::Path(path)) => format!("path {}", path.strip_prefix(&root).unwrap().display()),
            Err(problem) => problem.message,
        };
        for (text, expected) in [
            ("a-b", "requirement a-b"),
            (" a-b[x]==1.0 ", "requirement a-b[x]==1.0"),
            ("a @ git+https://g.h/o/r", "requirement a @ git+https://g.h/o/r"),
            ("a @ https://g.h/a.whl", "requirement a @ https://g.h/a.whl"),
            ("git+https://g.h/o/r/#egg=a", "address git+https://g.h/o/r/#egg=a"),
            (
                "git+file:///o/r#egg=a&subdirectory=s",
                "address git+file:///o/r#egg=a&subdirectory=s",
            ),
            ("ftp://g.h/a.whl", "is an address that nothing can be installed from"),
            ("./ext", "path ext"),
            ("file://ext", "path ext"),
            ("file://dist/a%20b-1.whl", "path dist/a b-1.whl"),
            ("dist/a b-1.whl", "path dist/a b-1.whl"),
            ("dist", "requirement dist"),
            ("./dist", "is a folder with neither pyproject.toml nor setup.py"),
            // As pip has it.
            ("ext", "requirement ext"),
            ("b.whl", "is not there"),
            ("ext/pyproject.toml", "is neither a wheel nor a source distribution"),
            ("--index-url=x", "is no package, address or path"),
            ("a b", "is no package, address or path"),
            ("a\nb", "is no package, address or path"),
            ("", "is no package, address or path"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_in_a_path_means_something_else() {
        let argument = Spec::Path("/a b/x[y]; ${Z} @ ü#".into()).argument();
        assert_eq!(argument, "file:///a%20b/x%5By%5D%3B%20%24%7BZ%7D%20%40%20%C3%BC%23");
    }

    #[test]
    fn a_name_is_known_where_it_is_said() {
        let name = |spec: Spec| spec.name();
        assert_eq!(name(Spec::Requirement("A_b>=1".into())).as_deref(), Some("a-b"));
        let address = "git+https://g.h/o/r#egg=A.b&subdirectory=s";
        assert_eq!(name(Spec::Address(address.into())).as_deref(), Some("a-b"));
        assert_eq!(name(Spec::Path("/x".into())), None);
        for file in ["/x/A_b-1.0-py3-none-any.whl", "/x/a-b-1.0.tar.gz", "/x/a_b-1.0.zip"] {
            assert_eq!(name_at(Path::new(file)).as_deref(), Some("a-b"), "{file}");
        }
    }
}
