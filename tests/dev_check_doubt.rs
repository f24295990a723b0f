//! `dev check` where it could be wrong: what is not certain is no error, and what is hostile or odd does no harm.

use std::fs;

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

#[test]
fn a_fix_after_which_nothing_reads_the_file_is_not_made() {
    let class = |body: &str| format!("{API}class AB(Extension):\n{body}");
    let head = format!("{SETUPTOOLS}{PROJECT}");
    let project = format!("{head}{ENTRY}");
    let cfg = "[metadata]\nname = a-b\nversion = 1\n[options]\npackages = find:\n[options.entry_points]\nlocalstack.extensions =\n";
    let script = "from setuptools import setup\nsetup(entry_points={'console_scripts': ['a = b:c']})\n";
    let code = plain();
    for (file, before, other) in [
        // The only statement, one that sets two names, one that goes on, and one that is read.
        (
            "a_b/x.py",
            format!("{API}class B(Extension):\n    namespace = 'x'\nclass AB(B):\n    name = 'a-b'\n"),
            ("pyproject.toml", project.as_str()),
        ),
        (
            "a_b/x.py",
            class("    name = namespace = 'a-b'\n    x = 1\n"),
            ("pyproject.toml", &project),
        ),
        (
            "a_b/x.py",
            class("    name = 'a-b'; \\\n    namespace = 'x'\n    y = 1\n"),
            ("pyproject.toml", &project),
        ),
        (
            "a_b/x.py",
            class("    name = 'a-b'\n    namespace = 'x'\n    full = namespace + name\n"),
            ("pyproject.toml", &project),
        ),
        // A table, a key or a group that is there already.
        (
            "pyproject.toml",
            format!("{head}[project.entry-points.\"localstack.extensions\"]\n"),
            ("a_b/x.py", &code),
        ),
        (
            "pyproject.toml",
            format!("{head}entry-points  = {{x = {{a = \"b:c\"}}}}\n"),
            ("a_b/x.py", &code),
        ),
        (
            "pyproject.toml",
            format!("project = {{name = \"a-b\", version = \"1\"}}\n{SETUPTOOLS}"),
            ("a_b/x.py", &code),
        ),
        ("setup.cfg", cfg.to_string(), ("a_b/x.py", &code)),
        // A script holds against what would be added here.
        (
            "setup.cfg",
            "[metadata]\nname = a-b\n".to_string(),
            ("setup.py", script),
        ),
        (
            "pyproject.toml",
            format!(
                "{head}license = \"MIT\"\nclassifiers = [\"X\",\n\"License :: OSI Approved :: MIT License\"\n, \"Y\"]\n{ENTRY}"
            ),
            ("a_b/x.py", &code),
        ),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("p/a_b/__init__.py", "");
        sandbox.write("p/a_b/x.py", &code);
        sandbox.write(&format!("p/{}", other.0), other.1);
        assert!(!errors(&sandbox, &[(file, &before)]).is_empty(), "{before}");
        let seen = sandbox.run(&["dev", "check", "--fix", "p"]);
        assert_eq!(sandbox.read(&format!("p/{file}")), before, "{}", seen.all());
    }
}

#[test]
fn two_fixes_that_do_not_go_together_are_not_both_made() {
    let sandbox = Sandbox::new();
    let group = |name: &str, entry: &str| format!("[project.entry-points.{name}]\n{entry} = \"a_b.x:AB\"\n");
    let before = format!(
        "{SETUPTOOLS}{PROJECT}{}{}",
        group("localstack_extensions", "a-b"),
        group("localstack-extensions", "y")
    );
    let code = plain();
    let files = [
        ("pyproject.toml", &*before),
        ("a_b/__init__.py", ""),
        ("a_b/x.py", &code),
    ];
    assert_eq!(errors(&sandbox, &files), ["wrong-group", "wrong-group"]);
    let seen = sandbox.run(&["dev", "check", "--fix", "p"]);
    let after = before.replace("localstack_extensions", "\"localstack.extensions\"");
    assert_eq!(sandbox.read("p/pyproject.toml"), after, "{}", seen.all());
    assert!(errors(&sandbox, &[]).is_empty());
}

