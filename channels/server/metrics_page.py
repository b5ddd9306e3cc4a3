"""``/metrics``: what Prometheus scrapes, for whoever may ask the HTTP API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from emads_voice.channels.api.requests.errors import ApiError
from emads_voice.channels.api.requests.keys import ApiKeys

if TYPE_CHECKING:
    from emads_voice.observability.exporting.prometheus import PrometheusMetrics

PATH = "/metrics"


def metrics_page(
    metrics: PrometheusMetrics, keys: ApiKeys | None, middleware: Sequence[Middleware] = ()
) -> Route:
    """The route.

    Args:
        metrics: of this process.
        keys: a scraper has one of these as its bearer token; None asks for none.
        middleware: stands before it.
    """

    def page(
        request: Request,
    ) -> Response:  # in a thread: the figures of a busy server take some milliseconds
        if keys is not None and keys.client(request.headers.get("authorization", "")) is None:
            refused = ApiError(
                401,
                "invalid_api_key",
                "The metrics take a key: send the header Authorization: Bearer YOUR_KEY.",
                headers={"www-authenticate": "Bearer"},
            )
            return refused.response()
        body, kind = metrics.page(request.headers.get("accept", ""))
        return Response(body, headers={"content-type": kind})

    return Route(PATH, page, methods=["GET"], middleware=middleware)
