//! The time zone of this machine.

use std::sync::OnceLock;

use jiff::tz::TimeZone;

/// What `/etc/localtime` says where `TZ` says nothing, as for the C library.
///
/// jiff reads every zone there is to tell the name of this one, which nobody asks for here and takes as long as a project.
pub(super) fn zone() -> &'static TimeZone {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    ZONE.get_or_init(|| of_this_machine().unwrap_or_else(TimeZone::system))
}

#[cfg(unix)]
fn of_this_machine() -> Option<TimeZone> {
    #[expect(clippy::disallowed_methods, reason = "it is the C library's, and jiff reads it too")]
    let is_named = std::env::var_os("TZ").is_some();
    if is_named {
        return None;
    }
    TimeZone::tzif("local", &std::fs::read("/etc/localtime").ok()?).ok()
}

#[cfg(not(unix))]
fn of_this_machine() -> Option<TimeZone> {
    None
}
