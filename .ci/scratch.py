"""A folder for what a script makes."""

import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder(prefix):
    """Removed at the end, by a process of its own: tens of thousands of files take a slow disk a minute."""
    folder = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
    try:
        yield folder
    finally:
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.Popen(["rm", "-rf", folder], start_new_session=True, **streams)


def unpack(archive, folder):
    """What a source distribution has; the first Pythons 3.11 cannot be told to distrust it."""
    with tarfile.open(archive) as tar:
        distrust = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(folder, **distrust)
