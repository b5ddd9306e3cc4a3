"""The server, asked by raw sockets. Deadlines are tiny; nothing else waits."""

import asyncio
import errno
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from emads_voice.channels.server.accepting import accept
from emads_voice.observability.log_throttle import ThrottleFilter

GET = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
HALF = b"GET /livez HTTP/1.1\r\nHost:"
FORM = b"POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"
LIMITS = {"head_s": 60.0, "body_s": 60.0, "linger_s": 0.05}

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


async def test_a_request_is_answered_and_the_connection_closed(serve: Any) -> None:
    running = await serve()
    answer = await (await running.peer()).ask(GET)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close\r\n" in answer.lower()
    assert answer.endswith(b"\r\n\r\nalive")


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
async def test_a_form_reaches_the_application_however_it_is_cut(serve: Any, version: bytes) -> None:
    running = await serve()
    peer = await running.peer()
    for byte in FORM.replace(b"1.1", version) + b"CallSid=CA":
        await peer.send(bytes([byte]))
    assert (await peer.end()).endswith(b"taken")
    assert running.application.forms == [b"CallSid=CA"]


async def test_who_waits_to_be_told_to_go_on_is_told(serve: Any) -> None:
    running = await serve()
    peer = await running.peer()
    await peer.send(FORM.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
    assert await peer.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert (await peer.ask(b"CallSid=CA")).startswith(b"HTTP/1.1 200")


async def test_who_has_asked_may_stop_sending_and_is_answered(serve: Any) -> None:
    running = await serve()
    running.application.answer.clear()
    peer = await running.peer()
    await peer.send(GET)
    peer.writer.write_eof()
    while not running.application.asked:
        await asyncio.sleep(0)
    running.application.answer.set()
    assert (await peer.end()).endswith(b"alive")


@pytest.mark.parametrize(
    ("start", "flood", "status"),
    [
        (b"GET /livez HTTP/1.1\r\n", b"X-n: b\r\n" * 1000, b"431"),
        (b"GET /livez HTTP/1.1\r\nX: ", b"b" * 8000, b"431"),
        (b"GET /", b"a" * 8000, b"431"),
        (b"POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", b"a" * 8000, b"413"),
        (
            b"POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            b"X: b\r\n" * 1000,
            b"411",
        ),
        (b"POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a" * 8000, b"411"),
        (b"\x16\x03\x01", b"\x00" * 8000, b"400"),
    ],
)
async def test_whoever_sends_too_much_is_told_why_and_cut_off(
    serve: Any, start: bytes, flood: bytes, status: bytes
) -> None:
    running = await serve(**LIMITS)
    peer = await running.peer()
    await peer.send(start)
    for _ in range(10):
        await peer.send(flood)
    assert (await peer.end()).startswith(b"HTTP/1.1 " + status)
    endless = await running.peer()
    await endless.send(start)
    assert await endless.flood(flood, rounds=100_000) < 8_000_000
    assert (running.application.asked, running.application.forms) == (0, [])


async def test_of_requests_in_a_row_the_first_is_answered(serve: Any) -> None:
    running = await serve(**LIMITS)
    assert (await (await running.peer()).ask(GET * 10)).count(b"alive") == 1
    await (await running.peer()).flood(GET * 1000, rounds=10_000)
    assert running.application.asked == 2


@pytest.mark.parametrize("sent", [b"", b"G", HALF])
async def test_a_head_has_a_deadline(serve: Any, sent: bytes) -> None:
    running = await serve(head_s=0.05, body_s=60.0, linger_s=0.05)
    answer = await (await running.peer()).ask(sent)
    assert answer.startswith(b"HTTP/1.1 408" if sent else b"")
    assert bool(answer) == bool(sent)


async def test_a_trickle_does_not_move_the_deadline(serve: Any) -> None:
    running = await serve(head_s=0.1, body_s=60.0, linger_s=0.05)
    peer = await running.peer()
    await peer.send(HALF)

    async def trickle() -> None:
        while True:
            await peer.send(b"a")
            await asyncio.sleep(0.01)

    trickling = asyncio.create_task(trickle())
    assert (await peer.end()).startswith(b"HTTP/1.1 408")
    trickling.cancel()


async def test_a_body_has_a_deadline_of_its_own(serve: Any) -> None:
    running = await serve(head_s=60.0, body_s=0.05, linger_s=0.05)
    assert (await (await running.peer()).ask(FORM + b"Call")).startswith(b"HTTP/1.1 408")
    assert running.application.forms == []


async def test_an_answer_has_no_deadline_of_the_request(serve: Any) -> None:
    running = await serve(head_s=0.02, body_s=0.02, linger_s=0.02)
    running.application.answer.clear()
    peer = await running.peer()
    await peer.send(FORM + b"CallSid=CA")
    other = await running.peer()
    assert await other.end() == b""  # its time is over, and the first one's would be
    running.application.answer.set()
    assert (await peer.end()).endswith(b"taken")


async def test_whoever_holds_every_place_keeps_nobody_out(serve: Any) -> None:
    running = await serve(connections=10, **LIMITS)
    strangers = [await running.peer() for _ in range(40)]
    for stranger in strangers:
        await stranger.send(HALF)
    for _ in range(5):
        assert (await (await running.peer()).ask(GET)).endswith(b"alive")
    await asyncio.gather(*(stranger.end() for stranger in strangers[:30]))
    assert len(running.server.server_state.connections) <= 10


async def test_when_all_are_being_answered_the_next_is_told(serve: Any, eventually: Eventually) -> None:
    running = await serve(connections=3, **LIMITS)
    running.application.answer.clear()
    served = [await running.peer() for _ in range(3)]
    for peer in served:
        await peer.send(GET)
    await eventually(lambda: running.application.asked == 3)
    assert (await (await running.peer()).end()).startswith(b"HTTP/1.1 503")
    running.application.answer.set()
    for peer in served:
        assert (await peer.end()).endswith(b"alive")
    assert (await (await running.peer()).ask(GET)).endswith(b"alive")


@pytest.mark.parametrize(
    "sent",
    [
        HALF,
        FORM + b"Call",
        FORM + b"CallSid=CA",
        GET,
        b"\xff\xfe\r\n\r\n",
        b"\x16\x03\x01",
        GET.replace(b"\r\n\r\n", b"\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
        b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_who_leaves_or_talks_nonsense_is_one_line_without_a_traceback(
    serve: Any, eventually: Eventually, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    running = await serve(**LIMITS)
    running.application.answer.clear()
    for _ in range(20):
        peer = await running.peer()
        await peer.send(sent)
        await asyncio.sleep(0)
        peer.abort()
    running.application.answer.set()
    await eventually(lambda: not running.server.server_state.connections)
    assert len(caplog.records) <= 1
    assert not any(record.exc_info for record in caplog.records)


async def test_without_descriptors_it_says_so_makes_room_and_goes_on(
    serve: Any, eventually: Eventually, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    logging.getLogger(accept.__module__).filters[:] = [ThrottleFilter()]
    running = await serve(**LIMITS)
    stranger = await running.peer()
    await stranger.send(HALF)
    await eventually(lambda: len(running.server.server_state.connections) == 1)
    loop = asyncio.get_running_loop()
    sock_accept, failures = loop.sock_accept, iter([errno.EMFILE, errno.ENFILE, errno.ECONNABORTED])

    async def failing(listener: socket.socket) -> Any:
        for number in failures:
            raise OSError(number, "Too many open files")
        return await sock_accept(listener)

    monkeypatch.setattr(loop, "sock_accept", failing)
    answers = [await (await running.peer()).ask(GET) for _ in range(3)]
    assert all(answer.endswith(b"alive") for answer in answers)
    assert await stranger.end() == b""
    said = [record.getMessage() for record in caplog.records if record.name.endswith("accepting")]
    assert said == ["No connection can be accepted (too many open files): raise the limit (ulimit -n)."]
