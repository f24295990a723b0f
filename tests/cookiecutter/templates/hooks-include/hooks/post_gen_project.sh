#!/bin/sh
# {% include 'part.txt' %}
