"""uvicorn's WebSocket, with a bound on what a peer can have us keep and do.

uvicorn stops reading while a message waits for the application. Here it also reads nothing before the
application has accepted, or while the peer does not read what it is sent (pongs had no other bound); and what
never reaches the application, which could not limit it, is counted: pieces of messages, pings, pongs, and
whatever comes after we closed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame

from emads_voice.observability.log_throttle import strangers

from .limits import Limits

if TYPE_CHECKING:
    from asyncio import BaseTransport

    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent


class MediaSocket(WebSocketsSansIOProtocol):
    """One WebSocket, from its complete handshake to its end."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        limits: Limits,
        *,
        on_accept: Callable[[], None],
    ) -> None:
        """
        Args:
            config: of the server, loaded.
            server_state: of the server.
            app_state: of the application's lifespan.
            limits: of this peer.
            on_accept: called when the application lets it in.
        """
        super().__init__(config, server_state, app_state)
        self._limits = limits
        self._on_accept = on_accept
        self._accepted = False
        self._allowance = float(limits.control_frames)
        self._counted_at = self.loop.time()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated:  # websockets knows a rule more than h11
            strangers.warning("A WebSocket handshake was refused: it is not valid.")
            self.transport.write(
                b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._read_if_wanted()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read_if_wanted()

    async def receive(self) -> ASGIReceiveEvent:
        event = await super().receive()
        if not self.writable.is_set():
            self._read_if_wanted()
        return event

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = (
                True  # refused in full, which uvicorn takes for a fault of the application's
            )
        if not self._accepted and message["type"] == "websocket.accept" and not self.disconnected:
            self._accepted = True
            if longer := self._limits.messages.get(self.scope["path"]):
                self.conn.max_message_size = longer
            self._on_accept()
            self._read_if_wanted()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= self._limits.fragments:
            self._fail(f"a message in more than {self._limits.fragments} pieces")
        elif not self.close_sent:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        if self._spend():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self._spend():
            super().handle_pong(event)

    def send_receive_event_to_app(self) -> None:
        if self.close_sent:
            self.frames = []
            self._spend()
        elif self.curr_msg_data_type == "text" and not _is_utf8(self.frames):
            self._fail("text that is not UTF-8", CloseCode.INVALID_DATA)
        else:
            super().send_receive_event_to_app()

    def _read_if_wanted(self) -> None:
        if self.transport.is_closing():
            return
        if self._accepted and not self.read_paused and self.writable.is_set():
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()

    def _spend(self) -> bool:
        """Count a frame that the application does not see; tells whether it may be answered."""
        now = self.loop.time()
        forgiven = (now - self._counted_at) * self._limits.control_frames_per_s
        self._allowance = min(self._allowance + forgiven, self._limits.control_frames) - 1
        self._counted_at = now
        if self._allowance < 0:
            self._fail("too many pings, pongs or frames after the end")
        return not self.close_sent

    def _fail(self, reason: str, code: CloseCode = CloseCode.POLICY_VIOLATION) -> None:
        self.frames = []
        if self.transport.is_closing():
            return
        strangers.warning("A WebSocket was closed because of %s.", reason)
        if self.close_sent:
            self.transport.abort()
            return
        self.conn.fail(code, reason)
        self.handle_parser_exception()


def _is_utf8(frames: list[bytes]) -> bool:
    try:
        b"".join(frames).decode()
    except UnicodeDecodeError:
        return False
    return True
