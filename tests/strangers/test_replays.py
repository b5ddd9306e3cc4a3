"""Whoever has recorded what Twilio sent can send it again; none of it opens a line or ends somebody's call."""

import asyncio

import websockets
from harness.beside import beside
from harness.line import LISTEN_S
from harness.media_socket import is_let_in, opened
from harness.process import Server
from harness.webhooks import call_sid, number, post, ring

ENDED = ("completed", "busy", "failed", "no-answer", "canceled")


def test_a_webhook_that_twilio_repeats_gets_the_same_answer(server: Server) -> None:
    sid, caller = call_sid(), number()
    first, again = (ring(server.port, sid, From=caller) for _ in range(2))
    assert first.stream == again.stream


def test_a_call_that_has_ended_gets_no_new_token(server: Server) -> None:
    for status in ENDED:
        sid, caller = call_sid(), number()
        assert "Connect" in ring(server.port, sid, From=caller).verbs
        assert post(server.port, "/twilio/status", CallSid=sid, From=caller, CallStatus=status).status == 200
        assert "Connect" not in ring(server.port, sid, From=caller).verbs
        resume = "/twilio/resume?thread=t&attempt=1"
        resumed = post(server.port, resume, CallSid=sid, From=caller, CallStatus="in-progress")
        assert "Connect" not in resumed.verbs


async def test_a_token_is_good_for_one_stream(server: Server) -> None:
    sid = call_sid()
    stream = ring(server.port, sid).stream
    assert await is_let_in(server.port, stream, sid)
    assert not await is_let_in(server.port, stream, sid)


async def test_a_token_is_good_for_its_call_alone(server: Server) -> None:
    stream = ring(server.port, call_sid()).stream
    assert not await is_let_in(server.port, stream, call_sid())


async def test_the_signature_of_a_stream_opens_no_second_one(server: Server) -> None:
    stream = ring(server.port, call_sid()).stream
    async with opened(server.port, stream.path, stream.signature):
        try:
            async with opened(server.port, stream.path, stream.signature):
                answer = 101
        except websockets.InvalidStatus as refused:
            answer = refused.response.status_code
    assert answer != 101


async def test_replays_leave_a_call_alone(server: Server) -> None:
    sid, caller = call_sid(), number()
    recorded = (await asyncio.to_thread(ring, server.port, sid, From=caller)).stream

    async def replay() -> None:
        async with asyncio.timeout(20):
            while f"{sid} is on the line" not in server.log():
                await asyncio.sleep(0.05)
        for path in ["/twilio/voice"] * 3 + ["/twilio/resume?thread=t&attempt=1"] * 3:
            answer = await asyncio.to_thread(post, server.port, path, CallSid=sid, From=caller)
            if (
                "Connect" in answer.verbs and answer.stream.path == recorded.path
            ):  # its signature was recorded
                await is_let_in(server.port, answer.stream, sid)
            await is_let_in(server.port, recorded, sid)

    replaying = asyncio.create_task(replay())
    seen = await beside(server, CallSid=sid, From=caller)
    await replaying
    assert seen.heard.greeted, seen
    assert seen.heard.closed_by is None, seen
    assert seen.heard.answer_s >= LISTEN_S, seen
