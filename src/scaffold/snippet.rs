//! A piece of template code in a manifest, with its place: it may only go wrong with the answers that it meets.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// An expression, or a text with `{{ expressions }}`.
    pub code: String,
    /// As `template.toml:LINE:COLUMN`.
    pub at: String,
    /// What it refers to, such as `project_name` or `git.email`; nothing where it does not parse.
    pub names: Vec<String>,
}
