"""The Python with the cookiecutter that this program is compared with."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "target/cookiecutter"
PACKAGES = [
    "cookiecutter==2.7.1",
    "arrow==1.4.0",
    "binaryornot==0.6.0",
    "jinja2==3.1.6",
    "python-slugify==9.2.0",
    "text-unidecode==1.3",
]
ENTERED = "COOKIECUTTER_REFERENCE"


def has_packages():
    try:
        return all(importlib.metadata.version(name) == version for name, version in
                   (package.split("==") for package in PACKAGES))
    except importlib.metadata.PackageNotFoundError:
        return False


def enter():
    """Goes on only in a Python that has the packages: this one, the one that PYTHON names, or one in target/."""
    if has_packages():
        return
    if ENTERED in os.environ:
        sys.exit(f"{sys.executable} has not what is needed: {', '.join(PACKAGES)}")
    os.environ[ENTERED] = "yes"
    if "PYTHON" in os.environ:
        python = os.environ["PYTHON"]
    else:
        python = ENVIRONMENT / "bin/python"
        if not (ENVIRONMENT / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
            pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            subprocess.run([*pip, *PACKAGES], check=True)
            (ENVIRONMENT / "complete").touch()
    os.execv(python, [str(python), *sys.argv])
