//! Files that others have put somewhere, under a name that is expected: what is no file is not waited for.

use std::fs;
use std::io;
use std::path::Path;

/// Reads a file; of a pipe or a device there might be no end.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let kind = fs::metadata(path)?.file_type();
    // Of a folder the system says itself that it is one.
    if !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::other("is no file"));
    }
    fs::read(path)
}

/// The same as text.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("RECORD");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if made.is_ok_and(|made| made.success()) {
            assert!(read_text(&pipe).is_err());
        }
        assert_eq!(
            read_text(&folder.path().join("none")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }
}
