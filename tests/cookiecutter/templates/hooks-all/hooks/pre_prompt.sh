#!/bin/sh
echo three > "{{cookiecutter.slug}}/first.txt"
