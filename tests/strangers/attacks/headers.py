"""Requests whose head never ends, or that come by the thousand on one connection."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from door import Door

MOST = 96 * 2**20
"""Bytes one attacker sends at most; a server that keeps them holds some twenty times as much."""


async def _flow(door: Door, start: bytes, piece: bytes) -> None:
    with suppress(OSError, TimeoutError):
        reader, writer = await door.connect()
        writer.write(start)
        await door.pour(writer, piece, most=MOST)
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(max(0.01, door.left_s)):
                door.told[(await reader.readline()).decode("latin-1").strip()[9:12] or "closed"] += 1
        writer.close()


async def endless_lines(door: Door) -> dict[str, int]:
    """Header lines without end."""
    await _flow(door, b"GET /livez HTTP/1.1\r\nHost: a\r\n", b"X-n: b\r\n" * 8_192)
    return door.told


async def endless_line(door: Door) -> dict[str, int]:
    """One line without end: in a value, in a name, in the address, in the method, in the version, of blanks."""
    starts = [
        b"GET /livez HTTP/1.1\r\nX-n: ",
        b"GET /livez HTTP/1.1\r\n",
        b"GET /",
        b"GET /livez?",
        b"",
        b"GET /livez HTTP/",
    ]
    await asyncio.gather(*(_flow(door, start, b"a" * 65_536) for start in starts))
    await _flow(door, b"GET /livez HTTP/1.1\r\nX-n: b", b"\r\n c" * 10_000)
    await _flow(door, b"", b"\r\n" * 30_000)
    return door.told


async def pipelined(door: Door) -> dict[str, int]:
    """10,000 requests at once on each of four connections, none of whose answers is read."""
    request = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    form = b"POST /twilio/voice HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"

    async def one(data: bytes) -> None:
        with suppress(OSError, TimeoutError):
            _, writer = await door.connect()
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await door.pour(writer, data * 1_000, most=len(data) * 10_000)
            await asyncio.sleep(max(0, door.left_s))
            writer.close()

    await asyncio.gather(one(request), one(request), one(form), one(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
    return door.told
