"""A person is wanted: the caller is put through, or leaves a message where nobody can be reached."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from emads_voice.agents import Transfer
from emads_voice.agents.forms import Analysis
from emads_voice.channels.errors import TransferError
from emads_voice.graph.phrases import phrase
from emads_voice.messages import Phrase, shipped
from emads_voice.testing import (
    MemoryAuditLog,
    ScriptedAgent,
    ScriptedLine,
    ScriptedRecognizer,
    ScriptedSynthesizer,
)
from emads_voice.voice.errors import RecognitionError, SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Transcript


def words(which: Phrase, language: Any = ENGLISH) -> str:
    return phrase(shipped(), which, language)[0]


NOBODY, STILL_NOBODY, KEPT, TRANSFER, GOODBYE = (
    words(which)
    for which in ("nobody_reached", "nobody_reached_again", "message_kept", "transfer", "goodbye")
)


class Refusing(ScriptedLine):
    """Cannot hand anybody over."""

    async def transfer(self, to: str) -> None:
        raise TransferError("nobody there")


@dataclass
class Asking(ScriptedAgent):
    """Asks for something to be done with the call."""

    then: Any = None

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        analysis = await super().answer(*args, **kwargs)
        return analysis.model_copy(update={"then": self.then})


def wanting(wanted: Any, *answers: str) -> Asking:
    return Asking("cto", list(answers), then=wanted)


async def ask(line: ScriptedLine) -> None:
    await line.speak(1.0)
    await line.until_answered()
    await line.until_quiet()


async def leave_a_message(line: ScriptedLine) -> None:
    """Be told that nobody can be reached, and say something in two breaths."""
    await ask(line)
    await line.speak(1.5)
    await line.wait(1.8)
    await line.speak(1.5)
    await line.wait(12)


def said(done: Any) -> str:
    return " ".join(done.said)


PERSON = Transfer(reason="the caller asked for a person")


def test_where_nobody_can_be_reached_what_the_caller_says_is_kept_and_confirmed(call: Any) -> None:
    audit = MemoryAuditLog()
    done = call(
        leave_a_message,
        hears=["somebody from sales, please.", "This is Nam.", "Please ring me on Monday."],
        agent=wanting(PERSON, ""),
        audit=audit,
        idle_s=30,
    )
    assert said(done) == f"{NOBODY} {KEPT}"
    assert done.conversation == [
        "somebody from sales, please.",
        "This is Nam. Please ring me on Monday.",
        KEPT,
    ]
    assert done.messages[-2].additional_kwargs == {"message_left": True}
    kept = [(event.kind, event.thread_id, event.text, event.model) for event in audit.appended]
    assert kept == [
        ("message_left", "call", "This is Nam.", "scripted:recognizer"),
        ("message_left", "call", "Please ring me on Monday.", "scripted:recognizer"),
    ]
    assert len(done.agent.asked) == 1  # a message is nobody's question


def test_after_a_message_the_conversation_goes_on(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await leave_a_message(line)
        await ask(line)

    agent = wanting(PERSON, "", "Monday.")
    agent.then = None
    hears = ["the sales office.", "This is Nam.", "Ring me.", "which day is it?"]

    class Once(Asking):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            self.then = None if self.asked else PERSON
            return await super().answer(*args, **kwargs)

    done = call(caller, hears=hears, agent=Once("cto", ["", "Monday."]), idle_s=30)
    assert done.conversation[-2:] == ["which day is it?", "Monday."]


def test_a_message_is_all_that_was_said_when_they_hung_up(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.5)
        await line.wait(1.8)
        await line.speak(1.5)  # and puts the receiver down

    audit = MemoryAuditLog()
    done = call(
        caller,
        hears=["the sales office.", "This is Nam.", "Ring me."],
        agent=wanting(PERSON, ""),
        audit=audit,
    )
    assert done.conversation[1:] == ["This is Nam. Ring me.", KEPT]
    assert [event.text for event in audit.appended] == ["This is Nam.", "Ring me."]


def test_a_message_that_the_time_cuts_is_kept_as_far_as_it_was_said(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.5)
        await line.wait(2.2)
        await line.speak(30)

    done = call(
        caller, hears=["the sales office.", "This is Nam.", "and"], agent=wanting(PERSON, ""), max_call_s=14
    )
    assert done.conversation[1:] == ["This is Nam.", KEPT]
    assert said(done).endswith(GOODBYE)


def test_the_end_of_a_message_that_cannot_be_recognised_costs_no_more_than_itself(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.5)
        await line.wait(1.8)
        await line.speak(1.5)

    done = call(
        caller,
        hears=["the sales office.", "This is Nam.", RecognitionError("Down.")],
        agent=wanting(PERSON, ""),
    )
    assert done.conversation[1:] == ["This is Nam.", KEPT]
    assert "the end of a message is lost (Down.)" in caplog.text


def test_a_recogniser_that_hangs_costs_the_end_of_a_message_alone(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Hanging(ScriptedRecognizer):
        async def transcribe(self, *args: Any, **kwargs: Any) -> Transcript:
            if len(self.asked) == 2:
                await asyncio.Event().wait()
            return await super().transcribe(*args, **kwargs)

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.5)
        await line.wait(1.8)
        await line.speak(1.5)

    recognizer = Hanging(["the sales office.", "This is Nam."])
    done = call(caller, recognizer=recognizer, agent=wanting(PERSON, ""))
    assert done.conversation[1:] == ["This is Nam.", KEPT]
    assert "the end of a message is lost (no time)" in caplog.text


@pytest.mark.parametrize("no", ["No, thank you.", "không ạ"])
def test_who_wants_to_leave_none_goes_on(call: Any, no: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await ask(line)

    audit = MemoryAuditLog()
    done = call(caller, hears=["the sales office.", no], agent=wanting(PERSON, ""), audit=audit)
    assert said(done).endswith(words("message_not_wanted"))
    assert done.conversation == ["the sales office."]
    assert [(event.kind, event.text) for event in audit.appended] == [("voice_input", no)]


@pytest.mark.parametrize(
    "no",
    [
        *("No, never mind.", "Never mind, I will call again.", "No need, thanks.", "Another time."),
        *("Thôi khỏi.", "Không cần đâu.", "Thôi, để sau.", "Để tôi gọi lại sau nhé."),
    ],
)
def test_what_turns_the_offer_down_is_no_message(call: Any, no: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await ask(line)

    done = call(caller, hears=["the sales office.", no], agent=wanting(PERSON, ""))
    assert said(done).endswith(words("message_not_wanted"))
    assert done.conversation == ["the sales office."]


def test_who_has_a_question_instead_of_a_message_is_answered(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await ask(line)

    done = call(caller, hears=["A person, please.", "Fine then, what about trains?"], answers=["At nine."])
    assert done.conversation[-2:] == ["Fine then, what about trains?", "At nine."]
    assert len(done.agent.asked) == 1


@pytest.mark.parametrize("bye", ["No, goodbye.", "Forget it, bye.", "Thôi, chào em."])
def test_who_leaves_none_and_says_goodbye_hears_ours(call: Any, bye: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.0)
        await line.wait(20)

    done = call(caller, hears=["the sales office.", bye], agent=wanting(PERSON, ""))
    assert (said(done), done.ended) == (f"{NOBODY} {GOODBYE}", "we hung up")
    assert done.conversation == ["the sales office."]


@pytest.mark.parametrize("text", ["Sorry, what did you say?", "Hello?"])
def test_who_asks_what_is_wanted_is_told_again(call: Any, text: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await ask(line)
        await line.speak(1.5)
        await line.wait(9)

    hears = ["the sales office.", text, "Ring me."]
    done = call(caller, hears=hears, agent=wanting(PERSON, ""), idle_s=30)
    assert said(done) == f"{NOBODY} {STILL_NOBODY} {KEPT}"
    assert done.conversation[1:] == ["Ring me.", KEPT]


def test_who_asks_what_answers_is_told_and_asked_again(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await ask(line)
        await line.speak(1.5)
        await line.wait(9)

    hears = ["the sales office.", "Are you a robot?", "Ring me."]
    done = call(caller, hears=hears, agent=wanting(PERSON, ""), idle_s=30)
    assert said(done) == f"{NOBODY} {words('identity')} {NOBODY} {KEPT}"
    assert done.conversation[1:] == ["Ring me.", KEPT]


def test_who_wants_to_be_called_back_has_time_to_find_the_number(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(6)
        await line.speak(1.5)
        await line.wait(12)

    done = call(caller, hears=["Call me back.", "On five five five."])
    assert done.conversation[-2:] == ["Call me back. On five five five.", KEPT]


def test_what_is_offered_is_offered_again_more_slowly(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        before_s = line.played_s
        await ask(line)
        assert line.played_s - before_s > 1.2 * before_s

    call(caller, hears=["A person, please.", "Please speak more slowly."])


@pytest.mark.parametrize("begun", [[], ["This is Nam."]])
def test_who_needs_a_moment_is_waited_for(call: Any, begun: list[str]) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        for _ in begun:
            await line.speak(1.5)
            await line.wait(1.8)
        await line.speak(1.0)
        await line.wait(25)
        await line.speak(1.5)
        await line.wait(9)

    hears = ["the sales office.", *begun, "Hold on, let me think.", "Please call me back."]
    done = call(caller, hears=hears, agent=wanting(PERSON, ""), idle_s=12)
    assert said(done) == f"{NOBODY} {KEPT}"
    assert done.conversation[1:] == [" ".join([*begun, "Please call me back."]), KEPT]


@pytest.mark.parametrize(
    "message", ["No, tell Bob I called.", "Không, nhắn anh Bình gọi lại.", "Call me back later."]
)
def test_a_message_may_begin_with_a_no_or_be_a_wish_to_be_called(call: Any, message: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.5)
        await line.wait(9)

    done = call(caller, hears=["the sales office.", message], agent=wanting(PERSON, ""), idle_s=30)
    assert done.conversation[1:] == [message, KEPT]


def test_a_yes_is_no_message_yet(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(0.6)
        await line.wait(4)
        await line.speak(1.5)
        await line.wait(9)

    done = call(
        caller, hears=["the sales office.", "Okay.", "Ring me."], agent=wanting(PERSON, ""), idle_s=30
    )
    assert done.conversation[1:] == ["Ring me.", KEPT]


def test_keys_are_part_of_a_message(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.5)
        for key in "0912#":
            line.press(key)
            await line.wait(0.3)
        await line.wait(9)

    done = call(
        caller, hears=["the sales office.", "Ring me, my number is"], agent=wanting(PERSON, ""), idle_s=30
    )
    assert done.conversation[1:] == ["Ring me, my number is [keypad] 0912", KEPT]


def test_who_says_nothing_is_asked_and_then_let_go(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(60)

    done = call(caller, hears=["the sales office."], agent=wanting(PERSON, ""), idle_s=10, idle_prompts=1)
    assert said(done) == f"{NOBODY} {words('still_there')} {GOODBYE}"
    assert done.conversation == ["the sales office."]


def test_a_message_in_vietnamese_is_confirmed_in_it(call: Any) -> None:
    spoken = [
        Transcript(text, VIETNAMESE, 1.0, "scripted")
        for text in ("cho gặp phòng kinh doanh.", "gọi lại cho tôi.")
    ]

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.5)
        await line.wait(9)

    done = call(caller, hears=spoken, agent=wanting(PERSON, ""), idle_s=30)
    assert done.conversation[1:] == ["gọi lại cho tôi.", words("message_kept", VIETNAMESE)]
    assert said(done).startswith(words("nobody_reached", VIETNAMESE))


def test_a_record_that_cannot_be_kept_loses_no_message(call: Any, caplog: pytest.LogCaptureFixture) -> None:
    done = call(
        leave_a_message,
        hears=["the sales office.", "This is Nam.", "Ring me."],
        agent=wanting(PERSON, ""),
        audit=MemoryAuditLog("The disk is full."),
        idle_s=30,
    )
    assert done.conversation[1:] == ["This is Nam. Ring me.", KEPT]
    assert "a message has no audit record (The disk is full.)" in caplog.text


# Transfers.


def test_a_caller_is_put_through_with_a_briefing_that_they_do_not_hear(call: Any) -> None:
    wanted = Transfer(reason="a contract", briefing="Nam asks about contract 7.", to="+84111")
    done = call(
        ask,
        hears=["I want to sign."],
        agent=wanting(wanted, "I put you through to Lan."),
        transfer_to="+849",
    )
    assert (done.line.transferred, done.line.briefed) == ("+84111", "Nam asks about contract 7.")
    assert said(done) == "I put you through to Lan."  # announced once


def test_a_line_that_can_brief_nobody_says_so_and_puts_the_caller_through(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Mute(ScriptedLine):
        brief: Any = None

    wanted = Transfer(briefing="Nam asks about contract 7.")
    done = call(ask, hears=["the sales office."], agent=wanting(wanted, ""), transfer_to="+849", line=Mute())
    assert done.line.transferred == "+849"
    assert "this line can brief nobody" in caplog.text


def test_an_agent_that_says_nothing_of_a_transfer_leaves_it_to_us(call: Any) -> None:
    done = call(ask, hears=["the sales office."], agent=wanting(PERSON, ""), transfer_to="+849")
    assert (said(done), done.line.transferred) == (TRANSFER, "+849")


def test_who_interrupts_the_announcement_is_not_put_through(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    class Once(Asking):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            self.then = None if self.asked else PERSON
            return await super().answer(*args, **kwargs)

    answers = ["I will put you through to our sales office in Hanoi.", "All right."]
    done = call(caller, hears=["sign.", "no, the other one."], agent=Once("cto", answers), transfer_to="+849")
    assert (done.line.transferred, done.conversation[-1]) == ("", "All right.")


def test_a_transfer_that_is_refused_is_told_and_ends_in_a_message(call: Any) -> None:
    done = call(
        leave_a_message,
        hears=["the sales office.", "This is Nam.", "Ring me."],
        agent=wanting(PERSON, ""),
        transfer_to="+849",
        line=Refusing(),
        idle_s=30,
    )
    assert said(done) == f"{TRANSFER} {NOBODY} {KEPT}"
    assert done.conversation[1:] == ["This is Nam. Ring me.", KEPT]


def test_a_call_whose_time_was_up_while_it_was_handed_over_ends(call: Any) -> None:
    class Slow(ScriptedLine):
        async def transfer(self, to: str) -> None:
            await asyncio.sleep(20)
            raise TransferError("nobody there")

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(60)

    done = call(
        caller,
        hears=["the sales office."],
        agent=wanting(PERSON, ""),
        transfer_to="+849",
        line=Slow(),
        max_call_s=15,
    )
    assert said(done).endswith(GOODBYE)
    assert done.ended == "we hung up"


def test_a_caller_who_comes_back_is_told_and_may_leave_a_message(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.5)
        await line.wait(9)

    done = call(caller, hears=["Ring me."], returned=True, opening="greeting", idle_s=30)
    assert said(done) == f"{NOBODY} {KEPT}"
    assert done.conversation == ["Ring me.", KEPT]


def test_a_message_that_cannot_be_offered_ends_the_call(call: Any) -> None:
    class Dead(ScriptedSynthesizer):
        async def synthesize(self, *args: Any, **kwargs: Any) -> Any:
            raise SynthesisError("Down.")
            yield

    async def caller(line: ScriptedLine) -> None:
        await line.wait(20)

    assert call(caller, returned=True, synthesizer=Dead()).ended == "we hung up"
