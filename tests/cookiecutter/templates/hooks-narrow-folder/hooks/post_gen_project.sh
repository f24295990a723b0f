#!/bin/sh
mkdir -p locked/deep && echo x > locked/deep/x.txt && chmod 0555 locked/deep locked
mkdir .git && echo x > .git/HEAD
ln -s /nowhere dangling
