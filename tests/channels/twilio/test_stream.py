import asyncio
import json
import logging
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import websockets
from opentelemetry import trace

from emads_voice.channels.call import thread_of_call
from emads_voice.channels.errors import TransferError
from emads_voice.channels.transport import HungUp, Sound, Transport
from emads_voice.channels.twilio import stream

CALL = "CA" + "1" * 32
LOUD, SILENT = b"\x00" * 160, b"\xff" * 160


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def test_sound_goes_both_ways(phone: Any, eventually: Any) -> None:
    caller = await phone.call(CALL)
    for payload in (LOUD, SILENT):
        await caller.say(payload)
    await caller.listen(4)
    await caller.played()
    assert caller.heard == LOUD + SILENT
    await eventually(lambda: len(phone.echo.marks) == 2)
    sounds = [sound.samples for sound in phone.echo.of(Sound)]
    assert [len(samples) for samples in sounds] == [160, 160]
    assert np.allclose(sounds[0], -32124 / 32768)
    assert phone.echo.lines[0].rate == 8000
    await caller.stop()
    await phone.echo.ended.wait()
    assert phone.echo.ends == ["the caller hung up"]
    assert await caller.closed() == 1000


async def test_a_clear_returns_every_mark(phone: Any, eventually: Any) -> None:
    caller = await phone.call(CALL)
    await caller.say()
    await caller.say()
    await caller.press("3")
    await caller.listen(5)
    await eventually(lambda: phone.echo.marks == ["m1", "m2"])
    assert caller.heard == b""


async def test_the_call_is_told_apart_from_its_numbers(phone: Any, eventually: Any) -> None:
    await phone.call(CALL)
    await eventually(lambda: phone.echo.calls)
    call = phone.echo.calls[0]
    assert (call.call_sid, call.thread_id, call.caller, call.called) == (
        CALL,
        thread_of_call(CALL),
        "+84901234567",
        "+842899990000",
    )
    assert call.parameters == {}
    assert "8490" not in repr(call)


async def test_hanging_up_ends_the_call_by_rest_and_by_redirect(phone: Any) -> None:
    caller = await phone.call(CALL)
    await caller.press("1")
    assert await caller.closed() == 1000
    assert phone.rest.asked == [(f"Calls/{CALL}.json", {"Status": "completed"})]
    assert phone.echo.ends == ["we hung up"]
    assert (await phone.ring(CALL, "/twilio/resume?thread=t&attempt=1")).verbs == ["Hangup"]
    assert phone.admission.calls == 0


async def test_a_call_that_is_gone_already_is_hung_up_without_complaint(
    phone: Any, caplog: pytest.LogCaptureFixture
) -> None:
    phone.rest.ended.add(CALL)
    caller = await phone.call(CALL)
    await caller.press("1")
    assert await caller.closed() == 1000
    assert warnings_in(caplog) == []


async def test_a_conversation_that_is_over_hangs_up(phone: Any) -> None:
    caller = await phone.call(CALL)
    await caller.press("0")
    assert await caller.closed() == 1000
    assert phone.rest.asked == [(f"Calls/{CALL}.json", {"Status": "completed"})]


async def test_handing_over(phone: Any) -> None:
    caller = await phone.call(CALL)
    await caller.press("2")
    await caller.closed()
    (path, form), *rest = phone.rest.asked
    assert (path, rest) == (f"Calls/{CALL}.json", [])
    assert ">+842899991111</Dial>" in form["Twiml"]
    assert phone.echo.ends == ["the caller was handed over"]


async def test_a_handover_twilio_refuses_leaves_the_caller_on_the_line(open_phone: Any) -> None:
    refused: list[str] = []

    async def converse(line: Transport, _call: Any) -> None:
        async for event in line.events():
            if isinstance(event, Sound):
                try:
                    await line.transfer("+842899991111")
                except TransferError as error:
                    refused.append(str(error))
                await line.play(event.samples)

    phone = await open_phone(converse)
    phone.rest.refuse = 400
    caller = await phone.call(CALL)
    await caller.say()
    await caller.listen()
    assert refused == [
        "Twilio refused (400): Unable to update record: refused None; see twilio.com/docs/api/errors/1."
    ]


async def test_a_conversation_that_fails_is_resumed(phone: Any, caplog: pytest.LogCaptureFixture) -> None:
    caller = await phone.call(CALL)
    await caller.press("4")
    await caller.closed()
    assert warnings_in(caplog) == [f"Call {CALL} failed: RuntimeError"]
    assert (await phone.ring(CALL, "/twilio/resume?thread=t&attempt=1")).verbs == ["Connect", "Redirect"]


async def test_an_abrupt_end_keeps_the_place(phone: Any, eventually: Any) -> None:
    caller = await phone.call(CALL)
    await eventually(lambda: phone.echo.calls)
    caller.socket.transport.abort()
    await phone.echo.ended.wait()
    assert phone.echo.ends == ["the line broke"]
    assert phone.admission.calls == 1


