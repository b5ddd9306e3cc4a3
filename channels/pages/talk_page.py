"""The page at ``/talk``: a conversation in a browser, over ``/v1/realtime``.

Everything it needs is in the folder ``talk``: ES modules and two AudioWorklets, as they are written. Its address may
have anything before it, where the application is mounted in another: all that it asks for is named beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from emads_voice.messages import Catalogue

PATH = "/talk"

_NOBODY = "'none'"  # as the policy has it

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


def talk_page(
    catalogue: Catalogue,
    *,
    asks_for_key: bool,
    framed_by: Sequence[str] = (),
    middleware: Sequence[Middleware] = (),
) -> list[BaseRoute]:
    """The routes of the page.

    Args:
        catalogue: has its words.
        asks_for_key: whether talking takes a key, which the page has in its address (``/talk#key=ek_…``) or asks for.
        framed_by: origins whose pages may have it in a frame.
        middleware: stands before it.
    """
    headers = {
        "content-security-policy": "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self'",
                "connect-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                f"frame-ancestors {' '.join(framed_by or [_NOBODY])}",
            ]
        ),
        "permissions-policy": "microphone=(self), camera=(), geolocation=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cache-control": "no-cache",
    }
    folder = files(__package__).joinpath("talk")
    kept = {
        each.name: each.read_bytes() for each in folder.iterdir() if each.name.rpartition(".")[2] in _TYPES
    }
    settings = {"asks_for_key": asks_for_key, "words": catalogue.shown()}

    def file(request: Request, name: str) -> Response:
        if name not in kept:
            return Response("There is no such file.", 404, headers, "text/plain")
        tagged = headers | {"etag": f'"{sha256(kept[name]).hexdigest()[:16]}"'}
        if request.headers.get("if-none-match") == tagged["etag"]:
            return Response(status_code=304, headers=tagged)
        return Response(kept[name], headers=tagged, media_type=_TYPES[name.rpartition(".")[2]])

    async def page(request: Request) -> Response:
        return file(request, "index.html")

    async def beside(request: Request) -> Response:
        if request.path_params["name"] == "settings.json":
            return JSONResponse(settings, headers=headers)
        return file(request, request.path_params["name"])

    return [
        Route(PATH, page, middleware=middleware),
        Route(f"{PATH}/{{name}}", beside, middleware=middleware),
    ]
