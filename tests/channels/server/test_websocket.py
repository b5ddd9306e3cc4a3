"""What a WebSocket can have us keep and do, with frames sent as bytes."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from emads_voice.channels.server.connection import READ_BYTES

from .conftest import HANDSHAKE

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """A client's frame, under a mask of zeros."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else struct.pack("!BH", 0xFE, len(payload))
    return bytes([0x80 * fin | opcode]) + length + b"\0\0\0\0" + payload


CONTINUATION, TEXT, CLOSE, PING, PONG = 0, 1, 8, 9, 10
END = frame(TEXT, b"end")
TINY = frame(TEXT, b"x")
ENDLESS = {"control_frames": 10**9}


def code(answer: bytes) -> int:
    """Of the close frame that an answer begins with."""
    assert answer[0] == 0x80 | CLOSE, answer
    return struct.unpack("!H", answer[2:4])[0]  # type: ignore[no-any-return]


async def test_what_is_not_read_by_the_application_stays_with_the_sender(
    serve: Any, eventually: Eventually
) -> None:
    running = await serve()
    running.application.read.clear()
    peer = await (await running.peer()).upgrade()
    assert await peer.flood(TINY * 1000) > 100 * READ_BYTES
    (websocket,) = running.websockets
    assert 0 < websocket.queue.qsize() <= READ_BYTES / len(TINY) + 1
    running.application.read.set()
    await eventually(lambda: len(running.application.messages) > 10 * READ_BYTES / len(TINY))


async def test_nothing_is_read_before_the_application_has_accepted(
    serve: Any, eventually: Eventually
) -> None:
    running = await serve()
    running.application.accept.clear()
    peer = await running.peer()
    await peer.send(HANDSHAKE)
    await eventually(lambda: len(running.websockets) == 1)
    (websocket,) = running.websockets
    await peer.flood(TINY * 1000)
    assert websocket.queue.qsize() <= 1  # that it connects
    running.application.accept.set()
    running.application.read.set()
    await eventually(lambda: len(running.application.messages) > 0)


async def test_whoever_does_not_read_pongs_is_not_read_either(serve: Any) -> None:
    running = await serve(**ENDLESS)
    peer = await (await running.peer()).upgrade()
    peer.writer.transport.pause_reading()
    (websocket,) = running.websockets
    ping = frame(PING, b"x" * 125)
    await peer.flood(ping * 100, rounds=20_000)
    assert not websocket.writable.is_set()
    assert websocket.transport.get_write_buffer_size() < 65_536 + 2 * READ_BYTES
    peer.writer.transport.resume_reading()
    async with asyncio.timeout(10):
        await peer.reader.readexactly(2_000_000)


@pytest.mark.parametrize("opcode", [PING, PONG])
async def test_pings_and_pongs_without_end_end_the_connection(serve: Any, opcode: int) -> None:
    running = await serve(control_frames=20, control_frames_per_s=0.0)
    peer = await (await running.peer()).upgrade()
    await peer.send(frame(opcode) * 20)
    await peer.send(frame(opcode))
    answer = await peer.end()
    assert code(answer[answer.index(0x80 | CLOSE) :]) == 1008
    assert answer.count(b"\x8a\x00") >= (20 if opcode == PING else 0)


async def test_control_frames_are_forgiven_with_time(serve: Any) -> None:
    running = await serve(control_frames=2, control_frames_per_s=1e6)
    peer = await (await running.peer()).upgrade()
    running.application.read.set()
    for _ in range(50):
        await peer.send(frame(PING))
        assert await asyncio.wait_for(peer.reader.readexactly(2), 10) == b"\x8a\x00"


