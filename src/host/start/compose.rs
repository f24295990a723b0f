//! A start as a compose file, and which compose files are this program's to replace.

use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

use super::{CONTAINER, Start, quoted};
use crate::config::TOKEN_VARIABLE;
use crate::extension::file;
use crate::failure::{Code, Failure};
use crate::git;
use crate::host::whole;

/// The first line of a file, before the id that git gives to the rest of it.
const MARK: &str =
    "# Written by `lstk-extensions dev start --compose`, which replaces it unless somebody has edited it: ";

/// The file's content.
pub fn text(start: &Start) -> String {
    let mut text = format!(
        "services:\n  localstack:\n    container_name: {CONTAINER}\n    image: {}\n    ports:\n",
        literal(&start.image)
    );
    for port in start.ports() {
        let _ = writeln!(text, "      - {}", quoted(&port));
    }
    text.push_str("    environment:\n");
    let needs_token = !start
        .variables
        .iter()
        .any(|variable| variable.name == "LOCALSTACK_API_KEY");
    for variable in start.environment() {
        let value = match (variable.value, variable.name.as_str()) {
            (Some(value), _) => format!(" {}", literal(&value)),
            // Without it LocalStack does not start, and compose says so at once.
            (None, TOKEN_VARIABLE) if needs_token => " \"${LOCALSTACK_AUTH_TOKEN:?}\"".to_string(),
            // From the environment that compose runs in.
            (None, _) => String::new(),
        };
        let _ = writeln!(text, "      {}:{value}", variable.name);
    }
    text.push_str("    volumes:\n");
    for mount in start.all_mounts() {
        let source = literal(&mount.source);
        let _ = write!(
            text,
            "      - type: bind\n        source: {source}\n        target: {}\n",
            mount.target
        );
        if mount.is_read_only {
            text.push_str("        read_only: true\n");
        }
        // A folder that has gone is an error, where compose would make an empty one.
        text.push_str("        bind: { create_host_path: false }\n");
    }
    text
}

/// A text in which compose replaces nothing.
fn literal(text: &str) -> String {
    quoted(&text.replace('$', "$$"))
}

/// Fails where a file is there that somebody else has written, or edited.
pub fn may_write(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let failure = Failure::invalid_input(format!("there is no folder {}", folder.display()));
        let folder = folder.display().to_string();
        return Err(failure
            .hint(format!("`mkdir -p {}`", shell_words::quote(&folder)))
            .into());
    }
    let found = match file::read_text(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == ErrorKind::IsADirectory => {
            let message = format!("{} is a folder, no file for compose", path.display());
            let failure = Failure::invalid_input(message);
            let hint = "a folder to start comes before the option: `dev start DIR --compose`";
            return Err(failure.hint(hint).into());
        }
        Err(error) => return Err(error).with_context(|| format!("could not read {}", path.display())),
    };
    let why = match found.strip_prefix(MARK).and_then(|rest| rest.split_once('\n')) {
        Some((id, rest)) if git::blob_id(rest.as_bytes())?.to_string() == id.trim_end() => return Ok(()),
        Some(_) => "has been edited since it was written",
        None => "was not written by this program",
    };
    let failure = Failure::new(Code::Validation, format!("{} {why}", path.display()));
    let failure = failure.hint("`--force` replaces it");
    Err(failure.hint("`--compose` without a file prints it").into())
}

/// Whole or not at all.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let id = git::blob_id(text.as_bytes())?;
    whole::write(path, &format!("{MARK}{id}\n{text}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::tests::{NASTY, start};
    use super::*;
    use crate::yaml;

    #[test]
    fn what_is_read_is_what_was_meant() {
        let nasty = ["A=it's $HOME", "B=${X:-y}", "C=a: # b", "CI"];
        let start = start(&NASTY, &nasty);
        let read = yaml::parse(&text(&start)).unwrap();
        let service = &read["services"]["localstack"];
        let plain = |value: &serde_json::Value| value.as_str().unwrap().replace("$$", "$");
        let mounts = service["volumes"].as_array().unwrap();
        let sources: Vec<String> = mounts.iter().map(|mount| plain(&mount["source"])).collect();
        assert_eq!(sources[2..sources.len() - 1], NASTY);
        let environment = &service["environment"];
        assert_eq!(plain(&environment["A"]), "it's $HOME");
        assert_eq!(plain(&environment["B"]), "${X:-y}");
        assert_eq!(plain(&environment["C"]), "a: # b");
        assert!(environment["CI"].is_null());
        assert_eq!(environment["LOCALSTACK_AUTH_TOKEN"], "${LOCALSTACK_AUTH_TOKEN:?}");
        let with_key = text(&super::super::tests::start(&[], &["LOCALSTACK_API_KEY"]));
        let environment = &yaml::parse(&with_key).unwrap()["services"]["localstack"]["environment"];
        assert!(environment["LOCALSTACK_AUTH_TOKEN"].is_null() && environment["LOCALSTACK_API_KEY"].is_null());
    }

    #[test]
    fn only_its_own_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("compose.yaml");
        let why = || may_write(&path).unwrap_err().to_string();
        may_write(&path).unwrap();
        write(&path, "services: {}\n").unwrap();
        may_write(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}# mine\n")).unwrap();
        assert!(
            why().ends_with("compose.yaml has been edited since it was written"),
            "{}",
            why()
        );
        fs::write(&path, "services: {}\n").unwrap();
        assert!(
            why().ends_with("compose.yaml was not written by this program"),
            "{}",
            why()
        );
        assert!(
            may_write(folder.path())
                .unwrap_err()
                .to_string()
                .contains("is a folder")
        );
    }
}
