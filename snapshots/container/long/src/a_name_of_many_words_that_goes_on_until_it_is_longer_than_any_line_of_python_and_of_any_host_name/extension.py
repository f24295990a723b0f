"""Runs a program in a container, and answers with it.

Whatever goes wrong here, LocalStack starts: the container starts beside it, and a failure is logged, shown at
`/_extension/NAME/_status` and told to everyone who asks for the program.
"""

import logging
import os
import re
import threading
import time
import typing
from dataclasses import asdict, dataclass
from itertools import product

from localstack import config, constants
from localstack.aws.handlers import cors
from localstack.extensions.api import http
from localstack.utils.container_utils import container_client
from localstack.utils.docker_utils import DOCKER_CLIENT
from localstack.utils.net import get_addressable_container_host
from localstack.utils.strings import to_str
from localstack_extensions.utils import docker
from urllib3 import exceptions

from . import proxy

_LOG = logging.getLogger(__name__)

PROGRAM_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme/mock@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"  # noqa: E501
# What the program listens on. Docker publishes it under the same number, which must be free there.
PROGRAM_PORT = 80
# Names the URL of a program that runs already, to be used instead of a container.
URL_FROM = (
    "A_NAME_OF_MANY_WORDS_THAT_GOES_ON_UNTIL_IT_IS_LONGER_THAN_ANY_LINE_OF_PYTHON_AND_OF_ANY_HOST_NAME_PROGRAM_URL"
)
# How long a new container has until it answers, and how often it is asked, in seconds.
START_PATIENCE = 60.0
POLL_INTERVAL = 0.25


@dataclass(frozen=True)
class _State:
    """How far the program is, and what to do where it does not go on."""

    state: typing.Literal["starting", "running", "external", "failed", "stopped"]
    reason: str = ""
    hint: str = ""


