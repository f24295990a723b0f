"""All metadata is in pyproject.toml; this keeps a package from being built without its page."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

MODULE = "oharas_50_id_7_7_grosse"
STATIC = Path("src", MODULE, "static")


def need_page() -> None:
    if not Path(STATIC, "index.html").is_file():
        raise SystemExit(f"error: the page is missing: run `make build`, and commit {STATIC.as_posix()}/")


class BuildPy(build_py):
    def run(self) -> None:
        # An editable installation serves the page from the project, as soon as it is there.
        if not self.editable_mode:
            need_page()
        super().run()


class Sdist(sdist):
    def run(self) -> None:
        need_page()
        super().run()


setup(cmdclass={"build_py": BuildPy, "sdist": Sdist})
