"""One connection: it brings one request, within limits, and is answered or becomes a WebSocket.

It stands before uvicorn's protocols, which hear of a request only when all of it is there. So a slow, endless,
broken or abandoned one costs some bytes and a timer; no task of the application waits for it. Each connection
carries one request: nothing is pipelined, and no proxy can reuse one in the moment in which we close it.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from emads_voice.channels.api.requests.errors import ApiError
from emads_voice.observability.log_throttle import strangers

from .connections import Connections
from .limits import Limits
from .request import Request, RequestError, RequestReader
from .websocket import MediaSocket

READ_BYTES = 4096
"""At most this much is read at once, so that one peer's smallest frames do not hold up everyone's calls: some 600
of them, 5 ms. Twilio's are 300 bytes."""
LINGER_BYTES = 1_048_576
"""What a refused peer may go on sending meanwhile."""

_buffer = bytearray(READ_BYTES)  # what is in it is copied before anybody else reads


class Connection(asyncio.BufferedProtocol):
    """From accepting a peer to its end."""

    def __init__(
        self,
        config: uvicorn.Config,
        state: ServerState,
        app_state: dict[str, Any],
        connections: Connections,
        limits: Limits,
    ) -> None:
        """
        Args:
            config: of the server, loaded.
            state: of the server.
            app_state: of the application's lifespan.
            connections: which admitted this one.
            limits: of this peer.
        """
        self._config = config
        self._state = state
        self._app_state = app_state
        self._connections = connections
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._reader = RequestReader(limits)
        self._behind: asyncio.Protocol | None = None  # uvicorn's, once the request is complete
        self._websocket: MediaSocket | None = None  # the same, if it is one
        self._evicted = False
        self._refused = False
        self._ignored = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._state.connections.add(self)  # type: ignore[arg-type]  # it can be shut down: no more is asked
        self._expire_in(self._limits.head_s)
        if self._evicted:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()
        self._connections.leave(self)
        self._state.connections.discard(self)
        if self._behind:
            self._behind.connection_lost(exc)
        elif self._reader.begun and not (self._refused or self._evicted):
            strangers.warning("A peer left in the middle of its request.")

    def get_buffer(self, sizehint: int) -> bytearray:
        return _buffer

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(memoryview(_buffer)[:nbytes])
        if self._websocket:
            self._websocket.data_received(data)
        elif self._behind or self._refused:
            self._ignored += nbytes
            if self._ignored > LINGER_BYTES:
                self._abort()
        else:
            self._read(data)

    def eof_received(self) -> bool:
        # A peer that has asked may stop sending and wait for the answer; a client of the HTTP API has left, and is
        # worked for no longer.
        return bool(self._behind and not self._websocket and not self._reader.to_api)

    def pause_writing(self) -> None:
        if self._behind:
            self._behind.pause_writing()

    def resume_writing(self) -> None:
        if self._behind:
            self._behind.resume_writing()

    def shutdown(self) -> None:
        """The server stops: nothing is waited for that is not complete."""
        self._abort()

    def evict(self) -> None:
        """Make room for somebody else."""
        self._evicted = True
        self._abort()

    def _read(self, data: bytes) -> None:
        in_head = not self._reader.in_body
        try:
            if request := self._reader.feed(data):
                self._pass_on(request)
            elif in_head and self._reader.in_body:
                self._expect_body()
                if self._reader.expects_continue:
                    self._open.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        except RequestError as refused:
            self._refuse(refused)

    def _expect_body(self) -> None:
        uploads = self._limits.uploads if self._reader.uploading else None
        if uploads and not self._connections.upload(self):
            raise RequestError(
                HTTPStatus.SERVICE_UNAVAILABLE, f"{uploads.at_once} uploads are being received"
            )
        self._expire_in(uploads.body_s if uploads else self._limits.body_s)

    def _pass_on(self, request: Request) -> None:
        if request.to_websocket and self._connections.websockets_full:
            raise RequestError(
                HTTPStatus.SERVICE_UNAVAILABLE, f"{self._limits.websockets} WebSockets are open"
            )
        if self._timer:
            self._timer.cancel()
        self._connections.complete(self)
        self._state.connections.discard(self)  # what is behind adds itself
        if request.to_websocket:
            self._behind = self._websocket = MediaSocket(
                self._config,
                self._state,
                self._app_state,
                self._limits,
                on_accept=lambda: self._connections.accepted(self),
            )
        else:
            self._behind = self._config.http_protocol_class(  # type: ignore[call-arg]
                config=self._config, server_state=self._state, app_state=self._app_state, _loop=self._loop
            )
        self._behind.connection_made(self._open)
        self._behind.data_received(request.data)

    def _expire_in(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._expire, seconds)

    def _expire(self, seconds: float) -> None:
        if self._refused:
            self._abort()
        elif self._reader.begun:
            self._refuse(
                RequestError(HTTPStatus.REQUEST_TIMEOUT, f"it was not complete within {seconds:g} s")
            )
        else:
            strangers.warning("A connection on which nothing was asked for %g s was closed.", seconds)
            self._abort()

    def _refuse(self, refused: RequestError) -> None:
        self._refused = True
        strangers.warning("A request was refused: %s.", refused)
        self._open.write(answer(refused, in_json=self._reader.to_api))
        if self._open.can_write_eof():
            # Closing at once would reset the connection while the peer sends, and it might not read the answer.
            self._open.write_eof()
        self._expire_in(self._limits.linger_s)

    def _abort(self) -> None:
        if self._transport:
            self._transport.abort()

    @property
    def _open(self) -> asyncio.Transport:
        assert self._transport
        return self._transport


_CODES = {401: "invalid_api_key", 413: "request_too_large", 503: "overloaded"}
"""What the HTTP API itself calls these."""


def answer(refused: RequestError, *, in_json: bool = False) -> bytes:
    """The response to a request that nobody else hears of; in JSON where it was for the HTTP API."""
    status, phrase = refused.status.value, refused.status.phrase
    if in_json:
        code = _CODES.get(status) or phrase.lower().replace(" ", "_")
        body = json.dumps(ApiError(status, code, f"The request was refused: {refused}.").body).encode()
    else:
        body = f"{status} {phrase}: {refused}.\n".encode()
    kind = "application/json" if in_json else "text/plain; charset=utf-8"
    head = (
        f"HTTP/1.1 {status} {phrase}\r\n"
        f"content-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
