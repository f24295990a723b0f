//! A text -> the address of a repository that git may be given: nothing in it is an option, and no program is run for it.
//!
//! git's own checks come after these, and after a day when they fail: `ext::sh -c ...` is a program, `-oProxyCommand=...`
//! in place of a host is one too, and percent-encoding hides either from whoever looks at the text alone.

use std::collections::BTreeMap;
use std::path::Path;

use super::Remote;
use super::secret::{Secrets, decoded, refused};
use crate::failure::Failure;
use crate::git::blob_id;
use crate::neutral::neutral_line;
use crate::scaffold::rule::is_unprintable;

/// Short forms everybody knows, and whether a repository may be more than one folder deep there.
const BUILT_IN: [(&str, &str, bool); 3] = [
    ("gh", "https://github.com/", false),
    ("gl", "https://gitlab.com/", true),
    ("bb", "https://bitbucket.org/", false),
];

/// Kinds of address that are refused, or misspelt; never the name of a host.
const SCHEMES: [&str; 11] = [
    "https",
    "http",
    "ssh",
    "git",
    "file",
    "ftp",
    "ftps",
    "ext",
    "git+ssh",
    "git+https",
    "rsync",
];

pub(super) fn parse(text: &str, abbreviations: &BTreeMap<String, String>) -> Result<Option<Remote>, Failure> {
    if text.starts_with('-') {
        return Err(no_good(text, "it begins with `-`"));
    }
    let Some((head, rest)) = text.split_once(':') else {
        return Ok(None);
    };
    if head.is_empty() || head.contains(['/', '\\']) {
        return Ok(None);
    }
    if text.chars().any(is_unprintable) {
        return Err(no_good(text, "it has a character in it that cannot be seen"));
    }
    if let Some(meaning) = abbreviations.get(head) {
        return expand(text, head, rest, meaning).map(Some);
    }
    if let Some((_, site, deep)) = BUILT_IN.into_iter().find(|(name, ..)| *name == head) {
        return on_site(text, site, rest, deep).map(Some);
    }
    if let Some(rest) = rest.strip_prefix("//") {
        return url(text, head, rest).map(Some);
    }
    // `user@[::1]:path` is the one honest address with two colons.
    if rest.starts_with(':') && !head.contains('[') {
        return Err(no_good(text, "git would run a program for it"));
    }
    if head.len() == 1 && head.chars().all(|char| char.is_ascii_alphabetic()) {
        // A drive.
        return Ok(None);
    }
    scp(text).map(Some)
}

fn no_good(text: &str, problem: &str) -> Failure {
    let text = neutral_line(&refused(text));
    Failure::invalid_input(format!("`{text}` cannot be the address of a template: {problem}"))
        .hint("use `https://HOST/PATH`, `ssh://USER@HOST/PATH`, `git@HOST:PATH`, `gh:OWNER/REPOSITORY` or a folder")
}

/// What the user's own abbreviation makes of the rest.
fn expand(text: &str, name: &str, rest: &str, meaning: &str) -> Result<Remote, Failure> {
    if rest.is_empty() {
        return Err(no_good(text, &format!("nothing follows `{name}:`")));
    }
    let address = match ["{}", "{0}"].into_iter().find(|place| meaning.contains(place)) {
        Some(place) => meaning.replace(place, rest),
        None => format!("{meaning}{rest}"),
    };
    if Path::new(&address).is_absolute() && !address.chars().any(is_unprintable) {
        return Ok(Remote::local(Path::new(&address)));
    }
    match parse(&address, &BTreeMap::new())? {
        Some(remote) => Ok(remote),
        None => Err(no_good(
            text,
            &format!("the abbreviation `{name}` does not stand for the address of a repository"),
        )),
    }
}

fn on_site(text: &str, site: &str, path: &str, deep: bool) -> Result<Remote, Failure> {
    let path = path.strip_suffix(".git").unwrap_or(path);
    let is_name = |part: &str| {
        let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
        part.chars().all(is_plain)
            && part.chars().any(|char| char != '.')
            && !part.starts_with('-')
            && !part.contains("..")
    };
    let is_repository = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        (parts.len() == 2 || deep && parts.len() > 2) && parts.into_iter().all(is_name)
    };
    if let Some((repository, wanted)) = path.split_once('@')
        && is_repository(repository)
        && is_name(wanted)
    {
        let (short, _) = text.split_once('@').unwrap_or((text, ""));
        return Err(Failure::invalid_input(format!(
            "`{short}` is the address of a template, `@{wanted}` is no part of it"
        ))
        .hint(format!("name a branch, tag or commit with `--checkout {wanted}`")));
    }
    if !is_repository(path) {
        let form = if deep { "GROUP/REPOSITORY" } else { "OWNER/REPOSITORY" };
        return Err(no_good(text, &format!("what follows the colon is not {form}")));
    }
    Ok(Remote::plain(format!("{site}{path}.git")))
}

