"""Requests to the webhooks that are not Twilio's: none may cost more than its size."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from itertools import cycle

from door import Door

KIB_64 = 65_536
PATHS = ("/twilio/voice", "/twilio/resume?thread=t&attempt=1", "/twilio/status", "/twilio/amd")
FORM = "application/x-www-form-urlencoded"


def _post(
    body: bytes, *, path: str = PATHS[0], kind: str = FORM, signature: str = "AAAA", extra: str = ""
) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: voice.example.com\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\nX-Twilio-Signature: {signature}\r\n{extra}\r\n"
    )
    return head.encode() + body


async def many_keys(door: Door) -> dict[str, int]:
    """64 KiB of keys as short as they can be: each different, and all the same."""
    different = "&".join(f"{number:x}=" for number in range(KIB_64))[:KIB_64].encode()
    bodies = cycle([different, b"a=&" * (KIB_64 // 3), b"a&" * (KIB_64 // 2), b"=&" * (KIB_64 // 2)])
    return await door.ask_all(map(_post, bodies))


async def shapes(door: Door) -> dict[str, int]:
    """64 KiB of each shape a form can have, to every webhook."""
    pieces = [
        b"&",
        b"=",
        b"%",
        b"%00",
        b"%ff",
        b"+",
        b";",
        b"\xff",
        b"\0",
        b"%0d%0a",
        b"a",
        b"%C3%28",
        b"%E2%80%A8",
    ]
    pieces += [b"a[]=1&", b"a%5B0%5D=&", b"CallSid=CA1&", b"a=b&a=c&", "\N{COMBINING ACUTE ACCENT}".encode()]
    requests = cycle(
        _post((b"CallSid=CA1&a=" + piece * KIB_64)[:KIB_64], path=path) for piece in pieces for path in PATHS
    )
    return await door.ask_all(requests)


async def wrong_kinds(door: Door) -> dict[str, int]:
    """Bodies of other types: multipart in thousands of parts, nested JSON, compressed, none at all."""
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    deep = b"[" * (KIB_64 // 2) + b"]" * (KIB_64 // 2)
    multipart = "multipart/form-data; boundary="
    requests = cycle(
        [
            _post(part * (KIB_64 // len(part)) + b"--x--\r\n", kind=multipart + "x"),
            _post(part[:20] * (KIB_64 // 20), kind=multipart + "y" * 4_000),
            _post(deep, kind="application/json"),
            _post(b'{"a":' * 10_000, kind="application/json"),
            _post(b"\x1f\x8b\x08" + b"\0" * 60_000, extra="Content-Encoding: gzip\r\n"),
            _post(b"a=b", kind=FORM + ";charset=" + "x" * 4_000),
            _post(b"a=b", kind=FORM + "; charset=utf-7"),
            _post(b"", kind=""),
        ]
    )
    return await door.ask_all(requests)


async def long_heads(door: Door) -> dict[str, int]:
    """Queries, signatures and other header values of tens of kilobytes."""
    body = b"CallSid=CA1"
    keys = "&".join(f"k{number}=v" for number in range(6_000))
    requests = cycle(
        [
            _post(body, path=f"/twilio/voice?{keys}"),
            _post(body, path="/twilio/voice?" + "%00" * 15_000),
            _post(body, path="/twilio/resume?attempt=" + "9" * 50_000),
            _post(body, path="/twilio/resume?thread=" + "a." * 25_000),
            _post(body, path="/" + "a/" * 20_000),
            _post(body, signature="A" * 60_000),
            _post(body, signature="\xe9" * 20_000),
            _post(body, extra="Cookie: " + "a=b; " * 10_000 + "\r\n"),
            _post(body, extra="Accept: " + "a/b," * 10_000 + "\r\n"),
        ]
    )
    return await door.ask_all(requests)


async def endless_bodies(door: Door) -> dict[str, int]:
    """Bodies that go on and on: announced as such, in large chunks, in chunks of one byte."""
    head = f"POST {PATHS[0]} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\n"

    async def flow(start: str, piece: bytes) -> None:
        with suppress(OSError, TimeoutError):
            _, writer = await door.connect()
            writer.write(start.encode())
            await door.pour(writer, piece, most=100 * 2**20)
            writer.close()

    await asyncio.gather(
        flow(head + f"Content-Length: {10**12}\r\n\r\n", b"a=b&" * 16_384),
        flow(head + "Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"a" * 0x10000 + b"\r\n"),
        flow(head + "Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 10_000),
        flow(head + "Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 65_536),
        flow(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-trailer: a\r\n" * 5_000),
        flow(
            "GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"8\r\naaaaaaaa\r\n" * 5_000,
        ),
    )
    return door.told


async def aborted_bodies(door: Door) -> dict[str, int]:
    """Requests whose sender goes away in the middle of the body, politely or not."""
    request = _post(b"a" * 1_000)[:-500]
    waits = b"Expect: 100-continue\r\n\r\n"
    ways = cycle(
        [(request, False), (request, True), (request.partition(b"\r\n\r\n")[0] + b"\r\n" + waits, True)]
    )

    async def one() -> None:
        data, rudely = next(ways)
        _, writer = await door.connect()
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.01)
        if rudely:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()

    await door.repeat(one, at_once=10, most=1_000)
    return door.told


async def unsigned(door: Door) -> dict[str, int]:
    """Ordinary forms without a signature, as fast as they go; invalid UTF-8 among them."""
    said = [
        b"CallSid=CA1&From=%2B84901234567",
        b"CallSid=\xff\xfe",
        b"CallSid=CA1%0aERROR+forged",
        b"\x80" * 100,
    ]
    bodies = cycle(said)
    paths = cycle([*PATHS, "/twilio/voice?\xff", "/%ff%fe", "/livez%0a", "/twilio/media"])

    requests = (_post(body, path=path) for body, path in zip(bodies, paths, strict=False))
    return await door.ask_all(requests, most=3_000)
