"""Two calls on one conversation: the second one hears that it is held on another line, waits, but not for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.channels.errors import ThreadHeldError, ThreadLockError
from emads_voice.channels.thread_lock import WAIT_S
from emads_voice.graph.phrases import phrase
from emads_voice.messages import Phrase, shipped
from emads_voice.observability import AuditEvent
from emads_voice.testing import MemoryAuditLog, ScriptedLine
from emads_voice.voice.languages import ENGLISH, VIETNAMESE


def words(which: Phrase) -> str:
    return phrase(shipped(), which, ENGLISH)[0]


HELD, STILL_HELD, GREETING, GOODBYE, QUESTION = (
    words(each) for each in ("held_elsewhere", "held_elsewhere_again", "greeting", "goodbye", "may_record")
)


class Locks:
    """Locks in memory, on virtual time; somebody else holds the call's conversation for so long at first."""

    def __init__(self, others_s: float = 0.0, *, broken: bool = False) -> None:
        self.held: list[str] = []
        self._others_s = others_s
        self._broken = broken

    @asynccontextmanager
    async def hold(self, thread_id: str, *, wait_s: float = WAIT_S) -> AsyncIterator[None]:
        if self._broken:
            raise ThreadLockError("The disk is full.")
        left = self._others_s if thread_id == "call" else 0.0
        self._others_s -= min(wait_s, left)
        await asyncio.sleep(min(wait_s, left))
        if left > wait_s:
            raise ThreadHeldError("It is held.")
        self.held.append(thread_id)
        yield
        self.held.remove(thread_id)


def said(done: Any) -> str:
    return " ".join(done.said)


def test_a_call_holds_its_conversation_to_the_end_and_then_lets_go(call: Any) -> None:
    locks = Locks()

    async def caller(line: ScriptedLine) -> None:
        await line.wait(3)
        assert locks.held == ["call"]
        await line.speak(1)
        await line.wait(4)
        assert locks.held == ["call"]

    done = call(caller, hears=["When?"], answers=["Today."], opening="greeting", locks=locks)
    assert (said(done), done.conversation) == (f"{GREETING} Today.", ["When?", "Today."])
    assert locks.held == []