fn url(text: &str, scheme: &str, rest: &str) -> Result<Remote, Failure> {
    let scheme = scheme.to_ascii_lowercase();
    if decoded(rest).iter().any(u8::is_ascii_control) {
        return Err(no_good(text, "it has an encoded control character in it"));
    }
    match scheme.as_str() {
        "https" | "ssh" => {}
        "file" => return file(text, rest),
        "http" | "git" => {
            return Err(no_good(
                text,
                &format!("what comes over `{scheme}://` can be changed on the way"),
            )
            .hint("use `https://`"));
        }
        _ => {
            return Err(
                no_good(text, &format!("`{}://` is not fetched from", neutral_line(&scheme))).hint("use `https://`"),
            );
        }
    }
    if rest.contains('#') {
        return Err(no_good(text, "it has a `#` in it").hint("name a branch or a tag with `--checkout`"));
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (credentials, host) = match authority.rsplit_once('@') {
        Some((credentials, host)) => (credentials, host),
        None => ("", authority),
    };
    if credentials.contains('@') {
        return Err(no_good(
            text,
            "it has two `@` before the path; one in a password is written `%40`",
        ));
    }
    check_host_and_port(host).map_err(|problem| no_good(text, problem))?;
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    // For ssh a `?` is a part of the path like any other.
    let (path, query) = match path.split_once('?') {
        Some((path, query)) if scheme == "https" => (path, Some(query)),
        _ => (path, None),
    };
    if path.trim_matches('/').is_empty() {
        return Err(no_good(text, "it has no path"));
    }
    let shown = if scheme == "ssh" && !user.is_empty() {
        check_user(user).map_err(|problem| no_good(text, problem))?;
        format!("ssh://{user}@{host}{path}")
    } else {
        format!("{scheme}://{host}{path}")
    };
    let mut secrets = Secrets::default();
    secrets.add(password, &shown);
    if scheme == "https" {
        secrets.add(user, &shown);
    }
    if let Some(query) = query {
        secrets.add(query, &shown);
        for value in query.split('&').filter_map(|pair| pair.split_once('=')) {
            secrets.add(value.1, &shown);
        }
    }
    // A query may be a token, and may be what repository is meant; its hash tells both from others and gives away none.
    let asked = query.and_then(|query| blob_id(query.as_bytes()).ok());
    let key = asked.map_or(shown.clone(), |asked| format!("{shown}?{asked}"));
    Ok(Remote {
        address: format!("{scheme}://{rest}"),
        shown,
        key,
        secrets,
        folder: None,
    })
}

fn file(text: &str, path: &str) -> Result<Remote, Failure> {
    if !path.starts_with('/') {
        return Err(no_good(text, "a host is not looked for").hint("use `file:///PATH`"));
    }
    if path.trim_matches('/').is_empty() {
        return Err(no_good(text, "it has no path"));
    }
    Ok(Remote::plain(format!("file://{path}")))
}

/// `[user@]host:path`, as scp takes it.
fn scp(text: &str) -> Result<Remote, Failure> {
    let problem = |problem: &str| no_good(text, problem);
    // Colons within brackets are part of the host.
    let host_end = match (text.find('['), text.find("]:")) {
        (Some(_), Some(end)) => end + 1,
        (Some(_), None) => return Err(problem("its host is not a name")),
        _ => text.find(':').unwrap_or(text.len()),
    };
    let (place, path) = text.split_at(host_end);
    let path = &path[1..];
    let (user, host) = match place.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, place),
    };
    if SCHEMES.contains(&host.to_ascii_lowercase().as_str()) {
        return Err(problem("two slashes follow the colon of such an address"));
    }
    check_host(host).map_err(problem)?;
    if let Some(user) = user {
        check_user(user).map_err(problem)?;
    }
    if path.trim_matches('/').is_empty() {
        return Err(problem("it has no path"));
    }
    if path.starts_with('-') {
        return Err(problem("its path begins with `-`"));
    }
    // `USER:PASSWORD@HOST/PATH` is one too, to git: a path on the host `USER`.
    if path.contains('@') {
        return Err(problem("it has an `@` behind the colon").hint("a user and a password stand behind `https://`"));
    }
    Ok(Remote::plain(text.to_string()))
}

fn check_user(user: &str) -> Result<(), &'static str> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '+' | '~');
    match user {
        "" => Err("it has no user before the `@`"),
        user if user.starts_with('-') => Err("its user begins with `-`"),
        user if !user.chars().all(is_plain) => Err("its user is not a plain name"),
        _ => Ok(()),
    }
}

fn check_host_and_port(text: &str) -> Result<(), &'static str> {
    let (host, port) = match text.rsplit_once(':') {
        // The colon may be one of those in brackets.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    check_host(host)?;
    let is_port =
        |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    match port {
        Some(port) if !is_port(port) => Err("its port is not a number from 1 to 65535"),
        _ => Ok(()),
    }
}

/// Plain letters, digits, dots and hyphens, or an address of version 6 in brackets: nothing that means more to anyone.
fn check_host(host: &str) -> Result<(), &'static str> {
    if let Some(numbers) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return match numbers.parse::<std::net::Ipv6Addr>() {
            Ok(_) => Ok(()),
            Err(_) => Err("what is in the brackets is not the address of a host"),
        };
    }
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    match host {
        "" => Err("it has no host"),
        host if host.starts_with('-') => Err("its host begins with `-`"),
        host if !host.chars().all(is_plain) => Err("its host is not a plain name"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
