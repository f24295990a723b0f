//! `--template` with repositories: what comes out of which commit, and what is recorded.

use std::process::Command;

use snapbox::{assert_data_eq, str};

use crate::support::terminal::Terminal;
use crate::support::{PROGRAM, Sandbox};

mod folder;
mod suggested;

/// git in a repository of the sandbox, as nobody in particular.
fn git(sandbox: &Sandbox, folder: &str, args: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(args)
        .current_dir(sandbox.path(folder))
        .env_clear()
        .envs(sandbox.environment())
        .output()
        .expect("git");
    assert!(
        output.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

fn manifest(name: &str, version: &str) -> String {
    format!("[template]\nname = \"{name}\"\nversion = \"{version}\"\ndescription = \"The template {name}\"\n")
}

/// A repository `r` with a template: version 1 is tagged, version 2 on main, version 3 on the branch `next`.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("r/template.toml", &manifest("ours", "1"));
    sandbox.write("r/files/a.txt", "one\n");
    sandbox.write("r/files/run.sh", "#!/bin/sh\n");
    git(&sandbox, "r", &["init", "-q"]);
    git(&sandbox, "r", &["add", "."]);
    git(&sandbox, "r", &["config", "core.fileMode", "false"]);
    git(&sandbox, "r", &["update-index", "--chmod=+x", "files/run.sh"]);
    git(&sandbox, "r", &["commit", "-qm", "1"]);
    git(&sandbox, "r", &["tag", "v1"]);
    sandbox.write("r/template.toml", &manifest("ours", "2"));
    git(&sandbox, "r", &["commit", "-qam", "2"]);
    git(&sandbox, "r", &["checkout", "-qb", "next"]);
    sandbox.write("r/template.toml", &manifest("ours", "3"));
    git(&sandbox, "r", &["commit", "-qam", "3"]);
    git(&sandbox, "r", &["checkout", "-q", "main"]);
    sandbox
}

fn url(sandbox: &Sandbox) -> String {
    format!("file://{}", sandbox.path("r").display())
}

fn version(sandbox: &Sandbox, folder: &str) -> String {
    let record = sandbox.read(&format!("{folder}/.lstk-extension.toml"));
    let line = record.lines().find_map(|line| line.strip_prefix("version = "));
    line.expect("a version").trim_matches('"').to_string()
}

#[test]
fn a_repository_s_commit_is_used_and_recorded() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = sandbox();
    let url = url(&sandbox);
    let new = |folder: &'static str, more: &[&str]| {
        let _ = sandbox
            .run(&[&["dev", "new", folder, "-t", &url, "--defaults", "--no-git"], more].concat())
            .ok();
    };
    new("p", &[]);
    assert_eq!(sandbox.read("p/a.txt"), "one\n");
    assert_eq!(
        sandbox.path("p/run.sh").metadata().unwrap().permissions().mode() & 0o111,
        0o111
    );
    let id = git(&sandbox, "r", &["rev-parse", "main"]);
    let record = sandbox.read("p/.lstk-extension.toml");
    assert!(
        record.contains(&format!(
            "[template]\ngit = \"{url}\"\ncommit = \"{id}\"\nversion = \"2\"\n"
        )),
        "{record}"
    );
    new("tag", &["--checkout", "v1"]);
    new("branch", &["--checkout", "next"]);
    new("commit", &["--checkout", &id]);
    assert_eq!(
        ["tag", "branch", "commit"].map(|folder| version(&sandbox, folder)),
        ["1", "3", "2"]
    );
    assert!(sandbox.read("tag/.lstk-extension.toml").contains("checkout = \"v1\"\n"));

    let said = sandbox
        .run(&[
            "dev",
            "new",
            "j",
            "-t",
            &url,
            "--checkout",
            "v1",
            "--defaults",
            "--json",
        ])
        .ok();
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let template = &said["data"]["template"];
    assert_eq!(template["source"], sandbox.stable(&url));
    assert_eq!(template["checkout"], "v1");
    assert_eq!(template["commit"], git(&sandbox, "r", &["rev-parse", "v1"]));
}

#[test]
fn a_folder_is_taken_as_it_is_and_with_a_checkout_as_its_repository() {
    let sandbox = sandbox();
    sandbox.write("r/template.toml", &manifest("ours", "changed"));
    for (folder, template, more) in [
        ("a", "./r", &[][..]),
        ("b", "./r", &["--checkout", "v1"]),
        ("c", "./r/.git", &[]),
    ] {
        let new = ["dev", "new", folder, "-t", template, "--defaults", "--no-git"];
        let _ = sandbox.run(&[&new[..], more].concat()).ok();
    }
    assert_eq!(
        ["a", "b", "c"].map(|folder| version(&sandbox, folder)),
        ["changed", "1", "2"]
    );
}

