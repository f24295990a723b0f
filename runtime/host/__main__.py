"""Starts the host: `python -I THIS_FOLDER '{"port": 4566, ...}'`."""

import atexit
import time

STARTED = time.perf_counter()

from extension_host.departure import Departure  # noqa: E402

# Registered before anything else is imported, so it runs after every other handler.
departure = Departure()
atexit.register(departure.leave)

from extension_host.host import main  # noqa: E402

main(departure, STARTED)
