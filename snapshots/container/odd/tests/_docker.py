"""As much of Docker's API as LocalStack needs to run a container; the container is a program in this process."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import _program


class Handler(BaseHTTPRequestHandler):
    """Answers as Docker does, https://docs.docker.com/reference/api/engine/."""

    protocol_version = "HTTP/1.1"
    server: "Docker"

    def answer(self) -> None:
        url = urlsplit(self.path)
        query = {key: value for key, [value] in parse_qs(url.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        containers, fault = self.server.containers, self.server.fault
        match self.command, re.sub(r"^/v1\.\d+", "", url.path).strip("/").split("/"):
            case _ if fault == "none":
                self.reply(503, {"message": "no Docker"})
            case _, ["_ping"]:
                self.reply(200, {})
            case "GET", ["version"]:
                self.reply(200, {"ApiVersion": "1.44"})
            case "POST", ["containers", "create"] if fault == "image":
                self.reply(404, {"message": "No such image: x"})
            case "POST", ["images", "create"]:
                self.reply(404, {"message": "pull access denied for x, repository does not exist"})
            case "POST", ["containers", "create"] if query["name"] in containers:
                self.reply(409, {"message": f'Conflict. The container name "/{query["name"]}" is already in use'})
            case "POST", ["containers", "create"]:
                containers[query["name"]] = Container(query["name"], json.loads(body))
                self.reply(201, {"Id": query["name"], "Warnings": []})
            case _, ["containers", name, *_] if name not in containers:
                self.reply(404, {"message": f"No such container: {name}"})
            case "GET", ["containers", name, "json"]:
                self.reply(200, containers[name].shown())
            case "POST", ["containers", _, "start"] if fault == "port":
                self.reply(500, {"message": "Bind for 0.0.0.0:80 failed: port is already allocated"})
            case "POST", ["containers", name, "start"]:
                containers[name].start(fault)
                self.reply(204, None)
            case "DELETE", ["containers", name]:
                containers.pop(name).end()
                self.reply(204, None)
            case other:
                self.reply(501, {"message": f"unexpected: {other}"})

    def reply(self, status: int, document: Any) -> None:
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Api-Version", "1.44")
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_DELETE = answer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Container:
    def __init__(self, name: str, asked: dict[str, Any]) -> None:
        self.name = name
        self.asked = asked
        self.runs = False
        self.program = ExitStack()

    def start(self, fault: str) -> None:
        self.runs = fault != "ends"
        [[published]] = self.asked["HostConfig"]["PortBindings"].values()
        if fault not in ("ends", "mute"):
            self.program.enter_context(_program.running(int(published["HostPort"])))

    def end(self) -> None:
        self.runs = False
        self.program.close()

    def shown(self) -> dict[str, Any]:
        state = "running" if self.runs else "exited"
        config = {"Image": self.asked["Image"], "Labels": {}}
        return {"Id": self.name, "Name": f"/{self.name}", "Image": "i", "State": {"Status": state}, "Config": config}


class Docker(ThreadingHTTPServer):
    """Its fault is what goes wrong: none (no Docker), image, port, ends (the program) or mute (the program)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.containers: dict[str, Container] = {}
        self.fault = ""


@contextmanager
def running() -> Iterator[Docker]:
    server = Docker()
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield server
    finally:
        for container in server.containers.values():
            container.end()
        server.shutdown()
        server.server_close()
