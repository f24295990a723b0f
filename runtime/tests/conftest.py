"""The host as a real process, on real distributions, in the localstack-core of this Python."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from textwrap import dedent

import boto3
import pytest
from botocore.config import Config

FOLDER = Path(__file__).parent.parent / "host"
# -B: no compiled files beside the sources, which are embedded as they are.
START = [sys.executable, "-I", "-B", FOLDER]
# As LocalStack documents them, and calls them.
HOOKS = [
    "on_extension_load",
    "on_platform_start",
    "update_gateway_routes",
    "update_request_handlers",
    "update_response_handlers",
    "update_exception_handlers",
    "update_finalizers",
    "on_platform_ready",
    "on_platform_shutdown",
]
HEAD = "from localstack.extensions.api import Extension, http, aws\n"


class Site:
    """A site directory; a module and a .dist-info folder are all that Plux needs."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()

    def add(self, package, source, points=None, version="1.2.3"):
        """Install a distribution with a module `package.extension`; its entry point: class Ext."""
        code = self.folder / package
        code.mkdir()
        (code / "__init__.py").touch()
        module = code / "extension.py"
        module.write_text(HEAD + dedent(source))
        name = package.replace("_", "-")
        points = points or {name: f"{package}.extension:Ext"}
        info = self.folder / f"{package}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        lines = ["[localstack.extensions]", *(f"{key} = {value}" for key, value in points.items())]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
        return module


class Host:
    """A running host: its events, what it wrote to standard error, and ways to end it."""

    def __init__(self, settings, folder, command=None, environment=None):
        self.errors = folder / "stderr.txt"
        self.events = []
        self._arrived = Queue()
        clean = {k: v for k, v in os.environ.items() if k not in ("SERVICES", "DEBUG", "LS_LOG")}
        self.began = time.monotonic()
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [*(command or START), json.dumps(settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=clean | (environment or {}),
                cwd=folder,
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._arrived.put(json.loads(line))
        self._arrived.put(None)

    def event(self, kind, timeout=20):
        """Wait for the next event of a kind."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                event = self._arrived.get(timeout=max(0.01, deadline - time.monotonic()))
            except Empty:
                raise AssertionError(f"no {kind!r} in time: {self.events}\n{self.log}") from None
            assert event, f"no {kind!r}: {self.events}\n{self.log}"
            self.events.append(event)
            if event["event"] == kind:
                return event

    def ready(self):
        """Wait until it serves."""
        return self.event("ready")

    def stop(self):
        """Cut the life line; the `stopped` event."""
        self.process.stdin.close()
        stopped = self.event("stopped")
        assert self.process.wait(10) == 0
        return stopped

    def all(self, kind):
        """The events of a kind so far."""
        return [event for event in self.events if event["event"] == kind]

    @property
    def log(self):
        """What was written to standard error so far."""
        return self.errors.read_text()


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "site")


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def host(tmp_path, cache):
    """Start a host; whatever is left of it is killed in the end."""
    started = []

    def start(*sites, command=None, environment=None, **settings):
        folder = tmp_path / f"run{len(started)}"
        root = folder / "root"
        root.mkdir(parents=True, exist_ok=True)
        settings = {
            "port": 0,
            "root": str(root),
            "cache": str(cache),
            "extensions": [str(site.folder) for site in sites],
            "services": "s3",
            "smoke": False,
            "log": "warning",
        } | settings
        started.append(Host(settings, folder, command, environment))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.process.stdout.close()
        if not one.process.stdin.closed:
            one.process.stdin.close()


def aws(service, url):
    """Make a real client for a running host."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}),
    )
