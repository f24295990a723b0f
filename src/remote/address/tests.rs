use std::collections::BTreeMap;

use super::*;

fn abbreviations() -> BTreeMap<String, String> {
    [
        ("acme", "https://git.acme.com/{}.git"),
        ("zero", "ssh://git@git.acme.com:2222/{0}"),
        ("bare", "git@git.acme.com:team/"),
        ("token", "https://bot:hunter22@git.acme.com/{}"),
        ("here", "/srv/git/{}.git"),
        ("bad", "templates/{}"),
        ("run", "ext::sh -c {}"),
        ("host", "https://{}/x"),
        ("bb", "https://bitbucket.acme.com/{}"),
    ]
    .into_iter()
    .map(|(name, meaning)| (name.to_string(), meaning.to_string()))
    .collect()
}

#[test]
fn an_address_is_told_from_a_folder_and_shown_without_credentials() {
    for (text, address, shown) in [
        ("https://host/x", "", ""),
        ("https://host:8443/x.git", "", ""),
        ("https://h/a b", "", ""),
        ("HTTPS://Host/X", "https://Host/X", ""),
        ("https://user:TOKEN@host/x", "", "https://host/x"),
        ("https://TOKEN@host:1/x", "", "https://host:1/x"),
        ("https://u:p%40ss@host/x", "", "https://host/x"),
        ("https://host/x?token=TOKEN", "", "https://host/x"),
        ("https://host/x@y", "", ""),
        ("https://[::1]:8443/x", "", ""),
        ("ssh://git@host/x", "", ""),
        ("ssh://git@host:2222/~me/x", "", ""),
        ("ssh://git:TOKEN@host/x", "", "ssh://git@host/x"),
        ("ssh://host/x?y", "", ""),
        ("ssh://git@[2001:db8::1]/x", "", ""),
        ("git@host:owner/x.git", "", ""),
        ("host.example:x", "", ""),
        ("me@host:~/x y", "", ""),
        ("git@[::1]:x", "", ""),
        ("[::1]:x", "", ""),
        ("file:///srv/x.git", "", ""),
        ("File:///srv/x?y", "file:///srv/x?y", ""),
        ("gh:owner/x", "https://github.com/owner/x.git", ""),
        ("gh:owner/x.git", "https://github.com/owner/x.git", ""),
        ("gh:owner/.github", "https://github.com/owner/.github.git", ""),
        ("gl:group/sub/x", "https://gitlab.com/group/sub/x.git", ""),
        ("bb:owner/x", "https://bitbucket.acme.com/owner/x", ""),
        ("acme:tools/x", "https://git.acme.com/tools/x.git", ""),
        ("zero:x", "ssh://git@git.acme.com:2222/x", ""),
        ("bare:x", "git@git.acme.com:team/x", ""),
        (
            "token:x",
            "https://bot:hunter22@git.acme.com/x",
            "https://git.acme.com/x",
        ),
        #[cfg(unix)]
        ("here:x", "/srv/git/x.git", ""),
    ] {
        let remote = Remote::parse(text, &abbreviations());
        let remote = remote.unwrap_or_else(|error| panic!("{text}: {error}"));
        let remote = remote.unwrap_or_else(|| panic!("{text} is taken for a folder"));
        let address = if address.is_empty() { text } else { address };
        let shown = if shown.is_empty() { address } else { shown };
        assert_eq!(remote.address(), address);
        assert_eq!(remote.to_string(), shown);
        assert_eq!(format!("{remote:?}"), format!("Remote({shown:?})"));
    }
}

#[test]
fn a_path_and_a_name_are_none() {
    for text in [
        "",
        "basic",
        ".",
        "./x",
        "../x:y",
        "/x",
        "x/y",
        "x/y://z",
        "/srv/a:b",
        "C:\\x",
        "C:/x",
        "c:x",
        ":x",
        ".\\x:y",
        "\\\\server\\share",
        "größe",
        "a b",
    ] {
        let remote = Remote::parse(text, &abbreviations());
        assert!(remote.as_ref().is_ok_and(Option::is_none), "{text}: {remote:?}");
    }
}

