"""The conformance tests fail where they should: each backend here breaks one promise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emads_voice.testing import RecognizerConformance, Sample, ScriptedSynthesizer, SynthesizerConformance
from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio

SAMPLE = Sample(Audio(np.full(16_000, 0.5, np.float32), 16_000), "a tone", ENGLISH)


class Tones:
    """Hears a tone wherever it is loud: keeps every promise, without a model."""

    name = "tones:loud"
    languages = (ENGLISH,)

    async def warm_up(self) -> None: ...

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        if language not in (None, ENGLISH):
            raise LanguageError(f"Tones are not in {language.name}.")
        loud = np.flatnonzero(np.abs(np.diff((np.abs(audio.samples) > 0.1).astype(int), prepend=0, append=0)))
        segments = tuple(
            Segment("A tone.", start / audio.rate, end / audio.rate)
            for start, end in zip(loud[::2], loud[1::2], strict=True)
        )
        text = " ".join(segment.text for segment in segments)
        return Transcript(
            text,
            ENGLISH if text else None,
            audio.duration_s,
            self.name,
            segments,
            audio.sha256,
            words_unavailable="Tones have no words.",
        )


class Invents(Tones):
    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        transcript = await super().transcribe(audio, **options)
        return transcript if transcript.text else replace(transcript, text="Thank you for watching.")


class TakesAnything(Tones):
    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        return await super().transcribe(audio, **options | {"language": None})


class Blocks(Tones):
    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        time.sleep(0.2)  # noqa: ASYNC251  # the fault
        return await super().transcribe(audio, **options)


class LosesTheThread(Tones):
    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        transcript = await super().transcribe(audio, **options)
        return replace(transcript, segments=transcript.segments[::-1])


class ForgetsSegments(Tones):
    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        transcript = await super().transcribe(audio, **options)
        return replace(transcript, segments=transcript.segments[:1])


class NeverLoads(Tones):
    name = "No Such Name"


@contextmanager
def conformance(kind: type[Any]) -> Iterator[Any]:
    kind.setup_class()
    yield kind()
    kind.teardown_class()


def every_test(kind: type[Any], **fixtures: Any) -> dict[str, Callable[[], None]]:
    """The tests by name, ready to be called."""

    def call(name: str) -> Callable[[], None]:
        def test() -> None:
            with conformance(kind) as tests:
                wanted = getattr(kind, name).__code__.co_varnames[
                    1 : getattr(kind, name).__code__.co_argcount
                ]
                getattr(tests, name)(**{fixture: fixtures[fixture] for fixture in wanted})

        return test

    return {name: call(name) for name in dir(kind) if name.startswith("test_")}


def failing(tests: dict[str, Callable[[], None]]) -> set[str]:
    failed = set()
    for name, test in tests.items():
        try:
            test()
        except (AssertionError, pytest.fail.Exception):
            failed.add(name)
    return failed


@pytest.mark.parametrize(
    ("recognizer", "fails"),
    [
        (Tones(), set()),
        (Invents(), {"test_where_nobody_speaks_it_hears_nothing", "test_many_are_heard_at_once"}),
        (TakesAnything(), {"test_a_language_it_cannot_hear_is_refused"}),
        (Blocks(), {"test_the_event_loop_goes_on_meanwhile"}),
        (
            LosesTheThread(),
            {"test_it_hears_what_comes_after_a_pause", "test_times_are_in_order_and_inside_the_recording"},
        ),
        (
            ForgetsSegments(),
            {"test_it_hears_what_comes_after_a_pause", "test_times_are_in_order_and_inside_the_recording"},
        ),
        (NeverLoads(), {"test_it_says_what_it_is"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_recogniser_fails_by_what_it_breaks(recognizer: Tones, fails: set[str]) -> None:
    tests = every_test(RecognizerConformance, recognizer=recognizer, sample=SAMPLE)
    assert failing(tests) == fails


class Mumbles(ScriptedSynthesizer):
    def tone(self, text: str) -> Audio:
        tone = super().tone(text)
        return Audio(tone.samples * np.float32(0.01), tone.rate)


class SpeaksAnything(ScriptedSynthesizer):
    async def synthesize(self, text: str, *, language: Language, voice: str | None = None) -> Any:
        async for audio in super().synthesize(text, language=ENGLISH, voice=voice):
            yield audio


@pytest.mark.parametrize(
    ("synthesizer", "fails"),
    [
        (ScriptedSynthesizer(), set()),
        (
            Mumbles(),
            {
                "test_it_speaks",
                "test_it_speaks_all_its_languages",
                "test_many_are_spoken_at_once",
                "test_it_is_as_good_as_before_when_it_is_interrupted",
            },
        ),
        (SpeaksAnything(), {"test_a_language_it_does_not_speak_is_refused"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_synthesiser_fails_by_what_it_breaks(synthesizer: ScriptedSynthesizer, fails: set[str]) -> None:
    sentence = ("Kho hàng mở cửa vào thứ Hai.", VIETNAMESE)
    tests = every_test(SynthesizerConformance, synthesizer=synthesizer, sentence=sentence)
    assert failing(tests) == fails
