"""The preemptive answers of one call: one at a time, to what its caller has probably finished saying."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableConfig

from emads_voice.agents.call_context import CallContext, asked_in
from emads_voice.channels.background import Background
from emads_voice.channels.turn import VoiceGraph
from emads_voice.voice.languages import Language

from .generation import PreemptiveAnswer, PreemptiveGeneration


class Preemption:
    """Has the answer to a call's caller generated before their turn is over: one at a time."""

    def __init__(
        self,
        generation: PreemptiveGeneration | None,
        graph: VoiceGraph,
        thread_id: Callable[[], str],
        background: Background,
        call: CallContext | None = None,
    ) -> None:
        """Without ``generation`` nothing is generated. Agents are told of ``call``."""
        self._call = call or CallContext()
        self._generation = generation
        self._graph = graph
        self._thread_id = thread_id
        self._background = background
        self._task: asyncio.Task[None] | None = None
        self._answer: PreemptiveAnswer | None = None
        self._conversation: Sequence[BaseMessage] | None = None

    def follows(self, conversation: Sequence[BaseMessage] | None) -> None:
        """What the caller says next follows on this; None: look it up. What somebody else writes meanwhile costs no
        more than an answer that nobody asks for."""
        self._conversation = conversation

    def begin(self, said: str, language: Language) -> None:
        """Begin to generate the answer; the one begun before is dropped."""
        self.drop()
        if self._generation:
            self._task = self._background.start(self._generate(self._generation, said, language))

    def drop(self) -> None:
        """Stop generating, and throw away what nobody has asked for."""
        if self._task:
            self._task.cancel()
        if self._answer:
            self._answer.drop()
        self._task = self._answer = None

    async def _generate(self, generation: PreemptiveGeneration, said: str, language: Language) -> None:
        if (before := self._conversation) is None:
            config: RunnableConfig = {"configurable": {"thread_id": self._thread_id()}}
            before = (await self._graph.aget_state(config)).values.get("messages", [])
        with asked_in(self._call):
            self._answer = generation.begin(before, said, language)
