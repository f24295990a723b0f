"""{{ cookiecutter.name }}"""
import os
import sys

assert os.listdir(".") == [], os.listdir(".")
assert os.path.basename(os.getcwd()) == "{{ cookiecutter.slug }}"
open("from-pre.txt", "w").write("pre {{ cookiecutter.choice }}\n")
os.mkdir("pre-folder")
if "{{ cookiecutter.slug }}" == "bad":
    sys.exit(3)
