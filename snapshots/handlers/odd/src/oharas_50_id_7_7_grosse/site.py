"""Where the extension's pages are: below `/_extension/NAME/`, and on a host of their own."""

import re
from itertools import product

from localstack import config, constants
from localstack.aws.handlers import cors
from localstack.extensions.api import aws, http
from localstack.extensions.patterns.webapp import WebAppExtension
from rolo.gateway import HandlerChain
from rolo.router import RuleAdapter, WithHost
from werkzeug import Response


class Site(WebAppExtension):
    """Mounts the routes so that they take nothing away from AWS, and serves no files by itself.

    WebAppExtension's own host is NAME on any domain, also on those of S3, where a bucket may have that name. And what
    it does with static files can be led out of their folder by `..` in an address.
    """

    def __init__(self, templates: str | None = "templates") -> None:
        super().__init__(subdomain=None, template_package_path=templates, static_package_path=None)
        # No part of a host's name is longer than 63 characters, and one of LocalStack's hosts is that of S3 itself.
        self.host = None if len(self.name) > 63 or self.name == "s3" else self.name

    def update_gateway_routes(self, router: http.Router[http.RouteHandler]) -> None:
        super().update_gateway_routes(router)
        if self.host is None:
            return
        domains = sorted({constants.LOCALHOST, constants.LOCALHOST_HOSTNAME, config.LOCALSTACK_HOST.host})
        # The variable's name keeps it from being given to the handlers.
        host = f'{self.host}.<regex("({"|".join(map(re.escape, domains))})(:[0-9]+)?"):__host__>'
        router.add(WithHost(host, [RuleAdapter([self])]))
        # LocalStack would refuse what the pages ask for from there.
        for domain, protocol in product(domains, ("http", "https")):
            origin = config.external_service_url(domain, protocol=protocol, subdomains=self.host)
            if origin not in cors.ALLOWED_CORS_ORIGINS:
                cors.ALLOWED_CORS_ORIGINS.append(origin)

    def _preprocess_request(
        self, chain: HandlerChain[aws.RequestContext], context: aws.RequestContext, _response: Response
    ) -> None:
        """Lead to the address with a slash at its end; WebAppExtension's own way puts it behind the query."""
        request = context.request
        if request.path == self.submount:
            query = f"?{request.query_string.decode('latin1')}" if request.query_string else ""
            chain.respond(301, headers={"Location": f"{self.submount}/{query}"})
