"""A whole call on virtual time: a scripted caller on a scripted line, a real graph with scripted parts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.agents.dialogue import ALL_ACTS
from emads_voice.agents.forms import Analysis
from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
from emads_voice.channels.preemptive.generation import PreemptiveGeneration
from emads_voice.channels.thread_lock import ThreadLocks
from emads_voice.decisions.desk import Desk
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.graph.conversing import dialogue_of
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
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.recognizer import Transcript


@dataclass
class Call:
    """What a call left behind."""

    line: ScriptedLine
    agent: ScriptedAgent
    recognizer: ScriptedRecognizer
    synthesizer: ScriptedSynthesizer
    state: dict[str, Any]
    checkpoints: int
    ended: str

    @property
    def messages(self) -> list[Any]:
        return list(self.state.get("messages", []))

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
        preemptive: bool = False,
        consents: AuditLog | None = None,
        context: VoiceContext | None = None,
        saver: InMemorySaver | None = None,
        locks: ThreadLocks | None = None,
        audit: AuditLog | None = None,
        returned: bool = False,
        graph: Any = None,
        decisions: Desk | None = None,
        **options: Any,
    ) -> Call:
        return run_virtual(
            _call(
                caller,
                line or ScriptedLine(),
                agent or _Agent("cto", answers or [], thinks_s=answers_after_s),
                recognizer or _Recognizer(hears or [], takes_s=hears_after_s),
                synthesizer or ScriptedSynthesizer(),
                preemptive,
                consents,
                context,
                saver or InMemorySaver(),
                locks,
                audit,
                returned,
                graph,
                decisions,
                ConversationOptions(**{"opening": None, **options}),
            )
        )

    return run


async def _call(
    caller: Callable[[ScriptedLine], Awaitable[None]],
    line: ScriptedLine,
    agent: ScriptedAgent,
    recognizer: ScriptedRecognizer,
    synthesizer: ScriptedSynthesizer,
    preemptive: bool,
    consents: AuditLog | None,
    context: VoiceContext | None,
    saver: InMemorySaver,
    locks: ThreadLocks | None,
    audit: AuditLog | None,
    returned: bool,
    own: Any,
    decisions: Desk | None,
    options: ConversationOptions,
) -> Call:
    generation = PreemptiveGeneration([agent], ScriptedRouter([[agent.name]]), synthesizer)
    built = own or create_voice_graph(generation.agents, router=generation.router)
    graph = built.compile(checkpointer=saver)
    services = Services(
        graph,
        recognizer,
        generation.synthesizer,
        LiveVad(LoudnessVad()),
        generation if preemptive else None,
        locks=locks,
        audit=audit,
        decisions=decisions,
        dialogue=dialogue_of([agent], ALL_ACTS),
    )
    conversation = Conversation(
        services,
        line,
        thread_id="call",
        options=options,
        consents=consents,
        context=context,
        returned=returned,
    )
    running = asyncio.create_task(conversation.run())
    await caller(line)
    line.hang_up_caller()
    ended = await running
    thread: Any = {"configurable": {"thread_id": "call"}}
    snapshot = await graph.aget_state(thread)
    leftover = asyncio.all_tasks() - {asyncio.current_task()}
    assert not leftover, leftover
    return Call(
        line, agent, recognizer, synthesizer, dict(snapshot.values), len(list(saver.list(thread))), ended
    )


@pytest.fixture
def sound_of() -> Callable[..., np.ndarray]:
    """What texts sound like on the line, one after the other."""

    def sound(*texts: str) -> np.ndarray:
        synthesizer = ScriptedSynthesizer()
        return np.concatenate([synthesizer.tone(text).resample(8_000).samples for text in texts])

    return sound
