"""The Python with the cookiecutter that this program is compared with."""

import environment

ROOT = environment.ROOT

PACKAGES = [
    "cookiecutter==2.7.1",
    "arrow==1.4.0",
    "binaryornot==0.6.0",
    "jinja2==3.1.6",
    "python-slugify==9.2.0",
    "text-unidecode==1.3",
]


def enter():
    """Goes on only in a Python that has the packages."""
    environment.enter("cookiecutter", PACKAGES)
