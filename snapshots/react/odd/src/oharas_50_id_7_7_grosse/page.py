"""The page, which Vite builds from `frontend/` into `static/`."""

from pathlib import Path

from localstack.extensions.api import http
from werkzeug import Response
from werkzeug.exceptions import NotFound
from werkzeug.utils import send_from_directory

NOT_BUILT = "The page is not built yet. Run `make build` in the folder of the extension, and load this again.\n"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}


class Page:
    """Files in a folder, read anew for each request, so that a new build needs no restart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def serve(self, request: http.Request, path: str) -> Response:
        """Answer with a file; browsers keep it, and ask each time whether there is a newer one."""
        try:
            response = send_from_directory(self.folder, path, request.environ, response_class=http.Response)
        except NotFound:
            is_built = (self.folder / "index.html").is_file()
            return http.Response("There is no such file.\n" if is_built else NOT_BUILT, 404, mimetype="text/plain")
        response.headers.update(HEADERS)
        # Handlers of LocalStack and of other extensions look into responses, which they could not otherwise.
        response.direct_passthrough = False
        return response
