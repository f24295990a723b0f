//! A folder on disk -> files in memory: regular ones only, and no more than any template needs.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};

use super::tree::File;
use crate::limits::{DEEPEST, LARGEST_FILE, LONGEST_PATHS, MOST_BYTES, MOST_FILES};
use crate::parallel;

/// More names than anybody reads of what is in the way.
const MOST_NAMED: usize = 20;

/// Every file below a folder with its path, `/` between the parts, in the order of the paths.
///
/// Regular files only: a symbolic link, also in place of the folder itself, or a device is an error that names it. The
/// paths are not checked further, a template's hold placeholders such as `{{ name | slug }}` that no project's may.
pub fn read(root: &Path) -> Result<Vec<(String, File)>> {
    let paths = list(root)?;
    let total = AtomicU64::new(0);
    let files = parallel::map(&paths, |path| {
        let file = read_listed(&root.join(path))?;
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
pub fn list(root: &Path) -> Result<Vec<String>> {
    refuse_link(root)?;
    let mut paths = Vec::new();
    let mut pending = vec![String::new()];
    let (mut count, mut length) = (0, 0);
    let mut odd: Vec<String> = Vec::new();
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
            count += 1;
            length += path.len();
            if count > MOST_FILES || length > LONGEST_PATHS {
                bail!("{} has more than {MOST_FILES} files and folders", root.display());
            }
            let kind = entry.file_type().with_context(reading)?;
            if kind.is_dir() {
                pending.push(path);
            } else if kind.is_file() {
                paths.push(path);
            } else {
                odd.push(entry.path().display().to_string());
            }
        }
    }
    odd.sort();
    match odd.as_slice() {
        [] => {}
        [one] => bail!("{one} is neither a file nor a folder; links and devices are not followed"),
        several => bail!(
            "{} are neither files nor folders; links and devices are not followed",
            several[..several.len().min(MOST_NAMED)].join(", ")
        ),
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

/// Fails when something else than a file or a folder is at the path: a link, a pipe, a device.
fn refuse_special(path: &Path) -> Result<()> {
    refuse_link(path)?;
    match path.symlink_metadata() {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
            bail!(
                "{} is not a regular file; pipes and devices are not read",
                path.display()
            )
        }
        _ => Ok(()),
    }
}

/// Neither waits for a pipe nor follows a link that came to the place just now.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<fs::File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<fs::File> {
    fs::File::open(path)
}

/// One regular file; none where there is nothing.
pub fn read_if_there(path: &Path) -> Result<Option<File>> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => read_file(path).map(Some),
    }
}

/// One regular file.
pub fn read_file(path: &Path) -> Result<File> {
    refuse_special(path)?;
    read_listed(path)
}

/// One that was a regular file a moment ago.
fn read_listed(path: &Path) -> Result<File> {
    let reading = || format!("could not read {}", path.display());
    let file = open(path).with_context(reading)?;
    let metadata = file.metadata().with_context(reading)?;
    if !metadata.is_file() {
        bail!("{} is not a regular file", path.display());
    }
    let too_large = || format!("{} is larger than {} MiB", path.display(), LARGEST_FILE >> 20);
    if metadata.len() > LARGEST_FILE {
        bail!(too_large());
    }
    // Not every file system knows how long a file is before it was read.
    let mut content = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    file.take(LARGEST_FILE + 1)
        .read_to_end(&mut content)
        .with_context(reading)?;
    if content.len() as u64 > LARGEST_FILE {
        bail!(too_large());
    }
    Ok(File {
        content: content.into(),
        executable: is_executable(&metadata),
        permissions: None,
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

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_is_read_to_its_end_whatever_length_it_says() {
        let path = std::path::Path::new("/proc/version");
        assert_eq!(path.metadata().unwrap().len(), 0);
        let file = super::read_file(path).unwrap();
        assert!(file.content.starts_with(b"Linux"));
    }
}
