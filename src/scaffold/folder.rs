//! A folder on disk -> files in memory: regular ones only, and no more than any template needs.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use bytes::Bytes;

use super::room;
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
    let places = paths.into_iter().map(|path| (root.join(&path), path)).collect();
    read_all(root, places, read_listed)
}

/// Files at their places, each with the path it is to have; together no more than a template may be.
pub fn read_all(
    root: &Path,
    places: Vec<(PathBuf, String)>,
    read: impl Fn(&Path) -> Result<File> + Sync,
) -> Result<Vec<(String, File)>> {
    let total = AtomicU64::new(0);
    let files = parallel::map(&places, |(place, _)| {
        let file = read(place)?;
        let size = file.content.len() as u64;
        if total.fetch_add(size, Ordering::Relaxed) + size > MOST_BYTES {
            bail!("{} has more than {} MiB", root.display(), MOST_BYTES >> 20);
        }
        Ok(file)
    });
    places
        .into_iter()
        .zip(files)
        .map(|((_, path), file)| Ok((path, file?)))
        .collect()
}

/// What is below a folder, by its path there, each in order.
#[derive(Debug, Default)]
pub struct Listing {
    pub files: Vec<String>,
    pub folders: Vec<String>,
    /// Where they lead is not looked at.
    pub links: Vec<String>,
    /// Pipes, devices and the like.
    special: Vec<String>,
}

/// The paths of every file below a folder, in order.
pub fn list(root: &Path) -> Result<Vec<String>> {
    let listing = survey(root)?;
    let mut odd = [listing.links, listing.special].concat();
    odd.sort();
    refuse(root, &odd, "links and devices are not followed")?;
    Ok(listing.files)
}

/// Everything below a folder; pipes and devices are an error, links are for the caller to judge.
pub fn list_all(root: &Path) -> Result<Listing> {
    let listing = survey(root)?;
    refuse(root, &listing.special, "pipes and devices are not read")?;
    Ok(listing)
}

/// The paths of the regular files below a folder, in order, whatever else is there.
pub fn regular(root: &Path) -> Result<Vec<String>> {
    Ok(survey(root)?.files)
}

/// Fails where there is something that is neither a file nor a folder.
fn refuse(root: &Path, odd: &[String], reason: &str) -> Result<()> {
    let shown = odd
        .iter()
        .take(MOST_NAMED)
        .map(|path| root.join(path).display().to_string());
    match shown.collect::<Vec<_>>().as_slice() {
        [] => Ok(()),
        [one] => bail!("{one} is neither a file nor a folder; {reason}"),
        several => bail!("{} are neither files nor folders; {reason}", several.join(", ")),
    }
}

fn survey(root: &Path) -> Result<Listing> {
    refuse_link(root)?;
    let mut listing = Listing::default();
    let mut pending = vec![String::new()];
    let (mut count, mut length) = (0, 0);
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
                pending.push(path.clone());
            }
            let kin = match kind {
                _ if kind.is_dir() => &mut listing.folders,
                _ if kind.is_file() => &mut listing.files,
                _ if kind.is_symlink() => &mut listing.links,
                _ => &mut listing.special,
            };
            kin.push(path);
        }
    }
    let Listing {
        files,
        folders,
        links,
        special,
    } = &mut listing;
    [files, folders, links, special]
        .into_iter()
        .for_each(|paths| paths.sort());
    Ok(listing)
}

/// Fails when the path is a symbolic link: it could lead out of the folder it is in.
pub fn refuse_link(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => bail!("{} is a link; links are not followed", path.display()),
        _ => Ok(()),
    }
}

/// Fails for something else than a file or a folder: a link, a pipe, a device.
fn refuse_special(path: &Path, metadata: &fs::Metadata) -> Result<()> {
    match metadata.file_type() {
        kind if kind.is_symlink() => bail!("{} is a link; links are not followed", path.display()),
        kind if kind.is_file() || kind.is_dir() => Ok(()),
        _ => bail!(
            "{} is not a regular file; pipes and devices are not read",
            path.display()
        ),
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
        found => read_found(path, found).map(Some),
    }
}

/// One regular file.
pub fn read_file(path: &Path) -> Result<File> {
    read_found(path, path.symlink_metadata())
}

/// A path that cannot be looked at may be one that can be read, and else is told by reading it.
fn read_found(path: &Path, found: io::Result<fs::Metadata>) -> Result<File> {
    if let Ok(metadata) = found {
        refuse_special(path, &metadata)?;
    }
    read_listed(path)
}

/// One that was a regular file a moment ago.
fn read_listed(path: &Path) -> Result<File> {
    Ok(read_with_metadata(path)?.0)
}

/// The same with its permissions.
pub fn read_permitted(path: &Path) -> Result<File> {
    let (file, metadata) = read_with_metadata(path)?;
    Ok(File {
        permissions: permissions(&metadata),
        ..file
    })
}

fn read_with_metadata(path: &Path) -> Result<(File, fs::Metadata)> {
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
    let content = read_content(file, metadata.len()).with_context(reading)?;
    if content.len() as u64 > LARGEST_FILE {
        bail!(too_large());
    }
    let file = File {
        content,
        executable: is_executable(&metadata),
        permissions: None,
    };
    Ok((file, metadata))
}

/// As much as the file says that it holds. Not every file system knows that before it was read, and says nothing.
fn read_content(mut file: fs::File, length: u64) -> io::Result<Bytes> {
    let known = usize::try_from(length).unwrap_or(0);
    let Some(room) = room::of(known) else {
        let most = if known == 0 { LARGEST_FILE + 1 } else { length };
        let mut content = Vec::with_capacity(known);
        file.take(most).read_to_end(&mut content)?;
        return Ok(content.into());
    };
    let mut filled = 0;
    while filled < room.len() {
        match file.read(&mut room[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Bytes::from_static(&room[..filled]))
}

/// What may be done with it, as `chmod` takes it.
#[cfg(unix)]
pub fn permissions(metadata: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
pub fn permissions(_: &fs::Metadata) -> Option<u32> {
    None
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
