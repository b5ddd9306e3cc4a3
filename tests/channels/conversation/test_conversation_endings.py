"""How a call begins and ends: silence, the goodbye, and hanging up at any point."""

import asyncio
from typing import Any

import pytest

from emads_voice.testing import (
    ScriptedLine,
)

SENTENCES = [
    "This is the first sentence of it.",
    "This is the second sentence of it.",
    "And this is the third one of it.",
]
LONG = " ".join(SENTENCES)


def test_a_silent_caller_is_asked_twice_and_then_let_go(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(60)

    done = call(caller, opening="greeting")
    said = " ".join(text for text, _ in done.synthesizer.spoken)
    asked, again = "Are you still there?", "Hello, can you hear me?"
    greeting = "Hello. This is an automated assistant. How can I help?"
    assert said == f"{greeting} {asked} {again} Thank you for calling. Goodbye."
    assert done.ended == "we hung up"


def test_the_goodbye_is_heard_to_its_end(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(30)

    done = call(caller, max_call_s=10, idle_s=60)
    goodbye = sum(len(text) for text, _ in done.synthesizer.spoken) * 0.05
    assert abs(done.line.played_s - goodbye) < 0.1
    assert done.ended == "we hung up"


def test_hanging_up_in_the_middle_remembers_what_was_heard(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(2.6)

    done = call(caller, hears=["tell me all."], answers=[LONG])
    assert done.conversation[1].startswith("This is the first sentence of it.")
    assert len(done.conversation[1]) < len(LONG)


def test_a_call_that_comes_back_begins_with_an_apology(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, opening="resumed")
    assert done.said == ["Sorry, the line was interrupted.", "Please go on."]


@pytest.mark.parametrize("after_s", [0.05, 0.5, 1.05, 1.3, 1.5, 1.7, 2.5, 3.0, 5.0])
def test_hanging_up_at_any_point_leaves_nothing_running(call: Any, after_s: float) -> None:
    async def caller(line: ScriptedLine) -> None:
        talking = asyncio.create_task(line.speak(1.0))
        await line.wait(after_s)
        talking.cancel()

    done = call(
        caller,
        hears=["where is it?"],
        hears_after_s=1.5,
        answers=[LONG],
        answers_after_s=0.2,
        opening="greeting",
    )
    assert done.conversation[:1] in ([], ["where is it?"])
    assert all(text == "…" or LONG.startswith(text) for text in done.conversation[1:])


def test_hanging_up_while_we_think_keeps_the_question(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.5)

    assert call(caller, hears=["how?"], answers=["So."], answers_after_s=10).conversation == ["how?"]
