#!/bin/sh
echo {{ cookiecutter.name }} > made-by-hook
