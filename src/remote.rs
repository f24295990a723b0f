//! Templates that live in a git repository elsewhere: what the user typed, and what of it is kept on this machine.
//!
//! ```text
//! text -> Remote, Reference -> fetch (the user's own git, into the cache) -> Fetched -> git::Commit
//! ```
//!
//! - [`Remote`]: an address git may be given, with its credentials kept from every eye
//! - [`Reference`]: the branch, tag or commit that is wanted
//! - [`fetch()`]: asks the remote each time, and falls back on what was fetched before

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

mod address;
mod cache;
mod explain;
mod fetch;
mod program;
mod reference;
mod secret;

pub use fetch::{Fetched, How, fetch};
pub use reference::Reference;
pub use secret::without_credentials;

use secret::Secrets;

/// A git repository somewhere: its address with and without credentials.
#[derive(Clone)]
pub struct Remote {
    address: String,
    shown: String,
    /// What one repository is told from another by; no credentials.
    key: String,
    secrets: Secrets,
    /// Where it is a folder on this machine: as it was named.
    folder: Option<PathBuf>,
}

impl Remote {
    /// The repository that a text is the address of; none where it is a folder or a name.
    ///
    /// An abbreviation `acme` that stands for `https://git.acme.com/{}.git` makes an address of `acme:tools`; `gh:`,
    /// `gl:` and `bb:` are GitHub, GitLab and Bitbucket unless they stand for something else. Fails for an address that
    /// is no good, or that git would run a program for.
    pub fn parse(text: &str, abbreviations: &BTreeMap<String, String>) -> Result<Option<Remote>, Failure> {
        address::parse(text, abbreviations)
    }

    /// A repository on this machine by its path.
    pub fn local(path: &Path) -> Remote {
        // Without a current folder the path is as good as any other.
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        Remote {
            folder: Some(path.to_path_buf()),
            ..Remote::plain(absolute.to_string_lossy().into_owned())
        }
    }

    /// An address without credentials.
    fn plain(address: String) -> Remote {
        Remote {
            shown: address.clone(),
            key: address.clone(),
            address,
            secrets: Secrets::default(),
            folder: None,
        }
    }

    /// For git alone: this may hold credentials, and must not be shown, logged or stored.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The folder on this machine that it is, as it was named; none for an address.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Whether nobody else's machine has a say.
    fn is_local(&self) -> bool {
        self.address.starts_with("file:///") || Path::new(&self.address).is_absolute()
    }

    /// A text, such as git's, without this repository's credentials.
    pub fn without_secrets(&self, text: &str) -> String {
        let text = match self.address == self.shown {
            true => text.to_string(),
            false => text.replace(&self.address, &self.shown),
        };
        self.secrets.hidden_in(&text)
    }
}

/// Without credentials.
impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Without credentials, so that no assertion or log gives them away.
impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remote").field(&self.shown).finish()
    }
}
