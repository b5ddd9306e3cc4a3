"""Calls that we make: who calls and why, whatever answers."""

from __future__ import annotations

from typing import Any

import pytest

from emads_voice.channels.transport import MachineRecords
from emads_voice.graph import VoiceContext
from emads_voice.graph.phrases import phrase
from emads_voice.messages import shipped
from emads_voice.testing import MemoryAuditLog, ScriptedLine
from emads_voice.voice.languages import ENGLISH

PURPOSE = "your order 12 can be collected"
OPENING = phrase(shipped(), "we_call", ENGLISH, name="Tre Xanh", purpose=PURPOSE)[0]
SPOKEN = OPENING.replace("12", "twelve")
OURS: dict[str, Any] = {
    "context": VoiceContext(direction="outbound", purpose=f"{PURPOSE}."),
    "opening": "we_call",
    "our_name": "Tre Xanh",
    "idle_s": 20,
}


def said(done: Any) -> str:
    return " ".join(done.said)


async def ask(line: ScriptedLine) -> None:
    await line.speak(1.5)
    await line.until_answered()
    await line.until_quiet()


def test_the_first_words_say_who_calls_and_why_and_agents_know_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)

    done = call(caller, hears=["When can I come?"], answers=["Until six."], **OURS)
    assert said(done) == f"{SPOKEN} Until six."
    assert done.conversation == [OPENING, "When can I come?", "Until six."]
    assert [message.text for message in done.agent.asked[0][0]] == [OPENING, "When can I come?"]


def test_without_a_purpose_it_is_said_what_calls(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()

    context = VoiceContext(direction="outbound")
    done = call(caller, context=context, opening="we_call")
    assert said(done) == phrase(shipped(), "we_call", ENGLISH, name="none", purpose="none")[0]


def test_a_screen_is_told_the_reason_and_the_person_once_more(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.3)
        await line.speak(5.0)  # over our first words
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.6)
        await line.wait(40)  # while the person is fetched
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()
        await ask(line)

    audit = MemoryAuditLog()
    screen = "Hi, if you record your name and reason for calling, I will see if this person is available."
    hears = [screen, "Thanks, please stay on the line.", "Hello, who is this?", "When can I come?"]
    done = call(caller, hears=hears, answers=["Until six."], audit=audit, **OURS)
    assert said(done) == f"{SPOKEN} {SPOKEN} {SPOKEN} Until six."
    assert done.conversation == [OPENING, "When can I come?", "Until six."]
    assert [event.text for event in audit.appended] == hears[:3]


@pytest.mark.parametrize("greeting", ["Hello?", "A lô?", "Yes?"])
def test_who_says_hello_over_our_first_words_hears_them_again(call: Any, greeting: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.2)
        await line.speak(0.6)
        await line.until_answered()
        await line.until_quiet()
        await ask(line)

    done = call(caller, hears=[greeting, "Fine."], answers=["Until six."], **OURS)
    assert SPOKEN in said(done)
    assert done.conversation == [OPENING, "Fine.", "Until six."]


def test_what_sounds_like_a_screen_later_is_for_an_agent(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)
        await ask(line)

    hears = ["When can I come?", "And who is this man, what is his name?"]
    done = call(caller, hears=hears, answers=["Until six.", "An assistant."], **OURS)
    assert done.conversation[-2:] == [hears[1], "An assistant."]


def test_a_call_of_ours_that_goes_on_after_its_line_broke_is_not_screened_again(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)

    done = call(caller, hears=["Until when?"], answers=["Until six."], **{**OURS, "opening": "resumed"})
    assert done.conversation == ["Until when?", "Until six."]


def test_a_caller_of_ours_is_not_taken_for_a_screen(call: Any) -> None:
    done = call(ask, hears=["When are you open, and who is this?"], answers=["An assistant."])
    assert done.conversation == ["When are you open, and who is this?", "An assistant."]


@pytest.mark.parametrize("told", [True, False], ids=["Twilio tells", "by its words"])
def test_an_answering_machine_hears_who_calls_and_why_if_that_is_wanted(call: Any, told: bool) -> None:
    async def machine(line: ScriptedLine) -> None:
        await line.wait(0.3)
        await line.speak(3.0)
        await line.wait(1.5)
        if told:
            line.bring(MachineRecords())
        await line.wait(20)

    hears = ["Please leave a message after the tone."]
    done = call(machine, hears=hears, voicemail=True, **OURS)
    assert said(done) == f"{SPOKEN} {SPOKEN}"
    assert done.line.played_s >= 0.05 * len(SPOKEN) - 1  # heard to its end
    assert (done.ended, done.agent.asked) == ("we hung up", [])


