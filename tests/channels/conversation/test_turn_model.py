"""A turn model's hint in a whole call: what sounds unfinished is given more time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from emads_voice.testing import ScriptedLine, ScriptedTurnModel


@pytest.mark.parametrize(
    ("judgement", "waits_s"),
    [(0.02, 1.0), (0.98, 0.45), (RuntimeError("the model is broken"), 0.45)],
)
def test_an_answer_waits_for_whoever_does_not_sound_finished(
    call: Callable[..., Any], judgement: float | Exception, waits_s: float
) -> None:
    model, waited = ScriptedTurnModel([judgement]), []

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.5)
        before = asyncio.get_running_loop().time()
        await line.until_answered()
        waited.append(asyncio.get_running_loop().time() - before)
        await line.until_quiet()
        line.hang_up_caller()

    done = call(caller, hears=["We move the servers."], answers=["Yes."], turn_model=model)
    assert done.conversation == ["We move the servers.", "Yes."]
    assert waits_s <= waited[0] <= waits_s + 0.2
    assert 1.5 <= model.asked[0].duration_s <= 2.2  # the utterance, not what came before it
