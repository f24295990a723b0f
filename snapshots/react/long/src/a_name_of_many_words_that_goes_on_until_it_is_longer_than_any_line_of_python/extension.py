import logging
import pathlib

import werkzeug
from localstack.extensions.api import aws, http
from localstack.http import route

from . import calls, origin, page, site


class ANameOfManyWordsThatGoesOnUntilItIsLongerThanAnyLineOfPythonShouldBeNowAndThenOnUntilItIsOfTheLimits(site.Site):
    """Shows the AWS calls as they happen."""

    # LocalStack knows the extension by this name; the entry point in pyproject.toml has it too.
    name = "a-name-of-many-words-that-goes-on-until-it-is-longer-than-any-line-of-python"

    def __init__(self) -> None:
        super().__init__(templates=None)
        self.calls = calls.CallLog(limit=100)
        self.page = page.Page(pathlib.Path(__file__).parent / "static")

    def on_platform_start(self) -> None:
        """Called when LocalStack begins to start."""
        logging.getLogger("localstack.request.http").addFilter(self.is_no_poll)

    def is_no_poll(self, line: logging.LogRecord) -> bool:
        """Keep out of LocalStack's log what an open page asks every second."""
        return line.getMessage() not in (f"GET {self.submount}/api/calls => 200", "GET /api/calls => 200")

    def update_response_handlers(self, handlers: aws.CompositeResponseHandler) -> None:
        """Called once, to add handlers for responses, before they are sent."""
        handlers.append(self.record_call)

    def record_call(self, chain: object, context: aws.RequestContext, response: werkzeug.Response) -> None:
        """See every response that LocalStack gives."""
        self.calls.record(context, response)

    @route("/", methods=["GET"])
    def show_page(self, request: http.Request) -> werkzeug.Response:
        return self.page.serve(request, "index.html")

    @route("/assets/<path:path>", methods=["GET"])
    def show_asset(self, request: http.Request, path: str) -> werkzeug.Response:
        return self.page.serve(request, f"assets/{path}")

    @route("/api/calls", methods=["GET"])
    def get_calls(self, request: http.Request) -> dict[str, object]:
        return {
            # The host is the extension's own; AWS clients use the one without its name.
            "endpoint": f"{request.scheme}://{request.host.removeprefix(f'{self.host}.')}",
            "counts": self.calls.counts(),
            "calls": [call.as_json() for call in self.calls.latest()],
        }

    @route("/api/calls", methods=["DELETE"])
    @origin.own_pages_only
    def delete_calls(self, request: http.Request) -> http.Response:
        """Forget all calls."""
        self.calls.clear()
        return http.Response(status=204)

    @route("/<path:path>", methods=["GET"])
    def any_other(self, request: http.Request, path: str) -> http.Response:
        """Say that there is nothing; LocalStack would take the address for a call of S3."""
        return http.Response("There is no such page.\n", 404, mimetype="text/plain")
