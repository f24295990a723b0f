//! The names that a text refers to, found without rendering it.

use super::{Engine, UNESCAPED, confined, described};
use crate::failure::Problem;
use crate::scaffold::jinja2;
use crate::scaffold::words::{Role, Word, words, words_of_expression};

/// The name that texts of cookiecutter's have all variables under.
pub const GROUP: &str = "cookiecutter";

/// The function that shows everything there is.
pub const DEBUG: &str = "debug";

/// `git` of `git.email`.
pub fn root(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

impl Engine {
    /// The names a text refers to, such as `project_name` or `git.email`.
    pub fn references(&self, source: &str) -> Result<Vec<String>, String> {
        if !self.is_code(source) {
            return Ok(Vec::new());
        }
        let prepared = self.prepared(source).map_err(|error| error.message)?;
        let template = confined(|| self.environment.template_from_named_str(UNESCAPED, &prepared));
        let template = template.map_err(|error| described(&error))?;
        let names = self.not_global(template.undeclared_variables(true), &mentioned(source));
        Ok(self.with_members(names, source))
    }

    /// The variables that a text of cookiecutter's refers to; why it cannot be read.
    pub fn variables(&self, source: &str) -> Result<Vec<String>, String> {
        if !self.is_code(source) {
            return Ok(Vec::new());
        }
        confined(|| self.prepared(source).map(drop)).map_err(|error| error.message)?;
        Ok(self.with_members(vec![GROUP.to_string()], source))
    }

    /// Whether a text may call one of these methods.
    pub fn may_call(&self, source: &str, methods: &[&str]) -> bool {
        let may_call = |syntax| jinja2::may_call(source, syntax, methods);
        self.jinja2.as_ref().is_some_and(may_call)
    }

    /// With the variables that cookiecutter's templates call by their group, in place of the group.
    fn with_members(&self, mut names: Vec<String>, source: &str) -> Vec<String> {
        let Some(syntax) = &self.jinja2 else { return names };
        let members = jinja2::members(source, syntax, GROUP);
        names.retain(|name| root(name) != GROUP || members.is_used_whole);
        names.extend(members.names);
        names.sort();
        names.dedup();
        names
    }

    /// The names an expression refers to.
    pub fn references_of_expression(&self, expression: &str) -> Result<Vec<String>, String> {
        let compiled = confined(|| self.environment.compile_expression(expression));
        let compiled = compiled.map_err(|error| described(&error))?;
        Ok(self.not_global(compiled.undeclared_variables(true), &words_of_expression(expression)))
    }

    /// The names a file's text refers to; its syntax error has its place.
    pub fn references_of_file(&self, name: &str, source: &str) -> Result<Vec<String>, Problem> {
        let prepared = self.prepared(source).map_err(|error| error.located(name, source))?;
        let template = confined(|| self.environment.template_from_named_str(name, &prepared));
        let template = template.map_err(|error| self.problem(name, name, source, &error))?;
        let names = self.not_global(template.undeclared_variables(true), &mentioned(source));
        Ok(self.with_members(names, source))
    }

    /// In order, without the functions that every text may call; but for [`DEBUG`], which may be the key of a question.
    ///
    /// The engine does not tell the names in slices and in some other places, so those that are `mentioned` count too.
    fn not_global(&self, told: impl IntoIterator<Item = String>, mentioned: &[Word<'_>]) -> Vec<String> {
        let globals: Vec<&str> = self
            .environment
            .globals()
            .map(|(name, _)| name)
            .filter(|name| *name != DEBUG)
            .collect();
        let mut names: Vec<String> = told.into_iter().collect();
        let mentioned = mentioned.iter().filter(|_| self.jinja2.is_none());
        for word in mentioned.filter(|word| word.role == Role::Name) {
            if !OPERATORS.contains(&word.text) && !names.iter().any(|name| root(name) == word.text) {
                names.push(word.text.to_string());
            }
        }
        names.retain(|name| !globals.contains(&root(name)));
        names.sort();
        names
    }
}

/// The words of a text without blocks: one with blocks may have names of its own.
fn mentioned(source: &str) -> Vec<Word<'_>> {
    match source.contains("{%") {
        true => Vec::new(),
        false => words(source),
    }
}

/// Words of expressions that are no names.
pub const OPERATORS: [&str; 13] = [
    "and", "else", "false", "False", "if", "in", "is", "none", "None", "not", "or", "true", "True",
];
