"""espeak-ng through ctypes: sound, phonemes with their punctuation, and languages it can be trusted with."""

import asyncio
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError, LanguageError, SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.synthesizers.espeak import Espeak, EspeakSynthesizer, shared_espeak

SPEAKER: Synthesizer = EspeakSynthesizer()


async def speak(text: str, code: str = "vi", voice: str | None = None) -> list[Audio]:
    return [audio async for audio in SPEAKER.synthesize(text, language=find_language(code), voice=voice)]


async def test_it_speaks_vietnamese() -> None:
    (audio,) = await speak("Xin chào, tôi có thể giúp gì cho bạn?")
    assert audio.rate == 22_050
    assert 1 < audio.duration_s < 5
    assert 0.1 < np.abs(audio.samples).max() <= 1


async def test_where_there_are_no_words_nothing_is_spoken() -> None:
    assert [await speak(text) for text in ("", " \n", "…", "\0")] == [[], [], [], []]


def test_it_knows_which_languages_it_can_read() -> None:
    codes = {language.code for language in SPEAKER.languages}
    assert {"en", "vi", "zh", "yue", "fr", "ko", "zh-CN-SC", "yue-HK"} <= codes
    assert not codes & {"ja", "th", "ar", "fil"}


async def test_a_language_it_cannot_read_is_not_mangled() -> None:
    with pytest.raises(LanguageError, match="espeak cannot speak Japanese"):
        await speak("今日は", "ja")


async def test_a_voice_may_be_chosen() -> None:
    north, south = [(await speak("Xin chào", voice=voice))[0] for voice in (None, "vi-vn-x-south")]
    assert not np.array_equal(north.samples[:2000], south.samples[:2000])
    assert await speak("Hello", "en", voice="en-gb")
    with pytest.raises(SynthesisError, match="no voice 'nobody'"):
        await speak("Xin chào", voice="nobody")


async def test_speakers_do_not_mix() -> None:
    texts = [("Good morning everybody", "en"), ("Xin chào mọi người", "vi"), ("Guten Morgen", "de")] * 5
    alone = {text: (await speak(*text))[0].samples for text in texts}
    together = await asyncio.gather(*(speak(*text) for text in texts))
    for text, (audio,) in zip(texts, together, strict=True):
        assert len(audio.samples) == pytest.approx(len(alone[text]), rel=0.05)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Hello there, Mr. Smith! It costs 3.50 dollars.", [",", "", "!", "."]),
        ('"Really?" she said; yes: "no" — never. Ok.\nNew line', ["?", ";", ":", ",", ".", ".", ""]),
        ("It is 5 p.m. in the U.S. today", [""]),
        ("It costs 3.5", [""]),
        ("你好，世界。", [",", "."]),
        ("", []),
    ],
)
def test_clauses_keep_the_marks_they_end_with(text: str, marks: list[str]) -> None:
    voice = "cmn" if "你" in text else "en-us"
    assert [mark for _, mark in shared_espeak().phonemes(text, voice)] == marks


def test_phonemes_are_ipa() -> None:
    assert shared_espeak().phonemes("Good morning", "en-us") == [("ɡˈʊd mˈɔːɹnɪŋ", "")]


def test_phonemes_and_speech_may_be_asked_for_from_many_threads() -> None:
    espeak = shared_espeak()
    with ThreadPoolExecutor(4) as threads:
        answers = [
            threads.submit(lambda: (espeak.phonemes("One, two.", "en-us"), len(espeak.speak("One", "en-us"))))
            for _ in range(20)
        ]
    assert len({str(answer.result()[0]) for answer in answers}) == 1
    assert all(answer.result()[1] > 1000 for answer in answers)


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(BackendError, match=re.escape(install_hint("local")) + ".*extra espeak"):
        Espeak()


async def test_warming_up_may_be_asked_for_at_once_and_again() -> None:
    await asyncio.gather(SPEAKER.warm_up(ENGLISH), SPEAKER.warm_up(VIETNAMESE), SPEAKER.warm_up())
