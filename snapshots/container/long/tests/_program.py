"""A program that answers HTTP, in place of the one in the container; `python _program.py PORT` runs it by itself."""

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Tells what it was asked; some paths have answers of their own."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        match path.split("/"):
            case ["", "redirect", *_]:
                self.reply(302, b"", Location=query)
            case ["", "status", code]:
                self.reply(int(code), b"as asked for")
            case ["", "cookies"]:
                self.reply(200, b"", **{"Set-Cookie": "one=1; Path=/", "set-cookie": "two=2; Path=/"})
            case ["", "body"]:
                self.reply(200, body)
            case ["", "stream"]:
                self.stream()
            case ["", "cut"]:
                # promises more than it gives, and is gone
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"half")
                self.close_connection = True
            case ["", "slow"]:
                time.sleep(0.5)
                self.reply(200, b"at last")
            case _:
                seen = {"method": self.command, "path": self.path, "headers": dict(self.headers), "size": len(body)}
                self.reply(200, json.dumps(seen).encode(), **{"Content-Type": "application/json"})

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in range(3):
            event = b"data: %d\n\n" % number
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
            time.sleep(0.3)
        self.wfile.write(b"0\r\n\r\n")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def server_close(self) -> None:
        """End as a process does: with its connections."""
        super().server_close()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that leave early."""


@contextmanager
def running(port: int = 0) -> Iterator[str]:
    """Run the program in this process; gives its URL."""
    server = Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
