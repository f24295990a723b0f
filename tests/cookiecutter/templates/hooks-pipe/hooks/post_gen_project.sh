#!/bin/sh
mkfifo pipe
