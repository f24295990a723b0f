//! Hooks: programs of the template, which run only where the user said so and leave nothing where they fail.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use snapbox::{assert_data_eq, str};

use super::{PROJECT, new, template};
use crate::support::{PROGRAM, Sandbox};

/// A template with one variable, one file and these hooks.
fn with_hooks(hooks: &[(&str, &str)]) -> Sandbox {
    let sandbox = template(
        r#"{"slug": "p", "name": "App"}"#,
        &[(&format!("{PROJECT}/a.txt"), "{{ cookiecutter.name }}\n")],
    );
    for (name, text) in hooks {
        sandbox.write(&format!("t/hooks/{name}"), text);
    }
    fs::create_dir(sandbox.path("../temporary")).unwrap();
    sandbox
}

/// The paths of the working folder beside the template.
fn made(sandbox: &Sandbox) -> Vec<String> {
    let temporary: Vec<_> = fs::read_dir(sandbox.path("../temporary")).unwrap().collect();
    assert!(temporary.is_empty(), "{temporary:?}");
    let listing = sandbox.listing().into_iter();
    listing.filter(|path| !path.starts_with("t/")).collect()
}

fn run(sandbox: &Sandbox, more: &[&str]) -> crate::support::Seen {
    let temporary = sandbox.path("../temporary").display().to_string();
    sandbox.command(&new(more)).env("TMPDIR", &temporary).run()
}

