"""A call over Twilio is recorded when its caller's yes is on disk, and not before."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from starlette.websockets import WebSocket

from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation.conversation import Conversation, Services
from emads_voice.channels.errors import RecordingError
from emads_voice.channels.transport import Transport
from emads_voice.channels.twilio.stream import TwilioTransport
from emads_voice.graph import create_voice_graph
from emads_voice.graph.phrases import phrase
from emads_voice.messages import shipped
from emads_voice.observability import AuditEvent
from emads_voice.testing import (
    LoudnessVad,
    MemoryAuditLog,
    ScriptedAgent,
    ScriptedRecognizer,
    ScriptedSynthesizer,
)
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.languages import ENGLISH

CALL = "CA" + "1" * 32
QUESTION, RECORDED, NOT_RECORDED = (
    phrase(shipped(), which, ENGLISH)[0] for which in ("may_record", "recorded", "not_recorded")
)


class Asked:
    """A phone that asks its callers, and what it says to the answer."""

    def __init__(self, open_phone: Any, audit: Any) -> None:
        self._open_phone = open_phone
        self._audit = audit
        self._synthesizer = ScriptedSynthesizer(seconds_per_character=0.005)

    @property
    def said(self) -> str:
        return " ".join(text for text, _ in self._synthesizer.spoken)

    async def open(self) -> Any:
        graph = create_voice_graph([ScriptedAgent("cto", [])]).compile(checkpointer=InMemorySaver())
        services = Services(graph, ScriptedRecognizer([]), self._synthesizer, LiveVad(LoudnessVad()))

        async def converse(line: Transport, call: CallInfo) -> None:
            await Conversation(services, line, thread_id=call.thread_id, consents=self._audit).run()

        return await self._open_phone(converse)


@asynccontextmanager
async def asked(
    phone: Any, eventually: Callable[[Callable[[], bool]], Awaitable[None]]
) -> AsyncIterator[Any]:
    """A caller who has heard the question."""
    caller = await phone.call(CALL)

    async def listen() -> None:
        while True:
            await caller.listen()
            await caller.played()

    listening = asyncio.create_task(listen())
    await eventually(lambda: len(caller.heard) >= 0.005 * 8_000 * (len(QUESTION) - 3))
    yield caller
    listening.cancel()


class Audit(MemoryAuditLog):
    """Notes what Twilio had been asked by the time a record was on disk."""

    def __init__(self) -> None:
        super().__init__()
        self.phone: Any = None
        self.asked_before: list[Any] = []

    async def append(self, event: AuditEvent) -> None:
        await asyncio.sleep(0.05)
        await super().append(event)
        self.asked_before = list(self.phone.rest.asked)


async def test_twilio_is_asked_after_the_consent_is_on_disk(
    open_phone: Any, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    audit = Audit()
    asks = Asked(open_phone, audit)
    phone = audit.phone = await asks.open()
    async with asked(phone, eventually) as caller:
        await caller.press("1")
        await eventually(lambda: asks.said.endswith(RECORDED))
    (event,) = audit.appended
    assert (event.kind, event.text) == ("recording_agreed", "[keypad] 1")
    assert audit.asked_before == []
    assert phone.rest.asked == [(f"Calls/{CALL}/Recordings.json", {"RecordingChannels": "dual"})]
    assert f"Call {CALL} is recorded; consent {event.id}." in caplog.messages


async def test_twilio_is_not_asked_after_a_no(open_phone: Any, eventually: Any) -> None:
    audit = MemoryAuditLog()
    asks = Asked(open_phone, audit)
    phone = await asks.open()
    async with asked(phone, eventually) as caller:
        await caller.press("2")
        await eventually(lambda: asks.said.endswith(NOT_RECORDED))
    assert [event.kind for event in audit.appended] == ["recording_refused"]
    assert phone.rest.asked == []


async def test_twilio_is_not_asked_where_consent_cannot_be_kept(
    open_phone: Any, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    asks = Asked(open_phone, MemoryAuditLog("The disk is full."))
    phone = await asks.open()
    async with asked(phone, eventually) as caller:
        await caller.press("1")
        await eventually(lambda: asks.said.endswith(NOT_RECORDED))
    assert phone.rest.asked == []
    assert "it is not recorded (The disk is full." in caplog.text


async def test_a_recording_twilio_refuses_is_told_to_the_caller(
    open_phone: Any, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    asks = Asked(open_phone, MemoryAuditLog())
    phone = await asks.open()
    phone.rest.refuse = 400
    async with asked(phone, eventually) as caller:
        await caller.press("1")
        await eventually(lambda: asks.said.endswith(NOT_RECORDED))
    assert "it is not recorded (Twilio refused (400)" in caplog.text


async def test_without_an_account_there_is_nobody_to_record() -> None:
    with pytest.raises(RecordingError, match="set TWILIO_ACCOUNT_SID"):
        await TwilioTransport(WebSocket({"type": "websocket"}, _nothing, _nothing)).record(consent="1")


async def _nothing(*_: Any) -> Any: ...
