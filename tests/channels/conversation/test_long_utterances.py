"""However a line brings it, an utterance holds no more sound than it may, and what is cut is said."""

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from emads_voice.channels.transport import Sound
from emads_voice.testing import ScriptedLine, ScriptedRecognizer
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript

TONE = np.full(160, 0.3, np.float32)
CUT = "call call: an utterance was cut after 40 s; what follows is heard once the caller has drawn breath"


def cuts(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


COME_IN = "Sorry, may I come in for a moment?"


def test_a_monologue_is_one_question_and_we_ask_to_come_in(call: Callable[..., Any]) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(5):
            await line.speak(3.7)
            await line.wait(0.3)  # a breath
        await line.until_answered()
        await line.until_quiet()

    class Breathing(ScriptedRecognizer):
        async def transcribe(self, audio: Any, **told: Any) -> Transcript:
            self.asked.append((audio, None, ()))
            return Transcript(f"{audio.duration_s:.1f}", ENGLISH, audio.duration_s, self.name)

    recognizer = Breathing([])
    done = call(caller, recognizer=recognizer, answers=["I see."], max_utterance_s=8)
    question = done.conversation[0]
    first, second, third = (float(part) for part in question.split())
    assert 7.2 <= first <= 8  # to the breath before the longest there is
    assert second <= 8
    assert first + second + third == pytest.approx(20.2, abs=0.5)  # nothing is lost
    assert done.said == [COME_IN, "Excuse me, may I say something?", "I see."]
    assert not recognizer.asked[0][0].samples[-200:].any()  # no word is cut in two


def test_who_draws_no_breath_loses_no_word(call: Callable[..., Any]) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(20)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["so", "I", "said."], answers=["I see."], max_utterance_s=8)
    assert done.conversation == ["so I said.", "I see."]
    assert sum(audio.duration_s for audio, _, _ in done.recognizer.asked) == pytest.approx(20.2, abs=0.4)


def test_who_never_stops_is_answered(call: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(60)
        await line.until_quiet()

    done = call(caller, hears=list("abcde"), answers=["Let me stop you there."], max_utterance_s=8)
    assert done.conversation == ["a b c d e", "Let me stop you there."]
    assert cuts(caplog) == [CUT]


def test_sound_without_words_is_no_monologue(call: Callable[..., Any]) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(60)
        await line.until_quiet()

    done = call(caller, hears=["", ""], max_utterance_s=8, idle_s=100)
    assert done.said == []
    assert len(done.recognizer.asked) <= 2


def test_sound_that_comes_at_once_is_heard_in_so_many_parts(
    call: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        for _ in range(50 * 50):
            line.bring(Sound(TONE))
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=list("abcde"), answers=["I see."], max_utterance_s=8)
    assert done.conversation == ["a b c d e", "I see."]
    assert {audio.duration_s for audio, _, _ in done.recognizer.asked} == {8.0}
    assert cuts(caplog) == [CUT]


def test_who_goes_on_before_a_part_is_understood_does_not_make_it_longer(call: Callable[..., Any]) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(10)
        for _ in range(4):
            await line.wait(0.3)
            await line.speak(0.7)
        await line.wait(12)

    done = call(caller, hears=["so", "I said."], hears_after_s=7, answers=["I see."], max_utterance_s=8)
    assert done.conversation == ["so I said.", "I see."]
    assert max(audio.duration_s for audio, _, _ in done.recognizer.asked) == 8.0


def test_a_line_that_brings_hardly_any_sound_does_not_keep_an_utterance_open(
    call: Callable[..., Any],
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        for _ in range(20 * 10):  # 16 samples every 0.1 s: neither silence nor a sentence
            line.bring(Sound(TONE[:16]))
            await line.wait(0.1)
        await line.until_quiet()

    done = call(
        caller,
        hears=["where is it?"],
        answers=["Hello."],
        line=ScriptedLine(sends_silence=False),
        max_utterance_s=5,
        idle_s=60,
    )
    assert done.conversation == ["where is it?", "Hello."]
