//! What git said when it failed -> why in one line, and what would help; git's own lines are shown beside it.

/// The line of git's that says the most.
pub(super) fn reason(lines: &[String]) -> String {
    let is_echo = |line: &str| line == "fatal: Could not read from remote repository.";
    let told = lines.iter().find(|line| line.starts_with("fatal: ") && !is_echo(line));
    // The program that connects says why, and git that it did.
    let echo = lines.iter().position(|line| is_echo(line));
    let before = echo.and_then(|at| lines.get(at.checked_sub(1)?));
    let fault = lines.iter().find(|line| line.starts_with("error: "));
    let line = told.or(before).or(fault).or(lines.last()).map(String::as_str);
    let line = line.unwrap_or("git said nothing");
    let line = line
        .strip_prefix("fatal: ")
        .or(line.strip_prefix("error: "))
        .unwrap_or(line);
    line.to_string()
}

/// What would help, as far as git's lines tell.
pub(super) fn hint(lines: &[String], is_local: bool) -> Option<String> {
    let has = |text: &str| lines.iter().any(|line| line.contains(text));
    let command = lines.iter().map(|line| line.trim());
    let mut command = command.filter(|line| line.starts_with("git config --global --add safe.directory "));
    // Another machine must not tell the user what to type on this one.
    if let Some(command) = command.next().filter(|_| is_local) {
        return Some(format!("where you trust its owner: `{command}`"));
    }
    if has("unknown option") {
        return Some("git 2.29 or a later one is needed".to_string());
    }
    if has("signal 25") || has("File too large") {
        return Some("a template's repository may take up 1 GiB".to_string());
    }
    if has("terminal prompts disabled") || has("Authentication failed") || has("could not read Username") {
        return Some("git has no password or token for it; `git ls-remote` with the address tells more".to_string());
    }
    if has("Permission denied") || has("Host key verification failed") {
        return Some("ssh was not let in; `git ls-remote` with the address tells more".to_string());
    }
    if has("certificate verification failed") || has("SSL certificate problem") {
        return Some("an authority of your own is named with git's `http.sslCAInfo`".to_string());
    }
    let unreachable = [
        "Could not resolve host",
        "Failed to connect",
        "Could not connect",
        "Connection refused",
    ];
    if unreachable.into_iter().any(has) {
        return Some("is the address right, and is there a network?".to_string());
    }
    has("transport '").then(|| "only `https`, `ssh` and `file` are used, also by git's own `insteadOf`".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_says_why_is_found() {
        for (lines, expected) in [
            (
                &["warning: x", "fatal: unable to access 'x'"][..],
                "unable to access 'x'",
            ),
            (
                &[
                    "ssh: Could not resolve hostname h",
                    "fatal: Could not read from remote repository.",
                    "",
                    "Please",
                ],
                "ssh: Could not resolve hostname h",
            ),
            (
                &[
                    "fatal: 'x' does not appear to be a git repository",
                    "fatal: Could not read from remote repository.",
                ],
                "'x' does not appear to be a git repository",
            ),
            (
                &["fatal: Could not read from remote repository."],
                "Could not read from remote repository.",
            ),
            (&["error: x", " ! [new ref] y"], "x"),
            (&[], "git said nothing"),
        ] {
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            assert_eq!(reason(&lines), expected);
        }
    }

    #[test]
    fn what_would_help_is_told() {
        for (line, expected) in [
            (
                "fatal: x: server certificate verification failed. CAfile: none",
                "http.sslCAInfo",
            ),
            (
                "fatal: x: SSL certificate problem: self-signed certificate",
                "http.sslCAInfo",
            ),
            ("fatal: x: Could not resolve host: h", "is there a network"),
            (
                "fatal: x: Failed to connect to h port 443 after 0 ms",
                "is there a network",
            ),
            (
                "ssh: connect to host h port 22: Connection refused",
                "is there a network",
            ),
            ("fatal: Authentication failed for 'x'", "no password or token"),
            ("Host key verification failed.", "ssh was not let in"),
        ] {
            let hint = hint(&[line.to_string()], false);
            assert!(
                hint.as_deref().is_some_and(|hint| hint.contains(expected)),
                "{line}: {hint:?}"
            );
        }
        assert_eq!(hint(&["fatal: no".to_string()], false), None);
    }

    #[test]
    fn git_s_own_advice_is_kept() {
        let line = "\tgit config --global --add safe.directory /srv/x".to_string();
        let lines = [line];
        assert_eq!(
            hint(&lines, true).as_deref(),
            Some("where you trust its owner: `git config --global --add safe.directory /srv/x`")
        );
        assert_eq!(hint(&lines, false), None);
    }
}
