"""Preemptive generation: an answer to what a caller has probably finished saying, made while that is still uncertain.

A graph run cannot be taken back once it has written to its checkpoint. So the graph is not run early: its expensive
parts are. The router, the agents and the synthesiser of a live graph are wrapped; :meth:`PreemptiveGeneration.begin`
asks them what the graph would ask and keeps the answers under the exact question. If the caller goes on, they are
thrown away. If not, the graph runs as always, once, and finds its parts answering at once. Nothing is recorded,
written or spoken before the end of the turn is certain.

Only agents that say asking them changes nothing (``repeatable``) are asked preemptively.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage

from emads_voice.agents.agent import Agent
from emads_voice.agents.routing.router import Router
from emads_voice.observability import attributes, happened, metrics, new_trace, span
from emads_voice.voice.languages import Language
from emads_voice.voice.synthesizer import Synthesizer

from .begun import Unclaimed, W, retrieved
from .wrapped import PreemptiveAgent, PreemptiveRouter, PreemptiveSynthesizer


class PreemptiveGeneration:
    """The wrapped parts of a process's live graph. Build the graph and the conversations from these.

    Attributes:
        agents: as given, in order; those that may be asked preemptively are wrapped.
        router: chooses among them.
        synthesizer: speaks.
    """

    def __init__(self, agents: Sequence[Agent], router: Router, synthesizer: Synthesizer) -> None:
        wrapped = {agent.name: PreemptiveAgent(agent) for agent in agents if agent.repeatable}
        self._wrapped = wrapped
        self.agents: tuple[Agent, ...] = tuple(wrapped.get(agent.name, agent) for agent in agents)
        self.router = PreemptiveRouter(router)
        self.synthesizer = PreemptiveSynthesizer(synthesizer)

    def begin(self, conversation: Sequence[BaseMessage], said: str, language: Language) -> PreemptiveAnswer:
        """Begin to work out the answer to ``said``, the next message of a conversation."""
        answer = PreemptiveAnswer()
        answer.start(self._generate(answer, [*conversation, HumanMessage(said)], language))
        return answer

    async def _generate(
        self, keeper: PreemptiveAnswer, messages: Sequence[BaseMessage], language: Language
    ) -> None:
        with new_trace("call"), span("preemptive_generation"):
            asked = [agent.name for agent in self.agents]
            if len(asked) > 1:  # who is alone is asked without a router
                routing = self.router.begin(messages, self.agents)
                keeper.keep(self.router.unclaimed, routing)
                asked = (await asyncio.shield(routing.task)).agents
            answers = [
                self._wrapped[name].begin(messages, language) for name in asked if name in self._wrapped
            ]
            for answer in answers:
                keeper.keep(self._wrapped[answer.name].unclaimed, answer)
            if len(asked) != 1 or not answers:
                return  # what several are reconciled to cannot be known yet
            answer = answers[0]
            first = await answer.first_words()
            if answer.claimed:
                return  # a mouth has these words too, and is having them synthesised
            if first.words and first.language in self.synthesizer.languages:
                speech = self.synthesizer.begin(first.words, first.language)
                keeper.keep(self.synthesizer.unclaimed, speech)


class PreemptiveAnswer:
    """All the work begun for one answer."""

    def __init__(self) -> None:
        self._kept: list[tuple[Unclaimed[Any], Any]] = []
        self._task: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin."""
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(retrieved)  # the graph will meet the failure

    def keep(self, unclaimed: Unclaimed[W], work: W) -> None:
        """Let work be found by whoever asks for it, until this answer is dropped."""
        unclaimed.add(work)
        self._kept.append((unclaimed, work))

    def drop(self) -> None:
        """Throw away what nobody has asked for."""
        if self._kept:
            used = any(work.claimed for _, work in self._kept)
            metrics.PREEMPTIVE.add(1, {attributes.PREEMPTIVE: "used" if used else "discarded"})
            if not used:
                happened(attributes.PREEMPTIVE_DISCARDED)
        if self._task:
            self._task.cancel()
        for unclaimed, work in self._kept:
            unclaimed.discard(work)
        self._kept = []
