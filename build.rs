//! What cargo cannot know: when the built-in templates changed, how the program starts fastest, and the table of
//! transliterations.

#![allow(
    clippy::disallowed_methods,
    reason = "cargo speaks to a build script through the environment"
)]

use std::path::Path;
use std::process::Command;

#[path = "build/transliteration.rs"]
mod transliteration;

fn main() {
    // include_dir does not notice new files by itself.
    println!("cargo:rerun-if-changed=templates");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
    let generated = Path::new(&std::env::var("OUT_DIR").unwrap_or_default()).join("transliteration.rs");
    if let Err(error) = std::fs::write(&generated, transliteration::source()) {
        println!("cargo:error=writing {}: {error}", generated.display());
    }
    // One shared library less to find, map and bind at every start: the unwinder comes into the program itself, where
    // the C compiler has it as an archive. Measured by benches/compare: 0.1 ms of a start of 1 ms.
    let target = std::env::var("TARGET").unwrap_or_default();
    let is_native = std::env::var("HOST").is_ok_and(|host| host == target);
    if is_native && target.ends_with("-linux-gnu") && has_archive("libgcc_eh.a") {
        println!("cargo:rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// A C compiler answers with the full path of a library it has, and with the bare name of one it has not.
fn has_archive(name: &str) -> bool {
    let answer = Command::new("cc").arg(format!("-print-file-name={name}")).output();
    answer.is_ok_and(|answer| Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_absolute())
}
