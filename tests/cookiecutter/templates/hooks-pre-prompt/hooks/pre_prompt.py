import json
import os
import pathlib

assert os.path.isfile("cookiecutter.json")
text = pathlib.Path("cookiecutter.json")
variables = json.loads(text.read_text())
variables["added"] = "{{ cookiecutter.name }}!"
text.write_text(json.dumps(variables))
(pathlib.Path("{{cookiecutter.slug}}") / "new.txt").write_text("made before the questions {{ cookiecutter.name }}\n")
