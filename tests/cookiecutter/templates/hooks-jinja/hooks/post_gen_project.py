files = {{ [cookiecutter.name, "b"] }}
{# a comment #}
values = {{ dict(name=cookiecutter.name) }}
open("out.txt", "w").write(repr(files) + values["name"] + "\n")
