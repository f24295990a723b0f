//! A start as configuration of lstk, which has a format for mounts and variables of its own.
//!
//! Source: lstk 0.22.1, `internal/config/containers.go` and `internal/container/start.go`. The token, the ports but the
//! gateway's, the engine's socket and the address are lstk's own business.

use std::fmt::Write;

use super::{IMAGE, Mount, Start, quoted, unspeakable};
use crate::config::TOKEN_VARIABLE;
use crate::failure::{Failure, Problem};

const PROFILE: &str = "extensions-dev";

/// What belongs into lstk's `config.toml`; fails where lstk cannot be told.
pub fn text(start: &Start) -> Result<String, Failure> {
    check(start)?;
    let image = match start.image.as_str() {
        IMAGE => "tag = \"latest\"".to_string(),
        image => format!("image = {}", quoted(image)),
    };
    let mut text = format!(
        "# In lstk's config.toml, in place of the [[containers]] there: lstk starts one.\n\
         # `lstk config path` tells where that file is.\n\
         [[containers]]\ntype = \"aws\"\n{image}\nport = \"{}\"\nenv = [\"{PROFILE}\"]\nvolumes = [\n",
        start.port
    );
    for mount in start.mounts() {
        let read_only = if mount.is_read_only { ":ro" } else { "" };
        let spec = quoted(&format!("{}:{}{read_only}", mount.source, mount.target));
        let _ = writeln!(text, "    {spec},");
    }
    let _ = writeln!(text, "]\n\n[env.{PROFILE}]");
    for variable in start.environment() {
        if let Some(value) = variable.value
            && variable.name != "LOCALSTACK_HOST"
        {
            let _ = writeln!(text, "{} = {}", variable.name, quoted(&value));
        }
    }
    Ok(text)
}

fn check(start: &Start) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for Mount { source, .. } in start.mounts() {
        // A drive's is understood where there are drives.
        let path = match cfg!(windows) {
            true => source.get(2..).unwrap_or_default(),
            false => &source,
        };
        if path.contains(':') {
            problems.push(Problem::new(&source, "has a `:`, which ends a path for lstk"));
        }
    }
    for variable in &start.variables {
        let at = format!("-e {}", variable.name);
        if variable.value.is_some() && variable.name.contains(|char: char| char.is_ascii_lowercase()) {
            problems.push(Problem::new(at, "would come out in capital letters"));
        } else if variable.value.is_none() && !is_handed_on(&variable.name) {
            problems.push(Problem::new(
                at,
                "has no value, and lstk hands on only CI and LOCALSTACK_...",
            ));
        }
    }
    let hint = "`--compose` and `--print` can say it";
    unspeakable("lstk's configuration", problems).map_err(|failure| failure.hint(hint))
}

/// Whether lstk gives the container what its own environment has under this name.
fn is_handed_on(name: &str) -> bool {
    name == "CI" || name.starts_with("LOCALSTACK_") || name == TOKEN_VARIABLE
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NASTY, start};
    use super::*;

    #[test]
    fn what_is_read_is_what_was_meant() {
        let nasty: Vec<&str> = NASTY.into_iter().filter(|path| !path.contains(':')).collect();
        let start = start(&nasty, &["A=it's \"$HOME\" \\ # ü", "CI", "LOCALSTACK_X"]);
        let read: toml::Table = text(&start).unwrap().parse().unwrap();
        let container = &read["containers"][0];
        let volumes = container["volumes"].as_array().unwrap().iter();
        let sources: Vec<&str> = volumes
            .map(|spec| spec.as_str().unwrap().split(':').next().unwrap())
            .collect();
        assert_eq!(sources[2..], nasty);
        let env = read["env"]["extensions-dev"].as_table().unwrap();
        assert_eq!(env["A"].as_str(), Some("it's \"$HOME\" \\ # ü"));
        assert_eq!(env.keys().collect::<Vec<_>>(), ["A", "EXTENSION_DEV_MODE"]);
        assert_eq!(container["tag"].as_str(), Some("latest"));
    }

    #[test]
    fn what_lstk_cannot_be_told_is_refused() {
        let failure = text(&start(&["/a:b", "/c"], &["x=1", "HOME", "LOCALSTACK_Y"])).unwrap_err();
        let places: Vec<_> = failure.problems.iter().map(|problem| problem.at.as_str()).collect();
        assert_eq!(places, ["/a:b", "-e x", "-e HOME"]);
    }
}
