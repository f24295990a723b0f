//! Which localstack-core, and what it needs to run as its authors ran it.

use pep440_rs::Version;
use std::str::FromStr;

use super::event::Fatal;
use crate::failure::{Code, Failure, Problem};

/// The last release that the open repository has a tag for. LocalStack's own image has this Python.
const NEWEST_TAGGED: &str = "4.14.0";

/// LocalStack's own lock file at that tag: with what is newest today a core does not start.
///
/// Source: `requirements-runtime.txt` of the repository `localstack/localstack`, without its comments.
const CONSTRAINTS: &str = include_str!("../../runtime/constraints.txt");

/// What every other core pins itself, to other versions.
const PINNED_BY_CORE: [&str; 4] = ["awscli==", "boto3==", "botocore==", "s3transfer=="];

/// The first core whose services have syntax and imports of Python 3.13, whatever its metadata say.
const NEEDS_313: [u64; 2] = [4, 14];

/// Name and version of what LocalStack's image has beside LocalStack itself.
pub fn locked() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = CONSTRAINTS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (name, version) = line.split_once("==")?;
        let name = name.split('[').next().unwrap_or(name);
        let version = version.split([' ', ';']).next().unwrap_or(version);
        Some((name.trim(), version.trim()))
    })
}

/// A release of localstack-core, with the libraries for all of its services or for those it has itself.
#[derive(Clone, Debug)]
pub struct Core {
    version: Version,
    full: bool,
}

impl Core {
    /// The given release, else the newest that is known to work.
    pub fn new(version: Option<&str>, full: bool) -> Result<Core, Failure> {
        let version = version.unwrap_or(NEWEST_TAGGED);
        let parsed = Version::from_str(version).map_err(|_| {
            let message = format!("`{version}` is no version of localstack-core");
            Failure::invalid_input(message).hint(format!("one that works: `--core {NEWEST_TAGGED}`"))
        })?;
        Ok(Core { version: parsed, full })
    }

    pub fn version(&self) -> &Version {
        &self.version
    }

    /// `4.14.0-base`, a name for a folder.
    pub(super) fn name(&self) -> String {
        format!("{}-{}", self.version, if self.full { "full" } else { "base" })
    }

    /// What is installed. Jinja2 is what `WebAppExtension` renders pages with, and LocalStack's image always has it.
    pub(super) fn requirements(&self) -> Vec<String> {
        let extra = if self.full { "runtime" } else { "base-runtime" };
        vec![
            format!("localstack-core[{extra}]=={}", self.version),
            "jinja2".to_string(),
        ]
    }

    /// Lines for pip's `--constraint`.
    pub(super) fn constraints(&self) -> String {
        if self.version.to_string() == NEWEST_TAGGED {
            return CONSTRAINTS.to_string();
        }
        let is_free = |line: &&str| !PINNED_BY_CORE.iter().any(|name| line.starts_with(name));
        CONSTRAINTS
            .lines()
            .filter(is_free)
            .map(|line| format!("{line}\n"))
            .collect()
    }

    /// The Python 3 versions it runs on, by their second number, the best one first.
    pub(super) fn pythons(&self) -> &'static [u64] {
        match self.version.release() >= &NEEDS_313[..] {
            true => &[13],
            false => &[13, 12, 11],
        }
    }

    /// The services to offer, as LocalStack's variable `SERVICES` has them; any other one says that it is not enabled.
    pub fn services(&self) -> &'static str {
        match self.full {
            true => SERVICES_FULL,
            false if self.version.release() >= &[2026][..] => SERVICES_BASE_LATER,
            false => SERVICES_BASE,
        }
    }

    /// The failure of a Python that this core does not run on.
    pub(super) fn needs(&self) -> String {
        let versions: Vec<String> = self.pythons().iter().map(|minor| format!("3.{minor}")).collect();
        format!(
            "localstack-core {} runs on Python {}",
            self.version,
            versions.join(" or ")
        )
    }

    /// The failure when an installation did not work.
    pub(super) fn not_installed(&self) -> Failure {
        let message = format!("could not install localstack-core {}", self.version);
        Failure::new(Code::RuntimeUnavailable, message)
    }
}

impl Core {
    /// The failure of a core that cannot be imported, or does not serve.
    pub fn not_started(&self, fatal: &Fatal) -> Failure {
        let message = format!("localstack-core {} does not start: {}", self.version, fatal.error);
        let trace = Problem::new("Python says", fatal.trace.join("\n"));
        Failure::new(Code::RuntimeUnavailable, message).problems(vec![trace])
    }
}

/// Those that answer without moto, a program of their own, or Docker.
const SERVICES_BASE: &str = "cloudwatch,kms,s3,sns,sqs";
/// What later cores have of their own, too.
const SERVICES_BASE_LATER: &str = "cloudwatch,iam,kms,s3,sns,sqs,sts";
/// Those that answer without a program of their own or Docker. Left out is what downloads one at its first call: dynamodb,
/// kinesis, firehose, opensearch and es, transcribe; and lambda, which needs Docker.
const SERVICES_FULL: &str = "acm,apigateway,cloudformation,cloudwatch,config,ec2,events,iam,kms,logs,resource-groups,\
    resourcegroupstaggingapi,route53,route53resolver,s3,s3control,scheduler,secretsmanager,ses,sns,sqs,ssm,\
    stepfunctions,sts,support,swf";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_cores_pin_boto_themselves() {
        let core = |version| Core::new(version, false).unwrap();
        assert!(core(None).constraints().contains("\nbotocore==1.42.54\n"));
        for version in ["4.13.1", "2026.3.0"] {
            let constraints = core(Some(version)).constraints();
            assert!(
                !constraints.contains("boto") && !constraints.contains("awscli"),
                "{version}"
            );
            assert!(constraints.contains("\ncbor2==5.8.0\n"), "{version}");
        }
    }

    #[test]
    fn new_cores_need_a_new_python() {
        let pythons = |version| Core::new(Some(version), false).unwrap().pythons();
        assert_eq!(pythons("2026.3.0"), [13]);
        assert_eq!(pythons("4.14.0"), [13]);
        assert_eq!(pythons("4.13.1"), [13, 12, 11]);
        assert!(Core::new(Some("latest"), false).is_err());
    }
}
