//! Commands for people who develop extensions.

pub mod check;
pub mod disable;
pub mod enable;
pub mod list;
pub mod new;
pub mod run;
pub mod start;
