#!/bin/sh
set -e
ls {{ cookiecutter._output_dir }}/{{ cookiecutter.slug }}/a.txt > seen.txt
