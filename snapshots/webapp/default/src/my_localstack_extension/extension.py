"""The extension: it keeps the latest AWS calls, and shows them as pages and as JSON."""

import werkzeug
from localstack import config
from localstack.extensions.api import aws, http
from localstack.http import route

from . import calls, origin, pages


class MyLocalstackExtension(pages.Pages):
    # LocalStack knows the extension by this name; the entry point in pyproject.toml has it too.
    name = "my-localstack-extension"

    def __init__(self) -> None:
        super().__init__()
        self.calls = calls.CallLog()

    def update_response_handlers(self, handlers: aws.CompositeResponseHandler) -> None:
        handlers.append(self.on_response)

    def on_response(self, chain: object, context: aws.RequestContext, response: werkzeug.Response) -> None:
        """Called for every response, before it is sent."""
        self.calls.record(context, response)

    @route("/", methods=["GET"])
    def overview(self, request: http.Request) -> http.Response:
        """How often each service was called, and the latest calls, of one service if `service` names it."""
        service = request.args.get("service", "")
        counts = self.calls.counts()
        latest = self.calls.latest(service or None)
        endpoint = config.external_service_url()
        return self.page("overview.html", calls=latest, counts=counts, service=service, endpoint=endpoint)

    @route("/calls/<int:number>", methods=["GET"])
    def call(self, request: http.Request, number: int) -> http.Response:
        """All that is known of one call."""
        call = self.calls.find(number)
        if call is None:
            return self.not_found(f"calls/{number}")
        return self.page("call.html", root="../", call=call)

    @route("/clear", methods=["POST"])
    @origin.own_pages_only
    def clear(self, request: http.Request) -> http.Response:
        """Forget all calls: the button of the overview."""
        self.calls.clear()
        return self.see("./")

    @route("/api/calls", methods=["GET"])
    def api_calls(self, request: http.Request) -> http.Response:
        """Answer the overview as JSON."""
        latest = self.calls.latest(request.args.get("service") or None)
        return self.data({"counts": self.calls.counts(), "calls": [call.as_json() for call in latest]})

    @route("/api/calls", methods=["DELETE"])
    @origin.own_pages_only
    def api_clear(self, request: http.Request) -> http.Response:
        """Forget all calls."""
        self.calls.clear()
        return http.Response(status=204)
