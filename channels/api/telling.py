"""What a client is told of a turn while it goes on: what was heard, what is to be said, how it sounds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import Any

from emads_voice.voice.ear import Ear
from emads_voice.voice.languages import Language
from emads_voice.voice.mouth import Mouth, Speech
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer


class ToldEar:
    """Passes on what was heard, and tells of it."""

    def __init__(self, ear: Ear, told: Callable[[Transcript], None]) -> None:
        """Take what hears, and what is told of it."""
        self._ear = ear
        self._told = told

    async def hear(self) -> Transcript:
        """See :meth:`.ear.Ear.hear`."""
        transcript = await self._ear.hear()
        self._told(transcript)
        return transcript


class ToldMouth:
    """Passes on all that it is given, and tells of the text."""

    def __init__(
        self, mouth: Mouth, *, delta: Callable[[str], None], replaced: Callable[[str], None]
    ) -> None:
        """
        Args:
            mouth: which speaks.
            delta: told of each next piece of the answer.
            replaced: told of the whole answer, where it does not begin with the pieces told of.
        """
        self._mouth = mouth
        self._delta = delta
        self._replaced = replaced
        self._fed = ""

    @property
    def first_audio_at(self) -> float | None:
        """See :class:`.mouth.Mouth`."""
        return self._mouth.first_audio_at

    def feed(self, text: str, *, language: Language) -> None:
        """See :meth:`.mouth.Mouth.feed`."""
        self._fed += text
        if text:
            self._delta(text)
        self._mouth.feed(text, language=language)

    async def finish(self, text: str, *, language: Language) -> Speech:
        """See :meth:`.mouth.Mouth.finish`."""
        if not text.strip().startswith(self._fed.strip()):
            self._replaced(text)
        elif rest := text.lstrip()[len(self._fed.lstrip()) :]:
            self._delta(rest)
        self._fed = ""
        return await self._mouth.finish(text, language=language)

    async def stop(self) -> str:
        """See :meth:`.mouth.Mouth.stop`. What was told of is taken back."""
        if self._fed:
            self._fed = ""
            self._replaced("")
        return await self._mouth.stop()


class UnlessFailed:
    """Passes on what it is given, but not the apology for agents that failed: clients are told of that otherwise."""

    def __init__(self, mouth: Mouth) -> None:
        """Take what speaks."""
        self._mouth = mouth
        self._asked: set[str] = set()
        self._failed: set[str] = set()

    def progress(self, update: Mapping[str, Any]) -> None:
        """Be told what a node of the graph added to the state."""
        if route := update.get("route"):
            self._asked = set(route["agents"])
        failures = update.get("failures")
        if isinstance(failures, dict):  # `listen` resets them by an Overwrite
            self._failed |= failures.keys()

    @property
    def first_audio_at(self) -> float | None:
        """See :class:`.mouth.Mouth`."""
        return self._mouth.first_audio_at

    def feed(self, text: str, *, language: Language) -> None:
        """See :meth:`.mouth.Mouth.feed`."""
        self._mouth.feed(text, language=language)

    async def finish(self, text: str, *, language: Language) -> Speech:
        """See :meth:`.mouth.Mouth.finish`."""
        if self._failed and self._failed >= self._asked:
            await self._mouth.stop()
            return Speech("", "", language)
        return await self._mouth.finish(text, language=language)

    async def stop(self) -> str:
        """See :meth:`.mouth.Mouth.stop`."""
        return await self._mouth.stop()


class ToldSynthesizer:
    """A synthesiser of one answer, which tells of each piece of sound as soon as it is there."""

    def __init__(self, synthesizer: Synthesizer, told: Callable[[Audio], None]) -> None:
        """Take what speaks, and what is told of the sound."""
        self._synthesizer = synthesizer
        self._told = told

    @property
    def name(self) -> str:
        """Of what speaks."""
        return self._synthesizer.name

    @property
    def languages(self) -> Collection[Language]:
        """Of what speaks."""
        return self._synthesizer.languages

    async def warm_up(self, language: Language | None = None) -> None:
        """See :meth:`.synthesizer.Synthesizer.warm_up`."""
        await self._synthesizer.warm_up(language)

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        """See :meth:`.synthesizer.Synthesizer.synthesize`."""
        async for piece in self._synthesizer.synthesize(text, language=language, voice=voice):
            if len(piece.samples):
                self._told(piece)
            yield piece
