files = {{ [cookiecutter.name, "b"] }}
{# a comment #}
values = {{ cookiecutter }}
open("out.txt", "w").write(repr(files) + values["name"] + "\n")
