"""The gateway of LocalStack with all that AWS services need, served on the loopback interface.

LocalStack's own runtime does more: it starts a DNS server, runs scripts in /etc, calls home, and
listens on all interfaces.
"""

import importlib
import logging
import os
import socket
import time

from localstack import config
from localstack.aws import handlers
from localstack.aws.components import AwsComponents
from localstack.aws.spec import get_service_catalog
from localstack.config import HostAndPort
from localstack.http.hypercorn import GatewayServer
from localstack.runtime import events
from localstack.runtime.current import set_current_runtime
from localstack.runtime.runtime import LocalstackRuntime
from localstack.services.edge import ROUTER
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.aws import aws_stack
from localstack.utils.threads import cleanup_threads_and_processes
from localstack.version import __version__ as version

from .settings import LOOPBACK

__all__ = ["HANDLERS", "ROUTER", "Gateway", "external_host", "fill_cache", "version"]

LOG = logging.getLogger("extension_host")

# Of what LocalStack runs at start: patches its services rely on, and its mark on responses.
START_HOOKS = (
    "localstack.runtime.patches:apply_runtime_patches",
    "localstack.aws.patches:apply_aws_runtime_patches",
    "localstack.aws.client:_patch_botocore_json_parser",
    "localstack.aws.client:_patch_cbor2",
    "localstack.aws.handlers.response:init_response_mutation_handler",
)

# What the hooks of extensions are given.
HANDLERS = {
    "update_request_handlers": handlers.serve_custom_service_request_handlers,
    "update_response_handlers": handlers.run_custom_response_handlers,
    "update_exception_handlers": handlers.serve_custom_exception_handlers,
    "update_finalizers": handlers.run_custom_finalizers,
}


class Server(GatewayServer):
    """LocalStack's server on a socket that is already bound."""

    def __init__(self, gateway, listener):
        port = listener.getsockname()[1]
        super().__init__(gateway, HostAndPort(LOOPBACK, port), use_ssl=True)
        self.config.bind = [f"fd://{os.dup(listener.fileno())}"]
        self.config.graceful_timeout = 1.0
        # Hypercorn's loggers print a second time, in a form of their own.
        for name in ("hypercorn.error", "hypercorn.access"):
            logging.getLogger(name).handlers.clear()
            logging.getLogger(name).setLevel(logging.WARNING)

    def do_shutdown(self):
        """Stop accepting and wait for answers under way; the loop ends with the process."""
        self.loop.call_soon_threadsafe(self._close.set)
        self._closed.wait(timeout=3)
        self.app.close()


class Gateway:
    """A LocalStack that is not run as a whole; services ask for it all the same."""

    def __init__(self, cache):
        config.dirs.cache = cache
        config.dirs.mkdirs()
        # The answer to a question it would ask the network: is there a name s3.LOCALSTACK_HOST?
        aws_stack.CACHE_S3_HOSTNAME_DNS_STATUS = False
        for hook in START_HOOKS:
            self._start(hook)
        runtime = LocalstackRuntime(AwsComponents())
        set_current_runtime(runtime)
        self.chain = runtime.components.gateway
        for steps in (self.chain.request_handlers, self.chain.response_handlers):
            steps[:] = [staying(step) for step in steps]
        self._server = None
        events.infra_starting.set()

    def _start(self, hook):
        module, _, function = hook.partition(":")
        try:
            getattr(importlib.import_module(module), function)()
        except Exception:
            LOG.warning("%s of LocalStack failed; some services may not work", hook, exc_info=True)

    def serve(self, listener):
        """Serve on a bound socket; returns when connections are accepted."""
        self._server = Server(self.chain, listener)
        self._server.start()
        deadline = time.monotonic() + 10
        while not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            error = self._server.get_error()
            if error or time.monotonic() > deadline:
                raise error or TimeoutError("the gateway did not begin to listen")
            time.sleep(0.002)
        listener.close()
        events.infra_ready.set()

    def stop_requests(self):
        """Refuse new requests, as LocalStack does while extensions shut down."""
        events.infra_stopping.set()

    def stop(self):
        """Stop serving, then all services and what they started."""
        steps = [SERVICE_PLUGINS.stop_all_services, cleanup_threads_and_processes]
        if self._server:
            steps.insert(0, self._server.shutdown)
        for step in steps:
            try:
                step()
            except Exception:
                LOG.warning("LocalStack did not stop cleanly", exc_info=True)
        events.infra_stopped.set()


def staying(handler):
    """Let no route or handler end the gateway by `sys.exit()`; it is an error like any other."""

    def call(chain, context, response):
        try:
            return handler(chain, context, response)
        except SystemExit as error:
            told = RuntimeError(f"SystemExit: {error}")
            raise told.with_traceback(error.__traceback__) from None

    return call


def fill_cache(cache):
    """Have LocalStack index all AWS operations, for which the first AWS call would wait."""
    config.dirs.cache = cache
    config.dirs.mkdirs()
    get_service_catalog()


def external_host():
    """The name LocalStack gives itself in URLs."""
    return config.LOCALSTACK_HOST.host
