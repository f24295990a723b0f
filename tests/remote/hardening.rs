//! What git is started with, whatever the user typed and whatever this program was started with.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

/// Puts a script in place of git, for a `PATH` that begins with `bin`.
pub fn fake_git(world: &World, script: &str) {
    world.sandbox.write("bin/git", script);
    fs::set_permissions(world.path("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
}

/// A world whose git writes down what it is given, and fails.
fn recorded() -> World {
    let world = World::empty();
    let [args, env] = ["args", "env"].map(|name| world.path(name).display().to_string());
    fake_git(
        &world,
        &format!("#!/bin/sh\nfor arg; do printf '%s\\n' \"$arg\"; done >> {args}\n/usr/bin/env -0 >> {env}\nexit 1\n"),
    );
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    world.env("PATH", &path)
}

/// What git was given since the last call: its arguments and its environment.
fn record(world: &World) -> Option<(Vec<String>, Vec<String>)> {
    let args = fs::read_to_string(world.path("args")).ok()?;
    let env = fs::read_to_string(world.path("env")).unwrap();
    fs::remove_file(world.path("args")).unwrap();
    fs::remove_file(world.path("env")).unwrap();
    let env = env.split('\0').map(str::to_string).collect();
    Some((args.lines().map(str::to_string).collect(), env))
}

#[test]
fn only_an_address_reaches_git_and_never_as_an_option() {
    let world = recorded();
    for (address, given) in [
        ("https://host/x", "https://host/x"),
        ("HTTPS://host/x", "https://host/x"),
        ("https://u:p@host/x?y", "https://u:p@host/x?y"),
        ("ssh://git@host:22/x", "ssh://git@host:22/x"),
        ("git@host:x", "git@host:x"),
        ("git@host:~/$(touch x)", "git@host:~/$(touch x)"),
        ("file:///x", "file:///x"),
        ("gh:a/b", "https://github.com/a/b.git"),
        ("gl:a/b/c", "https://gitlab.com/a/b/c.git"),
        ("bb:a/b", "https://bitbucket.org/a/b.git"),
        ("/x", "/x"),
        ("http://host/x", ""),
        ("git://host/x", ""),
        ("ftp://host/x", ""),
        ("ext::sh -c touch% x", ""),
        ("ext://sh", ""),
        ("fd::1", ""),
        ("transport::https://host/x", ""),
        ("-x", ""),
        ("--upload-pack=touch x", ""),
        ("--upload-pack=touch:x", ""),
        ("ssh://-oProxyCommand=touch/x", ""),
        ("ssh://%2doProxyCommand=touch/x", ""),
        ("ssh://-l@host/x", ""),
        ("ssh://git@-host/x", ""),
        ("-oProxyCommand=touch:x", ""),
        ("git@-oProxyCommand=touch:x", ""),
        ("-l@host:x", ""),
        ("git@host:-x", ""),
        ("git@host:--upload-pack=x", ""),
        ("https://-host/x", ""),
        ("https://ho st/x", ""),
        ("https://host%0a/x", ""),
        ("https://host/x%00", ""),
        ("https://host/x\n", ""),
        ("https://", ""),
        ("https:///x", ""),
        ("file://host/x", ""),
        ("gh:../x", ""),
        ("gh:a", ""),
    ] {
        let result = world.fetch(address, Some("v1"));
        let _ = error(&result);
        let Some((args, _)) = record(&world) else {
            assert_eq!(given, "", "{address}: {result:#}");
            assert_eq!(result["exit"], 2, "{address}: {result:#}");
            continue;
        };
        let from = args.iter().position(|arg| arg == "--").unwrap();
        assert_eq!(args[from + 1], given);
        assert!(args[from + 2].starts_with("+v1:refs/lstk/"), "{args:?}");
        assert_eq!(args.len(), from + 3, "{args:?}");
    }
    for wanted in ["-x", "--upload-pack=x", "a:b", "+a", "a b", "^a", ""] {
        let result = world.fetch("https://host/x", Some(wanted));
        let _ = error(&result);
        let reached = record(&world).map(|(args, _)| args.last().cloned());
        // A plus at the beginning is a part of a name, behind the one that is put there.
        assert_eq!(reached.is_some(), wanted == "+a", "{wanted}: {result:#}");
    }
}

#[test]
fn git_is_told_to_do_nothing_else() {
    let world = recorded();
    let _ = world.fetch("https://host/x", None);
    let (args, _) = record(&world).unwrap();
    assert!(args[0].starts_with("--git-dir=/"), "{args:?}");
    let settings: Vec<&str> = args
        .windows(2)
        .filter(|pair| pair[0] == "-c")
        .map(|pair| pair[1].as_str())
        .collect();
    for setting in [
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "core.symlinks=false",
        "safe.bareRepository=explicit",
        "gc.auto=0",
        "maintenance.auto=false",
        "http.lowSpeedLimit=1",
        "http.lowSpeedTime=60",
        "protocol.version=2",
    ] {
        assert!(settings.contains(&setting), "{setting}: {args:?}");
    }
    for option in [
        "--depth=1",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--no-write-fetch-head",
    ] {
        let fetch = args.iter().position(|arg| arg == "fetch").unwrap();
        let option = args.iter().position(|arg| arg == option).unwrap();
        let end = args.iter().position(|arg| arg == "--").unwrap();
        assert!(fetch < option && option < end, "{args:?}");
    }
}

#[test]
fn git_sees_how_to_connect_and_nothing_of_other_repositories() {
    let mut world = recorded();
    let gone = [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_CONFIG_PARAMETERS",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_KEY_0",
        "GIT_CONFIG_VALUE_0",
        "GIT_CONFIG",
        "GIT_TRACE",
        "GIT_TRACE_CURL",
        "GIT_TEMPLATE_DIR",
        "GIT_NAMESPACE",
        "GIT_PROXY_COMMAND",
        "GIT_SHALLOW_FILE",
        "GIT_EXTERNAL_DIFF",
        "GIT_PROTOCOL_FROM_USER",
        "GIT_SOMETHING_NEW",
    ];
    for name in gone {
        world = world.env(name, "/elsewhere");
    }
    let kept = [
        "GIT_ASKPASS",
        "GIT_SSL_CAINFO",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_SSH",
    ];
    for name in kept {
        world = world.env(name, "/mine");
    }
    let world = world.env("GIT_ALLOW_PROTOCOL", "ext:http").env("LC_ALL", "de_DE.UTF-8");
    let _ = world.fetch("https://host/x", None);
    let (_, env) = record(&world).unwrap();
    let has = |name: &str| env.iter().any(|pair| pair.starts_with(&format!("{name}=")));
    assert!(!gone.into_iter().any(has), "{env:#?}");
    for name in kept {
        assert!(env.contains(&format!("{name}=/mine")), "{name}: {env:#?}");
    }
    for pair in [
        "GIT_ALLOW_PROTOCOL=https:ssh:file",
        "GIT_TERMINAL_PROMPT=0",
        "GCM_INTERACTIVE=never",
        "SSH_ASKPASS_REQUIRE=never",
        "LC_ALL=C",
    ] {
        assert!(env.contains(&pair.to_string()), "{pair}: {env:#?}");
    }
    // The user's own way to connect stays as it is.
    assert!(!has("GIT_SSH_COMMAND"));
}

#[test]
fn nobody_is_asked_unless_somebody_is_there() {
    let world = recorded().env("SSH_ASKPASS", "/a/window");
    let batch = "GIT_SSH_COMMAND=ssh -oBatchMode=yes";
    let env = |world: &World, interactive: bool| {
        let _ = world.run(&json!({ "address": "git@host:x", "interactive": interactive }));
        record(world).unwrap().1
    };
    let window = "SSH_ASKPASS=/a/window".to_string();
    let alone = env(&world, false);
    assert!(
        alone.iter().any(|pair| pair == batch) && !alone.contains(&window),
        "{alone:#?}"
    );
    let asked = env(&world, true);
    assert!(asked.contains(&window), "{asked:#?}");
    for name in [
        "GIT_SSH_COMMAND",
        "GIT_TERMINAL_PROMPT",
        "GCM_INTERACTIVE",
        "SSH_ASKPASS_REQUIRE",
    ] {
        assert!(!asked.iter().any(|pair| pair.starts_with(name)), "{asked:#?}");
    }
    world
        .sandbox
        .write("../home/.gitconfig", "[core]\n\tsshCommand = my-ssh\n");
    assert!(
        !env(&world, false)
            .iter()
            .any(|pair| pair.starts_with("GIT_SSH_COMMAND"))
    );
    world.sandbox.write("../home/.gitconfig", "");
    let world = world.env("GIT_SSH_COMMAND", "mine");
    assert!(env(&world, false).iter().any(|pair| pair == "GIT_SSH_COMMAND=mine"));
}

#[test]
fn the_user_s_configuration_cannot_widen_what_is_fetched_from() {
    let world = World::new();
    let url = world.url();
    let config = "[url \"ext::sh -c touch% ../../../work/canary \"]\n\tinsteadOf = https://evil/\n\
                  [fetch]\n\tprune = true\n\tpruneTags = true\n\twriteCommitGraph = true\n\
                  [submodule]\n\trecurse = true\n[init]\n\tdefaultObjectFormat = sha256\n";
    world.sandbox.write("../home/.gitconfig", config);
    let result = world.fetch("https://evil/x", None);
    assert_eq!(result["problems"], json!(["fatal: transport 'ext' not allowed"]));
    assert!(!world.path("canary").exists());
    let first = commit(&world.fetch(&url, None)).to_string();
    assert_eq!(commit(&world.fetch(&url, Some("main"))), first);
    // The one did not prune the other.
    assert_eq!(commit(&world.offline(&url, None)), first);
}

#[test]
fn a_hook_and_a_configuration_of_the_remote_do_not_come_along() {
    let world = World::new();
    let canary = world.path("canary").display().to_string();
    let hook = format!("#!/bin/sh\ntouch {canary}\n");
    for hook_name in [
        "post-checkout",
        "reference-transaction",
        "post-merge",
        "pre-auto-gc",
        "fsmonitor-watchman",
    ] {
        let path = format!("../home/hooks/{hook_name}");
        world.sandbox.write(&path, &hook);
        fs::set_permissions(world.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let hooks = world.path("../home/hooks").display().to_string();
    world.sandbox.write(
        "../home/.gitconfig",
        &format!("[core]\n\thooksPath = {hooks}\n[init]\n\ttemplateDir = {hooks}\n"),
    );
    commit(&world.fetch(&world.url(), None));
    commit(&world.fetch(&world.url(), Some("main")));
    assert!(!world.path("canary").exists());
}

#[test]
fn text_from_git_cannot_control_the_terminal() {
    let world = World::empty();
    fake_git(
        &world,
        "#!/bin/sh\nprintf 'fatal: \\033[2Jno\\033]0;x\\007 \\342\\200\\256\\n' >&2\nexit 1\n",
    );
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let world = world.env("PATH", &path);
    let result = world.fetch("https://host/x", None);
    assert_eq!(
        result["problems"],
        json!(["fatal: \\u{1b}[2Jno\\u{1b}]0;x\\u{7} \\u{202e}"])
    );
}

#[test]
fn a_server_that_only_hands_out_files_is_asked_for_all() {
    let world = World::new();
    let first = world.commit("a", "2");
    world.commit("a", "3");
    world.push(&["main"]);
    // As git says it of such a server.
    let refusal = "fatal: dumb http transport does not support shallow capabilities";
    let git = Command::new("sh")
        .args(["-c", "command -v git"])
        .output()
        .unwrap()
        .stdout;
    let git = String::from_utf8(git).unwrap();
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *--depth*) echo '{refusal}' >&2; exit 128;; esac\nexec {} \"$@\"\n",
        git.trim()
    );
    fake_git(&world, &script);
    let path = world.environment.iter().find(|(name, _)| name == "PATH").unwrap();
    let path = format!("{}:{}", world.path("bin").display(), path.1);
    let url = world.url();
    let world = world.env("PATH", &path);
    assert_eq!(commit(&world.fetch(&url, Some(&first[..8]))), first);
    assert_eq!(world.fetch(&url, Some("main"))["files"]["a"], "3");
}

#[test]
#[cfg(target_os = "linux")]
fn a_pack_cannot_fill_the_disk() {
    let world = World::empty();
    fake_git(&world, "#!/bin/sh\nsleep 0.3\nulimit -f >&2\nexit 1\n");
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let world = world.env("PATH", &path);
    let result = world.fetch("https://host/x", None);
    // In blocks of 512 bytes.
    assert_eq!(
        result["problems"],
        json!([(1_u64 << 30).div_euclid(512).to_string()]),
        "{result:#}"
    );
}
