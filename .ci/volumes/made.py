"""Extensions that scripts of ours make: as projects that are built, and as wheels that need no build."""

import base64
import hashlib
import zipfile


def code(name):
    named = f"    name = '{name}'\n" if name else "    pass\n"
    return f"from localstack.extensions.api import Extension\n\n\nclass Mine(Extension):\n{named}"


def module_of(name):
    return name.replace("-", "_")


def project(folder, name, version="0.1", setup="", requires=()):
    """A source distribution, not packed."""
    module = module_of(name)
    (folder / module).mkdir(parents=True)
    (folder / "setup.py").write_text(
        f"{setup}\nfrom setuptools import setup\n"
        f"setup(name='{name}', version='{version}', packages=['{module}'], install_requires={list(requires)!r},\n"
        f"      entry_points={{'localstack.extensions': ['{name}={module}:Mine']}})\n"
    )
    (folder / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n')
    (folder / module / "__init__.py").write_text(code(name))
    return folder


def wheel(folder, name, version="0.1", plugin=..., requires=(), extras=(), more=(), tag="py3-none-any"):
    """`plugin` is what LocalStack would call it, where that is not the name."""
    module = module_of(name)
    info = f"{module}-{version}.dist-info"
    plugin = name if plugin is ... else plugin
    files = {
        f"{module}/__init__.py": code(plugin),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
        + "".join(f"Provides-Extra: {extra}\n" for extra in extras),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: ci\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/entry_points.txt": f"[localstack.extensions]\n{name} = {module}:Mine\n",
    }
    files.update(more)
    lines = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(text)}\n")
    files[f"{info}/RECORD"] = "".join(lines) + f"{info}/RECORD,,\n"
    path = folder / f"{module}-{version}-{tag}.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path
