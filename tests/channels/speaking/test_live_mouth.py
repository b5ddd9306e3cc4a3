"""A live mouth: what is fed is spoken once, what was heard is told, and nothing it meets is lost or left running."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import numpy as np
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.channels.live_events import LiveEvent
from emads_voice.channels.speaking.live_mouth import SENTENCES_QUEUED, SOUND_WITHIN_S, LiveMouth
from emads_voice.channels.speaking.playout import Sentence
from emads_voice.channels.speaking.speaker import Speaker as RealSpeaker
from emads_voice.channels.transport import Samples
from emads_voice.observability import span
from emads_voice.testing import ScriptedSynthesizer, run_virtual
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.sound.audio import Audio


class Speaker:
    """Notes the lines it is given, and hears them at once."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def room(self, lines: int) -> None: ...

    async def drained(self) -> None: ...

    def stop(self) -> None: ...

    def tell(self, event: LiveEvent) -> None: ...

    def grown(self, line: Sentence) -> None: ...

    def say(self, line: Sentence) -> None:
        line.over = True
        self.lines.append(line.text)


@pytest.mark.parametrize(
    "fed",
    [
        [],
        ["One sentence. And ", "another."],
        ["One sentence. And ", "another.", "\n"],  # its writer said that it is over
        ["One sentence. "],
    ],
)
async def test_however_an_answer_is_fed_it_is_spoken_once(fed: Sequence[str]) -> None:
    speaker = Speaker()
    mouth = LiveMouth(ScriptedSynthesizer(), speaker, rate=8_000)  # type: ignore[arg-type]
    for piece in fed:
        mouth.feed(piece, language=ENGLISH)
    speech = await mouth.finish("One sentence. And another.", language=ENGLISH)
    assert speech.played == "One sentence. And another."
    assert [line.strip() for line in speaker.lines] == ["One sentence.", "And another."]


class Wire:
    """A line nobody listens to: no mark comes back. It notes what it is sent, and when."""

    rate = 8_000

    def __init__(self) -> None:
        self.played: list[tuple[float, Samples]] = []

    async def play(self, samples: Samples) -> None:
        self.played.append((asyncio.get_running_loop().time(), samples))

    async def mark(self, name: str) -> None: ...

    async def clear(self) -> None: ...

    def tell(self, event: LiveEvent) -> None: ...


def speaking(test: Callable[[RealSpeaker], Awaitable[None]], wire: Wire | None = None) -> None:
    """On virtual time, with a speaker that is closed behind it; nothing is left running."""

    async def main() -> None:
        speaker = RealSpeaker(wire or Wire())  # type: ignore[arg-type]
        await test(speaker)
        await speaker.close()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run_virtual(main())


def test_stopping_tells_the_words_that_were_heard_of_this_answer_only() -> None:
    async def test(speaker: RealSpeaker) -> None:
        first = LiveMouth(ScriptedSynthesizer(), speaker, 8_000)
        await first.finish("Something else.", language=ENGLISH)
        mouth = LiveMouth(ScriptedSynthesizer(), speaker, 8_000)
        finishing = asyncio.create_task(mouth.finish("One two three four five six.", language=ENGLISH))
        await asyncio.sleep(0.5)
        assert await mouth.stop() == "One two"
        speech = await finishing
        assert (speech.played, speech.interrupted, speech.error) == ("One two", True, "")
        assert not mouth.finished
        mouth.feed("More.", language=ENGLISH)
        assert (await mouth.finish("More.", language=ENGLISH)).played == "One two"
        assert not speaker.busy

    speaking(test)


def test_who_gives_up_waiting_leaves_nothing_running() -> None:
    async def test(speaker: RealSpeaker) -> None:
        mouth = LiveMouth(ScriptedSynthesizer(), speaker, 8_000)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(mouth.finish("One. Two. Three. Four. Five.", language=ENGLISH), 0.1)
        await mouth.stop()

    speaking(test)


def test_what_could_be_spoken_is_heard_before_the_failure_is_told() -> None:
    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer({"Two two.": SynthesisError("The voice is gone.")})
        mouth = LiveMouth(synthesizer, speaker, 8_000)
        speech = await mouth.finish("One one. Two two. Three.", language=ENGLISH)
        assert (speech.played, speech.error) == ("One one.", "The voice is gone.")
        assert mouth.finished

    speaking(test)


def test_a_synthesiser_with_a_bug_is_told_of_not_raised(caplog: pytest.LogCaptureFixture) -> None:
    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer({"One.": KeyError("a bug")})
        speech = await LiveMouth(synthesizer, speaker, 8_000).finish("One.", language=ENGLISH)
        assert speech.error == "KeyError: 'a bug'"

    speaking(test)
    assert "failed in a way it should not" in caplog.text


def test_what_has_no_sound_is_heard_in_its_place() -> None:
    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer()
        mouth = LiveMouth(synthesizer, speaker, 8_000)
        speech = await mouth.finish("Before.\n***\nAfter.", language=ENGLISH)
        assert speech.played == "Before.\n***\nAfter."
        assert [text for text, _ in synthesizer.spoken] == ["Before.", "After."]

    speaking(test)


