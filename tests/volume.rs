//! `init`, `install`, `list`, `uninstall` as far as they go without a network; `.ci/volume` runs the rest with the real things.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;

use crate::support::{Run, Sandbox};

const PACKAGES: &str = "volume/lib/extensions/python_venv/lib/python3.13/site-packages";

/// A volume as LocalStack's own installer leaves it, without anything installed.
fn volume() -> Sandbox {
    let sandbox = Sandbox::new();
    let venv = "volume/lib/extensions/python_venv";
    let link = "/opt/code/localstack/.venv/lib/python3.13/site-packages\n";
    sandbox.write(&format!("{PACKAGES}/localstack-venv.pth"), link);
    sandbox.write(&format!("{venv}/pyvenv.cfg"), "home = /usr/local/bin\n");
    sandbox.write(&format!("{venv}/bin/pip"), "");
    symlink("/usr/local/bin/python3.13", sandbox.path(&format!("{venv}/bin/python"))).unwrap();
    sandbox
}

/// An installed extension, whose metadata have what the old program stumbles over.
fn put(sandbox: &Sandbox, name: &str, version: &str, plugin: &str) {
    let module = name.replace('-', "_");
    let info = format!("{PACKAGES}/{module}-{version}.dist-info");
    let metadata = format!(
        "Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: Mocks {plugin}\nAuthor-email: Ada <ada@example.org>\n\
         License: MIT License\n        \n        Permission is hereby granted: to anybody\n\nA README: with a colon\n"
    );
    sandbox.write(&format!("{info}/METADATA"), &metadata);
    let entries =
        format!("[console_scripts]\nx = {module}:main\n\n[localstack.extensions]\n{module} = {module}.ext:Mock\n");
    sandbox.write(&format!("{info}/entry_points.txt"), &entries);
    let record = format!(
        "{module}/__init__.py,,\n{module}/ext.py,,\n../../../bin/{name},,\n{module}-{version}.dist-info/METADATA,,\n\
         {module}-{version}.dist-info/RECORD,,\n{module}-{version}.dist-info/entry_points.txt,,\n"
    );
    sandbox.write(&format!("{info}/RECORD"), &record);
    sandbox.write(&format!("{PACKAGES}/{module}/__init__.py"), "");
    let code = format!(
        "from localstack.extensions.api import Extension\n\n\nclass Mock(Extension):\n    name = \"{plugin}\"\n"
    );
    sandbox.write(&format!("{PACKAGES}/{module}/ext.py"), &code);
    sandbox.write(&format!("volume/lib/extensions/python_venv/bin/{name}"), "#!/bin/sh\n");
}

/// In that volume, with these programs and no others.
fn run<'a>(sandbox: &'a Sandbox, args: &[&str]) -> Run<'a> {
    let volume = sandbox.path("volume").display().to_string();
    let path = sandbox.path("bin").display().to_string();
    sandbox
        .command(args)
        .env("LOCALSTACK_VOLUME_DIR", &volume)
        .env("PATH", &path)
}

/// Installs what it finds in `prepared` into the folder behind `--target`, as far as these tests need uv.
const UV: &str = "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\nwhile [ $# -gt 0 ]; do\n  [ \"$1\" = --target ] && target=$2\n  last=$1\n  shift\ndone\n\
    if [ -d \"$PREPARED/$last\" ]; then /bin/cp -R \"$PREPARED/$last/.\" \"$target\"; else echo \"error: no $last\"; exit 1; fi\n";

#[test]
fn what_is_installed_is_listed() {
    let sandbox = volume();
    put(&sandbox, "localstack-billing", "1.0", "billing");
    put(&sandbox, "mail", "0.2.0.post3", "mailhog");
    let seen = run(&sandbox, &["list"]).run();
    assert_eq!(
        seen.all(),
        "exit: 0\n--- stdout\n\
         NAME                VERSION      PLUGIN   SUMMARY        AUTHOR                 ENTRY POINT\n\
         localstack-billing  1.0          billing  Mocks billing  Ada <ada@example.org>  localstack_billing = localstack_billing.ext:Mock\n\
         mail                0.2.0.post3  mailhog  Mocks mailhog  Ada <ada@example.org>  mail = mail.ext:Mock\n\
         --- stderr\nVolume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\n"
    );
    let envelope: Value = serde_json::from_str(&run(&sandbox, &["list", "--json"]).run().ok()).unwrap();
    assert_eq!(envelope["command"], "extensions list");
    assert_eq!(envelope["data"]["volume"]["origin"], "variable");
    assert_eq!(
        envelope["data"]["extensions"][0],
        serde_json::json!({
            "name": "localstack-billing",
            "version": "1.0",
            "summary": "Mocks billing",
            "author": "Ada <ada@example.org>",
            "plugins": [{
                "name": "billing",
                "entryPoint": "localstack_billing",
                "object": "localstack_billing.ext:Mock",
            }],
        })
    );
}

