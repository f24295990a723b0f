"""Which routes and handlers an extension added, and the URL a route is reached at."""

import re
from collections import Counter
from contextlib import contextmanager

PORT_VARIABLE = re.compile(r"<port(?:\([^>]*\))?:[^>]+>")
ANY_HOST = "<__host__>"


@contextmanager
def new_routes(router, extension):
    """Credit the routes that appear meanwhile to an extension."""
    before = Counter(_identity(rule) for rule in router.url_map.iter_rules())
    yield
    for rule in router.url_map.iter_rules():
        if before[_identity(rule)] > 0:
            before[_identity(rule)] -= 1
        else:
            extension.rules.append(rule)
    extension.rules.sort(key=lambda rule: (rule.rule, rule.host or ""))


@contextmanager
def new_handlers(handlers, kind, extension):
    """Credit the handlers that appear meanwhile to an extension."""
    before = len(handlers.handlers)
    yield
    extension.handlers[kind] = len(handlers.handlers) - before


def _identity(rule):
    # The router clones its rules at every change; endpoints stay the same objects.
    return rule.rule, rule.host, frozenset(rule.methods or ()), id(rule.endpoint)


class Addresses:
    """Turns rules into what a person can open."""

    def __init__(self, host, port):
        self._host = host
        self._port = port

    def facts(self, rule):
        """Describe a route for the parent."""
        return {
            "path": rule.rule,
            "host": None if rule.host == ANY_HOST else rule.host,
            "methods": methods(rule),
            "url": self.url(rule),
            "address": self.address(rule),
        }

    def url(self, rule):
        """Where a route is reached; None when the path or the host has variables."""
        is_open = has_variables(rule) or self.authority(rule) is None
        return None if is_open else self.address(rule)

    def address(self, rule):
        """The same with the variables in it, as the rule has them."""
        return f"http://{self.authority(rule) or rule.host}{rule.rule}"

    def authority(self, rule):
        """The value of the Host header for a rule; None when it has variables."""
        if rule.host in (None, ANY_HOST):
            return f"127.0.0.1:{self._port}"
        host = rule.host.replace(ANY_HOST, f"{self._host}:{self._port}")
        host = PORT_VARIABLE.sub(f":{self._port}", host)
        if "<" in host:
            return None
        return host


def methods(rule):
    """The methods a rule answers; `*` for any, and HEAD not beside GET, which brings it along."""
    if not rule.methods:
        return ["*"]
    return sorted(m for m in rule.methods if m != "HEAD" or "GET" not in rule.methods)


def has_variables(rule):
    """Whether the path of a rule has variables."""
    return "<" in rule.rule
