//! What a LocalStack extension is, and what its project or distribution says of itself.
//!
//! Data goes one way here as well: [`root`] (files) -> [`distribution`] (what is declared) -> [`packages`] (what will be in
//! it) -> [`code`] (what its modules bind) -> [`check`] (what is to be said) -> [`finding`] -> [`fix`].

pub mod check;
pub mod code;
pub mod distribution;
pub mod file;
pub mod finding;
pub mod fix;
pub mod metadata;
pub mod packages;
pub mod python;
pub mod record;
pub mod root;
pub mod text;
pub mod version;
mod wheel;
