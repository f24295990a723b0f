#!/bin/sh
echo hook > made-by-hook
