"""Logs for a person, on standard error: `12:00:01 INFO    my_extension  message`."""

import logging
import os
import sys
import warnings

COLOURS = {
    logging.DEBUG: "2",
    logging.INFO: "32",
    logging.WARNING: "33",
    logging.ERROR: "31",
    logging.CRITICAL: "31;1",
}


class Lines(logging.Formatter):
    """One short line a record, and the traceback below it."""

    def __init__(self, colours):
        super().__init__("%(asctime)s %(level)s %(name)s  %(message)s", "%H:%M:%S")
        self.colours = colours

    def formatMessage(self, record):  # noqa: N802 (the name is given)
        """Add the level, padded, perhaps coloured."""
        record.level = f"{record.levelname:<7}"
        if self.colours:
            record.level = f"\x1b[{COLOURS.get(record.levelno, '0')}m{record.level}\x1b[0m"
        return super().formatMessage(record)


def set_up(level):
    """Send all logs from this level on to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(sys.stderr.isatty() and not os.environ.get("NO_COLOR")))
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=number, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # An author of an extension cannot act on what LocalStack's own code is warned of.
    warnings.filterwarnings("ignore", module=r"(localstack|moto|botocore|hypercorn|rolo)\b")


def quiet_libraries(level):
    """Give talkative libraries the levels LocalStack gives them, or the one asked for."""
    from localstack.logging.setup import default_log_levels

    number = logging.getLevelNamesMapping()[level.upper()]
    for name, default in default_log_levels.items():
        logging.getLogger(name).setLevel(max(default, number))
    logging.getLogger("hypercorn").setLevel(max(logging.WARNING, number))


def hear(package, level):
    """Show what an extension itself logs from INFO on, whatever the level of the rest."""
    number = logging.getLevelNamesMapping()[level.upper()]
    if package != "localstack":
        logging.getLogger(package).setLevel(min(number, logging.INFO))
