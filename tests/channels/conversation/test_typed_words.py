"""What comes over a line as words, and a wish for silence: the caller types, or presses a button."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from emads_voice.agents import Analysis
from emads_voice.channels.errors import ThreadHeldError
from emads_voice.channels.live_events import CallerHeard, Saying, StageEnded, TurnBegan, TurnEnded
from emads_voice.channels.thread_lock import WAIT_S
from emads_voice.channels.transport import Hush, Played, Words
from emads_voice.testing import ScriptedAgent, ScriptedLine
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript

LONG = "It costs five thousand dollars a year, and it saves two of the six servers that we have."


def words(text: str) -> Words:
    return Words(TranscriptEar(Transcript(text, ENGLISH, 0, "typed")))


class SlowLocks:
    """Locks that can be had, but not at once."""

    @asynccontextmanager
    async def hold(self, thread_id: str, *, wait_s: float = WAIT_S) -> AsyncIterator[None]:
        await asyncio.sleep(0.5)
        yield


def test_words_that_come_before_the_conversation_is_ours_are_answered(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        line.bring(words("When?"))
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, answers=["Today."], locks=SlowLocks())
    assert done.conversation == ["When?", "Today."]


class HeldLocks:
    """Somebody else holds the conversation for so long."""

    def __init__(self, others_s: float) -> None:
        self._others_s = others_s

    @asynccontextmanager
    async def hold(self, thread_id: str, *, wait_s: float = WAIT_S) -> AsyncIterator[None]:
        if thread_id == "call":
            await asyncio.sleep(min(wait_s, self._others_s))
            self._others_s -= wait_s
            if self._others_s > 0:
                raise ThreadHeldError("It is held.")
        yield


def test_who_asks_where_others_talk_is_told_so_once_and_answered_then(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        line.bring(words("When?"))
        await line.wait(40)

    done = call(caller, answers=["Today."], locks=HeldLocks(20), answer_within_s=6, idle_s=60)
    assert " ".join(done.said).count("another line") == 1
    assert done.conversation == ["When?", "Today."]


def test_what_was_asked_where_others_talk_is_answered_in_the_new_conversation(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        line.bring(words("When?"))
        await line.wait(10)
        line.bring(words("Begin a new one."))
        await line.wait(10)

    done = call(caller, answers=["Today."], locks=HeldLocks(60))
    assert " ".join(done.said).count("another line") == 1
    assert done.said[-1] == "Today."


class SlowToStop(ScriptedAgent):
    """Never answers, and takes its time to be stopped."""

    async def answer(self, *args: Any, **how: Any) -> Analysis:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(3)
        raise AssertionError


def test_who_waits_for_an_apology_is_not_asked_whether_they_are_there(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(6)
        line.bring(words("When?"))
        await line.wait(14)

    timing = {"answer_within_s": 6, "idle_s": 5, "filler_after_s": 30}
    done = call(caller, agent=SlowToStop("cto", []), opening="greeting", **timing)
    said = " ".join(done.said)
    assert "I am sorry" in said
    assert "still there" not in said.partition("I am sorry")[0]
    assert [each.how for each in done.line.told if isinstance(each, TurnEnded)] == ["failed"]


def test_words_interrupt_the_greeting_and_what_we_say(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.3)
        line.bring(words("What does it cost?"))
        await line.until_answered()
        await line.wait(2)
        line.bring(words("And then?"))
        await line.until_quiet()

    done = call(caller, answers=[LONG, "Nothing."], opening="greeting")
    assert done.conversation[2:] == ["And then?", "Nothing."]
    assert len(done.conversation[1]) < len(LONG)


@pytest.mark.parametrize("played_s", [None, 0.5])
def test_a_wish_for_silence_ends_what_we_say_and_keeps_what_was_played(
    call: Any, played_s: float | None
) -> None:
    async def caller(line: ScriptedLine) -> None:
        line.bring(words("What does it cost?"))
        await line.until_answered()
        await line.wait(2)
        line.bring(Hush())
        if played_s is not None:
            line.bring(Played(round(played_s * line.rate)))
        await line.wait(1)
        played = line.played_s
        await line.wait(5)
        assert line.played_s == played

    done = call(caller, answers=[LONG], idle_s=60.0)
    kept = done.conversation[1].rstrip(" …")
    assert LONG.startswith(kept)
    assert len(kept.split()) == (7 if played_s is None else 2)


def test_a_line_is_told_what_goes_on_in_order(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["When?"], answers=["Today."])
    told = done.line.told
    kinds = [type(each) for each in told]
    order = [kinds.index(kind) for kind in (CallerHeard, TurnBegan, Saying, TurnEnded)]
    assert order == sorted(order)
    assert TurnEnded("played", "Today.", ENGLISH) in told
    assert Saying("Today.") in told
    assert "cto" in [each.stage for each in told if isinstance(each, StageEnded)]


@pytest.mark.parametrize(
    "remark",
    [
        "Hello?",
        "okay",
        "thank you",
        "Are you there?",
        "What can you do?",
        "Who are you?",
        "slower please",
        "alo?",
        "cảm ơn",
        "em là ai vậy",
    ],
)
def test_what_is_typed_to_us_leaves_an_agent_at_work(call: Any, remark: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        line.bring(words("Where is my parcel?"))
        await line.wait(2.5)
        line.bring(words(remark))
        await line.wait(20)

    done = call(caller, answers=["It is here."], answers_after_s=9)
    assert len(done.agent.asked) == 1
    assert done.conversation == ["Where is my parcel?", "It is here."]
    assert len(done.said) > 1  # they were told something meanwhile


@pytest.mark.parametrize("remark", ["ok", "Thanks!", "mm-hm", "dạ vâng"])
def test_a_nod_that_is_typed_lets_us_say_all(call: Any, remark: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        line.bring(words("What does it cost?"))
        await line.until_answered()
        await line.wait(2)
        line.bring(words(remark))
        await line.until_quiet()

    done = call(caller, answers=[LONG], idle_s=60.0)
    assert done.conversation == ["What does it cost?", LONG]


@pytest.mark.parametrize(
    "remark", ["Mm-hm.", "Thank you.", "cảm ơn", "Hello?", "Wait a moment.", "Who are you?"]
)
def test_what_is_typed_when_nothing_goes_on_is_answered_without_an_agent(call: Any, remark: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        line.bring(words("When?"))
        await line.until_answered()
        await line.until_quiet()
        line.bring(words(remark))
        await line.wait(3)

    done = call(caller, answers=["Today."], idle_s=60.0)
    assert len(done.agent.asked) == 1
    assert len(done.said) > 1


def test_who_types_after_having_asked_us_to_wait_speaks_to_us(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for text in ("When?", "Wait a moment.", "And where?"):
            line.bring(words(text))
            await line.until_answered()
            await line.until_quiet()

    done = call(caller, answers=["Today.", "In Hue."], idle_s=60.0)
    assert done.conversation[-2:] == ["And where?", "In Hue."]


def test_what_was_not_caught_is_said_again(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        line.bring(words("When?"))
        await line.until_answered()
        await line.until_quiet()
        line.bring(words("Could you say that again?"))
        await line.wait(5)

    done = call(caller, answers=["Today."], idle_s=60.0)
    assert done.said == ["Today.", "Today."]
    assert len(done.agent.asked) == 1
