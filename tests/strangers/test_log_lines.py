"""What strangers write into requests cannot pass for a line of the log, command a terminal, or tell a number."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import websockets
from harness.media_socket import opened, start
from harness.process import Server
from harness.webhooks import call_sid, post, ring

NUMBER = "+84901234567"
BREAKS = ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f", "\x1b[2K\r", "\x00\n"]
FORGED = "FORGED 2026-11-26 12:00:00,000 INFO Call CA1 is on the line."


def forged(server: Server, since: int) -> list[str]:
    """The lines that a stranger wrote, of those from a byte of the log on."""
    log = server.log(since)
    assert not {character for character in log if character in "\x1b\x00\x9b\x7f\u202e"}, log
    assert NUMBER not in log
    assert NUMBER[1:] not in log
    return [line for line in log.splitlines() if line.lstrip().startswith("FORGED")]


def test_the_text_of_an_error_stays_in_its_line(server: Server) -> None:
    since = server.log_size()
    for broken in BREAKS:
        text = f"it failed{broken}{FORGED} \x1b[31mred\x1b[0m \x9b31m \u202e for {NUMBER}"
        sid = call_sid()
        said = {"StreamEvent": "stream-error", "StreamError": text, "CallSid": sid}
        assert post(server.port, "/twilio/status?thread=t&attempt=0", form=said).status == 200
        assert sid in server.log(since)
    assert not forged(server, since)


def test_the_name_of_a_call_stays_in_its_line(server: Server) -> None:
    since = server.log_size()
    for broken in BREAKS:
        for sid in (f"CA1{broken}", f"CA1{broken}{FORGED}", f"CA{NUMBER}"):
            for path in ("/twilio/voice", "/twilio/status", "/twilio/amd", "/twilio/resume?attempt=1"):
                answer = post(server.port, path, CallSid=sid, From=f"{NUMBER}{broken}{FORGED}")
                assert answer.status == 400
    assert not forged(server, since)


def test_addresses_stay_in_their_line(server: Server) -> None:
    since = server.log_size()
    for broken in ("%0a", "%0d%0a", "%E2%80%A8", "%1b[31m"):
        for path in (f"/twilio/voice{broken}FORGED", f"/twilio/voice?{broken}FORGED", f"/{broken}FORGED"):
            post(server.port, path, signed=False, headers={"X-Twilio-Signature": "A" * 27 + "="})
    assert not forged(server, since)


async def test_what_a_stream_says_of_itself_stays_in_its_line(server: Server) -> None:
    since = server.log_size()
    for broken in BREAKS:
        text = f"CA1{broken}{FORGED} \x1b[31m {NUMBER}"
        changes: list[dict[str, Any]] = [
            {"callSid": f"CA1{broken}"},
            {"callSid": text},
            {"streamSid": text},
            {"accountSid": text},
            {"mediaFormat": {"encoding": text, "sampleRate": 8000, "channels": 1}},
            {"mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": text, "channels": 1}},
            {"customParameters": {"token": text}},
            {"customParameters": {text: 1}},
        ]
        for change in changes:
            stream = (await asyncio.to_thread(ring, server.port, call_sid())).stream
            with suppress(websockets.ConnectionClosed):
                async with opened(server.port, stream.path, stream.signature) as socket:
                    await start(socket, call_sid(), stream.parameters, **change)
                    await socket.recv()
    assert not forged(server, since)


async def test_what_a_stream_says_later_stays_in_its_line(server: Server) -> None:
    since = server.log_size()
    for broken in BREAKS:
        text = f"x{broken}{FORGED} \x1b[31m {NUMBER}"
        for message in (
            {"event": "media", "media": {"payload": text, "timestamp": text}},
            {"event": "mark", "mark": {"name": text}},
            {"event": "dtmf", "dtmf": {"digit": text}},
            {"event": text},
        ):
            sid = call_sid()
            stream = (await asyncio.to_thread(ring, server.port, sid)).stream
            with suppress(websockets.ConnectionClosed):
                async with opened(server.port, stream.path, stream.signature) as socket:
                    await start(socket, sid, stream.parameters)
                    await socket.send(json.dumps(message))
                    await socket.send(json.dumps({"event": "stop"}))
                    while True:
                        await socket.recv()
    assert not forged(server, since)
