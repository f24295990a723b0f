"""Makes the folders below /opt/code/extensions part of LocalStack's Python, before that starts.

`lstk-extensions dev start` mounts this file into /etc/localstack/init/boot.d/, whose scripts
LocalStack's container runs first of all. What is to be found is written into one `.pth` file,
anew at each start of the container: Python reads it when LocalStack itself is started, and every
line of it is a plain path.
"""

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

EXTENSIONS = Path("/opt/code/extensions").resolve()
PTH = "lstk-extensions-dev.pth"
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
# Packages of other environments, or none at all and many thousands of files.
NEVER_LOOKED_INTO = {".git", ".nox", ".tox", "__pycache__", "node_modules"}


def site_packages(extension: Path) -> Iterator[Path]:
    """The folders with packages of the environments in an extension, of whatever Python."""
    for folder, names, _ in os.walk(extension):
        if Path(folder).name == "site-packages":
            names.clear()
            yield Path(folder)
        names[:] = sorted(name for name in names if name not in NEVER_LOOKED_INTO)


def linked_from(folder: Path) -> Iterator[Path]:
    """What the `.pth` files in a folder name; code in them is not run."""
    for file in sorted(folder.glob("[!.]*.pth")):
        text = file.read_text(encoding="utf-8-sig", errors="surrogateescape")
        for line in map(str.rstrip, text.splitlines()):
            # Python's own rule for what is code.
            if line and not line.startswith(("#", "import ", "import\t")):
                yield folder / line


def importable(extension: Path) -> list[Path]:
    """The folders that an extension's code, metadata and requirements are in, its own first."""
    waiting = [extension]
    for folder in site_packages(extension):
        if folder.parent.name == PYTHON:
            waiting.append(folder)
        else:
            name = folder.relative_to(extension)
            say(f"  {name} is left out: LocalStack runs on {PYTHON}")
    found = []
    # What is linked to is added while the list is walked, so that links of links are followed.
    for named in waiting:
        folder = named.resolve()
        # A path of the computer that an environment was made on is none here, whatever is there.
        if folder in found or not folder.is_relative_to(extension) or not folder.is_dir():
            continue
        found.append(folder)
        waiting.extend(linked_from(folder))
    return [folder for folder in found if "\n" not in str(folder)]


def has_metadata(folders: list[Path]) -> bool:
    """Whether anything there tells Python of an extension, which is how LocalStack finds it."""
    return any(
        "[localstack.extensions]" in file.read_text(encoding="utf-8", errors="replace")
        for folder in folders
        for kind in ("dist-info", "egg-info")
        for file in folder.glob(f"*.{kind}/entry_points.txt")
    )


def paths_of(extension: Path) -> list[Path]:
    """What Python needs for an extension; nothing where it cannot be read."""
    say(f"Extension in developer mode: {extension}")
    try:
        folders = importable(extension)
        is_found = has_metadata(folders)
    except (OSError, RuntimeError) as error:
        # The others do not suffer from it.
        say(f"  it is left out: {error}")
        return []
    if not is_found:
        say("  LocalStack will not find it: no *.egg-info or *.dist-info has its entry point")
    return folders


def link(paths: list[Path]) -> None:
    """Whole or not at all: LocalStack would not start with half a path."""
    file = Path(sysconfig.get_path("purelib")) / PTH
    new = file.with_suffix(".new")
    text = "".join(f"{path}\n" for path in paths)
    new.write_text(text, encoding="utf-8", errors="surrogateescape")
    new.replace(file)


def say(line: str) -> None:
    """Into the container's log."""
    sys.stdout.buffer.write(f"{line}\n".encode(errors="backslashreplace"))
    sys.stdout.flush()


extensions = sorted(EXTENSIONS.iterdir()) if EXTENSIONS.is_dir() else []
link([path for extension in extensions if extension.is_dir() for path in paths_of(extension)])