#[test]
fn an_empty_volume_is_no_error() {
    let sandbox = Sandbox::new();
    let seen = run(&sandbox, &["list"]).run();
    assert_eq!(
        seen.all(),
        "exit: 0\n--- stdout\n--- stderr\nVolume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\n\
         There is no such folder yet: `lstk-extensions install NAME` makes it.\n"
    );
    assert!(!sandbox.path("volume").exists());
}

#[test]
fn the_volume_is_lstks_where_nobody_names_one() {
    let sandbox = volume();
    let bin = sandbox.program(
        "lstk",
        "#!/bin/sh\n[ \"$*\" = 'volume path' ] && echo /elsewhere/localstack-aws\n",
    );
    let seen = sandbox.command(&["list"]).env("PATH", &bin).run();
    assert!(
        seen.stderr
            .starts_with("Volume: /elsewhere/localstack-aws (lstk volume path)\n"),
        "{}",
        seen.all()
    );
    sandbox.program("lstk", "#!/bin/sh\necho 'config.toml is broken' >&2\nexit 1\n");
    let seen = sandbox.command(&["list"]).env("PATH", &bin).run();
    assert_eq!(
        seen.fails(1),
        "error: lstk does not say where LocalStack's volume is\n  lstk volume path: config.toml is broken\n\
         hint: name the volume: `--volume DIR`, or set LOCALSTACK_VOLUME_DIR\n"
    );
    let seen = sandbox.command(&["list", "-q"]).env("PATH", "/nowhere").run();
    assert_eq!(seen.all(), "exit: 0\n--- stdout\n--- stderr\n");
}

#[test]
fn an_environment_of_another_python_is_told() {
    let sandbox = volume();
    put(&sandbox, "mail", "1", "mail");
    let seen = run(&sandbox, &["list", "--image-python", "3.14"]).run();
    assert_eq!(
        seen.stderr,
        "Volume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\n\
         warning: LocalStack cannot load these: it is of Python 3.13, and LocalStack's image has 3.14; \
         `lstk-extensions init` repairs it\n"
    );
    assert!(seen.stdout.contains("mail  1 "), "{}", seen.all());
}

#[test]
fn an_extension_is_removed_by_either_name_and_nothing_else_is() {
    let sandbox = volume();
    for (name, plugin) in [
        ("localstack-billing", "billing"),
        ("mail", "mailhog"),
        ("other", "other"),
    ] {
        put(&sandbox, name, "1", plugin);
    }
    sandbox.write(&format!("{PACKAGES}/mail/of-the-user.txt"), "");
    let seen = run(
        &sandbox,
        &["uninstall", "billing", "MAIL", "mailhog", "--engine", "local"],
    )
    .run();
    assert_eq!(
        seen.all(),
        "exit: 0\n--- stdout\nRemoved localstack-billing 1\nRemoved mail 1\n\
         LocalStack loads extensions when it starts: restart it.\n\
         --- stderr\nVolume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\n"
    );
    let mut left: Vec<String> = sandbox.listing();
    left.retain(|path| path.starts_with(PACKAGES) || path.contains("/bin/"));
    let left: Vec<&str> = left
        .iter()
        .filter_map(|path| path.rsplit_once("python_venv/"))
        .map(|(_, path)| path)
        .collect();
    let expected = "bin/ bin/other bin/pip bin/python bin/python3 bin/python3.13 lib/python3.13/site-packages/ \
        lib/python3.13/site-packages/localstack-venv.pth lib/python3.13/site-packages/mail/ \
        lib/python3.13/site-packages/mail/of-the-user.txt lib/python3.13/site-packages/other/ \
        lib/python3.13/site-packages/other/__init__.py lib/python3.13/site-packages/other/ext.py \
        lib/python3.13/site-packages/other-1.dist-info/ lib/python3.13/site-packages/other-1.dist-info/METADATA \
        lib/python3.13/site-packages/other-1.dist-info/RECORD lib/python3.13/site-packages/other-1.dist-info/entry_points.txt";
    let mut expected: Vec<&str> = expected.split_whitespace().collect();
    let mut left = left;
    left.sort_unstable();
    expected.sort_unstable();
    assert_eq!(left, expected);
}

