"""Connections that only take up room: too many, too slow, or not HTTP at all."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle

from door import Door

TLS_HELLO = bytes.fromhex("1603010200010001fc0303") + bytes(range(256)) + b"\0" * 246
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
SOCKS, SMB = bytes.fromhex("050100"), b"\0\0\0\x85\xffSMBr\0\0\0\0"
UPGRADE = (
    b"GET /twilio/media HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
CHUNKED = b"POST /twilio/voice HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
SIZED = b"POST /twilio/voice HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"
LINGERING = {
    "says nothing": (b"", b""),
    "half a request line": (b"GET /li", b""),
    "half a head": (b"GET /livez HTTP/1.1\r\nHost", b""),
    "half a body": (SIZED + b"CallSid=", b""),
    "no chunk": (CHUNKED, b""),
    "waits to be told to continue": (SIZED[:-2] + b"Expect: 100-continue\r\n\r\n", b""),
    "half an upgrade": (UPGRADE, b""),
    "half a TLS hello": (TLS_HELLO[:40], b""),
    "keeps alive": (b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", b""),
    "a head by bytes": (b"GET /livez HTTP/1.1\r\nX-a: ", b"a"),
    "a head by lines": (b"GET /livez HTTP/1.1\r\n", b"X-a: b\r\n"),
    "a body by bytes": (SIZED, b"a"),
    "a body by chunks": (CHUNKED, b"1\r\na\r\n"),
    "an upgrade by lines": (UPGRADE, b"X-a: b\r\n"),
    "blank lines": (b"", b"\r\n"),
}
"""What is said at once, and what each half second after."""


async def lingering(door: Door, *, each: int) -> dict[str, int]:
    """Connections that get on slowly or not at all. Tells how many of each kind the server still held at the end."""

    async def linger(kind: str) -> None:
        first, more = LINGERING[kind]
        try:
            reader, writer = await door.connect()
        except OSError:
            return
        writer.write(first)
        dripping = asyncio.create_task(_drip(writer, more)) if more else None
        if not await door.hung_up(reader):
            door.told[kind] += 1
        if dripping:
            dripping.cancel()
        writer.close()

    await asyncio.gather(*(linger(kind) for kind in LINGERING for _ in range(each)))
    return door.told


async def _drip(writer: asyncio.StreamWriter, piece: bytes) -> None:
    with suppress(OSError):
        while True:
            await asyncio.sleep(0.5)
            writer.write(piece)
            await writer.drain()


async def crowd(door: Door, *, most: int, start: str = "", sources: int = 1) -> dict[str, int]:
    """As many connections as can be had at once, which say one thing and wait."""
    held: list[asyncio.StreamWriter] = []
    addresses = cycle([f"127.0.0.{66 + number}" for number in range(sources)])

    async def one() -> None:
        _, writer = await door.connect(next(addresses))
        writer.write(start.encode())
        held.append(writer)

    await door.repeat(one, at_once=50, most=most)
    door.told["connected"] = len(held)
    await asyncio.sleep(max(0, door.left_s))
    for writer in held:
        writer.transport.abort()
    return door.told


async def comings_and_goings(door: Door) -> dict[str, int]:
    """Connections that are closed as soon as they are open."""

    async def one() -> None:
        _, writer = await door.connect()
        writer.transport.abort()

    await door.repeat(one, at_once=20, most=10_000)
    return door.told


async def garbage(door: Door, *, seed: int = 8) -> dict[str, int]:
    """What is not HTTP: random bytes, other protocols, and HTTP that is malformed in each of the usual ways."""
    noise = random.Random(seed)
    livez = b"GET /livez HTTP/1.1\r\nHost: a\r\n"
    fixed = [
        TLS_HELLO,
        HTTP2,
        SOCKS,
        SMB,
        b"\0" * 100_000,
        b"\xff" * 10_000,
        b"GET\0/ HTTP/1.1\r\n\r\n",
        b"GET /livez HTTP/9.9\r\n\r\n",
        b"GET /livez\r\n\r\n",
        b"get /livez http/1.1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT api.twilio.com:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://169.254.169.254/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
        livez + b"Content-Length: -1\r\n\r\n",
        livez + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        livez + b"Content-Length: 99999999999999999999999999\r\n\r\n",
        livez + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        livez + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        livez + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        livez + b"no colon\r\n\r\n",
        livez + b": no name\r\n\r\n",
        livez + b"X-n: \0\x1b[31m\r\n\r\n",
        livez + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
        livez + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        UPGRADE.replace(b"13", b"99") + b"\r\n",
        UPGRADE.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"short") + b"\r\n",
        UPGRADE + b"Sec-WebSocket-Extensions: " + b"permessage-deflate;a=" * 500 + b"\r\n\r\n",
    ]

    def requests() -> Iterator[bytes]:
        while True:
            random_bytes = noise.randbytes(noise.randint(1, 4_000))
            yield noise.choice(fixed) if noise.random() < 0.7 else random_bytes

    return await door.ask_all(requests(), at_once=8, most=3_000)
