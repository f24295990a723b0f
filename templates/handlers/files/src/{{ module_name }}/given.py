"""Rules that are there from the start, so that a test run needs nobody to click."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from .rules import Rule

LOG = logging.getLogger(__name__)
VARIABLE = "FAULT_RULES"


def given_rules() -> Iterator[Rule]:
    """Read the rules that the environment gives: a JSON list, or the path of a file with one.

    What is wrong is logged and left out: LocalStack has to start all the same.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return
    try:
        if not text.startswith(("[", "{")):
            text = Path(text).read_text("utf-8")
        items = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        LOG.error("%s: neither a JSON list nor a file with one: %s", VARIABLE, error)
        return
    if not isinstance(items, list):
        LOG.error("%s: must be a list of rules", VARIABLE)
        return
    for number, item in enumerate(items, 1):
        try:
            if not isinstance(item, dict):
                raise ValueError("must be an object")
            yield Rule.parse(item)
        except ValueError as error:
            LOG.error("%s: rule %d is left out: %s", VARIABLE, number, error)
