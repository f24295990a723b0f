"""Notices when this process is to stop: its input ends, its reader goes away, or a signal comes."""

import os
import select
import signal
import threading

STOP_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class LifeLine:
    """`cut` is set as soon as the host is to stop."""

    def __init__(self, output):
        self.cut = threading.Event()
        # Nobody else must read what the parent holds open.
        self._input = os.dup(0)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        self._output = output
        self._signals = self._watch_signals()
        threading.Thread(target=self._watch, name="life-line", daemon=True).start()

    def _watch_signals(self):
        """Have signals written to a pipe; a handler that sets an event may dead-lock."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, _nothing)
        # Ctrl-C reaches the whole group of the terminal, and the parent decides what it means. A
        # handler, because "ignore" would be inherited by the programs that extensions start.
        signal.signal(signal.SIGINT, _nothing)
        return reader

    def _watch(self):
        poll = select.poll()
        poll.register(self._input, select.POLLIN)
        poll.register(self._signals, select.POLLIN)
        poll.register(self._output, 0)  # errors and hang-ups are always told
        while not any(self._means_stop(descriptor) for descriptor, _ in poll.poll()):
            pass
        self.cut.set()

    def _means_stop(self, descriptor):
        if descriptor == self._output:
            return True
        try:
            read = os.read(descriptor, 4096)
        except OSError:
            return True
        if descriptor == self._signals:
            return any(number in STOP_SIGNALS for number in read)
        return not read


def _nothing(_number, _frame):
    pass
