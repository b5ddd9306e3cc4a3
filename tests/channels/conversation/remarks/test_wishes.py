"""Wishes of a caller's: in combination, beside a question, before the conversation has begun, and to be called back."""

from __future__ import annotations

from typing import Any

import pytest

from emads_voice.testing import MemoryAuditLog, ScriptedAgent, ScriptedLine

LONG = " ".join(f"This is sentence {number} of the whole answer." for number in ("one", "two", "three"))
OFFER = "I am sorry, nobody can be reached at the moment. Please tell me now what I should pass on."
STILL_NOBODY = "I still cannot reach anybody. What may I pass on?"


async def ask(line: ScriptedLine, seconds: float = 1.0) -> None:
    await line.speak(seconds)
    await line.until_answered()


def turns(count: int) -> Any:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(count):
            await ask(line)
            await line.until_quiet(1.5)

    return caller


async def over_the_second_sentence(line: ScriptedLine) -> None:
    await ask(line)
    await line.wait(3.0)  # a sentence takes 2.2
    await line.speak(0.6)
    await line.until_quiet(4)


@pytest.mark.parametrize(
    "wish",
    [
        "Slower, please.",
        "I can't hear you.",
        "Louder and slower, please.",
        "Em nói chậm thôi.",
        "Plus fort, s'il vous plaît.",
    ],
)
def test_another_manner_is_acknowledged_and_heard_from_the_sentence_on(call: Any, wish: str) -> None:
    plain = call(over_the_second_sentence, hears=["Tell me.", "uh huh"], answers=[LONG])
    done = call(over_the_second_sentence, hears=["Tell me.", wish], answers=[LONG])
    assert done.said.count("Of course.") == 1
    assert done.conversation == ["Tell me.", LONG]  # nothing was interrupted
    slower = 1.25 if "low" in wish or "chậm" in wish else 1.0
    rest_s = 0.05 * (len(LONG) - len("This is sentence one of the whole answer.")) * slower
    assert done.line.played_s - plain.line.played_s > rest_s - 0.05 * len(LONG) * 2 / 3


@pytest.mark.parametrize("wish", ["Slower, please.", "I can't hear you.", "Nói to lên em."])
def test_after_an_answer_it_is_said_again_in_the_new_manner(call: Any, wish: str) -> None:
    done = call(turns(2), hears=["Where is it?", wish], answers=["It is in Hue."])
    assert done.said == ["It is in Hue.", "Of course.", "It is in Hue."]
    assert len(done.agent.asked) == 1


def test_only_the_last_sentence_is_repeated_where_that_is_wanted(call: Any) -> None:
    done = call(turns(2), hears=["Tell me.", "Repeat the last sentence."], answers=["It is one. It is two."])
    assert done.said == ["It is one.", "It is two.", "It is two."]


def test_more_slowly_is_a_repetition_at_another_pace(call: Any) -> None:
    once = call(turns(1), hears=["Tell me."], answers=[LONG]).line.played_s
    done = call(turns(2), hears=["Tell me.", "Could you repeat that more slowly?"], answers=[LONG])
    assert done.line.played_s > 2.2 * once
    assert done.conversation == ["Tell me.", LONG]


def test_a_repetition_in_another_language_is_asked_of_whoever_answered(call: Any) -> None:
    agent = ScriptedAgent("cto", ["It is in Hue.", "Nó ở Huế."], repeatable=True)
    done = call(turns(2), hears=["Where is it?", "Can you repeat that in Vietnamese?"], agent=agent)
    assert agent.asked[-1][1] == "Vietnamese"
    assert agent.asked[-1][0][-1].text == "Where is it?"
    assert done.said[-1] == "Nó ở Huế."