async def test_a_message_has_so_many_pieces(serve: Any) -> None:
    running = await serve(fragments=4)
    running.application.read.set()
    peer = await (await running.peer()).upgrade()
    await peer.send(frame(TEXT, b"e", fin=False) + frame(CONTINUATION, b"n", fin=False))
    await peer.send(frame(CONTINUATION, b"", fin=False) + frame(CONTINUATION, b"d"))
    assert code(await peer.reader.readexactly(4)) == 1000
    assert running.application.messages == ["end"]
    other = await (await running.peer()).upgrade()
    await other.send(frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) * 4)
    assert code(await other.end()) == 1008


async def test_what_comes_after_the_end_is_thrown_away_for_a_while(
    serve: Any, eventually: Eventually
) -> None:
    running = await serve(control_frames=20, control_frames_per_s=0.0)
    running.application.read.set()
    peer = await (await running.peer()).upgrade()
    await peer.send(END)
    await eventually(lambda: running.application.messages == ["end"])
    assert await peer.flood(TINY * 1000, rounds=100_000) < 8_000_000
    await eventually(lambda: not running.websockets)
    assert running.application.messages == ["end"]


@pytest.mark.parametrize("text", [[b"\xff"], [b"\xc3", b"\x28"]])
async def test_text_that_is_not_utf_8_ends_the_connection_without_a_traceback(
    serve: Any, caplog: pytest.LogCaptureFixture, text: list[bytes]
) -> None:
    running = await serve()
    running.application.read.set()
    peer = await (await running.peer()).upgrade()
    first, *rest = text
    data = frame(TEXT, first, fin=not rest) + b"".join(frame(CONTINUATION, piece) for piece in rest)
    await peer.send(data)
    assert code(await peer.end()) == 1007
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("A WebSocket was closed because of text that is not UTF-8.", None)
    ]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (HANDSHAKE + TINY, b"400"),
        (HANDSHAKE.replace(b"Host: a", b"Host: a\r\nContent-Length: 3") + b"abc", b"400"),
        (HANDSHAKE.replace(b"HTTP/1.1", b"HTTP/1.0"), b"4"),
        (HANDSHAKE.replace(b"Version: 13", b"Version: x"), b"4"),
        (HANDSHAKE.replace(b"Key: dGhlIHNhbXBsZSBub25jZQ==", b"Key: \xff"), b"400"),
        (HANDSHAKE.replace(b"Host: a", b"Host: a\r\nX: " + b"b" * 9000), b"400"),
        (HANDSHAKE.replace(b"/socket", b"/%ff"), b"403"),
    ],
)
async def test_a_handshake_that_is_none_is_answered(
    serve: Any, caplog: pytest.LogCaptureFixture, data: bytes, status: bytes
) -> None:
    running = await serve(linger_s=0.05)
    assert (await (await running.peer()).ask(data)).startswith(b"HTTP/1.1 " + status)
    assert len(caplog.records) <= 1
    assert not any(record.exc_info for record in caplog.records)


async def test_handshakes_that_are_given_up_leave_no_traceback(
    serve: Any, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    running = await serve()
    running.application.accept.clear()
    for _ in range(20):
        peer = await running.peer()
        await peer.send(HANDSHAKE)
    await eventually(lambda: len(running.websockets) == 20)
    for peer in running.peers:
        peer.abort()
    running.application.accept.set()
    running.application.read.set()
    await eventually(lambda: not running.server.server_state.tasks and not running.websockets)
    assert len(caplog.records) <= 1
    assert not any(record.exc_info for record in caplog.records)


async def test_only_so_many_are_accepted_and_requests_are_answered_beside_them(serve: Any) -> None:
    running = await serve(websockets=3, connections=3, linger_s=0.05)
    held = [await (await running.peer()).upgrade() for _ in range(3)]
    assert (await (await running.peer()).ask(HANDSHAKE)).startswith(b"HTTP/1.1 503")
    assert (await (await running.peer()).ask(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")).endswith(b"alive")
    running.application.read.set()
    await held[0].send(END + frame(CLOSE, b"\x03\xe8"))
    assert code(await held[0].end()) == 1000
    assert await (await running.peer()).upgrade()
