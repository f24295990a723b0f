#!/bin/sh
echo x > ../beside.txt
