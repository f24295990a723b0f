//! What was fetched before: standing in, staying whole, shared by runs at once.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;

#[test]
fn a_remote_that_is_gone_is_stood_in_for() {
    let world = World::new();
    let url = world.url();
    let first = commit(&world.fetch(&url, None)).to_string();
    fs::rename(world.path("remote.git"), world.path("elsewhere")).unwrap();
    let gone = format!(
        "'{}' does not appear to be a git repository",
        world.path("remote.git").display()
    );
    assert_eq!(stale(&world.fetch(&url, None)), (first.as_str(), gone.as_str()));
    // An id needs nobody.
    assert_eq!(commit(&world.fetch(&url, Some(&first))), first);
    assert_eq!(stale(&world.fetch(&url, Some(&first[..8]))).0, first);
    // `main` was never asked for.
    let result = world.fetch(&url, Some("main"));
    assert_eq!(error(&result), format!("could not fetch {url}"));
    assert!(result["problems"][0].as_str().unwrap().contains(&gone), "{result:#}");
    assert_eq!(stale(&world.fetch(&url, None)).0, first);
    let without_git = world.env("PATH", "/nowhere");
    assert_eq!(
        stale(&without_git.fetch(&url, None)).1,
        "there is no `git` on this machine"
    );
}

#[test]
fn offline_asks_nobody() {
    let world = World::new();
    let url = world.url();
    let result = world.offline(&url, None);
    assert_eq!(error(&result), format!("{url} is not in the cache"));
    assert_eq!(result["hints"], json!(["run once without `--offline`, with a network"]));
    assert!(!world.cache().exists());
    let first = commit(&world.fetch(&url, None)).to_string();
    world.commit("a", "2");
    world.push(&["main"]);
    let without_git = world.env("PATH", "/nowhere");
    assert_eq!(commit(&without_git.offline(&url, None)), first);
    assert_eq!(commit(&without_git.offline(&url, Some(&first[..7]))), first);
    let _ = error(&without_git.offline(&url, Some("main")));
}

#[test]
fn a_cache_that_cannot_be_written_can_be_read_offline() {
    let world = World::new();
    let first = commit(&world.fetch(&world.url(), None)).to_string();
    fs::remove_file(world.entry().with_extension("lock")).unwrap();
    let listing = |world: &World| fs::read_dir(world.cache().join("git")).unwrap().count();
    assert_eq!(commit(&world.offline(&world.url(), None)), first);
    assert_eq!(commit(&world.fetch(&world.url(), Some(&first))), first);
    assert_eq!(listing(&world), 1);
}

#[test]
fn no_git_is_told_as_that() {
    let world = World::new().env("PATH", "/nowhere");
    let result = world.fetch(&world.url(), None);
    assert_eq!(error(&result), "there is no `git` on this machine");
    assert_eq!(
        result["hints"],
        json!(["install git, or give a folder as the template"])
    );
}

