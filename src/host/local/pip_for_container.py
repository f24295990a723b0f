"""Runs pip for another Python than its own: the markers as JSON, a folder with what counts as installed, the rest is pip's.

pip takes wheels of another platform, but asks its own Python for the markers of dependencies, and builds nothing then.
"""

import json
import runpy
import sys

from pip._internal.cli import cmdoptions
from pip._vendor.packaging import markers

_, wanted, installed, *arguments = sys.argv
of_the_container = json.loads(wanted)
of_this_python = markers.default_environment

markers.default_environment = lambda: {**of_this_python(), **of_the_container}
# Sources may be built as well: whether the container can load what comes of it is looked at afterwards.
cmdoptions.check_dist_restriction = lambda *arguments, **named: None
sys.path.append(installed)

sys.argv = ["pip", *arguments]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
