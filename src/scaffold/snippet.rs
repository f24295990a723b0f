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

impl Snippet {
    /// Whether it is nothing but this name, as `{{ name }}`.
    pub fn is(&self, name: &str) -> bool {
        let inside = self.code.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        inside.is_some_and(|inside| inside.trim() == name || inside.trim().strip_prefix("cookiecutter.") == Some(name))
    }
}