#[test]
fn the_second_run_works_without_the_repository() {
    let sandbox = sandbox();
    let url = url(&sandbox);
    let run = |folder: &str, more: &[&str]| {
        let new = ["dev", "new", folder, "-t", &url, "--defaults", "--no-git"];
        sandbox.run(&[&new[..], more].concat())
    };
    let missing = run("p", &["--offline"]).fails(1);
    assert!(
        missing.contains("hint: ") && missing.contains("without `--offline`"),
        "{missing}"
    );
    let _ = run("p", &[]).ok();
    std::fs::rename(sandbox.path("r"), sandbox.path("gone")).unwrap();
    let _ = run("q", &["--offline"]).ok();
    let seen = run("s", &[]);
    assert_eq!(seen.status, Some(0));
    assert!(
        seen.stderr
            .starts_with("warning: file://[SANDBOX]/work/r could not be asked, what the cache has is used: "),
        "{}",
        seen.stderr
    );
    assert_eq!(version(&sandbox, "s"), "2");
    // The commands for template authors know the same sources.
    let shown = sandbox.run(&["template", "show", &url, "--offline"]).ok();
    assert!(shown.starts_with("ours 2  The template ours\n"), "{shown}");
    let _ = sandbox.run(&["template", "eject", &url, "mine", "--offline"]).ok();
    assert_eq!(sandbox.read("mine/files/a.txt"), "one\n");
    let checked = sandbox.run(&["template", "check", &url, "--offline"]).ok();
    assert_eq!(checked, "file://[SANDBOX]/work/r: no problems, no recorded cases\n");
}

