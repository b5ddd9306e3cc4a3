"""However a line brings it, an utterance holds no more sound than it may, and what is cut is said."""

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from emads_voice.channels.transport import Sound
from emads_voice.testing import ScriptedLine

TONE = np.full(160, 0.3, np.float32)
CUT = "call call: an utterance was cut after 8 s; what follows is heard once the caller has drawn breath"


def cuts(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_sound_that_comes_at_once_is_heard_up_to_the_longest_utterance(
    call: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        for _ in range(50 * 50):
            line.bring(Sound(TONE))
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["so I said."] * 3, answers=["Let me stop you there."] * 3, max_utterance_s=8)
    assert done.conversation == ["so I said.", "Let me stop you there."]
    assert [audio.duration_s for audio, _, _ in done.recognizer.asked] == [8.0]
    assert cuts(caplog) == [CUT]


def test_who_goes_on_before_a_full_utterance_is_understood_does_not_make_it_longer(
    call: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(10)
        for _ in range(4):
            await line.wait(0.3)
            await line.speak(0.7)
        await line.until_answered()
        await line.until_quiet()

    done = call(
        caller,
        hears=["so I said."] * 3,
        hears_after_s=7,
        answers=["Let me stop you there."] * 3,
        max_utterance_s=8,
    )
    assert done.conversation == ["so I said.", "Let me stop you there."]
    assert [audio.duration_s for audio, _, _ in done.recognizer.asked] == [8.0]
    assert cuts(caplog) == [CUT]


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
        hears=["hello?"],
        answers=["Hello."],
        line=ScriptedLine(sends_silence=False),
        max_utterance_s=5,
        idle_s=60,
    )
    assert done.conversation == ["hello?", "Hello."]
