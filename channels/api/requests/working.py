"""Work for one client: so much at once, so long, and no longer than the client waits for it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .errors import ApiError
from .failures import fault, refusal

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

Emit = Callable[[bytes], None]
Produce = Callable[[Emit], Coroutine[Any, Any, None]]
"""Works, and hands over the pieces of an answer as they are ready."""

EVENTS = "text/event-stream"


class Work:
    """The places of one API, and the deadline that each has."""

    def __init__(self, at_once: int, timeout_s: float) -> None:
        """Take how much may be worked at, at once, and the seconds for each."""
        self._free = at_once
        self._timeout_s = timeout_s

    async def whole(self, request: Request, work: Coroutine[Any, Any, _T]) -> _T:
        """The result of some work, which is cancelled if the client leaves. The request's body has been read.

        Raises:
            ApiError: there is no place.
            TimeoutError: it took too long.
            ClientDisconnect: nobody waits for it any more.
        """
        return await _while_connected(request.receive, self._placed(work))

    async def stream(
        self,
        request: Request,
        produce: Produce,
        *,
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """An answer that is sent while it is made, beginning with its first piece: what fails before is raised.

        Args:
            request: whose body has been read.
            produce: makes it; cancelled if the client leaves. What fails later is an event where the answer is one of
                events, and breaks the connection off where it is not.
            media_type: what it is.
            headers: sent along.

        Raises:
            ApiError: there is no place. Besides, what ``produce`` raises before its first piece.
            ClientDisconnect: nobody waits for it any more.
        """
        pieces: asyncio.Queue[bytes | None] = asyncio.Queue()

        async def produced() -> None:
            try:
                await self._placed(produce(pieces.put_nowait))
            finally:
                pieces.put_nowait(None)

        task = asyncio.create_task(produced())
        try:
            first = await _while_connected(request.receive, _first(task, pieces))
        except BaseException:
            await _ended(task)
            raise
        return _Streamed(task, first, pieces, media_type, headers)

    async def _placed(self, work: Coroutine[Any, Any, _T]) -> _T:
        if not self._free:
            work.close()
            raise ApiError(
                503,
                "overloaded",
                "This server is answering as many requests as it can: ask again in a second.",
                headers={"retry-after": "1"},
            )
        self._free -= 1
        try:
            async with asyncio.timeout(self._timeout_s):
                return await work
        finally:
            self._free += 1


def event(data: Any, name: str = "") -> bytes:
    """A server-sent event.

    Args:
        data: what it says, as JSON.
        name: its kind; "" where the data names it.
    """
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


class _Streamed(Response):
    """Sends pieces as they come."""

    def __init__(
        self,
        task: asyncio.Task[None],
        first: bytes | None,
        pieces: asyncio.Queue[bytes | None],
        media_type: str,
        headers: Mapping[str, str] | None,
    ) -> None:
        self._task = task
        self._first = first
        self._pieces = pieces
        self.media_type = media_type
        self.status_code = 200
        self.background = None
        self.init_headers({"cache-control": "no-store", **(headers or {})})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        try:
            await _while_connected(receive, self._send(send))
        finally:
            await _ended(self._task)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        piece = self._first
        while piece is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            piece = await self._pieces.get()
        try:
            await self._task
        except Exception as error:
            if self.media_type != EVENTS:
                raise
            told = refusal(error)
            if told is None or told.status >= 500:
                why = error.__cause__ or error
                _log.error("a stream failed: %s", why or type(why).__name__, exc_info=told is None and why)
            body = event((told or fault()).body, "error")
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        super().init_headers(headers)
        self.raw_headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]


async def _ended(task: asyncio.Task[None]) -> None:
    """Have it end, and wait until what it holds, its place and its conversation, is free."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _first(task: asyncio.Task[None], pieces: asyncio.Queue[bytes | None]) -> bytes | None:
    piece = await pieces.get()
    if piece is None:
        await task  # raises what it failed of
    return piece


async def _while_connected(receive: Receive, work: Awaitable[_T]) -> _T:
    """The result of the work, unless the client leaves before: then it is cancelled.

    Raises:
        ClientDisconnect: the client left. Besides, what the work raises.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
