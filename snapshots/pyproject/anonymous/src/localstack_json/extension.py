import logging

import werkzeug
from localstack.extensions import api
from localstack.extensions.api import aws, http

from . import calls

_LOG = logging.getLogger(__name__)


class Json(api.Extension):
    # LocalStack knows the extension by this name; the entry point in pyproject.toml has it too.
    name = "localstack-json"

    def __init__(self) -> None:
        self.calls = calls.CallLog()

    def on_extension_load(self) -> None:
        """Called when LocalStack has loaded the extension."""

    def on_platform_start(self) -> None:
        """Called when LocalStack begins to start."""

    def update_gateway_routes(self, router: http.Router[http.RouteHandler]) -> None:
        """Called once, to add routes to the gateway."""
        router.add(f"/_extension/{self.name}/calls", self.show_calls, methods=["GET"])

    def update_request_handlers(self, handlers: aws.CompositeHandler) -> None:
        """Called once, to add handlers for AWS requests, before a service sees them."""

    def update_response_handlers(self, handlers: aws.CompositeResponseHandler) -> None:
        """Called once, to add handlers for responses, before they are sent."""
        handlers.append(self.record_call)

    def update_exception_handlers(self, handlers: aws.CompositeExceptionHandler) -> None:
        """Called once, to add handlers for exceptions raised during a request."""

    def update_finalizers(self, handlers: aws.CompositeFinalizer) -> None:
        """Called once, to add handlers that run at the end of every request."""

    def on_platform_ready(self) -> None:
        """Called when LocalStack is ready for requests."""
        _LOG.info("%s lists AWS calls at /_extension/%s/calls", self.name, self.name)

    def on_platform_shutdown(self) -> None:
        """Called when LocalStack shuts down, to close what the extension opened."""

    def record_call(self, chain: object, context: aws.RequestContext, response: werkzeug.Response) -> None:
        """See every response that LocalStack gives."""
        self.calls.record(context, response)

    def show_calls(self, request: http.Request, **kwargs: str) -> dict[str, object]:
        """Answer in JSON; kwargs are the variables of the route's path."""
        latest = self.calls.latest(request.args.get("service") or None)
        return {"counts": self.calls.counts(), "calls": [call.as_json() for call in latest]}
