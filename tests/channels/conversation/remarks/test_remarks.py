"""What a caller says to the conversation itself, while an agent works, while we speak, and in between."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from emads_voice.agents.forms import Analysis
from emads_voice.testing import MemoryAuditLog, ScriptedAgent, ScriptedLine

LONG = " ".join(f"This is sentence {number} of the whole answer." for number in ("one", "two", "three"))


class Thinking(ScriptedAgent):
    """Takes its time."""

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        await asyncio.sleep(6)
        return await super().answer(*args, **kwargs)


async def ask(line: ScriptedLine, seconds: float = 1.0) -> None:
    await line.speak(seconds)
    await line.until_answered()


def says_later(wait_s: float, more: int = 1) -> Any:
    """A caller who asks, and has something more to say after so long, and so on."""

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.2)
        for _ in range(more):
            await line.wait(wait_s)
            await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(4)

    return caller


@pytest.mark.parametrize(
    "remark",
    [
        "Hello? Are you there?",
        "Thank you.",
        "Um.",
        "Okay, great.",
        "được rồi",
        "alo alo",
        "Is it ready?",
        "Hm?",
        "Take your time.",
        "Cứ từ từ nhé.",
        "khong voi",
    ],
)
def test_work_under_way_survives_a_remark_and_is_spoken_of(call: Any, remark: str) -> None:
    done = call(
        says_later(1.8), hears=["Look up order 17.", remark], answers=["It is here."], answers_after_s=7
    )
    assert done.conversation == ["Look up order 17.", "It is here."]
    assert len(done.agent.asked) == 1
    assert done.said[-1] == "It is here."
    assert len(done.said) > 1  # they were told that we are at it


def test_a_new_question_or_a_correction_replaces_the_work(call: Any) -> None:
    for said in ("No, I meant nineteen.", "Where is order eighteen?"):
        agent = Thinking("cto", ["Second."], repeatable=True)
        done = call(says_later(1.5), hears=["Order 90.", said], agent=agent)
        assert done.conversation == ["Order 90.", said, "Second."]


def test_an_agent_that_never_answers_is_given_up_whatever_is_said_meanwhile(call: Any) -> None:
    done = call(
        says_later(3, more=6),
        hears=["Order 90."] + ["Hello?"] * 6,
        answers=["Never."],
        answers_after_s=1000,
        answer_within_s=15,
    )
    assert "I am sorry, I cannot answer at the moment." in done.said


def test_no_two_fillers_in_a_row_are_the_same(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(4):
            await ask(line)
            await line.until_quiet(2)

    answers = ["One.", "Two.", "Three.", "Four."]
    done = call(caller, hears=["a?", "b?", "c?", "d?"], answers=answers, answers_after_s=4)
    told = [text for text in done.said if text not in answers]
    assert len(told) == 4
    assert all(before != after for before, after in pairwise(told))


@pytest.mark.parametrize(
    "remark", ["Great.", "uh huh, uh huh", "Thank you.", "được rồi", "yeah yeah yeah yeah"]
)
def test_who_listens_aloud_does_not_end_an_answer(call: Any, remark: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(2)
        await line.speak(0.5)
        await line.until_quiet(3)

    done = call(caller, hears=["Tell me.", remark], answers=[LONG])
    assert done.conversation == ["Tell me.", LONG]


@pytest.mark.parametrize("said", ["I have a question.", "Cho tôi hỏi một chút."])
def test_who_has_a_question_is_let_in(call: Any, said: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(0.5)
        await line.speak(1.0)
        await line.until_quiet(2)

    done = call(caller, hears=["Tell me more.", said], answers=[LONG])
    assert len(done.agent.asked) == 1
    assert [done.conversation[-2], done.messages[-1].additional_kwargs] == [said, {"act": "greeting"}]


def test_a_question_mark_ends_an_answer(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(2)
        await line.speak(0.5)
        await line.until_quiet(3)

    done = call(caller, hears=["Tell me.", "Really?"], answers=[LONG, "Yes."])
    assert done.conversation[-2:] == ["Really?", "Yes."]


@pytest.mark.parametrize("yes", ["Yes.", "Sure.", "Okay.", "Vâng.", "Yes, please."])
def test_a_yes_just_after_a_question_is_its_answer_though_we_have_gone_on(call: Any, yes: str) -> None:
    asked = "Shall I cancel your order now? This cannot be undone later on."

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.9)  # the question takes 1.5
        await line.speak(0.5)
        await line.until_quiet(3)

    done = call(caller, hears=["Cancel my order.", yes], answers=[asked, "Done."])
    assert done.conversation[-2:] == [yes, "Done."]


def test_a_yes_to_a_question_that_was_heard_to_its_end_is_its_answer(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=["Cancel my order.", "Okay."], answers=["Shall I?", "Done."])
    assert done.conversation[-2:] == ["Okay.", "Done."]


@pytest.mark.parametrize("bye", ["Goodbye.", "Okay, thanks, bye-bye!", "tam biet nhe", "Have a nice day."])
def test_a_goodbye_is_answered_heard_and_hung_up_on(call: Any, bye: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(60)

    done = call(caller, hears=[bye])
    assert done.ended == "we hung up"
    assert done.agent.asked == []
    assert done.conversation[0] == bye
    heard = sum(len(text) for text in done.said) * 0.05
    assert done.line.played_s == pytest.approx(heard, abs=0.2)


def test_who_says_goodbye_twice_hears_one_and_who_thinks_again_is_answered(call: Any) -> None:
    async def twice(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(0.3)
        await line.speak(0.5)
        await line.wait(30)

    done = call(twice, hears=["Bye.", "Bye bye."])
    assert done.ended == "we hung up"
    assert len(done.conversation) == 2
    again = call(twice, hears=["Bye.", "Wait, when do you open?"], answers=["At nine."])
    assert again.conversation[-1] == "At nine."


def test_repeat_says_again_what_was_heard(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=["Where is it?", "Sorry, could you repeat that?"], answers=["It is in Hue."])
    assert done.said == ["It is in Hue.", "It is in Hue."]
    assert len(done.agent.asked) == 1


def test_repeat_in_the_middle_begins_again_and_interrupts_no_work(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(3.0)
        await line.speak(0.6)
        await line.until_quiet(3)

    done = call(caller, hears=["Tell me.", "Sorry?"], answers=[LONG])
    assert done.conversation == ["Tell me.", LONG]
    assert done.line.played_s > 0.05 * len(LONG) + 2.5  # what they had heard was said again


@pytest.mark.parametrize(
    ("wish", "factor"), [("Slower, please.", 1.25), ("noi cham lai", 1.25), ("Can you speak faster?", 0.8)]
)
def test_the_pace_of_speech_changes_from_now_on(call: Any, wish: str, factor: float) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()
        caller.before = line.played_s  # type: ignore[attr-defined]
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=["One?", wish, "Two?"], answers=[LONG, LONG])
    again_s = done.line.played_s - caller.before  # type: ignore[attr-defined]
    assert again_s == pytest.approx(0.05 * len(LONG) * factor, rel=0.05)


def test_louder_is_louder_from_now_on(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(2):
            await ask(line)
            await line.until_quiet()

    quiet = call(caller, hears=["One?", "Two?"], answers=[LONG, LONG]).line.sound
    loud = call(caller, hears=["Speak up, please.", "Two?"], answers=[LONG]).line.sound
    assert abs(loud).max() > 1.2 * abs(quiet).max()


def test_who_wants_a_person_is_put_through(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(10)

    done = call(caller, hears=["Let me talk to a real person."], transfer_to="+84901234567")
    assert done.line.transferred == "+84901234567"
    assert done.agent.asked == []
    assert done.conversation == ["Let me talk to a real person."]


def test_where_there_is_no_person_a_message_is_offered(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=["cho toi gap nhan vien"])
    assert done.said
    assert done.agent.asked == []


def test_a_caller_who_asks_us_to_wait_is_waited_for(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        await line.speak(0.6)
        await line.wait(5)
        caller.silent = line.played_s  # type: ignore[attr-defined]
        await line.wait(10)
        assert line.played_s == caller.silent  # type: ignore[attr-defined]
        await line.speak(0.6)
        await line.until_answered()
        await line.until_quiet(3)

    done = call(caller, hears=["Tell me.", "Wait a second.", "Okay, go on."], answers=[LONG])
    assert done.conversation == ["Tell me.", LONG]
    assert done.line.played_s > 0.05 * len(LONG) - 0.5


def test_stop_ends_the_answer(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(2.0)
        await line.speak(0.6)
        await line.until_quiet(3)

    done = call(caller, hears=["Tell me.", "Stop, that's enough."], answers=[LONG])
    assert done.conversation[-2:] == ["Stop, that's enough.", "All right."]
    assert done.messages[1].additional_kwargs["interrupted"]


def test_the_greeting_discloses_what_answers_and_the_audit_log_has_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()

    audit = MemoryAuditLog()
    call(caller, audit=audit, opening="greeting")
    assert [(event.kind, event.text) for event in audit.appended] == [
        ("disclosed", "This is an automated assistant.")
    ]


def test_who_speaks_over_the_greeting_is_told_afterwards_and_not_before_is_it_on_record(call: Any) -> None:
    audit = MemoryAuditLog()

    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.2)
        await line.speak(1.0)
        assert audit.appended == []
        await line.until_answered()
        await line.until_quiet(2)

    done = call(caller, hears=["Where is it?"], answers=["Here."], audit=audit, opening="greeting")
    assert done.said[-1] == "This is an automated assistant."
    assert [event.kind for event in audit.appended] == ["disclosed"]


async def two_turns(line: ScriptedLine) -> None:
    for _ in range(2):
        await ask(line)
        await line.until_quiet()
        await line.wait(1.5)


@pytest.mark.parametrize("yes", ["Yes.", "Sure.", "Okay.", "Vâng.", "Ừ."])
@pytest.mark.parametrize("answer", ["Shall I book it? It is by the window.", "Say yes to confirm."])
def test_consent_after_an_answer_is_for_the_agent(call: Any, yes: str, answer: str) -> None:
    done = call(two_turns, hears=["Any table?", yes], answers=[answer, "Booked."])
    assert done.conversation == ["Any table?", answer, yes, "Booked."]


def test_consent_is_for_the_agent_though_a_remark_came_between(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await two_turns(line)
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=["Any table?", "Hold on.", "Yes."], answers=["Say yes to book it.", "Booked."])
    assert done.conversation[-2:] == ["Yes.", "Booked."]


@pytest.mark.parametrize("undo", ["Cancel that.", "Hủy đi."])
def test_what_was_done_is_undone_by_the_agent(call: Any, undo: str) -> None:
    done = call(two_turns, hears=["Book a table.", undo], answers=["It is booked.", "Cancelled."])
    assert done.conversation[-2:] == [undo, "Cancelled."]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("Shall I stop it or restart it?", "Stop."),
        ("Should I wait or send it?", "Wait."),
        ("Send it?", "Please."),
    ],
)
def test_an_act_that_the_question_names_answers_it(call: Any, asked: str, says: str) -> None:
    done = call(two_turns, hears=["It is slow.", says], answers=[asked, "Done."])
    assert done.conversation[-2:] == [says, "Done."]


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("Can we speak Vietnamese?", "Vâng, chúng ta nói tiếng Việt nhé."),
        ("Can we speak Korean?", "I am sorry, I cannot speak that language."),
    ],
)
def test_work_goes_on_where_another_language_is_wanted(call: Any, wish: str, told: str) -> None:
    hears = ["Look up order 17.", wish]
    done = call(says_later(1.8), hears=hears, answers=["It is here."], answers_after_s=7)
    assert done.conversation == ["Look up order 17.", "It is here."]
    assert told in done.said
    assert done.said[-1] == "It is here."


@pytest.mark.parametrize("remark", ["How long do I have to wait?", "Where are you?", "Sao lâu vậy?"])
def test_impatience_over_a_filler_does_not_begin_the_work_again(call: Any, remark: str) -> None:
    caller = says_later(2.6)  # over "One moment, please."
    done = call(caller, hears=["Where is it?", remark], agent=Thinking("cto", ["In Vinh."]))
    assert len(done.agent.asked) == 1
    assert done.said[-1] == "In Vinh."


def test_impatience_while_the_answer_comes_does_not_begin_the_work_again(call: Any) -> None:
    agent = Thinking("cto", ["It is here."])
    done = call(says_later(6.1), hears=["Look up order seventeen.", "Is it ready?"], agent=agent)
    assert len(agent.asked) == 1
    assert done.conversation == ["Look up order seventeen.", "It is here."]


@pytest.mark.parametrize("after_s", [1.0, 2.6], ids=["in silence", "over a filler"])
def test_who_asks_who_we_are_is_told_and_the_work_goes_on(call: Any, after_s: float) -> None:
    caller = says_later(after_s)
    done = call(caller, hears=["Where is it?", "Are you a machine?"], agent=Thinking("cto", ["In Vinh."]))
    assert len(done.agent.asked) == 1
    assert "I am an automated assistant, not a human being." in " ".join(done.said)
    assert done.said[-1] == "In Vinh."
    assert done.conversation == ["Where is it?", "In Vinh."]


def test_who_asks_who_we_are_in_the_middle_is_told_and_hears_the_rest(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(0.6)
        await ask(line)
        await line.until_quiet(2)

    done = call(caller, hears=["What is it?", "Who are you?"], answers=[LONG])
    assert "I am an automated assistant" in " ".join(done.said)
    assert done.conversation == ["What is it?", LONG]


def test_another_language_in_the_middle_has_the_question_answered_in_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(0.6)
        await ask(line)
        await line.until_quiet(2)

    agent = ScriptedAgent("cto", [LONG, "Ở Vinh."])
    done = call(caller, hears=["Where is it?", "Nói tiếng Việt đi."], agent=agent)
    assert [asked[1] for asked in agent.asked] == ["English", "Vietnamese"]
    assert done.said[-1] == "Ở Vinh."


def test_who_has_asked_who_answers_is_not_told_twice(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.5)
        await ask(line)
        await line.until_quiet(4)

    audit = MemoryAuditLog()
    done = call(caller, hears=["Who is this?"], opening="greeting", audit=audit)
    assert done.said[-1].startswith("I pass your questions on")
    assert [event.text[:30] for event in audit.appended if event.kind == "disclosed"] == [
        "I am an automated assistant, n"
    ]
