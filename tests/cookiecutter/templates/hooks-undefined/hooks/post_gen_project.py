print("{{ cookiecutter.nothing }}")
