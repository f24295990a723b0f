"""Every way to say what is to be installed."""

import json
import shutil
import subprocess

from .made import code, project, wheel
from .machine import PACKAGES, UV, distributions


def by_name(proof, by):
    """Versions, extras, upgrades, downgrades, and what stays as it is."""
    step, volume, shelf = f"names {by}", proof.volume(f"names-{by}"), proof.scratch / f"shelf {by}"
    for version in ("0.1", "0.2", "0.3"):
        wheel(shelf, "billing-mock", version)
    wheel(shelf, "with-extras", "1", requires=["leaf-of-it; extra == 'more'", "branch; python_version >= '3.13' and sys_platform == 'linux'"], extras=["more"])
    wheel(shelf, "with-extras-not", "1", requires=["branch; python_version < '3.13'"])
    wheel(shelf, "leaf-of-it", "1")
    wheel(shelf, "branch", "1")
    env = {"UV_FIND_LINKS": str(shelf).replace(" ", "%20"), "PIP_FIND_LINKS": shelf.as_uri(), "UV_NO_INDEX": "1", "PIP_NO_INDEX": "1"}
    env["UV_FIND_LINKS"] = shelf.as_uri()

    def has(*words, **expected):
        proof.works(step, by, volume, "install", *words, env=env)
        seen = {name: version for name, version in distributions(volume).items() if name != "pip"}
        proof.report(step, " ".join(words), seen, {name.replace("_", "-"): version for name, version in expected.items()})

    proof.works(step, by, volume, "init")
    has("billing-mock==0.1", billing_mock="0.1")
    has("billing-mock", billing_mock="0.1")
    has("--upgrade", "billing-mock<0.3", billing_mock="0.2")
    has("-U", "billing-mock", billing_mock="0.3")
    has("billing-mock==0.1", billing_mock="0.1")
    constraints = shelf / "pins.txt"
    constraints.write_text("billing-mock<0.3\n")
    listed = shelf / "extensions.txt"
    listed.write_text(f"# a comment\n-c pins.txt\n-r more/nested.txt\nbilling-mock # another\n")
    (shelf / "more").mkdir()
    (shelf / "more/nested.txt").write_text("with-extras[more] \\\n  ==1\n")
    has("--upgrade", "-r", str(listed), billing_mock="0.2", with_extras="1", leaf_of_it="1", branch="1")
    proof.works(step, by, volume, "uninstall", "with-extras", "leaf-of-it", "branch", "billing-mock")
    has("with-extras-not", with_extras_not="1")


def by_path(proof, by):
    """Wheels, source distributions, folders and repositories of this machine, together in one go."""
    step, volume, home = f"paths {by}", proof.volume(f"paths-{by}"), proof.scratch / f"paths of {by}"
    built = wheel(home / "dist", "a-wheel")
    folder = project(home / "my folder", "a-folder")
    packed = project(home / "packed-0.1", "packed")
    (packed / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: packed\nVersion: 0.1\n")
    shutil.make_archive(home / "dist/packed-0.1", "gztar", home, "packed-0.1")
    project(home / "repository/sub", "in-git")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", home / "repository"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    editable = project(home / "editable", "is-editable")
    listed = home / "extensions.txt"
    listed.write_text("# where it is\n-e ./editable\n./dist/relative-0.1-py3-none-any.whl\n")
    wheel(home / "dist", "relative")
    repository = f"git+{(home / 'repository').as_uri()}#egg=in-git&subdirectory=sub"
    specs = [built.as_uri(), f"file://./dist/packed-0.1.tar.gz", "./my folder", repository, "-r", "extensions.txt"]
    done = proof.works(step, by, volume, "install", *specs, cwd=home)
    names = {"a-wheel", "a-folder", "packed", "in-git", "is-editable", "relative"}
    proof.report(step, "each is there", set(distributions(volume)) - {"pip"}, names)
    proof.report(step, "what cannot be editable is told", "extensions.txt:2: installed as it is now" in done.stderr, True)
    packages = volume / PACKAGES
    proof.report(step, "a copy of the editable", (packages / "is_editable/__init__.py").exists(), True)
    untouched = {path.name for path in folder.iterdir()} - {"build", "a_folder.egg-info"}
    proof.report(step, "nothing else in the folder", untouched, {"a_folder", "pyproject.toml", "setup.py"})

    (folder / "a_folder/__init__.py").write_text(code("a-folder") + "\n# changed\n")
    done = proof.works(step, by, volume, "install", str(folder), "--json")
    changed = (packages / "a_folder/__init__.py").read_text().endswith("# changed\n")
    proof.report(step, "a changed folder of the same version is built again", changed, True)
    proof.report(step, "and that is told", [one["name"] for one in json.loads(done.stdout)["data"]["installed"]], ["a-folder"])

    wheel(home / "dist", "a-wheel", plugin="a-wheel-renamed")
    proof.works(step, by, volume, "install", "dist/a_wheel-0.1-py3-none-any.whl", cwd=home)
    proof.report(step, "a wheel that was made again", "a-wheel-renamed" in proof.listed(volume), True)
    (home / "repository/sub/in_git/__init__.py").write_text(code("in-git") + "\n# changed\n")
    subprocess.run([*git, "commit", "-qam", "second"], check=True)
    proof.works(step, by, volume, "install", repository)
    changed = (packages / "in_git/__init__.py").read_text().endswith("# changed\n")
    proof.report(step, "a later commit of the same version", changed, True)
    proof.works(step, UV, volume, "uninstall", *names)
    proof.report(step, "all of it goes", (set(distributions(volume)), [path.name for path in packages.iterdir() if path.is_dir()]), ({"pip"}, ["pip", f"pip-{distributions(volume)['pip']}.dist-info"]))
