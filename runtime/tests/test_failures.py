"""Whatever goes wrong in an extension is told with its place, and stops nobody else."""

import pytest

from conftest import HOOKS

GOOD = """
    class Ext(Extension):
        name = "good"
        def on_platform_ready(self): pass
"""

BROKEN = {
    # name of the case: (source, stage, extension, beginning of the error, text of the line it is at)
    "import": ("import not_there_at_all\nclass Ext: pass", "resolve", "bad", "ModuleNotFoundError: No module named 'not_there_at_all'", "import not_there"),
    "syntax": ("class Ext(Extension:\n    pass", "resolve", "bad", "SyntaxError: ", "class Ext("),
    "missing object": ("class Typo: pass", "resolve", "bad", "AttributeError: module 'bad.extension' has no attribute 'Ext'", None),
    "not an extension": ("class Ext: pass", "resolve", "bad", "ValueError: cannot resolve plugin", None),
    "no name": ("class Ext(Extension): pass", "resolve", "bad", "AttributeError: type object 'Ext' has no attribute 'name'", None),
    "other namespace": ("class Ext(Extension):\n    name, namespace = 'n', 'localstack.extension'", "resolve", "bad", "its class says namespace 'localstack.extension'", None),
    "exit at import": ("import sys\nsys.exit(3)", "resolve", "bad", "SystemExit: 3", "sys.exit(3)"),
    "arguments": ("class Ext(Extension):\n    name = 'n'\n    def __init__(self, x): pass", "init", "n", "TypeError: Ext.__init__() missing 1 required", None),
    "init": ("class Ext(Extension):\n    name = 'n'\n    def __init__(self):\n        1 / 0", "init", "n", "ZeroDivisionError: division by zero", "1 / 0"),
    "load": ("class Ext(Extension):\n    name = 'n'\n    def load(self, *a):\n        1 / 0", "load", "n", "ZeroDivisionError", "1 / 0"),
    "load gives nothing": ("class Ext(Extension):\n    name = 'n'\n    def load(self, *a): pass", "load", "n", "load() gave None", None),
    "should not load": ("class Ext(Extension):\n    name = 'n'\n    def should_load(self): return False", "load", "n", "PluginDisabled: ", None),
}  # fmt: skip


def test_extensions_that_do_not_load(site, host):
    """All in one run: each is told, none stops another."""
    modules = {}
    for number, (case, (source, *_)) in enumerate(BROKEN.items()):
        package = f"bad{number}"
        source = source.replace("'n'", f"'n{number}'")
        modules[case] = site.add(package, source)
    site.add("good", GOOD)
    running = host(site)
    ready = running.ready()
    assert [extension["name"] for extension in ready["extensions"]] == ["good"]
    failures = {failure["extension"]: failure for failure in running.all("failure")}
    assert len(failures) == len(BROKEN)
    for number, (case, (_, stage, extension, error, place)) in enumerate(BROKEN.items()):
        failure = failures[extension + str(number)]
        error = error.replace("bad.", f"bad{number}.")
        assert (failure["stage"], failure["error"][: len(error)]) == (stage, error), case
        told = (failure["file"], failure["line"])
        expected = (str(modules[case]), line_of(modules[case], place)) if place else (None, None)
        assert told == expected, case
    traced = failures["n8"]["trace"]
    assert traced[0] == "Traceback (most recent call last):"
    assert str(modules["init"]) in traced[1], "the traceback begins in the extension"
    assert traced[-1] == "ZeroDivisionError: division by zero"
    assert running.stop()["failures"] == len(BROKEN)


def test_a_failing_hook_stops_nothing(site, host):
    """Each hook fails in its own way, one even with SystemExit; the other extension never notices."""
    hooks = "\n".join(f"    def {hook}(self, *a): fail('{hook}')" for hook in HOOKS)
    source = (
        "import json, sys\n"
        "def fail(hook):\n"
        "    if hook == 'on_platform_start': sys.exit('no')\n"
        "    if hook == 'on_extension_load': json.loads('{')\n"
        "    raise RuntimeError(hook)\n"
        "class Ext(Extension):\n    name = 'failing'\n" + hooks
    )
    module = site.add("failing", source)
    site.add("good", GOOD)
    running = host(site)
    ready = running.ready()
    by_name = {extension["name"]: extension for extension in ready["extensions"]}
    assert [call["ok"] for call in by_name["failing"]["called"]] == [False] * 8
    assert [call["ok"] for call in by_name["good"]["called"]] == [True]
    stopped = running.stop()
    assert stopped["failures"] == 9
    assert stopped["called"]["failing"][0]["ok"] is False
    failures = running.all("failure")
    assert [failure["stage"] for failure in failures] == HOOKS
    errors = {failure["stage"]: failure["error"] for failure in failures}
    assert errors["on_platform_start"] == "SystemExit: no"
    assert errors["on_extension_load"].startswith("JSONDecodeError: Expecting property name")
    assert errors["on_platform_ready"] == "RuntimeError: on_platform_ready"
    places = {failure["stage"]: (failure["file"], failure["line"]) for failure in failures}
    # Not where json raises, but where the extension called it.
    assert places["on_extension_load"] == (str(module), line_of(module, "json.loads"))
    assert places["on_platform_shutdown"] == (str(module), line_of(module, "raise RuntimeError"))
    assert "Traceback" not in running.log, "told once, as an event"


@pytest.mark.parametrize("same", ["name", "entry point"])
def test_two_of_one_name(site, host, same):
    for package in ("one", "two"):
        name = "x" if same == "name" else package
        point = "x" if same == "entry point" else package
        site.add(
            package,
            f"class Ext(Extension):\n    name = '{name}'",
            points={point: f"{package}.extension:Ext"},
        )
    running = host(site)
    ready = running.ready()
    assert len(ready["extensions"]) == 1
    (failure,) = running.all("failure")
    what = "extensions" if same == "name" else "entry points"
    assert failure["stage"] == "resolve"
    assert failure["extension"] == "x"
    assert failure["error"].startswith(f"two {what} are called x: ")
    for value in ("one.extension:Ext", "two.extension:Ext"):
        assert value in failure["error"]


def test_no_extension_at_all(site, host):
    running = host(site)
    assert running.ready()["extensions"] == []
    (failure,) = running.all("failure")
    assert failure["stage"] == "discovery"
    assert "localstack.extensions" in failure["error"]


def line_of(module, text):
    lines = module.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
