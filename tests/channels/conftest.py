"""A whole call on virtual time: a scripted caller on a scripted line, a real graph with scripted parts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.agents.forms import Analysis
from emads_voice.channels.ahead import Ahead
from emads_voice.channels.conversation import Conversation, Manners, Voices
from emads_voice.graph import create_voice_graph
from emads_voice.observability import AuditLog
from emads_voice.testing import (
    LoudnessVad,
    ScriptedAgent,
    ScriptedLine,
    ScriptedRecognizer,
    ScriptedRouter,
    ScriptedSynthesizer,
    run_virtual,
)
from emads_voice.voice.live_vad import LiveVad
from emads_voice.voice.recognizer import Transcript


@dataclass
class Call:
    """What a call left behind."""

    line: ScriptedLine
    agent: ScriptedAgent
    recognizer: ScriptedRecognizer
    synthesizer: ScriptedSynthesizer
    messages: list[Any]
    checkpoints: int
    ended: str

    @property
    def conversation(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def said(self) -> list[str]:
        """What we had spoken, sentence by sentence, heard or not."""
        return [text for text, _ in self.synthesizer.spoken]


@dataclass
class _Agent(ScriptedAgent):
    """Thinks before it answers."""

    thinks_s: float = 0.0

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        await asyncio.sleep(self.thinks_s)
        return await super().answer(*args, **kwargs)


@dataclass
class _Recognizer(ScriptedRecognizer):
    """Takes its time."""

    takes_s: float = 0.0

    async def transcribe(self, *args: Any, **kwargs: Any) -> Transcript:
        await asyncio.sleep(self.takes_s)
        return await super().transcribe(*args, **kwargs)


CallFactory = Callable[..., Call]


@pytest.fixture
def call() -> CallFactory:
    """Runs one call to its end: ``call(caller, hears=[…], answers=[…])``, with ``caller(line)`` on the other side."""

    def run(
        caller: Callable[[ScriptedLine], Awaitable[None]],
        *,
        hears: list[Any] | None = None,
        hears_after_s: float = 0.0,
        answers: list[Any] | None = None,
        answers_after_s: float = 0.0,
        line: ScriptedLine | None = None,
        agent: ScriptedAgent | None = None,
        recognizer: ScriptedRecognizer | None = None,
        synthesizer: ScriptedSynthesizer | None = None,
        thinks_ahead: bool = False,
        consents: AuditLog | None = None,
        **manners: Any,
    ) -> Call:
        return run_virtual(
            _call(
                caller,
                line or ScriptedLine(),
                agent or _Agent("cto", answers or [], thinks_s=answers_after_s),
                recognizer or _Recognizer(hears or [], takes_s=hears_after_s),
                synthesizer or ScriptedSynthesizer(),
                thinks_ahead,
                consents,
                Manners(**{"opening": None, **manners}),
            )
        )

    return run


async def _call(
    caller: Callable[[ScriptedLine], Awaitable[None]],
    line: ScriptedLine,
    agent: ScriptedAgent,
    recognizer: ScriptedRecognizer,
    synthesizer: ScriptedSynthesizer,
    thinks_ahead: bool,
    consents: AuditLog | None,
    manners: Manners,
) -> Call:
    ahead = Ahead([agent], ScriptedRouter([[agent.name]]), synthesizer)
    saver = InMemorySaver()
    graph = create_voice_graph(ahead.agents, router=ahead.router).compile(checkpointer=saver)
    voices = Voices(
        graph, recognizer, ahead.synthesizer, LiveVad(LoudnessVad()), ahead if thinks_ahead else None
    )
    conversation = Conversation(voices, line, thread_id="call", manners=manners, consents=consents)
    running = asyncio.create_task(conversation.run())
    await caller(line)
    line.hang_up_caller()
    ended = await running
    thread: Any = {"configurable": {"thread_id": "call"}}
    messages = (await graph.aget_state(thread)).values.get("messages", [])
    leftover = asyncio.all_tasks() - {asyncio.current_task()}
    assert not leftover, leftover
    return Call(line, agent, recognizer, synthesizer, messages, len(list(saver.list(thread))), ended)


@pytest.fixture
def sound_of() -> Callable[..., np.ndarray]:
    """What texts sound like on the line, one after the other."""

    def sound(*texts: str) -> np.ndarray:
        synthesizer = ScriptedSynthesizer()
        return np.concatenate([synthesizer.tone(text).resample(8_000).samples for text in texts])

    return sound
