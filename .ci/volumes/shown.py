"""What the README shows of extensions in the volume is what is printed."""

import re
import subprocess

from environment import ROOT

from .machine import UV


def is_real(proof):
    text = (ROOT / "README.md").read_text()
    block = re.search(r"^```text\n(\$ lstk-extensions init\n.*?)^```$", text, re.S | re.M).group(1)
    proof.report("readme", "what is shown of the volume", printed(proof, block), block)


def printed(proof, block):
    """The commands of a transcript with what they print now, to somebody whose home is empty."""
    home, programs = proof.scratch / "ada", proof.scratch / "programs"
    for folder in (home, programs):
        folder.mkdir()
    (programs / "lstk-extensions").symlink_to(proof.machine.binary)
    env = {**proof.machine.env(UV), "HOME": str(home)}
    env["PATH"] = f"{programs}:{env['PATH']}"
    del env["XDG_CACHE_HOME"]
    lines = []
    for command in re.findall(r"^\$ (.*)$", block, re.M):
        done = subprocess.run(
            ["sh", "-c", f"exec 2>&1\n{command}"], env=env, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
        )
        lines += [f"$ {command}\n", done.stdout.replace(str(home), "/home/ada")]
    return "".join(lines)
