import os
import pathlib
import shutil

os.remove("gone.txt")
shutil.rmtree("gone")
os.chmod("run.sh", 0o750)
pathlib.Path("made/deep").mkdir(parents=True)
pathlib.Path("made/deep/file.txt").write_text("{{ cookiecutter.name }}\n")
pathlib.Path("empty").mkdir()
{% if cookiecutter.flag %}
pathlib.Path("flag.txt").write_text("{{ cookiecutter.flag }}\n")
{% endif %}
os.symlink("a.txt", "link")
