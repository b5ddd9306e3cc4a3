"""The routes of the pages: who may look, in which language, and what is sent."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from emads_voice.channels.pages.language import page_language
from emads_voice.database import DatabaseError
from emads_voice.messages import Catalogue
from emads_voice.messages.formatting import Messages
from emads_voice.observability import AuditError, now
from emads_voice.observability.ledger import Ledger
from emads_voice.observability.log_throttle import strangers

from .reading import one_call, some_calls
from .rendering import call_page, list_page, message_page, text_of

PATH = "/calls"

_FILES = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}

_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    # What people said is in no cache that outlives the window.
    "cache-control": "no-store",
}


def calls_pages(
    ledger: Ledger,
    catalogue: Catalogue,
    *,
    lets_in: Callable[[str], bool] | None,
    middleware: Sequence[Middleware] = (),
) -> list[BaseRoute]:
    """The routes of the pages.

    Args:
        ledger: what they show.
        catalogue: has their words.
        lets_in: whether a header ``Authorization`` has a key that is known, as ``Bearer``; a browser asks for it as a
            password. None lets everybody in, which only a check of where they come from before it makes safe.
        middleware: that check.
    """
    before = [
        *middleware,
        *([Middleware(_Locked, lets_in=lets_in, catalogue=catalogue)] if lets_in else []),
    ]

    async def everything(request: Request) -> Response:
        said = page_language(request, catalogue, catalogue.calls)

        def made() -> str:
            after = request.query_params.get("after", "")
            listed = some_calls(ledger, now(), after=after)
            return list_page(
                listed.calls, said, unreadable=listed.unreadable, older=listed.older, newest=not after
            )

        return await _page(request, made, said, "calls/")

    async def one(request: Request) -> Response:
        said, conversation = (
            page_language(request, catalogue, catalogue.calls),
            request.path_params["conversation"],
        )

        def made() -> str | None:
            call = one_call(ledger, conversation, now())
            return call_page(call, said) if call else None

        return await _page(request, made, said, "")

    def file(name: str) -> Callable[[Request], Awaitable[Response]]:
        text = text_of(name)

        async def answer(_: Request) -> Response:
            return Response(text, headers=_HEADERS | {"cache-control": "no-cache"}, media_type=_FILES[name])

        return answer

    return [
        Route(PATH, everything, middleware=before),
        *(Route(f"{PATH}/{name}", file(name), middleware=middleware) for name in _FILES),
        Route(f"{PATH}/{{conversation:path}}", one, middleware=before),
    ]


async def _page(request: Request, made: Callable[[], str | None], said: Messages, beside: str) -> Response:
    """A page that is made in a thread, as the ledger is read there."""
    try:
        page = await asyncio.to_thread(made)
    except AuditError:
        return _html(message_page(said.text("calls_unreadable"), said, beside), 500)
    except DatabaseError as error:
        return _html(message_page(str(error), said, beside), 503)
    if page is None:
        return _html(message_page(said.text("calls_unknown"), said, beside), 404)
    tag = f'"{sha256(page.encode()).hexdigest()[:24]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=_HEADERS | {"etag": tag})
    return _html(page, 200, {"etag": tag})


def _html(page: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(page, status, _HEADERS | (headers or {}), "text/html; charset=utf-8")


class _Locked:
    """ASGI middleware: lets in whoever has a key, as ``Bearer`` or as the password that a browser asks for."""

    def __init__(self, app: ASGIApp, lets_in: Callable[[str], bool], catalogue: Catalogue) -> None:
        self._app = app
        self._lets_in = lets_in
        self._catalogue = catalogue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope).get("authorization", "")
        if self._lets_in(_as_bearer(given)):
            await self._app(scope, receive, send)
            return
        if given:
            strangers.warning("A request for the pages on calls with a key that is not known was refused.")
        said = page_language(Request(scope), self._catalogue, self._catalogue.calls)
        refused = Response(
            said.text("calls_locked"),
            401,
            _HEADERS | {"www-authenticate": 'Basic realm="emads-voice calls", charset="UTF-8"'},
            "text/plain; charset=utf-8",
        )
        await refused(scope, receive, send)


def _as_bearer(authorization: str) -> str:
    scheme, _, coded = authorization.strip().partition(" ")
    if scheme.lower() != "basic" or len(coded) > 1_000:
        return authorization
    try:
        _, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return f"Bearer {password}"
