"""What is fed is spoken in order, sentence by sentence, and nothing outlives the mouth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.testing.speech import ScriptedSynthesizer
from emads_voice.voice import mouth as mouth_module
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.mouth import PAUSE_S, ClipMouth, Mouth, SilentMouth
from emads_voice.voice.sound.audio import Audio

ANSWER = "We should begin now. It costs **3.5** million. Agreed?"
SPOKEN = ["We should begin now.", "It costs three point five million.", "Agreed?"]


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        self.time += 1
        return self.time


class HeldSynthesizer(ScriptedSynthesizer):
    """Speaks a tenth of a second of one text, then waits to be let go on."""

    def __init__(self, held: str) -> None:
        super().__init__()
        self.held = held
        self.holding = asyncio.Event()
        self.go_on = asyncio.Event()
        self.closed = 0

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        try:
            async for piece in super().synthesize(text, language=language, voice=voice):
                yield piece
                if text == self.held:
                    self.holding.set()
                    await self.go_on.wait()
        finally:
            self.closed += 1


@pytest.fixture(autouse=True)
async def no_task_is_left_behind() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    assert asyncio.all_tasks() - before == {asyncio.current_task()}


async def test_sentences_are_spoken_in_order_with_pauses_between() -> None:
    synthesizer = ScriptedSynthesizer()
    mouth = ClipMouth(synthesizer)
    assert isinstance(mouth, Mouth)
    for word in ANSWER.split(" "):
        mouth.feed(word + " ", language=ENGLISH)
    speech = await mouth.finish(ANSWER, language=ENGLISH)
    assert synthesizer.spoken == [(sentence, ENGLISH) for sentence in SPOKEN]
    pause = Audio.silence(PAUSE_S, 16_000)
    tones = [synthesizer.tone(sentence) for sentence in SPOKEN]
    expected = Audio.join([tones[0], pause, tones[1], pause, tones[2]])
    assert mouth.audio is not None
    np.testing.assert_array_equal(mouth.audio.samples, expected.samples)
    assert speech.duration_s == pytest.approx(expected.duration_s)
    assert (speech.text, speech.played, speech.language) == (ANSWER, ANSWER, ENGLISH)
    assert (speech.interrupted, speech.error) == (False, "")


async def test_the_first_sentence_is_spoken_while_the_rest_is_still_being_written() -> None:
    clock = Clock()
    synthesizer = HeldSynthesizer("We should begin now.")
    mouth = ClipMouth(synthesizer, clock=clock)
    mouth.feed("We should begin now. It", language=ENGLISH)
    assert mouth.first_audio_at is None
    await synthesizer.holding.wait()
    assert mouth.first_audio_at == 101
    synthesizer.go_on.set()
    await mouth.finish("We should begin now. It works.", language=ENGLISH)
    assert mouth.first_audio_at == 101
    assert [text for text, _ in synthesizer.spoken] == ["We should begin now.", "It works."]


async def test_an_answer_that_was_never_fed_is_spoken_whole() -> None:
    synthesizer = ScriptedSynthesizer()
    speech = await ClipMouth(synthesizer).finish("Chào bạn. Khỏe không?", language=VIETNAMESE)
    assert synthesizer.spoken == [("Chào bạn.", VIETNAMESE), ("Khỏe không?", VIETNAMESE)]
    assert speech.played == "Chào bạn. Khỏe không?"


@pytest.mark.parametrize("fed", ["", " ", "\n Good day. ", "Good day. It is", "Good day. It is done. "])
async def test_spaces_around_what_was_fed_do_not_matter(fed: str) -> None:
    synthesizer = ScriptedSynthesizer()
    mouth = ClipMouth(synthesizer)
    mouth.feed(fed, language=ENGLISH)
    speech = await mouth.finish("Good day. It is done.", language=ENGLISH)
    assert [text for text, _ in synthesizer.spoken] == ["Good day.", "It is done."]
    assert speech.played == "Good day. It is done."


async def test_an_answer_rephrased_on_the_way_is_spoken_from_its_start() -> None:
    synthesizer = ScriptedSynthesizer()
    mouth = ClipMouth(synthesizer)
    mouth.feed("The first try. It fai", language=ENGLISH)
    await asyncio.sleep(0.001)
    speech = await mouth.finish("The second try.", language=ENGLISH)
    assert speech.played == "The second try."
    assert mouth.audio is not None
    np.testing.assert_array_equal(mouth.audio.samples, synthesizer.tone("The second try.").samples)


@pytest.mark.parametrize("text", ["", " \n", "🎉", "---"])
async def test_nothing_to_say(text: str) -> None:
    mouth = ClipMouth(ScriptedSynthesizer())
    speech = await mouth.finish(text, language=ENGLISH)
    assert (mouth.audio, mouth.first_audio_at) == (None, None)
    assert (speech.played, speech.duration_s, speech.interrupted) == (text.strip(), 0, False)


async def test_several_answers_share_one_recording() -> None:
    mouth = ClipMouth(ScriptedSynthesizer())
    first = await mouth.finish("One moment.", language=ENGLISH)
    second = await mouth.finish("It is done.", language=ENGLISH)
    assert (first.played, second.played) == ("One moment.", "It is done.")
    assert mouth.audio is not None
    assert mouth.audio.duration_s == pytest.approx(first.duration_s + second.duration_s)


@pytest.mark.parametrize(("quiet_s", "pause_s"), [(0.05, 0.2), (0.2, 0.2), (0.5, 0.5)])
async def test_a_pause_counts_the_silence_a_voice_itself_leaves(quiet_s: float, pause_s: float) -> None:
    class Trailing(ScriptedSynthesizer):
        async def synthesize(
            self, text: str, *, language: Language, voice: str | None = None
        ) -> AsyncIterator[Audio]:
            tone = [piece async for piece in super().synthesize(text, language=language, voice=voice)]
            yield Audio.join([*tone, Audio.silence(quiet_s, self.rate)])

    mouth = ClipMouth(Trailing())
    speech = await mouth.finish("One. Two.", language=ENGLISH)
    tones_s = 2 * Trailing().tone("One.").duration_s
    assert speech.duration_s == pytest.approx(tones_s + pause_s + quiet_s, abs=0.002)


async def test_rates_are_those_of_the_first_piece() -> None:
    class Changing(ScriptedSynthesizer):
        async def synthesize(
            self, text: str, *, language: Language, voice: str | None = None
        ) -> AsyncIterator[Audio]:
            async for piece in super().synthesize(text, language=language, voice=voice):
                yield piece.resample(22_050) if text == "Two." else piece

    mouth = ClipMouth(Changing())
    speech = await mouth.finish("One. Two.", language=ENGLISH)
    assert mouth.audio is not None
    assert mouth.audio.rate == 16_000
    assert mouth.audio.duration_s == pytest.approx(speech.duration_s, abs=0.001)


class TestFailures:
    async def test_a_failing_synthesiser_is_told_of_and_the_text_kept(self) -> None:
        synthesizer = ScriptedSynthesizer({SPOKEN[1]: SynthesisError("The server is down.")})
        mouth = ClipMouth(synthesizer)
        speech = await mouth.finish(ANSWER, language=ENGLISH)
        synthesizer.assert_complete()
        assert speech.error == "The server is down."
        assert (speech.text, speech.played) == (ANSWER, "We should begin now.")
        assert speech.duration_s == pytest.approx(synthesizer.tone("We should begin now.").duration_s)
        assert not speech.interrupted

    async def test_a_language_nobody_speaks_is_told_of(self) -> None:
        mouth = ClipMouth(ScriptedSynthesizer())
        speech = await mouth.finish("Bonjour.", language=find_language("fr"))
        assert "does not speak French" in speech.error
        assert (speech.played, mouth.audio) == ("", None)

    async def test_a_bug_is_raised(self) -> None:
        with pytest.raises(ZeroDivisionError):
            await ClipMouth(ScriptedSynthesizer({"Hello.": ZeroDivisionError()})).finish(
                "Hello.", language=ENGLISH
            )

    async def test_a_recording_has_an_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mouth_module, "MAX_SPEECH_S", 2.0)
        mouth = ClipMouth(ScriptedSynthesizer())
        speech = await mouth.finish("It is short. " * 20, language=ENGLISH)
        assert mouth.duration_s <= 2.0
        assert "to say" in speech.error
        assert speech.played == "It is short. It is short."


class TestStopping:
    async def test_it_falls_silent_at_once_and_tells_what_was_heard(self) -> None:
        text = "We should begin now. It costs a lot of money. Agreed? No."
        synthesizer = HeldSynthesizer("It costs a lot of money.")
        mouth = ClipMouth(synthesizer)
        mouth.feed(text[:53], language=ENGLISH)
        await synthesizer.holding.wait()
        assert await mouth.stop() == "We should begin now."
        assert synthesizer.closed == 2
        mouth.feed(text[53:], language=ENGLISH)
        speech = await mouth.finish(text, language=ENGLISH)
        assert (speech.played, speech.interrupted) == ("We should begin now.", True)
        assert len(synthesizer.spoken) == 2

    async def test_who_waits_for_the_end_is_told(self) -> None:
        synthesizer = HeldSynthesizer("We should begin now.")
        mouth = ClipMouth(synthesizer)
        finishing = asyncio.create_task(mouth.finish(ANSWER, language=ENGLISH))
        await synthesizer.holding.wait()
        assert await mouth.stop() == ""
        assert await mouth.stop() == ""
        speech = await finishing
        assert speech.interrupted
        assert 0 < speech.duration_s < 1

    async def test_before_anything_was_fed(self) -> None:
        mouth = ClipMouth(ScriptedSynthesizer())
        assert await mouth.stop() == ""
        speech = await mouth.finish("Hello.", language=ENGLISH)
        assert (speech.played, speech.interrupted) == ("", True)

    async def test_after_the_end_everything_was_heard(self) -> None:
        mouth = ClipMouth(ScriptedSynthesizer())
        await mouth.finish(ANSWER, language=ENGLISH)
        assert await mouth.stop() == ANSWER

    async def test_a_cancelled_turn_stops_the_voice(self) -> None:
        synthesizer = HeldSynthesizer("We should begin now.")
        mouth = ClipMouth(synthesizer)
        turn = asyncio.create_task(mouth.finish(ANSWER, language=ENGLISH))
        await synthesizer.holding.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        assert synthesizer.closed == 1


async def test_a_silent_mouth_has_everything_read() -> None:
    mouth = SilentMouth()
    assert isinstance(mouth, Mouth)
    mouth.feed("Hel", language=ENGLISH)
    speech = await mouth.finish("Hello.", language=ENGLISH)
    assert (speech.text, speech.played, speech.duration_s, speech.error) == ("Hello.", "Hello.", 0, "")
    assert await mouth.stop() == ""


async def test_each_sentence_is_one_span_without_the_words(spans: InMemorySpanExporter) -> None:
    failing = ScriptedSynthesizer({"Agreed?": SynthesisError("Down.")})
    await ClipMouth(failing).finish(ANSWER, language=ENGLISH)
    done = spans.get_finished_spans()
    assert [span.name for span in done] == ["text_to_speech scripted:synthesizer"] * 3
    assert [span.status.is_ok for span in done] == [True, True, False]
    assert "begin" not in "".join(span.to_json() for span in done)
