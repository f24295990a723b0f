//! The badge and the one-click installer link of an extension, and putting the badge into a README exactly once.
//!
//! The link's query is raw, not percent-encoded: that is the only form found in published READMEs, and the app reads
//! it from the raw address because of the `#` in it. `egg=` must be the distribution's real name, or pip refuses.

use std::ops::Range;

const IMAGE: &str = "https://localstack.cloud/gh/extension-badge.svg";
/// Every badge image in use ends like this; older READMEs take it from another host.
const IMAGE_FILE: &str = "/gh/extension-badge.svg";
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
        let (authority, path) = match url.split_once("://") {
            Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
            Some(_) => return None,
            None => url.split_once(':')?,
        };
        let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let host = host.split(':').next()?.to_ascii_lowercase();
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
        (is_host && parts.len() >= 2 && parts.iter().all(plain)).then(|| Repository {
            host: format!("https://{host}"),
            path: parts.join("/"),
        })
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

    /// The README with this badge in it once: a badge that is there is replaced, else one is put below the title. None
    /// when it is there already and right.
    pub fn put_into(&self, readme: &str, markup: Markup) -> Option<String> {
        let badge = match markup {
            Markup::Markdown => self.markdown(),
            Markup::Rst => self.rst(),
            Markup::AsciiDoc => self.asciidoc(),
        };
        if prose(readme).any(|line| readme[line].contains(&*badge)) || markup == Markup::Rst && readme.contains(&badge)
        {
            return None;
        }
        let newline = if readme.contains("\r\n") { "\r\n" } else { "\n" };
        let badge = badge.replace('\n', newline);
        let mut text = readme.to_string();
        match find(readme, markup) {
            Some(place) => text.replace_range(place, &badge),
            None => {
                let place = below_title(readme, markup);
                let before = if place == 0 || readme[..place].ends_with('\n') {
                    ""
                } else {
                    newline
                };
                let gap = if place == 0 { "" } else { newline };
                text.insert_str(place, &format!("{before}{gap}{badge}{newline}"));
                let end = place + before.len() + gap.len() + badge.len() + newline.len();
                if !text[end..].is_empty() && !text[end..].starts_with(newline) {
                    text.insert_str(end, newline);
                }
            }
        }
        (text != readme).then_some(text)
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    Markdown,
    Rst,
    AsciiDoc,
}

impl Markup {
    /// By the name of the README; Markdown where nothing else is said.
    pub fn of(file_name: &str) -> Markup {
        match file_name
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "rst" => Markup::Rst,
            "adoc" | "asciidoc" => Markup::AsciiDoc,
            _ => Markup::Markdown,
        }
    }
}

/// The lines that are not inside a fenced code block, which may well show a badge's source.
fn prose(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let mut fence: Option<&str> = None;
    text.split_inclusive('\n').filter_map(move |line| {
        let range = start..start + line.len();
        start = range.end;
        let mark = line.trim_start();
        let opening = ["```", "~~~", "----"].into_iter().find(|fence| mark.starts_with(fence));
        match (fence, opening) {
            (None, Some("----")) if line.trim() != "----" => Some(range),
            (None, Some(mark)) => {
                fence = Some(mark);
                None
            }
            (Some(open), Some(mark)) if open == mark => {
                fence = None;
                None
            }
            (Some(_), _) => None,
            (None, None) => Some(range),
        }
    })
}

/// The place of the first badge, with its link where it has one.
fn find(readme: &str, markup: Markup) -> Option<Range<usize>> {
    let line = prose(readme).find(|line| readme[line.clone()].contains(IMAGE_FILE))?;
    let text = &readme[line.clone()];
    let image = text.find(IMAGE_FILE)?;
    let within = match markup {
        Markup::Rst => {
            // The directive and its options, which are indented below it.
            let mut end = line.end;
            for option in readme[line.end..].split_inclusive('\n') {
                if !option.trim_start().starts_with(':') || !option.starts_with(' ') {
                    break;
                }
                end += option.len();
            }
            let block = readme[line.start..end].trim_end();
            return Some(line.start..line.start + block.len());
        }
        Markup::AsciiDoc => {
            let start = text[..image].rfind("image:")?;
            start..image + text[image..].find(']')? + 1
        }
        Markup::Markdown if text[..image].rfind("<img") > text[..image].rfind("![") => html_badge(text, image)?,
        Markup::Markdown => {
            let start = text[..image].rfind("![")?;
            let end = image + text[image..].find(')')? + 1;
            match (text[..start].ends_with('['), text[end..].strip_prefix("](")) {
                (true, Some(link)) => start - 1..end + 2 + link.find(')')? + 1,
                _ => start..end,
            }
        }
    };
    Some(line.start + within.start..line.start + within.end)
}

fn html_badge(text: &str, image: usize) -> Option<Range<usize>> {
    let start = text[..image].rfind("<img")?;
    let end = image + text[image..].find('>')? + 1;
    let link = text[..start]
        .rfind("<a ")
        .filter(|link| !text[*link..start].contains("</a>"));
    match (link, text[end..].trim_start().starts_with("</a>")) {
        (Some(link), true) => Some(link..end + text[end..].find("</a>")? + "</a>".len()),
        _ => Some(start..end),
    }
}

/// The place just below the README's title, or its beginning where it has none.
fn below_title(readme: &str, markup: Markup) -> usize {
    let underline = |line: &str| {
        let line = line.trim_end();
        line.len() >= 2
            && ["=", "-", "~", "*", "#"]
                .iter()
                .any(|mark| line.replace(mark, "").is_empty())
    };
    let lines: Vec<Range<usize>> = prose(readme).collect();
    for (index, line) in lines.iter().enumerate() {
        let text = &readme[line.clone()];
        let next = lines.get(index + 1).map(|next| &readme[next.clone()]);
        let is_title = match markup {
            Markup::Markdown => text.starts_with("# "),
            Markup::AsciiDoc => text.starts_with("= "),
            Markup::Rst => false,
        };
        if is_title {
            return line.end;
        }
        let underlined = markup != Markup::AsciiDoc && !text.trim().is_empty() && !underline(text);
        if let (true, Some(next)) = (underlined, next)
            && underline(next)
        {
            return lines[index + 1].end;
        }
    }
    0
}
