//! What cookiecutter's templates count on beside their texts; everything here does as cookiecutter 2.7.1 does.

pub mod binary;
pub mod newlines;
pub mod pattern;
