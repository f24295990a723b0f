//! Credentials in an address reach git, and nobody else.

use std::fs;
use std::path::Path;

use super::*;

/// Every byte of every file below a folder, and every name.
fn everything(folder: &Path, found: &mut Vec<u8>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        found.extend(path.as_os_str().as_encoded_bytes());
        match path.is_dir() {
            true => everything(&path, found),
            false => found.extend(fs::read(&path).unwrap()),
        }
    }
}

#[track_caller]
fn assert_unseen(world: &World, result: &Value, secrets: &[&str]) {
    let mut found = Vec::new();
    everything(&world.cache(), &mut found);
    found.extend(result.to_string().bytes());
    let found = String::from_utf8_lossy(&found);
    for secret in secrets {
        assert!(!found.contains(secret), "{secret}: {result:#}");
    }
}

const ADDRESSES: [(&str, &[&str]); 6] = [
    ("https://user:S3cretT0ken@127.0.0.1:1/x", &["S3cretT0ken"]),
    ("https://S3cretT0ken@127.0.0.1:1/x", &["S3cretT0ken"]),
    (
        "https://u:S3cret%2fT0ken@127.0.0.1:1/x",
        &["S3cret%2fT0ken", "S3cret/T0ken", "S3cret%2FT0ken"],
    ),
    ("https://127.0.0.1:1/x?private_token=S3cretT0ken", &["S3cretT0ken"]),
    ("ssh://git:S3cretT0ken@127.0.0.1:1/x", &["S3cretT0ken"]),
    ("https://S3cretT0ken:x-oauth-basic@127.0.0.1:1/x", &["S3cretT0ken"]),
];

#[test]
fn a_failed_fetch_tells_none() {
    let world = World::empty();
    for (address, secrets) in ADDRESSES {
        let result = world.fetch(address, None);
        assert!(error(&result).starts_with("could not fetch "), "{result:#}");
        assert_unseen(&world, &result, secrets);
    }
}

/// A git that fetches from somewhere else than it is told to, and says all it knows.
fn talkative(world: &World, then: &str) {
    let script = format!(
        "#!/bin/sh\nfor arg; do echo \"remote: $arg\" >&2; echo \"fatal: unable to access '$arg': no\" >&2; \
         printf '%s: 45%% (1/2)\\r' \"$arg\" >&2; done\n{then}\n"
    );
    hardening::fake_git(world, &script);
}

#[test]
fn a_git_that_says_too_much_is_hushed() {
    let world = World::empty().env("PATH", "");
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let world = world.env("PATH", &path);
    for then in [
        "exit 1",
        "echo \"fatal: couldn't find remote ref HEAD\" >&2; printf \"1\\trefs/heads/$6\\n\"; exit 1",
    ] {
        talkative(&world, then);
        for (address, secrets) in ADDRESSES {
            assert_unseen(&world, &world.fetch(address, None), secrets);
            assert_unseen(&world, &world.fetch(address, Some("x")), secrets);
        }
    }
}

#[test]
fn a_fetch_that_works_stores_none() {
    let world = World::new();
    // The fake takes the address for another; all the rest is git's.
    let script = format!(
        "#!/bin/bash\nargs=()\nfor arg; do [[ $arg == https:* ]] && arg={}; args+=(\"$arg\"); done\n\
         exec /usr/bin/git \"${{args[@]}}\"\n",
        world.url()
    );
    hardening::fake_git(&world, &script);
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let world = world.env("PATH", &path);
    let first = world.git("source", &["rev-parse", "HEAD"]).trim().to_string();
    for (address, secrets) in ADDRESSES.iter().filter(|(address, _)| address.starts_with("https")) {
        for wanted in [None, Some("main"), Some(&first[..8])] {
            let result = world.fetch(address, wanted);
            assert_eq!(commit(&result), first);
            assert_unseen(&world, &result, secrets);
        }
    }
    // One repository however one is let in; a query may mean another one.
    let entries = fs::read_dir(world.cache().join("git"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    assert_eq!(entries.filter(|path| path.is_dir()).count(), 2);
    // What is in the cache is found without a token.
    assert_eq!(commit(&world.offline("https://127.0.0.1:1/x", None)), first);
}
