#!/usr/bin/env bash
set -euo pipefail
rm b.txt
chmod 600 a.txt
mkdir -p x/y && echo "{{ cookiecutter.name }}" > x/y/z.txt
basename "$PWD" > where.txt
mv a.txt moved.txt
if [ "{{ cookiecutter.name }}" = fails ]; then exit 7; fi
