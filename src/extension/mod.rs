//! What a LocalStack extension project says of itself.

pub mod metadata;
