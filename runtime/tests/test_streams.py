"""Standard output carries events and nothing else; standard input is nobody's but the host's."""

import sys


def test_what_an_extension_prints_does_not_disturb_the_events(site, host):
    site.add(
        "loud",
        """
        import logging, os, subprocess, sys
        print("at import")
        class Ext(Extension):
            name = "loud"
            def on_extension_load(self):
                print("{\\"event\\": \\"ready\\"}")
                os.write(1, b"written\\n")
                subprocess.run(["sh", "-c", "echo from a child; cat"], check=True)
                sys.__stdout__.write("without an end")
                logging.getLogger(__name__).info("logged at info")
                logging.getLogger("somebody.else").info("not shown")
                logging.getLogger(__name__).debug("not shown either")
                print("read:", repr(sys.stdin.read()))
        """,
    )
    running = host(site)
    assert running.ready()["extensions"][0]["name"] == "loud"
    running.stop()
    assert [event["event"] for event in running.events] == ["ready", "stopped"]
    log = running.log
    for text in ("at import", '{"event": "ready"}', "written", "from a child", "read: ''"):
        assert f"{text}\n" in log
    assert "without an end" in log
    assert "INFO    loud.extension  logged at info\n" in log
    assert "not shown" not in log
    assert "\x1b[" not in log


def test_the_program_sees_only_its_own_modules(site, host, tmp_path):
    """Neither the current directory, PYTHONPATH nor what an extension needs shadows anything."""
    run = tmp_path / "run0"
    for folder in (run, site.folder):
        folder.mkdir(exist_ok=True)
        for name in ("json", "localstack", "werkzeug", "settings"):
            (folder / f"{name}.py").write_text("raise RuntimeError('shadowed')")
    site.add(
        "paths",
        """
        import sys
        class Ext(Extension):
            name = "paths"
            def on_platform_ready(self): print("path:", sys.path)
        """,
    )
    running = host(site, environment={"PYTHONPATH": str(run)})
    running.ready()
    running.stop()
    line = next(line for line in running.log.splitlines() if line.startswith("path: "))
    path = line.removeprefix("path: ").strip("[]").replace("'", "").split(", ")
    assert str(run) not in path
    assert path[-1] == str(site.folder), "the extensions come last"
    assert sys.prefix in path[-2]
