//! Commands for people who develop extensions.

pub mod check;
pub mod new;
pub mod run;
