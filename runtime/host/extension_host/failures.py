"""Tells what went wrong in an extension: the stage, the error, and the place in its own code."""

import sysconfig
import traceback
from pathlib import Path

HOST = str(Path(__file__).parent.parent)


class Failures:
    """Counts failures and tells each as an event."""

    def __init__(self, events, sites):
        self.count = 0
        self._events = events
        paths = sysconfig.get_paths()
        self._environment = _resolved(
            [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")] + [HOST]
        )
        self._sites = _resolved(sites)

    def add(self, stage, extension, error, package=None):
        """Report an exception or a sentence; `package` is the extension's top-level package."""
        where = None, None
        trace = []
        if isinstance(error, BaseException):
            where = self.place(error, package)
            trace = traceback.format_exception(type(error), error, self.own_part(error))
            error = summary(error)
        self.say(stage, extension, error, where, trace)

    def say(self, stage, extension, error, where=(None, None), trace=()):
        """Report what is known of a failure."""
        self.count += 1
        lines = "".join(trace).splitlines()
        file, line = where
        self._events.tell(
            "failure",
            stage=stage,
            extension=extension,
            error=error,
            file=file,
            line=line,
            trace=lines,
        )

    def own_part(self, error):
        """Give the traceback from the first own frame on; None if there is none."""
        trace = error.__traceback__
        while trace and not self._is_own(trace.tb_frame.f_code.co_filename):
            trace = trace.tb_next
        return trace

    def place(self, error, package):
        """File and line of the deepest frame in the extension's package, else in other own code."""
        if isinstance(error, SyntaxError) and self._is_own(error.filename):
            return error.filename, error.lineno
        frames = list(traceback.walk_tb(error.__traceback__))
        return self.place_of_frames(reversed(frames), package)

    def place_of_frames(self, frames, package):
        """Find the author's code among frames, the deepest first."""
        other = None, None
        for frame, line in frames:
            file = frame.f_code.co_filename
            if not self._is_own(file):
                continue
            if package and frame.f_globals.get("__name__", "").partition(".")[0] == package:
                return file, line
            if other[0] is None and not _within(file, self._sites):
                other = file, line
        return other

    def _is_own(self, file):
        return file and Path(file).is_file() and not _within(file, self._environment)


def summary(error):
    """`TypeError: ...`, even where the exception cannot be put into words."""
    try:
        text = str(error)
    except Exception:
        text = "(its message cannot be shown)"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _resolved(folders):
    return {str(Path(folder).resolve()) for folder in folders} | {str(folder) for folder in folders}


def _within(file, folders):
    return any(file.startswith(folder.rstrip("/") + "/") for folder in folders)
