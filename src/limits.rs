//! How much a template may be, wherever it is read from, and what it may give: little enough to hold in memory.

/// Of a folder, or of a commit with the folders counted too.
pub const MOST_FILES: usize = 50_000;
/// Of all files together.
pub const MOST_BYTES: u64 = 200 << 20;
pub const LARGEST_FILE: u64 = 10 << 20;
/// Folders within folders.
pub const DEEPEST: usize = 64;
