"""What is in a folder, so that two states of it can be compared."""

import hashlib
import os


def listing(folder):
    """Each path with its mode and its content."""
    found = {}
    for root, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(root, name)
            mode = os.lstat(path).st_mode
            if os.path.islink(path):
                content = os.readlink(path)
            elif os.path.isdir(path):
                content = ""
            else:
                with open(path, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()
            found[os.path.relpath(path, folder)] = (mode, content)
    return found
