"""Runs pip for another Python than its own: first argument the settings as JSON, the rest is pip's.

pip takes wheels of another platform, but asks its own Python for the markers of dependencies, and builds nothing then.
"""

import json
import runpy
import sys

from pip._internal.cli import cmdoptions
from pip._vendor.packaging import markers

settings = json.loads(sys.argv[1])
of_this_python = markers.default_environment

markers.default_environment = lambda: {**of_this_python(), **settings["markers"]}
# Sources may be built as well: whether the container can load what comes of it is looked at afterwards.
cmdoptions.check_dist_restriction = lambda *arguments, **named: None
# What counts as installed.
sys.path.append(settings["installed"])

sys.argv = ["pip", *sys.argv[2:]]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
