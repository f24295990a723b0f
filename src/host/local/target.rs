//! What is installed for: the Python and the platform of LocalStack's image, and the packages that it brings.

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use serde_json::{Value, json};

use crate::extension::distribution::normalized;
use crate::runtime::locked;

/// The glibc of the oldest Debian that an image with Python 3.13 was made of.
const GLIBC: u32 = 36;
/// The oldest one that wheels are named after, but for names of another form.
const OLDEST_GLIBC: u32 = 17;

/// LocalStack itself, which some extensions say they need.
const LOCALSTACK: [(&str, &str); 3] = [
    ("localstack", "4.14.0"),
    ("localstack-core", "4.14.0"),
    ("localstack-ext", "4.14.0"),
];

#[derive(Clone, Debug)]
pub(super) struct Target {
    /// `3.13`
    pub(super) python: String,
    /// What LocalStack's image has, by normal name: a second one beside it would never be imported.
    pub(super) provided: BTreeMap<String, String>,
}

impl Target {
    /// But for what is asked for in so many words.
    pub(super) fn new(python: &str, asked: &[String]) -> Target {
        let localstack = LOCALSTACK.map(|(name, version)| (name.to_string(), version.to_string()));
        let locked = locked().map(|(name, version)| (normalized(name), version.to_string()));
        let mut provided: BTreeMap<String, String> = locked.chain(localstack).collect();
        provided.retain(|name, _| !asked.contains(name));
        Target {
            python: python.to_string(),
            provided,
        }
    }

    /// As uv calls it. The image is of the architecture of this machine.
    pub(super) fn uv_platform(&self) -> String {
        format!("{ARCH}-manylinux_2_{GLIBC}")
    }

    /// What a package lacks that cannot be had otherwise.
    pub(super) fn unserved(&self) -> String {
        let platform = self.uv_platform();
        format!(
            "no wheel for LocalStack's container (Python {}, {platform})",
            self.python
        )
    }

    /// Lines for uv's `--overrides`: what is never wanted.
    pub(super) fn overrides(&self) -> String {
        let line = |name: &String| format!("{name} ; sys_platform == 'never'\n");
        self.provided.keys().map(line).collect()
    }

    /// Arguments of pip.
    pub(super) fn pip_platform(&self) -> Vec<String> {
        let abi = format!("cp{}", self.python.replace('.', ""));
        let mut arguments = vec![
            "--implementation=cp".to_string(),
            format!("--python-version={}", self.python),
        ];
        arguments.extend([abi.as_str(), "abi3", "none"].map(|abi| format!("--abi={abi}")));
        let versions = (OLDEST_GLIBC..=GLIBC).rev();
        arguments.extend(versions.map(|minor| format!("--platform=manylinux_2_{minor}_{ARCH}")));
        arguments.push(format!("--platform=manylinux2014_{ARCH}"));
        arguments
    }

    /// What pip asks its own Python for, and shall take from here: markers like `python_version >= "3.13"`.
    pub(super) fn markers(&self) -> Value {
        json!({
            "implementation_name": "cpython",
            "implementation_version": format!("{}.0", self.python),
            "os_name": "posix",
            "platform_machine": ARCH,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": format!("{}.0", self.python),
            "python_version": self.python,
            "sys_platform": "linux",
        })
    }

    /// Whether a wheel's tag says that the container can load it: `cp313-cp313-manylinux_2_17_x86_64`. One that was built on this
    /// machine is for this machine.
    pub(super) fn takes(&self, tag: &str) -> bool {
        let platform = tag.rsplit('-').next().unwrap_or_default();
        platform == "any" || platform.starts_with("manylinux") && platform.ends_with(ARCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_image_brings_is_left_out() {
        let target = Target::new("3.13", &["requests".to_string()]);
        let overrides = target.overrides();
        assert!(overrides.contains("localstack-core ; sys_platform == 'never'\n"));
        assert!(overrides.contains("\nboto3 ;") && overrides.contains("\njsonschema-specifications ;"));
        assert!(!overrides.contains("\nrequests ;"));
    }

    #[test]
    fn wheels_of_this_machine_are_not_for_the_container() {
        let target = Target::new("3.13", &[]);
        for (tag, takes) in [
            ("py3-none-any".to_string(), true),
            (format!("cp313-cp313-manylinux_2_17_{ARCH}"), true),
            (format!("cp313-cp313-linux_{ARCH}"), false),
            ("cp313-cp313-macosx_11_0_arm64".to_string(), false),
            ("cp313-cp313-manylinux2014_riscv64".to_string(), false),
        ] {
            assert_eq!(target.takes(&tag), takes, "{tag}");
        }
    }
}
