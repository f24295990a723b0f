"""Routes are credited to who adds them, with a URL that works; smoke requests each of them."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

ROUTES = """
    from rolo import route
    class Ext(Extension):
        name = "routes"
        def update_gateway_routes(self, router):
            router.add("/plain", self.hello)
            router.add("/posted", self.hello, methods=["POST"])
            router.add("/items/<item>", self.hello, methods=["GET"])
            router.add("/", self.hello, host="sub.<__host__>", methods=["GET", "POST"])
            router.add("/ported", self.hello, host="x.localhost<port:port>", methods=["GET"])
            router.add("/regional", self.hello, host="<region>.example.com", methods=["GET"])
            router.add("/broken", self.broken, methods=["GET"])
        def hello(self, request, **variables):
            return http.Response("hello from " + request.host)
        def broken(self, request):
            raise KeyError("not there")
"""


def test_urls_of_routes(site, host):
    site.add("routes", ROUTES)
    site.add(
        "other",
        """
        class Ext(Extension):
            name = "other"
            def update_gateway_routes(self, router):
                router.add("/other", lambda request: http.Response("other"), methods=["GET"])
        """,
    )
    ready = host(site).ready()
    port = ready["port"]
    routes = {
        route["path"]: route
        for extension in ready["extensions"]
        if extension["name"] == "routes"
        for route in extension["routes"]
    }
    assert {path: (r["host"], r["methods"], r["url"]) for path, r in routes.items()} == {
        "/plain": (None, ["*"], f"http://127.0.0.1:{port}/plain"),
        "/posted": (None, ["POST"], f"http://127.0.0.1:{port}/posted"),
        "/items/<item>": (None, ["GET"], None),
        "/": ("sub.<__host__>", ["GET", "POST"], f"http://sub.localhost:{port}/"),
        "/ported": ("x.localhost<port:port>", ["GET"], f"http://x.localhost:{port}/ported"),
        "/regional": ("<region>.example.com", ["GET"], None),
        "/broken": (None, ["GET"], f"http://127.0.0.1:{port}/broken"),
    }
    assert {path: r["address"] for path, r in routes.items() if r["url"] != r["address"]} == {
        "/items/<item>": f"http://127.0.0.1:{port}/items/<item>",
        "/regional": "http://<region>.example.com/regional",
    }
    for path in ("/plain", "/", "/ported"):
        url = routes[path]["url"]
        assert get(port, url) == (200, f"hello from {urlsplit(url).netloc}")
    others = [e["routes"] for e in ready["extensions"] if e["name"] == "other"]
    assert [[route["path"] for route in routes] for routes in others] == [["/other"]]


def test_smoke_requests_what_it_can_and_ends(site, host):
    module = site.add("routes", ROUTES)
    running = host(site, smoke=True)
    stopped = running.event("stopped")
    assert running.process.wait(10) == 0
    assert stopped["failures"] == 0
    requested = {event["path"]: event for event in running.all("requested")}
    assert {path: event["status"] for path, event in requested.items()} == {
        "/plain": 200,
        "/": 200,
        "/ported": 200,
        "/broken": 500,
    }
    assert requested["/plain"]["error"] is None
    assert requested["/"]["extension"] == "routes"
    assert requested["/"]["url"].startswith("http://sub.localhost:")
    broken = requested["/broken"]
    assert broken["error"] == "KeyError: 'not there'"
    assert (broken["file"], broken["line"]) == (str(module), line_of(module, "raise KeyError"))
    skipped = {event["path"]: event["reason"] for event in running.all("skipped")}
    assert skipped == {
        "/items/<item>": "its path has variables",
        "/posted": "it takes no GET",
        "/regional": "its host has variables",
    }


def test_a_route_cannot_end_the_gateway(site, host):
    site.add(
        "exiting",
        """
        import sys
        class Ext(Extension):
            name = "exiting"
            def update_gateway_routes(self, router):
                router.add("/exit", lambda request: sys.exit(4))
        """,
    )
    running = host(site, smoke=True)
    running.event("stopped")
    [requested] = running.all("requested")
    assert (requested["status"], requested["error"]) == (500, "RuntimeError: SystemExit: 4")
    assert requested["line"], "the place is the extension's"


def test_a_web_app_extension_with_both_addresses(site, host):
    site.add(
        "web",
        """
        from localstack.extensions.patterns.webapp import WebAppExtension
        from rolo import route
        class Ext(WebAppExtension):
            name = "web"
            @route("/", methods=["GET"])
            def index(self, request):
                return self.render_template_response("index.html", who="you & me")
        """,
    )
    templates = site.folder / "web" / "templates"
    templates.mkdir()
    (templates / "index.html").write_text("<p>{{ who }}</p>")
    static = site.folder / "web" / "static"
    static.mkdir()
    (static / "__init__.py").touch()
    (static / "style.css").write_text("p {}")
    ready = host(site).ready()
    port = ready["port"]
    (extension,) = ready["extensions"]
    assert extension["hooks"] == ["on_extension_load", "update_gateway_routes"]
    urls = {route["url"] for route in extension["routes"]}
    submount, subdomain = (
        f"http://127.0.0.1:{port}/_extension/web/",
        f"http://web.localhost:{port}/",
    )
    assert urls == {submount, subdomain, None}
    for url in (submount, subdomain):
        assert get(port, url) == (200, "<p>you &amp; me</p>")
    assert get(port, submount + "static/style.css") == (200, "p {}")


def get(port, url):
    """GET a URL from loopback, whatever its host resolves to."""
    parts = urlsplit(url)
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", parts.path, headers={"Host": parts.netloc})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def line_of(module, text):
    lines = module.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_a_page_may_send_to_where_it_came_from(site, host):
    site.add("routes", ROUTES)
    ready = host(site).ready()
    port = ready["port"]
    for origin, status in (
        (f"http://127.0.0.1:{port}", 200),
        (f"https://localhost:{port}", 200),
        (f"http://127.0.0.1:{port + 1}", 403),
        ("http://example.com", 403),
    ):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/posted", headers={"Origin": origin})
        assert (origin, connection.getresponse().status) == (origin, status)
        connection.close()
