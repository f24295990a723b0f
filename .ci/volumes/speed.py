"""How long `list` takes."""

import os
import shutil
import time

from .machine import PACKAGES, UV
from .published import published

ALLOWED = 50
# The fastest counts, as the machine may be busy with other things.
LOOKS = 20


def lists(proof):
    """200 extensions, made of the published ones, each with its own code."""
    volume = proof.volume("speed")
    packages = volume / PACKAGES
    source = published(proof, UV)
    packages.mkdir(parents=True)
    environment = "lib/extensions/python_venv"
    shutil.copytree(source / environment / "bin", volume / environment / "bin", symlinks=True)
    shutil.copy(source / environment / "pyvenv.cfg", volume / environment)
    found = []
    for info in sorted((source / PACKAGES).glob("*.dist-info")):
        if (info / "entry_points.txt").exists() and "[localstack.extensions]" in (info / "entry_points.txt").read_text():
            found.append(info)
    for number in range(200):
        info = found[number % len(found)]
        name, version = info.name.removesuffix(".dist-info").rsplit("-", 1)
        files = [line.split(",")[0] for line in (info / "RECORD").read_text().splitlines()]
        for file in files:
            if file.startswith("..") or not (source / PACKAGES / file).exists():
                continue
            top, _, rest = file.partition("/")
            top = f"{name}_{number}-{version}.dist-info" if top == info.name else f"n{number}_{top}"
            target = packages / top / rest if rest else packages / top
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(source / PACKAGES / file, target)
        mine = packages / f"{name}_{number}-{version}.dist-info"
        changed(mine / "METADATA", "Name: ", f"Name: n{number}-", 1)
        changed(mine / "entry_points.txt", " = ", f" = n{number}_")
        record = (mine / "RECORD").read_text().splitlines()
        lines = [line.replace(info.name, mine.name, 1) if line.startswith(info.name) else f"n{number}_{line}" for line in record]
        (mine / "RECORD").unlink()
        (mine / "RECORD").write_text("\n".join(line for line in lines if ".." not in line) + "\n")
    (packages / "localstack-venv.pth").write_text("/opt/code/localstack/.venv/lib/python3.13/site-packages\n")
    done = proof.works("speed", UV, volume, "list")
    proof.report("speed", "all are listed", len(done.stdout.splitlines()) - 1, 200)
    times = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        proof.run(UV, volume, "list")
        times.append((time.perf_counter() - start) * 1000)
    told = f"{min(times):.0f} ms for 200 extensions, {ALLOWED} are allowed (median {sorted(times)[LOOKS // 2]:.0f} ms)"
    if "release" not in str(proof.machine.binary):
        print(f"NOT MEASURED: {proof.machine.binary} is no release build; it takes {told}", flush=True)
        return
    print(told, flush=True)
    proof.report("speed", told, min(times) < ALLOWED, True)


def changed(path, old, new, count=-1):
    """A file of its own: the other one has this name as well."""
    text = path.read_text(encoding="utf-8").replace(old, new, count)
    path.unlink()
    path.write_text(text, encoding="utf-8")
