//! Places where tests make the operating system fail; empty unless built with the feature `failpoints`.

use std::io;

/// Fails with the `errno` a test configured for this place, or stops the process dead as `kill -9` would.
#[cfg(feature = "failpoints")]
pub(crate) fn point(name: &str) -> io::Result<()> {
    fail::fail_point!(name, |action| match action.as_deref() {
        Some("kill") => std::process::abort(),
        action => {
            let errno = action.and_then(|errno| errno.parse().ok()).unwrap_or_default();
            Err(io::Error::from_raw_os_error(errno))
        }
    });
    Ok(())
}

#[cfg(not(feature = "failpoints"))]
#[inline]
pub(crate) fn point(_name: &str) -> io::Result<()> {
    Ok(())
}
