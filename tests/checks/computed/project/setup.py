from setuptools import setup

ENTRIES = open("entries.txt").read()

setup(name="billing-mock", version="0.1.0", packages=["billing_mock"], entry_points=ENTRIES)
