"""A stream with a valid token that does what Twilio never would, as fast as the socket takes it."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import numpy as np
from connections import UPGRADE
from door import Door
from sockets import frame

MOST = 64 * 2**20
"""Bytes one attacker sends at most: twelve minutes of sound in frames, two hours in long messages."""
STREAM = "MZ" + "a" * 32
_NOISE = np.random.default_rng(8).integers(0, 256, 48_000, np.uint8).tobytes()


def _message(event: str, **rest: object) -> bytes:
    return json.dumps({"event": event, "streamSid": STREAM, **rest}).encode()


def _sound(timestamp: int, payload: bytes) -> bytes:
    encoded = base64.b64encode(payload).decode()
    media = {"track": "inbound", "chunk": "1", "timestamp": str(timestamp), "payload": encoded}
    return frame(1, _message("media", media=media))


def _frames() -> Iterator[bytes]:
    """20 ms each, in order, thousands of times faster than they can be spoken."""
    for at in count(0, 20):
        yield _sound(at, _NOISE[at % 1_000 : at % 1_000 + 160])


def _long() -> Iterator[bytes]:
    """Six seconds of sound in each message."""
    for at in count(0, 6_000):
        yield _sound(at, _NOISE)


def _tiny() -> Iterator[bytes]:
    """A sample or none in each message."""
    for at in count():
        yield _sound(at // 8, _NOISE[at % 1_000 : at % 1_000 + at % 2])


def _jumps() -> Iterator[bytes]:
    """Timestamps that jump by the longest gap that is filled with silence: a second for each few bytes."""
    for at in count(0, 990):
        yield _sound(at, b"\0" * 8)


def _old() -> Iterator[bytes]:
    """The same moment over and over, and moments long ago or far ahead."""
    for at in count():
        yield _sound((0, 20, 10**12, 5, 10**6 * at % 10**12)[at % 5], _NOISE[:160])


def _voice() -> Iterator[bytes]:
    """Loud for a second, silent for a second: each begins and ends a question."""
    tone = _NOISE[:8_000]
    for at in count(0, 2_000):
        yield _sound(at, tone) + _sound(at + 1_000, b"\xff" * 8_000)


def _events() -> Iterator[bytes]:
    """Marks nobody asked for, keys, events nobody knows, and pings."""
    for number in count():
        yield frame(1, _message("mark", mark={"name": f"m{number}"}))
        yield frame(1, _message("dtmf", dtmf={"track": "inbound_track", "digit": str(number % 10)}))
        yield frame(1, _message("dtmf", dtmf={"digit": "A"}))
        yield frame(1, _message("news", what="a" * 1_000))
        yield frame(9, b"a" * 125) + frame(10, b"b" * 125)


def _fragments() -> Iterator[bytes]:
    """One message in fragments of a byte, without an end."""
    yield frame(1, b"{", last=False)
    while True:
        yield frame(0, b" ", last=False)


def _empty_fragments() -> Iterator[bytes]:
    """One message in fragments of nothing, without an end."""
    yield frame(1, last=False)
    while True:
        yield frame(0, last=False)


KINDS = {
    "frames": _frames,
    "long messages": _long,
    "tiny messages": _tiny,
    "jumping timestamps": _jumps,
    "old timestamps": _old,
    "voice": _voice,
    "events": _events,
    "fragments": _fragments,
    "empty fragments": _empty_fragments,
}


async def flood(
    door: Door, *, kind: str, path: str, signature: str, account: str, call: str, parameters: dict[str, str]
) -> dict[str, object]:
    """Open the stream of a call and pour."""
    reader, writer = await door.connect()
    head = (
        UPGRADE.replace(b"/twilio/media", path.encode()) + f"X-Twilio-Signature: {signature}\r\n\r\n".encode()
    )
    writer.write(head)
    answer = (await reader.readuntil(b"\r\n\r\n"))[9:12].decode()
    form = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    start: dict[str, object] = {"accountSid": account, "streamSid": STREAM, "callSid": call}
    start |= {"tracks": ["inbound"], "mediaFormat": form, "customParameters": parameters}
    writer.write(frame(1, _message("connected")) + frame(1, _message("start", start=start)))
    reading = asyncio.create_task(door.hung_up(reader))
    sent = 0
    pieces = KINDS[kind]()
    with suppress(OSError, TimeoutError):
        while door.open and sent < MOST and not reading.done():
            data = b"".join(next(pieces) for _ in range(20))
            sent += len(data)
            async with asyncio.timeout(max(0.01, door.left_s)):
                writer.write(data)
                await writer.drain()
    ended = reading.done()
    reading.cancel()
    writer.transport.abort()
    return {"kind": kind, "upgrade": answer, "sent_mb": round(sent / 2**20, 1), "ended by the server": ended}