#[test]
fn what_git_could_misunderstand_is_refused_and_says_no_secret() {
    for text in [
        "http://u:TOKEN@host/x",
        "git://host/x",
        "ftp://host/x",
        "ftps://host/x",
        "git+ssh://git@host/x",
        "ext://x",
        " https://host/x",
        "ext::sh -c touch% /tmp/x",
        "fd::17/x",
        "https::https://host/x",
        "C::x",
        "-x",
        "--upload-pack=touch x",
        "-oProxyCommand=x:y",
        "https://-host/x",
        "https://",
        "https:///x",
        "https://host",
        "https://host/",
        "https://host?TOKEN",
        "https://u:TOKEN@/x",
        "https://ho st/x",
        "https://host\u{a0}/x",
        "https://höst/x",
        "https://%2dhost/x",
        "https://host%2f/x",
        "https://host:0/x",
        "https://host:65536/x",
        "https://host:+1/x",
        "https://host:/x",
        "https://u:TO/KEN@host/x",
        "https://u:TOKEN@b@host/x",
        "https://u:TOKEN@host/x#main",
        "https://u:%0aTOKEN@host/x",
        "https://host/x%00y",
        "https://host/x\ny",
        "https://host/x\u{202e}y",
        "https://[::1/x",
        "https://[::1%25-x]/x",
        "ssh://-oProxyCommand=x/y",
        "ssh://%2doProxyCommand=x/y",
        "ssh://-l@host/x",
        "ssh://%2dl@host/x",
        "ssh://git@-host/x",
        "ssh://host",
        "-u@host:x",
        "u@-host:x",
        "@host:x",
        "git@host:",
        "git@host:/",
        "git@host:-x",
        "git@ho st:x",
        "git@[-x]:y",
        "[-oX]:y",
        "a[b:c",
        "tok:TOKEN@host/x.git",
        "tok:TOKEN@host:o/x.git",
        "tok:TO/KEN@host/x",
        "me@corp.example:TOKEN@host/x",
        "git:TOKEN@[::1]:x",
        "https:/host/x",
        "https:/tok:TOKEN@host/x",
        "HTTP:x",
        "file:x",
        "file://host/x",
        "file://./x",
        "file:///",
        "file:///x%0ay",
        "gh:x",
        "gh:",
        "gh:o/x/y",
        "gh:o/..",
        "gh:o/.",
        "gh:../x",
        "gh:o/x?y",
        "gh:o/x y",
        "gh:-o/x",
        "gh://o/x",
        "gh:o/.git",
        "gl:x",
        "acme:",
        "bad:x",
        "run:x",
        "host:-x",
        "host:x y",
        "here:a\nb",
    ] {
        let failure = Remote::parse(text, &abbreviations()).expect_err(text);
        let said = format!("{failure} {:?}", failure.hints);
        assert_eq!(failure.exit, 2, "{text}");
        assert!(!failure.hints.is_empty(), "{text}");
        assert!(!said.contains("TOKEN") && !said.contains('\n'), "{said}");
    }
}

#[test]
fn a_repository_on_this_machine_is_absolute() {
    let here = std::env::current_dir().unwrap();
    assert_eq!(
        Remote::local("x/y".as_ref()).address(),
        here.join("x/y").display().to_string()
    );
}

#[test]
fn two_tokens_are_two_repositories_and_two_passwords_one() {
    let key = |text: &str| Remote::parse(text, &BTreeMap::new()).unwrap().unwrap().key;
    assert_eq!(key("https://a:b@host/x"), key("https://host/x"));
    assert_ne!(key("https://host/x?p=a"), key("https://host/x?p=b"));
    assert!(!key("https://host/x?p=TOKEN").contains("TOKEN"));
}
