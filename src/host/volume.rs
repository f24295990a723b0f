//! Which folder of this machine is LocalStack's volume, and who said so.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::child;
use crate::config::LocalStack;
use crate::failure::{Code, Failure, Problem};
use crate::interrupt;

/// lstk answers within a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the container sees as `/var/lib/localstack`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Absolute; whether or not there is such a folder.
    pub path: PathBuf,
    pub origin: Origin,
}

/// Who named the folder, the first of these that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag,
    Variable,
    Lstk,
    Default,
}

impl Origin {
    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::Variable => "variable",
            Origin::Lstk => "lstk",
            Origin::Default => "default",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Origin::Flag => "--volume",
            Origin::Variable => "LOCALSTACK_VOLUME_DIR",
            Origin::Lstk => "lstk volume path",
            Origin::Default => "the default",
        })
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.path.display(), self.origin)
    }
}

impl Volume {
    pub fn resolve(flag: Option<&Path>, config: &LocalStack) -> Result<Volume> {
        let (path, origin) = if let Some(path) = flag {
            (path.to_path_buf(), Origin::Flag)
        } else if let Some(path) = &config.volume {
            (path.clone(), Origin::Variable)
        } else if let Some(path) = of_lstk()? {
            (path, Origin::Lstk)
        } else if let Some(path) = &config.default_volume {
            (path.clone(), Origin::Default)
        } else {
            let failure = Failure::new(
                Code::Internal,
                "there is no home folder to look for LocalStack's volume in",
            );
            return Err(failure.hint("name the volume: `--volume DIR`").into());
        };
        let path = std::path::absolute(&path).with_context(|| format!("could not find {}", path.display()))?;
        Ok(Volume { path, origin })
    }

    /// Where the extensions' environment is.
    pub fn extensions(&self) -> PathBuf {
        self.path.join("lib").join("extensions").join("python_venv")
    }
}

/// What lstk says, where it is installed: a line for each emulator.
fn of_lstk() -> Result<Option<PathBuf>, Failure> {
    let answer = match child::answer(Command::new("lstk").args(["volume", "path"]), PATIENCE) {
        // Nor is a folder of that name a program.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => return Ok(None),
        Err(error) => return Err(unanswered(&error.to_string())),
        Ok(answer) => answer,
    };
    interrupt::check()?;
    let (said, _) = answer.map_err(|why| unanswered(&why))?;
    let paths = said.lines().map(str::trim).filter(|line| Path::new(line).is_absolute());
    of_aws(paths).map(Some).ok_or_else(|| unanswered("it names no folder"))
}

/// Extensions are of the AWS emulator.
fn of_aws<'a>(paths: impl Iterator<Item = &'a str>) -> Option<PathBuf> {
    let paths: Vec<&str> = paths.collect();
    let is_aws = |path: &&&str| {
        let name = Path::new(path).file_name().unwrap_or_default();
        name.to_string_lossy().starts_with("localstack-aws")
    };
    paths.iter().find(is_aws).or(paths.first()).map(PathBuf::from)
}

fn unanswered(why: &str) -> Failure {
    let failure = Failure::new(Code::ConfigInvalid, "lstk does not say where LocalStack's volume is");
    let failure = failure.problems(vec![Problem::new("lstk volume path", why)]);
    failure.hint("name the volume: `--volume DIR`, or set LOCALSTACK_VOLUME_DIR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_who_names_it_decides() {
        let mut config = LocalStack {
            volume: Some("/by/variable".into()),
            default_volume: Some("/by/default".into()),
            ..LocalStack::default()
        };
        let told =
            |flag: Option<&str>, config: &LocalStack| Volume::resolve(flag.map(Path::new), config).unwrap().to_string();
        assert_eq!(told(Some("/by/flag"), &config), "/by/flag (--volume)");
        assert_eq!(told(None, &config), "/by/variable (LOCALSTACK_VOLUME_DIR)");
        config.volume = None;
        config.default_volume = None;
        assert!(Volume::resolve(None, &config).is_err() || of_lstk().is_ok_and(|found| found.is_some()));
    }

    #[test]
    fn of_several_emulators_it_is_that_of_aws() {
        let found = |lines: &[&str]| of_aws(lines.iter().copied());
        assert_eq!(
            found(&["/c/localstack-snowflake", "/c/localstack-aws-4.14"]),
            Some("/c/localstack-aws-4.14".into())
        );
        assert_eq!(found(&["/my/own"]), Some("/my/own".into()));
        assert_eq!(found(&[]), None);
    }
}
