#!/bin/sh
echo x > made.txt
