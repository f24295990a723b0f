//! The second process, which works on foreign templates: it ends when the first one is told to or is gone, and nobody
//! sees from outside that there are two.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::measure::children;
use super::{NEW, template};
use crate::support::terminal::Terminal;
use crate::support::{PROGRAM, Sandbox};

const QUESTION: &str = "[[question]]\nkey = \"k\"\ndefault = \"d\"\n";

/// Template code that takes seconds.
const SLOW: &str = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";

fn kill(signal: &str, process: u32) {
    let done = Command::new("kill")
        .args([&format!("-{signal}"), &process.to_string()])
        .status();
    assert!(done.unwrap().success());
}

/// The only process below one, once it runs this program.
fn second(first: u32) -> u32 {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let program = PathBuf::from(PROGRAM).canonicalize().unwrap();
        let runs = |pid: &u32| std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program);
        if let [pid] = children(first)[..]
            && runs(&pid)
        {
            return pid;
        }
        assert!(Instant::now() < deadline, "there is no second process");
        sleep(Duration::from_millis(5));
    }
}

/// Whether a process is there and does anything. One whose parent is gone may wait for another to notice its end.
fn lives(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(") ")
        .next()
        .is_some_and(|behind| !behind.is_empty() && !behind.starts_with('Z'))
}

#[track_caller]
fn ends(process: u32, within: Duration) {
    let start = Instant::now();
    while lives(process) {
        assert!(start.elapsed() < within, "{process} is still there after {within:?}");
        sleep(Duration::from_millis(5));
    }
}

