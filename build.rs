//! What cargo cannot know: when the built-in templates changed, how the program starts fastest, and the table of
//! transliterations.

#![allow(
    clippy::disallowed_methods,
    reason = "cargo speaks to a build script through the environment"
)]

use std::path::Path;

#[cfg(unix)]
#[path = "build/linking.rs"]
mod linking;
#[path = "build/transliteration.rs"]
mod transliteration;

fn main() {
    // include_dir does not notice new files by itself.
    println!("cargo:rerun-if-changed=templates");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    let out = Path::new(&out);
    let generated = out.join("transliteration.rs");
    if let Err(error) = std::fs::write(&generated, transliteration::source()) {
        println!("cargo:error=writing {}: {error}", generated.display());
    }
    #[cfg(unix)]
    linking::link_statically(out);
}
