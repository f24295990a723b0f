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
    """One short line a record; below it a traceback, from the extension's own code on."""

    def __init__(self, own_part, colours):
        super().__init__("%(asctime)s %(level)s %(name)s  %(message)s", "%H:%M:%S")
        self.own_part = own_part
        self.colours = colours

    def formatMessage(self, record):  # noqa: N802 (the name is given)
        """Add the level, padded, perhaps coloured."""
        record.level = f"{record.levelname:<7}"
        if self.colours:
            record.level = f"\x1b[{COLOURS.get(record.levelno, '0')}m{record.level}\x1b[0m"
        return super().formatMessage(record)

    def formatException(self, ei):  # noqa: N802 (the name is given)
        """Leave out the many frames of LocalStack that lead to an extension."""
        kind, error, trace = ei
        return super().formatException((kind, error, self.own_part(error) or trace))


def set_up(own_part):
    """Send logs to standard error; only warnings until LocalStack is imported."""
    handler = logging.StreamHandler(sys.stderr)
    colours = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    handler.setFormatter(Lines(own_part, colours))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # With DEBUG=1 LocalStack opens the root logger while it is imported, and botocore floods it.
    logging.getLogger("botocore").setLevel(logging.ERROR)
    logging.captureWarnings(True)
    # An author of an extension cannot act on what LocalStack's own code is warned of.
    warnings.filterwarnings("ignore", module=r"(localstack|moto|botocore|hypercorn|rolo)\b")


def tune_localstack(level):
    """Log from this level on; talkative libraries from what LocalStack gives them."""
    from localstack.logging.setup import default_log_levels

    logging.getLogger().setLevel(number(level))
    for name, default in default_log_levels.items():
        logging.getLogger(name).setLevel(max(default, number(level)))
    # From this level on it logs the traceback of an exception in a handler, not only its message.
    logging.getLogger("localstack.aws.handlers.logging").setLevel(logging.DEBUG)


def hear(package, level):
    """Show what an extension itself logs from INFO on, whatever the level of the rest."""
    if package != "localstack":
        logging.getLogger(package).setLevel(min(number(level), logging.INFO))


def number(level):
    """Translate `info` into what logging calls it."""
    return logging.getLevelNamesMapping()[level.upper()]
