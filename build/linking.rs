//! A program without shared libraries, where glibc can make one.
//!
//! Finding, mapping and binding libc, libm and libgcc takes a fifth of the time of a short run, and again of every fork.
//! Cargo has a switch for it (`+crt-static`), but only on the command line and together with `--target`; so the linker is
//! told here, with what rustc tells it then.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What rustc asks the linker for, and the archive that has the same.
const LIBRARIES: [(&str, &str); 7] = [
    ("gcc_s", "gcc_eh"),
    ("c", "c"),
    ("dl", "dl"),
    ("m", "m"),
    ("pthread", "pthread"),
    ("rt", "rt"),
    ("util", "util"),
];

/// Linkers other than LLVM's look into an archive once; these three need each other.
const AGAIN: &str = "-Wl,--start-group,-lgcc,-lgcc_eh,-lc,--end-group";

/// What Rust's library uses where it is there, and does not ask an archive for. Without the first two it starts programs in
/// another way, which takes a file of any kind for a shell script.
const OPTIONAL: [&str; 6] = [
    "gnu_get_libc_version",
    "posix_spawn_file_actions_addchdir_np",
    "__cxa_thread_atexit_impl",
    "copy_file_range",
    "gettid",
    "statx",
];

/// It stays one that the kernel loads at a random address; that costs relocations, which are kept in their short form.
const OPTIONS: [&str; 2] = ["-static-pie", "-Wl,-z,pack-relative-relocs"];

/// Has to be relocated to end well.
const PROBE: &str = "static int zero; int *volatile place = &zero; int main(void) { return *place; }\n";

/// Tells cargo how to link the program; `folder` is for files that the linker needs.
pub(super) fn link_statically(folder: &Path) {
    let target = std::env::var("TARGET").unwrap_or_default();
    let is_native = std::env::var("HOST").is_ok_and(|host| host == target);
    if !is_native || !target.ends_with("-linux-gnu") || !probe(folder) {
        return;
    }
    // rustc asks for shared libraries by name; in the first folder that has one of that name, an archive will do.
    let archives = folder.join("archives");
    let _ = std::fs::remove_dir_all(&archives);
    let _ = std::fs::create_dir_all(&archives);
    let linked = LIBRARIES.iter().all(|(name, archive)| {
        let archive = found(&format!("lib{archive}.a"));
        archive.is_some_and(|archive| symlink(archive, archives.join(format!("lib{name}.a"))).is_ok())
    });
    if !linked {
        return;
    }
    for option in OPTIONS {
        println!("cargo:rustc-link-arg-bins={option}");
    }
    println!("cargo:rustc-link-arg-bins=-L{}", archives.display());
    for name in OPTIONAL {
        println!("cargo:rustc-link-arg-bins=-Wl,--undefined={name}");
    }
    println!("cargo:rustc-link-arg-bins={AGAIN}");
}

/// Whether such a program can be linked here, and runs: a linker may know what the C library does not.
fn probe(folder: &Path) -> bool {
    let (source, program) = (folder.join("probe.c"), folder.join("probe"));
    let mut compiler = Command::new("cc");
    compiler
        .args(OPTIONS)
        .arg("-Wl,--fatal-warnings")
        .arg(&source)
        .arg("-o")
        .arg(&program);
    std::fs::write(&source, PROBE).is_ok()
        && compiler.output().is_ok_and(|made| made.status.success())
        && Command::new(&program).status().is_ok_and(|ended| ended.success())
}

/// A C compiler answers with the full path of a library it has, and with the bare name of one it has not.
fn found(name: &str) -> Option<PathBuf> {
    let answer = Command::new("cc")
        .arg(format!("-print-file-name={name}"))
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim());
    path.is_absolute().then_some(path)
}
