//! Where a template comes from, as it is shown and recorded.

use std::fmt;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    BuiltIn(String),
    Folder(PathBuf),
    Git(Commit),
}

/// One commit of a repository, and the template's folder in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The repository's address, without credentials.
    pub address: String,
    /// The repository's folder as it was named, where it is one on this machine.
    pub folder: Option<PathBuf>,
    /// The branch, tag or commit that was asked for.
    pub reference: Option<String>,
    /// The full id.
    pub id: String,
    /// With `/` between the parts; none at the root.
    pub directory: Option<String>,
}

impl Source {
    /// What a template without a name of its own is called.
    pub fn name(&self) -> String {
        let last = |path: &str| path.trim_end_matches('/').rsplit(['/', ':']).next().map(str::to_string);
        let named = match self {
            Source::BuiltIn(name) => Some(name.clone()),
            Source::Folder(folder) => {
                let named = folder.file_name().map(|name| name.to_string_lossy().into_owned());
                named.or_else(|| Some(folder.canonicalize().ok()?.file_name()?.to_string_lossy().into_owned()))
            }
            Source::Git(commit) => last(commit.directory.as_ref().unwrap_or(&commit.address)),
        };
        let named = named
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "template".to_string());
        named.strip_suffix(".git").unwrap_or(&named).to_string()
    }

    /// The place of a file of the template, as far as a person can open it.
    pub fn locate(&self, path: &str) -> String {
        match self {
            Source::BuiltIn(_) => path.to_string(),
            Source::Folder(folder) => folder.join(path).display().to_string(),
            Source::Git(Commit {
                directory: Some(directory),
                ..
            }) => format!("{directory}/{path}"),
            Source::Git(_) => path.to_string(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::BuiltIn(name) => f.write_str(name),
            Source::Folder(path) => path.display().fmt(f),
            Source::Git(commit) => {
                f.write_str(&commit.address)?;
                match &commit.directory {
                    Some(directory) => write!(f, " ({directory})"),
                    None => Ok(()),
                }
            }
        }
    }
}
