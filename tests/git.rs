//! Git after a new project: repositories, commits, and staying out of other people's.

use std::process::Command;

use crate::support::{Sandbox, Seen};

/// The real `git`, in the sandbox's environment.
fn git(sandbox: &Sandbox, folder: &str, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(args)
        .current_dir(sandbox.path(folder))
        .env_clear()
        .envs(sandbox.environment())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn new(sandbox: &Sandbox, args: &[&str]) -> Seen {
    sandbox.run(&[&["dev", "new"], args, &["--defaults"]].concat())
}

#[test]
fn the_first_commit_holds_everything() {
    let sandbox = Sandbox::with_identity();
    let _ = new(&sandbox, &["p"]).ok();
    assert_eq!(
        git(&sandbox, "p", &["log", "--format=%an <%ae> %s"]),
        "Ada Lovelace <ada@example.org> Initial commit\n"
    );
    assert_eq!(git(&sandbox, "p", &["status", "--porcelain", "--ignored"]), "");
    assert_eq!(git(&sandbox, "p", &["branch", "--show-current"]), "main\n");
    assert_eq!(git(&sandbox, "p", &["ls-files"]).lines().count(), 8);
    assert_eq!(git(&sandbox, "p", &["fsck", "--strict"]), "");
}

#[test]
fn the_user_s_branch_name_and_environment_are_honoured() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "../home/elsewhere",
        "[init]\n\tdefaultBranch = trunk\n[user]\n\tname = Config\n\temail = c@example.org\n",
    );
    let config = sandbox.path("../home/elsewhere").display().to_string();
    let run = sandbox.command(&["dev", "new", "p", "--defaults"]);
    let _ = run
        .env("GIT_CONFIG_GLOBAL", &config)
        .env("GIT_AUTHOR_NAME", "Env")
        .run()
        .ok();
    assert_eq!(git(&sandbox, "p", &["branch", "--show-current"]), "trunk\n");
    assert_eq!(git(&sandbox, "p", &["log", "--format=%an %cn"]), "Env Config\n");
    assert!(sandbox.read("p/setup.cfg").contains("author = Config\n"));
}

#[test]
fn without_an_identity_there_is_a_repository_and_no_commit() {
    let sandbox = Sandbox::new();
    let seen = new(&sandbox, &["p"]);
    assert_eq!(seen.status, Some(0));
    assert!(
        seen.stdout.starts_with("Created p/ as a git repository:\n"),
        "{}",
        seen.all()
    );
    assert!(
        seen.stderr
            .starts_with("warning: no first commit was made: git does not know your name"),
        "{}",
        seen.all()
    );
    assert_eq!(git(&sandbox, "p", &["rev-list", "--all", "--count"]), "0\n");
}

#[test]
fn an_identity_no_package_could_hold_is_said_and_not_used() {
    let sandbox = Sandbox::new();
    sandbox.write("../home/.gitconfig", "[user]\n\tname = Ada\n\temail = ada@laptop\n");
    let seen = new(&sandbox, &["p", "--no-git"]);
    assert_eq!(seen.status, Some(0));
    assert_eq!(
        seen.stderr,
        "warning: git's user.email `ada@laptop` is not used as a default: it must have a full domain after the `@`, like \
         `jane@example.com`\n"
    );
    assert!(
        sandbox
            .read("p/setup.cfg")
            .contains("author = Ada\nauthor_email = jane@example.com\n")
    );
}

#[test]
fn inside_another_work_tree_there_is_none_unless_asked() {
    let sandbox = Sandbox::with_identity();
    git(&sandbox, "", &["init", "-q", "outer"]);
    sandbox.write("outer/.gitignore", "ignored/\n");
    for args in [&["inner"][..], &["deep/er/b"], &[]] {
        let args = [&["dev", "new"], args, &["--defaults"]].concat();
        let seen = sandbox.command(&args).in_folder("outer").run().ok();
        assert!(!seen.contains("as a git repository"), "{args:?}: {seen}");
    }
    for (args, repository) in [
        (&["outer/a"][..], false),
        (&["outer/deep/b"], false),
        (&["outer/c", "--git"], true),
        (&["outer/ignored/d"], true),
        (&["e", "--no-git"], false),
    ] {
        let _ = new(&sandbox, args).ok();
        assert_eq!(sandbox.path(args[0]).join(".git").exists(), repository, "{args:?}");
    }
}

#[test]
fn an_inherited_repository_is_not_touched() {
    let sandbox = Sandbox::with_identity();
    git(&sandbox, "", &["init", "-q", "other"]);
    let before = sandbox.read("other/.git/config");
    let other = sandbox.path("other");
    let run = sandbox.command(&["dev", "new", "p", "--defaults"]);
    let run = run.env("GIT_DIR", &other.join(".git").display().to_string());
    let run = run.env("GIT_WORK_TREE", &other.display().to_string());
    let _ = run
        .env("GIT_INDEX_FILE", &other.join(".git/index").display().to_string())
        .run()
        .ok();
    assert_eq!(sandbox.read("other/.git/config"), before);
    assert!(!other.join(".git/index").exists());
    assert_eq!(git(&sandbox, "p", &["log", "--format=%s"]), "Initial commit\n");
}

