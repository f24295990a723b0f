//! How a value is written into a file so that it cannot change the file's structure; chosen by the file's name.
//!
//! Each rule was measured against the real reader of the format (Python, setuptools, a TOML parser, GNU make). The
//! common ground: a value stays one value, whatever characters it holds.

use std::fmt::{self, Write};

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind};

/// The escaping rule of a rendered file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Values are written as they are.
    Plain,
    /// TOML, JSON and YAML: a complete quoted literal. One rule serves the three: none of them minds the JSON form.
    Quoted,
    /// Python: a complete literal, quoted the way `ruff format` would quote it.
    Python,
    /// `setup.cfg` and other INI files: one line, `%` doubled because setuptools interpolates it.
    Ini,
    /// Makefile: one line, `$` doubled and `#` escaped.
    Make,
    /// Markdown: prose, with every character that could start markup escaped.
    Markdown,
    /// HTML and XML: text or a quoted attribute.
    Html,
}

impl Format {
    /// The rule for a rendered file, by its name without `.j2`.
    pub fn of(name: &str) -> Format {
        let base = name.rsplit('/').next().unwrap_or(name);
        let extension = base.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension {
            _ if base == "Makefile" || base == "GNUmakefile" => Format::Make,
            "mk" => Format::Make,
            "toml" | "json" | "yaml" | "yml" => Format::Quoted,
            "py" | "pyi" => Format::Python,
            "cfg" | "ini" => Format::Ini,
            "md" => Format::Markdown,
            "html" | "htm" | "xml" | "svg" => Format::Html,
            _ => Format::Plain,
        }
    }

