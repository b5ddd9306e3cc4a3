"""A caller who is handed over, and comes back where nobody takes over."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.agents import Transfer
from emads_voice.agents.forms import Analysis
from emads_voice.channels.call import CallInfo, thread_of_call
from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
from emads_voice.channels.transport import Briefing, BriefingTransport, Digit, Transport
from emads_voice.graph import create_voice_graph
from emads_voice.graph.phrases import phrase
from emads_voice.messages import shipped
from emads_voice.testing import (
    LoudnessVad,
    MemoryAuditLog,
    ScriptedAgent,
    ScriptedRecognizer,
    ScriptedSynthesizer,
)
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.languages import ENGLISH, VIETNAMESE

CALL, HUMAN = "CA" + "1" * 32, "+842899991111"
NOBODY = [
    {"DialCallStatus": "no-answer"},
    {"DialCallStatus": "busy"},
    {"DialCallStatus": "failed"},
    {"DialCallStatus": "canceled"},
    {"DialCallStatus": "completed", "DialBridged": "false", "DialCallDuration": "9"},
    {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "1"},
    {},
]


async def briefed(line: Transport, _call: CallInfo) -> None:
    """Hands over, with a briefing, at a key."""
    async for event in line.events():
        if isinstance(event, Digit):
            assert isinstance(line, BriefingTransport)
            await line.brief(Briefing("Khách hỏi về hóa đơn & đang chờ.", VIETNAMESE))
            await line.transfer(HUMAN)


async def handed_over(phone: Any, key: str = "2") -> str:
    """Path and query of what Twilio asks once the person is not, or no longer, on the line."""
    caller = await phone.call(CALL)
    await caller.press(key)
    await caller.closed()
    dial = ElementTree.fromstring(phone.rest.asked[-1][1]["Twiml"]).find("Dial")
    assert dial is not None
    parts = urlsplit(dial.attrib["action"])
    assert (parts.scheme, parts.netloc, dial.attrib["method"]) == ("https", "voice.example.com", "POST")
    assert 15 <= int(dial.attrib["timeout"]) <= 60
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("said", NOBODY)
async def test_who_is_not_picked_up_comes_back_to_the_same_conversation(
    phone: Any, said: dict[str, str], eventually: Any
) -> None:
    caller = await phone.call(CALL, await handed_over(phone), CallStatus="in-progress", **said)
    await eventually(lambda: len(phone.echo.calls) == 2)
    first, back = phone.echo.calls
    assert (first.returned, back.resumed) == ("", False)
    assert back.returned == said.get("DialCallStatus", "failed")
    assert back.thread_id == first.thread_id == thread_of_call(CALL)
    await caller.press("1")
    assert await caller.closed() == 1000
    await eventually(lambda: phone.admission.calls == 0)


@pytest.mark.parametrize("duration", [{"DialCallDuration": "61"}, {}, {"DialCallDuration": "?"}])
async def test_who_has_talked_to_a_person_is_not_called_back(phone: Any, duration: dict[str, str]) -> None:
    asks = await handed_over(phone)
    said = {"DialCallStatus": "completed", "DialBridged": "true", **duration}
    assert (await phone.ring(CALL, asks, CallStatus="in-progress", **said)).verbs == ["Hangup"]


async def test_who_hangs_up_while_it_rings_is_gone(phone: Any) -> None:
    asks = await handed_over(phone)
    assert (await phone.ring(CALL, asks, CallStatus="completed", DialCallStatus="canceled")).verbs == []


async def test_a_caller_whom_another_process_had_handed_over_is_taken_back(
    phone: Any, eventually: Any
) -> None:
    await phone.call(CALL, "/twilio/dialled?thread=t1&attempt=1", DialCallStatus="no-answer")
    await eventually(lambda: phone.echo.calls)
    assert (phone.echo.calls[0].thread_id, phone.echo.calls[0].returned) == ("t1", "no-answer")


async def test_a_request_that_is_repeated_gets_the_same_stream_until_it_has_begun(phone: Any) -> None:
    asks = await handed_over(phone)
    first = await phone.ring(CALL, asks, DialCallStatus="busy")
    assert first.text == (await phone.ring(CALL, asks, DialCallStatus="busy")).text
    await phone.follow(first, CALL)
    assert (await phone.ring(CALL, asks, DialCallStatus="busy")).verbs == ["Hangup"]


async def test_who_comes_back_before_we_have_finished_with_them_is_taken_back(open_phone: Any) -> None:
    lines, written_down = [], asyncio.Event()

    async def slow(line: Transport, call: CallInfo) -> None:
        lines.append(call)
        async for event in line.events():
            if isinstance(event, Digit):
                await line.transfer(HUMAN)
        await written_down.wait()

    phone = await open_phone(slow)
    caller = await phone.call(CALL)
    await caller.press("2")
    while not phone.rest.asked:
        await asyncio.sleep(0)
    twiml = await phone.ring(CALL, f"/twilio/dialled?thread={thread_of_call(CALL)}&attempt=1")
    written_down.set()
    await caller.closed()
    back = await phone.follow(twiml, CALL)
    await back.press("2")
    while len(lines) < 2:
        await asyncio.sleep(0)
    assert (lines[1].returned, phone.admission.calls) == ("failed", 1)


async def test_a_caller_whose_place_was_taken_meanwhile_hears_why(open_phone: Any) -> None:
    phone = await open_phone(max_calls=1)
    asks = await handed_over(phone)
    phone.admission.release(CALL)
    assert (await phone.ring("CA" + "2" * 32)).verbs == ["Connect", "Redirect"]
    assert (await phone.ring(CALL, asks, DialCallStatus="busy")).verbs == ["Say", "Hangup"]


async def test_whoever_picks_up_is_briefed_and_the_briefing_is_in_no_address(
    open_phone: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    phone = await open_phone(briefed)
    asks = await handed_over(phone)
    twiml = phone.rest.asked[-1][1]["Twiml"]
    assert "hóa đơn" not in twiml
    number = ElementTree.fromstring(twiml).find("Dial/Number")
    assert number is not None
    assert number.text == HUMAN
    parts = urlsplit(number.attrib["url"])
    other = "CA" + "3" * 32  # the person's own call
    told = await phone.ring(other, f"{parts.path}?{parts.query}")
    assert told.verbs == ["Say"]
    assert told.root.findtext("Say") == "Khách hỏi về hóa đơn & đang chờ."
    assert told.root[0].attrib["language"] == "vi-VN"
    await phone.ring(CALL, asks, DialCallStatus="completed", DialCallDuration="60")
    assert (await phone.ring(other, f"{parts.path}?{parts.query}")).verbs == []
    assert "hóa đơn" not in caplog.text


async def test_a_caller_whom_we_gave_up_is_not_left_in_silence(phone: Any) -> None:
    given_up = await phone.ring(CALL, "/twilio/resume?thread=t&attempt=4")
    action = urlsplit(given_up.root.find("Dial").attrib["action"]).path
    assert (await phone.ring(CALL, action, DialCallStatus="no-answer")).verbs == ["Say", "Hangup"]
    talked = {"DialCallStatus": "completed", "DialCallDuration": "60"}
    assert (await phone.ring(CALL, action, **talked)).verbs == ["Hangup"]


@pytest.mark.parametrize("path", ["/twilio/dialled", "/twilio/given-up", "/twilio/briefing"])
async def test_nobody_but_twilio_is_told_anything(phone: Any, path: str) -> None:
    assert (await phone.post(path, signed="bm9uc2Vuc2U=", CallSid=CALL)).status_code == 403


async def test_a_caller_whom_nobody_took_leaves_a_message_in_the_same_conversation(
    open_phone: Any, eventually: Any
) -> None:
    agent = Wanting("cto", [""])
    graph = create_voice_graph([agent]).compile(checkpointer=InMemorySaver())
    synthesizer = ScriptedSynthesizer(seconds_per_character=0.005)
    audit = MemoryAuditLog()
    services = Services(graph, ScriptedRecognizer([]), synthesizer, LiveVad(LoudnessVad()), audit=audit)
    options = ConversationOptions(opening=None, transfer_to=HUMAN)

    async def converse(line: Transport, call: CallInfo) -> None:
        back = bool(call.returned)
        await Conversation(services, line, thread_id=call.thread_id, options=options, returned=back).run()

    phone = await open_phone(converse)
    caller = await phone.call(CALL)
    playing = asyncio.ensure_future(play(caller))
    for key in "0#":
        await caller.press(key)
    await eventually(lambda: phone.rest.asked)
    await caller.closed()
    playing.cancel()
    back = await phone.call(
        CALL, f"/twilio/dialled?thread={thread_of_call(CALL)}&attempt=1", DialCallStatus="busy"
    )
    playing = asyncio.ensure_future(play(back))
    offer = phrase(shipped(), "nobody_reached", ENGLISH)[0]
    await eventually(lambda: " ".join(text for text, _ in synthesizer.spoken).endswith(offer))
    for key in "0912#":
        await back.press(key)
    await eventually(lambda: audit.appended)
    await back.stop()
    playing.cancel()
    thread: Any = {"configurable": {"thread_id": thread_of_call(CALL)}}
    await eventually(lambda: phone.admission.calls == 0)
    messages = (await graph.aget_state(thread)).values["messages"]
    assert [message.text for message in messages][:2] == ["[keypad] 0", "[keypad] 0912"]
    assert [event.kind for event in audit.appended] == ["message_left"]


class Wanting(ScriptedAgent):
    """Wants a person to take over."""

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        analysis = await super().answer(*args, **kwargs)
        return analysis.model_copy(update={"then": Transfer()})


async def play(caller: Any) -> None:
    """Let the caller hear what comes."""
    while True:
        await caller.listen()
        await caller.played()