@pytest.mark.parametrize(
    ("said", "rest", "first"),
    [
        (
            "Hello, can you hear me? What are the opening hours?",
            "What are the opening hours?",
            "Yes, I am here.",
        ),
        (
            "Are you a robot? What are the opening hours?",
            "What are the opening hours?",
            "This is an automated assistant.",
        ),
        ("What are the opening hours? Slower, please.", "What are the opening hours?", "Of course."),
        ("Alô, có nghe không? Mấy giờ mở cửa?", "Mấy giờ mở cửa?", "Yes, I am here."),
    ],
)
def test_beside_a_question_an_act_is_answered_in_short_and_the_question_asked(
    call: Any, said: str, rest: str, first: str
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet(4)

    done = call(caller, hears=[said], answers=["At nine."], answers_after_s=3)
    assert [conversation[-1].text for conversation, _ in done.agent.asked] == [rest]
    assert done.said[0] == first
    assert done.said[-1] == "At nine."
    assert done.conversation == [said, "At nine."]


def test_where_the_answer_is_there_at_once_nothing_is_said_before_it(call: Any) -> None:
    done = call(turns(1), hears=["Can you hear me? When do you open?"], answers=["At nine."])
    assert done.line.played_s == pytest.approx(0.05 * len("At nine."), abs=0.9)


@pytest.mark.parametrize(
    ("asked", "told"),
    [("Shall I cancel your order now?", "Kept."), ("Which day would you like?", "All right.")],
)
@pytest.mark.parametrize("never_mind", ["Never mind.", "Forget it.", "Thôi khỏi.", "Laissez tomber."])
def test_never_mind_declines_what_can_be_declined_and_else_ends_it(
    call: Any, asked: str, told: str, never_mind: str
) -> None:
    done = call(turns(2), hears=["My order.", never_mind], answers=[asked, "Kept."])
    assert done.said[-1] == told


@pytest.mark.parametrize("bye", ["Bye.", "Wrong number, sorry.", "Gotta run!", "Tạm biệt."])
def test_a_goodbye_to_the_question_for_consent_ends_the_call_unrecorded(call: Any, bye: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.0)
        await line.wait(20)

    audit = MemoryAuditLog()
    done = call(caller, hears=[bye], consents=audit)
    assert done.ended == "we hung up"
    assert [event.kind for event in audit.appended if "recording" in event.kind] == ["recording_refused"]
    assert done.agent.asked == []


@pytest.mark.parametrize(
    "wish", ["A person, please.", "Gặp nhân viên.", "Look, I really just need to talk to somebody."]
)
def test_a_person_is_reached_before_any_consent(call: Any, wish: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.0)
        await line.wait(20)

    done = call(caller, hears=[wish], consents=MemoryAuditLog(), transfer_to="+84901234567")
    assert done.line.transferred == "+84901234567"


@pytest.mark.parametrize("what", ["What?", "Sorry, what did you say?", "Xin lỗi, tôi nghe không rõ."])
def test_who_has_not_understood_the_question_for_consent_is_asked_again(call: Any, what: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()

    audit = MemoryAuditLog()
    done = call(caller, hears=[what, "Yes."], consents=audit)
    assert [event.kind for event in audit.appended if "recording" in event.kind] == ["recording_agreed"]
    assert done.agent.asked == []


@pytest.mark.parametrize(
    ("said", "ended"), [("Bye.", "we hung up"), ("What?", "the caller hung up"), ("A person, please.", "")]
)
def test_wishes_over_the_greeting(call: Any, said: str, ended: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(0.8)
        await line.wait(20)

    done = call(caller, hears=[said], opening="greeting", transfer_to="+84901234567", idle_s=60)
    assert done.agent.asked == []
    if ended:
        assert done.ended == ended
    else:
        assert done.line.transferred == "+84901234567"


async def leaves(line: ScriptedLine) -> None:
    await ask(line)
    await line.until_quiet(1.0)
    await line.speak(1.0)
    await line.wait(1.5)  # in the middle of a message, and before anything is answered
    await line.until_quiet(1.0)
    await line.speak(1.0)
    await line.wait(12)


def test_a_person_who_is_asked_for_again_is_no_message(call: Any) -> None:
    done = call(
        leaves, hears=["A person, please.", "I want to talk to a person!", "My boiler leaks."], idle_s=60
    )
    assert "My boiler leaks." in done.conversation
    assert "I want to talk to a person!" not in done.conversation
    said = " ".join(done.said)
    assert (said.count(OFFER), said.count(STILL_NOBODY)) == (1, 1)


def test_a_goodbye_after_a_message_keeps_it_and_ends_the_call(call: Any) -> None:
    done = call(leaves, hears=["A person, please.", "My boiler leaks.", "Bye."], idle_s=60)
    assert done.conversation[-2] == "My boiler leaks."
    assert done.ended == "we hung up"


@pytest.mark.parametrize("wish", ["Call me back, please.", "Bảo nhân viên gọi lại cho anh nhé."])
def test_a_call_back_is_noted_and_nobody_is_rung(call: Any, wish: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet(1.0)
        await ask(line)
        await line.wait(8)

    done = call(caller, hears=[wish, "0901234567."], transfer_to="+84901234567", idle_s=60)
    assert done.line.transferred is None or done.line.transferred == ""
    assert f"{wish} 0901234567." in done.conversation


def test_no_filler_is_said_before_a_goodbye(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(30)

    done = call(caller, hears=["Bye."], hears_after_s=1.2, filler_after_s=2.0)
    assert done.said[0].startswith("Thank you")