    /// The name under which the engine carries this rule through a rendering.
    pub fn name(self) -> &'static str {
        match self {
            Format::Plain => "plain",
            Format::Quoted => "quoted",
            Format::Python => "python",
            Format::Ini => "ini",
            Format::Make => "make",
            Format::Markdown => "markdown",
            Format::Html => "html",
        }
    }

    pub fn named(name: &str) -> Format {
        [
            Format::Quoted,
            Format::Python,
            Format::Ini,
            Format::Make,
            Format::Markdown,
            Format::Html,
        ]
        .into_iter()
        .find(|format| format.name() == name)
        .unwrap_or(Format::Plain)
    }

    /// Writes `value` so that a reader of this format reads it back equal (INI, make and Markdown: with line breaks as
    /// spaces). Fails for values the format cannot express, such as a map in a Makefile.
    pub fn write(self, out: &mut dyn Write, value: &Value) -> Result<(), Error> {
        let unsupported = || {
            let message = match value.kind() {
                ValueKind::Seq | ValueKind::Iterable => {
                    "a list cannot be written here: write its items, or `join(', ')` them".to_string()
                }
                kind => format!("a value of type {kind} cannot be written here"),
            };
            Error::new(ErrorKind::BadEscape, message)
        };
        match (self, value.kind()) {
            (_, ValueKind::String) if value.is_safe() => out.write_str(text(value))?,
            (Format::Plain, _) => write!(out, "{value}")?,
            // Of an `if` without `else`; a name that is not known does not come here.
            (_, ValueKind::Undefined) => {}
            (Format::Quoted, ValueKind::String) => quoted(out, text(value))?,
            (Format::Python, ValueKind::String) => python(out, text(value))?,
            (Format::Python, ValueKind::Bool) => {
                out.write_str(if value.is_true() { "True" } else { "False" })?;
            }
            (Format::Python, ValueKind::None) => out.write_str("None")?,
            (Format::Quoted, ValueKind::Bool) => out.write_str(if value.is_true() { "true" } else { "false" })?,
            (Format::Quoted, ValueKind::None) => out.write_str("null")?,
            (Format::Quoted | Format::Python, ValueKind::Number) => write!(out, "{value}")?,
            (Format::Quoted | Format::Python, ValueKind::Seq) => {
                out.write_char('[')?;
                for (index, item) in value.try_iter()?.enumerate() {
                    out.write_str(if index > 0 { ", " } else { "" })?;
                    self.write(out, &item)?;
                }
                out.write_char(']')?;
            }
            (_, ValueKind::String) => self.prose(out, text(value))?,
            (_, ValueKind::Bool | ValueKind::Number) => write!(out, "{value}")?,
            _ => return Err(unsupported()),
        }
        Ok(())
    }

    /// The formats in which a value is part of a line instead of a literal of its own.
    fn prose(self, out: &mut dyn Write, text: &str) -> fmt::Result {
        match self {
            Format::Markdown => return markdown(out, &one_line(text)),
            Format::Html => return html(out, text),
            _ => {}
        }
        for char in one_line(text).chars() {
            match (self, char) {
                (Format::Ini, '%') => out.write_str("%%")?,
                (Format::Make, '$') => out.write_str("$$")?,
                (Format::Make, '#') => out.write_str("\\#")?,
                _ => out.write_char(char)?,
            }
        }
        Ok(())
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A line break ends a value in these formats, so the lines are joined by a space, as a Markdown reader would.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// A string literal that JSON, TOML and YAML all read back equal. Control characters are written as `\uXXXX`; U+007F
/// too, which TOML forbids bare and JSON writers leave alone.
pub fn quoted(out: &mut dyn Write, text: &str) -> fmt::Result {
    literal(out, text, '"')
}

/// A Python string literal in the quotes `ruff format` would choose: double, unless single ones need fewer escapes.
fn python(out: &mut dyn Write, text: &str) -> fmt::Result {
    let double = text.matches('"').count();
    let single = text.matches('\'').count();
    literal(out, text, if double > single { '\'' } else { '"' })
}

fn literal(out: &mut dyn Write, text: &str, quote: char) -> fmt::Result {
    out.write_char(quote)?;
    for char in text.chars() {
        match char {
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            char if char == quote => {
                out.write_char('\\')?;
                out.write_char(char)?;
            }
            char if char.is_control() => write!(out, "\\u{:04x}", u32::from(char))?,
            char => out.write_char(char)?,
        }
    }
    out.write_char(quote)
}

fn markdown(out: &mut dyn Write, text: &str) -> fmt::Result {
    for (index, char) in text.char_indices() {
        let escape = match char {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '$' | '{' | '}' => true,
            // These mean something only where a line begins: a list, a rule, an underlined heading.
            '+' | '-' | '=' => index == 0,
            '.' | ')' => index > 0 && text[..index].bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if escape {
            out.write_char('\\')?;
        }
        out.write_char(char)?;
    }
    Ok(())
}

fn html(out: &mut dyn Write, text: &str) -> fmt::Result {
    for char in text.chars() {
        match char {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            char => out.write_char(char)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, value: impl Into<Value>) -> String {
        let mut out = String::new();
        format.write(&mut out, &value.into()).unwrap();
        out
    }

    #[test]
    fn the_format_follows_the_file_name() {
        assert_eq!(Format::of("a/pyproject.toml"), Format::Quoted);
        assert_eq!(Format::of("{{ m }}/extension.py"), Format::Python);
        assert_eq!(Format::of("setup.cfg"), Format::Ini);
        assert_eq!(Format::of("Makefile"), Format::Make);
        assert_eq!(Format::of("docs.md/notes"), Format::Plain);
    }

    #[test]
    fn literals_keep_any_text_one_value() {
        assert_eq!(written(Format::Quoted, "a\"b\\c\nd\u{7f}"), r#""a\"b\\c\nd\u007f""#);
        assert_eq!(written(Format::Python, r#"say "hi""#), r#"'say "hi"'"#);
        assert_eq!(written(Format::Python, r#"it's "hi"#), r#""it's \"hi""#);
        assert_eq!(written(Format::Python, vec![true, false]), "[True, False]");
        assert_eq!(written(Format::Quoted, vec![true, false]), "[true, false]");
    }

    #[test]
    fn what_a_format_cannot_hold_is_an_error_with_a_way_out() {
        for format in [Format::Ini, Format::Make, Format::Markdown, Format::Html] {
            let error = format.write(&mut String::new(), &Value::from(vec!["a"])).unwrap_err();
            assert!(error.detail().unwrap().contains("`join(', ')`"), "{format:?}");
        }
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(written(Format::Ini, "100%\n[evil]\nx = 1"), "100%% [evil] x = 1");
        assert_eq!(written(Format::Make, "$(id) #\nall:"), "$$(id) \\# all:");
        assert_eq!(written(Format::Markdown, "1. x\n# y"), "1\\. x \\# y");
        assert_eq!(written(Format::Markdown, "- [x](y)"), "\\- \\[x\\](y)");
        assert_eq!(written(Format::Html, "<b>&\""), "&lt;b&gt;&amp;&quot;");
    }
}
