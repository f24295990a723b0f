"""Serves the extension in a real LocalStack gateway, in the process of the tests: no Docker, no licence, no network.

What is here calls the extension as LocalStack does. LocalStack reads the environment when it is imported, so everything
that imports it is in a function.
"""

import os
import socket
import time
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from localstack.extensions.api import Extension

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"


@pytest.fixture(scope="session")
def extension(port: int) -> "Extension":
    """The extension, found as LocalStack finds it: by its entry point."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    [point] = entry_points(group="localstack.extensions", name=project["name"])
    extension: Extension = point.load()()
    assert extension.name == point.name
    return extension


@pytest.fixture(scope="session")
def localstack(extension: "Extension", port: int, pytestconfig: pytest.Config) -> Iterator[str]:
    """The URL of a LocalStack with the extension in it."""
    from localstack import config
    from localstack.aws import handlers
    from localstack.aws.components import AwsComponents
    from localstack.aws.handlers.response import init_response_mutation_handler
    from localstack.config import HostAndPort
    from localstack.http.hypercorn import GatewayServer
    from localstack.runtime.current import set_current_runtime
    from localstack.runtime.runtime import LocalstackRuntime
    from localstack.services.edge import ROUTER
    from localstack.services.plugins import SERVICE_PLUGINS

    # LocalStack's index of all AWS operations takes seconds to make, so it is kept from one run to the next.
    if cache := getattr(pytestconfig, "cache", None):
        config.dirs.cache = str(cache.mkdir("localstack"))
    config.dirs.mkdirs()
    init_response_mutation_handler()
    runtime = LocalstackRuntime(AwsComponents())
    set_current_runtime(runtime)

    # The hooks in LocalStack's order.
    extension.load()
    extension.on_extension_load()
    extension.on_platform_start()
    extension.update_gateway_routes(ROUTER)
    extension.update_request_handlers(handlers.serve_custom_service_request_handlers)
    extension.update_response_handlers(handlers.run_custom_response_handlers)
    extension.update_exception_handlers(handlers.serve_custom_exception_handlers)
    extension.update_finalizers(handlers.run_custom_finalizers)

    server = GatewayServer(runtime.components.gateway, HostAndPort("127.0.0.1", port))  # type: ignore[arg-type]
    server.start()
    wait_for(port)
    extension.on_platform_ready()
    yield f"http://localhost:{port}"
    extension.on_platform_shutdown()
    server.shutdown()
    SERVICE_PLUGINS.stop_all_services()


@pytest.fixture(scope="session")
def url(localstack: str, extension: "Extension") -> str:
    """Where the routes of the extension begin."""
    return f"{localstack}/_extension/{extension.name}"


@pytest.fixture(scope="session")
def s3(localstack: str) -> Any:
    """A client for the S3 of this LocalStack."""
    return client("s3", localstack)


def client(service: str, localstack: str) -> Any:
    """A boto3 client for a service of this LocalStack: S3, SQS, SNS, KMS or CloudWatch."""
    return boto3.client(
        service,  # type: ignore[call-overload, unused-ignore]
        endpoint_url=localstack,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> int:
    """A free port, for which LocalStack is set up."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    os.environ.update(
        GATEWAY_LISTEN=f"127.0.0.1:{port}",
        LOCALSTACK_HOST=f"localhost:{port}",
        FILESYSTEM_ROOT=str(tmp_path_factory.mktemp("localstack")),
        OVERRIDE_IN_DOCKER="0",  # not the folders of LocalStack's own container, even within a container
        DISABLE_EVENTS="1",  # nothing is told to anybody
        SKIP_SSL_CERT_DOWNLOAD="1",
        SQS_ENDPOINT_STRATEGY="path",  # queue URLs that need no name resolution
        AWS_EC2_METADATA_DISABLED="true",
    )
    return port


def wait_for(port: int) -> None:
    """Return once the port accepts connections."""
    for _ in range(1000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens on port {port}")
