"""Router, agents and synthesiser, wrapped: a question asked preemptively is answered with the work begun for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Hashable, Sequence

from langchain_core.messages import BaseMessage

from emads_voice.agents.agent import Agent, AgentWrapper, Say, as_told
from emads_voice.agents.forms import Analysis
from emads_voice.agents.routing.router import Route, Router
from emads_voice.graph.saying import saying, tell_language
from emads_voice.voice.languages import Language
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.text.answer import SpokenAnswer

from .begun import BegunWork, Pieces, Unclaimed


def _key(messages: Sequence[BaseMessage], *more: Hashable) -> Hashable:
    return (tuple((message.type, str(message.text)) for message in messages), *more)


class PreemptiveRouter:
    """A router whose choice may have been made already."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self.unclaimed: Unclaimed[BegunWork[Route]] = Unclaimed()

    async def warm_up(self, agents: Sequence[Agent]) -> None:
        await self._router.warm_up(agents)

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        if begun := self.unclaimed.claim(self._key(messages, agents)):
            return await begun.task
        return await self._router.route(messages, agents)

    def begin(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> BegunWork[Route]:
        """Begin to choose."""
        return BegunWork(self._key(messages, agents), self._router.route(messages, agents))

    @staticmethod
    def _key(messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Hashable:
        return _key(messages, *(agent.name for agent in agents))


class PreemptiveAgent(AgentWrapper):
    """An agent whose answer may be on its way already."""

    def __init__(self, agent: Agent) -> None:
        super().__init__(agent)
        self.unclaimed: Unclaimed[BegunAnswer] = Unclaimed()

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        if begun := self.unclaimed.claim(_key(messages, language)):
            begun.say_to(say)
            return await begun.task
        return await super().answer(messages, language=language, say=say)

    def begin(self, messages: Sequence[BaseMessage], language: Language) -> BegunAnswer:
        """Begin to answer a caller of this language."""
        return BegunAnswer(self._agent, as_told(self._agent, messages), language)


class BegunAnswer(BegunWork[Analysis]):
    """An answer being generated; what is said of it is kept until somebody listens."""

    def __init__(self, agent: Agent, messages: Sequence[BaseMessage], caller: Language) -> None:
        self.name = agent.name
        self._caller = caller
        self._said: Pieces[str] = Pieces()
        self._say: Say | None = None
        key = _key(messages, caller.name)
        super().__init__(key, agent.answer(messages, language=caller.name, say=self._keep))
        self.task.add_done_callback(lambda _: self._said.close())

    def say_to(self, say: Say | None) -> None:
        """From now on somebody listens: first to what was said so far."""
        self._say = say
        if say:
            for piece in self._said.made:
                say(piece)

    async def first_words(self) -> FirstWords:
        """What a mouth that is given this answer will have synthesised first."""
        first = FirstWords()
        say = await saying(first.feed, self._caller)
        taken = 0
        while not first.words and await self._said.beyond(taken):
            say(self._said.made[taken])
            taken += 1
        if not first.words:
            answer = (await asyncio.shield(self.task)).answer
            language = await tell_language(answer, self._caller)
            first.finish(answer, language=language)
        return first

    def _keep(self, piece: str) -> None:
        self._said.append(piece)
        if self._say:
            self._say(piece)


class FirstWords:
    """Takes an answer as a mouth does, as far as its first words that can be said.

    Attributes:
        words: what a mouth gives its synthesiser first; "" until that is certain, or if nothing can be said.
        language: what they are spoken in.
    """

    language: Language

    def __init__(self) -> None:
        self.words = ""
        self._answer: SpokenAnswer | None = None

    def feed(self, text: str, *, language: Language) -> None:
        """See :meth:`.mouth.Mouth.feed`."""
        answer = self._begun(language)
        if text:
            answer.feed(text)
        else:
            answer.pause()
        self._read()

    def finish(self, text: str, *, language: Language) -> None:
        """Take the whole answer."""
        self._begun(language).finish(text)
        self._read()

    def _begun(self, language: Language) -> SpokenAnswer:
        if self._answer is None:
            self._answer, self.language = SpokenAnswer(language), language
        return self._answer

    def _read(self) -> None:
        while self._answer and not self.words and (sentence := self._answer.take()):
            self.words = sentence.words


class PreemptiveSynthesizer:
    """A synthesiser that may have spoken a sentence already."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer
        self.unclaimed: Unclaimed[BegunSpeech] = Unclaimed()

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
        if voice is None and (begun := self.unclaimed.claim((text, language))):
            pieces = begun.pieces()
        else:
            pieces = self._synthesizer.synthesize(text, language=language, voice=voice)
        async for piece in pieces:
            yield piece

    def begin(self, words: str, language: Language) -> BegunSpeech:
        """Begin to speak."""
        return BegunSpeech(self._synthesizer, words, language)


class BegunSpeech(BegunWork[None]):
    """Words being synthesised; their sound is kept until somebody listens."""

    def __init__(self, synthesizer: Synthesizer, words: str, language: Language) -> None:
        self._made: Pieces[Audio] = Pieces()
        super().__init__((words, language), self._make(synthesizer.synthesize(words, language=language)))
        self.task.add_done_callback(lambda _: self._made.close())

    async def pieces(self) -> AsyncIterator[Audio]:
        """Their sound: what there is of it, and the rest as it is made. Who stops listening stops the making."""
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
