//! The only Python parser: what a module binds, told without running it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::TextRange;

use super::finding::{Code, Finding};
use super::text::{Place, Text};

mod class;
mod depth;
mod literal;
mod loose;
mod reader;

pub use class::{Attribute, Class, Method, Returns};
pub use literal::{Literal, Value};
pub use loose::Loose;

/// A module as far as anything here asks.
#[derive(Debug)]
pub struct Module {
    pub text: Rc<Text>,
    /// What each name is bound to at the end of the module.
    pub names: BTreeMap<String, Item>,
    /// Modules of which all names are imported.
    pub stars: Vec<Import>,
    /// Modules that are imported when this one is, each with its place.
    pub imports: Vec<(Import, Place)>,
    /// Calls that stand for themselves, `setup(...)` say.
    pub calls: Vec<Value>,
    /// It may bind names in ways that cannot be followed.
    pub is_dynamic: bool,
    /// Names that are bound again: which binding a line means that stands between them is not followed.
    pub rebound: BTreeSet<String>,
    pub loose: Loose,
}

#[derive(Debug)]
pub enum Item {
    Class(Class),
    Function(Function),
    Value(Value),
    Import(Import),
    /// Bound in more than one way, or by something else.
    Other,
}

#[derive(Debug)]
pub struct Function {
    pub at: Place,
    pub decorators: Vec<String>,
}

/// `from ..module import name`, or `import module`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub module: String,
    /// Dots before the module.
    pub level: u32,
    pub name: Option<String>,
}

/// LocalStack's container has this one.
const VERSION: PythonVersion = PythonVersion::PY313;

/// More than any person nests.
const DEEPEST_BLOCK: usize = 60;

/// Reads a module; of one that Python would refuse, the first mistake.
pub fn parse(text: &Rc<Text>) -> Result<Module, Box<Finding>> {
    if let Some(at) = text.content.find('\0') {
        return Err(Box::new(unread(text, at..at + 1, "it has a null byte")));
    }
    if depth::is_too_deep(&text.content) {
        return Err(Box::new(
            Finding::note(Code::Computed, "nests deeper than is looked into")
                .in_file(&text.path)
                .hint("what is said here is without this file"),
        ));
    }
    let options = ParseOptions::from(Mode::Module).with_target_version(VERSION);
    let parsed = parse_unchecked(&text.content, options);
    let fault = fault(text, &parsed);
    let Some(parsed) = parsed.try_into_module() else {
        return Err(Box::new(
            Finding::error(Code::Unreadable, "is not a module").in_file(&text.path),
        ));
    };
    let module = match fault {
        Some(fault) => Err(Box::new(fault)),
        None => Ok(reader::read(text, &parsed)),
    };
    // To drop a tree as deep as a hostile file makes it takes more stack than there is; this program ends soon.
    std::mem::forget::<Parsed<ModModule>>(parsed);
    module
}

fn fault<T>(text: &Rc<Text>, parsed: &Parsed<T>) -> Option<Finding> {
    let error = parsed
        .errors()
        .first()
        .map(|error| (error.error.to_string(), bytes(error.location)));
    let unsupported = || parsed.unsupported_syntax_errors().first();
    let (message, range) = error.or_else(|| unsupported().map(|error| (error.to_string(), bytes(error.range))))?;
    Some(unread(text, range, &message.replace('\n', " ")))
}

fn unread(text: &Rc<Text>, range: Range<usize>, why: &str) -> Finding {
    Finding::error(Code::Unreadable, format!("Python does not read this: {why}"))
        .at(&Place::new(text, range))
        .hint("correct the syntax; `python -m compileall` tells the same")
}

fn bytes(range: TextRange) -> Range<usize> {
    usize::from(range.start())..usize::from(range.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(content: &str) -> Result<Module, Box<Finding>> {
        parse(&Rc::new(Text {
            path: "m.py".into(),
            content: content.into(),
        }))
    }

    #[test]
    fn names_are_bound_as_they_are_at_the_end() {
        let module = module(
            "import a.b\nimport c.d as e\nfrom ..f import g as h, i\nfrom j import *\nx = 'y'\ntry:\n    import k\nexcept ImportError:\n    k = None\nfor n, m in z: pass\n@plugin('p')\ndef q(): pass\nclass C(x.Y): pass\nC()\n",
        )
        .unwrap();
        let names: Vec<&str> = module.names.keys().map(String::as_str).collect();
        assert_eq!(names, ["C", "a", "e", "h", "i", "k", "m", "n", "q", "x"]);
        let import = |module: &str, level, name: Option<&str>| Import {
            module: module.into(),
            level,
            name: name.map(str::to_string),
        };
        assert!(matches!(&module.names["e"], Item::Import(found) if *found == import("c.d", 0, None)));
        assert!(matches!(&module.names["h"], Item::Import(found) if *found == import("f", 2, Some("g"))));
        assert!(matches!(&module.names["k"], Item::Other));
        assert!(matches!(&module.names["q"], Item::Function(function) if function.decorators == ["plugin"]));
        assert_eq!(
            (module.stars.len(), module.calls.len(), module.is_dynamic),
            (1, 1, false)
        );
    }

    #[test]
    fn what_python_refuses_is_told_with_its_place() {
        for (content, line) in [("x = 1\nclass X(:\n", 2), ("def f():\npass\n", 2), ("t'{x}'\n", 1)] {
            let fault = module(content).unwrap_err();
            assert_eq!((fault.code, fault.line), (Code::Unreadable, Some(line)), "{content}");
        }
    }

    #[test]
    fn no_depth_is_too_deep() {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("f(", ")"),
            ("not ", ""),
            ("-", ""),
            ("x if y else ", ""),
            ("lambda: ", ""),
            ("a ** ", ""),
            ("x[", "]"),
            ("await ", ""),
            ("a + ", ""),
            ("a.", ""),
            ("f'{", "}'"),
            ("a and not ", ""),
        ] {
            let content = format!("x = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
            let _ = module(&content);
            let _ = module(&format!("x = {}", open.repeat(100_000)));
        }
        for content in [
            format!("x = {}1{}", "(".repeat(201), ")".repeat(201)),
            format!("x = {}1", "not ".repeat(201)),
        ] {
            assert_eq!(module(&content).unwrap_err().code, Code::Computed);
        }
        assert!(
            module(&format!(
                "x = {}1{}\ny = [{}]",
                "(".repeat(200),
                ")".repeat(200),
                "-1, ".repeat(5_000)
            ))
            .is_ok()
        );
        let calls = format!("x = f{}\n", "()".repeat(100_000));
        assert!(module(&calls).is_ok());
        let blocks: String = (0..2_000)
            .map(|depth| format!("{}if x:\n", " ".repeat(depth)))
            .collect();
        let _ = module(&format!("{blocks}{}pass\n", " ".repeat(2_000)));
        let pattern = format!(
            "match x:\n case {}1{}: pass\n",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        let _ = module(&pattern);
    }
}
