#!/bin/sh
rm -r "$PWD"
