"""Pythons with packages that scripts of ours need, kept in target/ for the next time."""

import fcntl
import importlib.metadata
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENTERED = "CI_ENVIRONMENT"


def enter(name, packages):
    """Goes on only in a Python that has the packages, `NAME==VERSION`: this one, that of PYTHON, or one in target/NAME."""
    if has(packages):
        return
    if os.environ.get(ENTERED) == name:
        sys.exit(f"{sys.executable} has not what is needed: {', '.join(packages)}")
    os.environ[ENTERED] = name
    python = os.environ.get("PYTHON") or made(ROOT / "target" / name, packages)
    os.execv(python, [str(python), *sys.argv])


def has(packages):
    try:
        return all(importlib.metadata.version(name) == version for name, version in (package.split("==") for package in packages))
    except importlib.metadata.PackageNotFoundError:
        return False


def made(environment, packages):
    python = environment / "bin/python"
    with alone_with(environment):
        if not (environment / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages], check=True)
            (environment / "complete").touch()
    return python


@contextmanager
def alone_with(folder):
    """While one script makes it, the others that need it wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