#[test]
fn one_of_several_templates_is_named_by_its_folder() {
    let sandbox = folder::several();
    let url = url(&sandbox);
    let new = ["dev", "new", "p", "-t", &url, "--defaults", "--no-git"];
    assert_data_eq!(
        sandbox.stable(&sandbox.run(&new).fails(2)),
        str![[r#"
error: file://[SANDBOX]/work/r holds several templates
  more/api: The template more/api
  web: The template web
hint: name one of them: `--directory more/api`

"#]]
    );
    let _ = sandbox.run(&[&new[..], &["--directory", "more/api"]].concat()).ok();
    assert!(sandbox.path("p/more-api.txt").exists());
    assert!(
        sandbox
            .read("p/.lstk-extension.toml")
            .contains("directory = \"more/api\"\n")
    );
    let listed = sandbox.run(&["template", "list", &url]).ok();
    assert!(
        listed.contains("more/api  1        The template more/api\n"),
        "{listed}"
    );
}

#[test]
fn short_forms_of_one_s_own_are_taken_from_the_configuration() {
    let sandbox = sandbox();
    let places = format!("file://{}/{{}}", sandbox.path("").display());
    sandbox.write(
        "../home/.config/lstk-extensions/config.toml",
        &format!("template = \"here:r\"\n[abbreviations]\nhere = \"{places}\"\n"),
    );
    let _ = sandbox.run(&["dev", "new", "p", "--defaults", "--no-git"]).ok();
    assert_eq!(version(&sandbox, "p"), "2");
}

#[test]
fn links_and_submodules_in_a_commit_are_refused() {
    for (mode, what) in [("120000", "is a link"), ("160000", "is a submodule")] {
        for place in ["files/x", "template.toml", "files"] {
            let sandbox = sandbox();
            let blob = match mode {
                "120000" => git(&sandbox, "r", &["rev-parse", "HEAD:files/a.txt"]),
                _ => git(&sandbox, "r", &["rev-parse", "HEAD"]),
            };
            git(&sandbox, "r", &["rm", "-rq", "--cached", "--ignore-unmatch", place]);
            git(
                &sandbox,
                "r",
                &[
                    "update-index",
                    "--add",
                    "--cacheinfo",
                    &format!("{mode},{blob},{place}"),
                ],
            );
            git(&sandbox, "r", &["commit", "-qm", "bad"]);
            let seen = sandbox.run(&["dev", "new", "p", "-t", &url(&sandbox), "--defaults", "--no-git"]);
            if mode == "160000" && place == "files" {
                // A template without files of its own.
                assert_eq!(seen.status, Some(0), "{}", seen.all());
                continue;
            }
            assert!(
                seen.status == Some(1) && seen.stderr.contains(what),
                "{place}: {}",
                seen.all()
            );
            assert!(!sandbox.path("p").exists());
        }
    }
}

#[test]
fn what_cannot_be_a_source_is_told_before_anything_is_asked() {
    let sandbox = Sandbox::new();
    let said = |args: &[&str]| {
        sandbox
            .run(&[&["dev", "new", "p", "--defaults"], args].concat())
            .fails(2)
    };
    assert_data_eq!(
        [
            said(&["-t", "http://example.org/x.git"]),
            said(&["-t", "ext::sh -c id"]),
            said(&["-t", "gh:owner"]),
            said(&["-t", "gh:a/b@v1"]),
            said(&["-t", "basic", "--checkout", "v1"]),
            said(&["-t", "gh:a/b", "--checkout=--upload-pack=x"]),
        ]
        .concat(),
        str![[r#"
error: `http://example.org/x.git` cannot be the address of a template: what comes over `http://` can be changed on the way
hint: use `https://HOST/PATH`, `ssh://USER@HOST/PATH`, `git@HOST:PATH`, `gh:OWNER/REPOSITORY` or a folder
hint: use `https://`
error: `ext::sh -c id` cannot be the address of a template: git would run a program for it
hint: use `https://HOST/PATH`, `ssh://USER@HOST/PATH`, `git@HOST:PATH`, `gh:OWNER/REPOSITORY` or a folder
error: `gh:owner` cannot be the address of a template: what follows the colon is not OWNER/REPOSITORY
hint: use `https://HOST/PATH`, `ssh://USER@HOST/PATH`, `git@HOST:PATH`, `gh:OWNER/REPOSITORY` or a folder
error: `gh:a/b` is the address of a template, `@v1` is no part of it
hint: name a branch, tag or commit with `--checkout v1`
error: `basic` is built in: there is nothing to check out
hint: leave `--checkout` out, or name a repository
error: `--upload-pack=x` is no branch, tag or commit: it begins with `-`
hint: give the name of a branch or a tag, or the id of a commit

"#]]
    );
}

/// What precedes a command for a git that writes `ready`, waits for a file `go`, and fails.
fn with_a_slow_git(sandbox: &Sandbox) -> String {
    use std::os::unix::fs::PermissionsExt;
    let script = format!(
        "#!/bin/sh\ncd {}\ntouch ready\nn=0\nwhile [ ! -e go ] && [ $n -lt 200 ]; do sleep 0.1; n=$((n + 1)); done\n\
         echo 'fatal: no' >&2\nexit 1\n",
        sandbox.path("").display()
    );
    sandbox.write("bin/git", &script);
    std::fs::set_permissions(sandbox.path("bin/git"), std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("PATH={}:$PATH {PROGRAM}", sandbox.path("bin").display())
}

#[test]
fn a_suggested_command_has_the_user_s_own_words_but_no_credentials() {
    let sandbox = sandbox();
    let places = "https://ada:TOKEN123@host.example/{}";
    let rewrite = format!(
        "[url \"file://{}/\"]\n\tinsteadOf = https://ada:TOKEN123@host.example/\n",
        sandbox.path("").display()
    );
    sandbox.write("../home/.gitconfig", &rewrite);
    sandbox.write(
        "../home/.config/lstk-extensions/config.toml",
        &format!("[abbreviations]\nhere = \"{places}\"\nhost = \"https://{{}}\"\n"),
    );
    sandbox.write("p/mine", "");
    let hints = |args: &[&str]| {
        let seen = sandbox.run(args);
        assert!(!seen.all().contains("TOKEN123"), "{}", seen.all());
        let lines = seen.stderr.lines().filter(|line| line.starts_with("hint: "));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let address = "https://ada:TOKEN123@host.example/r";
    let short = "host:ada:TOKEN123@host.example/r";
    assert_data_eq!(
        [
            hints(&["dev", "new", "p", "-t", address, "--defaults"]),
            hints(&["dev", "new", "p", &format!("--template={address}"), "--defaults"]),
            hints(&["dev", "new", "p", &format!("-t{short}"), "--defaults"]),
            hints(&["dev", "new", "-t", "here:r", "--defaults", "--no-git"]),
            hints(&["dev", "new", "--template=./r", "--defaults", "-o", "a b"]),
            hints(&["dev", "new", "p", "-t", "./r", "--defaults", "-d", "x=mailto:a@b"]),
        ]
        .concat(),
        str![[r#"
hint: take another place: `lstk-extensions dev new p-2 -t https://host.example/r --defaults`
hint: or add to what is there: `--on-conflict skip` keeps the files that are there
hint: take another place: `lstk-extensions dev new p-2 '--template=https://host.example/r' --defaults`
hint: or add to what is there: `--on-conflict skip` keeps the files that are there
hint: take another place: `lstk-extensions dev new p-2 '-t***@host.example/r' --defaults`
hint: or add to what is there: `--on-conflict skip` keeps the files that are there
hint: name it: `lstk-extensions dev new -t here:r --defaults --no-git PATH`
hint: name it: `lstk-extensions dev new '--template=./r' --defaults -o 'a b' PATH`
hint: take another place: `lstk-extensions dev new p-2 -t ./r --defaults -d 'x=mailto:a@b'`
hint: or add to what is there: `--on-conflict skip` keeps the files that are there

"#]]
    );
}

#[test]
fn whoever_waits_for_a_connection_sees_for_what() {
    let sandbox = Sandbox::new();
    let program = with_a_slow_git(&sandbox);
    let new = format!("{program} dev new p -t https://ada:TOKEN123@host.example/x.git --defaults");
    let mut terminal = Terminal::start(&sandbox, &["/bin/sh", "-c", &new]);
    terminal.see("Fetching https://host.example/x.git ...");
    sandbox.write("go", "");
    let (status, screen) = terminal.end();
    assert_eq!(status, 1);
    assert_data_eq!(
        screen,
        str![[r#"
error: could not fetch https://host.example/x.git
  git: fatal: no

"#]]
    );
    for quietly in ["--quiet", "--json", "2> said; cat said"] {
        let mut terminal = Terminal::start(&sandbox, &["/bin/sh", "-c", &format!("{new} {quietly}")]);
        let _ = terminal.end();
        let written = String::from_utf8_lossy(terminal.written());
        assert!(
            written.contains("could not fetch") && !written.contains("Fetching"),
            "{quietly}: {written}"
        );
    }
}

#[test]
fn a_token_is_neither_shown_nor_kept() {
    let sandbox = Sandbox::new();
    let address = "https://ada:TOKEN123@127.0.0.1:1/x.git?token=TOKEN123";
    for args in [
        &["dev", "new", "p", "-t", address, "--defaults"][..],
        &["dev", "new", "p", "-t", address, "--defaults", "--json"],
        &["template", "show", address],
    ] {
        let seen = sandbox.run(args);
        assert_eq!(seen.status, Some(1));
        assert!(!seen.all().contains("TOKEN123"), "{}", seen.all());
    }
    // Without a scheme, with a short name for one, and where no template is expected.
    sandbox.write(
        "../home/.config/lstk-extensions/config.toml",
        "[abbreviations]\nacme = \"https://{}\"\n",
    );
    let mut shown = String::new();
    for address in [
        "tok:TOKEN123@ex.test/r.git",
        "tok:TOKEN123@github.com:o/r.git",
        "//tok:TOKEN123@h/x",
        "t:TOKEN123@h/x",
        "./tok:TOKEN123@h/x",
        "acme:tok:TOKEN123@127.0.0.1:1/x",
    ] {
        let attached = format!("--template={address}");
        for args in [
            &["dev", "new", "p", "-t", address, "--defaults"][..],
            &["dev", "new", "p", &attached, "--defaults", "--json"],
            &["dev", "new", "p", address],
            &["dev", "new", "p", address, "--json"],
            &["dev", "new", "p", "-d", address],
            &["template", "show", address],
            &["template", "list", address],
            &["template", "eject", address],
            &["template", "check", address, "--json"],
        ] {
            let seen = sandbox.run(args);
            assert!(matches!(seen.status, Some(1 | 2)), "{args:?}: {}", seen.all());
            assert!(!seen.all().contains("TOKEN123"), "{args:?}: {}", seen.all());
        }
        let seen = sandbox.run(&["dev", "new", "p", "-t", address, "--defaults"]);
        shown.push_str(seen.stderr.lines().next().unwrap());
        shown.push('\n');
    }
    assert_data_eq!(
        shown,
        str![[r#"
error: `ex.test/r.git` cannot be the address of a template: it has an `@` behind the colon
error: `github.com:o/r.git` cannot be the address of a template: it has an `@` behind the colon
error: there is no template `//***@h/x`
error: there is no template `***@h/x`
error: there is no template `./***@h/x`
error: could not fetch https://127.0.0.1:1/x

"#]]
    );
    let found = Command::new("grep")
        .args(["-r", "TOKEN123"])
        .arg(sandbox.path(".."))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
}
