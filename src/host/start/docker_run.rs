//! A start as the arguments of `docker run`, and as a line for a shell.

use std::fmt::Write;

use super::{CONTAINER, Start};
use crate::extension::record;
use crate::scaffold::rule::is_unprintable;

/// The options by themselves, each with its value, and last the image.
fn words(start: &Start) -> Vec<Vec<String>> {
    let pair = |option: &str, value: String| vec![option.to_string(), value];
    let mut words = vec![vec!["--rm".to_string()], pair("--name", CONTAINER.to_string())];
    words.extend(start.ports().into_iter().map(|port| pair("-p", port)));
    words.extend(start.environment().into_iter().map(|variable| {
        let value = variable.value.map(|value| format!("={value}"));
        pair("-e", variable.name + &value.unwrap_or_default())
    }));
    // With `-v` a colon in a path would end it. Here the fields are CSV.
    words.extend(start.all_mounts().into_iter().map(|mount| {
        let source = record::field(&format!("source={}", mount.source));
        let read_only = if mount.is_read_only { ",readonly" } else { "" };
        pair(
            "--mount",
            format!("type=bind,{source},target={}{read_only}", mount.target),
        )
    }));
    words.push(vec![start.image.clone()]);
    words
}

/// What follows `docker run`.
pub fn arguments(start: &Start) -> Vec<String> {
    words(start).concat()
}

/// The whole command, an option a line.
pub fn text(start: &Start) -> String {
    let lines = words(start).into_iter().map(|words| {
        let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
        words.join(" ")
    });
    format!("docker run {}\n", lines.collect::<Vec<_>>().join(" \\\n  "))
}

/// As a shell reads it back; what no person can see is written as numbers.
pub fn shell_word(word: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_./:=,@%+".contains(char);
    if word.chars().all(plain) {
        return word.to_string();
    }
    if !word.contains(is_unprintable) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let mut quoted = String::from("$'");
    for char in word.chars() {
        match char {
            '\'' | '\\' => quoted.extend(['\\', char]),
            char if is_unprintable(char) => {
                for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            char => quoted.push(char),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NASTY, start};
    use super::*;
    use std::process::Command;

    #[test]
    fn a_shell_reads_back_what_is_passed_without_one() {
        let start = start(&NASTY, &["A=it's $HOME \"x\"", "B=\\", "CI"]);
        let line = text(&start).replacen("docker run", "printf '%s\\0'", 1);
        let output = Command::new("bash").args(["-c", &line]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let read: Vec<&str> = said.trim_end_matches('\0').split('\0').collect();
        assert_eq!(read, arguments(&start));
    }

    #[test]
    fn fields_of_a_mount_are_csv() {
        let all = arguments(&start(&["/a,\"b\":c"], &[]));
        let field = r#"type=bind,"source=/a,""b"":c",target=/opt/code/extensions/a--b--c,readonly"#;
        assert!(all.iter().any(|word| word == field), "{all:?}");
    }
}
