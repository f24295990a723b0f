#!/bin/sh
set -e
echo pre {{ cookiecutter.name }} > pre.txt
