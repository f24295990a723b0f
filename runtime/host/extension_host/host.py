"""The story of one run: start LocalStack, find extensions, call their hooks, serve, stop."""

import errno
import platform
import site
import sys
import threading
import time
import traceback
from functools import partial

from . import logs
from .events import Events
from .failures import Failures, summary
from .lifeline import LifeLine
from .listener import bind
from .routes import Addresses, new_handlers, new_routes
from .settings import LOOPBACK, Settings
from .smoke import Smoke


class Fatal(Exception):  # noqa: N818 (it is the end, not an error of its own)
    """What keeps the host from serving; its cause is the error itself."""

    def __init__(self, reason):
        self.reason = reason


def main(departure, started):
    """Run the host, and leave."""
    events = Events()
    lifeline = LifeLine(events.descriptor)
    status = 0
    try:
        settings = Settings.parse(sys.argv[1])
        Host(settings, events, lifeline.cut, departure).run(started)
    except BaseException as error:
        cause = error.__cause__ if isinstance(error, Fatal) else error
        reason = error.reason if isinstance(error, Fatal) else "start"
        lines = "".join(traceback.format_exception(cause)).splitlines()
        events.tell("fatal", reason=reason, error=summary(cause), trace=lines)
        status = 1
    departure.begin(status)


class Host:
    """One run."""

    def __init__(self, settings, events, cut, departure):
        self.settings = settings
        self.events = events
        self.cut = cut
        self.departure = departure
        self.failures = Failures(events, settings.extensions)
        self.lifecycle = None
        self.gateway = None
        self.stopped = False

    def run(self, started):
        """Start, serve until the life line is cut, stop."""
        logs.set_up(self.failures.own_part)
        listener = self._listen()
        port = listener.getsockname()[1]
        self.settings.into_environment(port)
        self._import_localstack()
        if self.settings.prepare:
            self.localstack.fill_cache(self.settings.cache)
            self._tell_stopped()
            return
        threading.Thread(target=self._lose_patience, name="patience", daemon=True).start()
        try:
            for step in (self._find, self._call_hooks, partial(self._serve, listener)):
                if not self.cut.is_set():
                    step()
            if not self.cut.is_set():
                self._ready(port, started)
                self.cut.wait()
        finally:
            self._stop()
        self._tell_stopped()

    def _listen(self):
        try:
            return bind(self.settings.port)
        except (OSError, OverflowError) as error:
            raise Fatal("port") from error

    def _import_localstack(self):
        try:
            from . import discovery, gateway, lifecycle

            logs.tune_localstack(self.settings.log)
        except Exception as error:
            raise Fatal("core") from error
        self.discovery, self.hooks, self.localstack = discovery, lifecycle, gateway

    def _find(self):
        self.gateway = self.localstack.Gateway(self.settings.cache)
        for folder in self.settings.extensions:
            site.addsitedir(folder)
        extensions = self.discovery.discover(self.failures, self.settings.log)
        self.lifecycle = self.hooks.Lifecycle(extensions, self.failures, self.cut)

    def _call_hooks(self):
        for hook in self.hooks.START:
            self.lifecycle.run(hook)
        router = self.localstack.ROUTER
        self.lifecycle.run(self.hooks.ROUTES, router, observed=partial(new_routes, router))
        for hook, kind in self.hooks.HANDLERS.items():
            handlers = self.localstack.HANDLERS[hook]
            self.lifecycle.run(hook, handlers, observed=partial(new_handlers, handlers, kind))

    def _serve(self, listener):
        try:
            self.gateway.serve(listener)
        except OSError as error:
            raise Fatal("port" if error.errno == errno.EADDRINUSE else "start") from error

    def _ready(self, port, started):
        self.lifecycle.run(self.hooks.READY)
        addresses = Addresses(self.localstack.external_host(), port)
        self.events.tell(
            "ready",
            port=port,
            url=f"http://{LOOPBACK}:{port}",
            seconds=round(time.perf_counter() - started, 3),
            core=self.localstack.version,
            python=platform.python_version(),
            extensions=[
                self._describe(extension, addresses) for extension in self.lifecycle.extensions
            ],
        )
        if self.settings.smoke:
            Smoke(self.gateway, addresses, self.events, self.failures, port).run(
                self.lifecycle.extensions, self.cut
            )
            self.cut.set()

    def _describe(self, extension, addresses):
        return extension.facts() | {
            "hooks": self.hooks.hooks_of(extension.plugin),
            "called": list(extension.called),
            "routes": [addresses.facts(rule) for rule in extension.rules],
            "handlers": {
                kind: extension.handlers.get(kind, 0) for kind in self.hooks.HANDLERS.values()
            },
        }

    def _stop(self):
        self.cut.set()
        if self.gateway:
            self.gateway.stop_requests()
        if self.lifecycle:
            self.lifecycle.run(self.hooks.SHUTDOWN, always=True)
        if self.gateway:
            self.gateway.stop()

    def _tell_stopped(self):
        extensions = self.lifecycle.extensions if self.lifecycle else []
        called = {
            extension.name: [c for c in extension.called if c["hook"] == self.hooks.SHUTDOWN]
            for extension in extensions
        }
        self.stopped = True
        self.events.tell("stopped", failures=self.failures.count, called=called)

    def _lose_patience(self):
        """Leave without a hook that does not return, some time after the host was to stop."""
        self.cut.wait()
        time.sleep(self.settings.grace)
        if self.stopped:
            return
        running = self.lifecycle and self.lifecycle.running
        extension, hook = running or (None, "stop")
        frames = frames_of(threading.main_thread())
        self.failures.say(
            hook,
            extension and extension.name,
            f"it was still running {self.settings.grace:g} s after the host was asked to stop",
            self.failures.place_of_frames(frames, extension and extension.package),
        )
        self._tell_stopped()
        self.departure.status = 0
        self.departure.leave()


def frames_of(thread):
    """What a thread is doing, the deepest frame first, as pairs of frame and line."""
    frame = sys._current_frames().get(thread.ident)
    while frame:
        yield frame, frame.f_lineno
        frame = frame.f_back
