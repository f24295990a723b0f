//! The only door to minijinja: one strict environment, our filters, escaping by file name, errors with an excerpt.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::escape::Format;
use super::naming;
use crate::failure::Problem;

/// The values a template sees, by name.
pub type Values = BTreeMap<String, Value>;

/// The name of a template that is an expression in the manifest or a part of a path, not a file: no escaping.
const UNESCAPED: &str = "";

/// How many steps one text may take: seconds of work, which no honest template needs.
const FUEL: u64 = 50_000_000;

/// Renders template texts. Cheap to share between threads; it holds no values.
pub struct Engine {
    environment: Environment<'static>,
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
        for bypass in ["safe", "escape", "e"] {
            environment.remove_filter(bypass);
        }
        environment.add_filter("raw", raw);
        environment.add_filter("slug", |text: &str| naming::slug(text));
        environment.add_filter("module_name", |text: &str| naming::module(text));
        environment.add_filter("class_name", |text: &str| naming::class(text));
        Engine { environment }
    }

    /// Renders a file's text; `name` is its path in the template and decides how values are escaped.
    pub fn render_file(&self, name: &str, source: &str, values: &Value) -> Result<String, Problem> {
        self.environment
            .render_named_str(name, source, values.clone())
            .map_err(|error| located(name, &error))
    }

    /// Renders a text of the manifest or one part of a path; `place` names it in errors.
    pub fn render_text(&self, place: &str, source: &str, values: &Value) -> Result<String, Problem> {
        if !source.contains('{') {
            return Ok(source.to_string());
        }
        self.environment
            .render_named_str(UNESCAPED, source, values.clone())
            .map_err(|error| Problem::new(place, described(&error)))
    }

    /// The names a text refers to, such as `project_name` or `git.email`.
    pub fn references(&self, source: &str) -> Result<Vec<String>, String> {
        let template = self
            .environment
            .template_from_named_str(UNESCAPED, source)
            .map_err(|error| described(&error))?;
        let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
        names.sort();
        Ok(names)
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

/// Lets a plain name through unescaped, for identifiers; anything else could change the file's structure.
fn raw(value: &str) -> Result<Value, Error> {
    let plain = |char: char| char.is_ascii_alphanumeric() || "._-+!".contains(char);
    match value.chars().find(|char| !plain(*char)) {
        None => Ok(Value::from_safe_string(value.to_string())),
        Some(other) => Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("`raw` takes names of letters, digits and `._-+!` only, this value has {other:?}"),
        )),
    }
}

fn described(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// The place as `file:line:column`, and what is wrong above the line with the place underlined.
fn located(name: &str, error: &Error) -> Problem {
    // An error inside an included file is wrapped once per including file; the innermost knows the place.
    let mut cause: &Error = error;
    while let Some(inner) = std::error::Error::source(cause).and_then(|inner| inner.downcast_ref::<Error>()) {
        cause = inner;
    }
    let name = cause.name().filter(|name| !name.is_empty()).unwrap_or(name);
    let (Some(line), Some(source)) = (cause.line(), cause.template_source()) else {
        return Problem::new(name, described(cause));
    };
    let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let (column, width) = match cause.range() {
        Some(range) => {
            // The engine counts bytes, and may point into a character or behind the end.
            let (from, to) = (boundary(source, range.start), boundary(source, range.end));
            let start = source[..from].rfind('\n').map_or(0, |newline| newline + 1);
            let spot = source[from..to.max(from)].lines().next().unwrap_or_default();
            (source[start..from].chars().count(), spot.chars().count().max(1))
        }
        None => (0, text.chars().count().max(1)),
    };
    let gutter = " ".repeat(line.to_string().len());
    let excerpt = format!(
        "{gutter} |\n{line} | {text}\n{gutter} | {}{}",
        " ".repeat(column),
        "^".repeat(width)
    );
    Problem::new(
        format!("{name}:{line}:{}", column + 1),
        format!("{}\n{excerpt}", described(cause)),
    )
}

/// The nearest place at or before `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Value {
        Value::from_pairs([("name", "a \"b\" $c"), ("slug", "a-b")])
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
