//! The badge and the one-click installer link of an extension.
//!
//! The link's query is raw, not percent-encoded: that is the only form found in published READMEs, and the app reads
//! it from the raw address because of the `#` in it. `egg=` must be the distribution's real name, or pip refuses.

pub mod readme;

const IMAGE: &str = "https://localstack.cloud/gh/extension-badge.svg";
const INSTALLER: &str = "https://app.localstack.cloud/extensions/remote?url=";
const LABEL: &str = "Install LocalStack Extension";

/// A repository that pip can install from, without credentials: scheme and host, then the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    host: String,
    path: String,
}

impl Repository {
    pub fn github(owner: &str, name: &str) -> Self {
        Repository {
            host: "https://github.com".into(),
            path: format!("{owner}/{name}"),
        }
    }

    /// Reads any address of a hosted repository: a web page, a clone URL, the `git@host:path` form. Credentials, query
    /// and fragment are dropped. None for a local path or another scheme.
    pub fn parse(url: &str) -> Option<Self> {
        let url = url.trim().strip_prefix("git+").unwrap_or(url.trim());
        let url = url.split(['#', '?']).next()?;
        let (scheme, rest) = url.split_once("://").unwrap_or(("ssh", url));
        let (authority, path) = match scheme {
            "https" | "http" | "ssh" | "git" if url.contains("://") => rest.split_once('/')?,
            "ssh" => rest.split_once(':')?,
            _ => return None,
        };
        let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        // The port of a web address is kept, one of another protocol leads nowhere.
        let (host, port) = host.split_once(':').unwrap_or((host, ""));
        let host = match &*host.to_ascii_lowercase() {
            // Where these two answer ssh on the port of https.
            "ssh.github.com" => "github.com".to_string(),
            "altssh.gitlab.com" => "gitlab.com".to_string(),
            host => host.to_string(),
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let mut parts: Vec<&str> = path.split('/').collect();
        if host == "github.com" {
            // A link to a page inside the repository, as metadata often has it.
            parts.truncate(2);
        }
        let plain = |part: &&str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|char| char.is_ascii_alphanumeric() || "-_.~".contains(char))
        };
        let is_host = host.contains('.')
            && host
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || ".-".contains(char));
        (is_host && port.bytes().all(|byte| byte.is_ascii_digit()) && parts.len() >= 2 && parts.iter().all(plain)).then(
            || Repository {
                host: match (scheme, port) {
                    (_, "") | ("ssh" | "git", _) => format!("https://{host}"),
                    _ => format!("https://{host}:{port}"),
                },
                path: parts.join("/"),
            },
        )
    }

    /// Whether the address is on a host that has nothing but repositories. Any other address in a project's metadata
    /// may be just its web page.
    pub fn is_on_a_forge(&self) -> bool {
        ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"]
            .iter()
            .any(|forge| self.host == format!("https://{forge}"))
    }

    /// With the trailing slash that published links have.
    pub fn url(&self) -> String {
        format!("{}/{}/", self.host, self.path)
    }
}

/// What the badge and the link are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    pub repository: Repository,
    /// A branch, tag or commit; none for the default branch.
    pub reference: Option<String>,
    pub distribution: String,
    /// The project's folder below the repository's root, `/` between the parts.
    pub subdirectory: Option<String>,
}

impl Badge {
    /// What pip installs from.
    pub fn requirement(&self) -> String {
        let url = self.repository.url();
        let reference = self
            .reference
            .as_ref()
            .map(|reference| format!("@{reference}"))
            .unwrap_or_default();
        let subdirectory = self
            .subdirectory
            .as_ref()
            .map(|path| format!("&subdirectory={}", in_url(path)))
            .unwrap_or_default();
        format!("git+{url}{reference}#egg={}{subdirectory}", self.distribution)
    }

    /// The address that installs the extension into a running LocalStack with one click.
    pub fn installer_url(&self) -> String {
        format!("{INSTALLER}{}", self.requirement())
    }

    pub fn markdown(&self) -> String {
        format!("[![{LABEL}]({IMAGE})]({})", self.installer_url())
    }

    pub fn html(&self) -> String {
        let link = self.installer_url().replace('&', "&amp;");
        format!(r#"<a href="{link}"><img src="{IMAGE}" alt="{LABEL}"></a>"#)
    }

    pub fn rst(&self) -> String {
        format!(
            ".. image:: {IMAGE}\n   :target: {}\n   :alt: {LABEL}",
            self.installer_url()
        )
    }

    pub fn asciidoc(&self) -> String {
        format!("image:{IMAGE}[{LABEL},link=\"{}\"]", self.installer_url())
    }
}

/// A path with everything encoded that could end a link or mean something in one.
fn in_url(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
