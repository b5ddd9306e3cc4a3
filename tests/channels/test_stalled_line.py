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
        waits.append(line.heard[0][0] - stopped)
        await line.until_quiet()

    call(caller, hears=["How are they?"], answers=["They are well."], line=ScriptedLine(sends_silence=False))
    assert 0.7 < waits[0] < 1.0  # the stall of 0.3 s, then the silence of 0.45 s