def test_an_answering_machine_is_hung_up_on_otherwise(call: Any) -> None:
    async def machine(line: ScriptedLine) -> None:
        await line.wait(0.3)
        await line.speak(3.0)
        await line.wait(20)

    done = call(machine, hears=["Please leave a message after the tone."], **OURS)
    assert (said(done), done.ended) == (SPOKEN, "we hung up")


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("Is this a robot?", phrase(shipped(), "identity", ENGLISH)[0]),
        ("Say that again?", SPOKEN),
        ("Hello?", SPOKEN),
        ("What do you want?", SPOKEN),
    ],
)
def test_the_first_words_may_be_for_the_conversation_itself(call: Any, first: str, words: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)

    done = call(caller, hears=[first], answers=["Until six."], **OURS)
    assert said(done) == f"{SPOKEN} {words}"
    assert done.agent.asked == []


@pytest.mark.parametrize("words", ["Bye.", "You have the wrong number."])
@pytest.mark.parametrize("over_us", [True, False])
def test_who_says_goodbye_at_once_is_let_go(call: Any, over_us: bool, words: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        if over_us:
            await line.wait(0.5)
        else:
            await line.until_quiet()
        await line.speak(0.6)
        await line.wait(12)

    done = call(caller, hears=[words], answers=["Until six."], **OURS)
    assert (done.ended, done.agent.asked) == ("we hung up", [])
    assert said(done).endswith("Thank you for your time. Goodbye.")


@pytest.mark.parametrize("okay", ["Okay.", "Great, thank you!"])
def test_okay_answers_what_we_call_about(call: Any, okay: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)

    done = call(caller, hears=[okay], answers=["Until six."], **OURS)
    assert done.conversation == [OPENING, okay, "Until six."]


def test_an_answering_machine_may_draw_breath(call: Any) -> None:
    async def machine(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        for seconds in (1.0, 1.2, 1.5):
            await line.speak(seconds)
            await line.wait(0.9)
        await line.wait(25)

    hears = ["Hi, this is Anna.", "I'm not here right now.", "Leave a message after the beep."]
    answers = ["Hello Anna, I am calling about your order.", "When are you back, may I ask?", "Until six."]
    done = call(machine, hears=hears, answers=answers, voicemail=True, **OURS)
    assert said(done).endswith(SPOKEN)
    assert (done.ended, len(done.agent.asked)) == ("we hung up", 2)


@pytest.mark.parametrize(
    "breaths",
    [
        ["Hello.", "You have reached Anna Miller.", "Please leave", "a message after the tone."],
        ["Hi.", "I can't take", "your call at the moment.", "Bye."],
        [
            "The person you are trying to reach",
            "is not available.",
            "At the tone, please record",
            "your message.",
        ],
        ["Xin chào.", "Hiện tôi không thể", "nghe máy.", "Xin để lại lời nhắn sau tiếng bíp."],
        ["This is Anna.", "I am away from my desk,", "but I will", "get back to you."],
    ],
)
@pytest.mark.parametrize("breath_s", [0.9, 2.5])
def test_a_greeting_in_breaths_is_one_machine(call: Any, breaths: list[str], breath_s: float) -> None:
    """However it is cut, and though an agent's answer is heard to its end in between."""

    async def machine(line: ScriptedLine) -> None:
        await line.wait(0.3)
        for _ in breaths:
            await line.speak(1.2)
            await line.wait(breath_s)
        await line.wait(25)

    done = call(machine, hears=breaths, answers=["Yes."] * 4, voicemail=True, **OURS)
    assert said(done).endswith(SPOKEN)
    assert done.ended == "we hung up"


def test_who_speaks_of_messages_later_is_no_machine(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)
        await line.wait(30)
        await ask(line)
        await ask(line)

    hears = ["When can I come?", "Then I can't take your call.", "Leave a message after the tone, you say?"]
    done = call(caller, hears=hears, answers=["Until six.", "I see.", "Yes."], **{**OURS, "idle_s": 90})
    assert len(done.agent.asked) == 3


def test_consent_is_asked_by_somebody_who_has_said_who_they_are(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await line.wait(1)

    done = call(caller, consents=MemoryAuditLog(), **OURS)
    assert said(done) == f"{SPOKEN} {phrase(shipped(), 'may_record', ENGLISH)[0]}"
