"""How the container starts, fails to and ends: LocalStack's own client for Docker, and a stand-in for Docker itself."""

import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

import _docker
import pytest


@pytest.fixture
def docker(extension: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[_docker.Docker]:
    """A Docker that LocalStack uses as it does in its own container."""
    from localstack.utils.container_utils.docker_sdk_client import SdkDockerClient
    from localstack_extensions.utils import docker as library

    with _docker.running() as docker:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{docker.server_port}")
        client = SdkDockerClient()
        # It connects when it is used, and what goes wrong is known then.
        client.docker_client = None
        monkeypatch.setattr(library, "DOCKER_CLIENT", client)
        monkeypatch.setattr(sys.modules[type(extension).__module__], "DOCKER_CLIENT", client)
        yield docker


@pytest.fixture
def start(extension: Any, docker: _docker.Docker) -> Iterator[Any]:
    """Begins to start another instance of the extension, with something that goes wrong or nothing."""
    started = []

    def start(fault: str = "") -> Any:
        docker.fault = fault
        instance = type(extension)()
        # A port that can be had without privileges.
        instance.main_port = free_port()
        instance.container_ports = [instance.main_port]
        instance.health_check_retries = 8
        instance.on_platform_start()
        started.append(instance)
        return instance

    yield start
    docker.fault = ""
    for instance in started:
        instance.on_platform_shutdown()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def get(instance: Any, path: str) -> tuple[int, Any]:
    """What the extension's route answers, below its own path: the status, and what its JSON says."""
    from localstack.extensions.api.http import Request, Router
    from localstack.http.dispatcher import handler_dispatcher
    from localstack.http.router import GreedyPathConverter

    router: Any = Router(handler_dispatcher(), {"greedy_path": GreedyPathConverter})
    instance.update_gateway_routes(router)
    response = router.dispatch(Request("GET", f"/_extension/{instance.name}{path}"))
    return response.status_code, response.json


def settled(instance: Any) -> Any:
    """The extension's status once it is no longer starting."""
    for _ in range(200):
        status, body = get(instance, "/_status")
        assert (status == 503) == (body["state"] == "failed")
        if body["state"] != "starting":
            return body
        time.sleep(0.05)
    raise TimeoutError("still starting")


def test_it_runs_until_localstack_ends(start: Any, docker: _docker.Docker) -> None:
    instance = start()
    status = settled(instance)
    assert (status["state"], status["image"]) == ("running", instance.image_name)
    assert get(instance, "/x")[1]["path"] == "/x"
    [container] = docker.containers.values()
    assert container.asked["Image"] == instance.image_name
    assert container.asked["HostConfig"]["AutoRemove"]
    instance.on_platform_shutdown()
    assert not docker.containers
    assert get(instance, "/x")[0] == 503


def test_one_that_was_left_behind_is_replaced(start: Any, docker: _docker.Docker) -> None:
    assert settled(start())["state"] == "running"
    [left] = docker.containers.values()
    assert settled(start())["state"] == "running"
    [container] = docker.containers.values()
    assert container is not left


def test_localstack_does_not_wait_for_it(start: Any) -> None:
    begun = time.monotonic()
    instance = start("mute")
    status, body = get(instance, "/x")
    assert time.monotonic() - begun < 1.5
    assert (status, body["state"]) == (503, "starting")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("none", "LocalStack has no access to Docker"),
        ("image", "pull access denied for x"),
        ("port", "port is already allocated"),
        ("ends", "does not answer HTTP on port"),
        ("mute", "does not answer HTTP on port"),
    ],
)
def test_what_went_wrong_is_told(
    start: Any, docker: _docker.Docker, caplog: pytest.LogCaptureFixture, fault: str, reason: str
) -> None:
    instance = start(fault)
    status = settled(instance)
    assert status["state"] == "failed"
    assert reason in status["reason"]
    assert status["hint"]
    assert get(instance, "/x")[0] == 503
    assert get(instance, "/x")[1]["reason"] == status["reason"]
    assert reason in caplog.text
    assert not docker.containers


def test_an_end_while_it_starts(start: Any, docker: _docker.Docker) -> None:
    instance = start("mute")
    while not docker.containers:
        time.sleep(0.01)
    begun = time.monotonic()
    instance.on_platform_shutdown()
    assert time.monotonic() - begun < 4
    assert not docker.containers


def test_a_url_that_is_none(extension: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sys.modules[type(extension).__module__].URL_FROM, "localhost:8080")
    instance = type(extension)()
    instance.on_platform_start()
    assert "localhost:8080" in settled(instance)["reason"]
    assert get(instance, "/x")[0] == 503
