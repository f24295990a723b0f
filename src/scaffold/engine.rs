//! The only door to minijinja: one strict environment, our filters, escaping by file name, errors with an excerpt.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value as Jinja, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::confine::confined;
use super::escape::Format;
use super::jinja2::{self, Syntax};
use super::naming;
use super::overlay;
use super::snippet::Snippet;
use super::value::Value;
use crate::failure::Problem;

mod excerpt;
mod references;
mod scope;
mod unknown;

use excerpt::{Untranslated, described, innermost, located, located_in, text_of};
pub use references::{DEBUG, GROUP, OPERATORS, root};
pub use scope::Scope;
pub use unknown::Unknown;

/// The name of a template that is an expression in the manifest or a part of a path, not a file: no escaping.
const UNESCAPED: &str = "";

/// Filters of Jinja that say how a value is escaped, which is for the file's name to say.
const BYPASSES: [&str; 3] = ["safe", "escape", "e"];

/// How many steps one text may take: seconds of work, which no honest template needs.
const FUEL: u64 = 10_000_000;

/// Renders template texts. Cheap to share between threads; it holds no values.
pub struct Engine {
    environment: Environment<'static>,
    /// How texts are written, where they are written for Jinja2.
    jinja2: Option<Syntax>,
    /// What texts may include.
    parts: Option<Parts>,
}

type Parts = Arc<dyn Fn(&str) -> Option<Part> + Send + Sync>;

/// A text that others may include, and its place in the template.
pub struct Part {
    pub text: String,
    pub place: String,
}

