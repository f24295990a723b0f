"""The program, on volumes of its own, with uv, with pip or with a container; and what came of it."""

import json
import os
import re
import shutil
import subprocess
import threading

from core import python
from environment import ROOT
from localstack_image import docker, image, variables
from uv import only_uv

UV, PIP, CONTAINER = "uv", "pip", "container"
PACKAGES = "lib/extensions/python_venv/lib/python3.13/site-packages"


class Report:
    def __init__(self):
        self.passed = self.failed = 0
        self.lock = threading.Lock()

    def __call__(self, step, what, seen, expected=True):
        with self.lock:
            if seen == expected:
                self.passed += 1
                return
            self.failed += 1
            print(f"FAILED  {step}: {what}\n  seen     {short(seen)}\n  expected {short(expected)}", flush=True)


def short(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) < 3000 else f"{text[:1500]} … {text[-1500:]}"


class Machine:
    """What it has, for a program that is started with one engine or the other."""

    def __init__(self, binary, scratch):
        self.binary, self.scratch = binary, scratch
        self.cache = ROOT / "target/volume-cache"
        bare = scratch / "bare"
        bare.mkdir()
        (bare / "python3").symlink_to(os.path.realpath(python("3.11")))
        (bare / "git").symlink_to(shutil.which("git"))
        self.image = image(scratch, binary)
        docker(scratch), only_uv(scratch)

    def env(self, by):
        bare = f"{self.scratch / 'bare'}:/usr/bin:/bin"
        path = {UV: f"{only_uv(self.scratch)}:{bare}", PIP: bare, CONTAINER: f"{docker(self.scratch)}:{os.environ['PATH']}"}[by]
        foreign = ("LOCALSTACK_", "EXTENSION_", "LSTK_", "IMAGE_NAME")
        env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        env |= {"PATH": path, "XDG_CACHE_HOME": str(self.cache)}
        if by == CONTAINER:
            env |= {"LOCALSTACK_AUTH_TOKEN": "a-licence", **variables(self.image)}
        return env

    def command(self, by, volume, word, *words):
        engine = [] if word == "list" else ["--engine", "container" if by == CONTAINER else "local"]
        return [self.binary, word, *engine, "--volume", volume, *words]

    def run(self, by, volume, word, *words, before=(), cwd=None, env=None):
        command = [*before, *self.command(by, volume, word, *words)]
        env = {**self.env(by), **(env or {})}
        return subprocess.run(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)

    def listed(self, volume):
        """Each extension with its version."""
        done = self.run(UV, volume, "list", "--json")
        found = json.loads(done.stdout)["data"]["extensions"]
        return {plugin["name"]: one["version"] for one in found for plugin in one["plugins"]}



class Proof:
    """What a step needs: the program, volumes, and somebody to tell what was seen."""

    def __init__(self, binary, report, scratch):
        self.report, self.scratch = report, scratch
        self.machine = Machine(binary, scratch)
        self.locks = {by: threading.Lock() for by in (UV, PIP)}

    def volume(self, name):
        return self.scratch / "volumes" / name

    def run(self, *arguments, **more):
        return self.machine.run(*arguments, **more)

    def listed(self, volume):
        return self.machine.listed(volume)

    def works(self, step, by, volume, *words, **more):
        done = self.run(by, volume, *words, **more)
        what = f"{' '.join(map(str, words))} with {by}"
        self.report(step, what, (done.returncode, done.stderr if done.returncode else ""), (0, ""))
        return done


def distributions(volume):
    """By normal name, with versions; pip itself is of the environment."""
    infos = (volume / PACKAGES).glob("*.dist-info")
    found = dict(path.name.removesuffix(".dist-info").rsplit("-", 1) for path in infos)
    return {normal(name): version for name, version in found.items()}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()