/// What others need is no extension, and it is their own doing; but it is told.
#[test]
fn what_others_need_is_told_when_it_goes() {
    let sandbox = volume();
    put(&sandbox, "mail", "1", "mailhog");
    put(&sandbox, "mailhog", "3", "other");
    let info = format!("{PACKAGES}/mail-1.dist-info/METADATA");
    let metadata = sandbox.read(&info);
    sandbox.write(
        &info,
        &format!("Requires-Dist: MailHog>=1\nRequires-Dist: x; extra == 'dev'\n{metadata}"),
    );
    // The distribution of that very name, not the extension that is called so.
    let seen = run(&sandbox, &["uninstall", "mailhog", "--engine", "local"]).run();
    assert!(seen.stdout.starts_with("Removed mailhog 3\n"), "{}", seen.all());
    assert!(
        seen.stderr
            .ends_with("warning: mail needs mailhog, which is gone now\n"),
        "{}",
        seen.all()
    );
    sandbox.write(
        &format!("{PACKAGES}/pip-26.dist-info/METADATA"),
        "Name: pip\nVersion: 26\n",
    );
    let told = run(&sandbox, &["uninstall", "pip"]).run().fails(2);
    assert!(
        told.contains("pip: is what LocalStack installs extensions with"),
        "{told}"
    );
}

#[test]
fn what_is_not_there_is_not_removed_and_neither_is_the_rest() {
    let sandbox = volume();
    put(&sandbox, "mail", "1", "mailhog");
    let before = sandbox.listing();
    let seen = run(&sandbox, &["uninstall", "mailhg", "mail", "else"]).run();
    assert_eq!(
        seen.fails(2),
        "Volume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\nerror: could not find what to remove\n  mailhg: is not installed\n    hint: did you mean `mailhog`?\n  \
         else: is not installed\nhint: `lstk-extensions list` shows what is there\n"
    );
    let mut after = sandbox.listing();
    after.retain(|path| !path.ends_with(".lock"));
    assert_eq!(after, before);
}

#[test]
fn all_that_cannot_be_installed_is_told_before_anything_happens() {
    let sandbox = Sandbox::new();
    let seen = run(
        &sandbox,
        &["install", "ftp://x/y.whl", "a b", "./none", "--", "--index-url=x"],
    )
    .run();
    assert_eq!(
        seen.fails(2),
        "error: could not tell what to install\n  \
         ftp://x/y.whl: is an address that nothing can be installed from\n    \
         hint: an address begins with `git+https://`, `git+ssh://`, `https://` or `file://`\n  \
         a b: is no package, address or path\n    hint: a package is named as in `localstack-extension-httpbin==0.1.2`\n  \
         ./none: is not there\n  \
         --index-url=x: is no package, address or path\n"
    );
    assert!(!sandbox.path("volume").exists());
    let seen = run(&sandbox, &["install"]).run().fails(2);
    assert!(seen.contains("<SPEC>..."), "{seen}");
}

#[test]
fn without_an_installer_it_says_what_would_do() {
    let sandbox = volume();
    let seen = run(&sandbox, &["install", "mail", "--engine", "local"]).run().fails(1);
    assert_eq!(
        seen,
        "Volume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\nInstalling mail with pip on this machine\nerror: neither uv nor Python is there to install with\n  \
         python3.13: is not there\n  python3.14: is not there\n  python3.12: is not there\n  python3.11: is not there\n  \
         python3.10: is not there\n  python3: is not there\n  python: is not there\n\
         hint: install uv, which brings Python: https://docs.astral.sh/uv\n"
    );
    let seen = run(&sandbox, &["install", "mail", "--engine", "container"])
        .run()
        .fails(1);
    assert!(
        seen.contains("\nerror: no container engine answers\n  docker: is not there\n"),
        "{seen}"
    );
}

