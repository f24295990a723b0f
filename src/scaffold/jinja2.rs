//! Jinja2, as cookiecutter has it, on top of minijinja.
//!
//! The two differ in the grammar of expressions, in whitespace around tags and in everything that is Python beneath
//! Jinja2: how values print, which methods they have, what `%` does. So a text is read as Jinja2 reads it
//! (`lexer`, `parser`) and written again in the part of the grammar where both agree, with filters of ours, whose names
//! begin with `__`, for everything else (`statements`, `writer`, `operators`). Values that a template makes or is given
//! are Python's (`value`, `sequence`, `dict`). Line numbers stay what they were.

use std::borrow::Cow;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

mod arguments;
mod arithmetic;
mod ast;
mod blocks;
mod bound_method;
mod bytes;
mod calls;
mod checks;
mod compare;
mod dict;
mod dict_methods;
mod expressions;
pub mod extensions;
mod filters;
mod format;
mod format_spec;
mod globals;
mod json;
mod letters;
mod lexer;
mod list_methods;
mod lists;
mod literals;
mod lookup;
mod markup;
mod members;
mod methods;
mod number_format;
mod number_methods;
mod numbers;
mod operators;
mod parser;
mod parts;
mod percent;
mod pretty;
mod print;
mod range;
mod scanner;
mod selection;
mod sequence;
mod settings;
mod statements;
mod str_methods;
mod substitution;
mod targets;
mod texts;
mod tokens;
mod urls;
mod value;
mod wrap;
mod writer;

pub use members::{Members, members};
pub use methods::may_call;
pub use substitution::substituted;

/// How texts are written: the arguments of Jinja2's `Environment`, with its defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syntax {
    pub block: (String, String),
    pub variable: (String, String),
    pub comment: (String, String),
    pub line_statement: Option<String>,
    pub line_comment: Option<String>,
    pub trim_blocks: bool,
    pub lstrip_blocks: bool,
    /// What ends a line of the result.
    pub newline: String,
    pub autoescape: bool,
    /// The tag of `jinja2.ext.do`.
    pub has_do: bool,
    /// The tags of `jinja2.ext.loopcontrols`.
    pub has_loop_controls: bool,
}

impl Default for Syntax {
    fn default() -> Self {
        let pair = |start: &str, end: &str| (start.to_string(), end.to_string());
        Syntax {
            block: pair("{%", "%}"),
            variable: pair("{{", "}}"),
            comment: pair("{#", "#}"),
            line_statement: None,
            line_comment: None,
            trim_blocks: false,
            lstrip_blocks: false,
            newline: "\n".to_string(),
            autoescape: false,
            has_do: false,
            has_loop_controls: false,
        }
    }
}

impl Syntax {
    /// Whether a text with nothing but names between the usual braces means what it always means.
    fn is_plain_default(&self) -> bool {
        let usual = Syntax {
            trim_blocks: self.trim_blocks,
            lstrip_blocks: self.lstrip_blocks,
            has_do: self.has_do,
            has_loop_controls: self.has_loop_controls,
            ..Syntax::default()
        };
        *self == usual
    }
}

/// An environment for texts that were translated.
///
/// It counts no steps and loads nothing; every text it gets, also an included one, has to be translated before.
pub fn environment(syntax: &Syntax) -> Result<Environment<'static>, String> {
    lexer::check(syntax)?;
    let mut environment = Environment::empty();
    let mut minijinja = minijinja::syntax::SyntaxConfig::builder();
    minijinja.keep_trailing_newline(true);
    let minijinja = minijinja.build().map_err(|error| error.to_string())?;
    environment.set_syntax(minijinja);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_debug(true);
    let escape = if syntax.autoescape {
        AutoEscape::Html
    } else {
        AutoEscape::None
    };
    environment.set_auto_escape_callback(move |_| escape.clone());
    environment.set_formatter(operators::print);
    environment.set_unknown_method_callback(|_, value, name, args| lookup::call(value, name, args));
    operators::register(&mut environment);
    filters::register(&mut environment, syntax);
    globals::register(&mut environment);
    Ok(environment)
}

/// A Jinja2 text as minijinja takes it, line for line; or the byte at which it is wrong, and how.
pub fn translate<'a>(source: &'a str, syntax: &Syntax) -> Result<Cow<'a, str>, (usize, String)> {
    lexer::check(syntax).map_err(|message| (0, message))?;
    if lexer::is_plain(source, syntax) {
        return Ok(Cow::Borrowed(source));
    }
    let text = lexer::normalised(source);
    let translated = statements::translated(&text, syntax);
    let translated = translated.map_err(|problem| (lexer::original(source, problem.at), problem.message))?;
    Ok(match translated == source {
        true => Cow::Borrowed(source),
        false => Cow::Owned(translated),
    })
}

/// A value as Python's `str()` prints it.
pub fn python_str(value: &Value) -> String {
    print::str(value)
}

/// A value as Python's `repr()` prints it.
pub fn python_repr(value: &Value) -> String {
    print::repr(value)
}

/// What Python's `json.loads` makes of it.
pub fn value_of(json: &serde_json::Value) -> Value {
    json::value(json)
}

/// Whether there is nothing to render in a text.
pub fn is_plain(source: &str, syntax: &Syntax) -> bool {
    lexer::is_plain(source, syntax)
}
