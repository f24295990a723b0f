"""Calls the hooks of all extensions, hook by hook; the failure of one never stops the rest."""

import logging
import threading
import time
from contextlib import nullcontext

from localstack.extensions.api import Extension

LOG = logging.getLogger("extension_host")
NOTICEABLE = 3.0
"""Seconds after which a person wonders what a hook is doing."""

START = ("on_extension_load", "on_platform_start")
ROUTES = "update_gateway_routes"
HANDLERS = {
    "update_request_handlers": "request",
    "update_response_handlers": "response",
    "update_exception_handlers": "exception",
    "update_finalizers": "finalizer",
}
READY = "on_platform_ready"
SHUTDOWN = "on_platform_shutdown"
HOOKS = (*START, ROUTES, *HANDLERS, READY, SHUTDOWN)
"""In LocalStack's order."""


class Lifecycle:
    """The extensions and the hook that is running."""

    def __init__(self, extensions, failures, cut):
        self.extensions = extensions
        self.running = None
        """The extension and the name of its hook, while it runs."""
        self._cut = cut
        self._failures = failures

    def run(self, hook, *arguments, observed=lambda _extension: nullcontext(), always=False):
        """Call one hook of every extension that has it; `observed` surrounds each call.

        Once the host is to stop, only what must `always` run does.
        """
        for extension in self.extensions:
            if self._cut.is_set() and not always:
                return
            if overrides(extension.plugin, hook):
                with observed(extension):
                    self._call(extension, hook, arguments)

    def _call(self, extension, hook, arguments):
        began = time.perf_counter()
        self.running = extension, hook
        slow = threading.Timer(NOTICEABLE, LOG.warning, ("%s is still in %s", extension.name, hook))
        slow.daemon = True
        slow.start()
        try:
            getattr(extension.plugin, hook)(*arguments)
            succeeded = True
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            succeeded = False
            self._failures.add(hook, extension.name, error, extension.package)
        finally:
            slow.cancel()
            self.running = None
        seconds = round(time.perf_counter() - began, 4)
        extension.called.append({"hook": hook, "seconds": seconds, "ok": succeeded})


def overrides(plugin, hook):
    """Whether an extension has its own version of a hook."""
    own = getattr(plugin, hook, None)
    return own is not None and getattr(own, "__func__", own) is not getattr(Extension, hook)


def hooks_of(plugin):
    """The hooks an extension has, in LocalStack's order."""
    return [hook for hook in HOOKS if overrides(plugin, hook)]
