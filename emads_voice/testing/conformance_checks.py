"""What the conformance tests of backends have in common: how they wait, and what they check."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pytest

from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import LANGUAGES, Language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer

_T = TypeVar("_T")

PATIENCE_S = 300.0
"""A backend that has not answered by then never will."""

BLOCKED_S = 0.5
"""An event loop that stands still for longer keeps every caller waiting; a busy machine may hold it for less."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A recording and what is said in it.

    Attributes:
        audio: a sentence or two, clearly spoken; at least 1 s.
        words: some of it that the recogniser gets right, also by telephone; case and punctuation do not matter.
        language: what is spoken.
        hotwords: names and terms the recogniser is told; they need not be said.
    """

    audio: Audio
    words: str
    language: Language
    hotwords: Sequence[str] = ("Kubernetes", "Bình Dương", "EMADS")


class OnOneLoop:
    """Tests whose work is done in one event loop."""

    _runner: asyncio.Runner

    @classmethod
    def setup_class(cls) -> None:
        cls._runner = asyncio.Runner()

    @classmethod
    def teardown_class(cls) -> None:
        cls._runner.close()

    def finish(self, work: Awaitable[_T]) -> _T:
        """Wait for a piece of work."""

        async def in_time() -> _T:
            async with asyncio.timeout(PATIENCE_S):
                return await work

        return self._runner.run(in_time())

    def check_not_blocked(self, work: Awaitable[object]) -> None:
        """Do it and see that the event loop does other things meanwhile."""
        gaps: list[float] = []

        async def tick() -> None:
            while True:
                before = time.perf_counter()
                await asyncio.sleep(0.005)
                gaps.append(time.perf_counter() - before)

        async def watched() -> None:
            ticking = asyncio.create_task(tick())
            await asyncio.sleep(0)
            await work
            await asyncio.sleep(0.01)  # the gap that ends with the work counts
            ticking.cancel()

        began = time.perf_counter()
        self.finish(watched())
        took = time.perf_counter() - began
        allowed = min(BLOCKED_S, max(BLOCKED_S / 5, took / 2))
        assert max(gaps) < allowed, f"the event loop stood still for {max(gaps):.2f} s of {took:.2f}"

    def check_refused(self, work: Awaitable[object], language: Language) -> None:
        """See that it is refused because of the language."""
        with pytest.raises(LanguageError) as refusal:
            self.finish(work)
        assert language.name in str(refusal.value), f"the message does not name {language.name}"


async def say(synthesizer: Synthesizer, text: str, language: Language) -> list[Audio]:
    return [audio async for audio in synthesizer.synthesize(text, language=language)]


async def cancel(work: Coroutine[Any, Any, object]) -> None:
    """Begin a piece of work and give it up as soon as it waits for something."""
    task = asyncio.create_task(work)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled() or not task.exception(), f"cancelled, it raised {task.exception()!r}"


async def close(speaking: AsyncIterator[Audio]) -> None:
    if isinstance(speaking, AsyncGenerator):  # most are; the protocol asks for no more than an iterator
        await speaking.aclose()


def twice(audio: Audio) -> Audio:
    """The sound, a pause, and the sound again."""
    return Audio.join([audio, Audio.silence(4, audio.rate), audio])


def others(languages: Iterable[Language]) -> list[Language]:
    """The languages that are none of these."""
    known = set(languages)
    return [language for language in LANGUAGES if language not in known]


def normal(text: str) -> str:
    """Its words alone, in one case."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def check_name(name: str) -> None:
    """See that a name is "provider:model", or several joined by "|"."""
    assert re.fullmatch(r"[a-z0-9-]+(:\S.*)?(\|.+)?", name), f"{name!r} is not like provider:model"


def check_languages(languages: Iterable[object]) -> None:
    """See that there are languages, each once."""
    found = list(languages)
    assert found, "it has no language"
    assert all(isinstance(language, Language) for language in found)
    assert len(set(found)) == len(found), "a language is named twice"


def check_heard(transcript: Transcript, sample: Sample) -> None:
    """See that a transcript has the sample's words, language and length."""
    assert normal(sample.words) in normal(transcript.text), f"{transcript.text!r} was heard"
    assert transcript.language == sample.language
    assert abs(transcript.duration_s - sample.audio.duration_s) < 0.01
    check_times(transcript)


def check_times(transcript: Transcript) -> None:
    """See that segments and words, where there are any, have all of the text, in order of time and within the sound."""
    for parts in (transcript.segments, transcript.words):
        assert not parts or unspaced(part.text for part in parts) == unspaced([transcript.text])
        assert in_order(parts, transcript.duration_s), (
            f"not in order, or not in {transcript.duration_s} s: {parts}"
        )


def unspaced(texts: Iterable[str]) -> str:
    """The texts joined, without white space."""
    return "".join("".join(texts).split())


def in_order(parts: Sequence[Segment], duration_s: float) -> bool:
    """Whether parts follow one another within the sound; they may overlap by 20 ms."""
    times = [0.0, *(time for part in parts for time in (part.start_s, part.end_s)), duration_s]
    return all(before <= after + 0.02 for before, after in pairwise(times))


def check_spoken(spoken: Sequence[Audio]) -> None:
    """See that something audible was spoken at one rate, neither too loud nor absurdly short or long."""
    assert spoken, "nothing was spoken"
    assert len({audio.rate for audio in spoken}) == 1, "the rate changes on the way"
    samples = np.concatenate([audio.samples for audio in spoken])
    assert np.isfinite(samples).all()
    assert np.abs(samples).max(initial=0) > 0.01, "it is silent"
    assert np.abs(samples).max() <= 1.5, "it is far too loud: samples lie in [-1, 1]"
    assert 0.1 < length_s(spoken) < 60


def length_s(spoken: Sequence[Audio]) -> float:
    """How long all of it lasts, in seconds."""
    return sum(audio.duration_s for audio in spoken)
