#!/bin/sh
echo sh > sh.txt
