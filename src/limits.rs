//! How much a template may be, wherever it is read from, and what it may give: little enough to hold in memory.

/// With the folders counted too where a template is read.
pub const MOST_FILES: usize = 50_000;
/// Of all files together.
pub const MOST_BYTES: u64 = 200 << 20;
pub const LARGEST_FILE: u64 = 10 << 20;
/// Of the paths of all files together.
pub const LONGEST_PATHS: usize = 16 << 20;
/// Of a manifest.
pub const LARGEST_MANIFEST: usize = 1 << 20;
/// Questions, computed values and file rules of a manifest together: nobody answers more.
pub const MOST_ENTRIES: usize = 1_000;
/// Folders within folders.
pub const DEEPEST: usize = 64;
