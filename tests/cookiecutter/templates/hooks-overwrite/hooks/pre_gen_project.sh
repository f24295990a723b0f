#!/bin/sh
echo longer, from the hook, much longer > a.txt
chmod 600 a.txt
