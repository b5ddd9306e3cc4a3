"""What callers want of how we speak, or ask about us, is done or told wherever it is said; what went on goes on."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from emads_voice.graph.phrases import OTHERWISE, phrase
from emads_voice.messages import Phrase, shipped
from emads_voice.observability import AuditEvent
from emads_voice.testing import ScriptedLine
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Transcript


def words(which: Phrase, language: Language = ENGLISH) -> str:
    return phrase(shipped(), which, language)[0]


class Audit:
    def __init__(self) -> None:
        self.events: list[AuditEvent] = []

    async def append(self, event: AuditEvent) -> None:
        self.events.append(event)


async def ask(line: ScriptedLine, seconds: float = 1.0) -> None:
    await line.speak(seconds)
    await line.until_answered()
    await line.until_quiet()


def turns(count: int) -> Any:
    """A caller who waits for the end of what we say, and speaks, so often."""

    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.5)
        await line.until_quiet()
        for _ in range(count):
            await ask(line)

    return caller


def hears(*texts: str | tuple[str, Language]) -> list[Any]:
    said = [text if isinstance(text, tuple) else (text, ENGLISH) for text in texts]
    return [Transcript(text, language, 1.0, "scripted") for text, language in said]


@pytest.mark.parametrize(
    "remark",
    [
        "What can you do?",
        "What can I ask you?",
        "Bạn làm được gì?",
        "Who are you?",
        "Are you a robot?",
        "Bạn là ai?",
        "How are you?",
        "Could you repeat that?",
        "Nhắc lại đi.",
        "Speak Vietnamese, please.",
        "Speak slower, please.",
        "Could you speak up?",
    ],
)
def test_what_we_answer_ourselves_leaves_the_work_going_on(call: Any, remark: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.2)
        await line.wait(2.5)
        await line.speak(1.0)
        await line.wait(20)

    done = call(caller, hears=["Where is my parcel?", remark], answers=["It is here."], answers_after_s=9)
    assert len(done.agent.asked) == 1
    assert done.conversation == ["Where is my parcel?", "It is here."]
    assert len(done.said) > 1  # they were told something meanwhile


def test_who_asks_what_can_be_asked_is_told_so_while_an_agent_works(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.2)
        await line.wait(2.5)
        await line.speak(1.0)
        await line.wait(40)

    done = call(
        caller,
        hears=["Where is my parcel?", "What can you do?"],
        answers=["It is here."],
        answers_after_s=12,
        answer_within_s=30,
    )
    assert any(text.startswith("Here is who you can ask.") for text in done.said)
    assert "It is here." in done.said


@pytest.mark.parametrize(
    ("wish", "answer", "language"),
    [
        ("Speak Vietnamese, please.", "Vâng.", VIETNAMESE),
        ("Nói tiếng Việt đi.", "Có.", VIETNAMESE),
    ],
)
def test_another_language_at_the_consent_question_is_spoken_in_it(
    call: Any, wish: str, answer: str, language: Language
) -> None:
    audit, line = Audit(), ScriptedLine()
    done = call(turns(2), hears=hears(wish, (answer, language)), consents=audit, line=line)
    said = " ".join(done.said)
    assert words("language_changed", language) in said
    assert words("may_record", language) in said
    assert words("recorded", language) in said
    assert [event.kind for event in audit.events] == ["recording_agreed"]
    assert line.recorded


@pytest.mark.parametrize(
    ("remark", "first"),
    [
        ("Who are you?", "identity"),
        ("Speak French, please.", "language_unknown"),
        ("Slower, please.", "of_course"),
        ("Can you hear me?", "yes_here"),
    ],
)
def test_who_asks_about_us_at_the_consent_question_is_told_and_asked_again(
    call: Any, remark: str, first: Phrase
) -> None:
    audit, line = Audit(), ScriptedLine()
    done = call(turns(2), hears=hears(remark, "Yes."), consents=audit, line=line)
    assert words(first) in " ".join(done.said)
    assert "Sorry, may this call be recorded?" in done.said
    assert [event.kind for event in audit.events] == ["recording_agreed"]
    assert line.recorded


def test_who_did_not_hear_the_consent_question_is_asked_until_they_have(call: Any) -> None:
    audit, line = Audit(), ScriptedLine()
    done = call(
        turns(4), hears=hears("What?", "Sorry, what?", "Say again?", "Yes."), consents=audit, line=line
    )
    assert line.recorded
    assert all(before != after for before, after in pairwise(done.said))


def test_but_not_for_ever(call: Any) -> None:
    audit, line = Audit(), ScriptedLine()
    call(turns(7), hears=hears(*["What?"] * 7), consents=audit, line=line)
    assert not line.recorded
    assert [event.kind for event in audit.events] == ["recording_refused"]


@pytest.mark.parametrize(
    ("said", "then", "kinds"),
    [
        ("No.", "Sorry, I meant yes.", ["recording_refused", "recording_agreed"]),
        ("Yes.", "No wait, I meant no.", ["recording_agreed", "recording_refused"]),
    ],
)
def test_an_answer_to_the_consent_question_can_be_corrected(
    call: Any, said: str, then: str, kinds: list[str]
) -> None:
    audit = Audit()
    done = call(turns(2), hears=hears(said, then), consents=audit)
    assert [event.kind for event in audit.events] == kinds
    assert done.agent.asked == []


def test_another_language_while_a_message_is_taken_is_spoken(call: Any) -> None:
    done = call(turns(2), hears=hears("A person, please.", "Nói tiếng Việt đi."), answers=[], idle_s=60)
    said = " ".join(done.said)
    assert f"{words('language_changed', VIETNAMESE)} {words('nobody_reached', VIETNAMESE)}" in said


@pytest.mark.parametrize(
    "correction",
    [
        "No, I meant 56.",
        "Sorry, 56.",
        "That was wrong, it is 56.",
        "À nhầm, 56 ạ.",
        "Ý tôi là 56.",
        "Nein, ich meinte 56.",
    ],
)
def test_who_corrects_a_message_corrects_the_message(call: Any, correction: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.2)
        await line.until_quiet(5)
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.2)
        await line.wait(9)

    heard = ["A person, please.", "My order number is 55.", correction]
    done = call(caller, hears=heard, answers=["Never."], idle_s=30)
    assert done.agent.asked == []
    kept = [message.text for message in done.messages if message.type == "human"]
    assert kept == [*heard] or kept == heard[1:]
    marked = [each.text for each in done.messages if each.additional_kwargs.get("message_left")]
    assert correction in marked


def test_another_question_after_a_message_is_for_the_agents(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.speak(1.2)
        await line.until_quiet(5)
        await line.until_answered()
        await line.until_quiet()
        await ask(line)

    heard = ["A person, please.", "My order number is 55.", "When do you open?"]
    done = call(caller, hears=heard, answers=["At nine."], idle_s=30)
    assert done.said[-1] == "At nine."


@pytest.mark.parametrize("leaves", ["Chào em nhé.", "Chào anh.", "chào chị nhé", "Servus!", "สวัสดีครับ"])
def test_a_greeting_at_the_end_is_a_goodbye(call: Any, leaves: str) -> None:
    done = call(turns(2), hears=["Where?", leaves], answers=["Here."])
    assert done.ended == "we hung up"


@pytest.mark.parametrize("greets", ["Chào em nhé.", "Chào anh.", "Servus!"])
def test_the_same_at_the_beginning_is_a_greeting(call: Any, greets: str) -> None:
    done = call(turns(2), hears=[greets, "Where?"], answers=["Here."])
    assert done.said[-1] == "Here."
    assert done.ended == "the caller hung up"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("When can you come?", "See you Friday."),
        ("Shall we say Friday?", "See you on Friday."),
        ("Anh chị đến lúc nào ạ?", "Hẹn gặp thứ sáu nhé."),
        ("Wann kommen Sie?", "Bis Freitag."),
    ],
)
def test_a_goodbye_with_a_day_answers_who_asks_for_one(call: Any, asked: str, said: str) -> None:
    done = call(turns(2), hears=["I need a plumber.", said], answers=[asked, "Noted."])
    assert done.conversation[-2:] == [said, "Noted."]


@pytest.mark.parametrize("said", ["See you Friday.", "Hẹn gặp thứ sáu nhé."])
def test_to_nobody_it_is_a_goodbye(call: Any, said: str) -> None:
    assert call(turns(2), hears=["Where?", said], answers=["Here."]).ended == "we hung up"


@pytest.mark.parametrize(
    "said", ["Thank you.", "Hello.", "Can you hear me?", "Are you a robot?", "Speak French please."]
)
def test_what_we_have_just_said_we_say_in_other_words(call: Any, said: str) -> None:
    done = call(turns(3), hears=[said] * 3)
    answers = [message.text for message in done.messages if message.type == "ai"]
    assert len(answers) == 3
    assert all(before != after for before, after in pairwise(answers))


PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "may_do_again": ("what",),
    "which_agent": ("first", "second"),
    "out_of_scope": ("agents",),
    "capabilities": ("agents",),
}


def test_there_are_other_words_in_every_language() -> None:
    for code in shipped().codes:
        for which, other in OTHERWISE.items():
            told = shipped().phrases(code)
            values = PLACEHOLDERS.get(which, ())
            given = dict.fromkeys(values, "x")
            assert told.text(which, **given) != told.text(other, **given), (code, which)
