//! LocalStack on this machine: the volume that its container keeps its files in, and the extensions there.

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
