#!/bin/sh
mkdir sub
