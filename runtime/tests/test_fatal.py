"""What keeps it from serving is told with a reason the parent can act on, and status 1."""

import socket
import subprocess
import sys

import pytest

from conftest import FOLDER


def test_a_port_in_use(site, host):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = host(site, port=taken.getsockname()[1])
        fatal = running.event("fatal")
        assert running.process.wait(10) == 1
    assert fatal["reason"] == "port"
    assert fatal["error"].startswith("OSError: [Errno 98] Address already in use")
    assert [event["event"] for event in running.events] == ["fatal"]


def test_a_port_that_is_none(site, host):
    fatal = host(site, port=70000).event("fatal")
    assert fatal["reason"] == "port"


def test_the_port_asked_for(site, host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert host(site, port=port).ready()["port"] == port


@pytest.mark.parametrize("damage", ["empty", "half"])
def test_a_damaged_environment(site, host, tmp_path, damage):
    """An environment without localstack-core, and one where a module of it is cut off."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    if damage == "half":
        package = next(environment.glob("lib/python3*/site-packages")) / "localstack"
        package.mkdir()
        (package / "__init__.py").write_text("def")
    running = host(site, command=[environment / "bin" / "python", "-I", "-B", FOLDER])
    fatal = running.event("fatal")
    assert running.process.wait(10) == 1
    assert fatal["reason"] == "core"
    error = "ModuleNotFoundError: No module named" if damage == "empty" else "SyntaxError: "
    assert fatal["error"].startswith(error)
    assert any("gateway" in line or "discovery" in line for line in fatal["trace"])


def test_settings_it_does_not_know(site, host):
    running = host(site, colour="blue")
    fatal = running.event("fatal")
    assert running.process.wait(10) == 1
    assert fatal["reason"] == "start"
    assert "unexpected keyword argument 'colour'" in fatal["error"]


def test_an_interrupt_ends_it_in_order(site, host):
    site.add(
        "interrupts",
        """
        class Ext(Extension):
            name = "interrupts"
            def on_platform_start(self): raise KeyboardInterrupt
            def on_platform_shutdown(self): print("told to shut down")
        """,
    )
    running = host(site)
    fatal = running.event("fatal")
    assert running.process.wait(10) == 1
    assert (fatal["reason"], fatal["error"]) == ("start", "KeyboardInterrupt")
    assert running.log == "told to shut down\n"
