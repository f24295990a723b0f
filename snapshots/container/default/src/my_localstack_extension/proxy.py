"""Passes requests on to the program, and its answers back, as they are: nothing is decoded, followed or stored."""

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from localstack.extensions.api import http
from localstack.http.request import get_full_raw_path
from urllib3 import BaseHTTPResponse, HTTPHeaderDict, Timeout, connection_from_url
from urllib3.util import SKIP_HEADER

# These speak of one connection (RFC 9110, 7.6.1), and there are two: the client's to LocalStack, and ours.
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
# LocalStack's server says these itself.
OF_SERVER = {"date", "server"}


class ProgramProxy:
    """Forwards to one program. Safe to use from many threads."""

    def __init__(self, url: str) -> None:
        """Raise ValueError where url is not that of an HTTP server; a path in it goes before every other."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is not a URL like http://localhost:8080")
        self.url = url
        self._host = parts.netloc
        self._base = parts.path.rstrip("/")
        # A connection for each of LocalStack's workers. And no limit to the time between two reads: a stream of events
        # may be silent for an hour.
        self._pool = connection_from_url(url, maxsize=1000, timeout=Timeout(connect=5, read=None))

    def check(self, timeout: float = 5.0) -> None:
        """Raise urllib3's HTTPError unless the program answers; what it answers does not matter."""
        path = f"{self._base}/"
        self._pool.urlopen("GET", path, redirect=False, retries=False, preload_content=False, timeout=timeout).close()

    def forward(self, request: http.Request, mount: str) -> http.Response:
        """Pass on a request for what is below the path mount; raise urllib3's HTTPError where there is no answer."""
        answer = self._pool.urlopen(
            request.method,
            self._base + get_full_raw_path(request).removeprefix(mount),
            body=request.get_data() or None,
            headers=self._headers(request, mount),
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )
        response = http.Response(_stream(answer), answer.status)
        response.headers.clear()
        for name, value in answer.headers.iteritems():
            if name.lower() == "location":
                value = self._location(value, request, mount)
            if name.lower() not in HOP_BY_HOP | OF_SERVER:
                response.headers.add(name, value)
        return response

    def close(self) -> None:
        self._pool.close()

    def _headers(self, request: http.Request, mount: str) -> HTTPHeaderDict:
        headers = HTTPHeaderDict()
        named = {name.strip().lower() for name in request.headers.get("Connection", "").split(",")}
        for name, value in request.headers.items():
            if name.lower() not in HOP_BY_HOP | named | {"host", "content-length", "x-forwarded-prefix"}:
                headers.add(name, value)
        for name in ("User-Agent", "Accept-Encoding"):
            # Else urllib3 sends one of its own.
            headers.setdefault(name, SKIP_HEADER)
        # Programs that make links of their own can learn from these where they are seen from.
        headers["X-Forwarded-For"] = request.remote_addr or "unknown"
        headers["X-Forwarded-Host"] = request.host
        headers["X-Forwarded-Proto"] = request.scheme
        if mount:
            headers["X-Forwarded-Prefix"] = mount
        return headers

    def _location(self, location: str, request: http.Request, mount: str) -> str:
        """Turn a redirect within the program into one below mount; any other is none of our business."""
        try:
            parts = urlsplit(location)
        except ValueError:
            return location
        if parts.netloc not in ("", self._host, request.host) or not (parts.netloc or parts.path.startswith("/")):
            return location
        if parts.netloc == request.host and parts.scheme not in ("", request.scheme):
            return location
        # Browsers take what is behind two slashes for a host.
        path = "/" + parts.path.lstrip("/")
        if self._base and f"{path}/".startswith(f"{self._base}/"):
            path = path.removeprefix(self._base) or "/"
        # A program that knows X-Forwarded-Prefix has put it there already.
        if not f"{path}/".startswith(f"{mount}/"):
            path = mount + path
        return urlunsplit(("", "", path, parts.query, parts.fragment))


def _stream(answer: BaseHTTPResponse) -> Iterator[bytes]:
    try:
        while part := answer.read1(64 * 1024):
            yield part
    finally:
        # After all was read this leaves the connection to the next request; before, it must not be used again.
        answer.close()
