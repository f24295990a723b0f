"""Installations that fail: they say why, and leave every byte as it was."""

from .made import project, wheel
from .tree import listing

NOWHERE = "localstack-extension-that-is-nowhere"


def fails(proof, by):
    step, volume, shelf = f"failures {by}", proof.volume(f"failures-{by}"), proof.scratch / f"failing {by}"
    # Both have a file of the same name.
    there = wheel(shelf, "is-there", more={"shared/common.py": "of the one that is there"})
    twin = wheel(shelf, "a-twin", plugin="is-there", more={"shared/common.py": "of the other"})
    good, nameless = wheel(shelf, "good-one"), wheel(shelf, "nameless", plugin=None)
    broken = project(shelf / "broken", "broken", setup="raise SystemExit('this does not build')")
    compiled = project(shelf / "compiled", "compiled-parts")
    setup = (compiled / "setup.py").read_text().replace("packages=", "ext_modules=[Extension('part', ['part.c'])], packages=")
    (compiled / "setup.py").write_text(setup.replace("import setup", "import Extension, setup"))
    (compiled / "part.c").write_text("#include <Python.h>\nPyMODINIT_FUNC PyInit_part(void) { static struct PyModuleDef part = {PyModuleDef_HEAD_INIT, \"part\", 0, -1}; return PyModule_Create(&part); }\n")
    proof.works(step, by, volume, "install", there)
    before = listing(volume)

    def fails(what, code, *words, says=(), using=by, **more):
        done = proof.run(using, volume, *words, **more)
        missing = [text for text in says if text not in done.stderr]
        seen = (done.returncode, f"without {missing}: {done.stderr}" if missing else "", done.stdout)
        proof.report(step, what, seen, (code, "", ""))
        proof.report(step, f"{what}: nothing changes", differences(before, listing(volume)), [])

    fails("an unknown package", 1, "install", NOWHERE, says=[NOWHERE])
    fails("one good and one bad", 1, "install", good, NOWHERE, says=["could not install", NOWHERE])
    fails("a build that fails", 1, "install", broken, says=["this does not build"])
    fails("two of one name", 1, "install", good, twin, says=["a-twin 0.1: its extension is called `is-there`, as that of is-there is"])
    fails("two new ones of one name", 1, "install", good, wheel(shelf, "good-too", plugin="good-one"), says=["its extension is called `good-one`"])
    fails("a class without a name", 1, "install", good, nameless, says=["nameless 0.1", "nameless/__init__.py"])
    fails("what is none", 2, "install", "a b", "./nowhere", says=["a b", "./nowhere"])
    fails("compiled parts", 1, "install", compiled, says=["compiled parts", "hint: `--engine container`"])
    fails("compiled parts that do not build", 1, "install", "psycopg2==2.9.9", says=["compiled parts", "hint: `--engine container`"], env={"CC": "/bin/false"})
    fails("no network", 1, "install", "localstack-extension-httpbin", before=["unshare", "--net", "--map-root-user"], env={"UV_CACHE_DIR": str(shelf / "cache"), "PIP_CACHE_DIR": str(shelf / "cache"), "PIP_RETRIES": "1"}, says=["could not install", "network"])
    readonly = ["unshare", "--mount", "--map-root-user", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"', volume]
    fails("a volume that cannot be written", 1, "install", good, before=readonly, says=["could not", "ead-only"])
    fails("its removal there", 1, "uninstall", "is-there", before=readonly, says=["could not", "ead-only"])
    for words in (["list"], ["list", "--json"]):
        done = proof.run(by, volume, *words, before=readonly)
        proof.report(step, "what can be read is listed", (done.returncode, "is-there" in done.stdout), (0, True))


def differences(before, after):
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