def test_a_sentence_is_ready_before_it_is_needed_but_not_a_whole_answer() -> None:
    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer()
        mouth = LiveMouth(synthesizer, speaker, 8_000)
        mouth.feed("This one is one. " * 20 + "End.", language=ENGLISH)
        await asyncio.sleep(0.5)
        # One is played, SENTENCES_QUEUED wait.
        assert len(synthesizer.spoken) == 1 + SENTENCES_QUEUED
        await mouth.stop()

    speaking(test)


SENTENCE = "We should wait until the audit in March is over and done with."  # 3.1 s of sound


@pytest.mark.parametrize("rate", [8_000, 24_000])
def test_a_sentence_is_heard_while_it_is_still_being_synthesised(rate: int) -> None:
    wire = Wire()
    synthesizer = ScriptedSynthesizer(pace=0.8, rate=rate)
    whole = synthesizer.tone(SENTENCE).resample(wire.rate).samples

    async def test(speaker: RealSpeaker) -> None:
        began = asyncio.get_running_loop().time()
        speech = await LiveMouth(synthesizer, speaker, wire.rate).finish(SENTENCE, language=ENGLISH)
        assert (speech.played, speech.error) == (SENTENCE, "")
        assert wire.played[0][0] - began < 0.3  # all of it takes 2.5 s to make

    speaking(test, wire)
    played_until = wire.played[0][0]
    for at, samples in wire.played:
        assert at <= played_until + 1e-9  # never silent in between
        played_until += len(samples) / wire.rate
    played = np.concatenate([samples for _, samples in wire.played])
    np.testing.assert_allclose(played, whole, atol=1e-6)  # no click where pieces meet


def test_a_synthesiser_slower_than_speech_pauses_and_is_heard_to_its_end() -> None:
    wire = Wire()

    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer(pace=1.5)
        speech = await LiveMouth(synthesizer, speaker, wire.rate).finish(SENTENCE, language=ENGLISH)
        assert (speech.played, speech.error) == (SENTENCE, "")

    speaking(test, wire)
    lasted_s = wire.played[-1][0] - wire.played[0][0]
    assert 1.4 * 3 < lasted_s < 1.5 * 3.1
    assert sum(len(samples) for _, samples in wire.played) / wire.rate == pytest.approx(3.1)


@pytest.mark.parametrize("pace", [0.0, 0.9, 1.5])
def test_what_was_heard_does_not_depend_on_how_far_the_synthesiser_got(pace: float) -> None:
    async def test(speaker: RealSpeaker) -> None:
        mouth = LiveMouth(ScriptedSynthesizer(pace=pace), speaker, 8_000)
        finishing = asyncio.create_task(mouth.finish(SENTENCE, language=ENGLISH))
        while mouth.first_audio_at is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(1.2 * max(1, pace))
        assert await mouth.stop() in ("We should wait until", "We should wait until the")
        assert (await finishing).interrupted

    speaking(test)


class _Breaks(ScriptedSynthesizer):
    """Fails, or falls silent, after a second of sound."""

    hangs = False

    async def synthesize(self, text: str, **how: Any) -> AsyncIterator[Audio]:
        made_s = 0.0
        async for piece in super().synthesize(text, **how):
            yield piece
            made_s += piece.duration_s
            if made_s > 0.95:
                if self.hangs:
                    await asyncio.Event().wait()
                raise SynthesisError("The voice is gone.")


@pytest.mark.parametrize("hangs", [False, True])
def test_of_a_sentence_that_breaks_off_what_was_spoken_is_heard(hangs: bool) -> None:
    wire = Wire()

    async def test(speaker: RealSpeaker) -> None:
        synthesizer = _Breaks()
        synthesizer.hangs = hangs
        began = asyncio.get_running_loop().time()
        speech = await LiveMouth(synthesizer, speaker, 8_000).finish(SENTENCE, language=ENGLISH)
        assert speech.played in ("We should wait", "We should wait until")
        silent = "scripted:synthesizer made no sound for 10 s: look whether its server works."
        assert speech.error in ("The voice is gone.", silent)
        assert asyncio.get_running_loop().time() - began < SOUND_WITHIN_S + 3

    speaking(test, wire)
    assert sum(len(samples) for _, samples in wire.played) / wire.rate >= 0.9


async def test_each_sentence_is_one_span_without_the_words(spans: InMemorySpanExporter) -> None:
    mouth = LiveMouth(ScriptedSynthesizer(), Speaker(), rate=8_000)  # type: ignore[arg-type]
    with span("turn"):
        await mouth.finish("One sentence.\n***\nAnd another.", language=ENGLISH)
    *done, turn = spans.get_finished_spans()
    assert [each.name for each in done] == ["text_to_speech scripted:synthesizer"] * 2
    for each in done:
        assert each.parent == turn.context
        assert each.attributes == {
            "gen_ai.operation.name": "text_to_speech",
            "gen_ai.provider.name": "scripted",
            "gen_ai.request.model": "synthesizer",
            "gen_ai.output.type": "speech",
            "emads_voice.language": "en",
        }
