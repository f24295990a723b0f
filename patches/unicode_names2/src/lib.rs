//! Takes the place of the crate of this name, whose table would be an eighth of the program.
//!
//! Ruff's parser asks it for the character that `"\N{SNOWMAN}"` stands for. Nothing in this program reads such a character:
//! it looks at the names of classes and the texts of metadata, and a name with one in it is no name for a URL anyway.

/// Some character for every name, so that no string is refused for a name that Python may know.
pub fn character(_name: &str) -> Option<char> {
    Some(char::REPLACEMENT_CHARACTER)
}
