"""{{ cookiecutter.package }}"""
