"""What every recogniser and every synthesiser has to keep to, as tests for yours to inherit.

    class TestAcme(RecognizerConformance):
        @pytest.fixture
        def recognizer(self):
            return acme  # one for all tests, or each loads the model anew

        @pytest.fixture
        def sample(self):
            return Sample(Audio.load("question.wav"), "where is order seven", find_language("en"))

pytest collects the inherited tests; they need no plugin. All tests of a class run in one event loop, as in a server.
"""

from __future__ import annotations

import asyncio

import numpy as np

from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer

from .conformance_checks import (
    OnOneLoop,
    Sample,
    cancel,
    check_heard,
    check_languages,
    check_name,
    check_spoken,
    check_times,
    close,
    length_s,
    normal,
    others,
    say,
    twice,
)

__all__ = ["RecognizerConformance", "Sample", "SynthesizerConformance"]

RATES = (8_000, 16_000, 44_100, 48_000)


class RecognizerConformance(OnOneLoop):
    """Tests of a :class:`~emads_voice.voice.recognizer.Recognizer`.

    A subclass gives two fixtures: ``recognizer``, the one to be tested, and ``sample``, a :class:`Sample`.
    """

    def test_it_says_what_it_is(self, recognizer: Recognizer) -> None:
        assert isinstance(recognizer, Recognizer)
        check_name(recognizer.name)
        check_languages(recognizer.languages)

    def test_it_warms_up_as_often_as_it_is_told(self, recognizer: Recognizer) -> None:
        async def warm_up() -> None:
            await asyncio.gather(recognizer.warm_up(), recognizer.warm_up())
            await recognizer.warm_up()

        self.finish(warm_up())

    def test_it_hears_what_is_said_and_names_the_language(
        self, recognizer: Recognizer, sample: Sample
    ) -> None:
        transcript = self.finish(recognizer.transcribe(sample.audio))
        check_heard(transcript, sample)
        assert transcript.model, "the transcript names no model"
        assert transcript.audio_sha256 == sample.audio.sha256

    def test_it_takes_a_language_and_hotwords(self, recognizer: Recognizer, sample: Sample) -> None:
        hearing = recognizer.transcribe(sample.audio, language=sample.language, hotwords=sample.hotwords)
        check_heard(self.finish(hearing), sample)

    def test_it_hears_at_any_rate(self, recognizer: Recognizer, sample: Sample) -> None:
        for rate in RATES:
            check_heard(self.finish(recognizer.transcribe(sample.audio.resample(rate))), sample)

    def test_where_nobody_speaks_it_hears_nothing(self, recognizer: Recognizer, sample: Sample) -> None:
        noise = np.random.default_rng(0).normal(0, 0.01, 16_000).astype(np.float32)
        for samples in (noise[:0], noise[:1], noise[:80], noise, np.zeros(48_000, np.float32)):
            audio = Audio(samples, 16_000)
            transcript = self.finish(recognizer.transcribe(audio, hotwords=sample.hotwords))
            assert transcript.text == "", (
                f"{audio.duration_s} s without speech were heard as {transcript.text!r}"
            )
            assert (transcript.language, transcript.segments, transcript.words) == (None, (), ())
            assert transcript.duration_s == audio.duration_s

    def test_it_hears_what_comes_after_a_pause(self, recognizer: Recognizer, sample: Sample) -> None:
        both = twice(sample.audio)
        transcript = self.finish(recognizer.transcribe(both, language=sample.language))
        assert normal(transcript.text).count(normal(sample.words)) == 2, (
            f"of two, {transcript.text!r} was heard"
        )
        check_times(transcript)

    def test_times_are_in_order_and_inside_the_recording(
        self, recognizer: Recognizer, sample: Sample
    ) -> None:
        both = twice(sample.audio)
        transcript = self.finish(recognizer.transcribe(both, language=sample.language, timestamps=True))
        assert transcript.segments, "times were asked for, and there are no segments"
        check_times(transcript)
        assert transcript.words or transcript.words_unavailable, (
            "there are no words with times, and no word of why"
        )

    def test_many_are_heard_at_once(self, recognizer: Recognizer, sample: Sample) -> None:
        silence = Audio.silence(1, sample.audio.rate)

        async def at_once() -> list[Transcript]:
            sounds = [sample.audio, silence, sample.audio, sample.audio, silence, sample.audio]
            return await asyncio.gather(*map(recognizer.transcribe, sounds))

        for number, transcript in enumerate(self.finish(at_once())):
            if number in (1, 4):
                assert transcript.text == "", "one caller's silence was heard as another's words"
            else:
                check_heard(transcript, sample)

    def test_it_is_as_good_as_before_when_a_caller_hangs_up(
        self, recognizer: Recognizer, sample: Sample
    ) -> None:
        async def hang_up() -> Transcript:
            await cancel(recognizer.transcribe(sample.audio))
            return await recognizer.transcribe(sample.audio)

        check_heard(self.finish(hang_up()), sample)

    def test_the_event_loop_goes_on_meanwhile(self, recognizer: Recognizer, sample: Sample) -> None:
        self.finish(recognizer.warm_up())
        self.check_not_blocked(recognizer.transcribe(twice(sample.audio)))

    def test_a_language_it_cannot_hear_is_refused(self, recognizer: Recognizer, sample: Sample) -> None:
        for language in others(recognizer.languages):
            self.check_refused(recognizer.transcribe(sample.audio, language=language), language)


