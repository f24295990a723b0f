#!/bin/sh
echo two > second.txt
