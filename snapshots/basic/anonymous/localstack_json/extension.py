import logging

from localstack.extensions.api import Extension, aws, http

LOG = logging.getLogger(__name__)


class Json(Extension):
    # LocalStack knows the extension by this name; the entry point in setup.cfg has it too.
    name = "localstack-json"

    def on_extension_load(self) -> None:
        """Called when LocalStack has loaded the extension."""

    def on_platform_start(self) -> None:
        """Called when LocalStack begins to start."""

    def update_gateway_routes(self, router: http.Router[http.RouteHandler]) -> None:
        """Called once, to add routes to the gateway."""
        router.add(f"/_extension/{self.name}/hello", self.hello, methods=["GET"])

    def update_request_handlers(self, handlers: aws.CompositeHandler) -> None:
        """Called once, to add handlers for AWS requests, before a service sees them."""

    def update_response_handlers(self, handlers: aws.CompositeResponseHandler) -> None:
        """Called once, to add handlers for responses, before they are sent."""

    def update_exception_handlers(
        self, handlers: aws.CompositeExceptionHandler
    ) -> None:
        """Called once, to add handlers for exceptions raised during a request."""

    def update_finalizers(self, handlers: aws.CompositeFinalizer) -> None:
        """Called once, to add handlers that run at the end of every request."""

    def on_platform_ready(self) -> None:
        """Called when LocalStack is ready for requests."""
        LOG.info("%s says hello at /_extension/%s/hello", self.name, self.name)

    def on_platform_shutdown(self) -> None:
        """Called when LocalStack shuts down, to close what the extension opened."""

    def hello(self, request: http.Request, **kwargs: str) -> dict[str, str]:
        """Answer the example route in JSON; kwargs are the variables of its path."""
        name = request.args.get("name", "world")
        return {"message": f"Hello, {name}!"}
