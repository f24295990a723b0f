"""The uv that installs in a second what takes pip half a minute; what pip itself makes of something is proven with pip."""

import os
from pathlib import Path

import environment

ROOT = environment.ROOT


def uv():
    os.environ.setdefault("UV_CACHE_DIR", str(ROOT / "target/uv-cache"))
    return environment.made(ROOT / "target/uv", ["uv==0.13.9"]).parent / "uv"


def only_uv(scratch):
    """A folder for PATH that has uv, but not the Python beside it."""
    folder = Path(scratch) / "uv-only"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "uv").symlink_to(uv())
    return folder