/// A prepared package, as an installer would put it there.
fn prepare(sandbox: &Sandbox, argument: &str, name: &str, plugin: &str) {
    let prepared = Sandbox::new();
    put(&prepared, name, "2", plugin);
    let target = sandbox.path("prepared").join(argument);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    copy(&prepared.path(PACKAGES), &target);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn what_localstack_would_not_load_does_not_get_there() {
    let sandbox = volume();
    put(&sandbox, "mail", "1", "mailhog");
    sandbox.program("uv", UV);
    prepare(&sandbox, "twin", "twin", "mailhog");
    prepare(&sandbox, "plain", "plain", "plain");
    fs::remove_file(sandbox.path("prepared/plain/plain-2.dist-info/entry_points.txt")).unwrap();
    prepare(&sandbox, "broken", "broken", "broken");
    fs::write(
        sandbox.path("prepared/broken/broken/ext.py"),
        "class Mock:\n    name = 1\n",
    )
    .unwrap();
    let before = sandbox.listing();
    let install = |name: &str, more: &[&str]| {
        let args: Vec<&str> = ["install", name, "--engine", "local"]
            .iter()
            .chain(more)
            .copied()
            .collect();
        run(&sandbox, &args)
            .env("PREPARED", &sandbox.path("prepared").display().to_string())
            .run()
    };
    for (name, problem) in [
        (
            "twin",
            "  twin 2: its extension is called `mailhog`, as that of mail is\n    \
            hint: LocalStack loads only one of a name: `lstk-extensions uninstall mail`\n",
        ),
        ("plain", "  plain: holds no extension of LocalStack\n"),
        (
            "broken",
            "  broken 2: broken-2.dist-info/entry_points.txt:5: the entry point leads to `Mock`",
        ),
    ] {
        let told = install(name, &[]).fails(1);
        let start = format!(
            "Volume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\nInstalling {name} with uv on this machine\nerror: LocalStack would not load this, so nothing was installed\n{problem}"
        );
        assert!(told.starts_with(&start), "{told}");
        assert!(
            told.ends_with("hint: `--no-check` installs it all the same\n"),
            "{told}"
        );
    }
    let told = install("nowhere", &[]).fails(1);
    assert!(
        told.ends_with("error: could not install nowhere\n  uv: error: no nowhere\n"),
        "{told}"
    );
    let mut after = sandbox.listing();
    after.retain(|path| !path.ends_with(".lock"));
    assert_eq!(after, before);
    let seen = install("twin", &["--no-check", "-q"]);
    assert_eq!(seen.all(), "exit: 0\n--- stdout\n--- stderr\n");
    let listed = run(&sandbox, &["list"]).run().stdout;
    assert!(listed.contains("twin"), "{listed}");
}

#[test]
fn what_localstack_would_install_at_start_is_installed_ahead() {
    let sandbox = volume();
    sandbox.program("uv", UV);
    for name in ["one", "two"] {
        prepare(&sandbox, name, name, name);
    }
    sandbox.write("empty.txt", "# nothing\n");
    let seen = run(
        &sandbox,
        &["install", "--auto", "--requirement", "empty.txt", "--engine", "local"],
    )
    .env("PREPARED", &sandbox.path("prepared").display().to_string())
    .env("EXTENSION_AUTO_INSTALL", "one, ./none ,two")
    .run();
    assert_eq!(seen.status, Some(1), "{}", seen.all());
    assert_eq!(
        seen.stdout,
        "Installed one 2 (one)\nInstalled two 2 (two)\nLocalStack loads extensions when it starts: restart it.\n"
    );
    assert_eq!(
        seen.stderr,
        "Volume: [SANDBOX]/work/volume (LOCALSTACK_VOLUME_DIR)\nInstalling one with uv on this machine\n\
         error: could not tell what to install\n  ./none: is not there\n\
         Installing two with uv on this machine\n1 of 3 items failed.\n"
    );
}

#[test]
fn a_file_of_items_is_refused_as_a_whole_or_tried_item_by_item() {
    let sandbox = volume();
    sandbox.program("uv", UV);
    sandbox.write("extensions.txt", "-c pins.txt\nmail\n./none\n");
    let seen = run(&sandbox, &["install", "-r", "extensions.txt", "--engine", "local"]).run();
    assert_eq!(
        seen.fails(2),
        "error: could not read what extensions.txt lists\n  extensions.txt:1: there is no file [SANDBOX]/work/pins.txt\n  \
         extensions.txt:3: ./none: is not there\n"
    );
    sandbox.write("extensions.txt", "mail\npost\n");
    let seen = run(
        &sandbox,
        &[
            "install",
            "--auto",
            "-r",
            "extensions.txt",
            "--engine",
            "local",
            "--json",
        ],
    )
    .run();
    assert_eq!(seen.status, Some(1));
    let envelope: Value = serde_json::from_str(&seen.stdout).unwrap();
    let items = envelope["data"]["items"].as_array().unwrap();
    let told: Vec<(&str, bool)> = items
        .iter()
        .map(|item| (item["item"].as_str().unwrap(), item["ok"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [("extensions.txt:1", false), ("extensions.txt:2", false)]);
}

/// A folder may be called anything, and JSON is Unicode.
#[test]
fn a_volume_of_any_name_is_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new();
    let folder = sandbox.path("").join(OsStr::from_bytes(b"v\xff"));
    fs::create_dir(&folder).unwrap();
    let run = run(&sandbox, &["list", "--json"]).env_os("LOCALSTACK_VOLUME_DIR", folder.as_os_str());
    let envelope: Value = serde_json::from_str(&run.run().ok()).unwrap();
    let path = envelope["data"]["volume"]["path"].as_str().unwrap();
    assert!(path.ends_with("v\u{fffd}"), "{path}");
}
