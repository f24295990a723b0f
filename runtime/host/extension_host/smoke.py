"""Requests every route of the extensions once, as a client would, and tells what came back."""

import time
from http.client import HTTPConnection, HTTPException

from . import failures
from .routes import has_variables, methods
from .settings import LOOPBACK

TIMEOUT = 10.0


class Smoke:
    """One round of requests."""

    def __init__(self, gateway, addresses, events, told, port):
        self._addresses = addresses
        self._events = events
        self._failures = told
        self._port = port
        self._raised = None
        gateway.chain.exception_handlers.insert(0, self._keep)

    def _keep(self, _chain, exception, _context, _response):
        self._raised = exception

    def run(self, extensions, cut):
        """Request the routes of all extensions until asked to stop."""
        for extension in extensions:
            for rule in extension.rules:
                if cut.is_set():
                    return
                self._one(extension, rule)

    def _one(self, extension, rule):
        authority = self._addresses.authority(rule)
        reason = why_not(rule, authority)
        if reason:
            self._events.tell(
                "skipped",
                extension=extension.name,
                path=rule.rule,
                methods=methods(rule),
                reason=reason,
            )
            return
        self._raised = None
        began = time.perf_counter()
        status, error = get(self._port, authority, rule.rule)
        seconds = round(time.perf_counter() - began, 4)
        place = None, None
        if self._raised:
            error = failures.summary(self._raised)
            place = self._failures.place(self._raised, extension.package)
        self._events.tell(
            "requested",
            extension=extension.name,
            method="GET",
            url=self._addresses.url(rule),
            path=rule.rule,
            status=status,
            seconds=seconds,
            error=error,
            file=place[0],
            line=place[1],
        )


def why_not(rule, authority):
    """What keeps a route from being tried: a request may only ask, and needs an address."""
    if rule.methods and "GET" not in rule.methods:
        return "it takes no GET"
    if has_variables(rule):
        return "its path has variables"
    return None if authority else "its host has variables"


def get(port, authority, path):
    """GET a path: status and error."""
    connection = HTTPConnection(LOOPBACK, port, timeout=TIMEOUT)
    status = None
    try:
        connection.request("GET", path, headers={"Host": authority, "Connection": "close"})
        response = connection.getresponse()
        status = response.status
        response.read1(65536)
    except (OSError, HTTPException) as error:
        return status, failures.summary(error)
    finally:
        connection.close()
    return status, None
