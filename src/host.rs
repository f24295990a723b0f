//! LocalStack on this machine: the volume that its container keeps its files in, the extensions there, and those that it takes
//! from their folders.
//!
//! ```text
//! Volume -> Environment -> Spec, Requirements -> Engine (Contained | Local) -> verdict -> Installed
//! List -> Enabled -> Start -> docker run | compose | lstk
//! ```

mod contained;
pub mod container;
pub mod developer;
pub mod docker;
pub mod engine;
pub mod environment;
pub mod installed;
pub mod kept;
pub mod local;
pub mod requirements;
pub mod spec;
pub mod start;
pub mod verdict;
pub mod volume;
mod whole;
