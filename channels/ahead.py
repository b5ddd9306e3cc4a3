"""Thinking ahead: the answer to what a caller has probably finished saying, worked out while that is still uncertain.

A graph run cannot be taken back once it has written to its checkpoint. So no graph is run ahead: its expensive parts
are. The router, the agents and the synthesiser of a live graph are wrapped; :meth:`Ahead.think` asks them what the
graph would ask and keeps the answers under the exact question. If the caller goes on, they are thrown away. If not,
the graph runs as always, once, and finds its parts answering at once. Nothing is recorded, written or spoken before
the end of the turn is certain.

Only agents that say asking them changes nothing (``repeatable``) are asked ahead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Hashable, Sequence
from typing import Any, Generic, TypeVar

from langchain_core.messages import BaseMessage, HumanMessage
from opentelemetry import trace

from emads_voice.agents.agent import Agent, AgentWrapper, Say
from emads_voice.agents.forms import Analysis
from emads_voice.agents.router import Route, Router
from emads_voice.observability import new_trace, span
from emads_voice.voice.audio import Audio
from emads_voice.voice.languages import Language
from emads_voice.voice.sentences import SentenceStream
from emads_voice.voice.speakable import speakable
from emads_voice.voice.synthesizer import Synthesizer

_T = TypeVar("_T")


class Ahead:
    """The wrapped parts of a process's live graph. Build the graph and the conversations from these.

    Attributes:
        agents: as given, in order; those that may be asked ahead are wrapped.
        router: chooses among them.
        synthesizer: speaks.
    """

    def __init__(self, agents: Sequence[Agent], router: Router, synthesizer: Synthesizer) -> None:
        wrapped = {agent.name: _AgentAhead(agent) for agent in agents if agent.repeatable}
        self._wrapped = wrapped
        self.agents: tuple[Agent, ...] = tuple(wrapped.get(agent.name, agent) for agent in agents)
        self.router = _RouterAhead(router)
        self.synthesizer = _SynthesizerAhead(synthesizer)

    def think(self, conversation: Sequence[BaseMessage], said: str, language: Language) -> Thought:
        """Begin to work out the answer to ``said``, the next message of a conversation."""
        thought = Thought()
        thought.start(self._work_out(thought, [*conversation, HumanMessage(said)], language))
        return thought

    async def _work_out(self, thought: Thought, messages: Sequence[BaseMessage], language: Language) -> None:
        with new_trace(), span("ahead"):
            routing = self.router.begin(messages, self.agents)
            thought.keep(self.router.begun, routing)
            asked = (await routing.task).agents
            answers = [
                self._wrapped[name].begin(messages, language) for name in asked if name in self._wrapped
            ]
            for answer in answers:
                thought.keep(self._wrapped[answer.name].begun, answer)
            if len(asked) != 1 or not answers:
                return  # what several are reconciled to is not foreseen
            sentence = speakable(await answers[0].first_sentence(language))
            if sentence and language in self.synthesizer.languages:
                thought.keep(self.synthesizer.begun, self.synthesizer.begin(sentence, language))


class _Begun(Generic[_T]):
    """Work that somebody may come to ask for, under the key they will ask with."""

    def __init__(self, key: Hashable, work: Coroutine[Any, Any, _T]) -> None:
        self.key = key
        self.begun_in = trace.get_current_span().get_span_context()
        self.task = asyncio.create_task(work)
        self.task.add_done_callback(
            lambda task: task.cancelled() or task.exception()
        )  # told when it is asked for


_B = TypeVar("_B", bound=_Begun[Any])


def _taken(begun: dict[Hashable, _B], key: Hashable) -> _B | None:
    """What was begun under a key. Whoever takes it links their span to the one it was begun in."""
    work = begun.pop(key, None)
    if work:
        trace.get_current_span().add_link(work.begun_in)
    return work


class _Pieces(Generic[_T]):
    """What is made piece by piece, kept for whoever comes for it."""

    def __init__(self) -> None:
        self.made: list[_T] = []
        self._whole = False
        self._more = asyncio.Event()

    def append(self, piece: _T) -> None:
        self.made.append(piece)
        self._more.set()

    def close(self) -> None:
        self._whole = True
        self._more.set()

    async def beyond(self, count: int) -> bool:
        """Wait for more than so many; False if there will never be."""
        while len(self.made) <= count and not self._whole:
            self._more.clear()
            await self._more.wait()
        return len(self.made) > count


class Thought:
    """One answer being worked out."""

    def __init__(self) -> None:
        self._kept: list[tuple[dict[Hashable, Any], _Begun[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin."""
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(
            lambda task: task.cancelled() or task.exception()
        )  # the graph will meet it

    def keep(self, begun: dict[Hashable, Any], work: _Begun[Any]) -> None:
        """Let it be found."""
        begun[work.key] = work
        self._kept.append((begun, work))

    def drop(self) -> None:
        """Throw away what nobody has asked for."""
        if self._task:
            self._task.cancel()
        for begun, work in self._kept:
            if begun.get(work.key) is work:
                del begun[work.key]
                work.task.cancel()