impl Engine {
    pub fn new() -> Self {
        let mut environment = Environment::new();
        let mut syntax = SyntaxConfig::builder();
        syntax.keep_trailing_newline(true).trim_blocks(true).lstrip_blocks(true);
        if let Ok(syntax) = syntax.build() {
            environment.set_syntax(syntax);
        }
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_debug(true);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|name| match Format::of(name.strip_suffix(".j2").unwrap_or(name)) {
            Format::Plain => AutoEscape::None,
            format => AutoEscape::Custom(format.name().into()),
        });
        environment.set_formatter(|out, state, value| {
            let format = match state.auto_escape() {
                AutoEscape::Custom(name) => Format::named(name),
                _ => Format::Plain,
            };
            format.write(out, value)
        });
        // `raw` is the way around escaping, and it looks at the value; these would not.
        for bypass in BYPASSES {
            environment.remove_filter(bypass);
        }
        environment.add_filter("raw", raw);
        environment.add_filter("slug", |text: &str| naming::slug(text));
        environment.add_filter("module_name", |text: &str| naming::module(text));
        environment.add_filter("class_name", |text: &str| naming::class(text));
        Engine {
            environment,
            jinja2: None,
            parts: None,
        }
    }

    /// An engine that does as Jinja2 does with cookiecutter's extensions.
    pub fn jinja2(syntax: &Syntax) -> Result<Self, String> {
        let mut environment = jinja2::environment(syntax)?;
        jinja2::extensions::add_to(&mut environment);
        environment.set_debug(true);
        environment.set_fuel(Some(FUEL));
        Ok(Engine {
            environment,
            jinja2: Some(syntax.clone()),
            parts: None,
        })
    }

    /// Whether rendering a text may change it.
    pub fn is_code(&self, text: &str) -> bool {
        match &self.jinja2 {
            Some(syntax) => !jinja2::is_plain(text, syntax),
            None => text.contains('{'),
        }
    }

    /// Whether that is so of any text in a value.
    pub fn is_code_in(&self, value: &Value) -> bool {
        match value {
            Value::Text(text) => self.is_code(text),
            Value::Bool(_) => false,
            Value::List(items) => items.iter().any(|item| self.is_code(item)),
            Value::Data(data) => overlay::rendered(data, &|text: &str| match self.is_code(text) {
                true => Err(()),
                false => Ok(String::new()),
            })
            .is_err(),
        }
    }

    /// The text as the engine takes it.
    fn prepared<'a>(&self, source: &'a str) -> Result<Cow<'a, str>, Untranslated> {
        match &self.jinja2 {
            Some(syntax) => {
                jinja2::translate(source, syntax).map_err(|(offset, message)| Untranslated { offset, message })
            }
            None => Ok(Cow::Borrowed(source)),
        }
    }

    /// Lets texts include, extend and import these, by their path in the template; nothing else can be.
    pub fn set_parts(&mut self, parts: impl Fn(&str) -> Option<Part> + Send + Sync + 'static) {
        let parts: Parts = Arc::new(parts);
        let syntax = self.jinja2.clone();
        self.parts = Some(Arc::clone(&parts));
        self.environment.set_auto_reload(false);
        self.environment.set_loader(move |name| match (parts(name), &syntax) {
            (Some(part), Some(syntax)) => match jinja2::translate(&part.text, syntax) {
                Ok(text) => Ok(Some(text.into_owned())),
                Err((_, message)) => Err(Error::new(
                    ErrorKind::SyntaxError,
                    format!("in `{}`: {message}", part.place),
                )),
            },
            (part, _) => Ok(part.map(|part| part.text)),
        });
    }

    /// What went wrong with the text `source`, called `name` by others and at `at` in the template, or in one it includes.
    fn problem(&self, at: &str, name: &str, source: &str, error: &Error) -> Problem {
        let cause = innermost(error);
        let text = text_of(cause, name);
        let part = match text == name {
            true => None,
            false => self.parts.as_ref().and_then(|parts| parts(text)),
        };
        let place = part
            .as_ref()
            .map_or(if text == name { at } else { text }, |part| &part.place);
        match self.jinja2.is_some() {
            true => located_in(place, part.as_ref().map_or(source, |part| &part.text), cause),
            false => located(place, cause),
        }
    }

    /// Renders a file's text; `name` is its path in the template and decides how values are escaped.
    pub fn render_file(&self, name: &str, source: &str, scope: &Scope) -> Result<String, Problem> {
        self.render_named(name, name, source, scope)
    }

    /// The same for a text that is called something else by those that include it; `at` is its path in the template.
    pub fn render_named(&self, at: &str, name: &str, source: &str, scope: &Scope) -> Result<String, Problem> {
        let prepared = self.prepared(source).map_err(|error| error.located(at, source))?;
        let rendered = confined(|| self.environment.render_named_str(name, &prepared, scope.context()));
        rendered.map_err(|error| self.problem(at, name, source, &error))
    }

    /// A text with nothing but names of variables in it, with their values; to be asked first where no text changes what
    /// another sees.
    pub fn substituted(&self, source: &str, scope: &Scope) -> Option<String> {
        jinja2::substituted(source, self.jinja2.as_ref()?, GROUP, scope.data(GROUP)?)
    }

    /// Renders a text of the manifest or one part of a path; `place` names it in errors.
    pub fn render_text(&self, place: &str, source: &str, scope: &Scope) -> Result<String, Problem> {
        if !self.is_code(source) {
            return Ok(source.to_string());
        }
        let prepared = self
            .prepared(source)
            .map_err(|error| Problem::new(place, error.message))?;
        let rendered = confined(|| self.environment.render_named_str(UNESCAPED, &prepared, scope.context()));
        rendered.map_err(|error| Problem::new(place, described(&error)))
    }

    /// Whether an expression holds.
    pub fn holds(&self, expression: &Snippet, scope: &Scope) -> Result<bool, Problem> {
        confined(|| self.evaluate(expression, scope).map(|value| value.is_true()))
    }

    /// The items of the list that an expression gives, as texts.
    pub fn items(&self, expression: &Snippet, scope: &Scope) -> Result<Vec<String>, Problem> {
        let problem = |message: String| Problem::new(&expression.at, message);
        confined(|| {
            let value = self.evaluate(expression, scope)?;
            let kind = value.kind();
            let items = match kind {
                ValueKind::Seq | ValueKind::Iterable => value.try_iter().ok(),
                _ => None,
            };
            let Some(items) = items else {
                return Err(problem(format!("gives a {kind} where a list is needed")));
            };
            let items: Vec<String> = items.take(MOST_ITEMS + 1).map(|item| item.to_string()).collect();
            match items.len() > MOST_ITEMS {
                true => Err(problem(format!("gives more than {MOST_ITEMS} items"))),
                false => Ok(items),
            }
        })
    }

    /// To be called within the limits: also dropping what an expression gives may take long.
    fn evaluate(&self, expression: &Snippet, scope: &Scope) -> Result<Jinja, Problem> {
        let compiled = self.environment.compile_expression(&expression.code);
        let value = compiled.and_then(|compiled| compiled.eval(scope.context()));
        value.map_err(|error| Problem::new(&expression.at, described(&error)))
    }

    /// Whether texts are Jinja2, which has Python's methods and no escaping.
    pub fn is_jinja2(&self) -> bool {
        self.jinja2.is_some()
    }
}

