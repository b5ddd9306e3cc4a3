"""What is sent to one client, in order: one task writes, and a client that does not read is let go."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import msgspec
from starlette.websockets import WebSocketDisconnect

from emads_voice.observability import metrics

SEND_DEADLINE_S = 5.0
"""How long one event may wait for the client to read; the socket's buffers have filled before that."""
MAX_WAITING = 2_000_000
"""Characters that may wait to be sent: 30 s of pcm16 at 24 kHz."""

_encode = msgspec.json.Encoder().encode


class Outbox:
    """Events on their way to one client."""

    def __init__(self, send: Callable[[str], Awaitable[None]], *, lost: Callable[[str], None]) -> None:
        """
        Args:
            send: writes one message to the socket.
            lost: told once why nothing can be sent any more.
        """
        self._send = send
        self._lost = lost
        self._waiting: deque[str] = deque()
        self._size = 0
        self._changed = asyncio.Event()
        self._closed = False
        metrics.queues.watch("outbox", self, lambda outbox: outbox.waiting)

    @property
    def waiting(self) -> int:
        """How many events wait."""
        return len(self._waiting)

    def put(self, kind: str, **fields: Any) -> str:
        """Send an event, after those that wait. Never waits; returns the event's id."""
        event_id = f"event_{uuid4().hex[:20]}"
        if not self._closed:
            text = _encode({"type": kind, "event_id": event_id, **fields}).decode()
            self._waiting.append(text)
            self._size += len(text)
            self._changed.set()
            if self._size > MAX_WAITING:
                self._close("the other side stopped reading")
        return event_id

    async def run(self) -> None:
        """Write until the line is gone."""
        while not self._closed:
            if not self._waiting:
                self._changed.clear()
                await self._changed.wait()
                continue
            try:
                async with asyncio.timeout(SEND_DEADLINE_S):
                    await self._send(self._waiting[0])
            except TimeoutError:
                self._close("the other side stopped reading")
            except (WebSocketDisconnect, RuntimeError):
                self._close("the line broke")
            else:
                self._size -= len(self._waiting.popleft())

    async def flush(self, within_s: float) -> None:
        """Wait until all was written, for a while at most."""
        deadline = asyncio.get_running_loop().time() + within_s
        while self._waiting and not self._closed and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)

    def _close(self, reason: str) -> None:
        if not self._closed:
            self._closed = True
            self._waiting.clear()
            self._changed.set()
            self._lost(reason)