#[test]
fn hooks_and_filters_of_the_user_do_not_run() {
    let sandbox = Sandbox::with_identity();
    let canary = sandbox.path("canary").display().to_string();
    let hook = format!("#!/bin/sh\ntouch {canary}\n");
    for hook_name in ["pre-commit", "post-commit", "post-checkout", "post-index-change"] {
        sandbox.write(&format!("../home/template/hooks/{hook_name}"), &hook);
        let hook = sandbox.path(&format!("../home/template/hooks/{hook_name}"));
        assert!(Command::new("chmod").arg("+x").arg(hook).status().unwrap().success());
    }
    let home = sandbox.path("../home").display().to_string();
    let config = format!(
        "[init]\n\ttemplateDir = {home}/template\n[core]\n\thooksPath = {home}/template/hooks\n\tfsmonitor = touch {canary}\n\
         [filter \"x\"]\n\tclean = touch {canary}\n[core]\n\tattributesFile = {home}/attributes\n\
         [user]\n\tname = A\n\temail = a@example.org\n"
    );
    sandbox.write("../home/.gitconfig", &config);
    sandbox.write("../home/attributes", "* filter=x\n");
    let _ = new(&sandbox, &["p"]).ok();
    assert!(!sandbox.path("p/.git/hooks/pre-commit").exists());
    assert!(!sandbox.path("canary").exists());
}

#[test]
fn a_failing_git_leaves_a_complete_project_and_says_how_to_retry() {
    let sandbox = Sandbox::with_identity();
    // A broken configuration stops git, and must not stop the project.
    sandbox.write("../home/.gitconfig", "[broken\n");
    let seen = new(&sandbox, &["a folder"]);
    assert_eq!(seen.status, Some(0));
    assert!(seen.stdout.starts_with("Created a folder/:\n"), "{}", seen.all());
    let retry = "retry with `git -C 'a folder' init && git -C 'a folder' add --all && git -C 'a folder' commit`\n";
    assert!(
        seen.stderr.starts_with("warning: ") && seen.stderr.ends_with(retry),
        "{}",
        seen.all()
    );
    assert!(sandbox.path("a folder/setup.cfg").is_file());
}

#[test]
fn a_commit_that_fails_is_told_apart_from_a_repository_that_fails() {
    let sandbox = Sandbox::with_identity();
    let args = ["dev", "new", "p", "--defaults", "--json"];
    let seen = sandbox.command(&args).env("GIT_AUTHOR_NAME", "<>").run();
    let envelope: serde_json::Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(
        envelope["data"]["git"],
        serde_json::json!({ "initialized": true, "committed": false })
    );
    let warning = envelope["warnings"][0]["message"].as_str().unwrap();
    assert!(
        warning.ends_with("retry with `git -C p add --all && git -C p commit`"),
        "{warning}"
    );
}

#[test]
fn a_repository_that_cannot_be_opened_is_one_all_the_same() {
    let sandbox = Sandbox::with_identity();
    git(&sandbox, "", &["init", "-q", "outer"]);
    sandbox.write("outer/.git/config", "[broken\n");
    let seen = sandbox
        .command(&["dev", "new", "p", "--defaults"])
        .in_folder("outer")
        .run()
        .ok();
    assert!(!seen.contains("as a git repository"), "{seen}");
}

#[test]
fn files_that_were_there_are_not_committed() {
    let sandbox = Sandbox::with_identity();
    sandbox.write("p/.env", "secret");
    sandbox.write("p/setup.cfg", "mine");
    let _ = new(&sandbox, &["p", "--on-conflict", "skip"]).ok();
    assert!(!sandbox.path("p/.git").exists());
    let _ = new(&sandbox, &["p", "--on-conflict", "skip", "--git"]).ok();
    let committed = git(&sandbox, "p", &["ls-files"]);
    let has = |file: &str| committed.lines().any(|line| line == file);
    assert!(has("setup.py") && !has("setup.cfg") && !has(".env"), "{committed}");
}

#[test]
fn what_the_project_ignores_is_written_and_not_committed() {
    let sandbox = Sandbox::with_identity();
    sandbox.write(
        "t/template.toml",
        "[template]\nname = \"t\"\nversion = \"1\"\ndescription = \"\"\n[[question]]\nkey = \"token\"\nsecret = true\n",
    );
    sandbox.write("t/files/.env.j2", "TOKEN={{ token }}\n");
    sandbox.write("t/files/.gitignore", ".env\nlogs/\n");
    sandbox.write("t/files/logs/.keep", "");
    let _ = new(&sandbox, &["p", "-t", "./t", "-d", "token=abc"]).ok();
    assert_eq!(sandbox.read("p/.env"), "TOKEN=abc\n");
    let committed = git(&sandbox, "p", &["ls-files"]);
    assert_eq!(committed.trim(), ".gitignore\n.lstk-extension.toml");
    assert_eq!(git(&sandbox, "p", &["status", "--porcelain"]).trim(), "");
}
