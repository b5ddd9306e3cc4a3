"""Callers who have asked us to wait: who talks to somebody else meanwhile, and who is back."""

from __future__ import annotations

from typing import Any

import pytest

from emads_voice.agents.dialogue import Dialogue
from emads_voice.channels.conversation.remarks.waiting import Heard, heard_while_waiting
from emads_voice.graph.phrases import phrase
from emads_voice.messages import shipped
from emads_voice.testing import ScriptedLine
from emads_voice.voice.languages import ENGLISH

LISTENING = phrase(shipped(), "listening", ENGLISH)[0]
SENTENCES = [
    "The parcel was sent on Monday.",
    "It will be there on Friday.",
    "You need not be at home for it.",
]
LONG = " ".join(SENTENCES)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Honey, where is my card?", Heard.OTHERS),
        ("Have you seen my glasses?", Heard.OTHERS),
        ("Can you get me the letter from the table?", Heard.OTHERS),
        ("On the table.", Heard.OTHERS),
        ("It's in the kitchen.", Heard.OTHERS),
        ("um", Heard.OTHERS),
        ("Mẹ ơi, cái thẻ ở đâu?", Heard.OTHERS),
        ("Ở trên bàn ấy.", Heard.OTHERS),
        ("Lấy giúp anh cái ví với.", Heard.OTHERS),
        ("I'm back.", Heard.BACK),
        ("Okay, sorry about that.", Heard.BACK),
        ("Alright, I've got it.", Heard.BACK),
        ("Hello?", Heard.BACK),
        ("Okay.", Heard.BACK),
        ("Rồi, tiếp đi.", Heard.BACK),
        ("Xin lỗi, tôi quay lại rồi.", Heard.BACK),
        ("Em ơi.", Heard.BACK),
        ("When will it arrive?", Heard.US),
        ("My order number is four five six.", Heard.US),
        ("I'd like to change the address.", Heard.US),
        ("It is 4 5 6 7.", Heard.US),
        ("Let me talk to a person.", Heard.US),
        ("Goodbye.", Heard.US),
        ("The parcel should rather go to the office in town.", Heard.US),
        ("Khi nào thì hàng đến?", Heard.US),
        ("Tôi muốn đổi địa chỉ.", Heard.US),
        ("Mã đơn là A12.", Heard.US),
    ],
)
def test_who_it_is_for(text: str, heard: Heard) -> None:
    act = Dialogue().act(text, waiting=True, speaking=True)
    assert heard_while_waiting(text, act, asked=False, faint=False, more=True) is heard


def test_what_is_said_far_from_the_telephone_is_for_others_unless_it_is_to_us() -> None:
    assert (
        heard_while_waiting("When will it arrive?", None, asked=False, faint=True, more=True) is Heard.OTHERS
    )
    assert heard_while_waiting("I'm back.", None, asked=False, faint=True, more=True) is Heard.BACK


def test_yes_is_an_answer_where_we_have_nothing_to_go_on_with() -> None:
    act = Dialogue().act("Yes.")
    assert heard_while_waiting("Yes.", act, asked=False, faint=False, more=True) is Heard.BACK
    assert heard_while_waiting("Yes.", act, asked=False, faint=False, more=False) is Heard.US
    assert heard_while_waiting("Okay, I am back.", None, asked=False, faint=False, more=False) is Heard.BACK


def test_a_statement_may_answer_a_question_of_ours() -> None:
    assert heard_while_waiting("Under Miller.", None, asked=False, faint=False, more=True) is Heard.OTHERS
    assert heard_while_waiting("Under Miller.", None, asked=True, faint=False, more=True) is Heard.US


async def ask(line: ScriptedLine) -> None:
    await line.speak(1.2)
    await line.until_answered()


def test_talk_in_the_room_does_not_end_the_wait_and_the_answer_goes_on_afterwards(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(0.6)
        await line.speak(1.0)  # hold on
        await line.wait(2)
        for _ in range(2):
            await line.speak(1.0)
            await line.wait(4)
        quiet_since = line.played[-1][0]
        await ask(line)
        await line.until_quiet(2)
        assert line.played[-1][0] > quiet_since + 10

    hears = ["Where is it?", "Hold on.", "Honey, where is my card?", "On the table.", "Okay, I'm back."]
    done = call(caller, hears=hears, answers=[LONG], idle_s=10)
    assert done.conversation == ["Where is it?", LONG]
    assert done.said == SENTENCES


def test_who_has_the_floor_may_be_away_too(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet(2)
        await ask(line)
        await line.until_quiet(2)
        await line.speak(1.0)
        await line.wait(30)  # nobody asks whether they are there
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(2)
        await ask(line)
        await line.until_quiet(2)

    hears = ["Where is it?", "One moment, please.", "Have you seen my glasses?", "I'm back.", "And when?"]
    done = call(caller, hears=hears, answers=["Here.", "Now."], idle_s=10)
    assert done.said[0] == "Here."
    assert done.said[-2:] == [LISTENING, "Now."]
    assert len(done.said) == 4
    assert len(done.agent.asked) == 2


def test_a_question_to_us_ends_the_wait(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(0.6)
        await line.speak(1.0)
        await line.wait(2)
        await ask(line)
        await line.until_quiet(2)

    hears = ["Where is it?", "Hold on.", "Will it come on Friday?"]
    done = call(caller, hears=hears, answers=[LONG, "Yes."])
    assert done.conversation[-2:] == ["Will it come on Friday?", "Yes."]
