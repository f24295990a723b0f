//! Commands for people who develop extensions.

pub mod new;
pub mod run;
