"""Leaving: quickly, but after the exit handlers of extensions, and never held up by a thread.

A normal exit of the interpreter takes seconds to free LocalStack's heap, and waits for ever for a
thread that an extension left behind.
"""

import atexit
import contextlib
import logging
import os
import sys
import threading
import time

PATIENCE = 2.0
"""Seconds for threads that are left running, and again for exit handlers."""

LOG = logging.getLogger("extension_host")


class Departure:
    """The last thing this process does."""

    def __init__(self):
        self.status = 1
        self._handlers_began = False

    def leave(self):
        """Leave for good; to be registered as the first exit handler, which runs last."""
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(self.status)

    def begin(self, status):
        """Watch the rest: the interpreter now waits for threads, then runs the exit handlers."""
        self.status = status
        atexit.register(self._note_handlers)
        threading.Thread(target=self._hurry, name="departure", daemon=True).start()

    def _note_handlers(self):
        self._handlers_began = True

    def _hurry(self):
        time.sleep(PATIENCE)
        if not self._handlers_began:
            for thread in threads_left():
                LOG.warning("%s is still running; leaving without it", describe(thread))
            # The main thread waits for those threads and will not come to the exit handlers.
            handlers = threading.Thread(target=atexit._run_exitfuncs, daemon=True)
            handlers.start()
            handlers.join(PATIENCE)
        LOG.warning("an exit handler (atexit) is still running; leaving without it")
        self.leave()


def threads_left():
    """Threads that keep the interpreter from exiting."""
    main = threading.main_thread()
    return [t for t in threading.enumerate() if not t.daemon and t is not main and t.is_alive()]


def describe(thread):
    """Name a thread, whose it is, and where it is now."""
    target = getattr(thread, "_target", None) or type(thread).run
    what = f"{getattr(target, '__module__', '?')}.{getattr(target, '__qualname__', '?')}"
    text = f"the thread {thread.name!r} ({what}"
    frame = sys._current_frames().get(thread.ident)
    while frame and not belongs_to(frame, what):
        frame = frame.f_back
    return text + (f", {frame.f_code.co_filename}:{frame.f_lineno})" if frame else ")")


def belongs_to(frame, what):
    """Whether a frame runs code of the same top-level package as the named function."""
    return frame.f_globals.get("__name__", "").partition(".")[0] == what.partition(".")[0]
