"""A caller who puts us on hold: music and songs are not answered for ever, and they find us when they come back."""

from typing import Any

import pytest

from emads_voice.channels.conversation.remarks.on_hold import OnHold, Sense
from emads_voice.testing import ScriptedAgent, ScriptedLine
from emads_voice.voice.languages import ENGLISH

SONG = "love is all you need tonight"
LINES = [f"line {number} of some other song they play" for number in range(60)]


def play(hold: OnHold, text: str, answer: str = "Certainly.") -> Sense:
    sense = Sense.WAIT if hold.ignores(text) else hold.heard(text)
    if sense is Sense.ANSWER:
        hold.answered(answer)
    return sense


def test_a_song_is_answered_a_few_times_asked_about_and_then_waited_out() -> None:
    hold = OnHold()
    senses = [play(hold, SONG) for _ in range(50)]
    assert senses.count(Sense.ANSWER) <= 4
    assert senses.count(Sense.ASK) == 1
    assert hold.waiting


def test_songs_that_never_repeat_are_known_by_what_they_are_answered() -> None:
    hold = OnHold()
    assert [play(hold, line) for line in LINES].count(Sense.ANSWER) <= 16
    assert hold.waiting


def test_music_without_words_is_asked_about_and_then_waited_out() -> None:
    hold = OnHold()
    senses = [play(hold, "") for _ in range(20)]
    assert Sense.ANSWER not in senses
    assert senses.count(Sense.ASK) == 1
    assert hold.waiting


@pytest.mark.parametrize("text", ["Hello?", "Yes, I'm back.", "A lô?", "Vâng ạ.", "Where is my parcel?"])
def test_who_comes_back_is_answered(text: str) -> None:
    hold = OnHold()
    for _ in range(20):
        play(hold, SONG)
    assert play(hold, text) is Sense.ANSWER
    assert play(hold, "I want to book a room.", "For when?") is Sense.ANSWER


def test_a_conversation_makes_sense() -> None:
    hold = OnHold()
    for number in range(30):
        assert play(hold, "Yes.", f"Question {number}?") is Sense.ANSWER
        assert play(hold, f"I need {number} of them, please.", f"Noted, {number}.") is Sense.ANSWER


def test_who_is_not_answered_may_say_it_again() -> None:
    hold = OnHold()
    for _ in range(4):
        assert play(hold, "I want to book a room.", "") is Sense.ANSWER


def test_a_call_on_hold_ends_after_a_while(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(60):
            await line.speak(3)
            await line.wait(2.5)

    agent = ScriptedAgent("cto", ["Certainly."] * 60)
    done = call(caller, hears=[SONG] * 60, agent=agent)
    assert len(agent.asked) <= 4
    assert done.said.count("Are you still there?") == 1
    assert done.ended == "we hung up"


def test_who_asks_us_to_hold_and_never_comes_back_is_waited_for_but_not_for_ever(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(35):
            await line.speak(0.6)
            await line.wait(7)

    heard = ["Please hold the line.", *[SONG] * 35]
    done = call(caller, hears=heard, line=ScriptedLine(sends_silence=False))
    assert done.said.count("Are you still there?") == 1
    assert done.ended == "we hung up"


def test_the_caller_who_answers_us_goes_on(call: Any) -> None:
    heard = ["Please hold the line.", *[SONG] * 8, "Yes, I am back.", "I want to book a room."]

    async def caller(line: ScriptedLine) -> None:
        for _ in heard:
            await line.speak(3)
            await line.wait(4)

    done = call(caller, hears=heard, answers=["Certainly."] * 20, language=ENGLISH)
    assert done.conversation[-2:] == ["I want to book a room.", "Certainly."]
