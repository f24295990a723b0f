//! `dev check` where it could be wrong: what is not certain is no error, and what is hostile or odd does no harm.

use serde_json::Value;

use crate::support::Sandbox;

const SETUPTOOLS: &str = "[build-system]\nrequires = [\"setuptools>=77\"]\nbuild-backend = \"setuptools.build_meta\"\n";
const PROJECT: &str = "[project]\nname = \"a-b\"\nversion = \"1\"\n";
const ENTRY: &str = "[project.entry-points.\"localstack.extensions\"]\na-b = \"a_b.x:AB\"\n";
const API: &str = "from localstack.extensions.api import Extension\n";

fn plain() -> String {
    format!("{API}class AB(Extension):\n    name = 'a-b'\n")
}

/// The codes of the errors in a project of these files, in `p/`.
fn errors(sandbox: &Sandbox, files: &[(&str, &str)]) -> Vec<String> {
    for (path, content) in files {
        sandbox.write(&format!("p/{path}"), content);
    }
    let seen = sandbox.run(&["--json", "dev", "check", "p"]);
    let findings = serde_json::from_str::<Value>(&seen.stdout).unwrap()["data"]["findings"].take();
    let findings = findings.as_array().unwrap().iter();
    let errors = findings.filter(|finding| finding["severity"] == "error");
    errors
        .map(|finding| finding["code"].as_str().unwrap().to_string())
        .collect()
}

/// Of a project whose class this is.
fn errors_of_class(code: &str) -> Vec<String> {
    let project = format!("{SETUPTOOLS}{PROJECT}{ENTRY}");
    let base = format!("{API}NS = 'localstack.extensions'\nclass Base(Extension):\n    namespace = NS\n");
    let lazy = "def __getattr__(name): pass\ndef attach(): pass\n";
    let files = [
        ("pyproject.toml", &*project),
        ("a_b/__init__.py", ""),
        ("a_b/base.py", &base),
        ("a_b/lazy.py", lazy),
        ("a_b/x.py", code),
    ];
    errors(&Sandbox::new(), &files)
}

/// Each loads with Plux and localstack-core, or does something that cannot be told.
#[test]
fn what_code_may_do_elsewhere_is_no_error() {
    for code in [
        // A base of the class's own name, or of a name that means something else later.
        "class Extension(Extension):\n    name = 'a-b'\nAB = Extension\n",
        "class Billing(Extension):\n    name = 'a-b'\nBase = Billing\nclass AB(Base): pass\nBase = object\n",
        "import typing\nclass AB(typing.Annotated[Extension, 1]):\n    name = 'a-b'\n",
        // A name that is given from outside of the class.
        "class AB(Extension): pass\nAB.name = 'a-b'\n",
        "class AB(Extension): pass\nsetattr(AB, 'name', 'a-b')\n",
        "class AB(Extension): pass\nfor it in (AB,):\n    it.name = 'a-b'\n",
        "def named(it): it.name = 'a-b'\nclass AB(Extension): pass\nnamed(AB)\n",
        "from .lazy import attach\nclass AB(Extension): pass\nattach(AB)\n",
        "class Base(Extension):\n    def __init_subclass__(cls): cls.name = 'a-b'\nclass AB(Base): pass\n",
        "class AB(Extension):\n    (name := 'a-b')\n",
        "class AB(Extension):\n    locals().update(name='a-b')\n",
        // A constructor that is another one in the end.
        "def inject(it): return it\n@inject\nclass AB(Extension):\n    name = 'a-b'\n    def __init__(self, port): pass\n",
        "class AB(Extension):\n    name = 'a-b'\n    def __new__(cls): return object.__new__(cls)\n    def __init__(self, port): pass\n",
        "class AB(Extension):\n    name = 'a-b'\n    def __init__(self, port): pass\nAB.__init__ = lambda self: None\n",
        "class Base(Extension):\n    def __init__(self, x): pass\nclass A(Base): pass\nclass B(Base):\n    def __init__(self): super().__init__(1)\nclass AB(A, B):\n    name = 'a-b'\n",
        // A namespace that is another one in the end.
        "from .base import Base\nNS = 'other'\nclass AB(Base):\n    name = 'a-b'\n",
        "class AB(Extension):\n    name = 'a-b'\n    namespace = 'other'\n    del namespace\n",
        "class AB(Extension):\n    name = 'a-b'\n    namespace = 'other'\n    if True:\n        namespace = 'localstack.extensions'\n",
        // Names that no statement at the top binds.
        "globals().update(AB=type('AB', (Extension,), {'name': 'a-b'}))\n",
        "exec('AB = 1')\n",
        "def make():\n    global AB\n    class AB(Extension):\n        name = 'a-b'\nmake()\n",
        "AB = None\ndef make():\n    global AB\n    AB = type('AB', (Extension,), {'name': 'a-b'})\nmake()\n",
        "print((AB := type('AB', (Extension,), {'name': 'a-b'})))\n",
        "from .lazy import __getattr__\n",
        "from .lazy import attach\n__getattr__, __dir__ = attach()\n",
    ] {
        let told = errors_of_class(&format!("{API}{code}"));
        assert!(told.is_empty(), "{told:?} of\n{code}");
    }
}

#[test]
fn what_is_certain_beside_that_is_one_still() {
    for (code, error) in [
        ("class AB(Extension): pass\nclass C: pass\nC.port = 1\n", "no-name"),
        (
            "class AB(Extension):\n    def __init__(self):\n        self.name = 'a-b'\n",
            "no-name",
        ),
        (
            "class AB(Extension):\n    name = 'a-b'\n    def __init__(self, port): self.port = port\n",
            "constructor-arguments",
        ),
        (
            "class AB(Extension):\n    name = 'a-b'\n    namespace = 'other'\n",
            "namespace-changed",
        ),
        (
            "def f():\n    global other\n    if (n := 1): return n\n",
            "object-missing",
        ),
        (
            "class Other: pass\nclass AB(Other):\n    name = 'a-b'\n",
            "not-a-plugin",
        ),
        ("class AB(Extension):\n    name = 'a-b'\n# \0\n", "unreadable"),
    ] {
        assert_eq!(errors_of_class(&format!("{API}{code}")), [error], "{code}");
    }
}

#[test]
fn a_package_may_import_from_itself() {
    let project = format!("{SETUPTOOLS}{PROJECT}{}", ENTRY.replace("a_b.x", "a_b"));
    let init = plain().replace("AB", "Own") + "from . import Own as AB\nfrom . import x\n";
    let files = [
        ("pyproject.toml", &*project),
        ("a_b/__init__.py", &init),
        ("a_b/x.py", ""),
    ];
    let sandbox = Sandbox::new();
    assert!(errors(&sandbox, &files).is_empty());
    let module = project.replace("a_b:AB", "a_b:x");
    assert_eq!(errors(&sandbox, &[("pyproject.toml", &module)]), ["not-a-plugin"]);
}
