//! Templates made to hurt: whatever they hold, only new regular files below the destination are written, and nothing
//! but plain text is printed. `THREAT_MODEL.md` says which test proves what.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::Sandbox;

mod bombs;
mod cases;
mod destination;
mod escapes;
mod links;
mod manifests;
mod measure;
mod names;
mod parts;
mod processes;
mod screen;
mod special;

const HEADER: &str = "[template]\nname = \"ours\"\nversion = \"1\"\ndescription = \"Our skeleton\"\n";

/// Makes a project of the template `t` in the folder `p`.
const NEW: [&str; 7] = ["dev", "new", "p", "--template", "./t", "--defaults", "--no-git"];

/// A template `t` with these files, each by its path there, and beside it what belongs to nobody's template.
fn template(manifest: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with_identity();
    sandbox.write("t/template.toml", &format!("{HEADER}{manifest}"));
    fs::create_dir_all(sandbox.path("t/files")).unwrap();
    for (path, content) in files {
        sandbox.write(&format!("t/{path}"), content);
    }
    sandbox.write("secret/key", SECRET);
    sandbox.write("secret/template.toml", HEADER);
    sandbox
}

/// How something comes into a template.
type Make = fn(&Sandbox);

const SECRET: &str = "the content of a private key";

/// Everything in the sandbox but what `p` and the cache hold: its kind and mode, and what is in it.
fn world(sandbox: &Sandbox) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut pending = vec![sandbox.path("..").canonicalize().unwrap()];
    let left_out =
        [sandbox.path("p"), sandbox.path("../home/.cache")].map(|path| fs::canonicalize(&path).unwrap_or(path));
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if left_out.contains(&path) {
                continue;
            }
            let metadata = path.symlink_metadata().unwrap();
            let what = match metadata.file_type() {
                kind if kind.is_dir() => {
                    pending.push(path.clone());
                    String::new()
                }
                kind if kind.is_symlink() => format!("link to {}", fs::read_link(&path).unwrap().display()),
                kind if kind.is_fifo() || kind.is_socket() || kind.is_char_device() => "special".to_string(),
                _ if metadata.len() > 1 << 20 => format!("{} bytes", metadata.len()),
                _ => String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
            };
            found.insert(path, format!("{:o} {what}", metadata.permissions().mode()));
        }
    }
    found
}

/// git in a folder of the sandbox, as nobody in particular.
fn git(sandbox: &Sandbox, folder: &str, args: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "init.defaultBranch=main",
            "-c",
            "core.protectNTFS=false",
            "-c",
            "core.protectHFS=false",
        ])
        .args(args)
        .current_dir(sandbox.path(folder))
        .env_clear()
        .envs(sandbox.environment())
        .stdin(Stdio::null())
        .output()
        .expect("git");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {args:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

/// Makes the folder `t` a repository with one commit, and returns its address.
fn committed(sandbox: &Sandbox) -> String {
    if !sandbox.path("t/.git").exists() {
        git(sandbox, "t", &["init", "-q"]);
    }
    git(sandbox, "t", &["add", "--all", "--force"]);
    git(sandbox, "t", &["commit", "-qm", "x"]);
    address(sandbox)
}

fn address(sandbox: &Sandbox) -> String {
    format!("file://{}", sandbox.path("t").display())
}

/// The arguments of [`NEW`] with another template.
fn new_from(template: &str) -> Vec<&str> {
    NEW.map(|word| if word == "./t" { template } else { word }).to_vec()
}

fn link(sandbox: &Sandbox, target: impl AsRef<Path>, path: &str) {
    symlink(target, sandbox.path(path)).unwrap();
}

fn remove(path: &Path) {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path).unwrap(),
        Ok(_) => fs::remove_file(path).unwrap(),
        Err(_) => {}
    }
}
