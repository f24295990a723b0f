"""The extension: AWS calls wait or fail by rules, which are set on a page, through a JSON API, or from the start."""

from localstack.extensions.api import aws, http
from localstack.http import route

from . import given, handlers, origin, pages, report, rules


class ANameOfManyWordsThatGoesOnUntilItIsLongerThanAnyLineOfPythonShouldBeNow(pages.Pages):
    # LocalStack knows the extension by this name; the entry point in pyproject.toml has it too.
    name = "a-name-of-many-words-that-goes-on-until-it-is-longer-than-any-line-of-python"

    def __init__(self) -> None:
        super().__init__()
        self.rules = rules.Rules()
        self.report = report.Report()
        self.handlers = handlers.Handlers(self.rules, self.report)

    def on_extension_load(self) -> None:
        super().on_extension_load()  # type: ignore[no-untyped-call]
        for rule in given.given_rules():
            self.rules.add(rule)

    def update_request_handlers(self, handlers: aws.CompositeHandler) -> None:
        handlers.append(self.handlers.on_request)

    def update_response_handlers(self, handlers: aws.CompositeResponseHandler) -> None:
        handlers.append(self.handlers.on_response)

    def update_exception_handlers(self, handlers: aws.CompositeExceptionHandler) -> None:
        handlers.append(self.handlers.on_exception)

    def update_finalizers(self, handlers: aws.CompositeFinalizer) -> None:
        handlers.append(self.handlers.on_end)

    def on_platform_shutdown(self) -> None:
        """Let calls that wait go on, so that LocalStack need not wait for them."""
        self.handlers.stopping.set()

    @route("/", methods=["GET"])
    @route("/rules", methods=["GET"])
    def overview(self, request: http.Request) -> http.Response:
        """The rules, a form for another, and the report."""
        return self.show({}, {})

    @route("/rules", methods=["POST"])
    @origin.own_pages_only
    def add(self, request: http.Request) -> http.Response:
        """Take the form; show it again with what is wrong, or the list with the new rule."""
        form = request.form.to_dict()
        try:
            entry = self.rules.add(rules.Rule.parse(form))
        except rules.InvalidRuleError as error:
            return self.show(form, error.problems, status=422)
        return self.see(f"./#rule-{entry.id}")

    @route("/rules/<int:id>/<any(on, off):state>", methods=["POST"])
    @origin.own_pages_only
    def switch(self, request: http.Request, id: int, state: str) -> http.Response:
        """Switch a rule on or off; sent twice, it stays so."""
        self.rules.switch(id, state == "on")
        return self.see(f"../../#rule-{id}")

    @route("/rules/<int:id>/remove", methods=["POST"])
    @origin.own_pages_only
    def remove(self, request: http.Request, id: int) -> http.Response:
        """Remove a rule, if it is still there."""
        self.rules.remove(id)
        return self.see("../../#rules")

    @route("/api/rules", methods=["GET"])
    def api_rules(self, request: http.Request) -> http.Response:
        """All rules, in their order."""
        return self.data([entry.as_json() for entry in self.rules])

    @route("/api/rules", methods=["POST"])
    @origin.own_pages_only
    def api_add(self, request: http.Request) -> http.Response:
        """Add the rule in the body."""
        try:
            return self.data(self.rules.add(rules.Rule.parse(body(request))).as_json(), 201)
        except rules.InvalidRuleError as error:
            return self.data({"problems": error.problems}, 422)

    @route("/api/rules/<int:id>", methods=["PATCH"])
    @origin.own_pages_only
    def api_switch(self, request: http.Request, id: int) -> http.Response:
        """Switch a rule: `{"on": true}` or `{"on": false}`."""
        on = body(request).get("on")
        if not isinstance(on, bool):
            return self.data({"problems": {"on": "must be true or false"}}, 422)
        entry = self.rules.switch(id, on)
        return self.data({"problems": {"id": "is not there"}}, 404) if entry is None else self.data(entry.as_json())

    @route("/api/rules/<int:id>", methods=["DELETE"])
    @origin.own_pages_only
    def api_remove(self, request: http.Request, id: int) -> http.Response:
        """Remove a rule, if it is still there."""
        self.rules.remove(id)
        return http.Response(status=204)

    @route("/api/report", methods=["GET"])
    def api_report(self, request: http.Request) -> http.Response:
        """How long calls took, and what went wrong."""
        return self.data(self.report.as_json())

    def show(self, form: dict[str, str], problems: dict[str, str], status: int = 200) -> http.Response:
        """Render the page, with what was typed into the form and what is wrong with it."""
        return self.page(
            "overview.html",
            status=status,
            entries=list(self.rules),
            report=self.report,
            form=form,
            problems=problems,
        )


def body(request: http.Request) -> dict[str, object]:
    """The JSON object in the body; without one, an empty object."""
    try:
        data = request.get_json(force=True, silent=True)
    except RecursionError:
        return {}
    return data if isinstance(data, dict) else {}
