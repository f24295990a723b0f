"""The cage that `.ci/attacks` runs the program in, and how each run is judged."""

import os
import pty
import re
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from pathlib import Path

USER = "ATTACKS_USER"  # set in a mount name space of our own: whose it is, "root" or "other"

HEADER = '[template]\nname = "ours"\nversion = "1"\ndescription = "Our skeleton"\n'
SECRET = "the content of a private key"
TOKEN = "ghp_0123456789abcdef"
SECONDS, BYTES = 5, 512 << 20


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True, capture_output=True)


class Cage:
    """An overlay over the whole file system, but for one folder, the box; without the right to mount, the box alone."""

    def __init__(self, scratch, program):
        self.scratch, self.box = scratch, scratch / "box"
        self.box.mkdir()
        self.program = shutil.copy(program, self.box / program.name)
        self.root, self.known = None, set()
        try:
            if USER in os.environ:
                self.build(os.environ[USER] == "root")
        except subprocess.CalledProcessError:
            self.root = None

    def build(self, may_all):
        cage = self.scratch / "cage"
        cage.mkdir()
        mount("-t", "tmpfs", "cage", cage)
        self.upper, work, self.root = cage / "upper", cage / "work", cage / "root"
        for folder in (self.upper, work, self.root):
            folder.mkdir()
        options = f"lowerdir=/,upperdir={self.upper},workdir={work}"
        mount("-t", "overlay", "cage", "-o", options if may_all else f"{options},userxattr", self.root)
        box = self.root / self.box.relative_to("/")
        box.mkdir(parents=True, exist_ok=True)
        mount("--bind", self.box, box)
        for name in ("proc", "dev"):
            mount("--rbind", f"/{name}", self.root / name)
        if self.start(["git", "--version"], "/", dict(os.environ), stdout=subprocess.DEVNULL).wait() != 0:
            raise subprocess.CalledProcessError(1, "git")
        self.known = self.written()

    def written(self):
        """What was written anywhere but in the box, and is not known yet."""
        paths = self.upper.rglob("*") if self.root else ()
        return {str(Path("/") / path.relative_to(self.upper)) for path in paths} - self.known

    def start(self, command, folder, env, **more):
        def enter():
            if self.root:
                os.chroot(self.root)
            os.chdir(folder)

        return subprocess.Popen([*map(str, command)], preexec_fn=enter, env=env, **more)


def look(folder):
    """Everything below a folder: kind and mode, and what is in it."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else None
        if stat.S_ISREG(status.st_mode):
            content = path.read_bytes() if status.st_size < 1 << 20 else status.st_size
        found[str(path.relative_to(folder))] = (status.st_mode, content)
    return found


def read(stream):
    try:
        return os.read(stream, 1 << 16)
    except OSError:  # a terminal that nobody has open any more
        return b""


class Place:
    """One attack's surroundings: a template `t`, what is the user's, and a home."""

    def __init__(self, cage, title, check):
        self.cage, self.title, self.check = cage, title, check
        self.folder = Path(tempfile.mkdtemp(dir=cage.box))
        self.work, home = self.folder / "work", self.folder / "home"
        home.mkdir()
        (home / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n")
        self.put("secret/key", SECRET)
        self.put("secret/template.toml", HEADER)
        self.put("victim/x", "theirs")
        self.put("victim/deep/x", "theirs")
        self.put("t/files/harmless", "harmless\n")
        self.put("t/template.toml", HEADER)
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm"}

    def put(self, path, content, mode=0o644):
        path = self.work / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)

    def link(self, path, target):
        path = self.work / path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    def git(self, *words):
        """The script's own git, which must not fall for what is in the repository."""
        safe = "init.defaultBranch=main core.protectNTFS=false core.protectHFS=false core.fsmonitor=false"
        options = [word for value in (*safe.split(), "core.hooksPath=/dev/null") for word in ("-c", value)]
        command = ["git", *options, *words]
        subprocess.run(command, cwd=self.work / "t", env=self.env, check=True, capture_output=True)

    def commit(self):
        """The template as the address of a repository."""
        if not (self.work / "t/.git").exists():
            self.git("init", "-q")
        self.git("add", "--all", "--force")
        self.git("commit", "-qm", "x")
        return f"file://{self.work}/t"

    def run(self, words, codes=(0, 1, 2), said="", terminal=False):
        """Runs the program, and judges what it did, said and cost. Gives what it said."""
        words = words.split() if isinstance(words, str) else words
        before, start = look(self.folder), time.monotonic()
        ours, theirs = pty.openpty() if terminal else os.pipe()
        streams = {"stdin": theirs if terminal else subprocess.DEVNULL, "stdout": theirs, "stderr": theirs}
        process = self.cage.start([self.cage.program, *words], self.work, self.env, **streams)
        os.close(theirs)
        told, late = b"", threading.Timer(4 * SECONDS, process.kill)
        late.start()
        while chunk := read(ours):
            told += chunk
            if terminal:
                os.write(ours, b"\r")  # each question's default
        os.close(ours)
        _, status, usage = os.wait4(process.pid, 0)
        late.cancel()
        code = process.returncode = os.waitstatus_to_exitcode(status)
        took, memory, text = time.monotonic() - start, usage.ru_maxrss >> 10, told.decode(errors="replace")

        def check(what, ok, evidence):
            command = " ".join(words)[:200]
            self.check(f"{self.title}: {what}", ok, f"{evidence}\n     {command}: exit {code}\n     {text[:2000]}")

        check("exit code and what is said", code in codes and re.search(said, text), f"expected {codes} and `{said}`")
        check("cost", took < SECONDS and memory < BYTES >> 20, f"{took:.2f} s, {memory} MiB")
        check("no secret is told", SECRET not in text and TOKEN not in text, "")
        check("no panic", "panicked" not in text, "")
        outside = self.cage.written()
        check("no write outside", not outside, sorted(outside))
        self.cage.known |= outside
        self.judge(check, before, code == 0)
        return told

    def judge(self, check, before, done):
        """Nothing may differ but the cache; and the project, the copy of a template and its cases when all went well."""
        after = look(self.folder)
        changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        ours = r"home/\.cache(/lstk-extensions(/.*)?)?" + (r"|work/(p|e|t/snapshots)(/.*)?" if done else "")
        harmed = sorted(path for path in changed if not re.fullmatch(ours, path))
        check("nothing else is changed", not harmed, harmed)
        new = {path: after[path] for path in changed & after.keys() if path.startswith("work/")}
        holding = [path for path, (_, content) in new.items() if SECRET.encode() in str(content).encode()]
        check("no secret is copied", not holding, holding)
        plain = lambda mode: stat.S_ISDIR(mode) or stat.S_ISREG(mode) and mode & 0o7777 in (0o644, 0o755)
        odd = [path for path, (mode, _) in new.items() if not plain(mode) and not path.startswith("work/p/.git/")]
        check("regular files with plain modes", not odd, odd)
        for made in ("work/p", "work/e", "work/t/snapshots"):
            if made not in before and made in after:
                shutil.rmtree(self.folder / made)