/// No honest list is longer.
const MOST_ITEMS: usize = 50_000;

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

/// Lets a plain name through unescaped, for identifiers; anything else could change the file's structure.
fn raw(value: &str) -> Result<Jinja, Error> {
    let plain = |char: char| char.is_ascii_alphanumeric() || "._-+!".contains(char);
    match value.chars().find(|char| !plain(*char)) {
        None => Ok(Jinja::from_safe_string(value.to_string())),
        Some(other) => Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("`raw` takes names of letters, digits and `._-+!` only, this value has {other:?}"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Scope {
        let mut scope = Scope::default();
        scope.set("name", &Value::text("a \"b\" $c"));
        scope.set("slug", &Value::text("a-b"));
        scope
    }

    #[test]
    fn values_are_escaped_by_the_file_they_end_up_in() {
        let engine = Engine::new();
        let render = |file: &str, text: &str| engine.render_file(file, text, &values()).unwrap();
        assert_eq!(render("a/x.toml.j2", "n = {{ name }}\n"), "n = \"a \\\"b\\\" $c\"\n");
        assert_eq!(render("Makefile.j2", "# {{ name }}"), "# a \"b\" $$c");
        assert_eq!(render("x.txt.j2", "{{ name }}"), "a \"b\" $c");
        assert_eq!(render("x.py.j2", "{{ slug | raw }} = {{ slug }}"), "a-b = \"a-b\"");
    }

    #[test]
    fn errors_show_the_place() {
        let engine = Engine::new();
        let error = engine
            .render_file("x.py.j2", "ok\n  {{ nmae }}\n", &values())
            .unwrap_err();
        assert_eq!(error.at, "x.py.j2:2:6");
        assert_eq!(
            error.message,
            "undefined value: `nmae` is undefined\n  |\n2 |   {{ nmae }}\n  |      ^^^^"
        );
        assert!(engine.render_file("x.py.j2", "{{ name | raw }}", &values()).is_err());
        assert!(engine.render_file("x.py.j2", "{{ name | safe }}", &values()).is_err());
    }

    #[test]
    fn an_error_beside_letters_beyond_ascii_is_an_error() {
        let engine = Engine::new();
        for text in [
            "{{ é }}",
            "{% ü %}",
            "{{ “a” }}",
            "{{ 😀 }}",
            "{{ 'é }}",
            "{# é",
            "{% raw %}é",
            "é{{",
            "{{ a.é }}é",
        ] {
            assert!(engine.render_file("a.txt.j2", text, &values()).is_err(), "{text}");
        }
    }

    #[test]
    fn references_are_found_with_their_path() {
        let names = Engine::new().references("{{ git.name or project_name | slug }}");
        assert_eq!(names.unwrap(), ["git.name", "project_name"]);
    }
}
