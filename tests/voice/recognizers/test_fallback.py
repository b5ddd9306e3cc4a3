"""The best that answers in time is believed; who fails again and again is left alone.

On virtual time: patience and rest pass at once, and every order of events is the same in each run.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import numpy as np
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.observability import span
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.testing.virtual_time import run_virtual
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizer import Recognizer, Segment, TimesWords, Transcript
from emads_voice.voice.recognizers.breaker import Breaker
from emads_voice.voice.recognizers.fallback import PATIENCE_PER_S, PATIENCE_S, FallbackRecognizer
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import StreamingRecognizer
from emads_voice.voice.transcription.watching import watched_by, watching

SOUND = Audio(np.ones(16_000, np.float32), 16_000)
PATIENCE = PATIENCE_S + PATIENCE_PER_S * SOUND.duration_s
DOWN = RecognitionError("It is down.")
HANGS = float("inf")


class Candidate(ScriptedRecognizer):
    """Says its own name after a while, or fails; counts how often it was asked and how often it was let go."""

    def __init__(
        self, name: str, takes_s: float = 0.0, error: Exception | None = None, **options: Any
    ) -> None:
        super().__init__([], name=name, **options)
        self.takes_s, self.error = takes_s, error
        self.cancelled = 0
        self.warmed = False

    async def warm_up(self) -> None:
        self.warmed = True
        if self.error:
            raise self.error

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        self.asked.append((audio, language, tuple(hotwords)))
        try:
            await (asyncio.Event().wait() if self.takes_s == HANGS else asyncio.sleep(self.takes_s))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error:
            raise self.error
        return Transcript(self.name, ENGLISH, audio.duration_s, self.name)


class Stream:
    """A stream that hears what its candidate would."""

    def __init__(self, candidate: StreamingCandidate) -> None:
        self.candidate = candidate
        self.fed: list[Audio] = []
        self.closed = False
        self.partial = ""

    def feed(self, audio: Audio) -> None:
        self.fed.append(audio)
        self.partial = f"{len(self.fed)} heard"

    async def settle(self) -> Transcript:
        return await Candidate.transcribe(self.candidate, self.fed[0])

    async def close(self) -> None:
        self.closed = True


class StreamingCandidate(Candidate):
    streams: list[Stream]

    def stream(self, *, language: Language | None = None, hotwords: Sequence[str] = ()) -> Stream:
        self.streams = [*getattr(self, "streams", []), Stream(self)]
        return self.streams[-1]


def fallback(*candidates: Recognizer) -> FallbackRecognizer:
    return FallbackRecognizer(candidates, clock=lambda: asyncio.get_running_loop().time())


def virtual(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        run_virtual(test(*arguments, **named))

    return run


async def took(awaitable: Awaitable[Transcript]) -> tuple[str, float]:
    loop = asyncio.get_running_loop()
    start = loop.time()
    transcript = await awaitable
    return transcript.model, round(loop.time() - start, 6)


class TestWhoAnswers:
    @virtual
    async def test_the_first_does_and_nobody_else_is_asked(self) -> None:
        first, second = Candidate("first", 0.3), Candidate("second")
        assert await took(
            fallback(first, second).transcribe(SOUND, language=ENGLISH, hotwords=["a, b", "c"])
        ) == (
            "first",
            0.3,
        )
        assert first.asked == [(SOUND, ENGLISH, ("a, b", "c"))]
        assert second.asked == []

    @virtual
    async def test_when_it_fails_the_next_is_asked_at_once(self) -> None:
        candidates = (
            Candidate("first", error=DOWN),
            Candidate("second", error=BackendError("No.")),
            Candidate("third", 0.2),
        )
        assert await took(fallback(*candidates).transcribe(SOUND)) == ("third", 0.2)

    @virtual
    async def test_when_it_hangs_the_next_is_asked_after_patience(self) -> None:
        first, second = Candidate("first", HANGS), Candidate("second", 0.2)
        model, seconds = await took(fallback(first, second).transcribe(SOUND))
        assert (model, seconds) == ("second", round(PATIENCE + 0.2, 6))
        await asyncio.sleep(0)
        assert first.cancelled == 1

    @virtual
    async def test_when_it_is_late_it_may_still_win(self) -> None:
        first, second = Candidate("first", PATIENCE + 0.1), Candidate("second", 5)
        assert (await took(fallback(first, second).transcribe(SOUND)))[0] == "first"
        await asyncio.sleep(0)
        assert second.cancelled == 1

    def test_five_seconds_of_speech_wait_for_one_at_most(self) -> None:
        assert PATIENCE_S + PATIENCE_PER_S * 5 <= 1

    @virtual
    async def test_when_all_fail_each_says_why(self) -> None:
        candidates = Candidate("first", error=DOWN), Candidate("second", error=BackendError("No model."))
        with pytest.raises(RecognitionError, match=r"^No recogniser could hear it: It is down\. No model\.$"):
            await fallback(*candidates).transcribe(SOUND)

    @virtual
    async def test_who_is_cancelled_asks_nobody_any_more(self) -> None:
        first, second = Candidate("first", HANGS), Candidate("second", HANGS)
        task = asyncio.create_task(fallback(first, second).transcribe(SOUND))
        await asyncio.sleep(PATIENCE + 0.1)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0)
        assert (first.cancelled, second.cancelled) == (1, 1)


class TestLanguages:
    @virtual
    async def test_a_candidate_is_not_asked_for_a_language_it_does_not_hear(self) -> None:
        first, second = Candidate("first", languages=(ENGLISH,)), Candidate("second")
        both = fallback(first, second)
        for _ in range(5):
            assert (await both.transcribe(SOUND, language=VIETNAMESE)).model == "second"
        assert (await both.transcribe(SOUND, language=ENGLISH)).model == "first"

    @virtual
    async def test_a_refused_language_goes_on_and_is_nobodys_failure(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, second = Candidate("first", error=LanguageError("Not that.")), Candidate("second")
        both = fallback(first, second)
        for _ in range(5):
            assert (await both.transcribe(SOUND)).model == "second"
        assert len(first.asked) == 5
        with pytest.raises(LanguageError, match=r"Not that\."):
            await fallback(first).transcribe(SOUND)
        assert not caplog.records

    @virtual
    async def test_one_nobody_hears_is_refused(self) -> None:
        both = fallback(Candidate("a", languages=(ENGLISH,)), Candidate("b", languages=(VIETNAMESE,)))
        assert set(both.languages) == {ENGLISH, VIETNAMESE}
        with pytest.raises(LanguageError, match=r"None of a\|b hears French: choose another recogniser\."):
            await both.transcribe(SOUND, language=find_language("fr"))
        with pytest.raises(LanguageError):
            both.stream(language=find_language("fr"))


class TestBreaker:
    @virtual
    async def test_three_failures_open_it_and_it_is_tried_at_nobodys_expense(self) -> None:
        first, second = Candidate("first", HANGS), Candidate("second", 0.2)
        both = fallback(first, second)
        for _ in range(3):
            assert (await took(both.transcribe(SOUND)))[1] > PATIENCE
        assert await took(both.transcribe(SOUND)) == ("second", 0.2)
        assert len(first.asked) == 3
        await asyncio.sleep(10)
        first.takes_s = 0.5  # it is well again, but no quicker than the other
        assert await took(both.transcribe(SOUND)) == ("second", 0.2)
        assert len(first.asked) == 4
        await asyncio.sleep(1)
        assert await took(both.transcribe(SOUND)) == ("first", 0.5)

    @virtual
    async def test_a_trial_that_is_quicker_is_believed(self) -> None:
        first, second = Candidate("first", error=DOWN), Candidate("second", 0.2)
        both = fallback(first, second)
        for _ in range(3):
            await both.transcribe(SOUND)
        first.error = None
        await asyncio.sleep(10)
        assert await took(both.transcribe(SOUND)) == ("first", 0)

    @virtual
    async def test_a_trial_that_fails_is_not_repeated_at_once(self) -> None:
        first, second = Candidate("first", error=DOWN), Candidate("second", 0.2)
        both = fallback(first, second)
        for _ in range(3):
            await both.transcribe(SOUND)
        await asyncio.sleep(10)
        for _ in range(3):
            await both.transcribe(SOUND)
        assert len(first.asked) == 4

    @virtual
    async def test_when_nobody_is_well_all_are_asked(self) -> None:
        first, second = Candidate("first", error=DOWN), Candidate("second", error=DOWN)
        both = fallback(first, second)
        for _ in range(4):
            with pytest.raises(RecognitionError):
                await both.transcribe(SOUND)
        second.error = None
        assert (await both.transcribe(SOUND)).model == "second"

    def test_an_answer_in_between_forgives(self) -> None:
        now = 0.0
        breaker = Breaker(clock=lambda: now)
        for _ in range(2):
            breaker.failed()
        breaker.succeeded()
        for _ in range(2):
            breaker.failed()
        assert breaker.closed
        assert not breaker.claim_trial()
        breaker.failed()
        assert not breaker.closed
        assert not breaker.claim_trial()
        now = 10.0
        assert [breaker.claim_trial(), breaker.claim_trial()] == [True, False]
        now = 20.0
        assert breaker.claim_trial()


class TestWhatIsTold:
    @virtual
    async def test_the_log_warns_once_an_outage(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        first, second = Candidate("first", error=DOWN), Candidate("second")
        both = fallback(first, second)
        await both.transcribe(SOUND)
        await both.transcribe(SOUND)
        first.error = None
        await both.transcribe(SOUND)
        first.error = DOWN
        await both.transcribe(SOUND)
        assert [record.getMessage() for record in caplog.records] == [
            "first failed, the next recogniser takes over: It is down.",
            "first answers again.",
            "first failed, the next recogniser takes over: It is down.",
        ]

    @virtual
    async def test_the_span_says_who_failed_and_who_answered(self, spans: InMemorySpanExporter) -> None:
        both = fallback(Candidate("first", error=DOWN), Candidate("second", HANGS), Candidate("third"))
        with span("listen"):
            await both.transcribe(SOUND)
        (finished,) = spans.get_finished_spans()
        assert [(event.name, dict(event.attributes or {})) for event in finished.events] == [
            ("recognizer.failed", {"gen_ai.request.model": "first", "error.type": "RecognitionError"}),
            ("recognizer.failed", {"gen_ai.request.model": "second", "error.type": "RecognitionError"}),
            ("recognizer.answered", {"gen_ai.request.model": "third"}),
        ]


class TimingCandidate(Candidate):
    timed_languages = (ENGLISH,)


def test_word_times_are_promised_where_a_candidate_tells_them() -> None:
    both = fallback(Candidate("first"), TimingCandidate("second"))
    assert isinstance(both, TimesWords)
    assert list(both.timed_languages) == [ENGLISH]


class TestWarmUp:
    @virtual
    async def test_every_candidate_is_loaded(self) -> None:
        first, second = Candidate("first"), Candidate("second")
        both = fallback(first, second)
        assert isinstance(both, StreamingRecognizer)
        assert both.name == "first|second"
        assert list(both.timed_languages) == []
        await both.warm_up()
        assert first.warmed
        assert second.warmed

    @virtual
    async def test_a_dead_candidate_is_warned_of_and_left_alone(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, second = Candidate("first", error=DOWN), Candidate("second")
        both = fallback(first, second)
        await both.warm_up()
        assert (await both.transcribe(SOUND)).model == "second"
        assert first.asked == []
        assert "first failed, the next recogniser takes over: It is down." in caplog.text

    @virtual
    async def test_without_any_it_fails(self) -> None:
        with pytest.raises(RecognitionError, match="down"):
            await fallback(Candidate("first", error=DOWN), Candidate("second", error=DOWN)).warm_up()


class TestStreams:
    @virtual
    async def test_the_first_candidate_hears_while_it_is_said(self) -> None:
        first, second = StreamingCandidate("first", 0.1), Candidate("second")
        stream = fallback(first, second).stream()
        stream.feed(SOUND)
        stream.feed(SOUND)
        assert stream.partial == "2 heard"
        assert await took(stream.settle()) == ("first", 0.1)
        assert second.asked == []
        await stream.close()
        assert first.streams[0].closed

    @pytest.mark.parametrize(
        ("fault", "seconds"), [({"error": DOWN}, 0.0), ({"takes_s": HANGS}, PATIENCE + 0.1)]
    )
    @virtual
    async def test_the_next_gets_the_whole_utterance(self, fault: dict[str, Any], seconds: float) -> None:
        first, second = StreamingCandidate("first", **fault), Candidate("second")
        stream = fallback(first, second).stream(hotwords=["a, b", "c"])
        stream.feed(SOUND)
        stream.feed(SOUND)
        assert await took(stream.settle()) == ("second", round(seconds, 6))
        ((whole, _, hotwords),) = second.asked
        assert (whole.duration_s, hotwords) == (2 * SOUND.duration_s, ("a, b", "c"))
        stream.feed(SOUND)
        assert (await stream.settle()).duration_s == 3 * SOUND.duration_s

    @virtual
    async def test_a_candidate_known_to_be_dead_is_not_streamed_to(self) -> None:
        first, second = StreamingCandidate("first", error=DOWN), StreamingCandidate("second")
        both = fallback(first, second)
        await both.warm_up()
        stream = both.stream()
        stream.feed(SOUND)
        assert (await stream.settle()).model == "second"
        assert len(second.streams) == 1
        assert first.asked == []

    @virtual
    async def test_candidates_that_cannot_stream_get_the_whole_utterance(self) -> None:
        first, second = Candidate("first", error=DOWN), Candidate("second")
        stream = fallback(first, second).stream()
        stream.feed(SOUND)
        assert (await stream.settle()).model == "second"
        await stream.close()


class Watcher:
    def __init__(self) -> None:
        self.told: list[tuple[float, float]] = []

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        assert not segments, "only one of the candidates will be believed"
        self.told.append((done_s, of_s))


class Partly(ScriptedRecognizer):
    """Recognises some of a recording, while somebody watches."""

    async def transcribe(self, audio: Audio, **asked: Any) -> Transcript:
        watcher = watching()
        assert watcher
        watcher.heard(1, 2, [Segment("Yes.", 0, 1)])
        return await super().transcribe(audio, **asked)


def partly(name: str, lost_s: float) -> Partly:
    failures = (Segment("The server is gone.", 1, 1 + lost_s),)
    return Partly([Transcript("Yes.", ENGLISH, 2, name, failures=failures)], name=name)


def test_who_recognises_only_a_part_gives_way_to_who_recognises_all() -> None:
    watcher = Watcher()
    recognizer = FallbackRecognizer([partly("a:1", 1), Candidate("b:2")])

    async def hear() -> Transcript:
        with watched_by(watcher):
            return await recognizer.transcribe(SOUND)

    assert run_virtual(hear()).model == "b:2"
    assert watcher.told == [(1, 2)]


def test_if_nobody_recognises_all_the_least_is_missing() -> None:
    recognizer = FallbackRecognizer([partly("a:1", 5), partly("b:2", 1), Candidate("c:3", error=DOWN)])

    async def hear() -> Transcript:
        with watched_by(Watcher()):
            return await recognizer.transcribe(SOUND)

    assert run_virtual(hear()).model == "b:2"