#[test]
fn they_are_left_out_with_a_warning() {
    let sandbox = with_hooks(&[
        ("pre_prompt.sh", "#!/bin/sh\ntouch ../../never\n"),
        ("pre_gen_project.py", "open('never', 'w')\n"),
        ("post_gen_project.sh", "#!/bin/sh\ntouch never\n"),
        ("post_gen_project.sh~", "#!/bin/sh\ntouch never\n"),
    ]);
    assert_data_eq!(
        run(&sandbox, &[]).all(),
        str![[r#"
exit: 0
--- stdout
Created p/:
  .lstk-extension.toml
  a.txt

Next:
  cd p
--- stderr
warning: the template's hooks are not run: pre_prompt.sh, pre_gen_project.py, post_gen_project.sh; what they would add, change or remove is missing. `--trust` runs them

"#]]
    );
    assert_eq!(made(&sandbox), ["p/", "p/.lstk-extension.toml", "p/a.txt"]);
    let said = run(&sandbox, &["q", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(told["warnings"][0]["code"], "HOOKS_NOT_RUN", "{}", said.stdout);
    // Nothing is run for a look, so there is nothing to warn about.
    assert_eq!(run(&sandbox, &["r", "--dry-run", "--trust"]).ok().lines().count(), 3);
    assert_eq!(made(&sandbox).len(), 6);
}

#[test]
fn they_are_run_where_the_user_says_so() {
    let sandbox = with_hooks(&[
        (
            "pre_prompt.sh",
            "#!/bin/sh\necho before >> \"{{cookiecutter.slug}}/a.txt\"\n",
        ),
        (
            "pre_gen_project.sh",
            "#!/bin/sh\necho \"{{ cookiecutter.name }} $(ls | wc -l)\" > first.txt\n",
        ),
        (
            "post_gen_project",
            "#!/bin/sh\necho to output\necho to errors >&2\nmkdir -p x/y && mv a.txt x/y/ && cat first.txt x/y/a.txt > all.txt\nchmod 751 all.txt\n",
        ),
    ]);
    assert_data_eq!(
        run(&sandbox, &["--trust"]).all(),
        str![[r#"
exit: 0
--- stdout
Created p/:
  .lstk-extension.toml
  all.txt
  first.txt
  x/y/a.txt

Next:
  cd p
--- stderr
to output
to errors

"#]]
    );
    assert_eq!(sandbox.read("p/all.txt"), "App 0\nApp\nbefore\n");
    assert_eq!(mode(&sandbox, "p/all.txt"), 0o751);
    // The template itself stays as it was.
    assert_eq!(sandbox.read(&format!("t/{PROJECT}/a.txt")), "{{ cookiecutter.name }}\n");
    assert_eq!(made(&sandbox).len(), 7);
    let said = run(&sandbox, &["q", "--trust", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(
        told["data"]["files"].to_string(),
        r#"[".lstk-extension.toml","all.txt","first.txt","x/y/a.txt"]"#
    );
}

fn mode(sandbox: &Sandbox, path: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(sandbox.path(path)).unwrap().permissions().mode() & 0o7777
}

#[test]
fn where_one_fails_nothing_is_left() {
    let failing: [(&str, &str); 8] = [
        ("pre_prompt.sh", "#!/bin/sh\necho told why >&2\nexit 3\n"),
        ("pre_gen_project.sh", "#!/bin/sh\nmkdir -p a/b\nexit 4\n"),
        ("post_gen_project.sh", "#!/bin/sh\nmkdir -p a/b\nrm a.txt\nexit 5\n"),
        ("post_gen_project.sh", "#!/bin/sh\nkill -9 $$\n"),
        ("post_gen_project.sh", "no first line\n"),
        ("post_gen_project.sh", "#!/no/such/program\n"),
        ("post_gen_project.sh", ""),
        ("post_gen_project.py", "#!/bin/sh\n{{ cookiecutter.nothing }}\n"),
    ];
    let mut said = String::new();
    for hook in failing {
        let sandbox = with_hooks(&[hook]);
        said += &run(&sandbox, &["--trust"]).fails(1);
        assert_eq!(made(&sandbox), [""; 0], "{hook:?}");
    }
    assert_data_eq!(
        said,
        str![[r#"
told why
error: the hook pre_prompt.sh ended with exit code 3
hint: nothing was written; leave the hooks out by answering no, or without `--trust`
error: the hook pre_gen_project.sh ended with exit code 4
hint: nothing was written; leave the hooks out by answering no, or without `--trust`
error: the hook post_gen_project.sh ended with exit code 5
hint: nothing was written; leave the hooks out by answering no, or without `--trust`
error: the hook post_gen_project.sh ended by a signal
hint: nothing was written; leave the hooks out by answering no, or without `--trust`
error: the hook post_gen_project.sh cannot be run
hint: it is empty, or its first line is not like `#!/bin/sh`
error: could not start the hook post_gen_project.sh
  caused by: No such file or directory (os error 2)
error: the hook post_gen_project.sh cannot be run
hint: it is empty, or its first line is not like `#!/bin/sh`
error: the template `./t` does not work
  ./t/hooks/post_gen_project.py:2:4: undefined value: `cookiecutter.nothing` is undefined
    |
  2 | {{ cookiecutter.nothing }}
    |    ^^^^^^^^^^^^^^^^^^^^

"#]]
    );
}

#[test]
fn pythons_hooks_need_a_python() {
    let sandbox = with_hooks(&[("post_gen_project.py", "open('made.txt', 'w')\n")]);
    sandbox.write("../bin/nothing", "");
    let path = sandbox.path("../bin").display().to_string();
    let said = sandbox.command(&new(&["--trust"])).env("PATH", &path).run();
    assert_data_eq!(
        said.fails(1),
        str![[r#"
error: the hook post_gen_project.py needs Python, and there is no `python3` on PATH
hint: install Python 3; or leave the hooks out by answering no, or without `--trust`

"#]]
    );
    assert_eq!(made(&sandbox), [""; 0]);
    // Whatever is called so runs them, the first found.
    let python = sandbox.path("../bin/python3");
    sandbox.write("../bin/python3", "#!/bin/sh\necho ran > \"made with ${1##*/}\"\n");
    fs::set_permissions(&python, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let _ = sandbox.command(&new(&["--trust"])).env("PATH", &path).run().ok();
    assert!(
        sandbox.path("p/made with post_gen_project.py").exists(),
        "{:?}",
        made(&sandbox)
    );
}

#[test]
fn a_request_to_stop_ends_them_and_leaves_nothing() {
    let endless = "#!/bin/sh\ntouch started\nexec sleep 60\n";
    let stubborn = "#!/bin/sh\ntrap '' TERM INT\ntouch started\nexec sleep 60\n";
    let both = [("INT", 130), ("TERM", 143)];
    for (name, text, signals) in [
        ("pre_gen_project.sh", endless, &both[..]),
        ("post_gen_project.sh", endless, &both[..]),
        ("post_gen_project.sh", stubborn, &both[1..]),
    ] {
        for &(signal, status) in signals {
            let sandbox = with_hooks(&[(name, text)]);
            let started = Instant::now();
            let mut child = Command::new(PROGRAM)
                .args(new(&["--trust"]))
                .current_dir(sandbox.path(""))
                .env_clear()
                .envs(sandbox.environment())
                .env("TMPDIR", sandbox.path("../temporary"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            while !sandbox.listing().iter().any(|path| path.ends_with("/started")) {
                assert!(started.elapsed() < Duration::from_secs(20), "the hook does not start");
                std::thread::sleep(Duration::from_millis(5));
            }
            let killed = Command::new("kill")
                .args([format!("-{signal}"), child.id().to_string()])
                .status();
            assert!(killed.unwrap().success());
            assert_eq!(child.wait().unwrap().code(), Some(status), "{name} {signal}");
            assert!(started.elapsed() < Duration::from_secs(20));
            assert_eq!(made(&sandbox), [""; 0], "{name} {signal}");
        }
    }
}

#[test]
fn in_a_folder_that_has_files_they_see_only_the_new_ones() {
    let sandbox = with_hooks(&[(
        "post_gen_project.sh",
        "#!/bin/sh\nls -A > seen.txt\nrm a.txt\necho hook > mine.txt\n",
    )]);
    sandbox.write("p/mine.txt", "mine\n");
    sandbox.write("p/a.txt", "mine too\n");
    assert_data_eq!(
        run(&sandbox, &["--trust", "--on-conflict", "fail"]).all(),
        str![[r#"
exit: 1
--- stdout
--- stderr
error: p has files that differ
  a.txt: is there with another content
hint: keep the files that are there with `--on-conflict skip`, or replace them with `--on-conflict overwrite`

"#]]
    );
    assert_eq!(sandbox.read("p/mine.txt"), "mine\n");
    let _ = run(&sandbox, &["--trust", "--on-conflict", "skip"]);
    assert_eq!(
        (sandbox.read("p/mine.txt"), sandbox.read("p/a.txt")),
        ("mine\n".into(), "mine too\n".into())
    );
    assert_eq!(sandbox.read("p/seen.txt"), ".lstk-extension.toml\na.txt\nseen.txt\n");
    let _ = run(&sandbox, &["--trust", "--on-conflict", "overwrite"]);
    assert_eq!(sandbox.read("p/mine.txt"), "hook\n");
    assert_eq!(
        made(&sandbox),
        ["p/", "p/.lstk-extension.toml", "p/a.txt", "p/mine.txt", "p/seen.txt"]
    );
}

#[test]
fn what_they_leave_beside_the_project_goes_and_what_is_no_file_stays() {
    use std::os::unix::fs::FileTypeExt;
    let hook = "#!/bin/sh\nmkdir ../beside && echo x > ../beside/x.txt\nmkfifo pipe\nln -s nowhere link\n";
    let sandbox = with_hooks(&[("post_gen_project.sh", hook)]);
    assert!(
        run(&sandbox, &["--trust"])
            .ok()
            .contains("Created p/:\n  .lstk-extension.toml\n  a.txt\n\n")
    );
    assert_eq!(
        made(&sandbox),
        ["p/", "p/.lstk-extension.toml", "p/a.txt", "p/link", "p/pipe"]
    );
    assert!(fs::metadata(sandbox.path("p/pipe")).unwrap().file_type().is_fifo());
    // What is there already is changed by files alone.
    sandbox.write("q/mine.txt", "");
    let said = run(&sandbox, &["q", "--trust", "--on-conflict", "overwrite"]).fails(1);
    assert!(said.contains("neither files nor folders"), "{said}");
    assert_eq!(made(&sandbox)[5..], ["q/", "q/mine.txt"]);
}

#[test]
fn they_do_not_see_what_the_program_sees() {
    let sandbox = with_hooks(&[("post_gen_project.sh", "#!/bin/sh\nenv > env.txt\ncat > input.txt\n")]);
    let words = new(&["--trust"]);
    let said = sandbox
        .command(&words)
        .env("GIT_DIR", "/elsewhere")
        .env("OTHER", "stays")
        .stdin("typed\n")
        .run();
    assert_eq!(said.status, Some(0), "{}", said.all());
    let seen = sandbox.read("p/env.txt");
    assert!(seen.contains("OTHER=stays\n") && !seen.contains("GIT_DIR"), "{seen}");
    assert_eq!(sandbox.read("p/input.txt"), "");
}

#[test]
fn rights_beyond_reading_writing_and_running_are_not_given() {
    let sandbox = with_hooks(&[]);
    sandbox.write(&format!("t/{PROJECT}/run"), "");
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o6755);
    fs::set_permissions(sandbox.path(&format!("t/{PROJECT}/run")), permissions).unwrap();
    let _ = run(&sandbox, &[]).ok();
    assert_eq!(mode(&sandbox, "p/run"), 0o755);
}
