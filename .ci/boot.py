"""LocalStack's container as far as its Python goes: a view of this machine's files that nobody else has."""

import json
import os
import subprocess
import sys

# Run in a mount namespace of its own.
CONTAINER = r"""
import json, os, subprocess, sys
core, mounts, load, hidden = sys.argv[1], json.loads(sys.argv[2]), *sys.argv[3:]

def mount(*args):
    subprocess.run(["mount", *args], check=True)

def overlay(lower, target):
    name = target.strip("/").replace("/", "-")
    upper, work = f"/opt/layers/{name}", f"/opt/layers/{name}.work"
    for folder in (upper, work, target):
        os.makedirs(folder, exist_ok=True)
    mount("-t", "overlay", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={work}", target)

mount("-t", "tmpfs", "tmpfs", "/opt")
overlay("/etc", "/etc")
overlay(core, "/opt/code/localstack/.venv")
for source, target, read_only in mounts:
    if os.path.isdir(source):
        os.makedirs(target)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "x").close()
    mount("--bind", source, target)
    if read_only:
        mount("-o", "remount,bind,ro", target)
mount("-t", "tmpfs", "tmpfs", hidden)

python = "/opt/code/localstack/.venv/bin/python"
variables = {"PATH": os.environ["PATH"], "HOME": "/opt/home", "LANG": "C.UTF-8", "EXTENSION_DEV_MODE": "1"}
def run(*args):
    done = subprocess.run([python, *args], env=variables, cwd="/opt/code", capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done
starts = []
for _ in range(2):
    boot = run("-m", "localstack.runtime.init", "BOOT")
    [site] = [path for path in run("-c", "import sys; print(*sys.path, sep='\\n')").stdout.split("\n") if path.startswith("/opt/code/localstack/") and path.endswith("site-packages")]
    pth = open(os.path.join(site, "lstk-extensions-dev.pth"), encoding="utf-8").read()
    starts.append({"said": boot.stdout, "errors": boot.stderr, "pth": pth, "loaded": json.loads(run("-c", load).stdout)})
print(json.dumps(starts))
"""

# As LocalStack looks for extensions, with Plux' own finder and its cache.
LOAD = """
import json, sys
from plux import PluginLifecycleListener, PluginManager
from localstack.extensions.api import Extension

faults = []

class Listener(PluginLifecycleListener):
    def on_resolve_exception(self, namespace, entrypoint, exception):
        faults.append(repr(exception))
    def on_init_exception(self, spec, exception):
        faults.append(repr(exception))
    def on_load_exception(self, spec, plugin, exception):
        faults.append(repr(exception))

manager = PluginManager("localstack.extensions", listener=Listener())
loaded = {extension.name: sys.modules[type(extension).__module__].__file__ for extension in manager.load_all() if isinstance(extension, Extension)}
print(json.dumps({"loaded": loaded, "faults": faults}))
"""


def starts(core, mounts, hidden):
    """What is said, linked and loaded at two starts with these mounts; a text where they fail. Of the hidden folder the
    container sees only what is mounted."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", *user, "--mount", "--propagation", "private", sys.executable, "-c", CONTAINER]
    command += [str(core), json.dumps(mounts), LOAD, str(hidden)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr if done.returncode else json.loads(done.stdout)
