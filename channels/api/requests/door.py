"""What every request passes: who asks, how often, how much they send; and what becomes of faults.

It stands before the routes and looks at headers alone, so nothing of a body is read for those whom nobody knows.
"""

from __future__ import annotations

import logging
import math
import uuid
from collections.abc import Awaitable, Callable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emads_voice.observability.log_throttle import strangers

from .errors import ApiError
from .failures import fault, refusal
from .keys import SESSION_KEY, ApiKeys
from .rate import Rate

_log = logging.getLogger(__name__)

REQUEST_ID = "x-request-id"
"""The header that names a request, in answers and in the log; OpenAI's clients show it."""

ANYONE = "anyone"
"""The client where no key is asked for."""


Client = Callable[[str], Awaitable[str | None]]
"""Tells whose request it is by the header Authorization, by a name that does not tell what is in it; None: nobody's."""


class Door:
    """ASGI middleware before all routes of the API."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: ApiKeys | None,
        rate: Rate,
        max_bytes: int,
        besides: Mapping[str, Client] | None = None,
    ) -> None:
        """
        Args:
            app: what is behind it.
            keys: who may come in; None lets in anyone, which only a check of origins before it makes safe.
            rate: how often each may ask.
            max_bytes: of one request's body.
            besides: the beginning of an address → who may come to it without a key of these.
        """
        self._app = app
        self._keys = keys
        self._rate = rate
        self._max_bytes = max_bytes
        self._besides = besides or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named = uuid.uuid4().hex
        begun = False

        async def tell(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message)[REQUEST_ID] = named
            await send(message)

        try:
            headers = Headers(scope=scope)
            await self._admit(headers, scope["path"].removeprefix(scope.get("root_path", "")))
            await self._app(scope, self._counted(receive), tell)
        except ClientDisconnect:
            strangers.warning("A client of the HTTP API left before it was answered.")
        except Exception as error:
            told = refusal(error)
            if told is None or told.status >= 500:
                why = error.__cause__ or error
                _log.error("request %s: %s", named, why or type(why).__name__, exc_info=told is None and why)
            if begun:
                raise  # the connection breaks off: the client sees that its answer is not whole
            await (told or fault()).response()(scope, receive, tell)

    async def _admit(self, headers: Headers, path: str) -> None:
        client: str | None = ANYONE
        if self._keys is not None:
            brought = headers.get("authorization", "")
            client = self._keys.client(brought) or await self._other(path, brought)
            if client is None:
                strangers.warning("A request to the HTTP API without a key that is known was refused.")
                raise _stranger(self._keys, brought)
        if wait_s := self._rate.wait_s(client or ANYONE):
            seconds = math.ceil(wait_s)
            raise ApiError(
                429,
                "rate_limit_exceeded",
                f"There were too many requests with this key: wait {seconds} s and ask again.",
                headers={"retry-after": str(seconds)},
            )
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self._max_bytes:
            raise self._too_long()

    async def _other(self, path: str, brought: str) -> str | None:
        for begins, client in self._besides.items():
            if path == begins or path.startswith(f"{begins}/"):
                return await client(brought)
        return None

    def _counted(self, receive: Receive) -> Receive:
        """Gives what comes, and refuses what is more than may come."""
        came = 0

        async def counting() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._max_bytes:
                raise self._too_long()
            return message

        return counting

    def _too_long(self) -> ApiError:
        return ApiError(
            413,
            "request_too_large",
            f"A request may have {self._max_bytes / 1_000_000:g} MB: send a shorter or compressed recording.",
        )


def _stranger(keys: ApiKeys, brought: str) -> ApiError:
    if brought.lower().startswith(f"bearer {SESSION_KEY}"):
        return ApiError(
            401,
            "session_key",
            "A key of one session (ek_…) opens a WebSocket at /v1/realtime and nothing else, and no WebRTC: see "
            "docs/browser.md.",
            headers={"www-authenticate": "Bearer"},
        )
    if not keys:
        return ApiError(
            401,
            "api_closed",
            "The HTTP API of this server is closed: set EMADS_API_KEYS where it runs, and send one of them.",
            headers={"www-authenticate": "Bearer"},
        )
    return ApiError(
        401,
        "invalid_api_key",
        "The key is missing or not known: send the header Authorization: Bearer YOUR_KEY.",
        headers={"www-authenticate": "Bearer"},
    )
