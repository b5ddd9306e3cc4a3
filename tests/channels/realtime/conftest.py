"""A session on virtual time: a scripted client, the real line and conversation, a real graph with scripted parts."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
from emads_voice.channels.realtime.asking import Understanding
from emads_voice.channels.realtime.line import RealtimeLine
from emads_voice.channels.realtime.session_config import SessionConfig
from emads_voice.channels.realtime.sound_formats import RATE
from emads_voice.channels.talking import talk
from emads_voice.channels.transport import Transport
from emads_voice.graph import create_voice_graph
from emads_voice.testing import (
    LoudnessVad,
    ScriptedAgent,
    ScriptedRecognizer,
    ScriptedRouter,
    ScriptedSynthesizer,
    run_virtual,
)
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.languages import ENGLISH, VIETNAMESE

FRAME_S = 0.02


class Client:
    """What is at the other end of a socket, and the socket itself. Times are those of the event loop.

    Attributes:
        received: all events so far, each with the time it came, ``at``.
        closed: the code with which the socket was closed; None while it is open.
        reads: whether it takes what it is sent.
    """

    def __init__(self) -> None:
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._came = asyncio.Event()
        self._seen = 0
        self._loud_until = 0.0
        self._microphone: asyncio.Task[None] | None = None
        self.received: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.reads = True

    # The socket, as the server sees it.

    async def receive(self) -> dict[str, Any]:
        return await self._inbox.get()

    async def send_text(self, text: str) -> None:
        if not self.reads:
            await asyncio.Event().wait()
        self.received.append({**json.loads(text), "at": self.now})
        self._came.set()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self.closed = self.closed or code
        await self.leave()

    # The client.

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    @property
    def types(self) -> list[str]:
        """Of all events so far, without sound."""
        return [each["type"] for each in self.received if "delta" not in each["type"]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The events of a kind so far."""
        return [each for each in self.received if each["type"] == kind]

    def send(self, kind: str, **fields: Any) -> None:
        self.send_raw(json.dumps({"type": kind, **fields}))

    def send_raw(self, text: str) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", "text": text})

    def send_bytes(self, data: bytes) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", "bytes": data, "text": None})

    async def leave(self) -> None:
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})

    def append(self, seconds: float, loudness: float = 0.3) -> None:
        """Send so much sound in one event."""
        self.send("input_audio_buffer.append", audio=base64.b64encode(tone(seconds, loudness)).decode())

    def open_microphone(self) -> None:
        """From now on sound is sent as it is recorded: silence, unless somebody speaks."""
        self._microphone = asyncio.create_task(self._record())

    def close_microphone(self) -> None:
        if self._microphone:
            self._microphone.cancel()
            self._microphone = None

    async def speak(self, seconds: float) -> None:
        self._loud_until = self.now + seconds
        await asyncio.sleep(seconds)

    async def until(self, kind: str, within_s: float = 60.0, **fields: Any) -> dict[str, Any]:
        """The next event of a kind, after the one that was waited for last."""
        async with asyncio.timeout(within_s):
            while True:
                while self._seen < len(self.received):
                    event = self.received[self._seen]
                    self._seen += 1
                    if event["type"] == kind and all(
                        event.get(name) == value for name, value in fields.items()
                    ):
                        return event
                self._came.clear()
                await self._came.wait()

    def said(self) -> str:
        """All that we have said, as far as it was begun."""
        return "".join(each["delta"] for each in self.of("response.output_audio_transcript.delta")).strip()

    def sound_s(self) -> float:
        """Seconds of sound that were sent, as pcm16."""
        deltas = self.of("response.output_audio.delta")
        return sum(len(base64.b64decode(each["delta"])) for each in deltas) / 48_000

    async def _record(self) -> None:
        due = self.now
        while True:
            due += FRAME_S
            await asyncio.sleep(due - self.now)
            self.append(FRAME_S, 0.3 if due <= self._loud_until + 1e-9 else 0.0)


def tone(seconds: float, loudness: float = 0.3) -> bytes:
    """pcm16 at 24 kHz."""
    wave = np.sin(np.arange(round(seconds * 24_000)) * 0.2) * loudness
    return bytes((wave * 32767).astype("<i2").tobytes())


@dataclass
class Session:
    """What a session left behind."""

    client: Client
    agent: ScriptedAgent
    recognizer: ScriptedRecognizer
    messages: list[Any]
    turns: int | None
    call: CallInfo | None

    @property
    def conversation(self) -> list[str]:
        return [message.text for message in self.messages]


SessionFactory = Callable[..., Session]


@pytest.fixture
def session() -> SessionFactory:
    """Holds one session to its end: ``session(client, hears=[…], answers=[…])``."""

    def run(
        caller: Callable[[Client], Awaitable[None]],
        *,
        hears: list[Any] | None = None,
        answers: list[Any] | None = None,
        agent: ScriptedAgent | None = None,
        recognizer: ScriptedRecognizer | None = None,
        synthesizer: ScriptedSynthesizer | None = None,
        config: SessionConfig | None = None,
        **options: Any,
    ) -> Session:
        return run_virtual(
            _session(
                caller,
                agent or ScriptedAgent("cto", answers or []),
                recognizer or ScriptedRecognizer(hears or []),
                synthesizer or ScriptedSynthesizer(),
                config or SessionConfig(),
                options,
            )
        )

    return run


async def _session(
    caller: Callable[[Client], Awaitable[None]],
    agent: ScriptedAgent,
    recognizer: ScriptedRecognizer,
    synthesizer: ScriptedSynthesizer,
    config: SessionConfig,
    options: dict[str, Any],
) -> Session:
    graph = create_voice_graph([agent], router=ScriptedRouter([[agent.name]])).compile(
        checkpointer=InMemorySaver()
    )
    services = Services(graph, recognizer, synthesizer, LiveVad(LoudnessVad(), RATE))
    client = Client()
    understanding = Understanding(recognizer, (ENGLISH, VIETNAMESE))
    line = RealtimeLine(
        client,  # type: ignore[arg-type]
        "sess_1",
        "a thread",
        understanding,
        config,
        clock=asyncio.get_running_loop().time,
    )

    async def converse(transport: Transport, call: CallInfo) -> int:
        opening = options.get("opening", "greeting") if call.greets else None
        how = ConversationOptions(**{**options, "opening": opening})
        began.append(call)
        conversation = Conversation(
            services, transport, thread_id=call.thread_id, options=how, context=call.context
        )
        await conversation.run()
        return conversation.turns

    began: list[CallInfo] = []

    async def calling() -> None:
        try:
            async with asyncio.timeout(3600):
                await caller(client)
        finally:
            client.close_microphone()
            await client.leave()

    listening = asyncio.create_task(line.listen())
    talking = asyncio.create_task(calling())
    turns = None
    if begun := await line.begun():
        call = CallInfo("sess_1", "a thread", channel="browser", greets=begun.greets, patient=begun.patient)
        turns = await talk(converse, line, call)
    await line.close()
    await talking
    await asyncio.wait([listening])
    listening.result()
    snapshot = await graph.aget_state({"configurable": {"thread_id": "a thread"}})
    leftover = asyncio.all_tasks() - {asyncio.current_task()}
    assert not leftover, leftover
    messages = list(snapshot.values.get("messages", []))
    return Session(client, agent, recognizer, messages, turns, began[0] if began else None)
