"""A container engine's daemon as far as docker's command line program asks it: it makes no container, and remembers what it
was asked for. Its one container says a line when it is started, and ends when it is told to."""

import json
import re
import struct
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

ID = "c0ffee" * 10 + "cafe"
VERSION = {"Version": "28.0.0", "ApiVersion": "1.48", "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64"}


class Daemon(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True

    def __init__(self, folder):
        self.path = Path(folder) / "docker.sock"
        super().__init__(str(self.path), Handler)
        self.created, self.signals = [], []
        self.forget_container()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def forget_container(self):
        self.started, self.ended = threading.Event(), threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        self.client_address = ("docker", 0)
        super().setup()

    def log_message(self, *_):
        pass

    def answer(self, status, value=None):
        content = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Api-Version", VERSION["ApiVersion"])
        self.send_header("Ostype", "linux")
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def do_HEAD(self):
        self.answer(200)

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.endswith("/_ping"):
            self.answer(200)
        elif path.endswith("/version"):
            self.answer(200, VERSION)
        else:
            self.answer(404, {"message": f"this is no real daemon: {path}"})

    def do_DELETE(self):
        self.server.ended.set()
        self.answer(204)

    def do_POST(self):
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0]
        if path.endswith("/containers/create"):
            name = re.search(r"[?&]name=([^&]*)", self.path)
            self.server.created.append({"name": name and name[1], **json.loads(content)})
            self.answer(201, {"Id": ID, "Warnings": []})
        elif path.endswith("/attach"):
            self.attach()
        elif path.endswith("/start"):
            self.server.started.set()
            self.answer(204)
        elif path.endswith("/kill"):
            self.server.signals.append(re.search(r"signal=([^&]*)", self.path)[1])
            self.server.ended.set()
            self.answer(204)
        elif path.endswith("/wait"):
            self.wait()
        else:
            self.answer(404, {"message": f"this is no real daemon: {path}"})

    def attach(self):
        """The connection becomes the container's log."""
        self.close_connection = True
        self.wfile.write(
            b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
            b"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        )
        self.server.started.wait(30)
        self.say("LocalStack is up\n")
        self.server.ended.wait(30)
        self.say("LocalStack is down\n")

    def say(self, text):
        self.wfile.write(struct.pack(">BxxxI", 1, len(text)) + text.encode())
        self.wfile.flush()

    def wait(self):
        """The headers come at once, the content when the container has ended."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        self.server.ended.wait(30)
        self.wfile.write(b'{"StatusCode": 0}\n')
