#!/bin/sh
git init -q . && rm -rf .git/hooks && mkdir out && mv .git/HEAD out/HEAD && rm -rf .git