#[test]
fn a_file_with_no_end_of_faults_is_read_in_time() {
    let sandbox = Sandbox::new();
    let keys: String = (0..60_000).map(|number| format!("k{number} = 1\n")).collect();
    let sections: String = (0..60_000).map(|number| format!("[s{number}]\n")).collect();
    let again = "x = 1\n".repeat(200_000);
    let started = std::time::Instant::now();
    for (file, content) in [
        ("setup.cfg", format!("[a]\n{keys}{sections}")),
        ("setup.cfg", again.clone()),
        ("pyproject.toml", again),
    ] {
        let told = errors(&sandbox, &[(file, &content)]);
        assert!(told.len() <= 21 && !told.is_empty(), "{}", told.len());
        fs::remove_file(sandbox.path(&format!("p/{file}"))).unwrap();
    }
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_end_and_a_pipe_is_not_waited_for() {
    use lstk_extensions::extension::root::Root;
    let sandbox = Sandbox::new();
    let project = format!("{SETUPTOOLS}{PROJECT}{ENTRY}");
    let code = plain();
    let files = [
        ("pyproject.toml", &*project),
        ("a_b/__init__.py", ""),
        ("a_b/x.py", &code),
    ];
    errors(&sandbox, &files);
    std::os::unix::fs::symlink("..", sandbox.path("p/a_b/up")).unwrap();
    std::os::unix::fs::symlink(".", sandbox.path("p/a_b/here")).unwrap();
    std::os::unix::fs::symlink("x.py", sandbox.path("p/a_b/y.py")).unwrap();
    let root = Root::folder(&sandbox.path("p"), None).unwrap();
    let files: Vec<&str> = root.files.iter().map(String::as_str).collect();
    assert_eq!(files, ["a_b/__init__.py", "a_b/x.py", "a_b/y.py", "pyproject.toml"]);
    assert!(errors(&sandbox, &[]).is_empty());
    let made = std::process::Command::new("mkfifo")
        .arg(sandbox.path("pipe.whl"))
        .status();
    assert!(made.unwrap().success());
    let error = sandbox.run(&["dev", "check", "pipe.whl"]).fails(1);
    assert!(error.contains("it is no file"), "{error}");
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
        "def AB(): pass\nAB.__pluginspec__ = make()\n",
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

const NAMED: &str = "[build-system]\nrequires = []\nbuild-backend = \"";

/// Each was built with its backend, and loaded.
#[test]
fn what_a_build_may_bring_is_no_error() {
    let code = plain();
    let head = format!("{SETUPTOOLS}{PROJECT}");
    let deep = format!(
        "{head}{}[tool.setuptools]\npackages = [\"a_b\"]\n",
        ENTRY.replace("a_b.x", "a_b.c.x")
    );
    let data = format!("{deep}[tool.setuptools.package-data]\na_b = [\"**/*.py\"]\n");
    let stars = format!("{head}{ENTRY}[tool.setuptools.packages.find]\ninclude = [\"a_b**\"]\n");
    let root = format!("{head}{ENTRY}[tool.setuptools]\npackages = [\"a_b\"]\npackage-dir = {{a_b = \".\"}}\n");
    let groups = format!("{head}{ENTRY}[project.entry-points.localstack_extensions]\nmine = \"a_b.x:AB\"\n");
    let beside = format!(
        "{head}{}[tool.setuptools.packages.find]\ninclude = [\"localstack.*\"]\n",
        ENTRY.replace("a_b.x", "localstack.a_b.x")
    );
    let own = format!("{NAMED}own\"\nbackend-path = [\".\"]\n");
    let cfg = "[metadata]\nname = a-b\n[options]\npackages = find:\n[options.entry_points]\nlocalstack.extensions =\n  a-b = a_b.x:AB\n";
    let hatch = format!("{NAMED}hatchling.build\"\n{PROJECT}{ENTRY}");
    let hook = format!("{}[tool.hatch.build.hooks.custom]\n", hatch.replace("a_b.x", "other.x"));
    let hatch_other = hatch.replace("a_b.x", "other.x");
    let poetry = format!(
        "{NAMED}poetry.core.masonry.api\"\n[tool.poetry]\nname = \"a-b\"\nbuild = \"build.py\"\n[tool.poetry.plugins.\"localstack.extensions\"]\na-b = \"a_b.made:AB\"\n"
    );
    let setup = |body: &str| format!("from setuptools import setup\n{body}\n");
    let points = "entry_points={'localstack.extensions': ['a-b = a_b.x:AB']}";
    let call = |rest: &str| format!("setup(name='a-b', {rest})");
    let grows = setup(&format!(
        "them = []\nthem.append('a_b')\n{}",
        call(&format!("packages=them, {points}"))
    ));
    let added = setup(&format!(
        "them = {{}}\nthem.setdefault('localstack.extensions', []).append('a-b = a_b.x:AB')\n{}",
        call("packages=['a_b'], entry_points=them")
    ));
    let folders = setup(&call(&format!(
        "package_dir=them(), packages=['c'], {}",
        points.replace("a_b.x", "c.x")
    )));
    let modules = setup(&call(&format!(
        "py_modules=them(), packages=['a_b'], {}",
        points.replace("a_b.x", "y")
    )));
    let makes = setup(&call(&format!(
        "packages=['a_b'], cmdclass={{}}, {}",
        points.replace("a_b.x", "a_b.made")
    )));
    let class = setup(&call("packages=['a_b'], distclass=Own"));
    let pbr = setup("setup(setup_requires=['pbr'], pbr=True)");
    let init = ("a_b/__init__.py", "");
    let module = ("a_b/x.py", &*code);
    let inner = [("a_b/c/__init__.py", ""), ("a_b/c/x.py", &*code)];
    for files in [
        vec![
            ("pyproject.toml", &*deep),
            ("MANIFEST.in", "graft a_b\n"),
            init,
            inner[0],
            inner[1],
        ],
        vec![("pyproject.toml", &data), init, inner[0], inner[1]],
        vec![("pyproject.toml", &stars), init, module],
        vec![("pyproject.toml", &root), ("__init__.py", ""), ("x.py", &code)],
        vec![("pyproject.toml", &groups), init, module],
        vec![
            ("pyproject.toml", &beside),
            ("localstack/a_b/__init__.py", ""),
            ("localstack/a_b/x.py", &code),
        ],
        vec![("pyproject.toml", &own), ("setup.cfg", cfg), init, module],
        vec![("pyproject.toml", &hatch), ("src/a_b/app.js", ""), init, module],
        vec![
            ("pyproject.toml", &hatch_other),
            ("hatch.toml", ""),
            ("other/x.py", &code),
            init,
        ],
        vec![("pyproject.toml", &hook), ("other/x.py", &code), init],
        vec![("pyproject.toml", &poetry), init],
        vec![("setup.py", &grows), init, module],
        vec![("setup.py", &added), init, module],
        vec![("setup.py", &folders), ("b/x.py", &code)],
        vec![("setup.py", &modules), ("y.py", &code), init],
        vec![("setup.py", &makes), init],
        vec![("setup.py", &class), init, module],
        vec![("setup.py", &pbr), ("setup.cfg", "[metadata]\nname = a-b\n"), init],
    ] {
        let told = errors(&Sandbox::new(), &files);
        assert!(told.is_empty(), "{told:?} of\n{}", files[0].1);
    }
}

#[test]
fn what_no_build_brings_is_an_error() {
    let code = plain();
    let head = format!("{SETUPTOOLS}{PROJECT}");
    let deep = format!(
        "{head}{}[tool.setuptools]\npackages = [\"a_b\"]\n",
        ENTRY.replace("a_b.x", "a_b.c.x")
    );
    let poetry = format!(
        "{NAMED}poetry.core.masonry.api\"\n[tool.poetry]\nname = \"a-b\"\n[tool.poetry.dependencies]\npython = \">=3.9,<3.13\"\n[tool.poetry.plugins.\"localstack.extensions\"]\na-b = \"a_b.x:AB\"\n"
    );
    let list = "from setuptools import setup\nthem = ['c']\nsetup(name='a-b', packages=them, entry_points={'localstack.extensions': ['a-b = a_b.x:AB']})\n";
    let unquoted = format!("{head}{}", ENTRY.replace('"', "").replace("a_b.x:AB", "\"a_b.x:AB\""));
    let number = format!("{head}{ENTRY}x = 3\n");
    let marked = format!("\u{feff}{head}{ENTRY}");
    let good = format!("{head}{ENTRY}");
    let shadowing = format!("{head}{}", ENTRY.replace("a_b.x", "localstack.aws.x"));
    let init = ("a_b/__init__.py", "");
    let module = ("a_b/x.py", &*code);
    for (files, error) in [
        (
            vec![
                ("pyproject.toml", &*deep),
                init,
                ("a_b/c/__init__.py", ""),
                ("a_b/c/x.py", &code),
            ],
            "module-not-packaged",
        ),
        (vec![("pyproject.toml", &poetry), init, module], "requires-python"),
        (vec![("setup.py", list), init, module], "module-not-packaged"),
        (vec![("pyproject.toml", &unquoted), init, module], "bad-entry-point"),
        (vec![("pyproject.toml", &number), init, module], "bad-entry-point"),
        (vec![("pyproject.toml", &marked), init, module], "unreadable"),
        (
            vec![("pyproject.toml", &good), ("a_b/__init__.py", "def x(:\n"), module],
            "unreadable",
        ),
        (
            vec![("pyproject.toml", &shadowing), ("localstack/aws/x.py", &code)],
            "shadows",
        ),
    ] {
        assert_eq!(errors(&Sandbox::new(), &files), [error], "{}", files[0].1);
    }
}

#[test]
fn code_may_be_in_another_encoding_when_it_says_so() {
    let sandbox = Sandbox::new();
    let head = b"# -*- coding: latin-1 -*-\n# gr\xfc\xdfe\n";
    let script = b"from setuptools import setup\nsetup(name='a-b', packages=['a_b'], entry_points={'localstack.extensions': ['c = a_b.x:AB']})\n";
    let code = plain();
    errors(&sandbox, &[("a_b/__init__.py", ""), ("a_b/x.py", &code)]);
    let path = sandbox.path("p/setup.py");
    fs::write(&path, [&head[..], script].concat()).unwrap();
    assert!(errors(&sandbox, &[]).is_empty());
    // The bytes of a fix would not be where they are in the file.
    sandbox.run(&["dev", "check", "--fix", "p"]).ok();
    assert_eq!(fs::read(&path).unwrap(), [&head[..], script].concat());
    fs::write(&path, [&head[26..], script].concat()).unwrap();
    assert_eq!(errors(&sandbox, &[]), ["unreadable"]);
}
