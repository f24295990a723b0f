"""A Python with localstack-core, as `dev run` makes it; kept in target/ for the next time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from environment import ROOT, alone_with
from uv import only_uv

CACHE = ROOT / "target/core"


def python313():
    """The interpreter that LocalStack's container has."""
    return python("3.13")


def python(version):
    """An interpreter of this version: asked, because pyenv has commands for versions that it does not have."""
    installed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    for candidate in (shutil.which(f"python{version}"), *installed):
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True).returncode == 0:
            return candidate
    sys.exit(f"there is no Python {version}")


def core_python(binary):
    """The interpreter of an environment with localstack-core and pip."""
    with alone_with(CACHE):
        path = f"{only_uv(CACHE)}:{os.environ['PATH']}"
        variables = {**os.environ, "XDG_CACHE_HOME": str(CACHE), "PATH": path}
        project = CACHE / "project"
        if not project.exists():
            new = [binary, "dev", "new", project, "--defaults", "--no-git", "-q"]
            subprocess.run(new, env=variables, stdin=subprocess.DEVNULL, check=True)
        run = [binary, "dev", "run", "--smoke", "-q", "--python", python313(), project]
        subprocess.run(run, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        [folder] = [path for path in (CACHE / "lstk-extensions/core").iterdir() if path.is_dir()]
        return folder / "bin/python"
