//! How much a template or a project may be, wherever it is read from, and what it may give: little enough to hold in memory.

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

/// Of one file of an extension project that is looked at: code, metadata, a README.
pub const LARGEST_SOURCE: u64 = 2 << 20;
/// Files and folders of an extension project, or of a wheel.
pub const MOST_ENTRIES_OF_A_PROJECT: usize = 20_000;
/// Modules of one project that are read to find a class.
pub const MOST_MODULES: usize = 1_000;
/// Of a wheel.
pub const LARGEST_WHEEL: u64 = 200 << 20;
/// Faults of the syntax of one file: who has more has another kind of file.
pub const MOST_FAULTS: usize = 20;
/// Entry points in LocalStack's group of one distribution.
pub const MOST_EXTENSIONS: usize = 500;
