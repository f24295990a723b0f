"""Runs LocalStack extensions in a real localstack-core, and tells its parent what happens.

The parent starts it, holds its standard input as the life line, and reads events from its standard
output. `host` is the story; everything else is one part of it.
"""