#[test]
fn a_failed_first_fetch_leaves_no_entry() {
    let world = World::new();
    let _ = error(&world.fetch("file:///nowhere/x.git", None));
    let _ = error(&world.fetch(&world.url(), Some("nothing")));
    let left = fs::read_dir(world.cache().join("git"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    assert!(
        left.into_iter()
            .all(|path| path.extension().is_some_and(|end| end == "lock"))
    );
}

#[test]
fn eight_runs_on_one_cold_cache_agree() {
    let world = World::new();
    let runs: Vec<_> = (0..8)
        .map(|number| {
            let wanted = (number % 2 == 0).then_some("main");
            world.start(&json!({ "address": world.url(), "wanted": wanted }))
        })
        .collect();
    let results: Vec<Value> = runs.into_iter().map(driver::heard).collect();
    let first = commit(&results[0]);
    assert!(
        results
            .iter()
            .all(|result| commit(result) == first && result["files"]["a"] == "1")
    );
}

#[test]
fn what_a_killed_git_left_does_not_block_the_next() {
    let world = World::new();
    let url = world.url();
    commit(&world.fetch(&url, None));
    let entry = world.entry();
    let kept = fs::read_dir(entry.join("refs/lstk"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    for lock in ["shallow.lock", "packed-refs.lock", "config.lock", "objects/info/x.lock"] {
        fs::write(entry.join(lock), "").unwrap();
    }
    fs::write(kept.with_extension("lock"), "").unwrap();
    fs::write(entry.join("objects/pack/tmp_pack_x"), "x").unwrap();
    fs::write(entry.join("FETCH_HEAD"), "x").unwrap();
    fs::create_dir_all(entry.with_extension("new").join("x")).unwrap();
    fs::create_dir_all(entry.join("refs/all/heads/main")).unwrap();
    let second = world.commit("a", "2");
    world.push(&["main"]);
    assert_eq!(commit(&world.fetch(&url, None)), second);
    assert!(!entry.with_extension("new").exists() && !entry.join("objects/pack/tmp_pack_x").exists());
    assert!(!entry.join("FETCH_HEAD").exists() && !entry.join("refs/all").exists());
}

#[test]
fn a_git_that_outlives_us_is_not_disturbed() {
    let world = World::new();
    let log = world.path("log").display().to_string();
    let script = format!(
        "#!/bin/sh\necho begin >> {log}\nsleep 0.7\n/usr/bin/git \"$@\"\nstatus=$?\necho end >> {log}\nexit $status\n"
    );
    hardening::fake_git(&world, &script);
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let world = world.env("PATH", &path);
    let mut killed = world.start(&json!({ "address": world.url() }));
    while !world.path("log").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let result = world.fetch(&world.url(), None);
    commit(&result);
    assert_eq!(world.sandbox.read("log"), "begin\nend\n".repeat(2));
    let waiting = "waiting for another run that fetches the same";
    assert_eq!(result["progress"][0], waiting, "{result:#}");
}

#[test]
fn a_stop_between_two_renames_loses_nothing() {
    let world = World::new();
    let first = commit(&world.fetch(&world.url(), None)).to_string();
    let entry = world.entry();
    fs::rename(&entry, entry.with_extension("old")).unwrap();
    fs::rename(world.path("remote.git"), world.path("elsewhere")).unwrap();
    assert_eq!(stale(&world.fetch(&world.url(), None)).0, first);
}

fn packs(entry: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(entry.join("objects/pack"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "pack"));
    files
        .inspect(|path| fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap())
        .collect()
}

#[test]
fn a_damaged_entry_is_made_again() {
    let world = World::new();
    let url = world.url();
    // Content that does not shrink, so that a byte in the middle of the pack is one of it.
    let mut random = 1_u64;
    let noise = |_| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'!' + (random >> 57) as u8 % 90)
    };
    let first = world.commit("noise", &(0..5000).map(noise).collect::<String>());
    world.push(&["main"]);
    commit(&world.fetch(&url, None));
    let entry = world.entry();
    let damages: [(&str, &dyn Fn()); 8] = [
        ("no packs", &|| {
            packs(&entry).iter().for_each(|pack| fs::remove_file(pack).unwrap());
        }),
        ("empty packs", &|| {
            packs(&entry).iter().for_each(|pack| fs::write(pack, "").unwrap());
        }),
        ("one wrong byte", &|| {
            for pack in packs(&entry) {
                let mut bytes = fs::read(&pack).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0x55;
                fs::write(&pack, bytes).unwrap();
            }
        }),
        ("no HEAD", &|| fs::remove_file(entry.join("HEAD")).unwrap()),
        ("no objects", &|| fs::remove_dir_all(entry.join("objects")).unwrap()),
        ("a broken reference", &|| {
            for reference in fs::read_dir(entry.join("refs/lstk")).unwrap() {
                fs::write(reference.unwrap().path(), "rubbish").unwrap();
            }
        }),
        ("a broken configuration", &|| {
            fs::write(entry.join("config"), "[core\n").unwrap();
        }),
        ("a file in its place", &|| {
            fs::remove_dir_all(&entry).unwrap();
            fs::write(&entry, "").unwrap();
        }),
    ];
    for (what, damage) in damages {
        damage();
        let result = world.offline(&url, None);
        assert!(error(&result).contains("is not in the cache"), "{what}: {result:#}");
        let result = world.fetch(&url, None);
        assert_eq!(commit(&result), first, "{what}");
        assert_eq!(commit(&world.offline(&url, None)), first, "{what}");
    }
    // By an id that is known, and with the remote away.
    packs(&entry).iter().for_each(|pack| fs::write(pack, "").unwrap());
    assert_eq!(commit(&world.fetch(&url, Some(&first))), first);
    packs(&entry).iter().for_each(|pack| fs::write(pack, "").unwrap());
    fs::rename(world.path("remote.git"), world.path("elsewhere")).unwrap();
    assert_eq!(error(&world.fetch(&url, None)), format!("could not fetch {url}"));
    assert!(entry.exists());
}

#[test]
fn the_cache_is_the_user_s_alone() {
    let world = World::new();
    commit(&world.fetch(&world.url(), None));
    for path in [world.cache(), world.cache().join("git"), world.entry()] {
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o700,
            "{}",
            path.display()
        );
    }
}