fn start(sandbox: &Sandbox) -> Child {
    Command::new(PROGRAM)
        .args(NEW)
        .current_dir(sandbox.path(""))
        .env_clear()
        .envs(sandbox.environment())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The dialogue in a shell that compares the terminal's settings before and after.
fn in_a_shell(sandbox: &Sandbox) -> Terminal {
    let run = format!("{PROGRAM} dev new p -t ./t --no-git");
    let script =
        format!("before=$(stty -g); {run}; echo \"exit=$?\"; [ \"$before\" = \"$(stty -g)\" ] && echo restored");
    Terminal::start(sandbox, &["/bin/sh", "-c", &script])
}

#[test]
fn ctrl_c_at_a_prompt_ends_both_and_restores_the_terminal() {
    let sandbox = template(QUESTION, &[("files/x", "")]);
    let before = sandbox.listing();
    for typed in ["\x03", "half an ans\x03"] {
        let mut terminal = in_a_shell(&sandbox);
        terminal.answer("[1/1] k [d]", typed);
        let (_, screen) = terminal.end();
        assert!(screen.contains("exit=130\nrestored"), "{screen}");
        assert_eq!(
            screen.matches("interrupted; nothing was written").count(),
            1,
            "{screen}"
        );
        assert_eq!(sandbox.listing(), before);
    }
}

#[test]
fn a_second_process_that_is_stopped_in_a_dialogue_leaves_the_terminal_as_it_was() {
    let slow = "{{ range(99999) | map('string') | join(k * 100000) }}";
    let manifest = format!("{QUESTION}[[question]]\nkey = \"slow\"\ndefault = \"{slow}\"\n");
    let sandbox = template(&manifest, &[("files/x", "")]);
    let before = sandbox.listing();
    let mut terminal = in_a_shell(&sandbox);
    terminal.answer("[1/2] k [d]", "\r");
    let (_, screen) = terminal.end();
    assert!(screen.contains("needs more than 512 MiB"), "{screen}");
    assert!(screen.contains("exit=1\nrestored"), "{screen}");
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn a_signal_to_the_first_ends_the_second_too() {
    for (signal, exit) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let sandbox = template(QUESTION, &[("files/x", "")]);
        let before = sandbox.listing();
        let mut terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new", "p", "-t", "./t", "--no-git"]);
        terminal.see("[d]");
        let other = second(terminal.process());
        kill(signal, terminal.process());
        let (status, screen) = terminal.end();
        assert_eq!(status, exit, "{signal}: {screen}");
        assert!(
            screen.contains("interrupted; nothing was written"),
            "{signal}: {screen}"
        );
        assert!(!PathBuf::from(format!("/proc/{other}")).exists(), "{signal}");
        assert_eq!(sandbox.listing(), before, "{signal}");
    }
    // In the midst of template code, too.
    let sandbox = template("", &[("files/x.txt.j2", SLOW)]);
    let before = sandbox.listing();
    let mut first = start(&sandbox);
    let other = second(first.id());
    sleep(Duration::from_millis(200));
    kill("TERM", first.id());
    assert_eq!(first.wait().unwrap().code(), Some(143));
    assert!(!lives(other));
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn the_second_does_not_outlive_a_first_that_is_killed() {
    let sandbox = template(QUESTION, &[("files/x", ""), ("files/x.txt.j2", SLOW)]);
    let before = sandbox.listing();
    let mut terminal = Terminal::start(&sandbox, &[PROGRAM, "dev", "new", "p", "-t", "./t", "--no-git"]);
    terminal.see("[d]");
    let other = second(terminal.process());
    kill("KILL", terminal.process());
    ends(other, Duration::from_secs(5));
    // At once, and in the midst of template code.
    for pause in [0, 1, 2, 5, 10, 200] {
        let mut first = start(&sandbox);
        let other = second(first.id());
        sleep(Duration::from_millis(pause));
        kill("KILL", first.id());
        first.wait().unwrap();
        ends(other, Duration::from_secs(5));
    }
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn a_second_process_that_is_killed_is_told_and_leaves_nothing() {
    let sandbox = template("", &[("files/x.txt.j2", SLOW)]);
    let before = sandbox.listing();
    let first = start(&sandbox);
    kill("KILL", second(first.id()));
    let output = first.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(137));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "error: killed; what was under way is complete, or not there at all\n"
    );
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn closed_streams_are_no_reason_to_stop() {
    let sandbox = template(QUESTION, &[("files/x", "content")]);
    let command = format!("{PROGRAM} {}", NEW.join(" "));
    for streams in [
        "<&-",
        ">&-",
        "2>&-",
        "<&- >&- 2>&-",
        "| head -c0",
        "> /dev/null < /dev/null",
    ] {
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", &format!("{command} {streams}")])
            .current_dir(sandbox.path(""));
        let done = shell.env_clear().envs(sandbox.environment()).output().unwrap();
        assert!(done.status.success(), "{streams}: {done:?}");
        assert!(done.stderr.is_empty(), "{streams}: {done:?}");
        assert_eq!(sandbox.read("p/x"), "content", "{streams}");
        super::remove(&sandbox.path("p"));
    }
}

#[test]
fn what_goes_in_and_what_comes_out_passes_through() {
    let sandbox = template(QUESTION, &[("files/x.txt.j2", "{{ k }}")]);
    let run = sandbox
        .command(&[&NEW[..], &["--data-file", "-"]].concat())
        .stdin("k = \"from outside\"\n")
        .run();
    assert!(run.ok().starts_with("Created p/:"));
    assert_eq!(sandbox.read("p/x.txt"), "from outside");
    let json = sandbox.run(&[&NEW[..], &["--json"]].concat());
    assert!(
        json.status == Some(1) && json.stderr.is_empty() && json.stdout.contains("already"),
        "{}",
        json.all()
    );
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json.stdout).unwrap()["status"],
        "error"
    );
    assert!(
        sandbox
            .run(&[&NEW[..], &["-d", "nope=1", "--dry-run", "--on-conflict", "skip"]].concat())
            .fails(2)
            .contains("nope")
    );
    assert!(
        sandbox
            .run(&["dev", "new", "q", "-t", "./t"])
            .fails(2)
            .contains("unanswered")
    );
    assert!(
        sandbox
            .run(&["template", "show", "./nowhere"])
            .fails(1)
            .contains("there is no template")
    );
    assert!(
        sandbox
            .run(&[&NEW[..], &["--quiet", "--on-conflict", "skip"]].concat())
            .ok()
            .is_empty()
    );
}

#[test]
fn the_second_is_waited_for_where_nobody_wants_to_hear_of_its_end() {
    let sandbox = template("", &[("files/x", "")]);
    let script = format!("trap '' CHLD; exec {PROGRAM} dev new p -t ./t --defaults --no-git");
    // Not every shell lets it be ignored.
    let mut shell = Command::new("/bin/bash");
    let shell = shell.args(["-c", &script]).current_dir(sandbox.path("")).env_clear();
    let ended = shell.envs(sandbox.environment()).output().unwrap();
    assert_eq!(
        ended.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(sandbox.path("p/x").exists());
}
