"""What comes at an awkward time: keys, voices, silence, failures and hang-ups while we ask, hand over or close."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from emads_voice.agents.forms import Analysis
from emads_voice.channels.errors import TransferError
from emads_voice.channels.transport import Briefing
from emads_voice.graph.phrases import phrase
from emads_voice.messages import Phrase, shipped
from emads_voice.testing import MemoryAuditLog, ScriptedAgent, ScriptedLine, ScriptedSynthesizer
from emads_voice.voice.errors import RecognitionError, SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.text.reading import read_aloud


def words(which: Phrase) -> str:
    """As a synthesiser is given it."""
    return read_aloud(phrase(shipped(), which, ENGLISH)[0], ENGLISH)


GOODBYE, TRANSFER, APOLOGY, NOT_RECOGNISED, MOMENT = (
    words(which) for which in ("goodbye", "transfer", "unavailable", "not_recognised", "moment")
)
QUESTION, AGAIN, NOT_RECORDED = (words(which) for which in ("may_record", "may_record_again", "not_recorded"))
BROKEN = [RecognitionError("The server is down."), RecognitionError("The server is down.")]


def said(done: Any) -> str:
    """All that we had spoken, however it was cut into sentences."""
    return " ".join(done.said)


def seconds(*texts: str) -> float:
    """How long the caller hears these."""
    return sum(0.05 * len(sentence) for text in texts for sentence in text.split(". "))


class Transferring(ScriptedLine):
    """Takes its time to hand a caller over, and may refuse to."""

    def __init__(self, *, takes_s: float, refuses: bool = False) -> None:
        super().__init__()
        self._takes_s, self._refuses = takes_s, refuses

    async def transfer(self, to: str, *, briefing: Briefing | None = None) -> None:
        await asyncio.sleep(self._takes_s)
        if self._refuses:
            raise TransferError("nobody there")
        await super().transfer(to)


class Stubborn(ScriptedAgent):
    """Never answers, and takes no notice of being interrupted for a while."""

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(1.8)
            raise
        raise AssertionError


async def ask(line: ScriptedLine) -> None:
    await line.speak(1.0)
    await line.until_answered()
    await line.until_quiet()


async def fail_twice(line: ScriptedLine) -> None:
    """Be apologised to, and begin to hear that a colleague takes over."""
    await ask(line)
    await line.speak(1.0)
    await line.until_answered()


async def press(line: ScriptedLine) -> None:
    line.press("1")
    line.press("#")
    await line.wait(0)


async def talk(line: ScriptedLine) -> None:
    await line.speak(2.0)


DISTURBANCES: list[Callable[[ScriptedLine], Awaitable[None]]] = [press, talk]


# Closing.


@pytest.mark.parametrize("disturb", DISTURBANCES)
def test_nothing_interrupts_the_goodbye(
    call: Any, disturb: Callable[[ScriptedLine], Awaitable[None]]
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.3)
        await disturb(line)
        await line.wait(10)

    done = call(caller, hears=["wait, one more thing."], answers=["Yes?"], max_call_s=3)
    assert said(done) == GOODBYE
    assert done.line.clears == []
    assert abs(done.line.played_s - seconds(GOODBYE)) < 0.1
    assert (done.conversation, done.ended) == ([], "we hung up")


def test_who_is_speaking_when_the_time_is_up_hears_the_goodbye(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(8)
        await line.wait(10)

    done = call(caller, hears=["and then"], answers=["Yes?"], max_call_s=3)
    assert (said(done), done.conversation, done.ended) == (GOODBYE, [], "we hung up")
    assert abs(done.line.played_s - seconds(GOODBYE)) < 0.1


def test_a_number_that_was_begun_when_the_time_was_up_is_nobodys(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(2.5)
        line.press("1")
        await line.wait(20)

    done = call(caller, answers=["Noted."], max_call_s=3, key_gap_s=1)
    assert (said(done), done.conversation, done.ended) == (GOODBYE, [], "we hung up")


def test_a_turn_that_fails_while_we_close_is_not_apologised_for(call: Any) -> None:
    class Fails(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise KeyError("a bug") from None
            raise AssertionError

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(20)

    done = call(caller, hears=["how?"], agent=Fails("cto", []), max_call_s=3, filler_after_s=60)
    assert (said(done), done.conversation, done.ended) == (GOODBYE, ["how?"], "we hung up")


def test_a_goodbye_that_cannot_be_spoken_still_ends_the_call(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(20)

    mute = ScriptedSynthesizer({"Thank you for calling.": SynthesisError("Down.")})
    done = call(caller, synthesizer=mute, max_call_s=3, transfer_to="+849")
    assert (done.ended, done.line.transferred) == ("we hung up", "")
    assert [record.getMessage() for record in caplog.records] == [
        "call call: a turn failed (SynthesisError: 'goodbye' could not be spoken: Down.)"
    ]


# Handing over.


@pytest.mark.parametrize("disturb", DISTURBANCES)
def test_nothing_interrupts_a_transfer(call: Any, disturb: Callable[[ScriptedLine], Awaitable[None]]) -> None:
    async def caller(line: ScriptedLine) -> None:
        await fail_twice(line)
        await line.wait(0.3)
        await disturb(line)
        await line.wait(20)

    hears = [*BROKEN, "no, wait."]
    done = call(caller, hears=hears, answers=["Yes?"], transfer_to="+849", line=Transferring(takes_s=5))
    assert said(done) == f"{NOT_RECOGNISED} {TRANSFER}"
    assert (done.line.clears, done.line.transferred, done.conversation) == ([], "+849", [])


def test_a_slow_transfer_is_neither_silence_nor_too_long_a_call(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await fail_twice(line)
        await line.wait(60)

    options = {"transfer_to": "+849", "max_call_s": 30, "idle_s": 10}
    done = call(caller, hears=BROKEN, line=Transferring(takes_s=40), **options)
    assert said(done) == f"{NOT_RECOGNISED} {TRANSFER}"
    assert done.line.transferred == "+849"


def test_a_slow_transfer_that_is_refused_after_all_ends_in_one_goodbye(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await fail_twice(line)
        await line.wait(60)

    options = {"transfer_to": "+849", "max_call_s": 20}
    done = call(caller, hears=BROKEN, line=Transferring(takes_s=30, refuses=True), **options)
    assert said(done) == f"{NOT_RECOGNISED} {TRANSFER} {GOODBYE}"
    assert done.ended == "we hung up"


@pytest.mark.parametrize("after_s", [0.5, 3.0, 8.0])
def test_hanging_up_while_being_handed_over_leaves_nothing_running(call: Any, after_s: float) -> None:
    async def caller(line: ScriptedLine) -> None:
        await fail_twice(line)
        await line.wait(after_s)

    done = call(caller, hears=BROKEN, transfer_to="+849", line=Transferring(takes_s=4, refuses=True))
    assert done.ended in ("the caller hung up", "we hung up")


def test_words_that_are_understood_just_before_the_transfer_do_not_cut_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(14)  # given up after 5 s, apologised for 1.8 s later
        await line.speak(1.0)
        await line.wait(5.7)  # given up as well, but the agent has not stopped yet
        await line.speak(0.6)
        await line.wait(30)

    done = call(
        caller,
        hears=["one?", "two?", "where is it?"],
        agent=Stubborn("cto", []),
        answer_within_s=5,
        filler_after_s=60,
        idle_s=60,
        transfer_to="+849",
        line=Transferring(takes_s=1),
    )
    assert said(done) == f"{APOLOGY} {TRANSFER}"
    assert done.line.transferred == "+849"
    assert abs(done.line.played_s - seconds(APOLOGY, TRANSFER)) < 0.1


# Asking for consent.


def test_a_failure_while_we_ask_leaves_the_question_open(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)
        await line.wait(50)

    audit = MemoryAuditLog()
    done = call(caller, hears=BROKEN[:1], consents=audit, idle_s=10)
    assert said(done).startswith(f"{QUESTION} {NOT_RECOGNISED} {AGAIN} {NOT_RECORDED}")
    assert [(event.kind, event.text) for event in audit.appended] == [("recording_refused", "")]
    assert done.line.recorded == ""


def test_two_failures_while_we_ask_hand_the_caller_over_unrecorded(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await fail_twice(line)
        await line.wait(30)

    audit = MemoryAuditLog()
    done = call(caller, hears=BROKEN, consents=audit, transfer_to="+849")
    assert said(done) == f"{QUESTION} {NOT_RECOGNISED} {TRANSFER}"
    assert (done.line.transferred, done.line.recorded, audit.appended) == ("+849", "", [])


def test_a_call_whose_time_is_up_while_we_ask_is_not_recorded(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await line.wait(1)
        await line.speak(1.0)  # the goodbye has begun
        await line.wait(10)

    audit = MemoryAuditLog()
    done = call(caller, hears=["Yes."], consents=audit, max_call_s=seconds(QUESTION) + 1.5)
    assert said(done) == f"{QUESTION} {GOODBYE}"
    assert (done.line.recorded, audit.appended) == ("", [])


def test_keys_pressed_twice_answer_the_question_once(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        line.press("2")
        line.press("2")
        await line.wait(15)

    audit = MemoryAuditLog()
    call(caller, consents=audit, answers=["Two?"])
    assert [event.text for event in audit.appended] == ["[keypad] 2"]


# Phrases that fail, and their language.


def test_a_greeting_that_cannot_be_spoken_is_a_failure(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(8)

    broken = ScriptedSynthesizer({"How can I help?": SynthesisError("Down.")})
    assert said(call(caller, synthesizer=broken, opening="greeting")) == f"{words('greeting')} {APOLOGY}"


def test_a_caller_to_whom_nothing_can_be_said_is_handed_over_at_once(call: Any) -> None:
    class Dead(ScriptedSynthesizer):
        async def synthesize(self, *args: Any, **kwargs: Any) -> Any:
            raise SynthesisError("Down.")
            yield

    async def caller(line: ScriptedLine) -> None:
        await line.wait(3)

    done = call(caller, synthesizer=Dead(), opening="greeting", transfer_to="+849")
    assert done.line.transferred == "+849"


def test_who_interrupts_an_apology_that_breaks_off_is_answered(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(1.0)
        await line.until_quiet(3)

    broken = ScriptedSynthesizer({"Please try again in a little while.": SynthesisError("Down.")})
    done = call(
        caller,
        hears=[BROKEN[0], "well, where is mine?"],
        answers=["Yes, I am here."],
        synthesizer=broken,
        transfer_to="+849",
    )
    assert done.conversation == ["well, where is mine?", "Yes, I am here."]
    assert done.line.transferred == ""


def test_our_phrases_follow_the_language_of_the_call(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.0)
        await line.wait(12)

    hears = [Transcript("Máy chủ thế nào?", VIETNAMESE, 1.0, "scripted")]
    done = call(caller, hears=hears, answers=["Tốt."], answers_after_s=5, opening="greeting", idle_s=4)
    spoken = [(text, language.base_code) for text, language in done.synthesizer.spoken]
    assert " ".join(text for text, _ in spoken[:3]) == words("greeting")
    assert {code for _, code in spoken[:3]} == {"en"}
    assert spoken[3][0] == phrase(shipped(), "moment", VIETNAMESE)[0]
    assert phrase(shipped(), "still_there", VIETNAMESE)[0] in [text for text, _ in spoken]
    assert {code for _, code in spoken[3:]} == {"vi"}


def test_a_caller_who_hangs_up_waits_for_no_answer_any_more(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(4.5)  # the answer would be given up a moment later

    with caplog.at_level(logging.INFO):
        done = call(caller, hears=["how?"], agent=Stubborn("cto", []), answer_within_s=5.2, filler_after_s=60)
    assert done.conversation == ["how?"]
    assert not [record for record in caplog.records if "failed" in record.getMessage()]
