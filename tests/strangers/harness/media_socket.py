"""A media stream by hand, for what streamdouble would never do: open one that may be refused, and say anything."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import websockets

from .webhooks import ACCOUNT, Stream

SOON_S = 10.0
"""A server that has not let go of a socket by then keeps it."""


@asynccontextmanager
async def opened(
    port: int, path: str, signature: str = "", **headers: str
) -> AsyncIterator[websockets.ClientConnection]:
    """A socket that the server has accepted.

    Raises:
        websockets.InvalidStatus: it has not.
    """
    if signature:
        headers["X-Twilio-Signature"] = signature
    async with websockets.connect(
        f"ws://127.0.0.1:{port}{path}", additional_headers=headers, compression=None, proxy=None
    ) as socket:
        yield socket


async def start(
    socket: websockets.ClientConnection, sid: str, parameters: dict[str, str], **changes: Any
) -> None:
    """Begin a stream, as Twilio does; ``changes`` are to the ``start`` itself."""
    begun = {
        "accountSid": ACCOUNT,
        "streamSid": "MZ" + secrets.token_hex(16),
        "callSid": sid,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": parameters,
    }
    await socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
    await socket.send(json.dumps({"event": "start", "start": {**begun, **changes}}))


async def is_let_in(port: int, stream: Stream, sid: str, **changes: Any) -> bool:
    """Whether somebody who opens this stream is greeted, or at least kept."""
    try:
        async with opened(port, stream.path, stream.signature) as socket:
            await start(socket, sid, stream.parameters, **changes)
            try:
                async with asyncio.timeout(SOON_S):
                    await socket.recv()
            except TimeoutError:
                pass
            return True
    except (websockets.InvalidStatus, websockets.ConnectionClosed):
        return False
