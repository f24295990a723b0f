"""Stands where LocalStack's image has its installer: that of the published program, which is the same but for its names.

What it takes from LocalStack is told where it is, and a token of this name is a licence.
"""

import os
import sys
import types

from localstack import extensions
from localstack.extensions import api

sys.modules["localstack_cli.extensions"] = extensions
sys.modules["localstack_cli.extensions.api"] = api

from localstack_cli import config, constants
from localstack_cli.pro.core.bootstrap import licensingv2

config.dirs = config.Directories.for_container()
constants.LOCALSTACK_VENV_FOLDER = "/opt/code/localstack/.venv"
if os.environ.get("LOCALSTACK_AUTH_TOKEN") == "a-licence":
    licensingv2.get_licensed_environment = lambda: types.SimpleNamespace(activate=lambda: None)

from localstack_cli.pro.core.bootstrap.extensions.__main__ import cli

cli()
