//! The settings of Jinja2's `Environment` by their names, as a template may write them.

use serde_json::Value as Json;

use super::Syntax;

impl Syntax {
    /// Changes one setting, by the name that Jinja's own `Environment` has for it; the error says what is wrong with it.
    pub fn set(&mut self, key: &str, value: &Json) -> Result<(), String> {
        let text = || value.as_str().map(str::to_string).ok_or("must be a text");
        let flag = || value.as_bool().ok_or("must be true or false");
        match key {
            "block_start_string" => self.block.0 = text()?,
            "block_end_string" => self.block.1 = text()?,
            "variable_start_string" => self.variable.0 = text()?,
            "variable_end_string" => self.variable.1 = text()?,
            "comment_start_string" => self.comment.0 = text()?,
            "comment_end_string" => self.comment.1 = text()?,
            "line_statement_prefix" => self.line_statement = value.as_str().map(str::to_string),
            "line_comment_prefix" => self.line_comment = value.as_str().map(str::to_string),
            "trim_blocks" => self.trim_blocks = flag()?,
            "lstrip_blocks" => self.lstrip_blocks = flag()?,
            "autoescape" => self.autoescape = flag()?,
            "newline_sequence" => self.newline = text()?,
            // They only make Jinja faster or slower.
            "optimized" | "cache_size" | "auto_reload" | "enable_async" => {}
            "keep_trailing_newline" => return Err("cannot be set: cookiecutter sets it itself".to_string()),
            _ => return Err("is not a setting of Jinja that can be written in JSON".to_string()),
        }
        Ok(())
    }
}
