"""WebSockets without a signature, and with one that do not behave."""

from __future__ import annotations

import asyncio
import os
from itertools import cycle

from connections import UPGRADE
from door import Door


def frame(
    opcode: int, payload: bytes = b"", *, last: bool = True, masked: bool = True, reserved: int = 0
) -> bytes:
    """One frame of RFC 6455, right or wrong."""
    first = bytes([(0x80 if last else 0) | reserved << 4 | opcode])
    mask = 0x80 if masked else 0
    if len(payload) < 126:
        length = bytes([mask | len(payload)])
    elif len(payload) < 65_536:
        length = bytes([mask | 126]) + len(payload).to_bytes(2, "big")
    else:
        length = bytes([mask | 127]) + len(payload).to_bytes(8, "big")
    return first + length + (b"\0\0\0\0" if masked else b"") + payload  # a mask of zeros changes nothing


BAD_FRAMES = [
    frame(1, b"a" * 100, masked=False),
    frame(1, b"a", reserved=7),
    frame(3, b"a"),
    frame(0, b"continues nothing"),
    frame(9, b"a" * 126),
    frame(9, last=False),
    frame(8, b"\x01"),
    frame(8, b"\x03\xe8\xff\xff"),
    frame(1, b"\xff\xfe"),
    frame(2, b"\0" * 1_000),
    b"\x81\xff" + b"\xff" * 8,
    b"\x81\xff" + (2**62).to_bytes(8, "big") + b"\0\0\0\0",
    os.urandom(500),
]


async def unsigned_upgrades(door: Door) -> dict[str, int]:
    """Streams without Twilio's signature, with a wrong one, with frames already behind the request."""
    signatures = cycle(
        [b"", b"X-Twilio-Signature: AAAA\r\n", b"X-Twilio-Signature: " + b"A" * 5_000 + b"\r\n"]
    )
    behind = cycle([b"", *BAD_FRAMES])

    requests = (
        UPGRADE + signature + b"\r\n" + more for signature, more in zip(signatures, behind, strict=False)
    )
    return await door.ask_all(requests, at_once=8, most=3_000)


async def bad_frames(door: Door, *, streams: list[tuple[str, str]]) -> dict[str, int]:
    """Streams that Twilio's signature opens, paths and signatures given, on which no stream is started."""
    connected = frame(1, b'{"event":"connected"}')
    says = [*BAD_FRAMES, frame(1, b'{"event":"start"}'), frame(1, b"[" * 60_000), connected * 1_000, b""]

    async def one(path: str, signature: str, said: bytes) -> None:
        signed = f"X-Twilio-Signature: {signature}\r\n\r\n"
        reader, writer = await door.connect()
        writer.write(UPGRADE.replace(b"/twilio/media", path.encode()) + signed.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        door.told[answer[9:12].decode()] += 1
        writer.write(said)
        if not await door.hung_up(reader):
            door.told[f"still open after {said[:40]!r}"] += 1
        writer.close()

    await asyncio.gather(*(one(*stream, says[number % len(says)]) for number, stream in enumerate(streams)))
    return door.told
