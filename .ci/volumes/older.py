"""Environments as they are found: of an older image, broken, or filled when LocalStack starts."""

import json
import shutil
import subprocess

from core import python
from localstack_image import MODULE, PYTHON, in_container

from .machine import PACKAGES, UV
from .made import wheel

HELLO = "localstack-extension-hello-world"


def outdated(proof, by):
    """As the image with Python 3.11 made it."""
    step, volume = f"outdated {by}", proof.volume(f"outdated-{by}")
    environment = volume / "lib/extensions/python_venv"
    subprocess.run([python("3.11"), "-m", "venv", environment], check=True)
    pip = [environment / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, f"{HELLO}==0.1.1", "localstack-extension-miniflare==0.1.2"], check=True)
    done = proof.run(by, volume, "list", "--json")
    told = json.loads(done.stdout)
    proof.report(step, "they are listed", len(told["data"]["extensions"]), 2)
    proof.report(step, "with a warning", [one["code"] for one in told["warnings"]], ["ENVIRONMENT_BROKEN"])
    proof.works(step, by, volume, "init")
    proof.report(step, "the same, of the same versions", proof.listed(volume), {"hello-world": "0.1.1", "miniflare": "0.1.2"})
    proof.report(step, "of one Python", sorted(path.name for path in (environment / "lib").iterdir()), ["python3.13"])
    asked = in_container(proof.machine.image, volume, PYTHON, "-m", MODULE, "list").stdout
    proof.report(step, "LocalStack's installer sees them", len(asked.splitlines()), 2)


def broken(proof):
    """What stays is what is installed; LocalStack's installer works again."""
    environment = lambda volume: volume / "lib/extensions/python_venv"

    def dead_links(volume):
        for path in (environment(volume) / "bin").glob("python*"):
            path.unlink()
            path.symlink_to("/usr/local/bin/python-of-another-image")

    def no_pip(volume):
        for path in [*(environment(volume) / "bin").glob("pip*"), *(volume / PACKAGES).glob("pip*")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def no_link(volume):
        (volume / PACKAGES / "localstack-venv.pth").unlink()

    def no_settings(volume):
        (environment(volume) / "pyvenv.cfg").unlink()

    for breaks in (dead_links, no_pip, no_link, no_settings):
        name = breaks.__name__.replace("_", " ")
        step, volume = f"broken: {name}", proof.volume(name.replace(" ", "-"))
        proof.works(step, UV, volume, "install", f"{HELLO}==0.1.1")
        breaks(volume)
        done = proof.run(UV, volume, "list", "--json")
        proof.report(step, "is told", [one["code"] for one in json.loads(done.stdout)["warnings"]], ["ENVIRONMENT_BROKEN"])
        proof.works(step, UV, volume, "init")
        done = proof.run(UV, volume, "list")
        proof.report(step, "is mended", (done.stderr.count("warning"), "hello-world" in done.stdout), (0, True))
        asked = in_container(proof.machine.image, volume, PYTHON, "-m", MODULE, "uninstall", HELLO).stdout
        proof.report(step, "LocalStack's installer works", "successfully uninstalled" in asked or asked, True)


def automatic(proof, by):
    """What LocalStack would install when it starts."""
    step, volume, shelf = f"auto {by}", proof.volume(f"auto-{by}"), proof.scratch / f"auto {by}"
    one, two = wheel(shelf, "from-a-file"), wheel(shelf, "from-the-variable")
    listed = shelf / "extensions.txt"
    listed.write_text(f"# first\n./{one.name}\n")
    variable = f"{two.as_uri().replace('%20', ' ')}, ./nowhere.whl ,{HELLO}==0.1.1"
    env = {"EXTENSION_AUTO_INSTALL": variable}
    done = proof.run(by, volume, "install", "--auto", "-r", listed, "--json", env=env)
    items = json.loads(done.stdout)["data"]["items"]
    proof.report(step, "the file first, then each item", [item["ok"] for item in items], [True, True, False, True])
    proof.report(step, "one that fails is told", (done.returncode, "nowhere.whl" in items[2]["item"]), (1, True))
    proof.report(step, "and the others are there", set(proof.listed(volume)), {"from-a-file", "from-the-variable", "hello-world"})
    done = proof.run(by, volume, "install", "--auto", "-r", listed, env={"EXTENSION_AUTO_INSTALL": HELLO})
    proof.report(step, "again: nothing fails", done.returncode, 0)
