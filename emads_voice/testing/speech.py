"""A recogniser and a synthesiser that follow a script: no model, no network, the same result each time."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import ENGLISH, LANGUAGES, VIETNAMESE, Language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio


@dataclass
class ScriptedRecognizer:
    """Hears what its script says, whatever the sound.

    Attributes:
        script: what it hears, in order: words, a whole transcript, or an exception to raise.
        language: what the words are in where the caller of ``transcribe`` does not say.
        asked: the recordings it was given, each with the language and the hotwords: what to assert on.
    """

    script: Iterable[str | Transcript | Exception]
    language: Language = ENGLISH
    name: str = "scripted:recognizer"
    languages: Collection[Language] = LANGUAGES
    asked: list[tuple[Audio, Language | None, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rest = list(self.script)

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        self.asked.append((audio, language, tuple(hotwords)))
        if not self._rest:
            raise AssertionError(f"{self.name} was asked more often than its script is long")
        transcript = self._rest.pop(0)
        if isinstance(transcript, Exception):
            raise transcript
        if isinstance(transcript, Transcript):
            return transcript
        segments = (Segment(transcript, 0, audio.duration_s),) if transcript else ()
        spoken = (language or self.language) if transcript else None
        return Transcript(transcript, spoken, audio.duration_s, self.name, segments, audio.sha256)

    def assert_complete(self) -> None:
        """Fail unless everything in the script was heard."""
        assert not self._rest, f"never asked of {self.name}: {self._rest}"


@dataclass
class ScriptedTurnModel:
    """Judges as its script says: how likely each utterance is finished, or an exception to raise.

    Attributes:
        script: its judgements, in order.
        asked: the sounds it was given: what to assert on.
    """

    script: Iterable[float | Exception]
    asked: list[Audio] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rest = list(self.script)

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def finished(self, audio: Audio) -> float:
        self.asked.append(audio)
        judgement = self._rest.pop(0)
        if isinstance(judgement, Exception):
            raise judgement
        return judgement


@dataclass
class ScriptedSynthesizer:
    """Speaks a tone for each text: its pitch tells texts apart, its length is in proportion to theirs.

    Attributes:
        failures: exceptions to raise, by the text that meets them, before any sound of it.
        languages: those it speaks.
        rate: samples per second.
        seconds_per_character: 0.05 is a quick speaker.
        pace: seconds it takes to make a second of sound; above 1 it cannot keep up with being heard.
        spoken: the texts it was given, each with its language: what to assert on.
    """

    failures: Mapping[str, Exception] = field(default_factory=dict)
    languages: Sequence[Language] = (ENGLISH, VIETNAMESE)
    rate: int = 16_000
    seconds_per_character: float = 0.05
    pace: float = 0.0
    name: str = "scripted:synthesizer"
    spoken: list[tuple[str, Language]] = field(default_factory=list)

    async def warm_up(self, language: Language | None = None) -> None:
        """Nothing to load."""

    async def synthesize(
        self,
        text: str,
        *,
        language: Language,
        voice: str | None = None,
    ) -> AsyncIterator[Audio]:
        if language not in self.languages:
            raise LanguageError(f"{self.name} does not speak {language.name}: add it to its languages.")
        self.spoken.append((text, language))
        if text in self.failures:
            raise self.failures[text]
        tone = self.tone(text)
        for start in range(0, len(tone.samples), self.rate // 10):  # as a real one does: piece by piece
            await asyncio.sleep(self.pace / 10)
            yield Audio(tone.samples[start : start + self.rate // 10], self.rate)

    def tone(self, text: str) -> Audio:
        """The sound of a text: find it in a recording to know that the text was spoken there."""
        pitch = 200 + zlib.crc32(text.encode()) % 2000
        times = np.arange(round(len(text) * self.seconds_per_character * self.rate)) / self.rate
        return Audio((0.3 * np.sin(2 * np.pi * pitch * times)).astype(np.float32), self.rate)

    def assert_complete(self) -> None:
        """Fail unless every failure in the script was met."""
        missing = set(self.failures) - {text for text, _ in self.spoken}
        assert not missing, f"never said to {self.name}: {sorted(missing)}"