class ANameOfManyWordsThatGoesOnUntilItIsLongerThanAnyLineOfPythonShouldBeNow(docker.ProxiedDockerContainerExtension):
    # LocalStack knows the extension by this name; the entry point in pyproject.toml has it too.
    name = "a-name-of-many-words-that-goes-on-until-it-is-longer-than-any-line-of-python-and-of-any-host-name"

    def __init__(self) -> None:
        super().__init__(
            PROGRAM_IMAGE,
            container_ports=[PROGRAM_PORT],
            health_check_fn=self._await_answer,
            health_check_retries=int(START_PATIENCE / POLL_INTERVAL),
            health_check_sleep=POLL_INTERVAL,
        )
        # Outside of Docker the library takes a name that is not known without a network.
        self.container_host = get_addressable_container_host(default_local_hostname=constants.LOCALHOST)
        self.mount = f"/_extension/{self.name}"
        self._program: proxy.ProgramProxy | None = None
        self._state = _State("starting")
        self._starter: threading.Thread | None = None
        self._deadline = 0.0
        self._stopping = threading.Event()

    def on_platform_start(self) -> None:
        """Called when LocalStack begins to start."""
        if url := os.environ.get(URL_FROM, "").strip():
            try:
                self._program = proxy.ProgramProxy(url)
                self._state = _State("external")
            except ValueError as error:
                self._fail(f"{URL_FROM}: {error}", f"mend {URL_FROM} and restart LocalStack")
        else:
            self._program = proxy.ProgramProxy(f"http://{self.container_host}:{self.main_port}")
            # To pull an image may take minutes, which LocalStack must not wait for.
            self._starter = threading.Thread(target=self._start, name=self.container_name, daemon=True)
            self._starter.start()

    def update_gateway_routes(self, router: http.Router[http.RouteHandler]) -> None:
        """Called once, to add routes to the gateway.

        In place of the library's own, which waits for the container and has neither this path nor the root of the host.
        """
        router.add(f"{self.mount}/_status", self.status, methods=["GET"])
        router.add(self.mount, self.add_slash)
        router.add(f"{self.mount}/<greedy_path:path>", self.below_mount, merge_slashes=False)

        # Not of any domain: a bucket may have the extension's name, and NAME.s3.localhost.localstack.cloud is its host.
        domains = sorted({constants.LOCALHOST, constants.LOCALHOST_HOSTNAME, config.LOCALSTACK_HOST.host})
        host = f'{self.name}.<regex("({"|".join(map(re.escape, domains))})(:[0-9]+)?"):domain>'
        router.add("/<greedy_path:path>", self.at_host, host=host, merge_slashes=False)
        # LocalStack would refuse what the program's own pages ask for from there.
        for domain, protocol in product(domains, ("http", "https")):
            origin = config.external_service_url(domain, protocol=protocol, subdomains=self.name)
            if origin not in cors.ALLOWED_CORS_ORIGINS:
                cors.ALLOWED_CORS_ORIGINS.append(origin)

    def on_platform_shutdown(self) -> None:
        """Called when LocalStack shuts down, to close what the extension opened."""
        self._stopping.set()
        if self._starter:
            # If Docker pulls the image for longer than this, the next start removes what comes of it.
            self._starter.join(timeout=5)
            self._remove()
        self._state = _State("stopped", "LocalStack shuts down")
        if self._program:
            self._program.close()

    def status(self, request: http.Request, **kwargs: str) -> http.Response:
        """Tell how far the program is, with status 503 where it does not answer."""
        state, program = self._state, self._program
        if program and state.state in ("running", "external"):
            try:
                program.check()
            except exceptions.HTTPError:
                state = _silent(program)
        response = http.Response(status=503 if state.state == "failed" else 200)
        image = self.image_name if self._starter else None
        response.set_json({"name": self.name, "image": image, "url": program and program.url, **asdict(state)})
        return response

    def add_slash(self, request: http.Request, **kwargs: str) -> http.Response:
        """Redirect to where relative links of the program's first page lead below the mount."""
        query = f"?{request.query_string.decode('latin1')}" if request.query_string else ""
        return http.Response(status=308, headers={"Location": f"{self.mount}/{query}"})

    def below_mount(self, request: http.Request, **kwargs: str) -> http.Response:
        """Answer what is asked of `/_extension/NAME/`."""
        return self._forward(request, self.mount)

    def at_host(self, request: http.Request, **kwargs: str) -> http.Response:
        """Answer what is asked of `NAME.localhost.localstack.cloud`."""
        return self._forward(request, "")

    def _forward(self, request: http.Request, mount: str) -> http.Response:
        state, program = self._state, self._program
        if program is None or state.state not in ("running", "external"):
            return _refusal(503, state)
        try:
            return program.forward(request, mount)
        except exceptions.HTTPError as error:
            _LOG.debug("%s: %s does not answer: %s", self.name, program.url, error)
            return _refusal(502, _silent(program))

    def _start(self) -> None:
        """Start the container and wait until it answers; the work of a thread of its own."""
        # One may have been left behind, if its LocalStack was killed.
        self._remove()
        try:
            self.start_container()
            self._check_answer()
        except Exception as error:
            self._remove()
            if not self._stopping.is_set():
                self._fail(*_explain(error))
            return
        if self._stopping.is_set():
            self._remove()
        else:
            self._state = _State("running")
            _LOG.info("%s: %s answers at %s/", self.name, self.image_name, self.mount)

    def _await_answer(self) -> None:
        """Raise as long as it makes sense to wait for the program; the library calls this again and again."""
        self._deadline = self._deadline or time.monotonic() + START_PATIENCE
        try:
            self._check_answer(timeout=1)
        except exceptions.HTTPError:
            if self._stopping.is_set() or time.monotonic() > self._deadline:
                return
            if DOCKER_CLIENT.get_container_status(self.container_name) is container_client.DockerContainerStatus.UP:
                raise

    def _check_answer(self, timeout: float = 5) -> None:
        """Raise HTTPError unless the program answers."""
        if self._program:
            self._program.check(timeout)

    def _remove(self) -> None:
        """Remove the container where there is one."""
        try:
            DOCKER_CLIENT.remove_container(self.container_name)
        except Exception:
            _LOG.debug("%s: %s was not removed", self.name, self.container_name, exc_info=True)

    def _fail(self, reason: str, hint: str) -> None:
        self._state = _State("failed", reason, hint)
        _LOG.warning("%s: %s; %s", self.name, reason, hint)


def _silent(program: proxy.ProgramProxy) -> _State:
    return _State("failed", f"the program does not answer at {program.url}", "see why it ended, and start it again")


def _refusal(status: int, state: _State) -> http.Response:
    response = http.Response(status=status)
    response.set_json(asdict(state))
    if state.state == "starting":
        response.headers["Retry-After"] = "1"
    return response


def _explain(error: Exception) -> tuple[str, str]:
    """Say what kept the container from starting, and what to do about it."""
    elsewhere = f"set {URL_FROM} to the URL of a running program"
    try_it = f"see what `docker run --rm --publish {PROGRAM_PORT}:{PROGRAM_PORT} {PROGRAM_IMAGE}` says, or {elsewhere}"
    if isinstance(error, exceptions.HTTPError):
        return f"{PROGRAM_IMAGE} does not answer HTTP on port {PROGRAM_PORT}", try_it
    lines = [str(error)]
    if isinstance(error, container_client.ContainerException):
        # Which of the three there is depends on LocalStack's client, for the command `docker` or for Docker's API.
        cause = getattr(error.__cause__ or error.__context__, "explanation", None)
        detail = error.stderr or cause or error.message
        lines = to_str(detail).strip().splitlines() or [error.message]
    if isinstance(error, container_client.DockerNotAvailable) or "Cannot connect to the Docker daemon" in lines[-1]:
        access = "mount /var/run/docker.sock into its container" if config.is_in_docker else "start Docker"
        return "LocalStack has no access to Docker", f"{access}, or {elsewhere}"
    # Before the line with the error Docker tells how it looked for the image, behind it where there is help.
    said = next((line.removeprefix("docker: ") for line in lines if line.startswith("docker: ")), lines[-1])
    return f"{PROGRAM_IMAGE} does not start: {said}", try_it
