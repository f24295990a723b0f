"""Runs that are killed or told to stop, and runs side by side: the environment is the old or the new one, always."""

import signal
import subprocess
import threading
import time
from contextlib import contextmanager

from .failing import differences
from .machine import UV
from .made import wheel
from .tree import listing

MOMENTS = 20
BESIDE = {"python_venv", "python_venv.lock"}


def killed(proof):
    step, volume, shelf = "killed", proof.volume("killed"), proof.scratch / "killed"
    old, new = wheel(shelf, "old-one"), [wheel(shelf, f"new-{number}") for number in range(5)]
    proof.works(step, UV, volume, "install", old)
    environment = volume / "lib/extensions/python_venv"
    before = settled(environment)
    start = time.monotonic()
    proof.works(step, UV, volume, "install", *new)
    seconds = time.monotonic() - start
    after = settled(environment)
    proof.works(step, UV, volume, "uninstall", *(path.name.split("-")[0] for path in new))
    proof.report(step, "what is uninstalled leaves nothing", differences(before, settled(environment)), [])
    seen = {"old": 0, "new": 0}
    for moment in range(MOMENTS):
        run = started(proof, volume, *new)
        time.sleep(seconds * (moment + 0.5) / MOMENTS)
        run.kill()
        run.communicate()
        now = settled(environment)
        state = "old" if now == before else "new" if now == after else f"neither: {differences(before, now)[:4]}"
        seen[state] = seen.get(state, 0) + 1
        done = proof.works(step, UV, volume, *(["uninstall", *(path.name.split("-")[0] for path in new)] if state == "new" else ["init"]))
        if state == "old":
            # What changes nothing leaves what is beside it to the next run that does.
            proof.works(step, UV, volume, "install", old)
        proof.report(step, f"nothing beside it, {moment}", {path.name for path in environment.parent.iterdir()}, BESIDE)
    proof.report(step, f"old or new as a whole: {seen}", set(seen), {"old", "new"})
    # How fast a run is depends on what else runs here; the first moments are before its end in any case.
    proof.report(step, f"some were the old one: {seen}", seen["old"] > 3, True)

    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        before = listing(volume)
        run = started(proof, volume, *new)
        # It works in a folder beside the environment.
        while run.poll() is None and not [*environment.parent.glob(".python_venv-*")]:
            time.sleep(0.001)
        run.send_signal(number)
        _, errors = run.communicate(timeout=30)
        proof.report(step, f"{number.name}: {errors}", run.returncode, code)
        proof.report(step, f"{number.name} changes nothing", differences(before, listing(volume)), [])


def started(proof, volume, *specs):
    command = proof.machine.command(UV, volume, "install", *specs)
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=proof.machine.env(UV), text=True, **streams)


def settled(environment):
    """Without what uv notes of the time."""
    found = listing(environment)
    return {path: seen for path, seen in found.items() if not path.endswith(("uv_cache.json", "/RECORD"))}


def side_by_side(proof):
    step, volume, shelf = "side by side", proof.volume("together"), proof.scratch / "together"
    names = [f"side-{number}" for number in range(8)]
    proof.works(step, UV, volume, "install", wheel(shelf, "first-one"))
    runs = [started(proof, volume, wheel(shelf, name)) for name in names]
    with readers(proof, volume) as seen:
        for run in runs:
            told = run.communicate(timeout=120)[1]
            proof.report(step, f"a run: {told}", run.returncode, 0)
    proof.report(step, "none is lost", set(proof.listed(volume)), {"first-one", *names})
    numbers = [len(there) for there in seen]
    proof.report(step, f"a reader never sees less than before, in {len(numbers)} looks", numbers, sorted(numbers))


def upgraded_before_readers(proof):
    """Each look finds all of them, in the one or the other version."""
    step, volume, shelf = "upgraded", proof.volume("upgraded"), proof.scratch / "upgraded"
    names = [f"up-{number}" for number in range(12)]
    versions = {version: [wheel(shelf, name, version) for name in names] for version in ("0.1", "0.2")}
    proof.works(step, UV, volume, "install", *versions["0.1"])
    with readers(proof, volume, 3) as seen:
        for version in ("0.2", "0.1") * 4:
            proof.works(step, UV, volume, "install", *versions[version])
    odd = [there for there in seen if set(there) != set(names) or len(set(there.values())) != 1]
    proof.report(step, f"as a whole in {len(seen)} looks", odd, [])


@contextmanager
def readers(proof, volume, count=1):
    """What `list` finds, over and over again."""
    seen, is_over = [], threading.Event()

    def reads():
        while not is_over.is_set():
            seen.append(proof.listed(volume))

    threads = [threading.Thread(target=reads) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
