"""Interruptions, true and false: who has the floor, and what is remembered of what was cut."""

import asyncio
from typing import Any

import numpy as np
import pytest

from emads_voice import Analysis
from emads_voice.agents.agent import Agent
from emads_voice.agents.heard import UNANSWERED
from emads_voice.channels.live_events import EchoHeard
from emads_voice.testing import ScriptedAgent, ScriptedLine

SENTENCES = [
    "This is the first sentence of it.",
    "This is the second sentence of it.",
    "And this is the third one of it.",
]
LONG = " ".join(SENTENCES)


class Thinking(ScriptedAgent):
    """Takes its time, the first time."""

    thinks_s = 4.0

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        thinks_s, self.thinks_s = self.thinks_s, 0.0
        await asyncio.sleep(thinks_s)
        return await super().answer(*args, **kwargs)


async def ask(line: ScriptedLine) -> None:
    """Ask something and let the answer begin."""
    await line.speak(1.0)
    await line.until_answered()


def test_barge_in_stops_the_answer_and_remembers_what_was_heard(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(2.6)  # the first sentence lasts 1.65 s
        await line.speak(1.0)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", "no, the other one."], answers=[LONG, "I stopped."])
    question, played, interruption, answer = done.messages
    assert played.text.startswith("This is the first sentence of it. This is the")
    assert len(played.text) < len("This is the first sentence of it. This is the second sentence of it.")
    assert played.additional_kwargs["interrupted"] is True
    assert question.id.removesuffix("question") == played.id.removesuffix("answer")
    assert played.additional_kwargs["whole_answer"] == LONG
    assert (interruption.text, answer.text) == ("no, the other one.", "I stopped.")
    # The agent knows what it said, and what of it was heard.
    _, said, told, asked = (message.text for message in done.agent.asked[1][0])
    assert (said, asked) == (LONG, "no, the other one.")
    assert told.startswith("(")
    assert f'heard only this of it: "{played.text}"' in told
    assert len(done.line.clears) == 1


def test_barge_in_clears_within_300_ms(call: Any) -> None:
    times: list[float] = []

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        times.append(asyncio.get_running_loop().time())
        await line.speak(1.0)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", "no, the other one."], answers=[LONG, "I stopped."])
    assert done.line.clears[0] - times[0] <= 0.3


def test_a_back_channel_does_not_end_the_answer(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        await line.speak(0.4)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", "Uh-huh."], answers=[LONG])
    assert done.conversation == ["tell me all.", LONG]
    # Everything was heard: the part that was cut was played again from the word it was cut at.
    assert done.line.played_s >= 0.05 * len(LONG.replace("  ", " ")) - 0.3


def test_noise_during_the_answer_does_not_end_it_either(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        await line.speak(0.5)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", ""], answers=[LONG])
    assert done.conversation == ["tell me all.", LONG]


def test_our_own_echo_does_not_interrupt_us(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all."], answers=[LONG], line=ScriptedLine(echo=0.25))
    assert done.conversation == ["tell me all.", LONG]
    assert done.line.clears == []


def test_a_line_with_a_screen_is_told_that_we_hear_ourselves(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        await line.speak(0.5, loudness=0.1)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", SENTENCES[0]], answers=[LONG])
    assert done.conversation == ["tell me all.", LONG]
    assert EchoHeard() in done.line.told


def test_who_speaks_over_an_echo_is_heard(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        await line.speak(1.0, loudness=0.5)
        await line.until_quiet(2)

    hears = ["tell me all.", "no, the other one."]
    done = call(caller, hears=hears, answers=[LONG, "I stopped."], line=ScriptedLine(echo=0.2))
    assert done.conversation[-1] == "I stopped."


def test_a_false_interruption_goes_on_from_the_word_that_was_cut(call: Any, sound_of: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        await line.speak(0.5)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", ""], answers=[LONG])
    assert done.conversation == ["tell me all.", LONG]
    (cut_at,) = done.line.clears
    whole, played = sound_of(*SENTENCES), done.line.sound
    cut = round(sum(length for start, length in done.line.played if start < cut_at) * 8_000)
    repeated = len(played) - len(whole)
    assert 0 < repeated <= 8 * 0.05 * 8_000  # no more than a word is said again
    np.testing.assert_allclose(played[:cut], whole[:cut], atol=1e-6)
    np.testing.assert_allclose(played[cut:], whole[cut - repeated :], atol=1e-6)


@pytest.mark.parametrize("opening", [None, "greeting"])
def test_who_has_coughed_can_interrupt(call: Any, opening: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.8)
        await ask(line)
        await line.wait(0.6)
        await line.speak(0.4)
        await line.wait(1.5)
        await line.speak(1.0)
        await line.until_quiet(2)

    hears = ["tell me all.", "", "the other one."]
    done = call(caller, hears=hears, answers=[LONG * 2, "I stopped."], opening=opening)
    assert done.conversation[-2:] == ["the other one.", "I stopped."]


def test_two_false_interruptions_and_a_true_one(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        for _ in range(2):
            await line.wait(0.6)
            await line.speak(0.4)
            await line.wait(1.2)
        await line.speak(1.0)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", "", "mm-hmm", "the other one."], answers=[LONG, "I stopped."])
    played = done.conversation[1]
    assert done.conversation == ["tell me all.", played, "the other one.", "I stopped."]
    assert LONG.startswith(played)
    assert 20 < len(played) < len(LONG)
    # What was noted is what was played, to the word; the cut words were begun three times.
    assert len(done.line.clears) == 3
    played_s = done.line.played_s - 0.05 * len("I stopped.")
    assert 0.05 * len(played) - 0.1 <= played_s <= 0.05 * (len(played) + 3 * len(" sentence")) + 0.1


def test_two_interruptions_in_a_row(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        await line.speak(0.8)
        await line.until_answered()
        await line.wait(0.6)
        await line.speak(0.8)
        await line.until_quiet(2)

    done = call(
        caller,
        hears=["tell me all.", "no, the other one.", "the third, I mean."],
        answers=[LONG, LONG, "The third it is."],
    )
    assert done.conversation[0::2] == ["tell me all.", "no, the other one.", "the third, I mean."]
    assert all(0 < len(played) < 40 and LONG.startswith(played) for played in done.conversation[1:4:2])
    assert done.conversation[-1] == "The third it is."


def test_interrupting_before_a_word_was_heard_leaves_no_answer(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.0)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    agent = Thinking("cto", ["Forgotten."], repeatable=True)
    done = call(caller, hears=["what is it?", "no, the second."], agent=agent)
    assert done.conversation == ["what is it?", "no, the second.", "Forgotten."]
    ((asked, _),) = done.agent.asked  # the first was never asked to the end
    assert [message.text for message in asked] == ["what is it?", UNANSWERED, "no, the second."]


@pytest.mark.parametrize("preemptive", [False, True])
def test_an_agent_that_booked_knows_so_though_nothing_of_its_answer_was_heard(
    call: Any, preemptive: bool
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await ask(line)
        await line.until_quiet(2)

    class Desk(Agent):
        name, description, exemplars = "cto", "Books tables.", ()
        repeatable = preemptive  # whether it is asked early

        def __init__(self) -> None:
            self.asked: list[list[str]] = []

        async def answer(self, messages: Any, *, language: str, say: Any = None) -> Analysis:
            self.asked.append([message.text for message in messages])
            return Analysis(answer="Your table is booked for seven, for four.", agent=self.name)

    desk = Desk()
    call(
        caller,
        hears=["I want a table by the window.", "Is there a garden, too?"],
        agent=desk,
        preemptive=preemptive,
    )
    _, booked, told, asked = desk.asked[-1]
    assert (booked, asked) == ("Your table is booked for seven, for four.", "Is there a garden, too?")
    assert "interrupted" in told


def test_who_may_be_doing_something_finishes_it_before_it_is_asked_again(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.0)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    agent = Thinking("cto", ["It is booked.", "At seven, then."])
    agent.thinks_s = 3.0
    done = call(caller, hears=["a table, please.", "at seven."], agent=agent)
    assert done.conversation == ["a table, please.", "…", "at seven.", "At seven, then."]
    assert done.messages[1].additional_kwargs["whole_answer"] == "It is booked."
    assert "It is booked." not in done.said


def test_who_takes_too_long_to_finish_is_not_waited_for(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.0)
        await line.speak(1.0)
        asked = asyncio.get_running_loop().time()
        await line.until_answered()
        waited.append(asyncio.get_running_loop().time() - asked)
        await line.until_quiet()

    waited: list[float] = []
    agent = Thinking("cto", ["At seven, then."])
    agent.thinks_s = 30.0
    done = call(caller, hears=["a table, please.", "at seven."], agent=agent, filler_after_s=60)
    assert done.conversation == ["a table, please.", "at seven.", "At seven, then."]
    assert waited[0] < 4


def test_interrupting_the_announcement(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)  # the announcement
        await line.wait(0.2)
        await line.speak(0.8)
        await line.wait(8)

    agent = Thinking("cto", ["Hello."], repeatable=True)
    done = call(caller, hears=["what is it?", "what about mine?"], agent=agent)
    assert done.said[0] == "One moment, please."
    assert done.conversation == [
        "what is it?",
        "what about mine?",
        "Hello.",
    ]  # and it is not in what was said


def test_a_key_interrupts_the_answer(call: Any) -> None:
    times: list[float] = []

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        times.append(asyncio.get_running_loop().time())
        line.press("1")
        line.press("#")
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all."], answers=[LONG, "Pressed."])
    assert done.line.clears[0] - times[0] <= 0.05
    played, keys, answer = done.conversation[1:]
    assert LONG.startswith(played)
    assert len(played) < 40
    assert (keys, answer) == ("[keypad] 1", "Pressed.")


def test_a_yes_over_the_last_words_of_a_question_is_its_answer(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        await line.speak(0.4)
        await line.until_quiet()

    done = call(caller, hears=["book a room.", "yes."], answers=["Shall I book the big one then?", "Booked."])
    assert done.conversation[-2:] == ["yes.", "Booked."]


def test_interrupting_the_greeting(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.3)
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=["where is my parcel?"], answers=["On its way."], opening="greeting")
    assert done.conversation == ["where is my parcel?", "On its way."]
    told = "This is an automated assistant."  # they spoke over it, so they are told now
    assert done.line.played_s < 0.05 * len("On its way." + told) + 0.7
