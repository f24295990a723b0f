//! Why uv or pip failed, as far as their words tell: what would help where those alone leave a user lost.

use super::target::Target;
use crate::failure::{Code, Failure};

/// Of setuptools, uv, and what builds with Rust or libpq.
const COMPILING: [&str; 8] = [
    "is not compatible with the target",
    "unable to execute '",
    "error: command '",
    "error: Command '['",
    "gcc",
    "pg_config",
    "Rust compiler",
    "Python.h",
];

/// Of uv, pip, and git.
const UNREACHED: [&str; 5] = [
    "dns error",
    "error sending request",
    "Temporary failure in name resolution",
    "Could not resolve host",
    RETRYING,
];
const RETRYING: &str = "WARNING: Retrying (";

/// Lines that tell how the program works.
const NOISE: [&str; 3] = ["Using CPython", "Using Python", "Looking in "];

pub(super) fn hinted(mut failure: Failure, target: &Target) -> Failure {
    if failure.code == Code::Cancelled {
        return failure;
    }
    let mut is_compiling = false;
    let mut is_unreached = false;
    for problem in &mut failure.problems {
        let says = |texts: &[&str]| texts.iter().any(|text| problem.message.contains(text));
        is_unreached |= says(&UNREACHED);
        is_compiling |= says(&COMPILING);
        let mut retries = 0;
        let told: Vec<&str> = problem
            .message
            .lines()
            .filter(|line| !NOISE.iter().any(|noise| line.starts_with(noise)))
            .filter(|line| {
                retries += usize::from(line.starts_with(RETRYING));
                !line.starts_with(RETRYING) || retries == 1
            })
            .collect();
        problem.message = told.join("\n");
    }
    if is_unreached {
        failure.code = Code::Network;
        return failure.hint(
            "is there a network? `UV_DEFAULT_INDEX`, or `PIP_INDEX_URL` without uv, names another index than PyPI",
        );
    }
    match is_compiling {
        true => failure
            .hint(format!("it has compiled parts, and {}", target.unserved()))
            .hint(BUILDS),
        false => failure,
    }
}

/// What is left to whoever needs compiled parts.
pub(super) const BUILDS: &str = "`--engine container` builds in LocalStack's image, if that has what it takes";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Problem;

    fn told(text: &str) -> (Code, String, String) {
        let failure = Failure::new(Code::Validation, "could not install a").problems(vec![Problem::new("uv", text)]);
        let failure = hinted(failure, &Target::new("3.13", &[]));
        let message = failure.problems[0].message.clone();
        (failure.code, message, failure.hints.join("\n"))
    }

    #[test]
    fn compiled_parts_are_called_so() {
        for text in [
            "Using CPython 3.11.2 interpreter at: /x\nerror: Failed to build `a`\n  cause: The built wheel `a-1-cp311-cp311-linux_x86_64.whl` \
             is not compatible with the target Python 3.13 on Linux x86_64.",
            "error: command '/usr/bin/cc' failed with exit code 1",
            "error: Command '['/bin/false', '-O2', '-c', 'a.c']' returned non-zero exit status 1.",
            "Error: pg_config executable not found.",
        ] {
            let (code, message, hints) = told(text);
            assert!(code == Code::Validation && !message.contains("Using"), "{message}");
            assert!(
                hints.starts_with("it has compiled parts, and no wheel for LocalStack's container (Python 3.13, ")
                    && hints.ends_with(BUILDS),
                "{hints}"
            );
        }
        assert_eq!(told("No solution found").2, "");
    }

    #[test]
    fn no_network_is_told_once() {
        let retry = "WARNING: Retrying (Retry(total=4)) after connection broken";
        let (code, message, hints) = told(&format!("Looking in links: /x\n{retry}\n{retry}\nERROR: No matching"));
        assert_eq!(
            (code, message.as_str()),
            (Code::Network, &*format!("{retry}\nERROR: No matching"))
        );
        assert!(hints.starts_with("is there a network?"), "{hints}");
    }
}
