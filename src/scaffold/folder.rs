//! A folder on disk -> files in memory: regular ones only, and no more than any template needs.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};

use super::tree::File;
use crate::limits::{DEEPEST, LARGEST_FILE, MOST_BYTES, MOST_FILES};
use crate::parallel;

/// Every file below a folder with its path, `/` between the parts, in the order of the paths.
///
/// Regular files only: a symbolic link, also in place of the folder itself, or a device is an error that names it. The
/// paths are not checked further, a template's hold placeholders such as `{{ name | slug }}` that no project's may.
pub fn read(root: &Path) -> Result<Vec<(String, File)>> {
    let paths = list(root)?;
    let total = AtomicU64::new(0);
    let files = parallel::map(&paths, |path| {
        let file = read_file(&root.join(path))?;
        let size = file.content.len() as u64;
        if total.fetch_add(size, Ordering::Relaxed) + size > MOST_BYTES {
            bail!("{} has more than {} MiB", root.display(), MOST_BYTES >> 20);
        }
        Ok(file)
    });
    paths
        .into_iter()
        .zip(files)
        .map(|(path, file)| Ok((path, file?)))
        .collect()
}

/// The paths of every file below a folder, in order.
fn list(root: &Path) -> Result<Vec<String>> {
    refuse_link(root)?;
    let mut paths = Vec::new();
    let mut pending = vec![String::new()];
    while let Some(folder) = pending.pop() {
        let here = if folder.is_empty() {
            root.to_path_buf()
        } else {
            root.join(&folder)
        };
        if folder.matches('/').count() >= DEEPEST {
            bail!("{} is more than {DEEPEST} folders deep", here.display());
        }
        let reading = || format!("could not read the folder {}", here.display());
        for entry in fs::read_dir(&here).with_context(reading)? {
            let entry = entry.with_context(reading)?;
            let Ok(name) = entry.file_name().into_string() else {
                bail!(
                    "the file name {:?} in {} is not UTF-8",
                    entry.file_name(),
                    here.display()
                );
            };
            let path = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            let kind = entry.file_type().with_context(reading)?;
            if kind.is_dir() {
                pending.push(path);
            } else if kind.is_file() {
                paths.push(path);
            } else {
                bail!(
                    "{} is neither a file nor a folder; links and devices are not followed",
                    entry.path().display()
                );
            }
            if paths.len() > MOST_FILES {
                bail!("{} has more than {MOST_FILES} files", root.display());
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// Fails when the path is a symbolic link: it could lead out of the folder it is in.
pub fn refuse_link(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => bail!("{} is a link; links are not followed", path.display()),
        _ => Ok(()),
    }
}

/// One regular file.
pub fn read_file(path: &Path) -> Result<File> {
    let reading = || format!("could not read {}", path.display());
    let mut file = fs::File::open(path).with_context(reading)?;
    let metadata = file.metadata().with_context(reading)?;
    if metadata.len() > LARGEST_FILE {
        bail!("{} is larger than {} MiB", path.display(), LARGEST_FILE >> 20);
    }
    let mut content = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    file.read_to_end(&mut content).with_context(reading)?;
    Ok(File {
        content: content.into(),
        executable: is_executable(&metadata),
    })
}

/// Whether anybody may execute the file.
#[cfg(unix)]
pub fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
pub fn is_executable(_: &fs::Metadata) -> bool {
    false
}
