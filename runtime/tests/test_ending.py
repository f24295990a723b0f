"""Every way to end it: in order, with the extensions told, soon, and whoever still runs named."""

import signal
import socket
import time

import pytest

from conftest import START

TELLS = """
    import atexit, signal, subprocess, sys, threading, time
    class Ext(Extension):
        name = "tells"
        def on_platform_ready(self):
            atexit.register(print, "exit handler")
            child = "import signal; print('child:', signal.getsignal(signal.SIGINT).__name__)"
            subprocess.run([sys.executable, "-c", child])
        def on_platform_shutdown(self):
            print("told to shut down")
"""


@pytest.mark.parametrize("way", ["end of input", "SIGTERM", "SIGHUP"])
def test_it_stops_in_order(site, host, way):
    site.add("tells", TELLS)
    running = host(site)
    port = running.ready()["port"]
    # The terminal sends Ctrl-C to everybody; the parent decides.
    running.process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    with socket.create_connection(("127.0.0.1", port)) as idle:  # a client that stays
        idle.sendall(b"GET /_localstack/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        if way == "end of input":
            running.process.stdin.close()
        else:
            running.process.send_signal(getattr(signal, way))
        assert running.process.wait(10) == 0
        assert time.monotonic() - began < 2.5
    assert running.log.splitlines() == [
        "child: default_int_handler",
        "told to shut down",
        "exit handler",
    ]
    stopped = running.event("stopped")
    assert stopped["failures"] == 0
    assert stopped["called"]["tells"][0]["ok"] is True
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))


def test_it_stops_when_nobody_reads_its_events_any_more(site, host):
    site.add("tells", TELLS)
    reader = ["sh", "-c", '"$@" | head -n 1', "sh"]
    running = host(site, command=[*reader, *START])
    running.ready()
    assert running.process.wait(10) == 0
    assert running.log.splitlines()[1:] == ["told to shut down", "exit handler"]


def test_a_thread_left_running_is_named(site, host):
    module = site.add(
        "threads",
        """
        import atexit, threading, time
        from concurrent.futures import ThreadPoolExecutor
        class Ext(Extension):
            name = "threads"
            def on_platform_start(self):
                atexit.register(print, "exit handler")
                self.pool = ThreadPoolExecutor()
                self.pool.submit(int).result()
                threading.Thread(target=self.loop, name="my-loop").start()
                threading.Thread(target=self.loop, name="my-daemon", daemon=True).start()
            def loop(self):
                while True:
                    time.sleep(0.1)
        """,
    )
    running = host(site)
    running.ready()
    began = time.monotonic()
    running.stop()
    assert 1.5 < time.monotonic() - began < 5
    (warning,) = [line for line in running.log.splitlines() if "WARNING" in line]
    assert "the thread 'my-loop' (threads.extension.Ext.loop, " in warning
    assert f"{module}:" in warning
    assert "exit handler" in running.log


def test_idle_threads_of_a_pool_do_not_hold_it_up(site, host):
    site.add(
        "pool",
        """
        from concurrent.futures import ThreadPoolExecutor
        class Ext(Extension):
            name = "pool"
            def on_platform_start(self):
                self.pool = ThreadPoolExecutor()
                self.pool.submit(int).result()
        """,
    )
    running = host(site)
    running.ready()
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 2
    assert running.log == ""


def test_an_exit_handler_that_hangs_is_left(site, host):
    site.add(
        "hangs",
        """
        import atexit, time
        class Ext(Extension):
            name = "hangs"
            def on_platform_start(self):
                atexit.register(time.sleep, 60)
        """,
    )
    running = host(site)
    running.ready()
    running.stop()
    assert "an exit handler (atexit) is still running" in running.log


@pytest.mark.parametrize("hook", ["on_platform_start", "on_platform_shutdown"])
def test_a_hook_that_hangs_is_left(site, host, hook):
    module = site.add(
        "hangs",
        f"""
        import time
        class Ext(Extension):
            name = "hangs"
            def {hook}(self):
                print("in the hook")
                time.sleep(60)
        """,
    )
    running = host(site, grace=0.5)
    if hook == "on_platform_shutdown":
        running.ready()
    else:
        wait_for(lambda: "in the hook" in running.log)
    stopped = running.stop()
    (failure,) = running.all("failure")
    assert stopped["failures"] == 1
    assert (failure["stage"], failure["extension"]) == (hook, "hangs")
    assert failure["error"].startswith("it was still running 0.5 s after")
    assert failure["file"] == str(module)
    assert "time.sleep" in module.read_text().splitlines()[failure["line"] - 1]


def test_it_can_be_stopped_while_it_starts(site, host):
    site.add(
        "slow",
        """
        import time
        class Ext(Extension):
            name = "slow"
            def on_extension_load(self):
                print("loading")
                time.sleep(0.5)
            def on_platform_start(self): print("starting")
            def on_platform_shutdown(self): print("shutting down")
        """,
    )
    running = host(site)
    wait_for(lambda: "loading" in running.log)
    running.stop()
    assert not running.all("ready")
    assert running.log.split("\n") == ["loading", "shutting down", ""]


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
