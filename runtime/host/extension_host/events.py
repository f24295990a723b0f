"""What the parent learns: one JSON object a line, on a descriptor nobody else writes to."""

import json
import os
import sys
import threading


class Events:
    """Takes standard output for itself; what anybody prints goes to standard error from here on."""

    def __init__(self):
        sys.stdout.flush()
        self.descriptor = os.dup(1)  # not inherited by child processes
        os.dup2(2, 1)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
        self._lock = threading.Lock()
        self._closed = False

    def tell(self, event, **facts):
        """Write one event; a reader that is gone is no error here, the life line notices it."""
        line = memoryview(json.dumps({"event": event, **facts}, default=str).encode() + b"\n")
        with self._lock:
            while line and not self._closed:
                try:
                    line = line[os.write(self.descriptor, line) :]
                except BrokenPipeError:
                    self._closed = True
