"""A line that sends nothing while the caller is silent."""

import asyncio
from typing import Any

from emads_voice.testing import ScriptedLine


def test_a_caller_whose_line_falls_silent_is_answered(call: Any) -> None:
    waits: list[float] = []

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        stopped = asyncio.get_running_loop().time()
        await line.until_answered()
        waits.append(line.played[0][0] - stopped)
        await line.until_quiet()

    call(caller, hears=["How are they?"], answers=["They are well."], line=ScriptedLine(sends_silence=False))
    assert 0.7 < waits[0] < 1.0  # the stall of 0.3 s, then the silence of 0.45 s


def test_an_utterance_does_not_begin_with_the_end_of_the_last_one(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0, loudness=0.2)
        await line.until_answered()
        await line.until_quiet(3)
        await line.speak(0.6, loudness=0.4)
        await line.until_answered()

    done = call(
        caller,
        hears=["How are they?", "Good."],
        answers=["Well."] * 2,
        line=ScriptedLine(sends_silence=False),
    )
    second = done.recognizer.asked[-1][0].samples
    assert not second[:2_000].any()  # before the voice was noticed
    assert abs(second).max() > 0.3


def test_words_keep_the_silence_between_them(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(0.9)
        await line.wait(1.0)
        await line.speak(0.9)
        await line.until_answered()

    done = call(
        caller,
        hears=["My number is 09.", "My number is 09. 12."],
        answers=["Noted."],
        line=ScriptedLine(sends_silence=False),
    )
    assert done.conversation[0] == "My number is 09. 12."
    assert done.recognizer.asked[-1][0].duration_s > 2.7