async def test_twilio_saying_that_the_call_ended_ends_the_conversation(phone: Any, eventually: Any) -> None:
    caller = await phone.call(CALL)
    await eventually(lambda: phone.echo.calls)
    await phone.post("/twilio/status", CallSid=CALL, CallStatus="completed")
    assert await caller.closed() == 1000
    assert phone.echo.ends == ["the call ended"]
    await eventually(lambda: phone.admission.calls == 0)


async def test_the_newest_stream_of_a_call_wins(phone: Any, eventually: Any) -> None:
    first = await phone.call(CALL)
    await eventually(lambda: len(phone.echo.calls) == 1)
    second = await phone.call(CALL, "/twilio/resume?attempt=1")
    await first.closed()
    assert phone.echo.ends == ["a newer stream of the same call took over"]
    await second.say()
    await second.listen()
    assert len(phone.echo.calls) == 2
    assert phone.admission.calls == 1
    await second.stop()
    assert await second.closed() == 1000
    await eventually(lambda: phone.admission.calls == 0)
    assert phone.rest.asked == []


@pytest.mark.parametrize("how", ["the caller stops", "Twilio says so"])
async def test_a_conversation_that_goes_on_after_its_line_is_stopped(
    open_phone: Any, how: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("emads_voice.channels.talking.FAREWELL_S", 0.05)
    started, stopped = asyncio.Event(), asyncio.Event()

    async def converse(_line: Transport, _call: Any) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    phone = await open_phone(converse)
    caller = await phone.call(CALL)
    await started.wait()
    if how == "the caller stops":
        await caller.stop()
    else:
        await phone.post("/twilio/status", CallSid=CALL, CallStatus="completed")
    await asyncio.wait_for(stopped.wait(), 30)
    await caller.closed()
    assert warnings_in(caplog) == [f"Call {CALL}: the conversation did not notice that its line is gone."]


@pytest.mark.parametrize("signature", ["", "bm9uc2Vuc2U="])
async def test_no_stream_without_a_signature(
    phone: Any, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    await phone.ring(CALL)
    with pytest.raises(websockets.InvalidStatus) as refused:
        await phone.connect(signed=signature)
    assert refused.value.response.status_code == 403
    assert warnings_in(caplog) == ["A media stream without Twilio's signature was refused."]


async def test_an_address_opens_one_stream(
    phone: Any, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    twiml = await phone.ring(CALL)
    first = await phone.follow(twiml, CALL)
    await eventually(lambda: phone.echo.calls)
    for _ in range(3):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await phone.connect(twiml.media)  # with the signature Twilio made for the first
        assert refused.value.response.status_code == 403
    assert len(warnings_in(caplog)) == 3
    await first.say()
    await first.listen()


@pytest.mark.parametrize("path", ["/twilio/media", "/twilio/media/guess", "/twilio/media/" + "x" * 2000])
async def test_a_signed_address_that_was_not_given_out_opens_nothing(phone: Any, path: str) -> None:
    await phone.ring(CALL)
    with pytest.raises(websockets.InvalidStatus):
        await phone.connect(path)


async def test_a_signature_is_good_for_the_address_it_was_made_for(phone: Any) -> None:
    one, other = await phone.ring(CALL), await phone.ring("CA" + "2" * 32)
    with pytest.raises(websockets.InvalidStatus):
        await phone.connect(one.media, signed=phone.sign_stream(other.media))
    await phone.follow(one, CALL)  # it was not used up


@pytest.mark.parametrize(
    ("sid", "token", "account"),
    [
        (CALL, "guess", None),
        (CALL, "", None),
        ("CA" + "2" * 32, None, None),
        (CALL, None, "AC" + "9" * 32),
    ],
    ids=["wrong token", "no token", "another call", "another account"],
)
async def test_strangers_are_refused(
    phone: Any, sid: str, token: str | None, account: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    twiml = await phone.ring(CALL)
    caller = await phone.stream(sid, twiml.media)
    await caller.start(twiml.token if token is None else token, **({"account": account} if account else {}))
    assert await caller.closed() == 1008
    assert phone.echo.calls == []
    assert len(warnings_in(caplog)) == 1
    assert twiml.token not in caplog.text


async def test_a_call_that_ended_before_its_stream_began_has_none(phone: Any) -> None:
    twiml = await phone.ring(CALL)
    await phone.post("/twilio/status", CallSid=CALL, CallStatus="completed")
    caller = await phone.follow(twiml, CALL)
    assert await caller.closed() == 1008
    assert phone.admission.calls == 0


async def test_a_socket_on_which_nothing_starts_is_closed(
    phone: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stream, "START_DEADLINE_S", 0.05)
    caller = await phone.stream(CALL, (await phone.ring(CALL)).media)
    assert await caller.closed() == 1008
    assert warnings_in(caplog) == ["A media stream was refused: no start within 0.05 s."]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"\x00\x01", "a binary frame"),
        ("{", "a message that is not JSON"),
        ('{"event":"media"}', "a message with a wrong or missing field"),
        ('{"event":"connected"}', "a second connected"),
        ('{"event":"stop","x":"' + "x" * 70_000 + '"}', "a message of more than 65536 bytes"),
    ],
    ids=["binary", "json", "field", "second", "long"],
)
async def test_a_line_that_breaks_the_protocol_is_closed_and_costs_others_nothing(
    phone: Any, message: str | bytes, reason: str, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    other = await phone.call("CA" + "2" * 32)
    caller = await phone.call(CALL)
    await eventually(lambda: len(phone.echo.calls) == 2)
    await caller.socket.send(message)
    await caller.closed()
    assert phone.echo.ends == ["the line broke"]
    (warning,) = warnings_in(caplog)
    assert warning.startswith(f"Call {CALL}: the stream was closed because of {reason}")
    await other.say()
    await other.listen()


async def test_a_stream_faster_than_speech_is_ended_and_costs_others_nothing(
    phone: Any, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    other = await phone.call("CA" + "2" * 32)
    caller = await phone.call(CALL)
    await eventually(lambda: len(phone.echo.calls) == 2)
    with suppress(websockets.ConnectionClosed):
        for _ in range(500):
            await caller.say(SILENT * 50)  # a second
    assert await caller.closed() == 1008
    assert phone.echo.ends == ["the line broke"]
    assert 5 <= sum(len(sound.samples) for sound in phone.echo.of(Sound)) / 8000 < 7
    # The server below may say once that frames came after the end.
    told = [line for line in warnings_in(caplog) if line.startswith("Call ")]
    assert told == [f"Call {CALL}: the stream was closed because of sound faster than it can be spoken."]
    await other.say()
    await other.listen()


async def test_media_before_start_is_refused(phone: Any, caplog: pytest.LogCaptureFixture) -> None:
    caller = await phone.stream(CALL, (await phone.ring(CALL)).media)
    await caller.say()
    assert await caller.closed() == 1008
    assert warnings_in(caplog) == ["A media stream was refused: media before start."]


async def test_a_peer_that_stops_reading_is_gone(
    open_phone: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stream, "SEND_DEADLINE_S", 0.1)
    monkeypatch.setattr(stream, "CLOSE_DEADLINE_S", 0.1)
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    other_heard = asyncio.Event()

    async def converse(line: Transport, call: Any) -> None:
        if call.call_sid != CALL:
            async for event in line.events():
                if isinstance(event, Sound):
                    await line.play(event.samples)
                    other_heard.set()
            return
        second = np.zeros(8000, np.float32)
        while not ended.done():
            await line.play(second)
            if line.gone:  # type: ignore[attr-defined]
                ends = [event.reason async for event in line.events() if isinstance(event, HungUp)]
                ended.set_result(ends[0])

    phone = await open_phone(converse)
    caller = await phone.call(CALL)
    caller.socket.transport.pause_reading()
    assert await asyncio.wait_for(ended, 30) == "the other side stopped reading"
    assert warnings_in(caplog) == [f"Call {CALL}: the other side has stopped reading."]
    other = await phone.call("CA" + "2" * 32)
    await other.say()
    await asyncio.wait_for(other_heard.wait(), 30)
    caller.socket.transport.abort()


async def test_a_conversation_that_does_not_listen_keeps_a_bounded_backlog(
    open_phone: Any, eventually: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("emads_voice.channels.inbox.MAX_BACKLOG_S", 0.2)
    heard = []

    async def converse(line: Transport, _call: Any) -> None:
        await eventually(lambda: line.gone)  # type: ignore[attr-defined]
        heard.extend([event async for event in line.events()])

    phone = await open_phone(converse)
    caller = await phone.call(CALL)
    for _ in range(30):
        await caller.say()
    await caller.press("5")
    await caller.stop()
    await caller.closed()
    assert sum(len(event.samples) for event in heard if isinstance(event, Sound)) == 1600
    assert len(heard) == 10 + 2
    assert warnings_in(caplog) == [f"Call {CALL}: 0.4 s of sound were dropped unheard."]


async def test_a_turn_is_no_part_of_the_sockets_trace(open_phone: Any, eventually: Any) -> None:
    active = []

    async def converse(line: Transport, _call: Any) -> None:
        active.append(trace.get_current_span().get_span_context().is_valid)
        async for _ in line.events():
            pass

    phone = await open_phone(converse)
    await phone.call(CALL)
    await eventually(lambda: active)
    assert active == [False]


async def test_messages_are_json_lines_twilio_accepts(phone: Any) -> None:
    caller = await phone.call(CALL)
    await caller.say()
    message = json.loads(await caller.socket.recv())
    assert message.keys() == {"event", "streamSid", "media"}
    assert message["media"].keys() == {"payload"}
