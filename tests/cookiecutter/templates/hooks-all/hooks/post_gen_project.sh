#!/bin/sh
cat first.txt second.txt a.txt > third.txt