def _key(messages: Sequence[BaseMessage], *more: Hashable) -> Hashable:
    return (tuple((message.type, str(message.text)) for message in messages), *more)


class _RouterAhead:
    """A router whose choice may have been made already."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self.begun: dict[Hashable, _Begun[Route]] = {}

    async def warm_up(self, agents: Sequence[Agent]) -> None:
        await self._router.warm_up(agents)

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        if begun := _taken(self.begun, _route_key(messages, agents)):
            return await begun.task
        return await self._router.route(messages, agents)

    def begin(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> _Begun[Route]:
        return _Begun(_route_key(messages, agents), self._router.route(messages, agents))


def _route_key(messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Hashable:
    return _key(messages, *(agent.name for agent in agents))


class _AgentAhead(AgentWrapper):
    """An agent whose answer may be on its way already."""

    def __init__(self, agent: Agent) -> None:
        super().__init__(agent)
        self.begun: dict[Hashable, _AnswerAhead] = {}

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        if begun := _taken(self.begun, _key(messages, language)):
            begun.say_to(say)
            return await begun.task
        return await super().answer(messages, language=language, say=say)

    def begin(self, messages: Sequence[BaseMessage], language: Language) -> _AnswerAhead:
        return _AnswerAhead(self._agent, messages, language)


class _AnswerAhead(_Begun[Analysis]):
    """An answer that keeps what it says until somebody listens."""

    def __init__(self, agent: Agent, messages: Sequence[BaseMessage], language: Language) -> None:
        self.name = agent.name
        self._said: _Pieces[str] = _Pieces()
        self._say: Say | None = None
        key = _key(messages, language.name)
        super().__init__(key, agent.answer(messages, language=language.name, say=self._keep))
        self.task.add_done_callback(lambda _: self._said.close())

    def say_to(self, say: Say | None) -> None:
        """From now on somebody listens: first to what was said so far."""
        self._say = say
        if say:
            for piece in self._said.made:
                say(piece)

    async def first_sentence(self, language: Language) -> str:
        """What will be spoken first."""
        sentences, taken = SentenceStream(language.base_code), 0
        while await self._said.beyond(taken):
            if complete := sentences.push(self._said.made[taken]):
                return complete[0]
            taken += 1
        return "".join(sentences.flush()[:1])

    def _keep(self, piece: str) -> None:
        self._said.append(piece)
        if self._say:
            self._say(piece)


class _SynthesizerAhead:
    """A synthesiser that may have spoken a sentence already."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer
        self.begun: dict[Hashable, _SpeechAhead] = {}

    @property
    def name(self) -> str:
        return self._synthesizer.name

    @property
    def languages(self) -> Collection[Language]:
        return self._synthesizer.languages

    async def warm_up(self, language: Language | None = None) -> None:
        await self._synthesizer.warm_up(language)

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        if voice is None and (begun := _taken(self.begun, (text, language))):
            pieces = begun.pieces()
        else:
            pieces = self._synthesizer.synthesize(text, language=language, voice=voice)
        async for piece in pieces:
            yield piece

    def begin(self, text: str, language: Language) -> _SpeechAhead:
        return _SpeechAhead(self._synthesizer, text, language)


class _SpeechAhead(_Begun[None]):
    """A sentence that keeps its sound until somebody listens."""

    def __init__(self, synthesizer: Synthesizer, text: str, language: Language) -> None:
        self._made: _Pieces[Audio] = _Pieces()
        super().__init__((text, language), self._make(synthesizer.synthesize(text, language=language)))
        self.task.add_done_callback(lambda _: self._made.close())

    async def pieces(self) -> AsyncIterator[Audio]:
        taken = 0
        try:
            while await self._made.beyond(taken):
                yield self._made.made[taken]
                taken += 1
            await self.task  # raises what went wrong
        finally:
            self.task.cancel()

    async def _make(self, pieces: AsyncIterator[Audio]) -> None:
        async for piece in pieces:
            self._made.append(piece)
