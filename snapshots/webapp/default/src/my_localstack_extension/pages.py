"""What all pages have in common: strict headers, static files, and an answer for addresses that lead nowhere."""

import mimetypes
from importlib import resources

from localstack.extensions.api import http
from localstack.http import route

from . import site

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Pages(site.Site):
    """Serves pages at two places, so they may use relative addresses only."""

    def page(self, template: str, root: str = "./", status: int = 200, **values: object) -> http.Response:
        """Render a page; `root` leads from its address to the first page, as `../` does from `calls/1`."""
        html = self.render_template(template, name=self.name, root=root, **values)
        return http.Response(html, status, HEADERS, "text/html")

    def data(self, data: object, status: int = 200) -> http.Response:
        """Answer in JSON."""
        response = http.Response(status=status, headers=HEADERS)
        response.set_json(data)
        return response

    def see(self, address: str) -> http.Response:
        """Have the browser show another page, after a form was sent."""
        return http.Response(status=303, headers=HEADERS | {"Location": address})

    @route("/static/<name>", methods=["GET"])
    def static_file(self, request: http.Request, name: str) -> http.Response:
        """Serve a file of the folder `static`, but none of folders in it or above it."""
        file = resources.files(self.get_extension_module_root()) / "static" / name
        if len(name) > 100 or not file.is_file():
            return self.not_found(f"static/{name}")
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return http.Response(file.read_bytes(), 200, HEADERS | {"Cache-Control": "no-cache"}, mimetype)

    @route("/<path:path>", methods=["GET"])
    def any_other(self, request: http.Request, path: str) -> http.Response:
        """Say that there is no such page; LocalStack would take the address for a call of S3."""
        return self.not_found(path)

    def not_found(self, path: str) -> http.Response:
        """Answer for an address that leads nowhere."""
        return self.page("not_found.html", root="../" * path.count("/") or "./", status=404)
