"""The best that answers in time is believed; who fails again and again is left alone.

On virtual time: patience and rest pass at once, and every order of events is the same in each run.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import numpy as np
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.observability import span
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.testing.virtual_time import run_virtual
from emads_voice.voice.audio import Audio
from emads_voice.voice.breaker import Breaker
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.recognizer_ladder import PATIENCE_PER_S, PATIENCE_S, RecognizerLadder
from emads_voice.voice.streaming import StreamingRecognizer

SOUND = Audio(np.ones(16_000, np.float32), 16_000)
PATIENCE = PATIENCE_S + PATIENCE_PER_S * SOUND.duration_s
DOWN = RecognitionError("It is down.")
HANGS = float("inf")


class Rung(ScriptedRecognizer):
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
        self, audio: Audio, *, language: Language | None = None, context: str = "", timestamps: bool = False
    ) -> Transcript:
        self.asked.append((audio, language, context))
        try:
            await (asyncio.Event().wait() if self.takes_s == HANGS else asyncio.sleep(self.takes_s))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error:
            raise self.error
        return Transcript(self.name, ENGLISH, audio.duration_s, self.name)


class Stream:
    """A stream that hears what its rung would."""

    def __init__(self, rung: StreamingRung) -> None:
        self.rung = rung
        self.fed: list[Audio] = []
        self.closed = False
        self.partial = ""

    def feed(self, audio: Audio) -> None:
        self.fed.append(audio)
        self.partial = f"{len(self.fed)} heard"

    async def settle(self) -> Transcript:
        return await Rung.transcribe(self.rung, self.fed[0])

    async def close(self) -> None:
        self.closed = True


class StreamingRung(Rung):
    streams: list[Stream]

    def stream(self, *, language: Language | None = None, context: str = "") -> Stream:
        self.streams = [*getattr(self, "streams", []), Stream(self)]
        return self.streams[-1]


def ladder(*rungs: Recognizer) -> RecognizerLadder:
    return RecognizerLadder(rungs, clock=lambda: asyncio.get_running_loop().time())


def virtual(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        run_virtual(test(*arguments, **named))

    return run


async def took(awaitable: Awaitable[Transcript]) -> tuple[str, float]:
    loop = asyncio.get_running_loop()
    start = loop.time()
    heard = await awaitable
    return heard.model, round(loop.time() - start, 6)


class TestWhoAnswers:
    @virtual
    async def test_the_first_does_and_nobody_else_is_asked(self) -> None:
        first, second = Rung("first", 0.3), Rung("second")
        assert await took(ladder(first, second).transcribe(SOUND, language=ENGLISH, context="c")) == (
            "first",
            0.3,
        )
        assert first.asked == [(SOUND, ENGLISH, "c")]
        assert second.asked == []

    @virtual
    async def test_when_it_fails_the_next_is_asked_at_once(self) -> None:
        rungs = Rung("first", error=DOWN), Rung("second", error=BackendError("No.")), Rung("third", 0.2)
        assert await took(ladder(*rungs).transcribe(SOUND)) == ("third", 0.2)

    @virtual
    async def test_when_it_hangs_the_next_is_asked_after_patience(self) -> None:
        first, second = Rung("first", HANGS), Rung("second", 0.2)
        model, seconds = await took(ladder(first, second).transcribe(SOUND))
        assert (model, seconds) == ("second", round(PATIENCE + 0.2, 6))
        await asyncio.sleep(0)
        assert first.cancelled == 1

    @virtual
    async def test_when_it_is_late_it_may_still_win(self) -> None:
        first, second = Rung("first", PATIENCE + 0.1), Rung("second", 5)
        assert (await took(ladder(first, second).transcribe(SOUND)))[0] == "first"
        await asyncio.sleep(0)
        assert second.cancelled == 1

    def test_five_seconds_of_speech_wait_for_one_at_most(self) -> None:
        assert PATIENCE_S + PATIENCE_PER_S * 5 <= 1

    @virtual
    async def test_when_all_fail_each_says_why(self) -> None:
        rungs = Rung("first", error=DOWN), Rung("second", error=BackendError("No model."))
        with pytest.raises(RecognitionError, match=r"^No recogniser could hear it: It is down\. No model\.$"):
            await ladder(*rungs).transcribe(SOUND)

    @virtual
    async def test_who_is_cancelled_asks_nobody_any_more(self) -> None:
        first, second = Rung("first", HANGS), Rung("second", HANGS)
        task = asyncio.create_task(ladder(first, second).transcribe(SOUND))
        await asyncio.sleep(PATIENCE + 0.1)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0)
        assert (first.cancelled, second.cancelled) == (1, 1)


class TestLanguages:
    @virtual
    async def test_a_rung_is_not_asked_for_a_language_it_does_not_hear(self) -> None:
        first, second = Rung("first", languages=(ENGLISH,)), Rung("second")
        both = ladder(first, second)
        for _ in range(5):
            assert (await both.transcribe(SOUND, language=VIETNAMESE)).model == "second"
        assert (await both.transcribe(SOUND, language=ENGLISH)).model == "first"

    @virtual
    async def test_a_refused_language_goes_on_and_is_nobodys_failure(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, second = Rung("first", error=LanguageError("Not that.")), Rung("second")
        both = ladder(first, second)
        for _ in range(5):
            assert (await both.transcribe(SOUND)).model == "second"
        assert len(first.asked) == 5
        with pytest.raises(LanguageError, match=r"Not that\."):
            await ladder(first).transcribe(SOUND)
        assert not caplog.records

    @virtual
    async def test_one_nobody_hears_is_refused(self) -> None:
        both = ladder(Rung("a", languages=(ENGLISH,)), Rung("b", languages=(VIETNAMESE,)))
        assert set(both.languages) == {ENGLISH, VIETNAMESE}
        with pytest.raises(LanguageError, match=r"None of a\|b hears French\."):
            await both.transcribe(SOUND, language=find_language("fr"))
        with pytest.raises(LanguageError):
            both.stream(language=find_language("fr"))


class TestBreaker:
    @virtual
    async def test_three_failures_open_it_and_it_is_tried_at_nobodys_expense(self) -> None:
        first, second = Rung("first", HANGS), Rung("second", 0.2)
        both = ladder(first, second)
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
        first, second = Rung("first", error=DOWN), Rung("second", 0.2)
        both = ladder(first, second)
        for _ in range(3):
            await both.transcribe(SOUND)
        first.error = None
        await asyncio.sleep(10)
        assert await took(both.transcribe(SOUND)) == ("first", 0)

    @virtual
    async def test_a_trial_that_fails_is_not_repeated_at_once(self) -> None:
        first, second = Rung("first", error=DOWN), Rung("second", 0.2)
        both = ladder(first, second)
        for _ in range(3):
            await both.transcribe(SOUND)
        await asyncio.sleep(10)
        for _ in range(3):
            await both.transcribe(SOUND)
        assert len(first.asked) == 4

    @virtual
    async def test_when_nobody_is_well_all_are_asked(self) -> None:
        first, second = Rung("first", error=DOWN), Rung("second", error=DOWN)
        both = ladder(first, second)
        for _ in range(4):
            with pytest.raises(RecognitionError):
                await both.transcribe(SOUND)
        second.error = None
        assert (await both.transcribe(SOUND)).model == "second"

    def test_an_answer_in_between_forgives(self) -> None:
        now = 0.0
        breaker = Breaker(failures=2, rest_s=5, clock=lambda: now)
        breaker.failed()
        breaker.succeeded()
        breaker.failed()
        assert breaker.closed
        assert not breaker.claim_trial()
        breaker.failed()
        assert not breaker.closed
        now = 5.0
        assert [breaker.claim_trial(), breaker.claim_trial()] == [True, False]
        now = 10.0
        assert breaker.claim_trial()


class TestWhatIsTold:
    @virtual
    async def test_the_log_warns_once_an_outage(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        first, second = Rung("first", error=DOWN), Rung("second")
        both = ladder(first, second)
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
        both = ladder(Rung("first", error=DOWN), Rung("second", HANGS), Rung("third"))
        with span("listen"):
            await both.transcribe(SOUND)
        (finished,) = spans.get_finished_spans()
        assert [(event.name, dict(event.attributes or {})) for event in finished.events] == [
            ("recognizer.failed", {"gen_ai.request.model": "first", "error.type": "RecognitionError"}),
            ("recognizer.failed", {"gen_ai.request.model": "second", "error.type": "RecognitionError"}),
            ("recognizer.answered", {"gen_ai.request.model": "third"}),
        ]


class TestWarmUp:
    @virtual
    async def test_every_rung_is_loaded(self) -> None:
        first, second = Rung("first"), Rung("second")
        both = ladder(first, second)
        assert isinstance(both, StreamingRecognizer)
        assert both.name == "first|second"
        await both.warm_up()
        assert first.warmed
        assert second.warmed

    @virtual
    async def test_a_dead_rung_is_warned_of_and_left_alone(self, caplog: pytest.LogCaptureFixture) -> None:
        first, second = Rung("first", error=DOWN), Rung("second")
        both = ladder(first, second)
        await both.warm_up()
        assert (await both.transcribe(SOUND)).model == "second"
        assert first.asked == []
        assert "first failed, the next recogniser takes over: It is down." in caplog.text

    @virtual
    async def test_without_any_it_fails(self) -> None:
        with pytest.raises(RecognitionError, match="down"):
            await ladder(Rung("first", error=DOWN), Rung("second", error=DOWN)).warm_up()


class TestStreams:
    @virtual
    async def test_the_first_rung_hears_while_it_is_said(self) -> None:
        first, second = StreamingRung("first", 0.1), Rung("second")
        stream = ladder(first, second).stream()
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
        first, second = StreamingRung("first", **fault), Rung("second")
        stream = ladder(first, second).stream(context="c")
        stream.feed(SOUND)
        stream.feed(SOUND)
        assert await took(stream.settle()) == ("second", round(seconds, 6))
        ((whole, _, context),) = second.asked
        assert (whole.duration_s, context) == (2 * SOUND.duration_s, "c")
        stream.feed(SOUND)
        assert (await stream.settle()).duration_s == 3 * SOUND.duration_s

    @virtual
    async def test_a_rung_known_to_be_dead_is_not_streamed_to(self) -> None:
        first, second = StreamingRung("first", error=DOWN), StreamingRung("second")
        both = ladder(first, second)
        await both.warm_up()
        stream = both.stream()
        stream.feed(SOUND)
        assert (await stream.settle()).model == "second"
        assert len(second.streams) == 1
        assert first.asked == []

    @virtual
    async def test_rungs_that_cannot_stream_get_the_whole_utterance(self) -> None:
        first, second = Rung("first", error=DOWN), Rung("second")
        stream = ladder(first, second).stream()
        stream.feed(SOUND)
        assert (await stream.settle()).model == "second"
        await stream.close()
