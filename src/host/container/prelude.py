# Goes before LocalStack's installer: what that one takes for granted of the environment is seen to, or told.
# Its arguments: init | install PACKAGE | uninstall NAME | pip ARGUMENT...; what it does it tells as the installer does.
import glob
import json
import os
import shutil
import subprocess
import sys

ENVIRONMENT = "/var/lib/localstack/lib/extensions/python_venv"
SOURCE = "/mnt/source"
VERSION = "{}.{}".format(*sys.version_info[:2])
PACKAGES = f"{ENVIRONMENT}/lib/python{VERSION}/site-packages"
PYTHON = f"{ENVIRONMENT}/bin/python"
INSTALLER = [sys.executable, "-m", "localstack.pro.core.bootstrap.extensions"]
PIP = [PYTHON, "-m", "pip", "--no-input", "--no-color", "--disable-pip-version-check"]


def main(word, *arguments):
    why = os.path.lexists(ENVIRONMENT) and misfit()
    if why and word == "uninstall":
        fail(f"The environment cannot be used: {why}; `lstk-extensions init` makes it anew")
    elif why:
        set_aside(why)
    if os.path.isdir(PACKAGES):
        mend()
    elif word in ("install", "pip"):
        tell("status", "Making the environment")
        made = subprocess.run([*INSTALLER, "init"], stdin=subprocess.DEVNULL)
        if made.returncode:
            sys.exit(made.returncode)
    copy_sources()
    command = [*PIP, *arguments] if word == "pip" else [*INSTALLER, word, *arguments]
    sys.stdout.flush()
    os.execv(command[0], command)


def misfit():
    """Why the environment is of no use to this Python, or an empty text."""
    found = sorted(path.split("/")[-2].removeprefix("python") for path in glob.glob(f"{ENVIRONMENT}/lib/python*/site-packages"))
    if found == [VERSION]:
        return ""
    return f"it is of Python {' and '.join(found) or 'none'}, and LocalStack is of {VERSION}"


def set_aside(why):
    backup, count = f"{ENVIRONMENT}.old", 1
    while os.path.lexists(backup):
        count += 1
        backup = f"{ENVIRONMENT}.old{count}"
    os.rename(ENVIRONMENT, backup)
    tell("log", f"The environment was set aside as {os.path.basename(backup)}: {why}")


def mend():
    """An environment of this version keeps its packages, whatever its Python and its pip have come to."""
    link = f"{PACKAGES}/localstack-venv.pth"
    if not os.path.exists(link):
        with open(link, "w") as file:
            file.write(f"{sys.prefix}/lib/python{VERSION}/site-packages\n")
    pip = f"{ENVIRONMENT}/bin/pip"
    if is_alive() and os.path.exists(pip):
        return
    tell("log", "The environment gets a Python and a pip that work")
    for path in glob.glob(f"{ENVIRONMENT}/bin/python*"):
        os.remove(path)
    made = subprocess.run(
        [sys.executable, "-m", "venv", ENVIRONMENT], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if made.returncode:
        fail("The environment could not be mended: " + made.stdout.strip()[-400:])
    if not os.path.exists(pip):
        # None is made where the package is there.
        with open(pip, "w", opener=lambda path, flags: os.open(path, flags, 0o755)) as file:
            file.write(f"#!{PYTHON}\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n")


def is_alive():
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.run([PYTHON, "-c", "import pip"], **streams).returncode == 0
    except OSError:
        return False


def copy_sources():
    """A build writes into its folder, and that is the user's."""
    unwanted = shutil.ignore_patterns(".venv", "node_modules", "__pycache__")
    for name in os.listdir(SOURCE) if os.path.isdir(SOURCE) else ():
        shutil.copytree(f"{SOURCE}/{name}", f"/tmp/{name}", symlinks=True, ignore=unwanted)


def tell(event, message):
    print(json.dumps({"event": event, "message": message}), flush=True)


def fail(message):
    tell("error", message)
    sys.exit(1)


main(*sys.argv[1:])
