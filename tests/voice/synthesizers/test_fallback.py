"""Each language is spoken by the first that can, and by the next when that one fails."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from emads_voice.testing.speech import ScriptedSynthesizer
from emads_voice.voice.errors import LanguageError, SynthesisError, WeightsError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.synthesizers.fallback import FallbackSynthesizer


class Candidate(ScriptedSynthesizer):
    """Remembers what it was warmed up for; breaks if told to."""

    def __init__(self, name: str, *languages: Language, broken: Exception | None = None) -> None:
        super().__init__(languages=languages, name=name)
        self.warmed: list[Language | None] = []
        self.broken = broken

    async def warm_up(self, language: Language | None = None) -> None:
        self.warmed.append(language)
        if self.broken:
            raise self.broken


async def say(synthesizer: Synthesizer, text: str, language: Language) -> Audio:
    return Audio.join([piece async for piece in synthesizer.synthesize(text, language=language)])


async def test_the_first_that_speaks_the_language_speaks() -> None:
    piper, espeak = Candidate("piper", ENGLISH), Candidate("espeak", ENGLISH, VIETNAMESE)
    fallback = FallbackSynthesizer([piper, espeak])
    assert isinstance(fallback, Synthesizer)
    assert fallback.name == "piper|espeak"
    assert set(fallback.languages) == {ENGLISH, VIETNAMESE}
    await say(fallback, "Hello.", ENGLISH)
    await say(fallback, "Chào.", VIETNAMESE)
    assert (piper.spoken, espeak.spoken) == ([("Hello.", ENGLISH)], [("Chào.", VIETNAMESE)])


async def test_a_language_nobody_speaks_is_refused_with_a_way_out() -> None:
    fallback = FallbackSynthesizer([Candidate("a", ENGLISH), Candidate("b", VIETNAMESE)])
    with pytest.raises(LanguageError, match=r"French \(spoken: English, Vietnamese\): put a Piper voice"):
        await say(fallback, "Bonjour.", find_language("fr"))


async def test_a_candidate_that_fails_before_its_first_sound_is_replaced(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, sound = (
        ScriptedSynthesizer({"Hello.": SynthesisError("It is down.")}, name="broken"),
        ScriptedSynthesizer(),
    )
    audio = await say(FallbackSynthesizer([broken, sound]), "Hello.", ENGLISH)
    assert audio.duration_s == sound.tone("Hello.").duration_s
    assert "broken cannot speak: It is down." in caplog.text


async def test_a_candidate_that_fails_later_is_not_replaced() -> None:
    class Breaking(ScriptedSynthesizer):
        async def synthesize(
            self, text: str, *, language: Language, voice: str | None = None
        ) -> AsyncIterator[Audio]:
            async for piece in super().synthesize(text, language=language, voice=voice):
                yield piece
                raise SynthesisError("It broke off.")

    second = ScriptedSynthesizer()
    with pytest.raises(SynthesisError, match="broke off"):
        await say(FallbackSynthesizer([Breaking(), second]), "Hello.", ENGLISH)
    assert second.spoken == []


async def test_when_all_fail_the_last_failure_is_raised() -> None:
    candidates = [
        ScriptedSynthesizer({"Hello.": SynthesisError(f"{name} is down.")}) for name in ("One", "Two")
    ]
    with pytest.raises(SynthesisError, match="Two is down"):
        await say(FallbackSynthesizer(candidates), "Hello.", ENGLISH)


async def test_what_will_speak_is_warmed_up() -> None:
    piper, espeak = Candidate("piper", ENGLISH), Candidate("espeak", ENGLISH, VIETNAMESE)
    fallback = FallbackSynthesizer([piper, espeak])
    await fallback.warm_up(VIETNAMESE)
    await fallback.warm_up(ENGLISH)
    assert (piper.warmed, espeak.warmed) == ([ENGLISH], [VIETNAMESE])
    await fallback.warm_up()
    assert (piper.warmed[-1], espeak.warmed[-1]) == (None, None)


async def test_a_candidate_that_cannot_be_loaded_is_replaced_too() -> None:
    piper, espeak = Candidate("piper", ENGLISH, broken=WeightsError("No file.")), Candidate("espeak", ENGLISH)
    await FallbackSynthesizer([piper, espeak]).warm_up(ENGLISH)
    assert espeak.warmed == [ENGLISH]
    with pytest.raises(WeightsError, match="No file"):
        await FallbackSynthesizer([piper]).warm_up(ENGLISH)
