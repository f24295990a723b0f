"""Who may change something: the extension's own pages, and programs."""

from collections.abc import Callable
from functools import wraps

from localstack.aws.handlers import cors
from localstack.extensions.api import http

Handler = Callable[..., http.Response]


def own_pages_only(handler: Handler) -> Handler:
    """Refuse what another site makes a browser send.

    LocalStack refuses foreign origins too, but lets them pass on some host names, such as those of API Gateway; and a
    host's name may be made to lead here. Programs send no Origin.
    """

    @wraps(handler)
    def guarded(self: object, request: http.Request, **kwargs: object) -> http.Response:
        origin = request.headers.get("Origin")
        own = (f"http://{request.host}", f"https://{request.host}")
        if origin is not None and not (origin in own and cors.CorsEnforcer.is_cors_origin_allowed(request.headers)):
            return http.Response("Only the extension's own pages may do this.\n", 403, mimetype="text/plain")
        return handler(self, request, **kwargs)

    return guarded
