"""Dictation in a call: pauses do not cut it, and where one does, the next words join the question."""

from typing import Any

import pytest

from emads_voice.channels.conversation.caller.wrong_cut import SOON_S, UNHEARD_S, WrongCut
from emads_voice.testing import ScriptedAgent, ScriptedLine
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript


def transcript(text: str) -> Transcript:
    return Transcript(text, ENGLISH, 1.0, "scripted:recognizer")


async def dictate(line: ScriptedLine, *pauses: float) -> None:
    for pause in pauses:
        await line.speak(0.9)
        await line.wait(pause)
    await line.speak(0.9)
    await line.until_answered()
    await line.until_quiet(3)


@pytest.mark.parametrize("hears_after_s", [0.0, 0.9])
def test_pauses_of_a_second_and_a_half_do_not_cut_a_number(call: Any, hears_after_s: float) -> None:
    """Also where the recogniser takes longer than the silence that ends any other utterance."""

    async def caller(line: ScriptedLine) -> None:
        await dictate(line, 1.5, 1.5)

    numbers = ["My number is 09.", "My number is 09. 12.", "My number is 09. 12. 34."]
    done = call(caller, hears=numbers, hears_after_s=hears_after_s, answers=["Noted."])
    assert done.conversation == [numbers[-1], "Noted."]


def test_the_answer_to_a_question_for_a_number_is_given_time(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.5)
        await line.until_answered()
        await line.until_quiet()
        await dictate(line, 1.0)

    hears = ["Where is my order?", "12.", "12. 34."]
    done = call(caller, hears=hears, answers=["What is your order number?", "On its way."])
    assert done.conversation[2:] == ["12. 34.", "On its way."]


@pytest.mark.parametrize(
    "question", ["What is your number? I will wait.", "What is your number? Read it out. No hurry."]
)
def test_what_is_said_after_a_question_does_not_close_it(call: Any, question: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.5)
        await line.until_answered()
        await line.until_quiet()
        await dictate(line, 1.0)

    hears = ["Where is my order?", "12.", "12. 34."]
    done = call(caller, hears=hears, answers=[question, "On its way."])
    assert done.conversation[2:] == ["12. 34.", "On its way."]


def test_the_answer_to_a_question_is_known_by_it_when_it_was_cut() -> None:
    """ "Baker." is a whole name to nobody who has asked for an address."""
    cut = WrongCut(lambda: 0.0)
    asked = "Where should we deliver it?"
    cut.asked(transcript("42 Wallaby Way."), asked, lambda: 0.0, lambda: True)
    cut.began()
    assert cut.whole(transcript("Sydney.")) is not None
    assert cut.told == asked
    cut.asked(transcript("Anna."), "Whom do you want to speak to?", lambda: 0.0, lambda: True)
    cut.began()
    assert cut.whole(transcript("Is she there?")) is None


def test_what_follows_a_wrong_cut_joins_the_question(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await dictate(line, 2.2, 2.2)  # the second while our answer is heard

    agent = ScriptedAgent("cto", ["Zero nine, I see."] * 2 + ["Noted."], repeatable=True)
    done = call(caller, hears=["My number is 09.", "12.", "34."], agent=agent)
    assert done.conversation == ["My number is 09. 12. 34.", "Noted."]
    assert [asked[0][-1].text for asked in agent.asked][-1] == "My number is 09. 12. 34."


def test_who_may_have_done_something_keeps_what_was_asked_of_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await dictate(line, 2.2)

    done = call(caller, hears=["My number is 09.", "12."], answers=["Your table is booked.", "Noted."])
    assert done.conversation[-2:] == ["My number is 09. 12.", "Noted."]
    first, answer = done.messages[:2]
    assert first.text == "My number is 09."
    assert answer.additional_kwargs["whole_answer"] == "Your table is booked."  # it is not done again


def test_words_that_come_late_still_tell_that_the_caller_goes_on(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await dictate(line, 1.4)  # the words are known only after the usual silence

    done = call(
        caller,
        hears=["I would like to", "I would like to know the cost."],
        hears_after_s=1.0,
        answers=["Ten."],
    )
    assert done.conversation == ["I would like to know the cost.", "Ten."]


def test_what_comes_after_the_answer_was_heard_is_a_question_of_its_own(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(0.9)
        await line.until_answered()
        await line.until_quiet()
        await line.speak(0.9)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["My number is 09.", "0912345678."], answers=["I need all of it.", "Noted."])
    assert done.conversation == ["My number is 09.", "I need all of it.", "0912345678.", "Noted."]


def test_whole_questions_are_never_joined() -> None:
    cut = WrongCut(lambda: 0.0)
    cut.asked(transcript("What is the cost?"), "", lambda: 0.0, lambda: True)
    cut.began()
    assert cut.whole(transcript("And the risk?")) is None


def test_what_begins_in_the_middle_of_an_address_joins_what_looked_whole() -> None:
    cut = WrongCut(lambda: 0.0)
    cut.asked(transcript("It is john."), "", lambda: 0.0, lambda: True)
    cut.began()
    whole = cut.whole(transcript("dot smith at example dot com."))
    assert whole is not None
    assert whole.text == "It is john. dot smith at example dot com."


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Please send it.", "To my home address."),
        ("The app does not start", "because of the update."),
        ("Tôi cần thêm ba người.", "cho ca đêm."),
    ],
)
def test_a_statement_that_is_taken_up_goes_on(first: str, then: str) -> None:
    cut = WrongCut(lambda: 0.0)
    cut.asked(transcript(first), "", lambda: 0.0, lambda: True)
    cut.began()
    whole = cut.whole(transcript(then))
    assert whole is not None
    assert whole.text == f"{first} {then}"
    cut.asked(transcript(first), "", lambda: 0.0, lambda: False)
    cut.began()
    assert cut.whole(transcript(then)) is None  # it was whole: who may have done it is not asked for it again


@pytest.mark.parametrize("text", ["Stop, please.", "No, wait.", "Hello?", "Khoan đã.", "Thôi."])
def test_who_begins_anew_does_not_go_on(text: str) -> None:
    cut = WrongCut(lambda: 0.0)
    cut.asked(transcript("Tell me"), "", lambda: 0.0, lambda: True)
    cut.began()
    assert cut.whole(transcript(text)) is None


def test_who_has_heard_some_of_the_answer_answers_it() -> None:
    now, heard_s = 0.0, UNHEARD_S + 0.1
    cut = WrongCut(lambda: now)
    cut.asked(transcript("I would like to"), "", lambda: heard_s, lambda: True)
    cut.began()
    assert cut.whole(transcript("Yes, that one.")) is None
    heard_s = UNHEARD_S
    cut.began()
    whole = cut.whole(transcript("know the cost."))
    assert whole is not None
    assert whole.text == "I would like to know the cost."
    assert whole.duration_s == 2.0
    now += SOON_S + 1
    cut.began()
    assert cut.whole(transcript("Anybody there?")) is None
