"""What LocalStack's image has of extensions: its Python with localstack-core, and the installer of the published program there.

The engine that runs it needs no daemon: .ci/image.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from core import core_python, python313
from environment import ROOT

ENGINE = ROOT / ".ci/image/engine"
RELEASE = "4.14.0"
PYTHON = "/opt/code/localstack/.venv/bin/python"
VENV = "/var/lib/localstack/lib/extensions/python_venv"
MODULE = "localstack.pro.core.bootstrap.extensions"


def image(scratch, binary):
    """The environment of localstack-core with the installer where LocalStack's image has it."""
    core = core_python(binary).parent.parent
    copy = scratch / "image"
    subprocess.run(["cp", "-al" if core.stat().st_dev == scratch.stat().st_dev else "-a", core, copy], check=True)
    pip = [copy / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, f"localstack=={RELEASE}"], check=True, stdin=subprocess.DEVNULL)
    packages = copy / "lib/python3.13/site-packages"
    # In the image both environments see each other, and LocalStack's Pro edition is a package of its own.
    (packages / "localstack-extensions-venv.pth").write_text(f"{VENV}/lib/python3.13/site-packages\n")
    metadata = packages / f"localstack_ext-{RELEASE}.dist-info/METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: localstack-ext\nVersion: {RELEASE}\n")
    package = packages / MODULE.replace(".", "/")
    package.mkdir(parents=True)
    shutil.copy(ROOT / ".ci/image/__main__.py", package)
    return copy


def variables(image):
    """For the engine: where the image's files are, and which Python of this machine is the one in its /usr/local/bin."""
    return {"ENGINE_IMAGE": str(image), "ENGINE_PYTHON": os.path.realpath(python313())}


def docker(scratch):
    """A folder for PATH in which the engine is called `docker`."""
    folder = Path(scratch) / "docker-only"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "docker").symlink_to(ENGINE)
    return folder


def in_container(image, volume, program, *words, mounts=(), token="a-licence"):
    """Runs a program in a container of the image that has the volume."""
    command = [sys.executable, ENGINE, "run", "--rm", "--name", "x", "--entrypoint", program]
    for source, target in ((volume, "/var/lib/localstack"), *mounts):
        command += ["--mount", f"type=bind,source={source},target={target}"]
    env = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **variables(image)}
    if token:
        env["LOCALSTACK_AUTH_TOKEN"] = token
    command += ["--env", "DEBUG=0", "--env", "LOCALSTACK_AUTH_TOKEN", "image", *words]
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