def test_what_is_let_go_at_once_is_not_spoken_of(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(4)

    assert said(call(caller, opening="greeting", locks=Locks(0.9))) == GREETING


def test_who_waits_is_told_and_then_goes_on_with_the_conversation(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(12)
        await line.speak(1)
        await line.wait(4)

    locks = Locks(7.0)
    done = call(caller, hears=["When?"], answers=["Today."], opening="greeting", locks=locks)
    assert said(done) == f"{HELD} {GREETING} Today."
    assert done.conversation == ["When?", "Today."]


def test_what_the_waiting_say_is_answered_by_nobody(call: Any) -> None:
    """Neither by the agents, nor in advance; they are told again why."""

    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)
        line.press("1")
        await line.speak(1)
        await line.wait(8)

    done = call(caller, hears=["When?"], answers=[], preemptive=True, locks=Locks(20.0))
    assert said(done) == f"{HELD} {STILL_HELD}"
    assert (done.conversation, done.agent.asked, done.checkpoints) == ([], [], 0)


def test_silence_is_not_taken_for_an_answer_and_consent_is_asked_afterwards(call: Any) -> None:
    class Audit(MemoryAuditLog):
        async def append(self, event: AuditEvent) -> None:
            raise AssertionError("nobody has answered")

    async def caller(line: ScriptedLine) -> None:
        await line.wait(25)

    done = call(caller, locks=Locks(21.0), consents=Audit(), idle_s=8.0)
    assert said(done).startswith(f"{HELD} {STILL_HELD}")
    assert said(done).endswith(QUESTION)


def test_who_waited_too_long_hears_goodbye(call: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "emads_voice")

    async def caller(line: ScriptedLine) -> None:
        await line.wait(60)

    locks = Locks(100.0)
    done = call(caller, locks=locks, opening="greeting", idle_s=60.0)
    assert said(done) == f"{HELD} {GOODBYE}"
    assert done.ended == "we hung up"
    assert caplog.messages == ["call call: It is held."]
    assert locks.held == []


def test_who_hangs_up_while_waiting_holds_nothing(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(5)

    locks = Locks(100.0)
    call(caller, locks=locks)
    assert locks.held == []


def test_a_conversation_that_cannot_be_held_is_not_begun(call: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(10)

    done = call(caller, locks=Locks(broken=True), opening="greeting")
    assert said(done) == GOODBYE
    assert "The disk is full." in caplog.text


async def ask(line: ScriptedLine) -> None:
    await line.speak(1)
    await line.until_answered()
    await line.until_quiet(1)


def threads(saver: InMemorySaver) -> set[str]:
    return {each.config["configurable"]["thread_id"] for each in saver.list(None)}


@pytest.mark.parametrize(
    "wish",
    [
        "Yes, please.",
        "Start a new one, please.",
        "I'd like to begin a new conversation.",
        "No, I can't wait.",
        "Let's start over.",
        "Dạ vâng ạ.",
        "Cho tôi bắt đầu cuộc mới.",
        "Tôi không chờ được.",
    ],
)
def test_who_does_not_wait_begins_a_new_conversation(call: Any, wish: str) -> None:
    locks, saver = Locks(100.0), InMemorySaver()
    held: list[str] = []

    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)
        await line.speak(1)
        await line.until_answered()
        await line.until_quiet(1)
        held.extend(locks.held)
        await line.speak(1)
        await line.wait(4)

    done = call(
        caller,
        hears=[wish, "When is it?"],
        answers=["Today."],
        opening="greeting",
        locks=locks,
        saver=saver,
        language=VIETNAMESE if "ô" in wish or "ạ" in wish else ENGLISH,
    )
    assert done.said[-1] == "Today."
    assert len(done.said) > 3, "they were greeted in it"
    assert done.conversation == []
    assert threads(saver) == set(held)
    assert len(held) == 1
    assert locks.held == []


def test_a_line_that_may_break_is_told_of_the_new_conversation(call: Any) -> None:
    class Line(ScriptedLine):
        goes_on: str = ""

        def goes_on_with(self, thread_id: str) -> None:
            self.goes_on = thread_id

    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)
        await ask(line)
        await ask(line)

    saver, line = InMemorySaver(), Line()
    hears = ["Start a new one, please.", "When is it?"]
    call(caller, hears=hears, answers=["Today."], locks=Locks(100.0), saver=saver, line=line)
    assert threads(saver) == {line.goes_on}


@pytest.mark.parametrize("wish", ["Okay, I'll wait.", "No, don't start a new one.", "Tôi chờ được.", "No."])
def test_who_waits_waits(call: Any, wish: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)
        await line.speak(1)
        await line.wait(6)

    done = call(caller, hears=[wish], locks=Locks(100.0), idle_s=60)
    assert said(done) == HELD
    assert done.agent.asked == []


@pytest.mark.parametrize(
    ("reachable", "ended"), [("+842812345678", "transferred"), ("", "the caller hung up")]
)
def test_who_wants_a_person_has_one_or_leaves_a_message(call: Any, reachable: str, ended: str) -> None:
    saver = InMemorySaver()

    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)
        await line.speak(1)
        await line.until_answered()
        await line.until_quiet(1)
        if not reachable:
            await line.speak(1)
            await line.wait(8)

    heard = ["Let me talk to a person, please.", "Tell Bob that I called."]
    done = call(caller, hears=heard, locks=Locks(100.0), transfer_to=reachable, saver=saver)
    assert done.ended == ended
    assert GREETING not in said(done)
    if not reachable:
        assert words("nobody_reached") in said(done)
        (thread,) = threads(saver)
        kept = saver.get_tuple({"configurable": {"thread_id": thread}})
        assert kept
        assert "Tell Bob that I called." in [m.text for m in kept.checkpoint["channel_values"]["messages"]]


def test_who_says_goodbye_hears_ours(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)
        await line.speak(1)
        await line.wait(6)

    done = call(caller, hears=["Okay, goodbye."], locks=Locks(100.0))
    assert said(done) == f"{HELD} {GOODBYE}"
    assert done.ended == "we hung up"


def test_a_new_conversation_is_recorded_only_after_consent(call: Any) -> None:
    class Audit(MemoryAuditLog):
        threads: list[str] = []  # noqa: RUF012

        async def append(self, event: AuditEvent) -> None:
            self.threads.append(event.thread_id)

    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)
        for _ in range(2):
            await line.speak(1)
            await line.until_answered()
            await line.until_quiet(1)
        assert line.recorded

    audit = Audit()
    done = call(caller, hears=["A new one, please.", "Yes."], locks=Locks(100.0), consents=audit)
    assert QUESTION in said(done)
    assert "call" not in audit.threads


def test_who_comes_back_from_a_transfer_does_not_wait_for_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)

    done = call(caller, locks=Locks(100.0), returned=True)
    assert said(done) == words("nobody_reached")
