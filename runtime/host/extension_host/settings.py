"""What the parent wants, told to LocalStack by the environment, which it reads once, at import."""

import json
import os
from dataclasses import dataclass, field

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Settings:
    """One run of the host; the parent gives it as a JSON object."""

    root: str
    """LocalStack's FILESYSTEM_ROOT: exists, and is empty."""
    cache: str
    """What outlives the run: the index of the service catalogue, the certificate."""
    port: int = 4566
    """0: a free one."""
    extensions: list[str] = field(default_factory=list)
    """Site directories with extensions and what they need; LocalStack's own packages win."""
    services: str | None = None
    """Comma-separated; None: all."""
    smoke: bool = False
    """Request every route once, then stop."""
    prepare: bool = False
    """Fill the cache, then stop."""
    log: str = "info"
    """warning, info or debug."""
    grace: float = 10.0
    """Seconds for a hook that is running when the host is asked to stop."""

    @classmethod
    def parse(cls, text):
        """Read the parent's JSON object."""
        return cls(**json.loads(text))

    def into_environment(self, port):
        """Set what LocalStack will read; must come before its first import."""
        os.environ.update(
            GATEWAY_LISTEN=f"{LOOPBACK}:{port}",
            GATEWAY_SERVER="hypercorn",
            DNS_ADDRESS="0",  # no DNS server on port 53
            OVERRIDE_IN_DOCKER="0",  # all directories below root, even inside a container
            FILESYSTEM_ROOT=self.root,
            DISABLE_EVENTS="1",  # no usage analytics
            SKIP_SSL_CERT_DOWNLOAD="1",
            # Whenever an operation is not implemented, LocalStack asks its makers whether they have
            # it. No library knows this scheme: the question ends before a connection, or a proxy.
            API_ENDPOINT="none://",
            EAGER_SERVICE_LOADING="0",
            IN_MEMORY_CLIENT="0",
            SQS_ENDPOINT_STRATEGY="path",  # queue URLs that need no name resolution
        )
        # Else a page opened at the address that is printed could not use its own server.
        pages = [f"{scheme}://{LOOPBACK}:{port}" for scheme in ("http", "https")]
        others = os.environ.get("EXTRA_CORS_ALLOWED_ORIGINS")
        os.environ["EXTRA_CORS_ALLOWED_ORIGINS"] = ",".join([*pages, *filter(None, [others])])
        # Else boto looks for credentials in the network, at the address of a cloud's machines.
        os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
        # A name that needs no network: every subdomain of localhost is this machine.
        os.environ.setdefault("LOCALSTACK_HOST", f"localhost:{port}")
        if self.services is not None and not os.environ.get("SERVICES"):
            os.environ.update(SERVICES=self.services, STRICT_SERVICE_LOADING="1")
        if self.log == "debug":
            os.environ.setdefault("DEBUG", "1")
