"""Extensions are found, their hooks called in order, and their handlers live on the gateway."""

import platform
from importlib.metadata import version

import pytest
from botocore.exceptions import ClientError

from conftest import HOOKS, aws

EVERY_HOOK = """
    import sys
    def told(name):
        def hook(self, *arguments):
            print(self.name, name, file=sys.stderr)
        return hook
    class Ext(Extension):
        name = NAME
        on_extension_load = told("on_extension_load")
        on_platform_start = told("on_platform_start")
        update_gateway_routes = told("update_gateway_routes")
        update_request_handlers = told("update_request_handlers")
        update_response_handlers = told("update_response_handlers")
        update_exception_handlers = told("update_exception_handlers")
        update_finalizers = told("update_finalizers")
        on_platform_ready = told("on_platform_ready")
        on_platform_shutdown = told("on_platform_shutdown")
"""


def test_hooks_are_called_in_order_over_all_extensions(site, host):
    site.add("one", EVERY_HOOK.replace("NAME", "'first'"))
    site.add("two", EVERY_HOOK.replace("NAME", "'second'"))
    running = host(site)
    ready = running.ready()
    stopped = running.stop()

    lines = [line.split() for line in running.log.splitlines()]
    assert [hook for _, hook in lines] == [hook for hook in HOOKS for _ in range(2)]
    assert {name for name, _ in lines} == {"first", "second"}
    by_name = {extension["name"]: extension for extension in ready["extensions"]}
    assert by_name["first"]["hooks"] == HOOKS
    assert [call["hook"] for call in by_name["second"]["called"]] == HOOKS[:-1]
    assert all(call["ok"] for call in by_name["second"]["called"])
    assert stopped["failures"] == 0
    assert [call["hook"] for call in stopped["called"]["first"]] == ["on_platform_shutdown"]


def test_what_is_told_of_an_extension(site, host):
    site.add(
        "my_ext",
        """
        class Other(Extension):
            name = "my-name"
            def on_platform_ready(self): pass
        """,
        points={"my_point": "my_ext.extension:Other"},
        version="4.5",
    )
    running = host(site)
    ready = running.ready()

    assert ready["core"] == version("localstack-core")
    assert ready["python"] == platform.python_version()
    assert ready["url"] == f"http://127.0.0.1:{ready['port']}"
    assert 0 < ready["seconds"] < 10
    (extension,) = ready["extensions"]
    assert extension.pop("called")[0]["hook"] == "on_platform_ready"
    assert extension == {
        "name": "my-name",
        "class": "my_ext.extension:Other",
        "entry_point": "my_point",
        "distribution": "my-ext",
        "version": "4.5",
        "hooks": ["on_platform_ready"],
        "routes": [],
        "handlers": {"request": 0, "response": 0, "exception": 0, "finalizer": 0},
    }


HANDLERS = """
    SEEN = []
    class Ext(Extension):
        name = "handlers"
        def update_gateway_routes(self, router):
            router.add("/seen", lambda request: http.Response.for_json(SEEN))
        def update_request_handlers(self, handlers):
            handlers.append(self.request)
        def update_response_handlers(self, handlers):
            handlers.append(self.response)
            handlers.append(self.response_too)
        def update_exception_handlers(self, handlers):
            handlers.append(self.exception)
        def update_finalizers(self, handlers):
            handlers.append(self.finalizer)
        def request(self, chain, context, response):
            SEEN.append("request " + context.operation.name)
            if (context.service_request or {}).get("Bucket") == "boom":
                raise ValueError("boom")
        def response(self, chain, context, response):
            response.headers["x-mine"] = "yes"
        def response_too(self, chain, context, response):
            SEEN.append("response")
        def exception(self, chain, exception, context, response):
            SEEN.append("exception " + type(exception).__name__)
        def finalizer(self, chain, context, response):
            SEEN.append("finalizer")
"""


def test_handlers_of_all_kinds_take_part_in_aws_calls(site, host):
    site.add("handlers", HANDLERS)
    running = host(site, log="info")
    ready = running.ready()
    (extension,) = ready["extensions"]
    assert extension["handlers"] == {"request": 1, "response": 2, "exception": 1, "finalizer": 1}

    client = aws("s3", ready["url"])
    answer = client.list_buckets()["ResponseMetadata"]
    assert answer["HTTPHeaders"]["x-mine"] == "yes"
    client.create_bucket(Bucket="fine")
    client.put_object(Bucket="fine", Key="k", Body=b"v")
    assert client.get_object(Bucket="fine", Key="k")["Body"].read() == b"v"
    with pytest.raises(ClientError, match="boom"):
        client.create_bucket(Bucket="boom")
    seen = get_json(ready["url"] + "/seen")
    running.stop()

    assert seen[:3] == ["request ListBuckets", "response", "finalizer"]
    assert seen[-4:] == ["request CreateBucket", "exception ValueError", "response", "finalizer"]
    assert " INFO    localstack.request.aws  AWS s3.ListBuckets => 200" in running.log
    # The traceback begins in the extension, not in the gateway.
    trace = running.log.partition("Traceback (most recent call last):\n")[2]
    assert trace.splitlines()[0].endswith("in request"), running.log


def get_json(url):
    import requests

    return requests.get(url, timeout=10).json()