class SynthesizerConformance(OnOneLoop):
    """Tests of a :class:`~emads_voice.voice.synthesizer.Synthesizer`.

    A subclass gives two fixtures: ``synthesizer``, the one to be tested, and ``sentence``, a text and its language,
    which it speaks.
    """

    def test_it_says_what_it_is(self, synthesizer: Synthesizer) -> None:
        assert isinstance(synthesizer, Synthesizer)
        check_name(synthesizer.name)
        check_languages(synthesizer.languages)

    def test_it_warms_up_as_often_as_it_is_told(
        self, synthesizer: Synthesizer, sentence: tuple[str, Language]
    ) -> None:
        async def warm_up() -> None:
            await asyncio.gather(synthesizer.warm_up(sentence[1]), synthesizer.warm_up())
            await synthesizer.warm_up()

        self.finish(warm_up())

    def test_it_speaks(self, synthesizer: Synthesizer, sentence: tuple[str, Language]) -> None:
        check_spoken(self.finish(say(synthesizer, *sentence)))

    def test_it_speaks_all_its_languages(self, synthesizer: Synthesizer) -> None:
        for language in synthesizer.languages:
            check_spoken(self.finish(say(synthesizer, "2024", language)))  # numbers are written alike in all

    def test_a_longer_text_takes_longer(
        self, synthesizer: Synthesizer, sentence: tuple[str, Language]
    ) -> None:
        text, language = sentence
        once, often = (self.finish(say(synthesizer, " ".join([text] * times), language)) for times in (1, 4))
        assert length_s(often) > 2 * length_s(once)

    def test_texts_without_words_make_no_fuss(
        self, synthesizer: Synthesizer, sentence: tuple[str, Language]
    ) -> None:
        for text in ("", " \n", "…", "🙂", "«»"):
            assert length_s(self.finish(say(synthesizer, text, sentence[1]))) < 5

    def test_many_are_spoken_at_once(self, synthesizer: Synthesizer, sentence: tuple[str, Language]) -> None:
        async def at_once() -> list[list[Audio]]:
            return await asyncio.gather(*(say(synthesizer, *sentence) for _ in range(4)))

        for spoken in self.finish(at_once()):
            check_spoken(spoken)

    def test_it_is_as_good_as_before_when_it_is_interrupted(
        self, synthesizer: Synthesizer, sentence: tuple[str, Language]
    ) -> None:
        async def interrupt() -> list[Audio]:
            await cancel(say(synthesizer, *sentence))
            speaking = synthesizer.synthesize(sentence[0], language=sentence[1])
            await anext(speaking)
            await close(speaking)
            return await say(synthesizer, *sentence)

        check_spoken(self.finish(interrupt()))

    def test_the_event_loop_goes_on_meanwhile(
        self, synthesizer: Synthesizer, sentence: tuple[str, Language]
    ) -> None:
        self.finish(synthesizer.warm_up(sentence[1]))
        self.check_not_blocked(say(synthesizer, " ".join([sentence[0]] * 4), sentence[1]))

    def test_a_language_it_does_not_speak_is_refused(self, synthesizer: Synthesizer) -> None:
        for language in others(synthesizer.languages):
            self.check_refused(say(synthesizer, "2024", language), language)
